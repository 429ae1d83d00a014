//! `next` inside of a spawned task.
//!
//! rustc refuses it too, with an error for each type parameter of ours. So the likely way to write it is looked for in the
//! tokens; every other way is left to rustc.

use proc_macro2::{Ident, TokenStream, TokenTree};

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

#[cfg(test)]
mod tests {
    use super::*;
    use quote::{format_ident, quote};

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
