//! Runs the code of a matcher without compiling it, so that random tables can be tried.
//!
//! Only what `emit` writes is understood; anything else panics, so that no code goes untested. The helpers are those of the run
//! time.

use std::collections::HashMap;

use koa_runtime::__private::{
    Fits, Hit, Mixed, Near, Noted, Span, Verb, is_any_rest, is_host, is_rest, segment, without_prefix,
};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{BinOp, Block, Expr, ItemFn, Lit, Pat, Stmt};

use super::super::emit::Emitter;

/// As many captures as a table of the tests may have.
pub(super) const SPANS: usize = 16;

/// Code that finds a route.
pub(super) struct Code {
    main: Block,
    parts: HashMap<String, Block>,
}

/// What the variables are.
#[derive(Clone, Copy)]
struct Scope<'p> {
    p: &'p [u8],
    segment: &'p [u8],
    behind: &'p [u8],
}

struct Machine<'c> {
    code: &'c Code,
    host: &'c str,
    total: usize,
    verb: u8,
    at: [Span; SPANS],
    near: Near,
    noted: Noted<[Span; SPANS]>,
    /// What is returned.
    hit: Option<Hit>,
}

impl Code {
    pub(super) fn new(code: &TokenStream, emitter: &Emitter) -> Self {
        let parts = emitter.parts.iter().map(|part| {
            let mut part: ItemFn = syn::parse2(part.clone()).expect("a fn");
            let last = part.block.stmts.pop().expect("a value");
            assert!(last.to_token_stream().to_string().ends_with("None"));
            (part.sig.ident.to_string(), *part.block)
        });
        Self { main: syn::parse2(quote!({ #code })).expect("a block"), parts: parts.collect() }
    }

    /// What the macro would have written around the code.
    pub(super) fn find(
        &self,
        host: &str,
        path: &str,
        from: usize,
        verb: u8,
        at: &mut [Span; SPANS],
        near: &mut Near,
    ) -> Option<Hit> {
        let mut machine =
            Machine { code: self, host, total: path.len(), verb, at: *at, near: *near, noted: Noted::new(), hit: None };
        let p = &path.as_bytes()[from..];
        let returned = machine.block(&self.main, Scope { p, segment: p, behind: p });
        let hit = if returned { machine.hit } else { machine.noted.take(&mut machine.at) };
        (*at, *near) = (machine.at, machine.near);
        hit
    }
}

impl<'p> Machine<'p> {
    /// Whether it returned.
    fn block(&mut self, block: &'p Block, mut scope: Scope<'p>) -> bool {
        block.stmts.iter().any(|statement| match statement {
            Stmt::Local(local) => {
                assert_eq!(local.to_token_stream().to_string(), "let p = behind ;");
                scope.p = scope.behind;
                false
            }
            Stmt::Expr(expression, _) => self.run(expression, scope),
            other => panic!("not understood: {}", other.to_token_stream()),
        })
    }

    fn run(&mut self, expression: &'p Expr, scope: Scope<'p>) -> bool {
        match expression {
            Expr::If(branch) => {
                assert!(branch.else_branch.is_none());
                let mut inside = scope;
                match &*branch.cond {
                    // a part that is a fn of its own
                    Expr::Let(binding) if binding.pat.to_token_stream().to_string().starts_with("hit @") => {
                        let Expr::Call(call) = &*binding.expr else { panic!("no call") };
                        let code = self.code;
                        let part = &code.parts[&call.func.to_token_stream().to_string()];
                        self.block(part, scope)
                    }
                    condition => self.holds(condition, &mut inside) && self.block(&branch.then_branch, inside),
                }
            }
            Expr::Match(matching) if matching.expr.to_token_stream().to_string() == "verb . 0" => {
                let arm = matching.arms.iter().find(|arm| self.is_verb(&arm.pat)).expect("an arm");
                let Expr::Block(block) = &*arm.body else { panic!("no block") };
                self.block(&block.block, scope)
            }
            Expr::Match(matching) => {
                assert_eq!(matching.expr.to_token_stream().to_string(), "p");
                let mut inside = scope;
                let arm = matching.arms.iter().find(|arm| bytes(&arm.pat, scope.p, &mut inside)).expect("an arm");
                let Expr::Block(block) = &*arm.body else { panic!("no block") };
                self.block(&block.block, inside)
            }
            Expr::Block(block) => self.block(&block.block, scope),
            Expr::Assign(assignment) => {
                match &*assignment.left {
                    Expr::Index(place) => self.at[number(&place.index)] = self.span(&assignment.right, scope),
                    left => {
                        assert_eq!(left.to_token_stream().to_string(), "near . slash");
                        self.near.slash = true;
                    }
                }
                false
            }
            Expr::MethodCall(call) if call.method == "allow" => {
                let [route, bits] = [0, 1].map(|at| u32::try_from(number(&call.args[at])).expect("a number"));
                self.near.allow(route, bits);
                false
            }
            Expr::MethodCall(call) if call.method == "respell" => {
                self.near.respell(u32::try_from(number(&call.args[0])).expect("bits"), Verb(self.verb));
                false
            }
            Expr::MethodCall(call) => {
                assert_eq!(call.method, "note");
                let hit = self.made(&call.args[1], scope);
                self.noted.note(number(&call.args[0]), hit, &self.at);
                false
            }
            Expr::Return(returned) => {
                let Some(Expr::Call(some)) = returned.expr.as_deref() else { panic!("no hit") };
                self.hit = Some(self.made(&some.args[0], scope));
                true
            }
            other => panic!("not understood: {}", other.to_token_stream()),
        }
    }

    fn holds(&mut self, condition: &'p Expr, scope: &mut Scope<'p>) -> bool {
        match condition {
            Expr::Binary(and) if matches!(and.op, BinOp::And(_)) => {
                self.holds(&and.left, scope) && self.holds(&and.right, scope)
            }
            Expr::Let(binding) => match &*binding.expr {
                Expr::Path(_) => {
                    let p = scope.p;
                    bytes(&binding.pat, p, scope)
                }
                Expr::MethodCall(call) => {
                    assert_eq!(call.method, "strip_prefix");
                    let behind = scope.p.strip_prefix(&*text(&call.args[0]));
                    scope.p = behind.unwrap_or(scope.p);
                    behind.is_some()
                }
                Expr::Call(call) => match last(&call.func).as_str() {
                    "without_prefix" => {
                        let behind = without_prefix(scope.p, &text(&call.args[1]));
                        scope.p = behind.unwrap_or(scope.p);
                        behind.is_some()
                    }
                    "segment" => {
                        let found = segment(scope.p);
                        (scope.segment, scope.behind) = found.unwrap_or((scope.segment, scope.behind));
                        found.is_some()
                    }
                    other => panic!("not understood: {other}"),
                },
                other => panic!("not understood: {}", other.to_token_stream()),
            },
            Expr::Call(call) => match last(&call.func).as_str() {
                "is_rest" => is_rest(scope.p),
                "is_any_rest" => is_any_rest(scope.p),
                "is_host" => {
                    assert_eq!(call.args[0].to_token_stream().to_string(), "asked . hostname ()");
                    let labels = texts(&call.args[1]);
                    let labels: Vec<Option<String>> = labels.into_iter().map(|label| label.map(string)).collect();
                    let labels: Vec<Option<&str>> = labels.iter().map(Option::as_deref).collect();
                    is_host(self.host, &labels, &mut self.at)
                }
                other => panic!("not understood: {other}"),
            },
            Expr::MethodCall(call) if call.method == "is_empty" => scope.p.is_empty(),
            Expr::MethodCall(call) if call.method == "is_behind" => self.noted.is_behind(number(&call.args[0])),
            Expr::MethodCall(call) if call.method == "the" => {
                let raw = match &call.args[0] {
                    Expr::Path(_) => scope.segment,
                    Expr::MethodCall(within) => {
                        let Expr::Index(place) = &*within.receiver else { panic!("no place") };
                        self.at[number(&place.index)].within(scope.segment, self.total - scope.p.len())
                    }
                    other => panic!("not understood: {}", other.to_token_stream()),
                };
                let ty = call.receiver.to_token_stream().to_string();
                match ty.split(['<', '>']).nth(1).expect("a type").trim() {
                    "u64" => Fits::<u64>::new().the(raw),
                    "u8" => Fits::<u8>::new().the(raw),
                    "i8" => Fits::<i8>::new().the(raw),
                    "bool" => Fits::<bool>::new().the(raw),
                    "char" => Fits::<char>::new().the(raw),
                    "String" => Fits::<String>::new().the(raw),
                    other => panic!("no type of the tests: {other}"),
                }
            }
            Expr::MethodCall(call) if call.method == "cut" => {
                let Expr::Call(new) = &*call.receiver else { panic!("no Mixed") };
                let pieces = texts(&new.args[0]);
                let pieces: Vec<Option<&[u8]>> = pieces.iter().map(Option::as_deref).collect();
                let ignores_case = new.args[1].to_token_stream().to_string() == "true";
                let Expr::Reference(places) = &call.args[2] else { panic!("no places") };
                let Expr::Index(places) = &*places.expr else { panic!("no places") };
                let Expr::Range(range) = &*places.index else { panic!("no range") };
                let first = number(range.start.as_deref().expect("a start"));
                Mixed::new(&pieces, ignores_case).cut(scope.segment, self.total - scope.p.len(), &mut self.at[first..])
            }
            other => panic!("not understood: {}", other.to_token_stream()),
        }
    }

    fn is_verb(&self, pattern: &Pat) -> bool {
        match pattern {
            Pat::Wild(_) => true,
            Pat::Or(all) => all.cases.iter().any(|case| self.is_verb(case)),
            other => number(&syn::parse2(other.to_token_stream()).expect("a number")) == usize::from(self.verb),
        }
    }

    fn span(&self, value: &Expr, scope: Scope<'_>) -> Span {
        match value.to_token_stream().to_string().split("Span :: ").nth(1).expect("a span") {
            "ABSENT" => Span::ABSENT,
            "new (total - p . len () , segment . len ())" => Span::new(self.total - scope.p.len(), scope.segment.len()),
            "if_any (total - p . len () , p . len ())" => Span::if_any(self.total - scope.p.len(), scope.p.len()),
            "new (total - p . len () , p . len ())" => Span::new(self.total - scope.p.len(), scope.p.len()),
            other => panic!("not understood: {other}"),
        }
    }

    fn made(&self, value: &Expr, scope: Scope<'_>) -> Hit {
        let Expr::Struct(hit) = value else { panic!("no hit") };
        let rest = match &hit.fields[1].expr {
            Expr::Lit(_) => 0,
            _ => self.total - scope.p.len(),
        };
        Hit {
            route: u32::try_from(number(&hit.fields[0].expr)).expect("a route"),
            rest: u32::try_from(rest).expect("a place"),
        }
    }
}

/// Whether `p` is like this, and what it is behind that.
fn bytes<'p>(pattern: &Pat, p: &'p [u8], scope: &mut Scope<'p>) -> bool {
    match pattern {
        Pat::Wild(_) => true,
        Pat::Or(all) => all.cases.iter().any(|case| bytes(case, p, scope)),
        Pat::Slice(slice) => {
            let mut rest = p;
            for pattern in &slice.elems {
                match pattern {
                    Pat::Rest(_) => return true,
                    Pat::Ident(_) => {
                        scope.p = rest;
                        return true;
                    }
                    byte => {
                        let Some((first, more)) = rest.split_first() else { return false };
                        if !is_byte(byte, *first) {
                            return false;
                        }
                        rest = more;
                    }
                }
            }
            rest.is_empty()
        }
        other => panic!("not understood: {}", other.to_token_stream()),
    }
}

fn is_byte(pattern: &Pat, byte: u8) -> bool {
    match pattern {
        Pat::Or(all) => all.cases.iter().any(|case| is_byte(case, byte)),
        Pat::Lit(literal) => matches!(&literal.lit, Lit::Byte(one) if one.value() == byte),
        other => panic!("not understood: {}", other.to_token_stream()),
    }
}

fn number(expression: &Expr) -> usize {
    let Expr::Lit(literal) = expression else { panic!("no number: {}", expression.to_token_stream()) };
    let Lit::Int(number) = &literal.lit else { panic!("no number") };
    number.base10_parse().expect("a number")
}

fn text(expression: &Expr) -> Vec<u8> {
    let Expr::Lit(literal) = expression else { panic!("no text: {}", expression.to_token_stream()) };
    match &literal.lit {
        Lit::ByteStr(text) => text.value(),
        Lit::Str(text) => text.value().into_bytes(),
        _ => panic!("no text"),
    }
}

/// What stands in `&[Some(text), None]`.
fn texts(expression: &Expr) -> Vec<Option<Vec<u8>>> {
    let Expr::Reference(pieces) = expression else { panic!("no pieces") };
    let Expr::Array(pieces) = &*pieces.expr else { panic!("no pieces") };
    let some = |piece: &Expr| if let Expr::Call(some) = piece { Some(text(&some.args[0])) } else { None };
    pieces.elems.iter().map(some).collect()
}

fn string(text: Vec<u8>) -> String {
    String::from_utf8(text).expect("UTF-8")
}

/// The last name of a path.
fn last(path: &Expr) -> String {
    let Expr::Path(path) = path else { panic!("no path") };
    path.path.segments.last().expect("a name").ident.to_string()
}
