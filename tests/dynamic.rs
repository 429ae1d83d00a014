//! The escape hatches: layers chosen at run time.

use koa_runtime::prelude::*;

struct User(&'static str);
struct Limit(u32);

#[middleware]
async fn mark(#[config] mark: &'static str, ctx: &mut Context, next: Next) -> Result {
    ctx.append("X-Mark", mark);
    next.run(ctx).await?;
    ctx.append("X-Mark", mark.to_uppercase());
    Ok(())
}

#[middleware]
async fn greet(user: &User, ctx: &mut Context, next: Next) -> Result {
    ctx.append("X-Mark", user.0);
    next.run(ctx).await
}

#[middleware]
async fn refuse(ctx: &mut Context, next: Next) -> Result {
    if ctx.path() == "/no" {
        throw!(403);
    }
    next.run(ctx).await
}

#[middleware]
async fn both(user: &User, limit: &Limit) -> String {
    format!("{} {}", user.0, limit.0)
}

fn marks(response: &koa_runtime::test::TestResponse) -> String {
    let marks = response.headers().get_all("x-mark").iter().map(|mark| mark.to_str().unwrap());
    marks.collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn a_list_runs_in_its_order_and_then_what_follows() {
    let list: Vec<BoxedLayer<(User,)>> = vec![boxed(mark("a")), boxed(greet), boxed(pipeline![mark("b"), greet])];
    let app = Application::new(pipeline![provide(User("ada")), dynamic(list), mark("z")]);
    assert_eq!(marks(&app.get("/").await), "a ada b ada z Z B A");
}

#[tokio::test]
async fn an_empty_list_hands_on() {
    let app = Application::new(pipeline![dynamic(Vec::<BoxedLayer>::new()), mark("z")]);
    assert_eq!(marks(&app.get("/").await), "z Z");
}

#[tokio::test]
async fn a_boxed_layer_can_end_the_request() {
    let app = Application::new(pipeline![boxed::<(), _, _>(refuse), mark("z")]);
    assert_eq!(app.get("/no").await.status(), 403);
    assert_eq!(marks(&app.get("/").await), "z Z");
}

#[tokio::test]
async fn what_follows_a_boxed_layer_still_reads_what_is_provided_outside() {
    let chosen: BoxedLayer = boxed(mark("a"));
    let app = Application::new(pipeline![provide(User("ada")), provide(Limit(3)), chosen, both]);
    assert_eq!(app.get("/").await.text(), "ada 3");
}

#[tokio::test]
async fn a_boxed_endpoint_reads_several_values_wherever_they_lie() {
    let chosen: BoxedLayer<(User, Limit)> = boxed(both);
    let app = Application::new(pipeline![provide(Limit(3)), provide(0_u8), provide(User("eve")), chosen]);
    assert_eq!(app.get("/").await.text(), "eve 3");
}

#[tokio::test]
async fn a_provide_inside_a_boxed_layer_can_be_replaced_in_a_test() {
    let chosen: BoxedLayer = boxed(pipeline![provide(User("ada")), provide(Limit(1)), both]);
    let app = Application::new(pipeline![chosen]).provide_instead(Limit(2));
    assert_eq!(app.get("/").await.text(), "ada 2");
}
