use koa_runtime::prelude::*;

trait Store {
    fn store(self) -> String;
}

impl Store for u8 {
    fn store(self) -> String {
        self.to_string()
    }
}

#[middleware]
async fn create<T: Store + Send>(#[body] value: T) -> String {
    value.store()
}

fn main() {
    Application::new(pipeline![create::<u8>]);
}
