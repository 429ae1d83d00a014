use super::*;
use crate::server::{http::wire::Stream, listener::Listener};

/// A connection as the server has it, which was accepted with these options.
async fn accepted(options: SocketOptions) -> TcpStream {
    let listener = options.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap());
    let listener = Listener::from(listener);
    let (accepted, client) = tokio::join!(listener.accept(&options), client);
    client.unwrap();
    match accepted.unwrap().open().await.unwrap() {
        (Stream::Tcp(stream), ..) => stream,
        (Stream::Other(_), ..) => panic!("it is TCP alone"),
    }
}

#[tokio::test]
async fn what_is_written_is_sent_at_once_unless_it_is_to_wait() {
    for nodelay in [true, false] {
        let stream = accepted(SocketOptions { nodelay, ..SocketOptions::default() }).await;
        assert_eq!(stream.nodelay().unwrap(), nodelay);
    }
    assert!(SocketOptions::default().nodelay);
}

#[tokio::test]
async fn the_system_asks_whether_there_is_still_somebody_if_it_is_told_to() {
    let stream = accepted(SocketOptions::default()).await;
    assert!(!SockRef::from(&stream).keepalive().unwrap());
    let time = Duration::from_secs(77);
    let stream = accepted(SocketOptions { keep_alive: Some(time), ..SocketOptions::default() }).await;
    let socket = SockRef::from(&stream);
    assert!(socket.keepalive().unwrap());
    assert_eq!(socket.tcp_keepalive_time().unwrap(), time);
}

#[tokio::test]
async fn a_port_is_shared_if_all_who_listen_on_it_say_so() {
    let shared = SocketOptions { reuse_port: true, ..SocketOptions::default() };
    let first = shared.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let address = first.local_addr().unwrap();
    assert!(shared.bind(address).is_ok());
    assert!(SocketOptions::default().bind(address).is_err());
}
