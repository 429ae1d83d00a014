use koa_runtime::prelude::*;

use std::{cell::Cell, rc::Rc};

struct State(Rc<Cell<u32>>);

fn main() {
    Application::new(pipeline![provide(State(Rc::default()))]);
}
