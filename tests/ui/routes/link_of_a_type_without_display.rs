use koa_runtime::prelude::*;

#[middleware]
async fn shown() -> &'static str {
    "shown"
}

use std::str::FromStr;

pub struct Id;

impl FromStr for Id {
    type Err = ();
    fn from_str(_: &str) -> std::result::Result<Self, ()> {
        Ok(Self)
    }
}

routes! {
    pub fn users() {
        GET "/{id: Id}" as user => shown,
    }
}

fn main() {}
