//! How many futures a body puts around `next`, as in `timeout(…, async { next.run(ctx).await })`.
//!
//! Each takes from the depth of types that rustc follows, and `cargo check` does not look that deep. So they are counted in
//! the tokens, and a layer with many counts as several. What hides in a fn that the body calls is not seen.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};

/// What a layer's own future takes of rustc's depth, in levels of types.
const OWN: usize = 4;
/// What a future takes that holds another one as it is, such as that of `timeout`.
const LIGHT: usize = 3;
/// What one takes that polls another where it lies, as that of `select!` does.
const POLLED: usize = 1;
/// What others take: async blocks, async fns, and what is not known.
const FULL: usize = 4;

/// How many levels there are before the rest of the onion is boxed, and for how many half layers they are: less than rustc
/// follows under a `recursion_limit` of 128.
const LEVELS: usize = 118;
const HALVES: usize = 32;

/// By how many half layers a body counts more than one layer, given whether it is called in an async block, which reads
/// something first.
pub(super) fn more_halves(body: &TokenStream, next: &Ident, in_a_block: bool) -> usize {
    let around = Uses::of(body, &mut vec![(next.clone(), 0)]).max().unwrap_or(0);
    let around = around + if in_a_block { FULL } else { 0 };
    ((OWN + around) * HALVES).div_ceil(LEVELS).saturating_sub(2)
}

/// How many levels of futures are around `next`, or around a variable that holds it, at the deepest place where it is used.
#[derive(Clone, Copy, Default)]
struct Uses {
    /// Where it has yet to be awaited: whatever takes it becomes one more.
    pending: Option<usize>,
    /// Where it is awaited.
    awaited: Option<usize>,
}

impl Uses {
    fn of(tokens: &TokenStream, holders: &mut Vec<(Ident, usize)>) -> Self {
        let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
        let (mut all, mut statement) = (Self::default(), Self::default());
        // what the `let` of this statement binds
        let mut bound: Option<Ident> = None;
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            at += 1;
            let found = match token {
                TokenTree::Punct(punct) if punct.as_char() == ';' => {
                    if let (Some(name), Some(around)) = (bound.take(), statement.pending) {
                        holders.push((name, around));
                    }
                    statement = Self::default();
                    continue;
                }
                TokenTree::Ident(word) if word == "let" => {
                    let equals = tokens[at..].iter().position(|token| is_punct(token, '=')).unwrap_or(0);
                    bound = tokens[at..at + equals].iter().find_map(|token| match token {
                        TokenTree::Ident(name) if name != "mut" => Some(name.clone()),
                        _ => None,
                    });
                    at += equals;
                    continue;
                }
                TokenTree::Ident(name) => {
                    let holder = holders.iter().rev().find(|(holder, _)| holder == name);
                    let holder = holder.filter(|_| !is_member(&tokens, at - 1));
                    Self { pending: holder.map(|(_, around)| *around), awaited: None }
                }
                TokenTree::Group(group) => {
                    let inside = Self::of(&group.stream(), holders);
                    match around(group, &tokens[..at - 1]) {
                        Around::Nothing => inside,
                        Around::Call(levels) => {
                            Self { pending: inside.pending.map(|around| around + levels), ..inside }
                        }
                        Around::Block => Self { pending: inside.max().map(|around| around + FULL), awaited: None },
                    }
                }
                _ => continue,
            };
            let found = found.called(&tokens[at..]);
            all = all.or(found);
            statement = statement.or(found);
        }
        all
    }

    fn max(self) -> Option<usize> {
        self.pending.max(self.awaited)
    }

    fn or(self, other: Self) -> Self {
        Self { pending: self.pending.max(other.pending), awaited: self.awaited.max(other.awaited) }
    }

    /// With the methods that are called on it next, each of which makes another future, up to `.await`.
    fn called(self, after: &[TokenTree]) -> Self {
        let Some(mut around) = self.pending else { return self };
        let mut at = 0;
        while let [dot, TokenTree::Ident(method), rest @ ..] = &after[at..] {
            if !is_punct(dot, '.') {
                break;
            }
            if method == "await" {
                return Self { pending: None, awaited: self.awaited.max(Some(around)) };
            }
            around += if method == "run" { 0 } else { FULL };
            // its type arguments, then its arguments
            let arguments = rest.iter().position(|token| matches!(token, TokenTree::Group(_))).unwrap_or(rest.len());
            at = (at + 2 + arguments + 1).min(after.len());
        }
        Self { pending: Some(around), ..self }
    }
}

/// What a group makes of the future in it.
enum Around {
    /// It only holds it.
    Nothing,
    /// A call or a macro takes it, and its future has so many levels more.
    Call(usize),
    /// An async block or a closure runs it.
    Block,
}

fn around(group: &Group, before: &[TokenTree]) -> Around {
    match (group.delimiter(), before) {
        (_, [.., TokenTree::Ident(name), bang]) if is_punct(bang, '!') => match name.to_string().as_str() {
            "pin" => Around::Nothing,
            "select" => Around::Call(POLLED),
            _ => Around::Call(FULL),
        },
        (Delimiter::Brace, [.., TokenTree::Ident(word)]) if word == "async" || word == "move" => Around::Block,
        (Delimiter::Brace, [.., bar]) if is_punct(bar, '|') => Around::Block,
        (Delimiter::Parenthesis, [.., TokenTree::Ident(name)]) if name == "timeout" || name == "timeout_at" => {
            Around::Call(LIGHT)
        }
        (Delimiter::Parenthesis, [.., TokenTree::Ident(word)]) if !is_keyword(word) && word != "run" => {
            Around::Call(FULL)
        }
        (Delimiter::Parenthesis, [.., angle]) if is_punct(angle, '>') => Around::Call(FULL),
        _ => Around::Nothing,
    }
}

fn is_member(tokens: &[TokenTree], at: usize) -> bool {
    at.checked_sub(1).is_some_and(|before| is_punct(&tokens[before], '.'))
}

fn is_keyword(word: &Ident) -> bool {
    ["if", "match", "while", "in", "return", "else", "let", "break", "mut", "ref"].iter().any(|keyword| word == keyword)
}

fn is_punct(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == character)
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::{format_ident, quote};

    fn around(body: &TokenStream) -> usize {
        Uses::of(body, &mut vec![(format_ident!("next"), 0)]).max().expect("`next` is used")
    }

    #[test]
    fn nothing_is_around_a_next_that_is_awaited_where_it_runs() {
        for body in [
            quote!({ next.run(ctx).await }),
            quote!({ if fine(ctx) { next.run(ctx).await } else { Ok(()) } }),
            quote!({
                match next.run(ctx).await {
                    Ok(()) => Ok(()),
                    Err(error) => throw(error),
                }
            }),
            quote!({ Ok(next.run(ctx).await?) }),
            quote!({
                let done = next.run(ctx).await;
                later(done).await
            }),
        ] {
            assert_eq!(around(&body), 0, "{body}");
        }
    }

    #[test]
    fn each_future_around_next_counts() {
        for (body, expected) in [
            (quote!({ timeout(LIMIT, next.run(ctx)).await? }), LIGHT),
            (
                quote!({
                    select! { done = next.run(ctx) => done }
                }),
                POLLED,
            ),
            (quote!({ tokio::join!(next.run(ctx), other).0 }), FULL),
            (quote!({ helper(next.run(ctx)).await? }), FULL),
            (quote!({ helper::<_>(next.run(ctx)).await? }), FULL),
            (quote!({ async move { next.run(ctx).await }.await }), FULL),
            (quote!({ next.run(ctx).map(|done| done).boxed().await }), 2 * FULL),
            (quote!({ timeout(LIMIT, async { join!(next.run(ctx), other).0 }).await? }), LIGHT + 2 * FULL),
            (
                quote!({
                    select! { done = async { join!(next.run(ctx), other).0 } => done }
                }),
                2 * FULL + POLLED,
            ),
        ] {
            assert_eq!(around(&body), expected, "{body}");
        }
    }

    #[test]
    fn a_future_with_a_name_takes_what_is_around_it_along() {
        let body = quote!({
            let inner = async { next.run(ctx).await };
            let mut outer = pin!(timeout(LIMIT, inner));
            helper(outer).await
        });
        assert_eq!(around(&body), 2 * FULL + LIGHT);
    }

    #[test]
    fn a_field_called_next_is_not_next() {
        assert_eq!(
            around(&quote!({
                let a = list(join!(iter.next));
                next.run(ctx).await
            })),
            0
        );
    }

    #[test]
    fn what_holds_a_future_as_it_is_weighs_nothing_and_the_rest_half_a_layer_and_more() {
        let halves = |body| more_halves(&body, &format_ident!("next"), false);
        assert_eq!(halves(quote!({ next.run(ctx).await })), 0);
        assert_eq!(halves(quote!({ timeout(LIMIT, next.run(ctx)).await })), 0);
        assert_eq!(halves(quote!({ a(next.run(ctx)).await })), 1);
        assert_eq!(halves(quote!({ a(b(next.run(ctx))).await })), 2);
        assert_eq!(halves(quote!({ a(b(c(next.run(ctx)))).await })), 3);
        assert_eq!(more_halves(&quote!({ next.run(ctx).await }), &format_ident!("next"), true), 1);
    }
}
