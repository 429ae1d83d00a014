use koa_runtime::prelude::*;
use koa_thrift::Call;

mod small;

struct Nobody;

fn main() {
    Application::<Call>::of(pipeline![small::small(Nobody)]);
}
