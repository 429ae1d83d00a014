//! Apache's own server for Rust: a thread for each connection, out of a pool that has all of them from the beginning.

use std::io::Write;

use shared::Result;
use thrift::{
    protocol::{TBinaryInputProtocolFactory, TBinaryOutputProtocolFactory},
    server::TServer,
    transport::{
        TBufferedWriteTransport, TFramedReadTransportFactory, TFramedWriteTransport, TWriteTransport,
        TWriteTransportFactory,
    },
};

#[allow(warnings, clippy::all)]
mod echo {
    include!(concat!(env!("OUT_DIR"), "/echo.rs"));
}
use echo::{EchoSyncHandler, EchoSyncProcessor, Message};

struct Theirs;

impl EchoSyncHandler for Theirs {
    fn handle_echo(&self, message: Message) -> thrift::Result<Message> {
        Ok(message)
    }
}

/// A frame in one piece: written as it is, its length goes out alone, and what follows waits for an acknowledgement, as `TServer`
/// does not set `TCP_NODELAY`.
struct InOnePiece;

impl TWriteTransportFactory for InOnePiece {
    fn create(&self, channel: Box<dyn Write + Send>) -> Box<dyn TWriteTransport + Send> {
        Box::new(TFramedWriteTransport::new(TBufferedWriteTransport::with_capacity(16 * 1024, channel)))
    }
}

fn main() -> Result {
    // as many as there are connections to be
    let threads = if shared::shape() == "crowd" { 10_100 } else { 128 };
    let mut server = TServer::new(
        TFramedReadTransportFactory::new(),
        TBinaryInputProtocolFactory::new(),
        InOnePiece,
        TBinaryOutputProtocolFactory::new(),
        EchoSyncProcessor::new(Theirs),
        threads,
    );
    Ok(server.listen(("127.0.0.1", shared::port()))?)
}
