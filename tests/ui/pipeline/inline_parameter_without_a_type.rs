use koa_runtime::prelude::*;

struct User;

fn main() {
    Application::new(pipeline![provide(User), async |user, ctx| {
        ctx.set_body("Hello");
    }]);
}
