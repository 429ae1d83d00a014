//! The doors of a server: TLS, Unix sockets, proxies in front, and streams that are handed on.

use std::{fs, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use koa_runtime::{ProxyProtocol, Tls, Unix, prelude::*};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream, UnixStream},
    time::{sleep, timeout},
};
use tokio_rustls::TlsConnector;

mod eventually;

use eventually::eventually;

#[middleware]
async fn answer(ctx: &mut Context) -> String {
    let peer = ctx.peer().map_or_else(|| "nobody".to_owned(), |peer| peer.to_string());
    format!("{} {:?} {peer}", ctx.protocol(), ctx.request.version())
}

fn app() -> Application {
    Application::new(pipeline![answer])
}

/// A folder of its own for each test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("koa-doors-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// A certificate for `name`, and its key.
    fn certify(&self, name: &str) {
        let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
        fs::write(self.path("certificate.pem"), made.cert.pem()).unwrap();
        fs::write(self.path("key.pem"), made.signing_key.serialize_pem()).unwrap();
    }

    fn tls(&self) -> std::io::Result<Tls> {
        Tls::from_pem_files(self.path("certificate.pem"), self.path("key.pem"))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

async fn ask(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> String {
    stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut all = Vec::new();
    let _ = timeout(Duration::from_secs(10), stream.read_to_end(&mut all)).await.expect("it is closed");
    String::from_utf8_lossy(&all).into_owned()
}

async fn port() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

async fn over_tls(
    address: SocketAddr,
    folder: &Folder,
    name: &'static str,
    protocols: &[&[u8]],
) -> std::io::Result<tokio_rustls::client::TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(folder.path("certificate.pem")).unwrap() {
        roots.add(certificate.unwrap()).unwrap();
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    let stream = TcpStream::connect(address).await?;
    TlsConnector::from(Arc::new(config)).connect(ServerName::try_from(name).unwrap(), stream).await
}

#[tokio::test]
async fn over_tls_the_protocol_is_what_the_client_likes_best() {
    let folder = Folder::new("alpn");
    folder.certify("localhost");
    let (listener, address) = port().await;
    tokio::spawn(app().serve(folder.tls().unwrap().on(listener)));
    for protocols in [&[][..], &[&b"http/1.1"[..]]] {
        let mut stream = over_tls(address, &folder, "localhost", protocols).await.unwrap();
        let reply = ask(&mut stream).await;
        assert!(reply.contains("https HTTP/1.1 127.0.0.1:"), "{reply}");
    }
    let stream = over_tls(address, &folder, "localhost", &[b"h2", b"http/1.1"]).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let (mut send, connection) = hyper::client::conn::http2::handshake(
        hyper_util::rt::TokioExecutor::new(),
        hyper_util::rt::TokioIo::new(stream),
    )
    .await
    .unwrap();
    tokio::spawn(connection);
    let request = http::Request::get("https://localhost/").body(http_body_util::Empty::<bytes::Bytes>::new()).unwrap();
    let reply = send.send_request(request).await.unwrap();
    let body = http_body_util::BodyExt::collect(reply.into_body()).await.unwrap().to_bytes();
    assert!(body.starts_with(b"https HTTP/2.0 127.0.0.1:"), "{body:?}");
}

#[tokio::test]
async fn a_certificate_is_replaced_without_a_restart_and_kept_where_the_new_one_is_none() {
    let folder = Folder::new("reload");
    folder.certify("one.test");
    let tls = folder.tls().unwrap();
    let (listener, address) = port().await;
    tokio::spawn(app().serve(tls.on(listener)));
    let mut open = over_tls(address, &folder, "one.test", &[]).await.unwrap();

    folder.certify("other.test");
    assert!(over_tls(address, &folder, "other.test", &[]).await.is_err(), "it is not read yet");
    tls.reload().unwrap();
    let mut stream = over_tls(address, &folder, "other.test", &[]).await.unwrap();
    assert!(ask(&mut stream).await.contains("200 OK"));
    assert!(ask(&mut open).await.contains("200 OK"), "what was open goes on");

    let certificate = fs::read(folder.path("certificate.pem")).unwrap();
    folder.certify("third.test");
    fs::write(folder.path("certificate.pem"), &certificate).unwrap();
    let error = tls.reload().unwrap_err().to_string();
    assert!(error.contains("key.pem"), "{error}");
    fs::write(folder.path("certificate.pem"), "nonsense").unwrap();
    assert!(tls.reload().is_err());
    fs::write(folder.path("certificate.pem"), &certificate).unwrap();
    assert!(over_tls(address, &folder, "other.test", &[]).await.is_ok());
}

/// The files are looked at every ten seconds, which are over at once here.
#[tokio::test]
async fn a_certificate_that_has_changed_is_found_by_itself() {
    let folder = Folder::new("found");
    folder.certify("one.test");
    let (listener, address) = port().await;
    tokio::spawn(app().serve(folder.tls().unwrap().on(listener)));
    assert!(over_tls(address, &folder, "one.test", &[]).await.is_ok());
    folder.certify("other.test");
    assert!(over_tls(address, &folder, "other.test", &[]).await.is_err(), "it is not looked at yet");
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(11)).await;
    tokio::time::resume();
    eventually(async || over_tls(address, &folder, "other.test", &[]).await.is_ok()).await;
}

#[tokio::test]
async fn who_does_not_speak_tls_is_left_and_nobody_else() {
    let folder = Folder::new("plain");
    folder.certify("localhost");
    let (listener, address) = port().await;
    tokio::spawn(app().serve(folder.tls().unwrap().on(listener)));
    let mut plain = TcpStream::connect(address).await.unwrap();
    let reply = ask(&mut plain).await;
    assert!(!reply.contains("HTTP/1.1 200"), "{reply}");
    let mut stream = over_tls(address, &folder, "localhost", &[]).await.unwrap();
    assert!(ask(&mut stream).await.contains("200 OK"));
}

#[tokio::test]
async fn a_unix_socket_replaces_what_was_left_behind_and_not_what_is_in_use() {
    let folder = Folder::new("unix");
    let path = folder.path("app.sock");
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let server = app().serve(Unix::at(&path).mode(0o600)).with_graceful_shutdown(async { drop(ended.await) });
    let server = tokio::spawn(server);
    while UnixStream::connect(&path).await.is_err() {
        sleep(Duration::from_millis(10)).await;
    }
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    let reply = ask(&mut UnixStream::connect(&path).await.unwrap()).await;
    assert!(reply.ends_with("http HTTP/1.1 nobody"), "{reply}");
    assert!(app().serve(Unix::at(&path)).await.is_err(), "it is in use");
    assert!(UnixStream::connect(&path).await.is_ok());
    end.send(()).unwrap();
    server.await.unwrap().unwrap();
    assert!(!path.exists());
}

#[tokio::test]
async fn a_proxy_says_whom_it_asks_for() {
    let (listener, address) = port().await;
    tokio::spawn(app().serve(ProxyProtocol::trusting(["127.0.0.0/8"]).unwrap().on(listener)));
    let mut stream = TcpStream::connect(address).await.unwrap();
    // in pieces
    stream.write_all(b"PROXY TCP4 192.0.2.7 19").await.unwrap();
    sleep(Duration::from_millis(30)).await;
    stream.write_all(b"8.51.100.1 4711 80\r\n").await.unwrap();
    let reply = ask(&mut stream).await;
    assert!(reply.ends_with("http HTTP/1.1 192.0.2.7:4711"), "{reply}");

    // version 2, IPv4
    let mut header = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c".to_vec();
    header.extend([192, 0, 2, 8, 198, 51, 100, 1, 0x12, 0x67, 0, 80]);
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(&header).await.unwrap();
    let reply = ask(&mut stream).await;
    assert!(reply.ends_with("http HTTP/1.1 192.0.2.8:4711"), "{reply}");

    // the proxy's own question
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"PROXY UNKNOWN\r\n").await.unwrap();
    assert!(ask(&mut stream).await.contains("http HTTP/1.1 127.0.0.1:"));
}

#[tokio::test]
async fn without_its_header_a_proxy_is_not_heard_nor_is_anybody_else() {
    let (listener, address) = port().await;
    tokio::spawn(app().serve(ProxyProtocol::trusting(["127.0.0.0/8"]).unwrap().on(listener)));
    assert_eq!(ask(&mut TcpStream::connect(address).await.unwrap()).await, "");
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(format!("PROXY TCP4 {}", "1".repeat(5000)).as_bytes()).await.unwrap();
    assert_eq!(ask(&mut stream).await, "");

    let (listener, address) = port().await;
    tokio::spawn(app().serve(ProxyProtocol::trusting(["192.0.2.0/24"]).unwrap().on(listener)));
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"PROXY TCP4 192.0.2.7 198.51.100.1 4711 80\r\n").await.unwrap();
    assert_eq!(ask(&mut stream).await, "");
}

#[tokio::test]
async fn behind_a_proxy_there_may_be_tls() {
    let folder = Folder::new("both");
    folder.certify("localhost");
    let (listener, address) = port().await;
    let proxies = ProxyProtocol::trusting(["127.0.0.1"]).unwrap();
    tokio::spawn(app().serve(folder.tls().unwrap().on(proxies.on(listener))));
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"PROXY TCP4 192.0.2.7 198.51.100.1 4711 80\r\n").await.unwrap();
    let mut roots = RootCertStore::empty();
    let certificate = CertificateDer::from_pem_file(folder.path("certificate.pem")).unwrap();
    roots.add(certificate).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
    assert!(ask(&mut stream).await.ends_with("https HTTP/1.1 192.0.2.7:4711"));
}

/// Speaks another protocol once the client has asked for it: what was read too much is not lost, and what was written comes in order.
#[tokio::test]
async fn a_stream_is_handed_on_to_who_speaks_another_protocol() {
    #[middleware]
    async fn upgrade(ctx: &mut Context) -> Result {
        ctx.upgrade("echo", async |mut stream| {
            let mut read = [0; 5];
            stream.read_exact(&mut read).await.unwrap();
            stream.write_all(&read).await.unwrap();
            stream.write_all(&vec![b'x'; 1 << 20]).await.unwrap();
            stream.shutdown().await.unwrap();
        })
    }
    let (listener, address) = port().await;
    tokio::spawn(Application::new(pipeline![upgrade]).serve(listener));
    let mut stream = TcpStream::connect(address).await.unwrap();
    let asked = b"GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\nhello";
    stream.write_all(asked).await.unwrap();
    let mut all = Vec::new();
    timeout(Duration::from_secs(10), stream.read_to_end(&mut all)).await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&all);
    assert!(said.starts_with("HTTP/1.1 101 "), "{}", &said[..200.min(said.len())]);
    let (_, behind) = said.split_once("\r\n\r\n").unwrap();
    assert!(behind.starts_with("hellox") && behind.len() == 5 + (1 << 20), "{} bytes", behind.len());
}

#[tokio::test]
async fn who_does_not_ask_for_another_protocol_is_told_which_one_there_is() {
    #[middleware]
    async fn upgrade(ctx: &mut Context) -> Result {
        ctx.upgrade("echo", async |_| {})
    }
    let (listener, address) = port().await;
    tokio::spawn(Application::new(pipeline![upgrade]).serve(listener));
    let reply = ask(&mut TcpStream::connect(address).await.unwrap()).await;
    assert!(reply.starts_with("HTTP/1.1 426 ") && reply.contains("upgrade: echo"), "{reply}");
}

/// A stream that was handed on is told of the end, and cut off at the deadline.
#[tokio::test]
async fn what_speaks_another_protocol_ends_with_the_server() {
    #[middleware]
    async fn upgrade(ctx: &mut Context) -> Result {
        let is_deaf = ctx.path() == "/deaf";
        ctx.upgrade("echo", async move |mut stream| {
            if is_deaf {
                std::future::pending::<()>().await;
            }
            stream.drains().await;
            stream.write_all(b"bye").await.unwrap();
        })
    }
    let (listener, address) = port().await;
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let (tell, drained) = tokio::sync::oneshot::channel();
    let server = Application::new(pipeline![upgrade])
        .serve(listener)
        .with_graceful_shutdown(async { drop(ended.await) })
        .drain(Duration::from_millis(300))
        .on_drained(|drained| tell.send(drained).unwrap());
    let server = tokio::spawn(server);
    let mut streams = Vec::new();
    for path in ["/", "/deaf"] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let asked = format!("GET {path} HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n");
        stream.write_all(asked.as_bytes()).await.unwrap();
        let mut head = [0; 512];
        let read = stream.read(&mut head).await.unwrap();
        assert!(head[..read].starts_with(b"HTTP/1.1 101 "));
        streams.push(stream);
    }
    end.send(()).unwrap();
    let mut said = String::new();
    streams[0].read_to_string(&mut said).await.unwrap();
    assert_eq!(said, "bye");
    timeout(Duration::from_secs(5), server).await.unwrap().unwrap().unwrap();
    assert_eq!(drained.await.unwrap().cut_connections, 1);
}
