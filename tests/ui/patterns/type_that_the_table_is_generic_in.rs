//@ mistakes: 3
use std::{fmt::Display, str::FromStr};

use koa_runtime::prelude::*;

#[middleware]
async fn show<T: Display + Send + Sync + 'static>(#[param] id: T) -> String {
    id.to_string()
}

routes! {
    fn shows<T: FromStr + Display + Send + Sync + 'static, const N: usize>() {
        GET "/users/{id: T}" => show::<T>,
        GET "/tags/{tags: [u8; N]}" => pipeline![],
    }
}

pipeline! {
    fn inside<T: FromStr + Display + Send + Sync + 'static>() => [routes! { GET "/users/{id: T}" => show::<T> }]
}

fn main() {
    Application::new(pipeline![shows::<u64, 2>(), inside::<u64>()]);
}
