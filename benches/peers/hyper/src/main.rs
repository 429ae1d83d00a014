//! hyper as it is, with the two settings that pay, a `match` for a router and layers by hand: what the others are held against.

use std::{net::SocketAddr, thread};

use http_body_util::{BodyExt as _, Full};
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Bytes, Incoming},
    header::{CONTENT_TYPE, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use shared::{HELLO, MESSAGE, large, workers};
use socket2::{Domain, Socket, Type};
use tokio::{net::TcpListener, runtime};

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;
type Reply = Response<Full<Bytes>>;

struct Context {
    request: Request<Incoming>,
    response: Option<Reply>,
}

macro_rules! layers {
    ($($outer:ident $inner:ident,)*) => { $(
        async fn $outer(ctx: &mut Context) -> std::result::Result<(), hyper::Error> {
            $inner(ctx).await
        }
    )* };
}
layers! {
    layer0 layer1, layer1 layer2, layer2 layer3, layer3 layer4, layer4 layer5,
    layer5 layer6, layer6 layer7, layer7 layer8, layer8 layer9, layer9 hello,
}

async fn hello(ctx: &mut Context) -> std::result::Result<(), hyper::Error> {
    if ctx.request.method() == Method::GET {
        ctx.response = Some(text(HELLO));
    }
    Ok(())
}

fn reply(content_type: &'static str, body: Bytes) -> Reply {
    let mut response = Response::new(Full::new(body));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

fn text(text: impl Into<Bytes>) -> Reply {
    reply("text/plain; charset=utf-8", text.into())
}

fn failed(status: StatusCode) -> Reply {
    let mut response = Reply::default();
    *response.status_mut() = status;
    response
}

async fn layered(request: Request<Incoming>) -> Result<Reply> {
    let mut ctx = Context { request, response: None };
    layer0(&mut ctx).await?;
    Ok(ctx.response.unwrap_or_default())
}

async fn answer(request: Request<Incoming>) -> Result<Reply> {
    Ok(match (request.method(), request.uri().path()) {
        (&Method::GET, "/") => text(HELLO),
        (&Method::GET, "/layers") => layered(request).await?,
        (&Method::GET, "/json") => reply("application/json", serde_json::to_vec(&MESSAGE)?.into()),
        (&Method::GET, "/down") => reply("application/octet-stream", large()),
        (&Method::POST, "/up") => text(request.into_body().collect().await?.to_bytes().len().to_string()),
        (&Method::GET, path) => match path.strip_prefix("/users/").and_then(|id| id.parse::<u64>().ok()) {
            Some(id) => text(id.to_string()),
            None => failed(StatusCode::NOT_FOUND),
        },
        _ => failed(StatusCode::METHOD_NOT_ALLOWED),
    })
}

/// One that shares its address with others, among which the system spreads connections.
fn listener() -> Result<TcpListener> {
    let address = SocketAddr::from(([127, 0, 0, 1], shared::port()));
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    socket.set_reuse_port(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(1024)?;
    Ok(TcpListener::from_std(socket.into())?)
}

async fn serve() -> Result {
    let listener = listener()?;
    let mut http = http1::Builder::new();
    http.pipeline_flush(true).header_read_timeout(None);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let connection = http.serve_connection(TokioIo::new(stream), service_fn(answer));
        tokio::spawn(async move { drop(connection.await) });
    }
}

fn main() -> Result {
    if !shared::is_per_core() {
        return shared::runtime()?.block_on(async { tokio::spawn(serve()).await? });
    }
    let threads: Vec<_> = (0..workers())
        .map(|_| thread::spawn(|| runtime::Builder::new_current_thread().enable_all().build()?.block_on(serve())))
        .collect();
    threads.into_iter().try_for_each(|thread| thread.join().map_err(|_| "a thread panicked")?)
}
