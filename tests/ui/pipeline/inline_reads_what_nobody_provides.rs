use koa_runtime::prelude::*;

struct User {
    name: String,
}

fn main() {
    Application::new(pipeline![async |user: &User| -> String { user.name.clone() }]);
}
