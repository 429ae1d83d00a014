use std::{num::ParseIntError, str::FromStr};

use koa_runtime::prelude::*;

struct Id(u64);

impl FromStr for Id {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        text.parse().map(Self)
    }
}

#[middleware]
async fn show_post(#[param] id: Id) -> String {
    format!("post {}", id.0)
}

fn main() {
    Application::new(pipeline![routes! { GET "/posts/{id: Id}" => show_post }]);
}
