//! Asking an application without a socket.
//!
//! ```
//! # use koa_runtime::{Body, http, test::TestRequest};
//! # async fn ask(answer: impl FnOnce(http::Request<Body>) -> koa_runtime::test::Reply + Send + 'static) {
//! # let get = |path| TestRequest::new(http::Method::GET, path, answer);
//! let response = get("/posts/1").header("Accept", "text/html").await;
//! assert_eq!(response.status(), 200);
//! assert_eq!(response.header("content-type"), "text/html; charset=utf-8");
//! assert_eq!(response.text(), "<h1>First post</h1>");
//! # }
//! ```

mod request;
mod response;

pub use request::{Reply, TestRequest};
pub use response::TestResponse;

#[cfg(test)]
mod tests;
