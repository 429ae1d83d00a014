use koa_runtime::prelude::*;

struct Room(String);

#[middleware]
async fn join(ctx: &mut Context, room: &Room) -> Result {
    ctx.upgrade("chat", async move |_stream| println!("{}", room.0))
}

fn main() {
    Application::new(pipeline![provide(Room("tea".to_owned())), join]);
}
