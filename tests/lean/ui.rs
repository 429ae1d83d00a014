//! Without the features of `koa-runtime`: trybuild builds this package alone, so no other one switches them on.

#[test]
fn a_feature_that_is_switched_off_is_named() {
    let tests = trybuild::TestCases::new();
    tests.compile_fail("ui/needs_*.rs");
    tests.pass("ui/text_and_bytes.rs");
}
