//! Refuses what would have one name in Rust.

use std::collections::HashMap;

use super::{
    Emitted, data,
    services::{argument, arguments, error, variant},
};
use crate::{
    Mistake,
    idl::{Function, Item, ItemKind},
    names::{camel, screaming, snake},
    program::Source,
};

/// What is called by a name: types and values are told apart by where they are.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Space {
    Type,
    Value,
}

/// Names of Rust, and what has them.
#[derive(Default)]
struct Taken(HashMap<(Space, String), String>);

impl Taken {
    fn take(&mut self, spaces: &[Space], name: &str, of: &str, line: usize) -> Emitted<()> {
        for &space in spaces {
            if let Some(other) = self.0.insert((space, name.to_owned()), of.to_owned()) {
                if other == of {
                    return Err(Mistake { line, what: format!("{of} is there twice") });
                }
                return Err(Mistake { line, what: format!("{other} and {of} would have one name in Rust") });
            }
        }
        Ok(())
    }

    fn item(&mut self, item: &Item) -> Emitted<()> {
        use Space::{Type, Value};
        let (name, of, line) = (camel(&item.name), quoted(&item.name), item.line);
        match &item.kind {
            ItemKind::Typedef(_) | ItemKind::Struct(_) | ItemKind::Exception(_) | ItemKind::Union(_) => {
                self.take(&[Type], &name, &of, line)
            }
            ItemKind::Constant(..) => self.take(&[Value], &screaming(&item.name), &of, line),
            ItemKind::Enum(members) => {
                let mut constants = Self::default();
                for member in members {
                    let constant = data::constant(&member.name);
                    constants.take(&[Value], &constant, &quoted(&member.name), member.line)?;
                }
                self.take(&[Type, Value], &name, &of, line)
            }
            ItemKind::Service { functions, .. } => {
                self.take(&[Type], &name, &of, line)?;
                self.take(&[Value], &snake(&item.name), &of, line)?;
                for made in ["Client", "Methods"] {
                    self.take(&[Type, Value], &(name.clone() + made), &format!("the `{made}` of {of}"), line)?;
                }
                let mut methods = Self::default();
                for function in functions {
                    methods.take(&[Value], &snake(&function.name), &quoted(&function.name), function.line)?;
                    self.function(item, function)?;
                }
                Ok(())
            }
        }
    }

    fn function(&mut self, item: &Item, function: &Function) -> Emitted<()> {
        let (of, line) = (quoted(&function.name), function.line);
        self.take(&[Space::Type], &arguments(item, function), &format!("the `Arguments` of {of}"), line)?;
        if !function.throws.is_empty() {
            self.take(&[Space::Type], &error(item, function), &format!("the `Error` of {of}"), line)?;
        }
        let (mut parameters, mut variants) = (Self::default(), Self::default());
        for field in &function.arguments {
            parameters.take(&[Space::Value], &argument(field), &quoted(&field.name), field.line)?;
        }
        for field in &function.throws {
            variants.take(&[Space::Type], &variant(field), &quoted(&field.name), field.line)?;
        }
        Ok(())
    }
}

fn quoted(name: &str) -> String {
    format!("`{name}`")
}

/// Refuses what would have one name in Rust, beside the modules of the files that are included.
pub(super) fn distinct(source: &Source, modules: &[&str]) -> Emitted<()> {
    let mut taken = Taken::default();
    for module in modules {
        taken.take(&[Space::Type], &snake(module), &format!("the module {}", quoted(module)), 0)?;
    }
    source.file.items.iter().try_for_each(|item| taken.item(item))
}
