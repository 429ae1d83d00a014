//! hyper as it is, with the two settings that pay, and ten layers by hand.

use std::convert::Infallible;

use http_body_util::Full;
use hyper::{
    Request, Response,
    body::{Bytes, Incoming},
    header::{CONTENT_TYPE, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::Result;

struct Context {
    request: Request<Incoming>,
    response: Option<Response<Full<Bytes>>>,
}

macro_rules! layers {
    ($($outer:ident $inner:ident,)*) => { $(
        async fn $outer(ctx: &mut Context) -> std::result::Result<(), Infallible> {
            $inner(ctx).await
        }
    )* };
}
layers! {
    layer0 layer1, layer1 layer2, layer2 layer3, layer3 layer4, layer4 layer5,
    layer5 layer6, layer6 layer7, layer7 layer8, layer8 layer9, layer9 hello,
}

async fn hello(ctx: &mut Context) -> std::result::Result<(), Infallible> {
    let mut response = Response::new(Full::new(Bytes::from_static(b"Hello, World!")));
    if ctx.request.uri().path() == "/" {
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    }
    ctx.response = Some(response);
    Ok(())
}

async fn answer(request: Request<Incoming>) -> std::result::Result<Response<Full<Bytes>>, Infallible> {
    let mut ctx = Context { request, response: None };
    layer0(&mut ctx).await?;
    Ok(ctx.response.unwrap_or_default())
}

pub async fn serve(port: u16) -> Result {
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let mut http = http1::Builder::new();
    // the timer is what is measured against
    http.pipeline_flush(true).header_read_timeout(None);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let connection = http.serve_connection(TokioIo::new(stream), service_fn(answer));
        tokio::spawn(async move { drop(connection.await) });
    }
}
