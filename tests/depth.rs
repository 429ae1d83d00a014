//! How deep an onion can be: up to 32 layers with nothing said (tests/ui/pass), and a hundred with this one line.

#![recursion_limit = "512"]

use koa_runtime::prelude::*;

#[middleware]
async fn pass(ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await?;
    ctx.append("X-Pass", "1");
    Ok(())
}

#[middleware]
async fn hello() -> &'static str {
    "hello"
}

async fn passes(app: Application) -> usize {
    let response = app.get("/").await;
    assert_eq!(response.text(), "hello");
    response.headers().get_all("x-pass").iter().count()
}

#[tokio::test]
async fn a_hundred_layers_run_under_a_recursion_limit_of_512() {
    let app = Application::new(pipeline![
        pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass,
        pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass,
        pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass,
        pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass,
        pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass,
        pass, pass, pass, pass, pass, pass, pass, pass, pass, hello
    ]);
    assert_eq!(passes(app).await, 99);
}

#[tokio::test]
async fn depth_is_counted_across_nested_and_let_bound_pipelines() {
    let inner = pipeline![pass, pass, pass, pass, pass, pass, pass, pass, pass, pass];
    let middle = pipeline![pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, inner];
    let app = Application::new(pipeline![
        pass,
        pass,
        pass,
        pass,
        pass,
        pass,
        pass,
        pass,
        pass,
        pass,
        middle,
        pipeline![pipeline![pass, pass], pass],
        hello
    ]);
    assert_eq!(passes(app).await, 33);
}

#[tokio::test]
async fn an_uncut_onion_is_as_deep_as_its_recursion_limit_allows() {
    let app = Application::uncut(pipeline![
        pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass,
        pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass,
        pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, hello
    ]);
    assert_eq!(passes(app).await, 50);
}

#[tokio::test]
async fn optional_and_dynamic_layers_count_too() {
    let app = Application::new(pipeline![
        pass,
        pass,
        pass,
        pass,
        pass,
        pass,
        pass,
        pass,
        true.then(pass),
        true.then(pass),
        true.then(pass),
        true.then(pass),
        true.then(pass),
        true.then(pass),
        true.then(pass),
        true.then(pass),
        true.then(pass),
        true.then(pass),
        true.then(pass),
        true.then(pass),
        dynamic(vec![boxed::<(), _, _>(pass), boxed(pipeline![pass, pass])]),
        pass,
        pass,
        pass,
        pass,
        pass,
        pass,
        pass,
        pass,
        hello
    ]);
    assert_eq!(passes(app).await, 31);
}
