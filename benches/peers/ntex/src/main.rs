//! ntex, on tokio.

use ntex::{
    service::fn_layer,
    util::Bytes,
    web::{self, App, HttpServer, WebRequest, types},
};
use shared::{HELLO, LIMIT, MESSAGE, Message};

async fn hello() -> &'static str {
    HELLO
}

async fn json() -> types::Json<Message> {
    types::Json(MESSAGE)
}

async fn user(id: types::Path<u64>) -> String {
    id.to_string()
}

async fn up(body: Bytes) -> String {
    body.len().to_string()
}

async fn down() -> Bytes {
    Bytes::from_static(shared::LARGE)
}

macro_rules! layer {
    () => {
        fn_layer(async |request: WebRequest<_>, next| next.call(request).await)
    };
}

#[ntex::main]
async fn main() -> std::io::Result<()> {
    let server = HttpServer::new(async || {
        let layered = web::resource("/layers")
            .route(web::get().to(hello))
            .middleware(layer!())
            .middleware(layer!())
            .middleware(layer!())
            .middleware(layer!())
            .middleware(layer!())
            .middleware(layer!())
            .middleware(layer!())
            .middleware(layer!())
            .middleware(layer!())
            .middleware(layer!());
        App::new()
            .state(types::PayloadConfig::new(LIMIT))
            .route("/", web::get().to(hello))
            .service(layered)
            .route("/json", web::get().to(json))
            .route("/users/{id}", web::get().to(user))
            .route("/down", web::get().to(down))
            .route("/up", web::post().to(up))
    });
    server.workers(shared::workers()).bind(("127.0.0.1", shared::port()))?.run().await
}
