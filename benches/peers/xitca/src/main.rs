//! xitca-web, with its layers in two boxes of five: in one type, ten of them do not compile in 8 GiB.

use shared::{HELLO, LIMIT, MESSAGE, Message};
use xitca_web::{
    App, WebContext,
    bytes::Bytes,
    error::Error,
    handler::{body::Limit, handler_service, json::Json, params::Params},
    http::WebResponse,
    route::{get, post},
    service::{Service, ServiceExt, object::ServiceObject},
};

async fn layer<S, T, E>(next: &S, ctx: WebContext<'_>) -> Result<T, E>
where
    S: for<'r> Service<WebContext<'r>, Response = T, Error = E>,
{
    next.call(ctx).await
}

type Object = Box<dyn for<'r> ServiceObject<WebContext<'r>, Response = WebResponse, Error = Error>>;

/// Makes the type of what is inside forgotten.
#[derive(Clone)]
struct Boxed;

struct BoxedService(Object);

impl<S, E> Service<Result<S, E>> for Boxed
where
    S: for<'r> Service<WebContext<'r>, Response = WebResponse, Error = Error> + 'static,
{
    type Response = BoxedService;
    type Error = E;

    async fn call(&self, inner: Result<S, E>) -> Result<BoxedService, E> {
        inner.map(|inner| BoxedService(Box::new(inner)))
    }
}

impl<'r> Service<WebContext<'r>> for BoxedService {
    type Response = WebResponse;
    type Error = Error;

    async fn call(&self, ctx: WebContext<'r>) -> Result<WebResponse, Error> {
        Service::call(&self.0, ctx).await
    }
}

async fn hello() -> &'static str {
    HELLO
}

async fn json() -> Json<Message> {
    Json(MESSAGE)
}

async fn user(Params(id): Params<u64>) -> String {
    id.to_string()
}

async fn up((body, _): (Vec<u8>, Limit<LIMIT>)) -> String {
    body.len().to_string()
}

async fn down() -> Bytes {
    shared::large()
}

fn main() -> std::io::Result<()> {
    let layered = get(handler_service(hello)
        .enclosed_fn(layer)
        .enclosed_fn(layer)
        .enclosed_fn(layer)
        .enclosed_fn(layer)
        .enclosed_fn(layer)
        .enclosed(Boxed)
        .enclosed_fn(layer)
        .enclosed_fn(layer)
        .enclosed_fn(layer)
        .enclosed_fn(layer)
        .enclosed_fn(layer)
        .enclosed(Boxed));
    App::new()
        .at("/", get(handler_service(hello)))
        .at("/layers", layered)
        .at("/json", get(handler_service(json)))
        .at("/users/{id}", get(handler_service(user)))
        .at("/down", get(handler_service(down)))
        .at("/up", post(handler_service(up)))
        .serve()
        .worker_threads(shared::workers())
        .bind(("127.0.0.1", shared::port()))?
        .run()
        .wait()
}
