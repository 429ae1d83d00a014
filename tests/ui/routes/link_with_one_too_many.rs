use koa_runtime::prelude::*;

#[middleware]
async fn show(#[param] id: u64) -> String {
    id.to_string()
}

routes! {
    fn users() {
        GET "/users/{id: u64}" as show_user => show,
    }
}

fn main() {
    Application::new(pipeline![users]);
    println!("{}", urls::show_user(1, 2));
}
