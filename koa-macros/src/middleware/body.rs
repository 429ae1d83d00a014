//! What a body does with `next`, and with what is borrowed for one request, that rustc refuses too, but in terms of the type
//! parameters of ours: a spawned task, and `next` called as Koa calls it. So the likely way to write it is looked for in the
//! tokens; every other way is left to rustc.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};

use crate::tokens::mentions;

/// The first `next` inside the parentheses of `spawn(…)`, `task::spawn_local(…)` and the like.
pub(super) fn spawned(body: &TokenStream, next: &Ident) -> Option<Ident> {
    let mut spawns = false;
    for token in body.clone() {
        match token {
            TokenTree::Group(group) => {
                let found =
                    if spawns { used(&group.stream(), next) } else { None }.or_else(|| spawned(&group.stream(), next));
                if found.is_some() {
                    return found;
                }
                spawns = false;
            }
            TokenTree::Ident(name) => spawns = name == "spawn" || name.to_string().starts_with("spawn_"),
            _ => spawns = false,
        }
    }
    None
}

/// The first use of the variable, unless another one of this name is bound here.
fn used(tokens: &TokenStream, next: &Ident) -> Option<Ident> {
    let (mut found, mut before) = (None, None);
    for token in tokens.clone() {
        match &token {
            TokenTree::Group(group) => found = found.or_else(|| used(&group.stream(), next)),
            TokenTree::Ident(name) if name == next => match &before {
                Some(TokenTree::Punct(punct)) if matches!(punct.as_char(), '.' | ':') => {}
                Some(TokenTree::Punct(punct)) if punct.as_char() == '|' => return None,
                Some(TokenTree::Ident(word)) if word == "let" || word == "mut" || word == "fn" => return None,
                _ => found = found.or_else(|| Some(name.clone())),
            },
            _ => {}
        }
        before = Some(token);
    }
    found
}

/// `next` where it is called or awaited itself, as in `next().await`, `next(ctx).await` and `next.await`.
pub(super) fn not_run(body: &TokenStream, next: &Ident) -> Option<Ident> {
    if is_bound_anew(body, next) { None } else { called(body, next) }
}

fn called(tokens: &TokenStream, next: &Ident) -> Option<Ident> {
    let mut follows_a_path = false;
    let mut tokens = tokens.clone().into_iter().peekable();
    while let Some(token) = tokens.next() {
        match &token {
            TokenTree::Group(group) => {
                if let Some(found) = called(&group.stream(), next) {
                    return Some(found);
                }
            }
            TokenTree::Ident(name) if name == next && !follows_a_path => {
                let mut ahead = tokens.clone();
                let is_called = match ahead.next() {
                    Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Parenthesis,
                    Some(TokenTree::Punct(punct)) if punct.as_char() == '.' => {
                        matches!(ahead.next(), Some(TokenTree::Ident(word)) if word == "await")
                    }
                    _ => false,
                };
                if is_called {
                    return Some(name.clone());
                }
            }
            _ => {}
        }
        follows_a_path = match &token {
            TokenTree::Punct(punct) => matches!(punct.as_char(), '.' | ':'),
            TokenTree::Ident(word) => word == "fn",
            _ => false,
        };
    }
    None
}

/// What goes on when the layers are done, and so borrows nothing from their request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Outlives {
    Task,
    WebSocket,
    Upgrade,
}

/// The first use of a borrowed variable inside of what outlives the request: in an `async` block or a closure between the parentheses
/// of a `spawn(…)`, or of `ctx.websocket(…)`, if nothing in the body goes by the same name. The method `scope.spawn(…)` may well borrow.
pub(super) fn borrowed_for_longer(body: &TokenStream, name: &Ident, ctx: Option<&Ident>) -> Option<(Ident, Outlives)> {
    if is_bound_anew(body, name) { None } else { borrowed(body, name, ctx) }
}

fn borrowed(tokens: &TokenStream, name: &Ident, ctx: Option<&Ident>) -> Option<(Ident, Outlives)> {
    let (mut outlives, mut after_dot, mut of_ctx) = (None, false, false);
    for token in tokens.clone() {
        match &token {
            TokenTree::Group(group) => {
                let arguments = group.stream();
                let inside =
                    outlives.and_then(|outlives| captured(&arguments, name).map(|borrowed| (borrowed, outlives)));
                if let Some(found) = inside.or_else(|| borrowed(&arguments, name, ctx)) {
                    return Some(found);
                }
                outlives = None;
            }
            TokenTree::Ident(word) => {
                outlives = match () {
                    () if !after_dot && (word == "spawn" || word == "spawn_blocking") => Some(Outlives::Task),
                    () if after_dot && of_ctx && word == "websocket" => Some(Outlives::WebSocket),
                    () if after_dot && of_ctx && word == "upgrade" => Some(Outlives::Upgrade),
                    () => None,
                };
                of_ctx = !after_dot && ctx.is_some_and(|ctx| ctx == word);
            }
            _ => outlives = None,
        }
        after_dot = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '.');
    }
    None
}

/// The first use in the `async` blocks and closures among the arguments of a call.
fn captured(arguments: &TokenStream, name: &Ident) -> Option<Ident> {
    let (mut is_async, mut pipes) = (false, 0);
    let mut closure = TokenStream::new();
    for token in arguments.clone() {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == ',' => (is_async, pipes) = (false, 0),
            TokenTree::Punct(punct) if punct.as_char() == '|' => pipes += 1,
            TokenTree::Ident(word) if word == "async" => is_async = true,
            TokenTree::Group(group) if is_async && group.delimiter() == Delimiter::Brace => {
                if let Some(found) = used(&group.stream(), name) {
                    return Some(found);
                }
            }
            _ => {}
        }
        if pipes >= 2 {
            closure.extend([token]);
        }
    }
    used(&closure, name)
}

/// Whether a variable of this name may be bound somewhere: in a `let`, a `for`, an arm of a `match`, or by a closure.
fn is_bound_anew(tokens: &TokenStream, name: &Ident) -> bool {
    let (mut in_pattern, mut in_pipes, mut in_arm) = (false, false, false);
    let mut tokens = tokens.clone().into_iter().peekable();
    while let Some(token) = tokens.next() {
        let is_mentioned = match &token {
            TokenTree::Group(group) => {
                if is_bound_anew(&group.stream(), name) {
                    return true;
                }
                mentions(&group.stream(), name)
            }
            TokenTree::Ident(word) => word == name,
            _ => false,
        };
        if is_mentioned && (in_pattern || in_pipes) {
            return true;
        }
        in_arm |= is_mentioned;
        match &token {
            TokenTree::Ident(word) if word == "let" || word == "for" => in_pattern = true,
            TokenTree::Ident(word) if word == "in" => in_pattern = false,
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => (in_pattern, in_arm) = (false, false),
            TokenTree::Punct(punct) => match punct.as_char() {
                '=' if in_arm && matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == '>') => {
                    return true;
                }
                '=' => in_pattern = false,
                ',' | ';' => in_arm = false,
                '|' => in_pipes = !in_pipes,
                _ => {}
            },
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::{format_ident, quote};

    fn is_not_run(body: &TokenStream) -> bool {
        not_run(body, &format_ident!("next")).is_some()
    }

    #[test]
    fn next_called_as_in_koa_is_found() {
        assert!(is_not_run(&quote!({ next().await })));
        assert!(is_not_run(&quote!({
            if a {
                next(ctx).await?;
            }
            Ok(())
        })));
        assert!(is_not_run(&quote!({ next.await })));
    }

    #[test]
    fn next_that_is_run_or_another_one_is_left_alone() {
        assert!(!is_not_run(&quote!({ next.run(ctx).await })));
        assert!(!is_not_run(&quote!({ run(next, ctx).await })));
        assert!(!is_not_run(&quote!({
            queue.next().await;
            Iterator::next(&mut a);
            next.run(ctx).await
        })));
        assert!(!is_not_run(&quote!({
            fn next() {}
            next.run(ctx).await
        })));
        assert!(!is_not_run(&quote!({
            let next = || 1;
            next();
        })));
    }

    fn is_borrowed(body: &TokenStream) -> bool {
        borrowed_for_longer(body, &format_ident!("user"), None).is_some()
    }

    #[test]
    fn a_value_of_the_request_in_a_spawned_task_is_found() {
        assert!(is_borrowed(&quote!({
            tokio::spawn(async move { log(user.id).await });
            next.run(ctx).await
        })));
        assert!(is_borrowed(&quote!({ tokio::task::spawn_blocking(move || hash(&user.password)).await })));
        assert!(is_borrowed(&quote!({
            if a {
                spawn(async { log(user).await });
            }
            match user.age {
                1 => b,
                _ => c,
            }
        })));
    }

    #[test]
    fn what_a_task_may_own_is_left_alone() {
        assert!(!is_borrowed(&quote!({
            tokio::spawn(log(user.id));
        })));
        assert!(!is_borrowed(&quote!({
            let user = user.clone();
            tokio::spawn(async move { log(user.id).await });
        })));
        assert!(!is_borrowed(&quote!({
            tokio::spawn({
                let user = user.clone();
                async move { log(user.id).await }
            });
        })));
        assert!(!is_borrowed(&quote!({
            let log = |user| tokio::spawn(async move { log(user).await });
            log(user.clone());
        })));
        assert!(!is_borrowed(&quote!({
            match find().await {
                Some(user) => drop(spawn(async move { log(user).await })),
                None => {}
            }
        })));
        assert!(!is_borrowed(&quote!({
            std::thread::scope(|scope| scope.spawn(|| log(user)));
        })));
        assert!(!is_borrowed(&quote!({
            for (_, user) in users {
                tokio::spawn(async move { log(user).await });
            }
        })));
    }

    fn is_spawned(body: &TokenStream) -> bool {
        spawned(body, &format_ident!("next")).is_some()
    }

    #[test]
    fn next_in_a_spawned_task_is_found() {
        assert!(is_spawned(&quote!({
            tokio::spawn(async move { next.run(ctx).await });
            Ok(())
        })));
        assert!(is_spawned(&quote!({
            if a {
                set.spawn(go(ctx, next));
            }
        })));
        assert!(is_spawned(&quote!({ std::thread::spawn(move || drop(next)) })));
    }

    #[test]
    fn other_tasks_and_other_names_are_left_alone() {
        assert!(!is_spawned(&quote!({
            tokio::spawn(async move { log(id).await });
            next.run(ctx).await
        })));
        assert!(!is_spawned(&quote!({
            tokio::spawn(async move { queue.next().await });
            next.run(ctx).await
        })));
        assert!(!is_spawned(&quote!({
            tokio::spawn(async move {
                let next = queue.pop();
                next.go()
            })
        })));
        assert!(!is_spawned(&quote!({
            let spawn = 1;
            f(next)
        })));
    }
}
