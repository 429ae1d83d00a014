//! axum's router, as hyper or tower calls it.

use std::pin::pin;

use ::axum::{
    Router,
    body::{Body, HttpBody as _},
    http::{Method, Request, Uri},
};
use tower_service::Service as _;

use crate::{Asked, Run, Task, Waker, now};

mod table {
    use ::axum;
    include!(concat!(env!("OUT_DIR"), "/axum.rs"));
}

async fn alone() -> &'static str {
    "alone"
}

pub fn run(is_alone: bool, asked: &[Asked]) -> Run {
    let mut service = if is_alone { Router::new().fallback(alone) } else { table::app() };
    let asked: Vec<(Method, Uri)> =
        asked.iter().filter_map(|(method, path)| Some((method.parse().ok()?, path.parse().ok()?))).collect();
    Box::new(move |number| {
        let (method, uri) = &asked[number % asked.len()];
        let mut request = Request::new(Body::empty());
        *request.method_mut() = method.clone();
        *request.uri_mut() = uri.clone();
        let answering = pin!(service.call(request));
        let Ok(mut response) = now(answering);
        let mut body = pin!(response.body_mut());
        while let std::task::Poll::Ready(Some(frame)) = body.as_mut().poll_frame(&mut Task::from_waker(Waker::noop())) {
            let _ = frame;
        }
        response.status().as_u16()
    })
}
