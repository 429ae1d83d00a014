use koa_runtime::prelude::*;

#[middleware]
async fn show(#[param] id: u64) -> String {
    id.to_string()
}

routes! {
    pub fn posts() needs() {
        GET "/posts/{post_id}" => show,
    }
}

fn main() {}
