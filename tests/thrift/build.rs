//! Makes Rust of the IDL of the tests.

fn main() -> koa_thrift_build::Result {
    koa_thrift_build::compile("idl/shop.thrift")?;
    koa_thrift_build::compile("idl/kinds.thrift")
}
