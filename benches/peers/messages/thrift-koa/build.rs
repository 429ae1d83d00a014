//! Makes Rust of the IDL.

fn main() -> koa_thrift_build::Result {
    koa_thrift_build::compile("../echo.thrift")
}
