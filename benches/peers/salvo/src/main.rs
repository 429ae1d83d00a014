//! salvo.

use salvo::{http::ParseError, prelude::*};
use shared::{HELLO, LIMIT, MESSAGE};

#[handler]
async fn layer(request: &mut Request, depot: &mut Depot, response: &mut Response, flow: &mut FlowCtrl) {
    flow.call_next(request, depot, response).await;
}

#[handler]
async fn hello() -> &'static str {
    HELLO
}

#[handler]
async fn json(response: &mut Response) {
    response.render(Json(MESSAGE));
}

#[handler]
async fn user(request: &mut Request) -> Result<String, StatusError> {
    let id: u64 = request.param("id").ok_or_else(StatusError::bad_request)?;
    Ok(id.to_string())
}

#[handler]
async fn up(request: &mut Request) -> Result<String, ParseError> {
    Ok(request.payload_with_max_size(LIMIT).await?.len().to_string())
}

#[handler]
async fn down(response: &mut Response) {
    response.body(shared::large());
}

fn app() -> Router {
    let layered = Router::with_path("layers")
        .hoop(layer)
        .hoop(layer)
        .hoop(layer)
        .hoop(layer)
        .hoop(layer)
        .hoop(layer)
        .hoop(layer)
        .hoop(layer)
        .hoop(layer)
        .hoop(layer)
        .get(hello);
    Router::new()
        .get(hello)
        .push(layered)
        .push(Router::with_path("json").get(json))
        .push(Router::with_path("users/{id}").get(user))
        .push(Router::with_path("down").get(down))
        .push(Router::with_path("up").post(up))
}

fn main() -> std::io::Result<()> {
    shared::runtime()?.block_on(async {
        let acceptor = TcpListener::new(("127.0.0.1", shared::port())).bind().await;
        Server::new(acceptor).serve(app()).await;
        Ok(())
    })
}
