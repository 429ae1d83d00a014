//! actix-web.

use actix_web::{
    App, Error, HttpServer,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::{Next, from_fn},
    web,
};
use shared::{HELLO, LIMIT, MESSAGE, Message};

async fn layer(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    next.call(request).await
}

async fn hello() -> &'static str {
    HELLO
}

async fn json() -> web::Json<Message> {
    web::Json(MESSAGE)
}

async fn user(id: web::Path<u64>) -> String {
    id.to_string()
}

async fn up(body: web::Bytes) -> String {
    body.len().to_string()
}

async fn down() -> web::Bytes {
    shared::large()
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let server = HttpServer::new(|| {
        let layers = web::resource("/layers")
            .route(web::get().to(hello))
            .wrap(from_fn(layer))
            .wrap(from_fn(layer))
            .wrap(from_fn(layer))
            .wrap(from_fn(layer))
            .wrap(from_fn(layer))
            .wrap(from_fn(layer))
            .wrap(from_fn(layer))
            .wrap(from_fn(layer))
            .wrap(from_fn(layer))
            .wrap(from_fn(layer));
        App::new()
            .app_data(web::PayloadConfig::new(LIMIT))
            .route("/", web::get().to(hello))
            .service(layers)
            .route("/json", web::get().to(json))
            .route("/users/{id}", web::get().to(user))
            .route("/down", web::get().to(down))
            .route("/up", web::post().to(up))
    });
    server.workers(shared::workers()).bind(("127.0.0.1", shared::port()))?.run().await
}
