use syn::Item;

use super::{block, expand, head, imp};
use crate::tokens::readable;

#[test]
fn a_refused_layer_still_provides_what_it_would() {
    let file = expand("async fn f(user: User, ctx: &mut Context, next: Next<(A, &mut B<'_>)>) -> Result { next }");
    let (stage, bounds) = head(&imp(&file, "Stage"));
    assert!(stage.contains("__koa::Provided<__koa::Exclusively<B<'static>>, __koa::Provided<A, __E>>"), "{stage}");
    assert_eq!(bounds, "");
    assert_eq!(head(&imp(&file, "Middleware")).1, "");
}

#[test]
fn a_refused_layer_is_still_made_with_its_options() {
    let file = expand(
        "async fn f<T: X>(#[config] a: &str, limit: usize, user: User, #[config(default = 1)] b: u8, ctx: &mut Context) {}",
    );
    let maker = file.items.iter().find_map(|item| match item {
        Item::Fn(maker) => Some(readable(&maker.sig)),
        _ => None,
    });
    assert_eq!(
        maker.as_deref(),
        Some("fn f<T: X>(_: impl ::core::convert::Into<::std::string::String>, _: usize) -> f<T>")
    );
    assert!(readable(&file).contains("fn b(self, _: u8) -> Self"));
}

#[test]
fn the_body_of_a_refused_layer_is_compiled_with_parameters_that_fit_everything() {
    let file = expand("async fn f(user: &User, ctx: &Context, next: Next) -> Result { next.run(ctx).await }");
    let user_fn = block(&file).into_iter().find_map(|item| match item {
        Item::Fn(item) => Some(readable(&item.block)),
        _ => None,
    });
    let user_fn = user_fn.unwrap();
    assert!(user_fn.starts_with("{ let __refused = ::core::compile_error!"), "{user_fn}");
    for binding in ["let user: &User = __refused;", "let ctx = __refused;", "let next = __refused;"] {
        assert!(user_fn.contains(binding), "{user_fn}");
    }
    // and the error is not said twice
    assert_eq!(readable(&file).matches("compile_error").count(), 1);
}

#[test]
fn a_body_that_would_not_fit_its_signature_is_kept_for_editors_only() {
    let text = readable(expand("async fn f(user: &User) -> &str { user.name() }"));
    assert!(text.contains("#[cfg(rust_analyzer)]") && text.contains("{ user.name() }"), "{text}");
    assert_eq!(text.matches("compile_error").count(), 1);
}

#[test]
fn something_else_than_a_fn_is_left_as_it_is() {
    for item in ["struct S;", "mod m {}", "const X: u8 = 1;", "pub unsafe trait T {}"] {
        let text = readable(expand(item));
        assert!(text.contains("this is something else") && text.contains(item), "{text}");
    }
}

#[test]
fn a_fn_with_broken_syntax_is_a_layer_that_does_nothing() {
    let file = expand("#[cfg(unix)] pub async fn f();");
    assert_eq!(head(&imp(&file, "Middleware")).1, "");
    let text = readable(&file);
    assert!(text.contains("pub struct f {}") && text.contains("pub fn f() -> f"), "{text}");
    assert_eq!(text.matches("#[cfg(unix)]").count(), 3);
}
