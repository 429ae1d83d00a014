use koa_runtime::prelude::*;

struct Counter(u32);

#[middleware]
async fn count(counter: &mut Counter) -> String {
    counter.0 += 1;
    counter.0.to_string()
}

fn main() {
    Application::new(pipeline![provide(Counter(0)), count]);
}
