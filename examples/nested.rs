//! Tables inside of tables: mounts, groups with layers of their own, hosts.
//!
//! ```sh
//! cargo run --release -p examples --example nested
//! url=http://127.0.0.1:3000
//! curl -i $url/                                        # the table of all routes
//! curl -i $url/forums/7/topics                         # a table mounted behind a capture
//! curl -i $url/forums/7/topics/3
//! curl -i $url/archive/topics/3                        # the same table, mounted once more
//! curl -i $url/admin                                   # 401: the layer of the group
//! curl -i $url/admin/topics/3 -X DELETE -H 'Authorization: root'
//! curl -i $url/ -H 'Host: status.example.com'          # another host
//! curl -i $url/nowhere                                 # what follows the router
//! ```

use koa_runtime::prelude::*;
use tokio::net::TcpListener;

/// A module of its own, as it would be a file: it knows nothing of where it is mounted.
mod forum {
    use koa_runtime::prelude::*;

    #[middleware]
    async fn list(ctx: &mut Context) -> String {
        match ctx.param("forum") {
            Some(forum) => format!("the topics of forum {forum}"),
            None => "all topics".to_owned(),
        }
    }

    #[middleware]
    async fn show(#[param] topic: u64, ctx: &mut Context) -> String {
        let forum = ctx.param("forum").map_or_else(String::new, |forum| format!(" of forum {forum}"));
        format!("topic {topic}{forum}")
    }

    routes! {
        /// The topics of a forum, or of all.
        pub(crate) fn topics() {
            GET "/" => list,
            GET "/{topic: u64}" as topic => show,
        }
    }
}
use forum::topics;

struct Admin(String);

/// Stands outside of the router, and so it sees every request and, on the way out, the route that was taken.
#[middleware]
async fn log(ctx: &mut Context, next: Next) -> Result {
    let outcome = next.run(ctx).await;
    let route = ctx.route().map_or_else(|| "no route".into(), |route| route.pattern());
    println!("{} {} took {route}", ctx.method(), ctx.path());
    outcome
}

#[middleware]
async fn authenticate(ctx: &mut Context, next: Next<Admin>) -> Result {
    let name = ctx.get("Authorization").to_owned();
    ensure!(!name.is_empty(), 401);
    next.run(ctx, &Admin(name)).await
}

/// Runs for the routes of its group alone.
#[middleware]
async fn no_store(ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await?;
    ctx.set("Cache-Control", "no-store");
    Ok(())
}

#[middleware]
async fn dashboard(admin: &Admin) -> String {
    format!("hello, {}", admin.0)
}

#[middleware]
async fn delete_topic(admin: &Admin, #[param] topic: u64) -> String {
    format!("{} deleted topic {topic}", admin.0)
}

#[middleware]
async fn index() -> String {
    format!("topic 3 is at {}\n{}\n", forum::urls::topic(3).under("/archive/topics"), app().describe())
}

#[middleware]
async fn status(#[param] service: &str) -> String {
    format!("{service} is up")
}

#[middleware]
async fn not_found(ctx: &mut Context) {
    let page = format!("there is nothing at {}", ctx.path());
    ctx.set_status(404);
    ctx.set_body(page);
}

fn app() -> Application {
    Application::new(pipeline![
        log,
        routes! {
            host "{service}.example.com" => { GET "/" => status },

            GET "/" => index,
            "/forums/{forum}/topics" => topics(),
            "/archive" => { "/topics" => topics() },
            "/admin" => [authenticate, no_store] {
                GET "/" => dashboard,
                DELETE "/topics/{topic: u64}" => delete_topic,
            },
        },
        not_found,
    ])
}

#[tokio::main]
async fn main() -> Result {
    let app = app();
    println!("{}", app.describe());

    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("listening on http://{}", listener.local_addr()?);
    app.serve(listener).await
}
