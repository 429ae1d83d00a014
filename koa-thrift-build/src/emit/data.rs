//! Structs, exceptions, unions and enums.

use std::fmt::Write as _;

use super::{Emitted, Emitter, doc, types::Shape};
use crate::{
    Mistake,
    idl::{Field, Item, Member, Need, Type},
    names::{camel, screaming, snake},
};

impl Emitter<'_> {
    /// What a type can be, of whose fields this is one of each.
    fn derives(self, fields: &[Field]) -> Emitted<&'static str> {
        for field in fields {
            if !self.is_ordered(self.source, &field.kind)? {
                return Ok("Clone, Debug, PartialEq");
            }
        }
        Ok("Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash")
    }

    /// A struct that is called `name` in Rust, and `owner` in the IDL.
    pub(super) fn structure(self, name: &str, owner: &str, docs: &str, fields: &[Field]) -> Emitted {
        let derives = self.derives(fields)?;
        let shaped = fields
            .iter()
            .map(|field| Ok((field, self.shape(owner, field)?)))
            .collect::<Emitted<Vec<(&Field, Shape)>>>()?;
        distinct(fields, snake)?;
        let mut out = format!("{docs}#[derive({derives})]\npub struct {name} {{\n");
        for (field, shape) in &shaped {
            let kind =
                if shape.is_optional { format!("::std::option::Option<{}>", shape.kind) } else { shape.kind.clone() };
            let _ = writeln!(out, "{}    pub {}: {kind},", doc(&field.doc, "    "), snake(&field.name));
        }
        out.push_str("}\n\n");
        let is_default = shaped.iter().all(|(field, shape)| {
            shape.default.is_some() && !(field.need == Need::Required && shape.is_boxed && !shape.is_optional)
        });
        if is_default {
            let _ = write!(
                out,
                "impl ::std::default::Default for {name} {{\n    fn default() -> Self {{\n        Self {{\n"
            );
            for (field, shape) in &shaped {
                let default = shape.default.as_deref().unwrap_or_default();
                let _ = writeln!(out, "            {}: {default},", snake(&field.name));
            }
            out.push_str("        }\n    }\n}\n\n");
        }
        self.struct_value(name, owner, &shaped, &mut out);
        Ok(out)
    }

    #[expect(clippy::unused_self, reason = "as its neighbours")]
    fn struct_value(self, name: &str, owner: &str, shaped: &[(&Field, Shape)], out: &mut String) {
        begin_value(name, out);
        for at in 0..shaped.len() {
            let _ = writeln!(out, "        let mut field{at} = ::std::option::Option::None;");
        }
        out.push_str("        reader.fields(|reader, id, kind| {\n            match (id, kind) {\n");
        for (at, (field, shape)) in shaped.iter().enumerate() {
            let (id, wire, kind) = (field.id, shape.wire, &shape.kind);
            let _ = writeln!(
                out,
                "                ({id}, ::koa_thrift::Kind::{wire}) => field{at} = ::std::option::Option::Some(<{kind} as ::koa_thrift::Value>::read(reader)?),"
            );
        }
        out.push_str("                _ => reader.skip(kind)?,\n            }\n            ::std::result::Result::Ok(())\n        })?;\n");
        out.push_str("        ::std::result::Result::Ok(Self {\n");
        for (at, (field, shape)) in shaped.iter().enumerate() {
            let member = snake(&field.name);
            let value = match (&shape.default, shape.is_optional, field.need) {
                (_, false, Need::Required) | (None, ..) => format!(
                    "field{at}.ok_or(::koa_thrift::ProtocolError::Missing {{ of: {owner:?}, field: {:?} }})?",
                    field.name
                ),
                (Some(default), true, _) => format!("field{at}.or_else(|| {default})"),
                (Some(default), false, _) => format!("field{at}.unwrap_or_else(|| {default})"),
            };
            let _ = writeln!(out, "            {member}: {value},");
        }
        out.push_str("        })\n    }\n\n    fn write(&self, writer: &mut ::koa_thrift::Writer) {\n        writer.structure(|writer| {\n");
        for (field, shape) in shaped {
            let (id, member) = (field.id, snake(&field.name));
            if shape.is_optional {
                let _ = writeln!(
                    out,
                    "            if let ::std::option::Option::Some(value) = &self.{member} {{\n                writer.field({id}, value);\n            }}"
                );
            } else {
                let _ = writeln!(out, "            writer.field({id}, &self.{member});");
            }
        }
        out.push_str("        });\n    }\n}\n");
    }

    pub(super) fn exception(self, item: &Item, fields: &[Field]) -> Emitted {
        let name = camel(&item.name);
        let mut out = self.structure(&name, &item.name, &doc(&item.doc, ""), fields)?;
        let _ = write!(
            out,
            "\nimpl ::std::fmt::Display for {name} {{\n    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {{\n        f.write_str({:?})?;\n",
            item.name
        );
        if let Some(field) = fields.iter().find(|field| field.name == "message" && field.kind == Type::Text) {
            let is_optional = self.shape(&item.name, field)?.is_optional;
            let message =
                if is_optional { "self.message.as_deref().unwrap_or_default()" } else { "self.message.as_str()" };
            let _ = write!(
                out,
                "        let message = {message};\n        if !message.is_empty() {{\n            ::std::write!(f, \": {{message}}\")?;\n        }}\n"
            );
        }
        let _ = write!(
            out,
            "        ::std::result::Result::Ok(())\n    }}\n}}\n\nimpl ::std::error::Error for {name} {{}}\n"
        );
        Ok(out)
    }

    pub(super) fn union(self, item: &Item, fields: &[Field]) -> Emitted {
        let name = camel(&item.name);
        distinct(fields, camel)?;
        let mut out = format!("{}#[derive({})]\npub enum {name} {{\n", doc(&item.doc, ""), self.derives(fields)?);
        let shaped = fields
            .iter()
            .map(|field| Ok((field, self.shape(&item.name, field)?)))
            .collect::<Emitted<Vec<(&Field, Shape)>>>()?;
        for (field, shape) in &shaped {
            let _ = writeln!(out, "{}    {}({}),", doc(&field.doc, "    "), camel(&field.name), shape.kind);
        }
        out.push_str("}\n\n");
        begin_value(&name, &mut out);
        out.push_str("        let mut value = ::std::option::Option::None;\n        reader.fields(|reader, id, kind| {\n            let read = match (id, kind) {\n");
        for (field, shape) in &shaped {
            let (id, wire, kind) = (field.id, shape.wire, &shape.kind);
            let _ = writeln!(
                out,
                "                ({id}, ::koa_thrift::Kind::{wire}) => Self::{}(<{kind} as ::koa_thrift::Value>::read(reader)?),",
                camel(&field.name)
            );
        }
        let _ = write!(
            out,
            "                _ => return reader.skip(kind),
            }};
            match value.replace(read) {{
                ::std::option::Option::None => ::std::result::Result::Ok(()),
                ::std::option::Option::Some(_) => ::std::result::Result::Err(::koa_thrift::ProtocolError::Union({:?})),
            }}
        }})?;
        value.ok_or(::koa_thrift::ProtocolError::Union({:?}))
    }}

    fn write(&self, writer: &mut ::koa_thrift::Writer) {{
        writer.structure(|writer| match *self {{\n",
            item.name, item.name
        );
        for (field, _) in &shaped {
            let _ = writeln!(
                out,
                "            Self::{}(ref value) => writer.field({}, value),",
                camel(&field.name),
                field.id
            );
        }
        out.push_str("        });\n    }\n}\n");
        Ok(out)
    }
}

fn begin_value(name: &str, out: &mut String) {
    let _ = write!(
        out,
        "impl ::koa_thrift::Value for {name} {{
    const KIND: ::koa_thrift::Kind = ::koa_thrift::Kind::Struct;

    fn read(reader: &mut ::koa_thrift::Reader) -> ::std::result::Result<Self, ::koa_thrift::ProtocolError> {{\n"
    );
}

/// Refuses two names that are one in Rust.
fn distinct(fields: &[Field], rust: fn(&str) -> String) -> Emitted<()> {
    for (at, field) in fields.iter().enumerate() {
        if let Some(other) = fields[..at].iter().find(|other| rust(&other.name) == rust(&field.name)) {
            let what = format!("`{}` and `{}` would have one name in Rust", other.name, field.name);
            return Err(Mistake { line: field.line, what });
        }
    }
    Ok(())
}

/// A number that may also be none of those that are named.
pub(super) fn enumeration(item: &Item, members: &[Member]) -> String {
    let name = camel(&item.name);
    let mut out = format!(
        "{}#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]\npub struct {name}(pub i32);\n\nimpl {name} {{\n",
        doc(&item.doc, "")
    );
    let mut names = String::new();
    let mut seen = Vec::new();
    for member in members {
        let (constant, number) = (constant(&member.name), member.number);
        let _ = writeln!(out, "{}    pub const {constant}: Self = Self({number});", doc(&member.doc, "    "));
        if !seen.contains(&number) {
            seen.push(number);
            let _ = writeln!(names, "            {number} => ::std::option::Option::Some({:?}),", member.name);
        }
    }
    let _ = write!(
        out,
        "
    /// What the IDL calls it, if it does.
    pub fn name(self) -> ::std::option::Option<&'static str> {{
        match self.0 {{
{names}            _ => ::std::option::Option::None,
        }}
    }}
}}

impl ::std::fmt::Debug for {name} {{
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {{
        match self.name() {{
            ::std::option::Option::Some(name) => f.write_str(name),
            ::std::option::Option::None => ::std::write!(f, \"{name}({{}})\", self.0),
        }}
    }}
}}

impl ::koa_thrift::Value for {name} {{
    const KIND: ::koa_thrift::Kind = ::koa_thrift::Kind::I32;

    fn read(reader: &mut ::koa_thrift::Reader) -> ::std::result::Result<Self, ::koa_thrift::ProtocolError> {{
        <i32 as ::koa_thrift::Value>::read(reader).map(Self)
    }}

    fn write(&self, writer: &mut ::koa_thrift::Writer) {{
        ::koa_thrift::Value::write(&self.0, writer);
    }}
}}
"
    );
    out
}

/// A name of an enum. Keywords are small.
pub(super) fn constant(name: &str) -> String {
    if name == "Self" { "SELF".to_owned() } else { screaming(name) }
}
