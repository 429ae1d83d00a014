//! A connection over which each call is a `POST`, and its reply what that is answered.

use std::{
    future::poll_fn,
    pin::{Pin, pin},
    sync::Arc,
    task::Poll,
};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::client::conn::http1::{Connection, SendRequest, handshake};
use hyper_util::rt::TokioIo;
use koa_runtime::{
    Error, Result, Status,
    http::{HeaderValue, Method, Request, header},
};

use super::{
    failure::{Failed, answered, because, broken, nonsense},
    link::Stream,
    target::Target,
};
use crate::{Message, ProtocolError, Settings, http::TYPE};

fn request(target: &Target, message: Bytes) -> Request<Full<Bytes>> {
    let mut request = Request::new(Full::new(message));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = target.path.clone();
    let ours = HeaderValue::from_static(TYPE);
    let headers = request.headers_mut();
    headers.insert(header::HOST, target.host.clone());
    headers.insert(header::CONTENT_TYPE, ours.clone());
    headers.insert(header::ACCEPT, ours);
    headers.extend(target.headers.clone());
    request
}

pub(super) struct Http {
    requests: SendRequest<Full<Bytes>>,
    /// `None` once it is closed. It is driven by who waits for a reply, and by nobody else: a call that is dropped takes it along.
    wire: Option<Connection<TokioIo<Stream>, Full<Bytes>>>,
    target: Arc<Target>,
}

impl Http {
    pub(super) async fn open(stream: Stream, target: &Arc<Target>) -> Result<Self> {
        let (requests, wire) = handshake(TokioIo::new(stream)).await.map_err(broken)?;
        Ok(Self { requests, wire: Some(wire), target: Arc::clone(target) })
    }

    pub(super) async fn ask(
        &mut self,
        message: Bytes,
        is_one_way: bool,
        settings: &Settings,
    ) -> Result<Option<Message>, Failed> {
        let Self { requests, wire, target } = self;
        let reply = beside(wire, post(requests, request(target, message), settings.message)).await?;
        if is_one_way {
            return Ok(None);
        }
        if reply.is_empty() {
            return Err(Failed::behind(because("there is no reply")));
        }
        Message::decode(reply).map(Some).map_err(|error| Failed::behind(nonsense(error)))
    }

    /// Whether the server has neither closed it nor said anything unasked, and takes another request. See `Raw::is_quiet`.
    pub(super) async fn is_ready(&mut self) -> bool {
        poll_fn(|task| {
            if let Some(wire) = &mut self.wire
                && Pin::new(wire).poll(task).is_ready()
            {
                self.wire = None;
            }
            Poll::Ready(self.wire.is_some() && self.requests.is_ready())
        })
        .await
    }
}

/// The body of the reply to a request.
async fn post(
    requests: &mut SendRequest<Full<Bytes>>,
    request: Request<Full<Bytes>>,
    most: usize,
) -> Result<Bytes, Failed> {
    let reply = requests.try_send_request(request).await.map_err(|failed| {
        let is_sent = failed.message().is_none();
        let error = broken(failed.into_error());
        if is_sent { Failed::meanwhile(error) } else { Failed::before(error) }
    })?;
    match reply.status() {
        Status::OK => {}
        // who says so is a proxy as a rule, and may say something else the next time
        status @ (Status::BAD_GATEWAY | Status::SERVICE_UNAVAILABLE | Status::GATEWAY_TIMEOUT) => {
            return Err(Failed::meanwhile(answered(status)));
        }
        status => return Err(Failed::behind(answered(status))),
    }
    let body = Limited::new(reply.into_body(), most).collect().await;
    body.map(http_body_util::Collected::to_bytes).map_err(|error| {
        let is_large = error.is::<LengthLimitError>();
        Failed::behind(if is_large {
            nonsense(ProtocolError::TooLarge(most))
        } else {
            Error::from_boxed(error).with_status(502)
        })
    })
}

/// Waits for something that comes over a connection, which nobody else drives.
async fn beside<T>(wire: &mut Option<Connection<TokioIo<Stream>, Full<Bytes>>>, waiting: impl Future<Output = T>) -> T {
    let mut waiting = pin!(waiting);
    poll_fn(|task| {
        loop {
            if let Poll::Ready(come) = waiting.as_mut().poll(task) {
                return Poll::Ready(come);
            }
            let Some(driven) = wire else { return Poll::Pending };
            if Pin::new(driven).poll(task).is_pending() {
                return Poll::Pending;
            }
            // who waits hears why
            *wire = None;
        }
    })
    .await
}
