use std::sync::Arc;

use koa_runtime::{Connection, Events, prelude::*};

struct Lines;

impl Protocol for Lines {
    const NAME: &'static str = "lines";
    type Request = ();
    type Reply = ();
    type Settings = Events<Self>;
    fn accept(_: (), _: Arc<Events<Self>>) -> Self {
        Self
    }
    fn respond(&mut self) {}
    fn on_error(&mut self, _: Error) {}
    async fn serve(_: &mut Connection<Self>) -> Result {
        Ok(())
    }
}

#[middleware]
async fn line(ctx: &mut Lines, next: Next) -> Result {
    next.run(ctx).await
}

#[middleware]
async fn show() -> &'static str {
    "show"
}

fn main() {
    Application::new(pipeline![routes! {
        GET "/" => pipeline![line, show],
    }]);
}
