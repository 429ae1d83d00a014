//! What is asked.

pub const HELLO: &str = "Hello, World!";
pub const LARGE: usize = 1024 * 1024;
/// So many requests are written at once where they are pipelined.
pub const AT_ONCE: usize = 16;

#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Case {
    name: &'static str,
    pub path: &'static str,
    /// Sends a mebibyte.
    pub is_upload: bool,
    pub is_pipelined: bool,
    pub connections: usize,
}

const fn plain(name: &'static str, path: &'static str) -> Case {
    Case { name, path, is_upload: false, is_pipelined: false, connections: 64 }
}

const fn pipelined(case: Case) -> Case {
    Case { is_pipelined: true, ..case }
}

/// A mebibyte is on its way on each connection.
const fn large(name: &'static str, path: &'static str) -> Case {
    Case { connections: 16, ..plain(name, path) }
}

pub const PLAIN_HELLO: Case = plain("hello", "/");
const PIPELINED_HELLO: Case = pipelined(PLAIN_HELLO);
const LAYERS: Case = plain("10 layers", "/layers");
const JSON: Case = plain("JSON", "/json");
const USER: Case = plain("a parameter", "/users/42");
const UP: Case = Case { is_upload: true, ..large("1 MiB up", "/up") };
const DOWN: Case = large("1 MiB down", "/down");

pub const PLAIN: [Case; 6] = [PLAIN_HELLO, LAYERS, JSON, USER, UP, DOWN];
pub const PIPELINED: [Case; 4] = [PIPELINED_HELLO, pipelined(LAYERS), pipelined(JSON), pipelined(USER)];
/// What is asked often enough to tell small differences.
pub const PAIRS: [Case; 3] = [PIPELINED_HELLO, pipelined(LAYERS), PLAIN_HELLO];
/// What is asked of two workers.
pub const THREADED: [Case; 3] = [PLAIN_HELLO, PIPELINED_HELLO, USER];

impl Case {
    /// As it is called in the tables.
    pub fn label(self) -> String {
        format!("{}{}", self.name, if self.is_pipelined { ", pipelined" } else { "" })
    }

    /// The request, as it goes over the wire.
    pub fn request(self) -> Vec<u8> {
        let (method, path) = (if self.is_upload { "POST" } else { "GET" }, self.path);
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n").into_bytes();
        if self.is_upload {
            request.extend(format!("Content-Type: application/octet-stream\r\nContent-Length: {LARGE}\r\n").bytes());
        }
        request.extend(b"\r\n");
        request.resize(request.len() + if self.is_upload { LARGE } else { 0 }, b'x');
        request
    }

    /// Of what type the reply has to be, and what it has to say.
    pub fn reply(self) -> (&'static str, Vec<u8>) {
        match self.path {
            "/json" => ("application/json", format!(r#"{{"message":"{HELLO}"}}"#).into_bytes()),
            "/users/42" => ("text/plain", b"42".to_vec()),
            "/up" => ("text/plain", LARGE.to_string().into_bytes()),
            "/down" => ("", vec![b'x'; LARGE]),
            _ => ("text/plain", HELLO.into()),
        }
    }

    /// The script that makes wrk ask for it, where it has to be told.
    pub fn script(self) -> Option<&'static str> {
        match self {
            Case { is_upload: true, .. } => Some(concat!(env!("CARGO_MANIFEST_DIR"), "/wrk/upload.lua")),
            Case { is_pipelined: true, .. } => Some(concat!(env!("CARGO_MANIFEST_DIR"), "/wrk/pipelined.lua")),
            _ => None,
        }
    }
}
