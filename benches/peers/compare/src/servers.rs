//! Who takes part.

/// How a server comes to be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A crate of this workspace, `peer-…`.
    Rust,
    /// A file in `node/`.
    Node,
}

#[derive(Clone, Copy)]
pub struct Server {
    /// As it is called on the command line.
    pub name: &'static str,
    /// As it is called in the tables.
    pub label: &'static str,
    /// The crate `peer-…`, or the file `node/….js`.
    pub program: &'static str,
    pub kind: Kind,
    /// `RUNTIME`, for those that can be had both ways.
    pub runtime: &'static str,
    /// `SHAPE`, for those that are written in several.
    pub shape: &'static str,
    /// The package whose version counts.
    pub package: &'static str,
    /// Whose threads it runs on, and what has been set.
    pub set: &'static str,
    /// How its ten layers are written.
    pub layers: &'static str,
}

impl Server {
    pub fn is_ours(&self) -> bool {
        ["koa-runtime", "koa-thrift"].contains(&self.package)
    }
}

/// What the servers of a table are held against.
#[derive(Clone, Copy)]
pub struct Against {
    /// The name of a server.
    pub base: &'static str,
    /// The name of the same once more, which shows what the differences are worth.
    pub control: &'static str,
    /// As the base is called in the heads of tables.
    pub name: &'static str,
    /// What is counted.
    pub unit: &'static str,
}

pub const HYPER: Against = Against { base: "hyper", control: "hyper-again", name: "raw hyper", unit: "request" };

/// Who has a codec of its own, and who is held against them.
pub const PAIRED: [&str; 7] = [HYPER.base, HYPER.control, "koa-per-core", "koa", "actix", "xitca", "ntex"];

const RAW: Server = Server {
    name: HYPER.base,
    label: "raw hyper",
    program: "hyper",
    kind: Kind::Rust,
    runtime: "per-core",
    shape: "",
    package: "hyper",
    set: "a current-thread runtime a worker; `pipeline_flush`, `TCP_NODELAY`, no timer; a `match` for a router",
    layers: "async fns in one another",
};

const KOA: Server = Server {
    name: "koa-per-core",
    label: "**ours, per core**",
    program: "koa",
    kind: Kind::Rust,
    runtime: "per-core",
    shape: "",
    package: "koa-runtime",
    set: "`.threads(n)`; nothing else: limits and timers are on",
    layers: "`pipeline!`",
};

const fn tokio(name: &'static str, package: &'static str, set: &'static str, layers: &'static str) -> Server {
    Server { name, label: package, program: name, kind: Kind::Rust, runtime: "shared", shape: "", package, set, layers }
}

/// Ours is called Koa too, so that its name and its package differ.
const fn node(
    name: &'static str,
    label: &'static str,
    package: &'static str,
    set: &'static str,
    layers: &'static str,
) -> Server {
    Server { name, label, program: package, kind: Kind::Node, runtime: "", shape: "", package, set, layers }
}

const THEIRS: &str = "threads of its own";

pub const SERVERS: [Server; 15] = [
    RAW,
    Server { name: HYPER.control, label: "raw hyper again", ..RAW },
    Server {
        name: "hyper-shared",
        label: "raw hyper, tokio's threads",
        runtime: "shared",
        set: "as above, on `#[tokio::main]`'s runtime",
        ..RAW
    },
    KOA,
    Server {
        name: "koa",
        label: "**ours, tokio's threads**",
        runtime: "shared",
        set: "on `#[tokio::main]`'s runtime; limits and timers are on",
        ..KOA
    },
    tokio("axum", "axum", "on `#[tokio::main]`'s runtime", "`from_fn`s in one `ServiceBuilder`"),
    tokio("actix", "actix-web", THEIRS, "`from_fn`"),
    tokio("ntex", "ntex", "threads of its own, on tokio", "`fn_layer`"),
    tokio("xitca", "xitca-web", THEIRS, "`enclosed_fn`, in two boxes of five: ten in one type do not compile"),
    tokio("salvo", "salvo", "on `#[tokio::main]`'s runtime", "`hoop`"),
    tokio("poem", "poem", "on `#[tokio::main]`'s runtime", "`around`, each in a box: ten in one type do not compile"),
    tokio("volo", "volo-http", "on `#[tokio::main]`'s runtime", "`from_fn`"),
    node("node-koa", "Koa on Node", "koa", "one process", "middleware of @koa/router"),
    node("express", "Express on Node", "express", "one process", "middleware"),
    node(
        "fastify",
        "Fastify on Node",
        "fastify",
        "one process; a schema for `/json`",
        "`onRequest` hooks, which are no onion",
    ),
];
