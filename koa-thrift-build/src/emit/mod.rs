//! Writes Rust.

mod clients;
mod constants;
mod data;
mod services;
mod taken;
mod types;

use std::fmt::Write as _;

use crate::{
    Error, Mistake,
    idl::{Item, ItemKind},
    names::camel,
    program::Program,
};

type Emitted<T = String> = Result<T, Mistake>;

/// Everything that nobody should be told about code that nobody wrote.
const SILENT: &str =
    "#[allow(warnings, missing_docs, unreachable_pub, clippy::all, clippy::pedantic, clippy::nursery, rustdoc::all)]";

pub(crate) fn program(program: &Program) -> Result<String, Error> {
    for (number, source) in program.sources.iter().enumerate() {
        // the modules are in that of the file that was asked for
        let others = if number == 0 { &program.sources[..] } else { &[] };
        let modules: Vec<_> = others.iter().filter_map(|source| source.module.as_deref()).collect();
        taken::distinct(source, &modules).map_err(|mistake| program.error(number, mistake))?;
    }
    let mut out = format!("// Made by koa-thrift-build: what is changed here is lost.\n{SILENT}\nmod generated {{\n");
    // those that are included first, so that the file itself reads on to the end
    for (number, source) in program.sources.iter().enumerate().skip(1) {
        let module = source.module.as_deref().unwrap_or_default();
        let stem = source.path.file_stem().unwrap_or_default().to_string_lossy();
        let _ = writeln!(out, "/// What `{stem}.thrift` has.\npub mod {} {{", crate::names::snake(module));
        items(program, number, &mut out)?;
        out.push_str("}\n\n");
    }
    items(program, 0, &mut out)?;
    let _ = writeln!(out, "}}\n{SILENT}\npub use generated::*;");
    Ok(out)
}

fn items(program: &Program, source: usize, out: &mut String) -> Result<(), Error> {
    for item in &program.sources[source].file.items {
        let emitter = Emitter { program, source };
        let code = emitter.item(item).map_err(|mistake| program.error(source, mistake.or_at(item.line)))?;
        out.push_str(&code);
        out.push('\n');
    }
    Ok(())
}

/// Writes what is in one file.
#[derive(Clone, Copy)]
struct Emitter<'p> {
    program: &'p Program,
    source: usize,
}

impl<'p> Emitter<'p> {
    fn item(self, item: &'p Item) -> Emitted {
        let name = camel(&item.name);
        match &item.kind {
            ItemKind::Typedef(kind) => {
                let kind = self.kind(self.source, kind)?;
                Ok(format!("{}pub type {name} = {kind};\n", doc(&item.doc, "")))
            }
            ItemKind::Constant(kind, value) => self.constant_item(item, kind, value),
            ItemKind::Enum(members) => Ok(data::enumeration(item, members)),
            ItemKind::Struct(fields) => self.structure(&name, &item.name, &doc(&item.doc, ""), fields),
            ItemKind::Exception(fields) => self.exception(item, fields),
            ItemKind::Union(fields) => self.union(item, fields),
            ItemKind::Service { extends, functions } => self.service(item, extends.as_ref(), functions),
        }
    }
}

/// A comment as documentation. Nothing in it is code to be tested, however far it is indented.
fn doc(lines: &[String], indent: &str) -> String {
    let mut is_open = false;
    lines.iter().fold(String::new(), |mut out, line| {
        let mut line = line.clone();
        if line.starts_with("```") {
            is_open = !is_open;
            if is_open {
                "```text".clone_into(&mut line);
            }
        }
        let _ = writeln!(out, "{indent}///{}{line}", if line.is_empty() { "" } else { " " });
        out
    })
}
