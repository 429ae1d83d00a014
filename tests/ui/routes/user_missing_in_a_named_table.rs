use koa_runtime::prelude::*;

struct User;

#[middleware]
async fn me(_user: &User) -> &'static str {
    "me"
}

routes! {
    pub fn table() needs() {
        GET "/me" => me,
    }
}

fn main() {
}
