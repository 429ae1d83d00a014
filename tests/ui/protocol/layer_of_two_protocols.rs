use std::sync::Arc;

use koa_runtime::prelude::*;

struct Socket {
    line: String,
}

impl Protocol for Socket {
    type Request = String;
    type Reply = String;

    fn accept(line: String, _: Arc<Settings>) -> Self {
        Self { line }
    }

    fn respond(&mut self, _: Result) -> String {
        std::mem::take(&mut self.line)
    }
}

#[middleware]
async fn shout(ctx: &mut Socket, next: Next) -> Result {
    ctx.line.make_ascii_uppercase();
    next.run(ctx).await
}

#[middleware]
async fn logger(ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await
}

fn main() {
    Application::new(pipeline![logger, shout]);
}
