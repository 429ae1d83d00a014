//! Services: a trait of the methods, and the layer that finds them.

use std::fmt::Write as _;

use super::{Emitted, Emitter, doc};
use crate::{
    Mistake,
    idl::{Field, Function, Item, ItemKind, Named, Need},
    names::{camel, plain_snake, snake},
    program::Found,
};

/// A method, and the service that has it.
struct Inherited<'p> {
    of: Found<'p>,
    function: &'p Function,
}

impl<'p> Emitter<'p> {
    pub(super) fn service(self, item: &'p Item, extends: Option<&Named>, functions: &[Function]) -> Emitted {
        let name = camel(&item.name);
        let parent = match extends {
            Some(named) => self.path(self.parent(self.source, named)?),
            None => "::std::marker::Send + ::std::marker::Sync + 'static".to_owned(),
        };
        self.has_each_once(item)?;
        let mut out = String::new();
        for function in functions {
            out += &self.arguments(item, function)?;
            out += &self.thrown(item, function)?;
        }
        let _ = writeln!(
            out,
            "{}#[diagnostic::on_unimplemented(
    message = \"`{{Self}}` is no implementation of the service `{name}`\",
    label = \"this has none of its methods\",
    note = \"write `impl {name} for {{Self}}`; that of a type is none of a reference or an `Arc` to it\"
)]
pub trait {name}: {parent} {{",
            doc(&item.doc, "")
        );
        for function in functions {
            out += &self.method(item, function)?;
        }
        out.push_str("}\n\n");
        out += &self.layer(item)?;
        out += &self.client(item, extends, functions)?;
        Ok(out)
    }

    pub(super) fn parent(self, source: usize, named: &Named) -> Emitted<Found<'p>> {
        let found = self.program.find(source, named)?;
        match &found.item.kind {
            ItemKind::Service { .. } => Ok(found),
            _ => Err(Mistake { line: named.line, what: format!("`{}` is no service", named.name) }),
        }
    }

    /// The arguments of a method, as the struct that they are on the wire.
    fn arguments(self, item: &Item, function: &Function) -> Emitted {
        let mut fields = function.arguments.clone();
        for field in &mut fields {
            field.doc.clear();
            // nobody else could say what it is
            if field.need == Need::Unsaid && !self.program.has_default(self.source, &field.kind)? {
                field.need = Need::Required;
            }
        }
        let name = arguments(item, function);
        // no struct has this name, so none is found in itself
        self.structure(&name, &format!("{}.{}", item.name, function.name), "#[doc(hidden)]\n", &fields)
    }

    /// What a method ends with that declares exceptions.
    fn thrown(self, item: &Item, function: &Function) -> Emitted {
        if function.throws.is_empty() {
            return Ok(String::new());
        }
        let name = error(item, function);
        let mut out = format!(
            "\n/// What [`{}::{}`] may end with.\n#[derive(Debug)]\npub enum {name} {{\n",
            camel(&item.name),
            snake(&function.name)
        );
        let mut found = String::new();
        for field in &function.throws {
            let definition = self.program.definition(self.source, &field.kind)?;
            if !definition.is_some_and(|found| matches!(found.item.kind, ItemKind::Exception(_))) {
                return Err(Mistake {
                    line: field.line,
                    what: format!("what `{}` throws is no exception", field.name),
                });
            }
            let (variant, kind) = (variant(field), self.kind(self.source, &field.kind)?);
            let _ = writeln!(out, "{}    {variant}({kind}),", doc(&field.doc, "    "));
            let _ = write!(
                found,
                "        if let ::std::option::Option::Some(thrown) = error.source().and_then(|source| source.downcast_ref::<{kind}>()) {{
            return Self::{variant}(::std::clone::Clone::clone(thrown));
        }}\n"
            );
        }
        let _ = write!(
            out,
            "    /// Anything else: an internal error.
    Other(::koa_thrift::koa_runtime::Error),
}}

impl<E> ::std::convert::From<E> for {name}
where
    ::koa_thrift::koa_runtime::Error: ::std::convert::From<E>,
{{
    fn from(error: E) -> Self {{
        let error = <::koa_thrift::koa_runtime::Error as ::std::convert::From<E>>::from(error);
{found}        Self::Other(error)
    }}
}}

"
        );
        Ok(out)
    }

    fn method(self, item: &Item, function: &Function) -> Emitted {
        let (parameters, output) = self.signature(item, function)?;
        let mut out = doc(&function.doc, "    ");
        let _ = writeln!(
            out,
            "    fn {}(&self, ctx: &mut ::koa_thrift::Call{parameters}) -> impl ::std::future::Future<Output = {output}> + ::std::marker::Send;",
            snake(&function.name)
        );
        Ok(out)
    }

    /// The parameters of a method, each behind a comma, and what it ends with: of a service that is written in this file.
    pub(super) fn signature(self, item: &Item, function: &Function) -> Emitted<(String, String)> {
        let returned = match &function.returns {
            Some(kind) => self.kind(self.source, kind)?,
            None => "()".to_owned(),
        };
        let failed = if function.throws.is_empty() {
            "::koa_thrift::koa_runtime::Error".to_owned()
        } else {
            error(item, function)
        };
        let mut parameters = String::new();
        for field in &function.arguments {
            let kind = self.kind(self.source, &field.kind)?;
            let kind = if field.need == Need::Optional { format!("::std::option::Option<{kind}>") } else { kind };
            let _ = write!(parameters, ", {}: {kind}", argument(field));
        }
        Ok((parameters, format!("::std::result::Result<{returned}, {failed}>")))
    }

    /// Those of the service, and of the services it extends.
    fn methods(self, item: &'p Item) -> Emitted<Vec<Inherited<'p>>> {
        let mut methods = Vec::new();
        let mut of = Found { source: self.source, item };
        for _ in 0..64 {
            let ItemKind::Service { extends, functions } = &of.item.kind else { break };
            methods.extend(functions.iter().map(|function| Inherited { of, function }));
            let Some(parent) = extends else { return Ok(methods) };
            of = self.parent(of.source, parent)?;
        }
        Err(Mistake { line: item.line, what: format!("`{}` extends itself", item.name) })
    }

    /// Refuses a method that a service it extends has too: a call says its name alone.
    fn has_each_once(self, item: &'p Item) -> Emitted<()> {
        let methods = self.methods(item)?;
        let (own, inherited): (Vec<_>, Vec<_>) = methods.iter().partition(|method| std::ptr::eq(method.of.item, item));
        for Inherited { function, .. } in own {
            if let Some(first) = inherited.iter().find(|first| first.function.name == function.name) {
                let (of, at) = (&first.of.item.name, self.program.sources[first.of.source].path.display());
                let what = format!("`{}` is a method of `{of}` already: {at}:{}", function.name, first.function.line);
                return Err(Mistake { line: function.line, what });
            }
        }
        Ok(())
    }

    fn layer(self, item: &'p Item) -> Emitted {
        let methods = self.methods(item)?;
        let (name, function) = (camel(&item.name), snake(&plain_snake(&item.name)));
        let names: Vec<_> = methods.iter().map(|method| format!("{:?}", method.function.name)).collect();
        let names = if names.is_empty() { "\"\" if false".to_owned() } else { names.join(" | ") };
        let mut out = format!(
            "/// A layer that runs the methods of an implementation of [`{name}`], and hands on what is not for it: see [`koa_thrift::serve`](::koa_thrift::serve()).
pub fn {function}<T: {name}>(implementation: T) -> ::koa_thrift::serve<{name}Methods<T>> {{
    ::koa_thrift::serve({name}Methods(implementation))
}}

/// The methods of an implementation of [`{name}`].
#[derive(Debug)]
pub struct {name}Methods<T>(T);

impl<T: {name}> ::koa_thrift::Service for {name}Methods<T> {{
    const NAME: &'static str = {:?};

    fn has(method: &str) -> bool {{
        ::std::matches!(method, {names})
    }}

    async fn call(&self, ctx: &mut ::koa_thrift::Call) -> ::koa_thrift::koa_runtime::Result {{
        match ctx.method() {{\n",
            item.name
        );
        for method in &methods {
            out += &self.arm(method)?;
        }
        out.push_str("            _ => ::std::result::Result::Ok(()),\n        }\n    }\n}\n");
        Ok(out)
    }

    /// How one method is called.
    fn arm(self, method: &Inherited<'_>) -> Emitted {
        let Inherited { of, function } = method;
        let prefix = self.prefix(of.source);
        let mut out = format!(
            "            {:?} => {{\n                let arguments: {prefix}{} = ctx.arguments()?;\n",
            function.name,
            arguments(of.item, function)
        );
        if function.is_one_way {
            out.push_str("                ctx.says_nothing();\n");
        }
        let given: String =
            function.arguments.iter().fold(String::new(), |given, field| given + ", arguments." + &snake(&field.name));
        let _ = writeln!(
            out,
            "                match {}::{}(&self.0, ctx{given}).await {{",
            self.path(*of),
            snake(&function.name)
        );
        let returned = match (&function.returns, function.is_one_way) {
            (Some(_), _) => "(result) => ctx.returns(&result)",
            (None, false) => "(()) => ctx.returns_nothing()",
            (None, true) => "(()) => ::std::result::Result::Ok(())",
        };
        let _ = writeln!(out, "                    ::std::result::Result::Ok{returned},");
        let there = Emitter { program: self.program, source: of.source };
        for field in &function.throws {
            let found = there.program.definition(there.source, &field.kind)?;
            let thrown = found.map_or("", |found| &*found.item.name);
            let _ = writeln!(
                out,
                "                    ::std::result::Result::Err({prefix}{}::{}(exception)) => ctx.throws({}, {thrown:?}, &exception),",
                error(of.item, function),
                variant(field),
                field.id
            );
        }
        let other = if function.throws.is_empty() {
            "(error)".to_owned()
        } else {
            format!("({prefix}{}::Other(error))", error(of.item, function))
        };
        let _ = writeln!(
            out,
            "                    ::std::result::Result::Err{other} => ::std::result::Result::Err(error),"
        );
        out.push_str("                }\n            }\n");
        Ok(out)
    }
}

pub(super) fn arguments(item: &Item, function: &Function) -> String {
    format!("{}{}Arguments", camel(&item.name), camel(&function.name))
}

pub(super) fn error(item: &Item, function: &Function) -> String {
    format!("{}{}Error", camel(&item.name), camel(&function.name))
}

/// What the error of a method calls an exception. `Other` is everything else.
pub(super) fn variant(field: &Field) -> String {
    let name = camel(&field.name);
    if name == "Other" { "Other_".to_owned() } else { name }
}

/// What a method calls an argument, beside the `ctx` that each has.
pub(super) fn argument(field: &Field) -> String {
    let name = snake(&field.name);
    if name == "ctx" { "ctx_".to_owned() } else { name }
}
