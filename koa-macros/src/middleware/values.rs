//! The values in `Next<…>`.

use syn::{GenericArgument, PathArguments, Type, TypePath};

use crate::{
    middleware::{
        model::{Kind, Value},
        roles::Teller,
    },
    tokens::{bare, readable},
};

impl Teller<'_> {
    /// What stands in `Next<…>`.
    pub(super) fn values(&mut self, path: &TypePath) -> Vec<Value> {
        let Some(last) = path.path.segments.last() else { return Vec::new() };
        let arguments = match &last.arguments {
            PathArguments::AngleBracketed(arguments) => arguments,
            PathArguments::None | PathArguments::Parenthesized(_) => return Vec::new(),
        };
        let mut types = Vec::new();
        for argument in &arguments.args {
            match argument {
                GenericArgument::Type(ty) => types.push(ty),
                other => {
                    self.diagnostics.refuse(other, "`Next<…>` holds the types of the values handed inward");
                }
            }
        }
        if let [one] = *types {
            return match bare(one) {
                Type::Tuple(tuple) if tuple.elems.len() == 1 => {
                    let ty = &tuple.elems[0];
                    self.diagnostics.refuse(one, format!("one value stands alone: `Next<{}>`", readable(ty)));
                    self.value(ty).into_iter().collect()
                }
                Type::Tuple(tuple) => tuple.elems.iter().filter_map(|ty| self.value(ty)).collect(),
                _ => self.value(one).into_iter().collect(),
            };
        }
        if !types.is_empty() {
            let tuple: Vec<String> = types.iter().map(readable).collect();
            let sentence = format!("several values are written as a tuple: `Next<({})>`", tuple.join(", "));
            self.diagnostics.refuse(&arguments.args, sentence);
        }
        types.into_iter().filter_map(|ty| self.value(ty)).collect()
    }

    fn value(&mut self, written: &Type) -> Option<Value> {
        let value = |kind, ty: &Type| Some(Value { kind, ty: bare(ty).clone(), written: written.clone() });
        match bare(written) {
            Type::Reference(reference) => {
                let (inner, lifetime) = (readable(&reference.elem), reference.lifetime.as_ref());
                match (reference.mutability, lifetime) {
                    (None, Some(_)) => value(Kind::Shared, written),
                    (None, None) => {
                        let sentence = format!("`next` hands every value inward by reference: write `{inner}`");
                        self.diagnostics.refuse(written, sentence);
                        value(Kind::Shared, &reference.elem)
                    }
                    (Some(_), Some(lifetime)) => {
                        let sentence = format!("leave the lifetime out: `&mut {inner}`");
                        self.diagnostics.refuse(lifetime, sentence);
                        value(Kind::Exclusive, &reference.elem)
                    }
                    (Some(_), None) => value(Kind::Exclusive, &reference.elem),
                }
            }
            Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Replace") => {
                self.replaced(written, path)
            }
            ty => value(Kind::Shared, ty),
        }
    }

    fn replaced(&mut self, written: &Type, path: &TypePath) -> Option<Value> {
        let arguments = path.path.segments.last().map(|last| &last.arguments);
        let ty = match arguments {
            Some(PathArguments::AngleBracketed(arguments)) if arguments.args.len() == 1 => match &arguments.args[0] {
                GenericArgument::Type(ty) => Some(bare(ty)),
                _ => None,
            },
            _ => None,
        };
        match ty {
            Some(ty) if !matches!(ty, Type::Reference(_)) => {
                Some(Value { kind: Kind::Replaced, ty: ty.clone(), written: written.clone() })
            }
            _ => {
                self.diagnostics
                    .refuse(written, "`Replace` names the type of the value that it replaces: `Replace<User>`");
                None
            }
        }
    }
}
