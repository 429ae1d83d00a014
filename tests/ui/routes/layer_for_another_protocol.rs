use koa_runtime::prelude::*;

use std::sync::Arc;

struct Lines;

impl Protocol for Lines {
    type Request = ();
    type Reply = ();
    fn accept(_: (), _: Arc<Settings>) -> Self {
        Self
    }
    fn respond(&mut self, _: Result) {}
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
