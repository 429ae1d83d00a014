//! Writes tables of routes at random, the same ones each time: as `routes!`, and as data for the model.

use std::{env, fmt::Write as _, fs, path::Path};

const TABLES: usize = 48;

/// A small generator of numbers (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % bound
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

/// A pattern of up to five segments. Few words, so that patterns share their beginnings and overlap.
fn pattern(random: &mut Random) -> String {
    let mut pattern = String::new();
    let mut captures = 0;
    let mut name = || {
        captures += 1;
        format!("c{captures}")
    };
    let length = random.below(5);
    for _ in 0..length {
        pattern.push('/');
        match random.below(16) {
            0..=6 => pattern.push_str(random.one(&["a", "ab", "abc", "b", "users", "user", "a.b", "é", "x-y", "1"])),
            7..=10 => write!(pattern, "{{{}}}", name()).unwrap(),
            11 => write!(pattern, "{{{}: u8}}", name()).unwrap(),
            12 => write!(pattern, "{{{}: bool}}", name()).unwrap(),
            13 => write!(pattern, "{{{}}}.{{{}}}", name(), name()).unwrap(),
            14 => write!(pattern, "v{{{}: u8}}", name()).unwrap(),
            _ => write!(pattern, "{{{}}}-{{{}}}x", name(), name()).unwrap(),
        }
    }
    match random.below(10) {
        0 => write!(pattern, "/{{{}..}}", name()).unwrap(),
        1 => write!(pattern, "/{{{}?..}}", name()).unwrap(),
        2 => write!(pattern, "/{{{}?}}", name()).unwrap(),
        3 => write!(pattern, "/{{{}?: u8}}/{{{}?}}", name(), name()).unwrap(),
        4 if !pattern.is_empty() => pattern.push('/'),
        _ if pattern.is_empty() => pattern.push('/'),
        _ => {}
    }
    pattern
}

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let (mut tables, mut data) = (String::new(), String::from("pub(crate) const TABLES: &[Table] = &[\n"));
    for number in 0..TABLES {
        let (slash, case) =
            (random.one(&["ignore", "ignore", "strict", "redirect"]), random.one(&["exact", "exact", "ignore"]));
        writeln!(
            tables,
            "routes! {{ pub(crate) fn table{number}() {{\n    #![trailing_slash({slash})] #![case({case})]"
        )
        .unwrap();
        writeln!(
            data,
            "    Table {{ slash: {slash:?}, ignore_case: {}, find: crate::find::<__table{number}_table>, lines: &[",
            case == "ignore"
        )
        .unwrap();
        for _ in 0..=random.below(14) {
            let (pattern, kind) = (pattern(&mut random), random.below(8));
            let is_open = pattern.contains('?') || pattern.contains("..}");
            let (methods, stage) = match kind {
                0 => ("*", "layer"),
                1 => ("GET | POST", "layer"),
                2 => ("HEAD", "layer"),
                3 => ("POST", "layer"),
                4 if !is_open && pattern != "/" => ("", "layer"),
                _ => ("GET", "layer"),
            };
            // under a `cfg`, so that no route is refused because of those before it
            writeln!(tables, "    #[cfg(all())] {methods} {pattern:?} => {stage},").unwrap();
            writeln!(data, "        ({methods:?}, {pattern:?}),").unwrap();
        }
        tables.push_str("} }\n");
        data.push_str("    ] },\n");
    }
    data.push_str("];\n");
    let out = env::var("OUT_DIR").expect("cargo says where");
    fs::write(Path::new(&out).join("tables.rs"), tables + &data).expect("it can be written to");
}
