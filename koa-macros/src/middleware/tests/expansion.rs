use syn::{File, Item, Visibility};

use super::{block, expand, expand_with, head, imp, sentences};
use crate::tokens::readable;

fn file_text(file: &File) -> String {
    readable(file)
}

fn stage(item: &str) -> (String, String) {
    // it has the bounds that the method outside of the block has, in the same words
    let (stage, bounds) = head(&imp(&expand(item), "Stage"));
    let short = |text: String| text.replace("::koa_runtime::__private", "__koa");
    (short(stage), short(bounds))
}

fn middleware(item: &str) -> (String, String) {
    head(&imp(&expand(item), "Middleware"))
}

/// The user's fn inside the expansion: its signature and its body.
fn user_fn(item: &str) -> (String, String) {
    let imp = imp(&expand(item), "Middleware");
    let syn::ImplItem::Fn(call) = &imp.items[0] else { panic!("no `call`") };
    let Some(syn::Stmt::Item(Item::Fn(user_fn))) = call.block.stmts.first() else { panic!("no user fn") };
    (readable(&user_fn.sig), readable(&user_fn.block))
}

const LOGGER: &str = "async fn logger(ctx: &mut Context, next: Next) -> Result { next.run(ctx).await }";

#[test]
fn a_layer_is_a_fn_and_a_braced_struct_of_the_same_name() {
    let file = expand("pub(crate) async fn logger(ctx: &mut Context, next: Next) -> Result { next.run(ctx).await }");
    let Item::Struct(item) = &file.items[0] else { panic!("no struct") };
    let Item::Fn(maker) = &file.items[1] else { panic!("no fn") };
    assert_eq!((item.ident.to_string(), maker.sig.ident.to_string()), ("logger".into(), "logger".into()));
    assert!(matches!(item.fields, syn::Fields::Named(_)));
    assert!(matches!(maker.vis, Visibility::Restricted(_)));
    // the type goes wherever the types of pipelines go
    assert!(matches!(item.vis, Visibility::Public(_)));
    assert!(maker.sig.asyncness.is_none());
}

#[test]
fn a_layer_that_provides_nothing_hands_the_environment_on() {
    let (stage, bounds) = stage(LOGGER);
    assert_eq!(
        stage,
        "__koa::Stage<__C, __koa::Walk<__E, __D>, __koa::Walk<__E, __D>, ((__X, __koa::Here), __K), __K, ()>"
    );
    assert_eq!(bounds, "where __C: __koa::RunsOn<Context, logger, __X>,");
    let (middleware, bounds) = middleware(LOGGER);
    assert_eq!(middleware, "__koa::Middleware<Context, __E, __N, ((__koa::Here, __koa::Here), __J)>");
    assert_eq!(bounds, "where __E: __koa::Environment, __N: __koa::Downstream<Context, __E, __J>,");
}

#[test]
fn reads_takes_replaces_and_what_is_shared_are_the_index_in_that_order() {
    let layer = "async fn audit(next: Next<(User, Replace<Lang>, &mut Cart<'_>)>, tx: &mut Tx<'_>, ctx: &mut Context, \
                 db: &Db) -> Result { next.run(ctx, todo!()).await }";
    let (stage, bounds) = stage(layer);
    assert_eq!(
        stage,
        "__koa::Stage<__C, __koa::Walk<__E, __D>, __koa::Walk<__koa::Provided<__koa::Exclusively<Cart<'static>>, \
         __koa::Provided<Lang, __koa::Provided<User, __O1>>>, __D>, \
         ((__X, (__I0, (__T0, (__R0, (__S0, (__S1, __koa::Here)))))), __K), __K, (__O0, __O1,)>"
    );
    assert_eq!(
        bounds,
        "where __C: __koa::RunsOn<Context, audit, __X>, __E: __koa::Needs<Db, audit, __I0>, \
         User: __koa::Lent<audit, 0usize, __S0>, Lang: __koa::Lent<audit, 1usize, __S1>, \
         __E: __koa::Takes<Tx<'static>, audit, __T0, __O0>, __O0: __koa::Replaces<Lang, audit, __R0, __O1>,"
    );
    let (middleware, bounds) = middleware(layer);
    assert_eq!(
        middleware,
        "__koa::Middleware<Context, __E, __N, ((__koa::Here, (__I0, (__T0, (__R0, (__S0, (__S1, __koa::Here)))))), \
         __J)>"
    );
    assert_eq!(
        bounds,
        "where __E: __koa::Environment + __koa::At<__I0, Value = Db> + __koa::Take<__T0, Value = Tx<'v0>>, \
         __N: for<'s, 'x, 'p0> __koa::Downstream<Context, &'s __koa::Node<__koa::Exclusive<'x, Cart<'p0>>, \
         &'s __koa::Node<&'x Lang, &'s __koa::Node<&'x User, __E>>>, __J>, \
         for<'__lent>&'__lent User: ::core::marker::Send + ::core::marker::Sync, \
         for<'__lent>&'__lent Lang: ::core::marker::Send + ::core::marker::Sync,"
    );
}

#[test]
fn parameters_become_bindings_in_the_order_written() {
    let (signature, body) = user_fn(
        "async fn f(#[config] n: usize, db: &Db, ctx: &mut Context, next: koa::Next<User>, tx: &mut Tx<'_>) -> Result { next }",
    );
    assert_eq!(
        signature,
        "async fn f<'v0, __E, __N, __J, __I0, __T0>(n: usize, ctx: &mut Context, __env: __E, __next: __N) -> Result \
         where __E: __koa::Environment + __koa::At<__I0, Value = Db> + __koa::Take<__T0, Value = Tx<'v0>>, \
         __N: for<'s, 'x> __koa::Downstream<Context, &'s __koa::Node<&'x User, __E>, __J>,"
    );
    let places =
        ["let db: &Db", "let next: koa::Next<User", "let tx: &mut Tx<'_>", "'_body"].map(|part| body.find(part));
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{body}");
}

#[test]
fn next_keeps_the_path_and_the_values_that_the_user_wrote() {
    let (_, body) = user_fn("async fn f(ctx: &mut Context, next: Next<(A, Replace<B>, &mut C)>) -> Result { next }");
    assert!(
        body.contains(
            "let next: Next<(A, Replace<B>, &mut C), __koa::Bound<(__koa::Slot<'_, &A, __E>, __koa::Slot<'_, &B, _>, \
             __koa::Slot<'_, __koa::Exclusive<'_, C>, _>,), __N, __E, __J>>"
        ),
        "{body}"
    );
    let (_, body) = user_fn("async fn f(ctx: &mut Context, next: Next<()>) -> Result { next }");
    assert!(body.contains("let next: Next<(), __koa::Bound<(), __N, __E, __J>>"), "{body}");
}

#[test]
fn what_is_made_of_the_request_is_an_argument_in_the_order_written() {
    let layer =
        "async fn f(#[body(limit = MOST)] post: Post, user: &User, #[query] Page { n, .. }: Page) -> String { n }";
    let (signature, _) = user_fn(layer);
    assert!(
        signature.starts_with("async fn f<__E, __I0>(post: Post, Page { n, .. }: Page, __env: __E) -> String"),
        "{signature}"
    );
    let text = file_text(&expand(layer));
    let parts = [
        "async move { #[allow(unused_imports)] use __koa::Typed as _;",
        "let __body = match __koa::Wanted::<Post>::new().__read(<::koa_runtime::Context as __koa::OverHttp>::request(&mut *ctx), \
         ::core::option::Option::Some({ let __limit: usize = MOST; __limit })).await {",
        "let __V0 = match __koa::Wanted::<Post>::new().__value(__body) {",
        "let __V1 = match __koa::Wanted::<Page>::new().__query(<::koa_runtime::Context as __koa::OverHttp>::request(&mut *ctx)) {",
        "let __value = f::<__E, __I0>(__V0, __V1, __env).await;",
    ];
    let places = parts.map(|part| text.find(part));
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?} {text}");
    assert!(text.contains(".reads(&[\"User\"]).query(&[\"Page\"]).body(&[\"Post\"])"), "{text}");
    // what the layer asks of others is as without
    assert_eq!(stage(layer), stage("async fn f(user: &User) -> String { n }"));
    assert_eq!(middleware(layer), middleware("async fn f(user: &User) -> String { n }"));
}

#[test]
fn what_a_route_captures_is_an_argument_too() {
    let layer = "async fn f(#[param] id: u64, user: &User, #[param(path)] p: &str, #[param] n: &Id, #[param] r: Segments<'_>) \
                 -> String { n }";
    let (signature, _) = user_fn(layer);
    assert!(
        signature.starts_with("async fn f<__E, __I0>(id: u64, p: &str, n: &Id, r: Segments<'_>, __env: __E) -> String"),
        "{signature}"
    );
    let text = file_text(&expand(layer));
    let parts = [
        "let __V0 = match __koa::value::<u64, __E, __P0>(__env, \"id\") {",
        "let __V1 = match __koa::text::<__E, __P1>(__env, \"path\") {",
        "let __V2 = __koa::lent::<Id, __E, __P2>(__env);",
        "let __V3 = __koa::segments::<__E, __P3>(__env);",
        "let __value = f::<__E, __I0>(__V0, &*__V1, __V2, __V3, __env).await;",
    ];
    let places = parts.map(|part| text.find(part));
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?} {text}");
    let optional = file_text(&expand("async fn f(#[param] a: Option<&str>, #[param] b: Option<&Id>) {}"));
    for part in [
        "let __V0 = match __koa::optional_text::<__E, __P0>(__env, \"a\") {",
        "let __V1 = __koa::optional_lent::<Id, __E, __P1>(__env);",
        "f(__V0.as_deref(), __V1)",
    ] {
        assert!(optional.contains(part), "{part} in {optional}");
    }
    let described = ".reads(&[\"User\"]).params(&[\"id: u64\", \"path: &str\", \"n: &Id\", \"r: Segments<'_>\"])";
    assert!(text.contains(described), "{text}");
}

#[test]
fn a_parameter_is_asked_of_the_route_by_a_trait_that_says_its_name() {
    let layer = "async fn f(#[param] id: u64) {}";
    let (stage, bounds) = stage(layer);
    assert!(stage.ends_with("((__X, (__P0, __koa::Here)), __K), __K, (__Q0, __A0,)>"), "{stage}");
    assert!(bounds.contains("__E: __f_id<__P0, __Q0, __A0>, __Q0: __koa::ReadAs<u64, f, __A0>"), "{bounds}");
    let (_, bounds) = middleware(layer);
    // no lifetime in it: see `read.rs` of the runtime
    assert_eq!(
        bounds,
        "where __E: __koa::Environment, __N: ::core::marker::Send, __E: __koa::ParamAt<__P0, Kind: __koa::Reads<u64>>,"
    );
    let text = file_text(&expand(layer));
    assert!(
        text.contains("message = \"`f` reads the path parameter `id`, but no route around it captures `{{id}}`\""),
        "{text}"
    );
}

#[test]
fn only_a_layer_that_reads_the_request_is_called_in_a_block() {
    let layer = "async fn f(#[query] page: Page, ctx: &mut Context, next: Next) -> Result { next }";
    let text = file_text(&expand(layer));
    assert!(text.contains("f::<__E, __N, __J>(__V0, ctx, __env, __next).await }"), "{text}");
    assert!(text.contains("__D: ::koa_runtime::__private::Heavier<"), "the block counts: {text}");
    let text = file_text(&expand(LOGGER));
    assert!(text.contains("} logger::<__E, __N, __J>(ctx, __env, __next) }") && !text.contains("async move"), "{text}");
}

#[test]
fn the_body_is_not_looked_into() {
    for body in
        ["{ next.run( }", "{ ctx. ; next }", "{ let = next ! @ # }", "{ macro_rules! x { ($a:tt) => { next } } }"]
    {
        let Ok(body_tokens) = body.parse::<proc_macro2::TokenStream>() else { continue };
        let item = quote::quote!(async fn f(ctx: &mut Context, user: &User, next: Next) -> Result #body_tokens);
        let expanded = super::super::expand(proc_macro2::TokenStream::new(), item).to_string();
        assert!(expanded.contains(&body_tokens.to_string()), "{expanded}");
    }
}

#[test]
fn without_bindings_the_users_braces_are_the_fns_own() {
    let (signature, body) = user_fn("async fn hello() -> &'static str { \"hello\" }");
    assert_eq!((&*signature, &*body), ("async fn hello() -> &'static str", "{ \"hello\" }"));
}

#[test]
fn an_endpoint_ends_the_onion_and_responds_with_what_it_returns() {
    let endpoint = "async fn show(user: &User) -> String { user.name() }";
    let (stage, bounds) = stage(endpoint);
    assert!(stage.contains("__koa::Walk<__E, __D, show, __koa::Ended>"), "{stage}");
    assert!(bounds.contains("__C: __koa::RunsOn<::koa_runtime::Context, show, __X>"), "{bounds}");
    let (middleware, bounds) = middleware(endpoint);
    assert!(middleware.starts_with("__koa::Middleware<::koa_runtime::Context, "), "{middleware}");
    assert!(bounds.ends_with("__N: ::core::marker::Send,"), "{bounds}");
    let text = file_text(&expand(endpoint));
    let answer = "__koa::Answer::Waits { future: show::<__E, __I0>(__env), ctx: __koa::lend(ctx), respond: { #[allow(clippy::type_complexity)]#[inline] fn __respond(__value: String, ctx: &mut ::koa_runtime::Context) -> __koa::Result { __koa::Respond::<::koa_runtime::Context>::respond(__value, ctx) } __respond }, }";
    assert!(text.contains(answer), "{text}");
    // where a fn cannot name what it is given
    for endpoint in ["async fn show() -> impl Respond { 1 }", "async fn show<T: Make>() -> T { T::make() }"] {
        let text = file_text(&expand(endpoint));
        assert!(text.contains("respond: |__value, ctx: &mut ::koa_runtime::Context|"), "{text}");
    }
    assert!(text.contains("__koa::Description::endpoint(\"show\""), "{text}");
}

#[test]
fn an_endpoint_that_the_context_is_lent_to_responds_in_a_future_of_its_own() {
    let text = file_text(&expand("async fn show(ctx: &mut Context) -> String { ctx.path().to_owned() }"));
    assert!(text.contains("__koa::Respond::<Context>::respond(__value, ctx)"), "{text}");
    let text = file_text(&expand("async fn add(#[body] new: String) -> String { new }"));
    assert!(text.contains("__koa::Respond::<::koa_runtime::Context>::respond(__value, ctx)"), "{text}");
}

#[test]
fn text_is_held_by_the_fn_that_borrows_it() {
    let (signature, body) =
        user_fn("async fn show(#[param] name: &str, #[param] tag: Option<&str>) -> String { name }");
    assert_eq!(
        signature,
        "async fn show<__V0Text, __V1Text>(__V0: __V0Text, __V1: __V1Text) -> String where __V0Text: __koa::HeldText, __V1Text: __koa::HeldText,"
    );
    assert!(body.starts_with("{ let name: &str = __koa::HeldText::text(&__V0);"), "{body}");
    // an attribute sees the arguments that the user wrote
    let (signature, _) = user_fn("#[instrument] async fn show(#[param] name: &str) -> String { name }");
    assert_eq!(signature, "async fn show(name: &str) -> String");
}

#[test]
fn a_layer_over_any_protocol_has_no_parameter_for_it() {
    for layer in [
        "async fn timing<C: Protocol, S: Store>(ctx: &mut C, next: Next<S>) -> Result { next }",
        "async fn timing<C, S>(context: &mut C, next: Next<S>) -> Result where C: koa::Protocol, S: Store { next }",
    ] {
        let file = expand(layer);
        let Item::Struct(item) = &file.items[0] else { panic!("no struct") };
        assert_eq!(item.generics.type_params().map(|p| p.ident.to_string()).collect::<Vec<_>>(), ["S"]);
        let (stage, bounds) = stage(layer);
        assert!(stage.starts_with("__koa::Stage<C, "), "{stage}");
        assert!(stage.contains("((__koa::Here, (__S0, __koa::Here)), __K)"), "{stage}");
        assert!(!bounds.contains("RunsOn"), "{bounds}");
        assert!(middleware(layer).0.starts_with("__koa::Middleware<C, "));
    }
}

#[test]
fn a_context_of_ones_own_is_known_by_its_name_ctx() {
    let layer = "async fn f(tera: &mut tera::Context, ctx: &mut Session, next: Next) -> Result { next }";
    assert!(stage(layer).1.contains("RunsOn<Session, f, __X>"));
    assert!(stage(layer).1.contains("Takes<tera::Context, f, __T0, __O0>"));
    assert!(sentences("async fn f(ctx: &mut Context, view: &tera::Context, next: Next) -> Result { next }").is_empty());
}

#[test]
fn type_and_const_parameters_are_the_layers_lifetimes_are_not() {
    let layer = "async fn f<'a, S: Store + Load<'a>, const N: usize>(x: &Tx<'a, S>, ctx: &mut Context, next: Next<[u8; N]>) \
                 -> Result where S: 'a, [u8; N]: Fits { next }";
    let file = expand(layer);
    let Item::Struct(item) = &file.items[0] else { panic!("no struct") };
    assert_eq!(readable(&item.generics), "<S, const N: usize>");
    assert_eq!(readable(&item.generics.where_clause), "");
    let Item::Fn(maker) = &file.items[1] else { panic!("no fn") };
    assert_eq!(readable(&maker.sig.generics), "<S: Store, const N: usize>");
    assert_eq!(readable(&maker.sig.generics.where_clause), "where [u8; N]: Fits,");
    assert!(stage(layer).1.contains("__E: __koa::Needs<Tx<'static, S>, f<S, N>, __I0>"));
    assert_eq!(
        readable(&imp(&file, "Middleware").generics),
        "<'a, S: Store + Load<'a>, const N: usize, __E, __N, __J, __I0, __S0>"
    );
    let text = file_text(&file);
    assert!(text.contains("f::<S, N, __E, __N, __J, __I0>(ctx, __env, __next)"), "{text}");
}

#[test]
fn the_struct_has_the_bounds_only_where_what_it_keeps_may_need_them() {
    let bounds = |configs: &str| {
        let file = expand(&format!("async fn f<S: ?Sized + Store, T>({configs}) where T: Load {{}}"));
        let Item::Struct(item) = &file.items[0] else { panic!("no struct") };
        readable(&item.generics) + " " + &readable(&item.generics.where_clause)
    };
    assert_eq!(bounds("#[config] x: T, #[config] size: usize"), "<S: ?Sized, T> ");
    assert_eq!(bounds("#[config] x: &T::Key"), "<S: ?Sized + Store, T> where T: Load,");
}

#[test]
fn what_is_cloned_for_each_request_can_be_cloned() {
    let clauses = |layer: &str| {
        let file = expand(layer);
        let Item::Fn(maker) = &file.items[1] else { panic!("no fn") };
        let run = &imp(&file, "Middleware").generics.where_clause;
        (readable(&maker.sig.generics.where_clause), readable(run).contains("Clone"))
    };
    let asked = |bound: &str| (format!("where {bound}: ::core::clone::Clone,"), true);
    assert_eq!(clauses("async fn f<T>(#[config] x: T) {}"), asked("T"));
    assert_eq!(clauses("async fn f<T>(#[config] x: Vec<T>) {}"), asked("Vec<T>"));
    for says_so in
        ["<T: Clone>(#[config] x: T)", "<T>(#[config] x: &T)", "<T: Copy>(#[config] x: T)", "(#[config] x: u8)"]
    {
        assert_eq!(clauses(&format!("async fn f{says_so} {{}}")), (String::new(), false), "{says_so}");
    }
}

#[test]
fn a_trait_object_is_read_and_provided_for_ever() {
    assert!(stage("async fn f(repo: &(dyn Repo + Send)) {}").1.contains("Needs<dyn Repo + Send, f, __I0>"));
    let (_, bounds) = middleware("async fn f(ctx: &mut Context, next: Next<(dyn Repo, User)>) -> Result { next }");
    assert!(bounds.contains("&'s __koa::Node<&'x (dyn Repo + 'static), __E>"), "{bounds}");
    let (_, body) = user_fn("async fn f(ctx: &mut Context, next: Next<(dyn Repo, User)>) -> Result { next }");
    assert!(body.contains("let next: Next<(&(dyn Repo + 'static), User), "), "{body}");
}

#[test]
fn config_is_kept_as_something_owned_and_lent_as_written() {
    let file = expand(
        "async fn f(#[config] a: usize, #[config] b: &str, #[config] c: &[u8], #[config] d: &Path, #[config] e: &Options, \
         ctx: &mut Context, next: Next) -> Result { next }",
    );
    let Item::Struct(item) = &file.items[0] else { panic!("no struct") };
    assert_eq!(
        readable(&item.fields),
        "{ a: usize, b: ::std::string::String, c: ::std::vec::Vec<u8>, d: <Path as ::std::borrow::ToOwned>::Owned, e: Options, }"
    );
    let Item::Fn(maker) = &file.items[1] else { panic!("no fn") };
    assert_eq!(
        readable(&maker.sig.inputs),
        "a: usize, b: impl ::core::convert::Into<::std::string::String>, c: impl ::core::convert::Into<::std::vec::Vec<u8>>, \
         d: impl ::core::convert::Into<<Path as ::std::borrow::ToOwned>::Owned>, e: Options"
    );
    let text = file_text(&file);
    let call = "(::core::clone::Clone::clone(&self.a), &self.b, &self.c, &self.d, &self.e, ctx, __env, __next)";
    assert!(text.contains(call), "{text}");
}

#[test]
fn config_with_a_default_is_set_by_a_method() {
    let file = expand(
        "pub async fn f(#[config] a: usize, /** How long. */ #[config(default = 30)] secs: u64, \
         #[config(default = \"koa\")] who: &str, ctx: &mut Context, next: Next) -> Result { next }",
    );
    let Item::Fn(maker) = &file.items[1] else { panic!("no fn") };
    assert_eq!(readable(&maker.sig.inputs), "a: usize");
    assert_eq!(readable(&maker.block), "{ f { a, secs: 30, who: ::core::convert::Into::into(\"koa\"), } }");
    let builders = block(&file).into_iter().find_map(|item| match item {
        Item::Impl(imp) if imp.trait_.is_none() => Some(imp),
        _ => None,
    });
    let text = readable(builders);
    assert!(text.contains("pub fn secs(mut self, secs: u64) -> Self"), "{text}");
    assert!(
        text.contains("How long.") && text.contains("Sets `who`, which is `\\\"koa\\\"` unless it is set."),
        "{text}"
    );
}

#[test]
fn attributes_go_where_they_mean_something() {
    let file = expand(
        "/// Docs.\n#[cfg(unix)] #[deprecated] #[must_use = \"x\"] #[allow(a)] #[expect(b, dead_code, reason = \"r\")] #[instrument(skip_all)] \
         #[cfg_attr(debug, doc = \"more\", inline)] async fn f(ctx: &mut Context, next: Next) -> Result { next }",
    );
    let attributes = |item: &Item| match item {
        Item::Struct(item) => item.attrs.iter().map(readable).collect::<Vec<_>>().join(" "),
        Item::Fn(item) => item.attrs.iter().map(readable).collect::<Vec<_>>().join(" "),
        Item::Impl(item) => item.attrs.iter().map(readable).collect::<Vec<_>>().join(" "),
        Item::Const(item) => item.attrs.iter().map(readable).collect::<Vec<_>>().join(" "),
        _ => panic!("unexpected item"),
    };
    let [item, maker, method, block] = &*file.items else { panic!("not four items") };
    let (item, maker, method, block) = (attributes(item), attributes(maker), attributes(method), attributes(block));
    assert!([&item, &maker, &method, &block].iter().all(|attributes| attributes.starts_with("#[cfg(unix)]")));
    for on_struct in ["Docs.", "allow(a)", "allow(b,reason", "allow(dead_code,reason", "cfg_attr(debug, doc"] {
        assert!(item.replace(", ", ",").contains(&on_struct.replace(", ", ",")), "{on_struct} in {item}");
    }
    for on_fn in
        ["Docs.", "deprecated", "must_use = \"x\"", "allow(a)", "expect(dead_code,reason", "cfg_attr(debug,doc"]
    {
        assert!(maker.replace(", ", ",").contains(on_fn), "{on_fn} in {maker}");
    }
    assert!(!item.contains("deprecated") && !item.contains("expect") && !maker.contains("instrument"));
    let text = file_text(&file).replace(", ", ",");
    assert!(text.contains("#[deny(unused_must_use)]#[allow(a)]#[allow(dead_code,reason = \"r\",)]"), "{text}");
    assert!(
        text.contains("#[expect(b,reason = \"r\",)]#[instrument(skip_all)]#[cfg_attr(debug,inline)] async fn f"),
        "{text}"
    );
    // such an attribute would name our arguments too
    assert!(text.contains("(__env): __E,(__next): __N"), "{text}");
}

#[test]
fn lint_levels_of_a_parameter_stay_with_it() {
    let (_, body) =
        user_fn("async fn f(#[allow(unused)] user: &User, ctx: &mut Context, next: Next) -> Result { next }");
    assert!(body.contains("#[allow(unused)] let user: &User"), "{body}");
}

#[test]
fn the_crate_can_go_by_another_name() {
    let file = expand_with("crate = crate::koa", "async fn f(user: &User) {}");
    let text = file_text(&file);
    assert!(
        text.contains("use crate::koa::__private as __koa;") && text.contains("RunsOn<crate::koa::Context,"),
        "{text}"
    );
    assert!(!text.contains("koa_runtime"), "{text}");
}

#[test]
fn a_layer_describes_itself_with_the_types_as_written() {
    let text = file_text(&expand(
        "async fn f(db: &a::Db, tx: &mut Tx<'_>, ctx: &mut Context, next: Next<(User, Replace<Lang>, &mut Cart<'_>)>) -> Result { next }",
    ));
    let described =
        ".reads(&[\"a::Db\"]).takes(&[\"Tx<'_>\"]).provides(&[\"User\", \"Lang\", \"Cart<'_>\"]).replaces(&[\"Lang\"])";
    assert!(text.contains(described), "{text}");
}

#[test]
fn types_and_body_of_a_macro_rules_arrive_in_groups_that_are_not_seen() {
    use proc_macro2::{Delimiter, Group, TokenTree};
    let unseen = |text: &str| TokenTree::from(Group::new(Delimiter::None, text.parse().unwrap()));
    let (ctx, user, body) = (unseen("&mut Context"), unseen("User"), unseen("{ next }"));
    let item = quote::quote!(async fn f(ctx: #ctx, user: &#user, next: Next) -> Result #body);
    let expanded = super::super::expand(proc_macro2::TokenStream::new(), item).to_string();
    assert!(!expanded.contains("compile_error"), "{expanded}");
}
