//! Ours, as hyper or tower calls it.

use std::pin::pin;

use http_body::Body as _;
use koa_runtime::{http, prelude::*};
use tower_service::Service as _;

use crate::{Asked, Run, Task, Waker, now};

#[allow(clippy::wildcard_imports, unused_imports)]
mod table {
    include!(concat!(env!("OUT_DIR"), "/ours.rs"));
}

#[middleware]
async fn alone() -> &'static str {
    "alone"
}

pub fn run(is_alone: bool, asked: &[Asked]) -> Run {
    let app = if is_alone { Application::new(pipeline![alone]) } else { table::app() };
    let mut service = app.callback();
    let asked: Vec<(http::Method, http::Uri)> =
        asked.iter().filter_map(|(method, path)| Some((method.parse().ok()?, path.parse().ok()?))).collect();
    Box::new(move |number| {
        let (method, uri) = &asked[number % asked.len()];
        let mut request = http::Request::new(Body::empty());
        *request.method_mut() = method.clone();
        *request.uri_mut() = uri.clone();
        let answering = pin!(service.call(request));
        let Ok(mut response) = now(answering);
        let mut body = pin!(response.body_mut());
        while let std::task::Poll::Ready(Some(frame)) = body.as_mut().poll_frame(&mut Task::from_waker(Waker::noop())) {
            drop(frame);
        }
        response.status().as_u16()
    })
}
