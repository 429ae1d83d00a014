//! Reads an IDL.

use crate::{
    Mistake,
    idl::{Constant, Field, File, Function, Include, Item, ItemKind, Member, Named, Need, Type},
    lexer::{Kind, Token, lex},
};

type Parsed<T> = Result<T, Mistake>;

/// What begins a definition, and so is no type.
const DEFINITIONS: [&str; 7] = ["const", "enum", "exception", "service", "struct", "typedef", "union"];

/// What a type may be called that nobody has defined, and nothing else: a field may well be called `uuid`.
const BASE_TYPES: [&str; 9] = ["binary", "bool", "byte", "double", "i16", "i32", "i64", "i8", "string"];

pub(crate) fn parse(text: &str) -> Parsed<File> {
    let mut parser = Parser { tokens: lex(text)?, at: 0, depth: 0 };
    let mut file = File::default();
    while *parser.peek() != Kind::End {
        parser.item(&mut file)?;
    }
    Ok(file)
}

/// How deep types and values may be in each other: a message may not be deeper.
const DEEPEST: usize = 64;

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn token(&self) -> &Token {
        // the last one is the end, and nothing goes beyond it
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    fn peek(&self) -> &Kind {
        &self.token().kind
    }

    fn line(&self) -> usize {
        self.token().line
    }

    fn next(&mut self) -> Kind {
        let kind = self.peek().clone();
        self.at += 1;
        kind
    }

    fn expected<T>(&self, what: &str) -> Parsed<T> {
        Err(Mistake { line: self.line(), what: format!("expected {what}, found {}", self.peek()) })
    }

    fn is_sign(&self, sign: char) -> bool {
        *self.peek() == Kind::Sign(sign)
    }

    fn eat(&mut self, sign: char) -> bool {
        let is_there = self.is_sign(sign);
        self.at += usize::from(is_there);
        is_there
    }

    fn sign(&mut self, sign: char) -> Parsed<()> {
        if self.eat(sign) { Ok(()) } else { self.expected(&format!("`{sign}`")) }
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let is_there = matches!(self.peek(), Kind::Name(name) if name == word);
        self.at += usize::from(is_there);
        is_there
    }

    /// A name without dots.
    fn name(&mut self, of: &str) -> Parsed<String> {
        match self.peek() {
            Kind::Name(name) if !name.contains(['.', '-']) => {
                let name = name.clone();
                self.at += 1;
                Ok(name)
            }
            _ => self.expected(of),
        }
    }

    fn named(&mut self, of: &str) -> Parsed<Named> {
        let line = self.line();
        match self.peek() {
            // of files there may be a `my-types.thrift`
            Kind::Name(name) if name.rsplit('.').next().is_some_and(|name| !name.contains('-')) => {
                let name = name.clone();
                self.at += 1;
                Ok(Named { name, line })
            }
            _ => self.expected(of),
        }
    }

    /// What is one level further in.
    fn inside<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth == DEEPEST {
            return Err(Mistake { line: self.line(), what: format!("this is more than {DEEPEST} levels deep") });
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    fn separator(&mut self) {
        let _ = self.eat(',') || self.eat(';');
    }

    /// `(key = "value", flag)`: what it says is for other languages.
    fn annotations(&mut self) -> Parsed<()> {
        if !self.eat('(') {
            return Ok(());
        }
        while !self.eat(')') {
            let Kind::Name(_) = self.peek() else { return self.expected("an annotation or `)`") };
            self.at += 1;
            if self.eat('=') {
                let (Kind::Text(_) | Kind::Integer(_)) = self.peek() else { return self.expected("a text") };
                self.at += 1;
            }
            self.separator();
        }
        Ok(())
    }

    fn item(&mut self, file: &mut File) -> Parsed<()> {
        let (line, doc) = (self.line(), self.token().doc.clone());
        let Kind::Name(word) = self.peek().clone() else { return self.expected("a definition") };
        self.at += 1;
        match &*word {
            "include" => {
                let Kind::Text(path) = self.peek().clone() else { return self.expected("a path in quotes") };
                self.at += 1;
                file.includes.push(Include { path, line });
                return Ok(());
            }
            "cpp_include" => {
                self.at += 1;
                return Ok(());
            }
            "namespace" => {
                if !self.eat('*') {
                    self.named_loosely()?;
                }
                self.named_loosely()?;
                return self.annotations();
            }
            _ => {}
        }
        let (name, kind) = match &*word {
            "typedef" => {
                let kind = self.kind()?;
                (self.name("the name of the type")?, ItemKind::Typedef(kind))
            }
            "const" => {
                let kind = self.kind()?;
                let name = self.name("the name of the constant")?;
                self.sign('=')?;
                (name, ItemKind::Constant(kind, self.constant()?))
            }
            "enum" => (self.name("the name of the enum")?, ItemKind::Enum(self.members()?)),
            "struct" => (self.name("the name of the struct")?, ItemKind::Struct(self.body()?)),
            "union" => (self.name("the name of the union")?, ItemKind::Union(self.body()?)),
            "exception" => (self.name("the name of the exception")?, ItemKind::Exception(self.body()?)),
            "service" => {
                let name = self.name("the name of the service")?;
                let extends = if self.eat_word("extends") { Some(self.named("a service")?) } else { None };
                self.sign('{')?;
                let mut functions = Vec::new();
                while !self.eat('}') {
                    functions.push(self.function()?);
                }
                (name, ItemKind::Service { extends, functions })
            }
            _ => {
                self.at -= 1;
                return self.expected("a definition: `struct`, `enum`, `service`, …");
            }
        };
        self.annotations()?;
        self.separator();
        file.items.push(Item { name, line, doc, kind });
        Ok(())
    }

    /// A name of which nothing is made.
    fn named_loosely(&mut self) -> Parsed<()> {
        match self.next() {
            Kind::Name(_) | Kind::Text(_) => Ok(()),
            _ => {
                self.at -= 1;
                self.expected("a name")
            }
        }
    }

    fn members(&mut self) -> Parsed<Vec<Member>> {
        self.sign('{')?;
        let mut members = Vec::new();
        let mut next = Some(0);
        while !self.eat('}') {
            let (line, doc) = (self.line(), self.token().doc.clone());
            let name = self.name("a name of the enum, or `}`")?;
            let number = if self.eat('=') {
                let Kind::Integer(number) = *self.peek() else { return self.expected("a number") };
                self.at += 1;
                i32::try_from(number).ok()
            } else {
                next
            };
            let Some(number) = number else {
                return Err(Mistake { line, what: format!("the number of `{name}` does not fit into 32 bits") });
            };
            next = number.checked_add(1);
            members.push(Member { name, line, number, doc });
            self.annotations()?;
            self.separator();
        }
        Ok(members)
    }

    fn body(&mut self) -> Parsed<Vec<Field>> {
        let _ = self.eat_word("xsd_all");
        self.sign('{')?;
        self.fields('}')
    }

    fn fields(&mut self, end: char) -> Parsed<Vec<Field>> {
        let mut fields = Vec::<Field>::new();
        // those without an id count down from here, as Thrift's own compiler does
        let mut unsaid = 0;
        while !self.eat(end) {
            let (line, doc) = (self.line(), self.token().doc.clone());
            let id = if let Kind::Integer(id) = *self.peek() {
                self.at += 1;
                self.sign(':')?;
                i16::try_from(id)
                    .map_err(|_| Mistake { line, what: format!("the id {id} does not fit into 16 bits") })?
            } else {
                unsaid -= 1;
                unsaid
            };
            let need = match () {
                () if self.eat_word("required") => Need::Required,
                () if self.eat_word("optional") => Need::Optional,
                () => Need::Unsaid,
            };
            let kind = self.kind()?;
            if let (Type::Named(named), Kind::Name(next)) = (&kind, self.peek())
                && BASE_TYPES.contains(&&**next)
                && matches!(self.tokens.get(self.at + 1), Some(Token { kind: Kind::Name(_), .. }))
            {
                let what = format!("`{}` is no type, nor `required` or `optional`", named.name);
                return Err(Mistake { line: named.line, what });
            }
            // what it is in other languages
            self.eat('&');
            let name = self.name("the name of the field")?;
            let default = if self.eat('=') { Some(self.constant()?) } else { None };
            self.annotations()?;
            self.separator();
            if let Some(other) = fields.iter().find(|field| field.name == name) {
                return Err(Mistake { line, what: format!("`{name}` is there already, in line {}", other.line) });
            }
            if let Some(other) = fields.iter().find(|field| field.id == id) {
                let what = format!("`{name}` has the id of `{}`, in line {}", other.name, other.line);
                return Err(Mistake { line, what });
            }
            fields.push(Field { id, name, line, doc, need, kind, default });
        }
        Ok(fields)
    }

    fn function(&mut self) -> Parsed<Function> {
        let (line, doc) = (self.line(), self.token().doc.clone());
        let is_one_way = self.eat_word("oneway") || self.eat_word("async");
        let returns = if self.eat_word("void") { None } else { Some(self.kind()?) };
        let name = self.name("the name of the method")?;
        self.sign('(')?;
        let arguments = self.fields(')')?;
        let throws = if self.eat_word("throws") {
            self.sign('(')?;
            self.fields(')')?
        } else {
            Vec::new()
        };
        self.annotations()?;
        self.separator();
        if is_one_way && (returns.is_some() || !throws.is_empty()) {
            return Err(Mistake { line, what: format!("`{name}` is one-way, so nothing can come back") });
        }
        Ok(Function { name, line, doc, is_one_way, returns, arguments, throws })
    }

    fn kind(&mut self) -> Parsed<Type> {
        // most likely a `}` is missing before it
        if matches!(self.peek(), Kind::Name(word) if DEFINITIONS.contains(&&**word)) {
            return self.expected("a type");
        }
        let Named { name, line } = self.named("a type")?;
        let kind = match &*name {
            "bool" => Type::Bool,
            "byte" | "i8" => Type::I8,
            "i16" => Type::I16,
            "i32" => Type::I32,
            "i64" => Type::I64,
            "double" => Type::Double,
            "string" | "slist" => Type::Text,
            "binary" => Type::Binary,
            "uuid" => Type::Uuid,
            "list" | "set" | "map" => {
                if self.eat_word("cpp_type") {
                    self.at += 1;
                }
                self.sign('<')?;
                let first = Box::new(self.inside(Self::kind)?);
                let kind = match &*name {
                    "list" => Type::List(first),
                    "set" => Type::Set(first),
                    _ => {
                        self.sign(',')?;
                        Type::Map(first, Box::new(self.inside(Self::kind)?))
                    }
                };
                self.sign('>')?;
                kind
            }
            _ if self.is_sign('<') => {
                let what = format!("there is no container `{name}`: it is `list`, `set` or `map`");
                return Err(Mistake { line, what });
            }
            _ => Type::Named(Named { name, line }),
        };
        self.annotations()?;
        Ok(kind)
    }

    fn constant(&mut self) -> Parsed<Constant> {
        let line = self.line();
        Ok(match self.next() {
            Kind::Integer(number) => Constant::Integer(number),
            Kind::Double(number) => Constant::Double(number),
            Kind::Text(text) => Constant::Text(text),
            Kind::Name(name) => Constant::Named(Named { name, line }),
            Kind::Sign('[') => {
                let mut list = Vec::new();
                while !self.eat(']') {
                    list.push(self.inside(Self::constant)?);
                    self.separator();
                }
                Constant::List(list)
            }
            Kind::Sign('{') => {
                let mut map = Vec::new();
                while !self.eat('}') {
                    let key = self.inside(Self::constant)?;
                    self.sign(':')?;
                    map.push((key, self.inside(Self::constant)?));
                    self.separator();
                }
                Constant::Map(map)
            }
            _ => {
                self.at -= 1;
                return self.expected("a value");
            }
        })
    }
}

#[cfg(test)]
mod tests;
