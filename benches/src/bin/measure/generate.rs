//! The crates whose build is measured: a pipeline of so many layers in one `main.rs`.

use std::fmt::Write as _;

/// What the pipeline is made of.
#[derive(Clone, Copy, PartialEq)]
pub enum Mix {
    /// Layers and an endpoint.
    Plain,
    /// Also providers, readers, options and, for every ten layers, a nested pipeline, by turns with a name and without.
    Mixed,
    /// For comparison: the plain layers as nested async fns, written by hand on bare hyper.
    Hand,
}

impl Mix {
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Mixed => "mixed",
            Self::Hand => "hand",
        }
    }

    /// What the crate depends on, beside `koa-runtime`, as lines of its `Cargo.toml`.
    pub fn dependencies(self) -> &'static str {
        match self {
            Self::Plain | Self::Mixed => "tokio = { version = \"1\", features = [\"net\", \"rt\", \"time\"] }\n",
            Self::Hand => {
                "bytes = \"1\"\nhttp-body-util = \"0.1\"\nhyper = { version = \"1\", features = [\"http1\", \"server\"] }\n\
                 hyper-util = { version = \"0.1\", features = [\"tokio\"] }\n\
                 tokio = { version = \"1\", features = [\"net\", \"rt\", \"time\"] }\n"
            }
        }
    }
}

pub fn name(mix: Mix, layers: usize) -> String {
    format!("{}-{layers}", mix.name())
}

/// The source. `layers` counts the endpoint, and what provides the state. `edition` is what changes when it is edited.
pub fn main_rs(mix: Mix, layers: usize, edition: usize) -> String {
    if mix == Mix::Hand {
        return by_hand(layers, edition);
    }
    let mut source = String::new();
    match layers {
        0..=32 => {}
        33..=64 => source += "#![recursion_limit = \"256\"]\n",
        _ => source += "#![recursion_limit = \"512\"]\n",
    }
    source += "use koa_runtime::prelude::*;\n\nstruct State(u64);\n";
    let mut stages = Vec::new();
    let mut group = Vec::new();
    let inner = layers.saturating_sub(2);
    for number in 0..inner {
        source += &layer(mix, number);
        group.push(if mix == Mix::Mixed && number % 5 == 4 {
            format!("l{number}({number})")
        } else {
            format!("l{number}")
        });
        if mix == Mix::Plain {
            stages.append(&mut group);
        } else if group.len() == 10 || number + 1 == inner {
            let list = group.join(", ");
            group.clear();
            if number / 10 % 2 == 0 {
                stages.push(format!("pipeline![{list}]"));
            } else {
                let _ = writeln!(source, "pipeline! {{ fn group{number}() needs(State) => [{list}] }}");
                stages.push(format!("group{number}()"));
            }
        }
    }
    if layers > 1 {
        stages.insert(0, "provide(State(1))".to_owned());
    }
    let _ = write!(
        source,
        "\n#[middleware]\nasync fn end() -> &'static str {{\n    \"{edition}\"\n}}\n\n\
         fn main() -> Result {{\n    let _ = State(0).0;\n    let app = Application::new(pipeline![{}]);\n    \
         tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(app.listen(\"127.0.0.1:3000\"))\n}}\n",
        stages.into_iter().map(|stage| stage + ", ").collect::<String>() + "end"
    );
    source
}

fn layer(mix: Mix, number: usize) -> String {
    let plain = (
        String::new(),
        "ctx: &mut Context, next: Next".to_owned(),
        format!("ctx.append(\"x-layer\", \"{number}\");\n    next.run(ctx).await"),
    );
    let (items, parameters, body) = match (mix, number % 5) {
        (Mix::Plain | Mix::Hand, _) | (Mix::Mixed, 0) => plain,
        (_, 1) => (
            format!("struct V{number}(u64);\n"),
            format!("ctx: &mut Context, state: &State, next: Next<V{number}>"),
            format!("let value = V{number}(state.0);\n    next.run(ctx, &value).await"),
        ),
        (_, 2) => {
            let provided = number - 1;
            (
                String::new(),
                format!("ctx: &mut Context, value: &V{provided}, next: Next"),
                "ctx.append(\"x-value\", value.0);\n    next.run(ctx).await".to_owned(),
            )
        }
        (_, 3) => (
            String::new(),
            "ctx: &mut Context, state: &State, next: Next".to_owned(),
            "next.run(ctx).await?;\n    ctx.append(\"x-state\", state.0);\n    Ok(())".to_owned(),
        ),
        _ => (
            String::new(),
            "#[config] number: u64, ctx: &mut Context, next: Next".to_owned(),
            "ctx.append(\"x-number\", number);\n    next.run(ctx).await".to_owned(),
        ),
    };
    format!("\n{items}#[middleware]\nasync fn l{number}({parameters}) -> Result {{\n    {body}\n}}\n")
}

/// Hello world on hyper, and as many fns in one another.
fn by_hand(layers: usize, edition: usize) -> String {
    let mut source = String::from(BY_HAND);
    if layers > 32 {
        source.insert_str(0, "#![recursion_limit = \"512\"]\n");
    }
    for number in 1..layers {
        let _ = write!(
            source,
            "\nasync fn l{number}(ctx: &mut Context) -> Result<(), Error> {{\n    \
             ctx.headers.append(\"x-layer\", HeaderValue::from_static(\"{number}\"));\n    l{}(ctx).await\n}}\n",
            number - 1
        );
    }
    let _ = write!(
        source,
        "\nasync fn l0(ctx: &mut Context) -> Result<(), Error> {{\n    ctx.body = \"{edition}\";\n    Ok(())\n}}\n\n\
         async fn answer(ctx: &mut Context) -> Result<(), Error> {{\n    l{}(ctx).await\n}}\n",
        layers - 1
    );
    source
}

const BY_HAND: &str = r#"#[allow(unused_imports)]
use hyper::header::HeaderValue;
use std::convert::Infallible;

use bytes::Bytes;
use http_body_util::Full;
use hyper::{HeaderMap, Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;

type Error = Box<dyn std::error::Error + Send + Sync>;

struct Context {
    headers: HeaderMap,
    body: &'static str,
}

async fn serve(_request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let mut ctx = Context { headers: HeaderMap::new(), body: "" };
    let done = answer(&mut ctx).await;
    let mut response = Response::new(Full::new(Bytes::from_static(ctx.body.as_bytes())));
    *response.headers_mut() = ctx.headers;
    if done.is_err() {
        *response.status_mut() = hyper::StatusCode::INTERNAL_SERVER_ERROR;
    }
    Ok(response)
}

async fn listen() -> Result<(), Error> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(async move {
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(serve)).await;
        });
    }
}

fn main() -> Result<(), Error> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(listen())
}
"#;
