//! actix's `App`, as its server calls it.

use std::{pin::pin, task::Poll};

use actix_http::Request;
use actix_web::{
    App,
    body::MessageBody,
    dev::{Service, ServiceResponse},
    http::{Method, Uri},
    test, web,
};

use crate::{Asked, Run, Task, Waker, now};

mod table {
    include!(concat!(env!("OUT_DIR"), "/actix.rs"));
}

async fn alone() -> &'static str {
    "alone"
}

pub fn run(is_alone: bool, asked: &[Asked]) -> Run {
    if is_alone {
        let service = now(pin!(test::init_service(App::new().default_service(web::to(alone)))));
        call(service, asked)
    } else {
        let service = now(pin!(test::init_service(App::new().configure(table::app))));
        call(service, asked)
    }
}

fn call<B: MessageBody>(
    service: impl Service<Request, Response = ServiceResponse<B>, Error = actix_web::Error> + 'static,
    asked: &[Asked],
) -> Run {
    let asked: Vec<(Method, Uri)> =
        asked.iter().filter_map(|(method, path)| Some((method.parse().ok()?, path.parse().ok()?))).collect();
    Box::new(move |number| {
        let (method, uri) = &asked[number % asked.len()];
        let mut request = Request::new();
        request.head_mut().method = method.clone();
        request.head_mut().uri = uri.clone();
        let Ok(response) = now(pin!(service.call(request))) else { return 0 };
        let (request, response) = response.into_parts();
        let status = response.status().as_u16();
        let mut body = pin!(response.into_body());
        while let Poll::Ready(Some(part)) = body.as_mut().poll_next(&mut Task::from_waker(Waker::noop())) {
            let _ = part;
        }
        drop(request);
        status
    })
}
