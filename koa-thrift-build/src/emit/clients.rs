//! Clients: a struct with the methods of a service, which calls them elsewhere.

use std::fmt::Write as _;

use super::{
    Emitted, Emitter, doc,
    services::{argument, arguments, error, variant},
};
use crate::{
    idl::{Function, Item, Named},
    names::{camel, snake},
};

impl Emitter<'_> {
    pub(super) fn client(self, item: &Item, extends: Option<&Named>, functions: &[Function]) -> Emitted {
        let (name, idl) = (camel(&item.name), &item.name);
        let mut out = format!(
            "
/// Calls the methods of [`{name}`] elsewhere.
#[derive(Clone, Debug)]
pub struct {name}Client(::koa_thrift::Caller);

impl ::std::convert::From<::koa_thrift::Caller> for {name}Client {{
    fn from(caller: ::koa_thrift::Caller) -> Self {{
        Self(caller)
    }}
}}

impl {name}Client {{\n"
        );
        for function in functions {
            out += &self.client_method(item, function)?;
        }
        out.push_str("}\n");
        if let Some(named) = extends {
            let parent = self.parent(self.source, named)?;
            let path = self.path(parent);
            let _ = write!(
                out,
                "
/// `{idl}` extends `{}`.
impl ::std::convert::From<{name}Client> for {path}Client {{
    fn from(client: {name}Client) -> Self {{
        <Self as ::std::convert::From<::koa_thrift::Caller>>::from(client.0)
    }}
}}\n",
                parent.item.name
            );
        }
        Ok(out)
    }

    fn client_method(self, item: &Item, function: &Function) -> Emitted {
        let (parameters, output) = self.signature(item, function)?;
        let given: Vec<_> =
            function.arguments.iter().map(|field| format!("{}: {}", snake(&field.name), argument(field))).collect();
        let given = format!("{} {{ {} }}", arguments(item, function), given.join(", "));
        let mut out = doc(&function.doc, "    ");
        let _ = writeln!(out, "    pub async fn {}(&self{parameters}) -> {output} {{", snake(&function.name));
        if function.is_one_way {
            let _ = writeln!(out, "        self.0.tell({:?}, &{given}).await\n    }}", function.name);
            return Ok(out);
        }
        let missing = if function.returns.is_some() {
            "::std::result::Result::Err(::std::convert::From::from(::koa_thrift::Caller::__missing()))"
        } else {
            "::std::result::Result::Ok(())"
        };
        let _ = write!(
            out,
            "        let reply = self.0.call({:?}, &{given}).await?;
        let mut result: {output} = {missing};
        self.0.__read(&reply, |reader, id, kind| {{
            match (id, kind) {{\n",
            function.name
        );
        if let Some(kind) = &function.returns {
            let _ = writeln!(
                out,
                "                (0, ::koa_thrift::Kind::{}) => result = ::std::result::Result::Ok(::koa_thrift::Value::read(reader)?),",
                self.wire(kind)?
            );
        }
        for field in &function.throws {
            let _ = writeln!(
                out,
                "                ({}, ::koa_thrift::Kind::Struct) => result = ::std::result::Result::Err({}::{}(::koa_thrift::Value::read(reader)?)),",
                field.id,
                error(item, function),
                variant(field)
            );
        }
        out.push_str(
            "                _ => reader.skip(kind)?,
            }
            ::std::result::Result::Ok(())
        })?;
        result
    }\n",
        );
        Ok(out)
    }
}
