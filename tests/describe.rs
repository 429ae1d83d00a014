//! A pipeline describes itself.

use koa_runtime::{Kind, prelude::*};

struct Db;
struct User;
struct Tx;

#[middleware]
async fn authenticate(_db: &Db, ctx: &mut Context, next: Next<User>) -> Result {
    next.run(ctx, &User).await
}

#[middleware]
async fn impersonate(ctx: &mut Context, next: Next<(Replace<User>, &mut Tx)>) -> Result {
    next.run(ctx, (&User, &mut Tx)).await
}

#[middleware]
async fn save(_tx: &mut Tx, _user: &User) {}

#[middleware]
async fn logger(ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await
}

pipeline! { fn api() needs(Db) => [authenticate, pipeline![impersonate, save]] }

fn app(verbose: bool) -> Application {
    Application::new(pipeline![
        provide(Db),
        verbose.then(logger),
        async |ctx, next| next.run(ctx).await,
        dynamic(vec![boxed::<(), _, _>(logger)]),
        api(),
    ])
}

#[test]
fn stages_come_in_order_and_nested_as_written() {
    let names = |description: &koa_runtime::Description| {
        description.stages.iter().map(|stage| stage.name.clone().into_owned()).collect::<Vec<_>>()
    };
    let description = app(true).describe();
    assert_eq!(names(&description), ["provide", "logger", "inline", "dynamic", "api"]);
    let api = &description.stages[4];
    assert_eq!(names(api), ["authenticate", "pipeline"]);
    assert_eq!(names(&api.stages[1]), ["impersonate", "save"]);
    assert_eq!(names(&description.stages[3]), ["logger"]);
    assert_eq!(api, &koa_runtime::Layer::describe(&api_pipeline()));
}

fn api_pipeline() -> api {
    api()
}

#[test]
fn a_stage_says_what_it_provides_and_reads() {
    let description = app(true).describe();
    let api = &description.stages[4];
    assert_eq!(description.stages[0].provides, ["Db"]);
    assert_eq!((&api.stages[0].reads[..], &api.stages[0].provides[..]), (&["Db".into()][..], &["User".into()][..]));
    let inner = &api.stages[1].stages;
    assert_eq!((inner[0].provides.join(" "), inner[0].replaces.join(" ")), ("User Tx".into(), "User".into()));
    assert_eq!((inner[1].takes.join(" "), inner[1].reads.join(" ")), ("Tx".into(), "User".into()));
}

#[test]
fn a_stage_says_what_it_is() {
    let kinds = |verbose| app(verbose).describe().stages.iter().map(|stage| stage.kind).collect::<Vec<_>>();
    assert_eq!(kinds(true), [Kind::Layer, Kind::On, Kind::Layer, Kind::Dynamic, Kind::Pipeline]);
    assert_eq!(kinds(false)[1], Kind::Off);
    assert_eq!(app(true).describe().stages[4].stages[1].stages[1].kind, Kind::Endpoint);
}

#[test]
fn a_stage_says_where_it_is_written() {
    let here = line!();
    let described = pipeline![logger];
    let layer = koa_runtime::Layer::describe(&described);
    let _ = Application::new(described);
    assert_eq!((layer.file, layer.line), (file!(), here + 1));
    let source = include_str!("describe.rs");
    let line = source.lines().position(|line| line.starts_with("async fn logger")).unwrap() + 1;
    assert_eq!((layer.stages[0].file, layer.stages[0].line as usize), (file!(), line));
}

#[test]
fn a_description_prints_as_a_tree() {
    let tree = app(false).describe().to_string();
    let lines: Vec<_> = tree.lines().map(|line| line.split("  (").next().unwrap()).collect();
    assert_eq!(
        lines,
        [
            "pipeline",
            "├─ provide  provides Db",
            "├─ logger (off)",
            "├─ inline",
            "├─ dynamic",
            "│  └─ logger",
            "└─ api",
            "   ├─ authenticate  reads Db  provides User",
            "   └─ pipeline",
            "      ├─ impersonate  provides User, Tx  replaces User",
            "      └─ save  reads User  takes Tx",
        ]
    );
}
