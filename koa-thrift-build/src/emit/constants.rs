//! Constants, and what fields are where nothing was said.

use super::{Emitted, Emitter, data, doc};
use crate::{
    Mistake,
    idl::{Constant, Item, ItemKind, Named, Type},
    names::{camel, screaming, snake},
    program::fields,
};

impl Emitter<'_> {
    pub(super) fn constant_item(self, item: &Item, kind: &Type, value: &Constant) -> Emitted {
        let (name, docs) = (screaming(&item.name), doc(&item.doc, ""));
        let rust = self.kind(self.source, kind)?;
        let code = self.constant(self.source, kind, value)?;
        let is_plain = !matches!(self.wire(kind)?, "Binary" | "Struct" | "Map" | "Set" | "List");
        Ok(if is_plain {
            format!("{docs}pub const {name}: {rust} = {code};\n")
        } else {
            format!("{docs}pub static {name}: ::std::sync::LazyLock<{rust}> = ::std::sync::LazyLock::new(|| {code});\n")
        })
    }

    /// A value of a type that is written in `source`, as is the value.
    pub(super) fn constant(self, source: usize, kind: &Type, value: &Constant) -> Emitted {
        self.value(source, kind, source, value, 0)
    }

    fn value(self, of: usize, kind: &Type, source: usize, value: &Constant, depth: usize) -> Emitted {
        let (of, base) = self.program.base(of, kind)?;
        if depth > 64 {
            return Err(mistake("a constant is one of itself"));
        }
        let inner = |kind: &Type, value: &Constant| self.value(of, kind, source, value, depth + 1);
        if let Constant::Named(named) = value {
            return self.named(of, base, source, named, depth);
        }
        Ok(match (base, value) {
            (Type::Bool, Constant::Integer(number)) => (*number != 0).to_string(),
            (Type::I8 | Type::I16 | Type::I32 | Type::I64, Constant::Integer(number)) => integer(base, *number)?,
            (Type::Double, Constant::Integer(number)) => format!("{number}f64"),
            (Type::Double, Constant::Double(number)) => format!("{number:?}f64"),
            (Type::Text, Constant::Text(text)) => format!("::std::string::String::from({text:?})"),
            (Type::Binary, Constant::Text(text)) => format!("::koa_thrift::Bytes::from_static({text:?}.as_bytes())"),
            (Type::Uuid, Constant::Text(text)) => uuid(text)?,
            (Type::List(kind), Constant::List(list)) => {
                format!("::std::vec![{}]", all(list, |value| inner(kind, value))?)
            }
            (Type::Set(kind), Constant::List(list)) => {
                let elements = all(list, |value| inner(kind, value))?;
                if self.is_ordered(of, kind)? {
                    format!("::std::collections::BTreeSet::from([{elements}])")
                } else {
                    format!("::koa_thrift::Items(::std::vec![{elements}])")
                }
            }
            (Type::List(_) | Type::Set(_), Constant::Map(map)) if map.is_empty() => {
                "::std::default::Default::default()".to_owned()
            }
            (Type::Map(..), Constant::List(list)) if list.is_empty() => "::std::default::Default::default()".to_owned(),
            (Type::Map(key, kind), Constant::Map(map)) => {
                let entries =
                    all(map, |(name, value)| Ok(format!("({}, {})", inner(key, name)?, inner(kind, value)?)))?;
                if self.is_ordered(of, key)? {
                    format!("::std::collections::BTreeMap::from([{entries}])")
                } else {
                    format!("::koa_thrift::Pairs(::std::vec![{entries}])")
                }
            }
            (Type::Named(named), value) => return self.of_definition(of, named, source, value, depth),
            _ => return Err(mistake("the value is not of the type")),
        })
    }

    /// A value of an enum, a struct or a union.
    fn of_definition(self, of: usize, named: &Named, source: usize, value: &Constant, depth: usize) -> Emitted {
        let found = self.program.find(of, named)?;
        let path = self.path(found);
        if let (ItemKind::Enum(_), Constant::Integer(number)) = (&found.item.kind, value) {
            return Ok(format!("{path}({})", fitting::<i32>(*number)?));
        }
        let Constant::Map(map) = value else { return Err(mistake("the value is not of the type")) };
        let mut set = Vec::new();
        for (name, value) in map {
            let Constant::Text(name) = name else { return Err(mistake("the names of fields are in quotes")) };
            let field = fields(found.item).iter().find(|field| field.name == *name);
            let field = field.ok_or_else(|| mistake(&format!("`{}` has no field `{name}`", found.item.name)))?;
            let there = Emitter { program: self.program, source: found.source };
            let shape = there.shape(&found.item.name, field)?;
            let mut code = self.value(found.source, &field.kind, source, value, depth + 1)?;
            if shape.is_boxed {
                code = format!("::std::boxed::Box::new({code})");
            }
            if shape.is_optional && !matches!(found.item.kind, ItemKind::Union(_)) {
                code = format!("::std::option::Option::Some({code})");
            }
            set.push((name, code));
        }
        if let ItemKind::Union(_) = found.item.kind {
            let [(name, code)] = &set[..] else { return Err(mistake("a union has one field")) };
            return Ok(format!("{path}::{}({code})", camel(name)));
        }
        if !self.program.has_default(of, &Type::Named(named.clone()))? && set.len() < fields(found.item).len() {
            return Err(mistake(&format!("`{}` needs all its fields", found.item.name)));
        }
        let rest = if set.len() < fields(found.item).len() { ", ..::std::default::Default::default()" } else { "" };
        let set = all(&set, |(name, code)| Ok(format!("{}: {code}", snake(name))))?;
        Ok(format!("{path} {{ {set}{} }}", if set.is_empty() { rest.trim_start_matches(", ") } else { rest }))
    }

    fn named(self, of: usize, base: &Type, source: usize, named: &Named, depth: usize) -> Emitted {
        match (base, &*named.name) {
            (Type::Bool, name @ ("true" | "false")) => return Ok(name.to_owned()),
            // a name of an enum, behind that of the enum
            (_, name) => {
                if let Some((prefix, member)) = name.rsplit_once('.') {
                    let holder = Named { name: prefix.to_owned(), line: named.line };
                    if let Ok(found) = self.program.find(source, &holder)
                        && let ItemKind::Enum(members) = &found.item.kind
                    {
                        let Some(member) = members.iter().find(|known| known.name == member) else {
                            return Err(Mistake { line: named.line, what: format!("there is no `{name}`") });
                        };
                        if let Type::I8 | Type::I16 | Type::I32 | Type::I64 = base {
                            return integer(base, member.number.into());
                        }
                        let wanted = self.program.definition(of, base)?;
                        if !wanted.is_some_and(|wanted| std::ptr::eq(wanted.item, found.item)) {
                            return Err(mistake("the value is not of the type").or_at(named.line));
                        }
                        return Ok(format!("{}::{}", self.path(found), data::constant(&member.name)));
                    }
                }
            }
        }
        let found = self.program.find(source, named)?;
        match &found.item.kind {
            ItemKind::Constant(_, value) => self.value(of, base, found.source, value, depth + 1),
            _ => Err(Mistake { line: named.line, what: format!("`{}` is no constant", named.name) }),
        }
    }
}

fn all<T>(list: &[T], code: impl FnMut(&T) -> Emitted) -> Emitted {
    Ok(list.iter().map(code).collect::<Emitted<Vec<_>>>()?.join(", "))
}

fn mistake(what: &str) -> Mistake {
    Mistake { line: 0, what: what.to_owned() }
}

/// A number of one of the types of integers.
fn integer(kind: &Type, number: i64) -> Emitted {
    match kind {
        Type::I8 => fitting::<i8>(number),
        Type::I16 => fitting::<i16>(number),
        Type::I32 => fitting::<i32>(number),
        _ => Ok(number.to_string()),
    }
}

fn fitting<T: TryFrom<i64>>(number: i64) -> Emitted {
    T::try_from(number)
        .map(|_| number.to_string())
        .map_err(|_| mistake(&format!("{number} does not fit into its type")))
}

fn uuid(text: &str) -> Emitted {
    let digits: String = text.chars().filter(|&c| c != '-').collect();
    match u128::from_str_radix(&digits, 16) {
        Ok(number) if digits.len() == 32 => Ok(format!("{number:#x}u128.to_be_bytes()")),
        _ => Err(mistake(&format!("{text:?} is no uuid"))),
    }
}
