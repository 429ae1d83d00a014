//! A file with all that it includes, and what its names are of.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use crate::{
    Error, Mistake,
    idl::{Field, File, Item, ItemKind, Named, Need, Type},
    names::module,
    parser::parse,
};

/// What the names of one file are of.
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    /// The module it becomes; the first file is the module itself.
    pub(crate) module: Option<String>,
    pub(crate) file: File,
    /// The files it includes, by what they are called in it.
    includes: HashMap<String, usize>,
}

/// A file with all that it includes. The first is the one that was asked for.
pub(crate) struct Program {
    pub(crate) sources: Vec<Source>,
}

/// A definition, and the file it is in.
#[derive(Clone, Copy)]
pub(crate) struct Found<'p> {
    pub(crate) source: usize,
    pub(crate) item: &'p Item,
}

impl Program {
    pub(crate) fn load(path: &Path) -> Result<Self, Error> {
        let mut program = Self { sources: Vec::new() };
        program.add(path, None)?;
        for (number, source) in program.sources.iter().enumerate() {
            let mut seen = HashMap::new();
            for item in &source.file.items {
                if let Some(line) = seen.insert(&*item.name, item.line) {
                    let what = format!("`{}` is defined in line {line} already", item.name);
                    return Err(program.error(number, Mistake { line: item.line, what }));
                }
            }
            for item in &source.file.items {
                if let ItemKind::Typedef(kind) = &item.kind
                    && program.is_endless(number, kind, &mut HashMap::from([((number, &*item.name), true)]))
                {
                    let what = "a typedef is one of itself".to_owned();
                    return Err(program.error(number, Mistake { line: item.line, what }));
                }
            }
        }
        Ok(program)
    }

    /// Whether a type is made of a typedef that it is the type of, be it in a container: `typedef list<T> T`. What is known already is
    /// in `known`: whether it is on the way here.
    fn is_endless<'p>(&'p self, source: usize, kind: &Type, known: &mut HashMap<(usize, &'p str), bool>) -> bool {
        match kind {
            Type::List(of) | Type::Set(of) => self.is_endless(source, of, known),
            Type::Map(key, value) => self.is_endless(source, key, known) || self.is_endless(source, value, known),
            Type::Named(named) => {
                // what is not there is refused where it is used
                let Ok(found) = self.find(source, named) else { return false };
                let ItemKind::Typedef(behind) = &found.item.kind else { return false };
                let name = (found.source, &*found.item.name);
                if let Some(&is_on_the_way) = known.get(&name) {
                    return is_on_the_way;
                }
                known.insert(name, true);
                let is_endless = self.is_endless(found.source, behind, known);
                known.insert(name, false);
                is_endless
            }
            _ => false,
        }
    }

    fn add(&mut self, path: &Path, included: Option<(&Path, usize)>) -> Result<usize, Error> {
        let fault = |what: String| {
            let (path, line) = included.map_or((path, 0), |(by, line)| (by, line));
            Error::new(path, Mistake { line, what })
        };
        let text = std::fs::read_to_string(path).map_err(|error| fault(format!("{}: {error}", path.display())))?;
        // one file is one module, however it was come to
        let known = path.canonicalize().ok();
        if let Some(number) = self.sources.iter().position(|source| source.path.canonicalize().ok() == known) {
            return Ok(number);
        }
        let module = included.map(|_| module(&stem(path)));
        if module.is_some() && self.sources.iter().any(|source| source.module == module) {
            return Err(fault(format!("two included files are called {}", stem(path))));
        }
        let file = parse(&text).map_err(|mistake| Error::new(path, mistake))?;
        let number = self.sources.len();
        self.sources.push(Source { path: path.to_owned(), module, file, includes: HashMap::new() });
        let mentioned: Vec<_> =
            self.sources[number].file.includes.iter().map(|include| (include.path.clone(), include.line)).collect();
        for (included, line) in mentioned {
            let beside = path.parent().unwrap_or(Path::new("")).join(&included);
            let of = self.add(&beside, Some((path, line)))?;
            self.sources[number].includes.insert(stem(&beside), of);
        }
        Ok(number)
    }

    pub(crate) fn error(&self, source: usize, mistake: Mistake) -> Error {
        Error::new(&self.sources[source].path, mistake)
    }

    /// What a name is of, as it is written in a file.
    pub(crate) fn find(&self, source: usize, named: &Named) -> Result<Found<'_>, Mistake> {
        let (at, name) = match named.name.rsplit_once('.') {
            None => (Some(source), &*named.name),
            Some((file, name)) => (self.sources[source].includes.get(file).copied(), name),
        };
        let found = at.and_then(|at| {
            let item = self.sources[at].file.items.iter().find(|item| item.name == name)?;
            Some(Found { source: at, item })
        });
        found.ok_or_else(|| Mistake { line: named.line, what: format!("there is no `{}`", named.name) })
    }

    /// What a type is behind its typedefs, and the file where it is written so.
    pub(crate) fn base<'p>(&'p self, mut source: usize, mut kind: &'p Type) -> Result<(usize, &'p Type), Mistake> {
        for _ in 0..64 {
            let Type::Named(named) = kind else { return Ok((source, kind)) };
            let found = self.find(source, named)?;
            match &found.item.kind {
                ItemKind::Typedef(behind) => (source, kind) = (found.source, behind),
                ItemKind::Service { .. } | ItemKind::Constant(..) => {
                    return Err(Mistake { line: named.line, what: format!("`{}` is no type", named.name) });
                }
                _ => return Ok((source, kind)),
            }
        }
        Err(Mistake { line: 0, what: "a typedef is one of itself".to_owned() })
    }

    /// The definition of a type that has one.
    pub(crate) fn definition(&self, source: usize, kind: &Type) -> Result<Option<Found<'_>>, Mistake> {
        let (source, kind) = self.base(source, kind)?;
        // the name is found again: the base is one that was
        if let Type::Named(named) = kind { self.find(source, named).map(Some) } else { Ok(None) }
    }

    /// Whether values of it have an order: there is no `double` in them.
    pub(crate) fn is_ordered(&self, source: usize, kind: &Type, seen: &mut Vec<String>) -> Result<bool, Mistake> {
        let (source, kind) = self.base(source, kind)?;
        Ok(match kind {
            Type::Double => false,
            Type::List(of) | Type::Set(of) => self.is_ordered(source, of, seen)?,
            Type::Map(key, value) => self.is_ordered(source, key, seen)? && self.is_ordered(source, value, seen)?,
            Type::Named(named) => {
                let found = self.find(source, named)?;
                let name = format!("{}.{}", found.source, found.item.name);
                if seen.contains(&name) {
                    return Ok(true);
                }
                seen.push(name);
                for field in fields(found.item) {
                    if !self.is_ordered(found.source, &field.kind, seen)? {
                        return Ok(false);
                    }
                }
                true
            }
            _ => true,
        })
    }

    /// Whether there is a value of it that nobody has to choose.
    pub(crate) fn has_default(&self, source: usize, kind: &Type) -> Result<bool, Mistake> {
        self.is_given(source, kind, &mut HashMap::new())
    }

    fn is_given<'p>(
        &'p self,
        source: usize,
        kind: &Type,
        seen: &mut HashMap<(usize, &'p str), bool>,
    ) -> Result<bool, Mistake> {
        let Some(found) = self.definition(source, kind)? else { return Ok(true) };
        let name = (found.source, &*found.item.name);
        if let Some(&is_given) = seen.get(&name) {
            return Ok(is_given);
        }
        // what cannot be without itself has none
        seen.insert(name, false);
        if matches!(found.item.kind, ItemKind::Union(_)) {
            return Ok(false);
        }
        for field in fields(found.item) {
            let is_chosen = field.need == Need::Required && field.default.is_none();
            if is_chosen && !self.is_given(found.source, &field.kind, seen)? {
                return Ok(false);
            }
        }
        seen.insert(name, true);
        Ok(true)
    }

    /// Whether a value of it has one of `target` in it, not only in a container.
    pub(crate) fn holds(
        &self,
        source: usize,
        kind: &Type,
        target: (usize, &str),
        seen: &mut Vec<String>,
    ) -> Result<bool, Mistake> {
        let Some(found) = self.definition(source, kind)? else { return Ok(false) };
        if (found.source, &*found.item.name) == target {
            return Ok(true);
        }
        let name = format!("{}.{}", found.source, found.item.name);
        if seen.contains(&name) {
            return Ok(false);
        }
        seen.push(name);
        for field in fields(found.item) {
            if self.holds(found.source, &field.kind, target, seen)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

pub(crate) fn fields(item: &Item) -> &[Field] {
    match &item.kind {
        ItemKind::Struct(fields) | ItemKind::Exception(fields) | ItemKind::Union(fields) => fields,
        _ => &[],
    }
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
