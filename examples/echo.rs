//! A target for outside test suites: it says again what it is sent.
//!
//! ```text
//! PORT=3000 TLS_PORT=3443 cargo run --release -p examples --example echo
//! curl -i localhost:3000/                               # 200 OK
//! curl -i localhost:3000/ -d hello                      # 200 hello, as for every other method
//! curl -i localhost:3000/large                          # 16 MiB
//! curl -i localhost:3000/echo -H 'X-A: 1'               # the headers, a line each: x-a=1
//! curl -i localhost:3000/cookie -b 'a=1; b=2'           # the cookies: a=1, b=2
//! curl -ik https://localhost:3443/                      # the same over TLS, with a certificate made at the start
//! curl -i --http2-prior-knowledge localhost:3000/       # HTTP/2
//! ```
//!
//! It runs with the default limits: see `Limits`. With `REUSE_PORT=1` a second one may listen on the same port, and take over.

use std::{env, fmt::Write as _, fs, path::PathBuf, sync::LazyLock};

use bytes::Bytes;
use koa_runtime::{SocketOptions, Tls, prelude::*};

#[middleware]
async fn ok() -> &'static str {
    "OK"
}

/// More than the system keeps for a client that does not read.
#[middleware]
async fn large() -> Bytes {
    static LARGE: LazyLock<Bytes> = LazyLock::new(|| vec![b'x'; 16 << 20].into());
    LARGE.clone()
}

/// The body as it comes, so that a client may be sent what it is still sending.
#[middleware]
async fn echo(ctx: &mut Context) -> Body {
    ctx.set_status(200);
    if ctx.request.length() == Some(0) { "".into() } else { ctx.request.take_body() }
}

#[middleware]
async fn headers(ctx: &mut Context) -> String {
    let mut text = String::new();
    for (name, value) in ctx.request.headers() {
        let _ = writeln!(text, "{name}={}", String::from_utf8_lossy(value.as_bytes()));
    }
    text
}

#[middleware]
async fn cookies(ctx: &mut Context) -> String {
    let cookies = ctx.get("cookie").split(';').map(str::trim).filter(|cookie| !cookie.is_empty());
    cookies.fold(String::new(), |text, cookie| text + cookie + "\n")
}

fn app() -> Application {
    Application::new(pipeline![routes! {
        GET "/" => ok,
        * "/" => echo,
        GET "/large" => large,
        GET "/echo" => headers,
        GET "/cookie" => cookies,
    }])
}

/// A certificate that nobody has signed but itself.
fn self_signed() -> Result<Tls> {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()])?;
    let folder: PathBuf = env::temp_dir().join(format!("koa-echo-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
    fs::write(&certificate, made.cert.pem())?;
    fs::write(&key, made.signing_key.serialize_pem())?;
    let tls = Tls::from_pem_files(certificate, key)?;
    fs::remove_dir_all(folder)?;
    Ok(tls)
}

fn port(name: &str) -> Result<Option<u16>> {
    Ok(env::var(name).ok().map(|port| port.parse()).transpose()?)
}

#[tokio::main]
async fn main() -> Result {
    let mut server = app().listen(("127.0.0.1", port("PORT")?.unwrap_or(3000)));
    if let Some(port) = port("TLS_PORT")? {
        server = server.and(self_signed()?.on(("127.0.0.1", port)));
    }
    let reuse_port = env::var("REUSE_PORT").is_ok_and(|reuse| reuse == "1");
    let server = server.sockets(SocketOptions { reuse_port, ..SocketOptions::default() });
    server.on_listening(|address| println!("listening on http://{address}")).await
}
