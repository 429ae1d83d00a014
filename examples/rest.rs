//! A blog as a REST resource, in an `SQLite` database that lives in this process: posts, users and comments.
//!
//! ```sh
//! cargo run --release -p examples --example rest
//! url=http://127.0.0.1:3000
//! curl -i $url/users -d '{"name": "Ada"}' -H 'Content-Type: application/json'              # 201, Location: /users/1
//! curl -i $url/posts -d '{"title": "First"}' -H 'Content-Type: application/json' -H 'Authorization: 1'
//! curl -i $url/posts                                                                       # newest first
//! curl -i $url/posts?author=1
//! curl -i $url/posts/1
//! curl -i $url/posts/1 -X PUT -d '{"title": "Better"}' -H 'Content-Type: application/json' -H 'Authorization: 1'
//! curl -i $url/posts/1/comments -d '{"text": "well said"}' -H 'Content-Type: application/json'
//! curl -i $url/posts/1/comments
//! curl -i $url/posts/1/comments/1 -X DELETE -H 'Authorization: 1'                          # 204
//! curl -i $url/users/1/posts
//! curl -i $url/posts/1 -X DELETE -H 'Authorization: 1'                                     # 204
//! curl -i $url/posts/x                                                                     # 404: no number
//! curl -i $url/posts/1 -X PATCH                                                            # 405, Allow: HEAD, GET, PUT, DELETE
//! ```
//!
//! Whoever says the number of a user in `Authorization` is that user: this is about routes, and no way to sign in.

use std::sync::{Arc, Mutex, PoisonError};

use koa_runtime::prelude::*;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

/// The database. `SQLite` waits for its disk, so each use of it is a task on a thread that may wait.
#[derive(Clone)]
struct Db(Arc<Mutex<Connection>>);

impl Db {
    fn open(path: &str) -> Result<Self> {
        let connection = Connection::open(path)?;
        connection.execute_batch(
            "PRAGMA foreign_keys = ON;
             CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
             CREATE TABLE IF NOT EXISTS posts
                 (id INTEGER PRIMARY KEY, author INTEGER NOT NULL REFERENCES users, title TEXT NOT NULL);
             CREATE TABLE IF NOT EXISTS comments
                 (id INTEGER PRIMARY KEY, post INTEGER NOT NULL REFERENCES posts ON DELETE CASCADE, text TEXT NOT NULL);",
        )?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    async fn run<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        let connection = Arc::clone(&self.0);
        let done =
            tokio::task::spawn_blocking(move || query(&connection.lock().unwrap_or_else(PoisonError::into_inner)));
        Ok(done.await??)
    }
}

#[derive(Serialize)]
struct User {
    id: i64,
    name: String,
}

#[derive(Serialize)]
struct Post {
    id: i64,
    author: i64,
    title: String,
}

#[derive(Serialize)]
struct Comment {
    id: i64,
    text: String,
}

impl User {
    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { id: row.get(0)?, name: row.get(1)? })
    }
}

impl Post {
    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { id: row.get(0)?, author: row.get(1)?, title: row.get(2)? })
    }
}

impl Comment {
    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { id: row.get(0)?, text: row.get(1)? })
    }
}

#[derive(Deserialize)]
struct NewUser {
    name: String,
}

#[derive(Deserialize)]
struct NewPost {
    title: String,
}

#[derive(Deserialize)]
struct NewComment {
    text: String,
}

#[derive(Deserialize)]
struct Filter {
    author: Option<i64>,
}

/// Provides the user, or ends the request here.
#[middleware]
async fn authenticate(ctx: &mut Context, db: &Db, next: Next<User>) -> Result {
    let id: Option<i64> = ctx.get("Authorization").parse().ok();
    let user = match id {
        Some(id) => {
            db.run(move |db| db.query_row("SELECT id, name FROM users WHERE id = ?1", [id], User::of).optional())
                .await?
        }
        None => None,
    };
    let Some(user) = user else { throw!(401, "say who you are: Authorization: 1") };
    next.run(ctx, &user).await
}

#[middleware]
async fn create_user(db: &Db, #[body] new: NewUser, ctx: &mut Context) -> Result<(Status, Json<User>)> {
    let user = db
        .run(move |db| db.query_row("INSERT INTO users (name) VALUES (?1) RETURNING id, name", [new.name], User::of))
        .await?;
    ctx.set("Location", &*urls::user(user.id));
    Ok((Status::CREATED, Json(user)))
}

#[middleware]
async fn show_user(db: &Db, #[param] user: i64) -> Result<Option<Json<User>>> {
    let found =
        db.run(move |db| db.query_row("SELECT id, name FROM users WHERE id = ?1", [user], User::of).optional()).await?;
    Ok(found.map(Json))
}

#[middleware]
async fn list_posts(db: &Db, #[query] filter: Filter) -> Result<Json<Vec<Post>>> {
    posts_of(db, filter.author).await
}

#[middleware]
async fn list_posts_of_user(db: &Db, #[param] user: i64) -> Result<Json<Vec<Post>>> {
    posts_of(db, Some(user)).await
}

async fn posts_of(db: &Db, author: Option<i64>) -> Result<Json<Vec<Post>>> {
    let posts = db.run(move |db| {
        let mut query = db.prepare(
            "SELECT id, author, title FROM posts WHERE ?1 IS NULL OR author = ?1 ORDER BY id DESC LIMIT 100",
        )?;
        query.query_map([author], Post::of)?.collect()
    });
    Ok(Json(posts.await?))
}

#[middleware]
async fn create_post(db: &Db, user: &User, #[body] new: NewPost, ctx: &mut Context) -> Result<(Status, Json<Post>)> {
    let author = user.id;
    let post = db
        .run(move |db| {
            let insert = "INSERT INTO posts (author, title) VALUES (?1, ?2) RETURNING id, author, title";
            db.query_row(insert, params![author, new.title], Post::of)
        })
        .await?;
    ctx.set("Location", &*urls::post(post.id));
    Ok((Status::CREATED, Json(post)))
}

/// Provides the post of the route, or answers 404: none of the endpoints inside has to look.
#[middleware]
async fn find_post(db: &Db, #[param] post: i64, ctx: &mut Context, next: Next<Post>) -> Result {
    let found = db
        .run(move |db| db.query_row("SELECT id, author, title FROM posts WHERE id = ?1", [post], Post::of).optional())
        .await?;
    let Some(found) = found else { throw!(404, "there is no such post") };
    next.run(ctx, &found).await
}

/// Only who wrote a post may change it.
#[middleware]
async fn own_post(post: &Post, user: &User, ctx: &mut Context, next: Next) -> Result {
    ensure!(post.author == user.id, 403, "this post is somebody else's");
    next.run(ctx).await
}

#[middleware]
async fn show_post(post: &Post) -> Result<Body> {
    Body::json(post)
}

#[middleware]
async fn change_post(db: &Db, post: &Post, #[body] new: NewPost) -> Result<Json<Post>> {
    let id = post.id;
    let update = "UPDATE posts SET title = ?2 WHERE id = ?1 RETURNING id, author, title";
    Ok(Json(db.run(move |db| db.query_row(update, params![id, new.title], Post::of)).await?))
}

#[middleware]
async fn delete_post(db: &Db, post: &Post) -> Result<Status> {
    let id = post.id;
    db.run(move |db| db.execute("DELETE FROM posts WHERE id = ?1", [id])).await?;
    Ok(Status::NO_CONTENT)
}

#[middleware]
async fn list_comments(db: &Db, post: &Post) -> Result<Json<Vec<Comment>>> {
    let id = post.id;
    let comments = db.run(move |db| {
        let mut query = db.prepare("SELECT id, text FROM comments WHERE post = ?1 ORDER BY id")?;
        query.query_map([id], Comment::of)?.collect()
    });
    Ok(Json(comments.await?))
}

#[middleware]
async fn create_comment(
    db: &Db,
    post: &Post,
    #[body] new: NewComment,
    ctx: &mut Context,
) -> Result<(Status, Json<Comment>)> {
    let id = post.id;
    let insert = "INSERT INTO comments (post, text) VALUES (?1, ?2) RETURNING id, text";
    let comment = db.run(move |db| db.query_row(insert, params![id, new.text], Comment::of)).await?;
    ctx.set("Location", &*urls::comment(id, comment.id));
    Ok((Status::CREATED, Json(comment)))
}

#[middleware]
async fn show_comment(db: &Db, post: &Post, #[param] comment: i64) -> Result<Option<Json<Comment>>> {
    let key = [comment, post.id];
    let select = "SELECT id, text FROM comments WHERE id = ?1 AND post = ?2";
    Ok(db.run(move |db| db.query_row(select, key, Comment::of).optional()).await?.map(Json))
}

#[middleware]
async fn delete_comment(db: &Db, post: &Post, #[param] comment: i64) -> Result<Status> {
    let key = [comment, post.id];
    let deleted = db.run(move |db| db.execute("DELETE FROM comments WHERE id = ?1 AND post = ?2", key)).await?;
    Ok(if deleted == 0 { Status::NOT_FOUND } else { Status::NO_CONTENT })
}

routes! {
    /// The blog.
    pub fn blog() needs(Db) {
        #![bad_param(404)]

        POST "/users" => create_user,
        GET "/users/{user: i64}" as user => show_user,
        GET "/users/{user: i64}/posts" => list_posts_of_user,

        GET "/posts" => list_posts,
        POST "/posts" => pipeline![authenticate, create_post],

        "/posts/{post: i64}" => [find_post] {
            GET "/" as post => show_post,
            GET "/comments" => list_comments,
            POST "/comments" => create_comment,
            GET "/comments/{comment: i64}" as comment => show_comment,
            // what only the author may do
            "" => [authenticate, own_post] {
                PUT "/" => change_post,
                DELETE "/" => delete_post,
                DELETE "/comments/{comment: i64}" => delete_comment,
            },
        },
    }
}

#[tokio::main]
async fn main() -> Result {
    let database = std::env::var("DATABASE").unwrap_or_else(|_| ":memory:".to_owned());
    let app = Application::new(pipeline![provide(Db::open(&database)?), blog()]);
    println!("{}", app.describe());

    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("listening on http://{}", listener.local_addr()?);
    app.serve(listener).await
}
