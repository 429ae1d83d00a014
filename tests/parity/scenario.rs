//! The data that both sides share.

use std::{collections::BTreeMap, fs, path::PathBuf};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

/// One thing asked of one handler.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    /// A property of Koa's, if not of ours.
    pub(crate) name: String,
    /// The rows of the table of Koa's behaviour that it shows.
    pub(crate) ids: Vec<String>,
    /// The name of the application's settings in `apps.json`.
    #[serde(default = "default_app")]
    pub(crate) app: String,
    /// A handler by name; without, what the steps make.
    pub(crate) case: Option<String>,
    #[serde(rename = "do")]
    pub(crate) steps: Option<Vec<Value>>,
    #[serde(default = "get")]
    method: String,
    #[serde(default = "root")]
    target: String,
    #[serde(default)]
    headers: Vec<String>,
    body: Option<String>,
    /// All that is sent, where the usual request will not do.
    request: Option<Vec<String>>,
    /// Whether the client goes away while it waits.
    #[serde(default)]
    pub(crate) hangs_up: bool,
    /// Who chose the words of the error event: `own`, if they are node's or ours. Then when the error is told is not compared either.
    #[serde(default)]
    pub(crate) words: Words,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Words {
    #[default]
    Same,
    Own,
}

fn default_app() -> String {
    "default".to_owned()
}

fn get() -> String {
    "GET".to_owned()
}

fn root() -> String {
    "/".to_owned()
}

impl Scenario {
    /// All that is sent. `koa/lines.mjs` makes the same.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        if let Some(lines) = &self.request {
            return to_bytes(&lines.join("\r\n"));
        }
        let mut lines = vec![format!("{} {} HTTP/1.1", self.method, self.target), "Host: example.com".to_owned()];
        lines.extend(self.headers.iter().cloned());
        lines.push("Connection: close".to_owned());
        let framed = self.headers.iter().any(|line| {
            let name = line.split(':').next().unwrap_or("");
            name.eq_ignore_ascii_case("content-length") || name.eq_ignore_ascii_case("transfer-encoding")
        });
        if let (Some(body), false) = (&self.body, framed) {
            lines.push(format!("Content-Length: {}", body.chars().count()));
        }
        lines.push(String::new());
        lines.push(self.body.clone().unwrap_or_default());
        to_bytes(&lines.join("\r\n"))
    }
}

/// What came of a scenario, on either side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Outcome {
    /// What was sent.
    pub(crate) sent: Vec<String>,
    /// All that came back, with another `Date`.
    pub(crate) answer: Vec<String>,
    /// What became of the connection: `closed` by the server, `open`, or `hung up` by the client.
    pub(crate) end: String,
    /// What the error event told: `status: message`, in the order it did.
    pub(crate) events: Vec<String>,
}

pub(crate) type Outcomes = BTreeMap<String, Outcome>;

pub(crate) fn here() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("parity")
}

/// The text of one of the files beside this one.
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(here().join(path)).unwrap_or_else(|error| panic!("tests/parity/{path}: {error}"))
}

pub(crate) fn read_json<T: DeserializeOwned>(path: &str) -> T {
    serde_json::from_str(&read(path)).unwrap_or_else(|error| panic!("tests/parity/{path}: {error}"))
}

/// The sections, by the names of their files.
pub(crate) fn sections() -> Vec<String> {
    let files = fs::read_dir(here().join("scenarios")).expect("the folder is there");
    let mut names: Vec<String> = files
        .filter_map(|file| file.ok()?.file_name().into_string().ok()?.strip_suffix(".json").map(str::to_owned))
        .filter(|name| name != "apps")
        .collect();
    names.sort();
    names
}

/// The bytes behind text in which a letter is a byte.
pub(crate) fn to_bytes(text: &str) -> Vec<u8> {
    text.chars().map(|letter| u8::try_from(letter).unwrap_or_else(|_| panic!("{letter:?} is no byte"))).collect()
}

/// Bytes as lines of text in which a letter is a byte.
pub(crate) fn to_lines(bytes: &[u8]) -> Vec<String> {
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    text.split("\r\n").map(str::to_owned).collect()
}
