//! Makes Rust of the IDL.

fn main() {
    println!("cargo::rerun-if-changed=../echo.thrift");
    if let Err(error) = volo_build::Builder::thrift().add_service("../echo.thrift").write() {
        println!("cargo::error={error}");
    }
}
