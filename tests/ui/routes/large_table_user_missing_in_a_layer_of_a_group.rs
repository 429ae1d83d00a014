use koa_runtime::prelude::*;

struct User;

#[middleware]
async fn show() -> &'static str {
    "show"
}

#[middleware]
async fn greet(_user: &User, ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await
}

fn main() {
    Application::new(pipeline![routes! {
        GET "/a" => show,
        GET "/b" => show,
        GET "/c" => show,
        GET "/d" => show,
        GET "/e" => show,
        GET "/f" => show,
        GET "/g" => show,
        GET "/h" => show,
        GET "/i" => show,
        GET "/j" => show,
        GET "/k" => show,
        GET "/l" => show,
        GET "/m" => show,
        GET "/n" => show,
        GET "/o" => show,
        GET "/p" => show,
        GET "/q" => show,
        GET "/r" => show,
        GET "/s" => show,
        GET "/t" => show,
        "/users/{id}" => [greet] {
            GET "/" => show,
        },
        GET "/u" => show,
        GET "/v" => show,
        GET "/w" => show,
        GET "/x" => show,
        GET "/y" => show,
        GET "/z" => show,
    }]);
}
