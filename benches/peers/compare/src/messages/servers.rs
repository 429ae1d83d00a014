//! Who echoes.

use crate::servers::{Against, Kind, Server};

pub const TUNGSTENITE: Against =
    Against { base: "tungstenite", control: "tungstenite-again", name: "bare tungstenite", unit: "message" };
pub const VOLO: Against = Against { base: "volo", control: "volo-again", name: "volo-thrift", unit: "message" };
pub const VOLO_LAYERS: Against =
    Against { base: "volo-layers", control: "volo-layers-again", name: "volo-thrift", unit: "message" };

const fn server(name: &'static str, label: &'static str, program: &'static str, package: &'static str) -> Server {
    let (kind, runtime, shape) = (Kind::Rust, "shared", "");
    Server { name, label, program, kind, runtime, shape, package, set: "`TCP_NODELAY`", layers: "" }
}

const BARE: Server = Server {
    set: "`accept_async` on tokio's `TcpStream`, `TCP_NODELAY`; `forward`, which sends together what came together",
    ..server("tungstenite", "bare tungstenite", "ws-tungstenite", "tokio-tungstenite")
};

const WS: Server = Server {
    set: "`recv`, `send`; limits, pings and the queue of each are on",
    ..server("ws", "**ours**", "ws-koa", "koa-runtime")
};

pub const WEBSOCKET: [Server; 8] = [
    BARE,
    Server { name: TUNGSTENITE.control, label: "bare tungstenite again", ..BARE },
    Server {
        set: "`upgrade` on hyper, `FragmentCollector`, `TCP_NODELAY`",
        ..server("fastwebsockets", "fastwebsockets", "ws-fastwebsockets", "fastwebsockets")
    },
    Server { set: "`recv`, `send`; `TCP_NODELAY`", ..server("axum", "axum", "ws-axum", "axum") },
    WS,
    Server {
        name: "ws-per-core",
        label: "**ours, per core**",
        runtime: "per-core",
        set: "as ours, `.threads(n)`",
        ..WS
    },
    Server {
        name: "ws-pipeline",
        label: "**ours, a pipeline of messages**",
        shape: "pipeline",
        set: "`websocket_messages`, no layer",
        ..WS
    },
    Server {
        name: "ws-layers",
        label: "**ours, a pipeline with ten layers**",
        shape: "layers",
        set: "the same with ten layers that hand on",
        ..WS
    },
];

const THEIRS: Server = Server {
    set: "`DefaultMakeCodec::framed()`, where TTHeader is the default; `TCP_NODELAY` as it sets it",
    layers: "`motore::Layer`, in one type",
    ..server("volo", "volo-thrift", "thrift-volo", "volo-thrift")
};

const THEIRS_LAYERS: Server =
    Server { name: "volo-layers", label: "volo-thrift, ten layers", shape: "layers", ..THEIRS };

const OURS: Server = Server {
    set: "nothing; limits are on",
    layers: "`pipeline!`",
    ..server("thrift", "**ours**", "thrift-koa", "koa-thrift")
};

pub const APACHE: Server = Server {
    set: "`TServer` with 128 threads, one of which a connection has; a frame in one write; ten thousand threads for the idle connections",
    layers: "has none",
    ..server("apache", "Apache's thrift", "thrift-apache", "thrift")
};

pub const THRIFT: [Server; 5] = [
    THEIRS,
    Server { name: VOLO.control, label: "volo-thrift again", ..THEIRS },
    APACHE,
    OURS,
    Server {
        name: "thrift-per-core",
        label: "**ours, per core**",
        runtime: "per-core",
        set: "as ours, `.threads(n)`",
        ..OURS
    },
];

pub const THRIFT_LAYERS: [Server; 3] = [
    THEIRS_LAYERS,
    Server { name: VOLO_LAYERS.control, label: "volo-thrift again, ten layers", ..THEIRS_LAYERS },
    Server { name: "thrift-layers", label: "**ours, ten layers**", shape: "layers", ..OURS },
];
