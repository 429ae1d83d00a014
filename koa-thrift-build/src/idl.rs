//! What an IDL says.

/// One file.
#[derive(Debug, Default)]
pub(crate) struct File {
    pub(crate) includes: Vec<Include>,
    pub(crate) items: Vec<Item>,
}

#[derive(Debug)]
pub(crate) struct Include {
    pub(crate) path: String,
    pub(crate) line: usize,
}

#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) name: String,
    pub(crate) line: usize,
    pub(crate) doc: Vec<String>,
    pub(crate) kind: ItemKind,
}

#[derive(Debug)]
pub(crate) enum ItemKind {
    Typedef(Type),
    Constant(Type, Constant),
    Enum(Vec<Member>),
    Struct(Vec<Field>),
    Exception(Vec<Field>),
    Union(Vec<Field>),
    Service { extends: Option<Named>, functions: Vec<Function> },
}

/// A name of an enum.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) line: usize,
    pub(crate) number: i32,
    pub(crate) doc: Vec<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) id: i16,
    pub(crate) name: String,
    pub(crate) line: usize,
    pub(crate) doc: Vec<String>,
    pub(crate) need: Need,
    pub(crate) kind: Type,
    pub(crate) default: Option<Constant>,
}

/// Whether a field has to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    Required,
    Optional,
    /// It is always written, and need not be there when it is read.
    Unsaid,
}

#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) line: usize,
    pub(crate) doc: Vec<String>,
    pub(crate) is_one_way: bool,
    pub(crate) returns: Option<Type>,
    pub(crate) arguments: Vec<Field>,
    pub(crate) throws: Vec<Field>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Type {
    Bool,
    I8,
    I16,
    I32,
    I64,
    Double,
    Text,
    Binary,
    Uuid,
    List(Box<Type>),
    Set(Box<Type>),
    Map(Box<Type>, Box<Type>),
    Named(Named),
}

/// A name, of which it is not known yet what it is of.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) line: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Constant {
    Integer(i64),
    Double(f64),
    Text(String),
    /// A constant or the name of an enum, `true` or `false`.
    Named(Named),
    List(Vec<Constant>),
    Map(Vec<(Constant, Constant)>),
}
