//! An application as a service, for hyper and for tower.

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use koa_runtime::{Settings, prelude::*};
use tokio::net::{TcpListener, TcpStream};

#[middleware]
async fn echo(ctx: &mut Context) -> Result<Body> {
    Ok(ctx.request.bytes(1024).await?.into())
}

async fn bytes(reply: http::Response<Body>) -> Bytes {
    reply.into_body().collect().await.unwrap().to_bytes()
}

fn ready<S: tower_service::Service<R>, R>(service: &mut S) {
    let mut task = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(matches!(service.poll_ready(&mut task), std::task::Poll::Ready(Ok(()))));
}

#[tokio::test]
async fn a_pipeline_is_a_tower_service() {
    let mut service = pipeline![echo].callback(Settings::default());
    ready::<_, http::Request<Body>>(&mut service);
    let reply = tower_service::Service::call(&mut service, http::Request::new(Body::from("hello"))).await.unwrap();
    assert_eq!(bytes(reply).await, "hello");
}

#[tokio::test]
async fn an_application_is_a_tower_service() {
    let mut service = Application::new(pipeline![echo]).callback();
    ready::<_, http::Request<Body>>(&mut service);
    let reply = tower_service::Service::call(&mut service, http::Request::new(Body::from("hello"))).await.unwrap();
    assert_eq!(bytes(reply).await, "hello");
}

/// Serves one connection with `service` and asks it once.
async fn ask<S>(service: S) -> String
where
    S: hyper::service::Service<http::Request<Incoming>, Response = http::Response<Body>> + Send + 'static,
    S::Error: std::error::Error + Send + Sync,
    S::Future: Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let stream = hyper_util::rt::TokioIo::new(listener.accept().await.unwrap().0);
        hyper::server::conn::http1::Builder::new().serve_connection(stream, service).await
    });
    let stream = hyper_util::rt::TokioIo::new(TcpStream::connect(address).await.unwrap());
    let (mut client, connection) = hyper::client::conn::http1::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    let request = http::Request::post("/").header("Host", "a").body(Body::from("over the wire")).unwrap();
    let reply = client.send_request(request).await.unwrap();
    String::from_utf8(reply.into_body().collect().await.unwrap().to_bytes().into()).unwrap()
}

#[tokio::test]
async fn both_are_hyper_services() {
    assert_eq!(ask(pipeline![echo].callback(Settings::default())).await, "over the wire");
    assert_eq!(ask(Application::new(pipeline![echo]).callback()).await, "over the wire");
}
