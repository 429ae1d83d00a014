//! One connection to a server, and the calls over it, one after another.

use tokio::io::{AsyncRead, AsyncWrite};

#[cfg(feature = "http-client")]
use super::http::Http;
#[cfg(feature = "websocket-client")]
use super::websocket::WebSocket;
use super::{failure::Failed, raw::Raw};
use crate::{Message, Settings};

pub(super) trait Io: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// TCP, or TLS over it. Boxed: once a connection.
pub(super) type Stream = Box<dyn Io>;

/// What a call holds while it waits: what is large lies elsewhere.
pub(super) enum Link {
    Raw(Raw),
    #[cfg(feature = "http-client")]
    Http(Box<Http>),
    #[cfg(feature = "websocket-client")]
    WebSocket(WebSocket),
}

impl Link {
    /// Sends a message as it is written, and waits for the reply, unless there is none. What fails, or is dropped, leaves a link that is of
    /// no further use.
    pub(super) async fn ask(
        &mut self,
        bytes: bytes::Bytes,
        is_one_way: bool,
        settings: &Settings,
    ) -> Result<Option<Message>, Failed> {
        match self {
            Self::Raw(raw) => {
                raw.write(&bytes).await?;
                if is_one_way { Ok(None) } else { raw.read(settings).await.map(Some) }
            }
            #[cfg(feature = "http-client")]
            Self::Http(http) => http.ask(bytes, is_one_way, settings).await,
            #[cfg(feature = "websocket-client")]
            Self::WebSocket(socket) => socket.ask(&bytes, is_one_way, settings).await,
        }
    }

    /// Whether it may be kept, or be used after it was. Takes no more room then than it needs.
    pub(super) async fn is_fit(&mut self) -> bool {
        match self {
            Self::Raw(raw) => raw.is_quiet().await,
            #[cfg(feature = "http-client")]
            Self::Http(http) => http.is_ready().await,
            #[cfg(feature = "websocket-client")]
            Self::WebSocket(socket) => socket.is_ready().await,
        }
    }
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Link")
    }
}
