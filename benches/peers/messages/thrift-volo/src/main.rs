//! volo-thrift, which speaks TTHeader unless it is told to speak what Thrift calls framed.

use std::net::SocketAddr;

use motore::{layer::Layer, service::Service};
use shared::Result;
use volo::net::Address;
use volo_thrift::{ServerError, codec::DefaultMakeCodec};

#[allow(warnings, clippy::all, unsafe_code)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/volo_gen.rs"));
}
use generated::volo_gen::echo::{Echo, EchoServer, Message};

struct Theirs;

impl Echo for Theirs {
    async fn echo(&self, message: Message) -> std::result::Result<Message, ServerError> {
        Ok(message)
    }
}

/// Hands on.
struct HandOn;

impl<S> Layer<S> for HandOn {
    type Service = HandsOn<S>;

    fn layer(self, inner: S) -> HandsOn<S> {
        HandsOn(inner)
    }
}

#[derive(Clone)]
struct HandsOn<S>(S);

impl<C, Q, S> Service<C, Q> for HandsOn<S>
where
    C: Send + 'static,
    Q: Send + 'static,
    S: Service<C, Q> + Send + Sync + 'static,
{
    type Response = S::Response;
    type Error = S::Error;

    async fn call(&self, cx: &mut C, request: Q) -> std::result::Result<S::Response, S::Error> {
        self.0.call(cx, request).await
    }
}

fn main() -> Result {
    shared::runtime()?.block_on(async {
        let address = Address::from(SocketAddr::from(([127, 0, 0, 1], shared::port())));
        let server = EchoServer::new(Theirs).make_codec(DefaultMakeCodec::framed());
        match shared::shape().as_str() {
            "layers" => {
                let server = server.layer(HandOn).layer(HandOn).layer(HandOn).layer(HandOn).layer(HandOn);
                server.layer(HandOn).layer(HandOn).layer(HandOn).layer(HandOn).layer(HandOn).run(address).await
            }
            _ => server.run(address).await,
        }
    })
}
