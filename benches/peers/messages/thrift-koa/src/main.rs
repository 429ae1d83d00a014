//! Ours, as a user writes it.

use koa_runtime::prelude::*;
use koa_thrift::Call;

mod idl {
    koa_thrift::idl!("echo");
}
use idl::{Echo, Message};

struct Mine;

impl Echo for Mine {
    async fn echo(&self, _: &mut Call, message: Message) -> Result<Message> {
        Ok(message)
    }
}

/// Hands on.
#[middleware]
async fn layer(ctx: &mut Call, next: Next) -> Result {
    next.run(ctx).await
}

fn app() -> Application<Call> {
    match shared::shape().as_str() {
        "layers" => Application::of(pipeline![
            layer,
            layer,
            layer,
            layer,
            layer,
            layer,
            layer,
            layer,
            layer,
            layer,
            idl::echo(Mine)
        ]),
        _ => Application::of(pipeline![idl::echo(Mine)]),
    }
}

fn main() -> Result {
    ours::run(app())
}
