use koa_runtime::prelude::*;

#[middleware]
async fn keep<T>(#[config] value: T, #[config] list: Vec<T>, ctx: &mut Context, next: Next) -> Result {
    drop((value, list));
    next.run(ctx).await
}

#[middleware]
async fn read<T>(value: &T) -> &'static str {
    let _ = value;
    "read"
}

pipeline! {
    fn api(value: u8) => [provide::<u8>(value), keep::<u8>(value, vec![]), read::<u8>]
}

fn main() {
    Application::new(pipeline![keep("a", vec!["b"]), api(1)]);
}
