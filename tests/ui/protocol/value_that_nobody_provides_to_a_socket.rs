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

struct User(String);

// for HTTP: over a socket nobody is anybody
#[middleware]
async fn authenticate(ctx: &mut Context, next: Next<User>) -> Result {
    let user = User(ctx.get("authorization").to_owned());
    next.run(ctx, &user).await
}

#[middleware]
async fn greet<C: Protocol>(user: &User, ctx: &mut C, next: Next) -> Result {
    println!("{}", user.0);
    next.run(ctx).await
}

fn main() {
    Application::new(pipeline![authenticate, greet]);
    Application::<Socket>::of(pipeline![greet]);
}
