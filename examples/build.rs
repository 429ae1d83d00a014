//! Makes Rust of the IDL of the Thrift examples.

fn main() -> koa_thrift_build::Result {
    koa_thrift_build::compile("idl/calculator.thrift")?;
    koa_thrift_build::compile("idl/sums.thrift")?;
    koa_thrift_build::compile("idl/thrift_test.thrift")
}
