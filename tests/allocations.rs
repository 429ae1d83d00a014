//! A layer, a provider and a reader cost no allocation.

use allocation_counter::measure;
use futures_util::stream;
use koa_runtime::{Metrics, Observation, Settings, errors, observe, prelude::*, trace};
use tower_service::Service;

struct Value<const N: u8>(u8);
struct Given<const N: u8>(u8);

#[middleware]
async fn pass(ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await?;
    Ok(())
}

#[middleware]
async fn give<const N: u8>(ctx: &mut Context, next: Next<Value<N>>) -> Result {
    next.run(ctx, &Value(N)).await
}

#[middleware]
async fn give_away<const N: u8>(ctx: &mut Context, next: Next<&mut Given<N>>) -> Result {
    next.run(ctx, &mut Given(N)).await
}

#[middleware]
async fn read<const N: u8>(value: &Value<N>, ctx: &mut Context, next: Next) -> Result {
    assert_eq!(value.0, N);
    next.run(ctx).await
}

#[middleware]
async fn take<const N: u8>(given: &mut Given<N>, ctx: &mut Context, next: Next) -> Result {
    given.0 += 1;
    next.run(ctx).await
}

/// Asks for all that a request can be asked for without a copy.
#[middleware]
async fn ask(ctx: &mut Context, next: Next) -> Result {
    assert_eq!((ctx.get("Cookie"), ctx.host(), ctx.hostname(), ctx.protocol()), ("", "", "", "http"));
    assert_eq!((ctx.ip(), ctx.ips().count(), ctx.subdomains().count(), ctx.origin()), (None, 0, 0, None));
    assert_eq!((ctx.query().get("a"), ctx.request.charset(), ctx.idempotent()), (None, "", true));
    next.run(ctx).await?;
    assert!(ctx.stale());
    Ok(())
}

#[middleware]
async fn hello() -> &'static str {
    "hello"
}

#[middleware]
async fn lines() -> Body {
    Body::from_stream(stream::iter([Ok::<_, std::convert::Infallible>("hello")]))
}

const HELLO: u64 = 2;

/// Allocations of one request, the second one.
fn allocations<S>(service: S) -> u64
where
    S: Service<http::Request<Body>, Response = http::Response<Body>>,
    S::Error: std::fmt::Debug,
{
    allocations_at("/", service)
}

/// The same at another path.
fn allocations_at<S>(path: &'static str, mut service: S) -> u64
where
    S: Service<http::Request<Body>, Response = http::Response<Body>>,
    S::Error: std::fmt::Debug,
{
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut ask = |expected| {
        let mut request = http::Request::new(Body::empty());
        *request.uri_mut() = http::Uri::from_static(path);
        let reply = runtime.block_on(service.call(request)).unwrap();
        assert_eq!(reply.status(), expected);
    };
    ask(200);
    measure(|| ask(200)).count_total
}

macro_rules! count {
    ($($stages:tt)*) => { allocations(pipeline![$($stages)* hello].callback(Settings::default())) };
}

/// Koa's words cost nothing where they are not used: this number has not grown with them.
#[test]
fn hello_allocates_twice() {
    // the table of the reply's headers, and its growth by the first
    assert_eq!(count!(), HELLO);
}

#[test]
fn sixteen_layers_allocate_as_much_as_none() {
    let none = count!();
    let sixteen = count!(pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass,);
    assert_eq!(sixteen, none);
}

#[test]
fn sixteen_providers_and_readers_allocate_as_much_as_none() {
    let none = count!();
    let sixteen = count!(
        give::<0>,
        give::<1>,
        give::<2>,
        read::<0>,
        give::<3>,
        read::<3>,
        provide(7_u8),
        give_away::<0>,
        read::<1>,
        give_away::<1>,
        take::<0>,
        pipeline![read::<2>, take::<1>, read::<0>],
        pass,
    );
    assert_eq!(sixteen, none);
}

#[test]
fn a_layer_that_is_switched_off_allocates_nothing() {
    assert_eq!(count!(false.then(pass), true.then(pass),), count!());
}

#[test]
fn what_is_asked_of_a_request_costs_no_copy() {
    assert_eq!(count!(ask,), count!());
}

#[test]
fn the_seventeenth_layer_is_behind_one_box() {
    let seventeen =
        count!(pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass,);
    assert_eq!(seventeen, count!() + 1);
    let thirty_two = count!(
        pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass,
        pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass,
    );
    assert_eq!(thirty_two, count!() + 1);
}

#[test]
fn a_boxed_layer_costs_three_allocations_and_a_list_two_a_layer_and_one() {
    let none = count!();
    assert_eq!(count!(boxed::<(), _, _>(pass),), none + 3);
    assert_eq!(count!(dynamic(Vec::<BoxedLayer>::new()),), none + 1);
    assert_eq!(count!(dynamic(vec![boxed::<(), _, _>(pass), boxed(pass)]),), none + 5);
}

#[test]
fn only_a_body_that_is_not_in_memory_is_watched() {
    let watched = allocations(pipeline![lines].callback(Settings::default()));
    // the stream's box; the watcher's, and its copy of the headers, which has two
    assert_eq!(watched, count!() + 4);
}

#[test]
fn what_is_set_for_errors_costs_nothing_if_there_is_none() {
    let mut settings = Settings::default();
    settings.render_errors(errors::negotiated);
    settings.on_error(|_, _| ());
    settings.keep_on_error("X-Powered-By").unwrap();
    assert_eq!(allocations(pipeline![hello].callback(settings)), count!());
}

#[test]
fn what_a_route_captures_is_read_without_a_copy_unless_it_is_encoded() {
    #[middleware]
    async fn text(#[param] name: &str, #[param] id: &u64, #[param] path: Segments<'_>) -> &'static str {
        assert_eq!((name.chars().last(), *id, path.map(|part| part.unwrap().len()).sum()), (Some('a'), 7, 3));
        "hello"
    }
    #[middleware]
    async fn nothing() -> &'static str {
        "hello"
    }
    let read = |path| {
        let table = pipeline![routes! { GET "/{name}/{id: u64}/{path..}" => text }];
        allocations_at(path, table.callback(Settings::default()))
    };
    let ignored = {
        let table = pipeline![routes! { GET "/{name}/{id: u64}/{path..}" => nothing }];
        allocations_at("/ada/7/a/bc", table.callback(Settings::default()))
    };
    assert_eq!(read("/ada/7/a/bc"), ignored);
    assert_eq!(read("/a-longer-name-of-%61d%61/7/a/b%63"), ignored + 2);
}

#[test]
fn what_is_seen_from_outside_is_seen_without_an_allocation() {
    for format in [LogFormat::Common, LogFormat::Combined, LogFormat::JsonLines] {
        assert_eq!(count!(access_log(format).to(LogOutput::writer(std::io::sink())),), count!());
    }
    assert_eq!(count!(observe(Metrics::new()),), count!());
    assert_eq!(count!(observe(|seen: &Observation<'_>| assert_eq!(seen.status(), 200)),), count!());
    // nobody subscribes
    assert_eq!(count!(trace,), count!());
    assert_eq!(
        count!(false.then_some(access_log(LogFormat::Common)), false.then_some(observe(Metrics::new())),),
        count!()
    );
}

#[test]
fn a_route_inside_of_another_is_counted_without_an_allocation() {
    routes! { fn inner() { GET "/{id}" => hello } }
    routes! { fn outer() { "/users" => inner() } }
    let plain = pipeline![outer()].callback(Settings::default());
    let counted = pipeline![observe(Metrics::new()), outer()].callback(Settings::default());
    assert_eq!(allocations_at("/users/7", counted), allocations_at("/users/7", plain));
}
