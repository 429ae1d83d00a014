use super::*;

#[test]
fn what_other_compilers_take_is_taken() {
    let file = parse(
        "namespace * a.b\n namespace cpp.noexist c (uri = 'x')\n include \"a.thrift\"\n cpp_include '<x>'\n
         struct S { 1: required i32 x = -5 (a = \"b\", flag), optional string y; i32 z\n 5: S & r, -9: map<string (a), i8> m } (q)
         enum E { A, B = 0x10; C (x = 'y') }
         service T extends a.Base { void ping() throws (), oneway void zip(); async void zap() i32 f(1: i32 a 2: i32 b) }",
    )
    .unwrap();
    let [s, e, t] = &file.items[..] else { panic!("{file:?}") };
    let ItemKind::Struct(fields) = &s.kind else { panic!() };
    assert_eq!(fields.iter().map(|field| field.id).collect::<Vec<_>>(), [1, -1, -2, 5, -9]);
    let ItemKind::Enum(members) = &e.kind else { panic!() };
    assert_eq!(members.iter().map(|member| member.number).collect::<Vec<_>>(), [0, 16, 17]);
    let ItemKind::Service { functions, .. } = &t.kind else { panic!() };
    assert_eq!(functions.len(), 4);
}

#[test]
fn a_mistake_says_what_was_expected_and_in_which_line() {
    for (text, message) in [
        ("\nstruct S { 1: i32 }", "line 2: expected the name of the field, found `}`"),
        ("struct S { 1: lst<i32> a }", "line 1: there is no container `lst`: it is `list`, `set` or `map`"),
        ("struct S {\n 1: i32 a = ; }", "line 2: expected a value, found `;`"),
        ("strct S {}", "line 1: expected a definition: `struct`, `enum`, `service`, …, found `strct`"),
        ("service S { oneway i32 f() }", "line 1: `f` is one-way, so nothing can come back"),
        ("struct S { 1: i32 a\n 1: i32 b }", "line 2: `b` has the id of `a`, in line 1"),
        ("struct S { 1: i32 a\n 2: i32 a }", "line 2: `a` is there already, in line 1"),
        ("struct S { 1: requird i32 a }", "line 1: `requird` is no type, nor `required` or `optional`"),
        ("struct S {\n 1: i32 a\nstruct T {}", "line 3: expected a type, found `struct`"),
        ("struct S { 40000: i32 a }", "line 1: the id 40000 does not fit into 16 bits"),
        ("enum E { A = 4294967296 }", "line 1: the number of `A` does not fit into 32 bits"),
        ("service S {", "line 1: expected a type, found the end of the file"),
    ] {
        let mistake = parse(text).unwrap_err();
        assert_eq!(format!("line {}: {}", mistake.line, mistake.what), message);
    }
}
