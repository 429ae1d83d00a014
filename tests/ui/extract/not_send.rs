use std::{rc::Rc, time::Duration};

use koa_runtime::prelude::*;

#[derive(serde::Deserialize)]
#[serde(from = "String")]
struct Name(Rc<str>);

impl From<String> for Name {
    fn from(name: String) -> Self {
        Self(name.into())
    }
}

#[middleware]
async fn greet(#[body] name: Name) -> String {
    tokio::time::sleep(Duration::from_millis(1)).await;
    format!("hello, {}", name.0)
}

fn main() {
    Application::new(pipeline![greet]);
}
