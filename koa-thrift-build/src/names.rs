//! Names of an IDL as Rust has them.

/// `some_struct` and `SomeStruct` are `SomeStruct`.
pub(crate) fn camel(name: &str) -> String {
    let camel: String = name
        .split('_')
        .map(|part| {
            let mut chars = part.chars();
            chars.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + chars.as_str())
        })
        .collect();
    if camel.is_empty() || camel.starts_with(|c: char| c.is_ascii_digit()) { format!("_{camel}") } else { word(camel) }
}

/// `someField`, `SomeField` and `some_field` are `some_field`.
pub(crate) fn snake(name: &str) -> String {
    word(plain_snake(name))
}

/// The same, before a keyword is told from a name.
pub(crate) fn plain_snake(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (at, &c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| chars.get(before));
        let begins = c.is_ascii_uppercase()
            && before.is_some_and(|before| {
                before.is_ascii_lowercase()
                    || before.is_ascii_digit()
                    || (before.is_ascii_uppercase() && chars.get(at + 1).is_some_and(char::is_ascii_lowercase))
            });
        if begins {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    snake
}

/// The module of a file: `MyTypes`, `my-types` and `my.types` are `my_types`.
pub(crate) fn module(file: &str) -> String {
    let name: String = file.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let name = plain_snake(&name);
    if name.starts_with(|c: char| c.is_ascii_digit()) { format!("_{name}") } else { name }
}

/// `someName` is `SOME_NAME`; what has no small letter stays as it is.
pub(crate) fn screaming(name: &str) -> String {
    if name.chars().any(|c| c.is_ascii_lowercase()) { plain_snake(name).to_ascii_uppercase() } else { name.to_owned() }
}

fn word(name: String) -> String {
    match &*name {
        "self" | "Self" | "super" | "crate" | "_" => name + "_",
        _ if KEYWORDS.contains(&&*name) => format!("r#{name}"),
        _ => name,
    }
}

const KEYWORDS: [&str; 49] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move",
    "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield", "union",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_those_of_rust() {
        for (name, expected) in [
            ("testI32", "test_i32"),
            ("i32_thing", "i32_thing"),
            ("userMap", "user_map"),
            ("HTTPServer", "http_server"),
            ("type", "r#type"),
            ("Self", "self_"),
            ("big_Numbers", "big_numbers"),
        ] {
            assert_eq!(snake(name), expected);
        }
        assert_eq!(camel("some_struct"), "SomeStruct");
        assert_eq!(camel("VersioningTestV1"), "VersioningTestV1");
        assert_eq!(camel("Self"), "Self_");
        assert_eq!(screaming("myNumberz"), "MY_NUMBERZ");
        assert_eq!(screaming("INT32CONSTANT"), "INT32CONSTANT");
    }
}
