use koa_runtime::prelude::*;

pipeline! {
    fn nothing() => []
}

pipeline! {
    fn nothing_needed() needs() => [nothing,]
}

#[tokio::main]
async fn main() {
    assert_eq!(Application::new(pipeline![]).get("/").await.status(), 404);
    assert_eq!(Application::new(pipeline![pipeline![], nothing, nothing_needed(),]).get("/").await.status(), 404);
}
