//! What rustc says of a service that is not whole, or not where it belongs. The mistakes are in `ui/`, each with what is said beside it.

use std::fs;

/// The mistakes have a module of this, which is made of `ui/small.thrift`.
const MADE: &str = "ui/small.rs";

#[test]
fn what_the_mistakes_are_made_with_is_what_the_builder_makes() {
    let made = koa_thrift_build::generate("ui/small.thrift").unwrap();
    let is_same = fs::read_to_string(MADE).is_ok_and(|there| there == made);
    if !is_same && std::env::var("TRYBUILD").is_ok_and(|mode| mode == "overwrite") {
        return fs::write(MADE, made).unwrap();
    }
    assert!(is_same, "{MADE} is another one: TRYBUILD=overwrite writes it anew");
}

#[test]
fn each_mistake_is_explained() {
    let cases = trybuild::TestCases::new();
    for mistake in ["method_missing", "service_not_implemented", "service_under_http"] {
        cases.compile_fail(format!("ui/{mistake}.rs"));
    }
}
