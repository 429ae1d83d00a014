//! Types, and how a field has one.

use super::{Emitted, Emitter};
use crate::{
    idl::{Field, Need, Type},
    names::{camel, snake},
    program::Found,
};

/// A field as a struct has it.
pub(super) struct Shape {
    pub(super) is_optional: bool,
    pub(super) kind: String,
    /// The name of its kind on the wire.
    pub(super) wire: &'static str,
    pub(super) is_boxed: bool,
    /// What it is where nothing was said: not there for an optional one that has no default.
    pub(super) default: Option<String>,
}

impl Emitter<'_> {
    /// A type, as this file names it, of what is written in `source`.
    pub(super) fn kind(self, source: usize, kind: &Type) -> Emitted {
        Ok(match kind {
            Type::Bool => "bool".to_owned(),
            Type::I8 => "i8".to_owned(),
            Type::I16 => "i16".to_owned(),
            Type::I32 => "i32".to_owned(),
            Type::I64 => "i64".to_owned(),
            Type::Double => "f64".to_owned(),
            Type::Text => "::std::string::String".to_owned(),
            Type::Binary => "::koa_thrift::Bytes".to_owned(),
            Type::Uuid => "[u8; 16]".to_owned(),
            Type::List(of) => format!("::std::vec::Vec<{}>", self.kind(source, of)?),
            Type::Set(of) => {
                let name =
                    if self.is_ordered(source, of)? { "::std::collections::BTreeSet" } else { "::koa_thrift::Items" };
                format!("{name}<{}>", self.kind(source, of)?)
            }
            Type::Map(key, value) => {
                let name =
                    if self.is_ordered(source, key)? { "::std::collections::BTreeMap" } else { "::koa_thrift::Pairs" };
                format!("{name}<{}, {}>", self.kind(source, key)?, self.kind(source, value)?)
            }
            Type::Named(named) => {
                // what it is of has to be a type
                self.program.base(source, kind)?;
                self.path(self.program.find(source, named)?)
            }
        })
    }

    /// A definition, as this file names it.
    pub(super) fn path(self, found: Found<'_>) -> String {
        self.prefix(found.source) + &camel(&found.item.name)
    }

    /// What this file writes in front of the names of another.
    pub(super) fn prefix(self, source: usize) -> String {
        if source == self.source {
            return String::new();
        }
        let outward = if self.source == 0 { "" } else { "super::" };
        match &self.program.sources[source].module {
            Some(module) => format!("{outward}{}::", snake(module)),
            None => outward.to_owned(),
        }
    }

    pub(super) fn is_ordered(self, source: usize, kind: &Type) -> Emitted<bool> {
        self.program.is_ordered(source, kind, &mut Vec::new())
    }

    pub(super) fn wire(self, kind: &Type) -> Emitted<&'static str> {
        Ok(match self.program.base(self.source, kind)?.1 {
            Type::Bool => "Bool",
            Type::I8 => "I8",
            Type::I16 => "I16",
            Type::I32 => "I32",
            Type::I64 => "I64",
            Type::Double => "Double",
            Type::Text | Type::Binary => "Binary",
            Type::Uuid => "Uuid",
            Type::List(_) => "List",
            Type::Set(_) => "Set",
            Type::Map(..) => "Map",
            Type::Named(_) => {
                let found = self.program.definition(self.source, kind)?;
                let is_enum = found.is_some_and(|found| matches!(found.item.kind, crate::idl::ItemKind::Enum(_)));
                if is_enum { "I32" } else { "Struct" }
            }
        })
    }

    /// How a struct called `owner` has a field.
    pub(super) fn shape(self, owner: &str, field: &Field) -> Emitted<Shape> {
        let is_boxed = self.program.holds(self.source, &field.kind, (self.source, owner), &mut Vec::new())?;
        let has_default = self.program.has_default(self.source, &field.kind)?;
        let is_optional = match field.need {
            Need::Required => false,
            Need::Optional => true,
            Need::Unsaid => is_boxed || (!has_default && field.default.is_none()),
        };
        let kind = self.kind(self.source, &field.kind)?;
        let default = match &field.default {
            Some(value) => {
                let value =
                    self.constant(self.source, &field.kind, value).map_err(|mistake| mistake.or_at(field.line))?;
                let value = if is_boxed { format!("::std::boxed::Box::new({value})") } else { value };
                Some(if is_optional { format!("::std::option::Option::Some({value})") } else { value })
            }
            None if is_optional => Some("::std::option::Option::None".to_owned()),
            None => has_default.then(|| "::std::default::Default::default()".to_owned()),
        };
        let kind = if is_boxed { format!("::std::boxed::Box<{kind}>") } else { kind };
        Ok(Shape { is_optional, kind, wire: self.wire(&field.kind)?, is_boxed, default })
    }
}
