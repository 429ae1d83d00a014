//! JSON out and in.
//!
//! ```sh
//! cargo run --release -p examples --example json
//! curl -i http://127.0.0.1:3000/posts
//! curl -i http://127.0.0.1:3000/posts -H 'Content-Type: application/json' -d '{"title": "Second"}'
//! ```

use std::sync::{Mutex, PoisonError};

use koa_runtime::prelude::*;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

#[derive(Clone, Serialize, Deserialize)]
struct Post {
    title: String,
}

/// Stands for a database.
struct Posts(Mutex<Vec<Post>>);

impl Posts {
    fn all(&self) -> Vec<Post> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn add(&self, post: Post) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(post);
    }
}

#[middleware]
async fn list(posts: &Posts) -> Json<Vec<Post>> {
    Json(posts.all())
}

/// 201 and the post, or what was wrong with the body. It takes JSON alone, where `#[body]` would take a form too.
#[middleware]
async fn create(posts: &Posts, ctx: &mut Context) -> Result<(Status, Json<Post>)> {
    let post: Post = ctx.json(64 * 1024).await?; // 413 if there is more, 415, 400 or 422 if it is something else
    posts.add(post.clone());
    Ok((Status::CREATED, Json(post)))
}

fn app() -> Application {
    let first = Post { title: "First".to_owned() };
    Application::new(pipeline![
        provide(Posts(Mutex::new(vec![first]))),
        routes! {
            GET "/posts" => list,
            POST "/posts" => create,
        },
    ])
}

#[tokio::main]
async fn main() -> Result {
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("listening on http://{}", listener.local_addr()?);
    app().serve(listener).await
}
