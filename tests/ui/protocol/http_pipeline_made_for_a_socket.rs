use std::sync::Arc;

use koa_runtime::{Connection, Events, prelude::*};

struct Socket {
    line: String,
}

impl Protocol for Socket {
    const NAME: &'static str = "socket";
    type Request = String;
    type Reply = String;
    type Settings = Events<Self>;

    fn accept(line: String, _: Arc<Events<Self>>) -> Self {
        Self { line }
    }

    fn respond(&mut self) -> String {
        std::mem::take(&mut self.line)
    }

    fn on_error(&mut self, error: Error) -> String {
        error.to_string()
    }

    async fn serve(_: &mut Connection<Self>) -> Result {
        Ok(())
    }
}

#[middleware]
async fn hello(ctx: &mut Context) -> String {
    ctx.path().to_owned()
}

fn main() {
    Application::<Socket>::of(pipeline![hello]);
}
