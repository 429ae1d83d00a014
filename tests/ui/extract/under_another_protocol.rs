use std::sync::Arc;

use koa_runtime::{Settings, prelude::*};

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
async fn shout(#[body] text: String, ctx: &mut Socket, next: Next) -> Result {
    ctx.line = text.to_uppercase();
    next.run(ctx).await
}

fn main() {
    let _ = shout();
}
