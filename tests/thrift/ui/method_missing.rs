use koa_runtime::prelude::*;
use koa_thrift::Call;

mod small;

struct Mine;

impl small::Small for Mine {
    async fn add(&self, _: &mut Call, left: i32, right: i32) -> Result<i32> {
        Ok(left.wrapping_add(right))
    }
}

fn main() {
    let _ = Application::<Call>::of(pipeline![small::small(Mine)]);
}
