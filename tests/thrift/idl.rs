//! What is wrong with an IDL is said in a sentence, with its file and its line.

use std::{fs, path::PathBuf};

fn directory(name: &str) -> PathBuf {
    let directory = std::env::temp_dir().join(format!("koa-thrift-{}-{name}", std::process::id()));
    fs::create_dir_all(&directory).unwrap();
    directory
}

/// What is said of an IDL, behind its path.
fn said(name: &str, text: &str) -> String {
    let directory = directory(name);
    let path = directory.join("a.thrift");
    fs::write(&path, text).unwrap();
    let error = koa_thrift_build::generate(&path).unwrap_err().to_string();
    fs::remove_dir_all(directory).unwrap();
    error.strip_prefix(path.to_str().unwrap()).unwrap_or(&error).to_owned()
}

#[test]
fn a_mistake_is_said_with_its_line() {
    for (text, message) in [
        ("struct S {\n 1: Nothing a\n}", ":2: there is no `Nothing`"),
        ("service S {\n void f(1: other.T t)\n}", ":2: there is no `other.T`"),
        ("service S {}\nstruct T { 1: S s }", ":2: `S` is no type"),
        ("struct S {}\nstruct S {}", ":2: `S` is defined in line 1 already"),
        ("struct S { 1: i32 userId\n 2: i32 user_id }", ":2: `userId` and `user_id` would have one name in Rust"),
        ("enum E { someName\n SOME_NAME }", ":2: `someName` and `SOME_NAME` would have one name in Rust"),
        (
            "struct some_struct {}\ntypedef i32 SomeStruct",
            ":2: `some_struct` and `SomeStruct` would have one name in Rust",
        ),
        ("const i32 oneTwo = 1\nconst i32 ONE_TWO = 2", ":2: `oneTwo` and `ONE_TWO` would have one name in Rust"),
        ("enum ONE {}\nconst i32 ONE_ = 1\nconst i32 one = 2", ":3: `ONE` and `one` would have one name in Rust"),
        ("struct SClient {}\nservice S {}", ":2: `SClient` and the `Client` of `S` would have one name in Rust"),
        (
            "struct SFArguments {}\nservice S {\n void f() }",
            ":3: `SFArguments` and the `Arguments` of `f` would have one name in Rust",
        ),
        ("service S { void userId()\n void user_id() }", ":2: `userId` and `user_id` would have one name in Rust"),
        ("service S { void f(1: i32 ctx\n 2: i32 ctx_) }", ":2: `ctx` and `ctx_` would have one name in Rust"),
        (
            "exception X {}\nservice S { void f() throws (1: X other\n 2: X Other_) }",
            ":3: `other` and `Other_` would have one name in Rust",
        ),
        ("struct S {}\nservice T {\n void f() throws (1: S s) }", ":3: what `s` throws is no exception"),
        ("struct S {}\nservice T extends S {}", ":2: `S` is no service"),
        ("service S extends S { void f() }", ":1: `S` extends itself"),
        ("typedef T T\nstruct S { 1: T t }", ":1: a typedef is one of itself"),
        ("struct S { 1: T t }\ntypedef list<map<i32, U>> T\ntypedef T U", ":2: a typedef is one of itself"),
        ("struct S {\n 1: i32 a\n 2: i32 b = \"text\"\n}", ":3: the value is not of the type"),
        ("service S {\n void f(1: i32 a = 1.5)\n}", ":2: the value is not of the type"),
        ("enum E { A }\nenum F { A }\nconst E other = F.A", ":3: the value is not of the type"),
        ("enum E { A }\nconst string text = E.A", ":2: the value is not of the type"),
        ("enum E { A = 300 }\nconst i8 small = E.A", ":2: 300 does not fit into its type"),
        ("service S {\n void f()\n void f()\n}", ":3: `f` is there twice"),
        ("enum E {\n A\n A\n}", ":3: `A` is there twice"),
        ("const i8 A = 300", ":1: 300 does not fit into its type"),
        ("\nconst i32 A = B\nconst i32 B = A", ":2: a constant is one of itself"),
        ("enum E { A }\nconst E other = E.B", ":2: there is no `E.B`"),
        ("const i32 A = \"text\"", ":1: the value is not of the type"),
        ("include \"none.thrift\"", ":1: "),
        ("struct S {", ":1: expected a type, found the end of the file"),
    ] {
        let said = said("mistakes", text);
        assert!(said.starts_with(message), "{text:?}: {said}");
    }
}

#[test]
fn what_is_too_deep_is_refused() {
    let (list, value) = ("list<".repeat(100_000), "[".repeat(100_000));
    for text in [format!("struct S {{ 1: {list}i32"), format!("const i32 A = {value}")] {
        assert_eq!(said("deep", &text), ":1: this is more than 64 levels deep");
    }
    // a type is as deep as a message may be
    let directory = directory("deep-enough");
    let path = directory.join("a.thrift");
    fs::write(&path, format!("struct S {{ 1: {}i32{} a }}", "list<".repeat(64), ">".repeat(64))).unwrap();
    koa_thrift_build::generate(&path).unwrap();
    fs::remove_dir_all(directory).unwrap();
}

#[test]
fn a_file_is_read_whatever_it_is_called_and_marked() {
    let directory = directory("names");
    let names = ["my-file", "my.other", "2nd", "Third", "type"];
    for name in names {
        fs::write(directory.join(format!("{name}.thrift")), "\u{feff}struct A { 1: i32 a }").unwrap();
    }
    let includes = names.map(|name| format!("include \"{name}.thrift\"\n")).concat();
    // no word of an IDL begins with a digit, so what is in `2nd.thrift` has no name here
    let text = "struct S { 1: my-file.A a, 2: my.other.A b, 3: Third.A c, 4: type.A d }";
    let path = directory.join("a.thrift");
    fs::write(&path, includes + text).unwrap();
    let code = koa_thrift_build::generate(&path).unwrap();
    fs::remove_dir_all(directory).unwrap();
    for module in ["my_file", "my_other", "_2nd", "third", "r#type"] {
        assert!(code.contains(&format!("pub mod {module} {{")), "{module}: {code}");
    }
    assert!(code.contains("pub a: my_file::A,") && code.contains("pub b: my_other::A,"), "{code}");
}

#[test]
fn a_method_that_a_parent_has_too_is_refused_with_both_places() {
    let directory = directory("parents");
    let (path, base) = (directory.join("a.thrift"), directory.join("base.thrift"));
    fs::write(&base, "service Oldest {\n void f(),\n void g()\n}\nservice Old extends Oldest { void h() }").unwrap();
    for (method, line, of) in [("f", 2, "Oldest"), ("g", 3, "Oldest"), ("h", 5, "Old")] {
        fs::write(
            &path,
            format!("include \"base.thrift\"\nservice S extends base.Old {{\n void i()\n void {method}()\n}}"),
        )
        .unwrap();
        let error = koa_thrift_build::generate(&path).unwrap_err().to_string();
        let wanted =
            format!("{}:4: `{method}` is a method of `{of}` already: {}:{line}", path.display(), base.display());
        assert_eq!(error, wanted);
    }
    // in one file, and where the service itself is fine
    fs::write(&path, "service A { void f() }\nservice B extends A { void f() }\nservice C extends B { void g() }")
        .unwrap();
    let error = koa_thrift_build::generate(&path).unwrap_err().to_string();
    assert_eq!(error, format!("{0}:2: `f` is a method of `A` already: {0}:1", path.display()));
    fs::remove_dir_all(directory).unwrap();
}

#[test]
fn files_that_include_each_other_are_read_once() {
    let directory = directory("circle");
    fs::write(directory.join("a.thrift"), "include \"b.thrift\"\nstruct A { 1: optional b.B b }").unwrap();
    fs::write(directory.join("b.thrift"), "include \"a.thrift\"\nstruct B { 1: optional a.A a }").unwrap();
    let code = koa_thrift_build::generate(directory.join("a.thrift")).unwrap();
    fs::remove_dir_all(directory).unwrap();
    assert!(code.contains("pub mod b {") && code.contains("Box<super::A>") && code.contains("Box<b::B>"), "{code}");
}

#[test]
fn a_struct_that_is_required_often_is_looked_at_once() {
    // each has the one before twice, so the last has the first a thousand million million times
    let structs = |at| format!("struct S{} {{ 1: required S{at} a, 2: required S{at} b }}\n", at + 1);
    let structs = (0..49).map(structs).collect::<Vec<_>>().concat();
    let directory = directory("often");
    let path = directory.join("a.thrift");
    fs::write(&path, format!("struct S0 {{}}\nstruct T {{ 1: required T t }}\n{structs}")).unwrap();
    let code = koa_thrift_build::generate(&path).unwrap();
    fs::remove_dir_all(directory).unwrap();
    assert!(code.contains("Default for S49 {") && !code.contains("Default for T {"));
}
