use super::{sentences, sentences_with};

/// The one thing that is said about a fn.
#[track_caller]
fn one(item: &str, sentence: &str) {
    assert_eq!(sentences(item), [sentence], "about `{item}`");
}

/// The same, about the parameters of a layer.
#[track_caller]
fn parameters(list: &str, sentence: &str) {
    one(&format!("async fn f({list}, ctx: &mut Context, next: Next) -> Result {{ next.run(ctx).await }}"), sentence);
}

#[test]
fn all_mistakes_are_said_at_once() {
    let said = sentences("unsafe fn f(self, ctx: &Context, user: User, #[param] id: &mut u64) -> &str { }");
    assert_eq!(said.len(), 7, "{said:#?}");
}

#[test]
fn a_layer_is_a_plain_async_fn() {
    one("fn f() {}", "a layer is an `async fn`: put `async` before `fn`");
    one("async unsafe fn f() {}", "the onion calls a layer without conditions, so it cannot be `unsafe`");
}

#[test]
fn qualifiers() {
    one("const fn f() {}", "a layer is an `async fn`: write `async` in place of `const`");
    // rustc has said that the order is another one
    assert!(sentences("unsafe async fn f() {}").is_empty());
    one("const async fn f() {}", "a layer runs for each request, so it cannot be `const`");
    one("async extern \"C\" fn f() {}", "a layer is called from Rust: leave `extern` out");
}

#[test]
fn a_layer_has_no_self() {
    for receiver in ["self", "&self", "&mut self", "self: Box<Self>"] {
        parameters(
            receiver,
            "a layer is a free fn, without `self`; what it needs for all requests is a `#[config]` parameter",
        );
    }
}

#[test]
fn a_layer_has_a_fixed_list_of_parameters() {
    one("async fn f(x: ...) {}", "a layer has a fixed list of parameters; leave `...` out");
    one("async fn f(...) {}", "a layer has a fixed list of parameters; leave `...` out");
}

#[test]
fn one_context_by_mut() {
    parameters("c: &mut Context", "a layer has one context, and another parameter is it already");
    one("async fn f(ctx: Context) {}", "the context is lent to the layer: write `ctx: &mut Context`");
    one("async fn f(c: &koa::Context) {}", "the context is lent to the layer: write `c: &mut koa::Context`");
    one("async fn f(ctx: &Session) {}", "the context is lent to the layer: write `ctx: &mut Session`");
    one("async fn f<C: Protocol>(c: &C) {}", "the context is lent to the layer: write `c: &mut C`");
    one("async fn f(ctx: &mut Session<'_>) {}", "a context owns what it holds, so its type has no lifetimes");
    one("async fn f<C>(ctx: &mut C) {}", "`C` is the context of any protocol: write `C: Protocol`");
    one("async fn f(next: Next) -> Result { next }", "`next.run(…)` needs the context: add `ctx: &mut Context`");
}

#[test]
fn a_refused_context_is_not_missed_as_well() {
    one(
        "async fn f(ctx: &Context, next: Next) -> Result { next }",
        "the context is lent to the layer: write `ctx: &mut Context`",
    );
}

#[test]
fn one_next_by_value() {
    parameters("n: Next", "a layer has one `next`, and another parameter is it already");
    one(
        "async fn f(ctx: &mut Context, next: &mut Next<User>) -> Result { next }",
        "running `next` consumes it, so it is taken by value: `next: Next<User>`",
    );
    one("async fn f(next: &Next) {}", "running `next` consumes it, so it is taken by value: `next: Next`");
}

#[test]
fn every_parameter_is_something() {
    parameters(
        "user: User",
        "`user` is neither `ctx: &mut Context`, `next: Next`, a value read as `&T`, one taken as `&mut T`, nor `#[param]`, `#[query]`, `#[body]` or `#[config]`",
    );
    parameters("f: impl Fn()", "a layer has a type, so `f` needs one with a name: `async fn f<T: …>(… f: T …)`");
    parameters(
        "#[config] g: &impl Fn()",
        "a layer has a type, so `g` needs one with a name: `async fn f<T: …>(… g: T …)`",
    );
    parameters("user: &User, user: &Db", "two parameters are named `user`");
    parameters(
        "user: Option<&User>",
        "what a layer reads is there: write `user: &User`, or let a layer provide an `Option<User>` and read that",
    );
    one(
        "async fn f<N>(ctx: &mut Context, next: N) -> Result { next }",
        "what follows a layer is a `Next`: write `next: Next`",
    );
}

#[test]
fn attributes_of_parameters() {
    parameters(
        "#[a::b] x: &u8",
        "`#[a::b]` is not an attribute of a layer's parameter; there are `#[param]`, `#[query]`, `#[body]`, `#[config]` and lint levels such as `#[allow(…)]`",
    );
    parameters(
        "#[cfg(unix)] x: &u8",
        "`#[cfg]` cannot stand on a layer's parameter; write the layer once for each case, each with its `#[cfg]`",
    );
    parameters("/** docs */ x: &u8", "a doc comment belongs on the layer, or on a `#[config(default = …)]` parameter");
    parameters("#[config] #[config] x: u8", "`#[config]` is written twice");
    parameters("#[config(size = 3)] x: u8", "`#[config]` has no option `size`; it takes `default = …`");
    parameters("#[config(default = 3, default = 4)] x: u8", "`default` is given twice");
    parameters("#[config = 3] x: u8", "write `#[config(default = …)]`");
}

#[test]
fn what_a_route_captures() {
    let renamed = "`#[param(id)]` names the capture `{id}`, where the parameter has another name";
    for attribute in ["param = \"id\"", "param(\"id\")", "param()", "param(a, b)", "param(name = id)", "param(fn)"] {
        parameters(&format!("#[{attribute}] x: u8"), renamed);
    }
    let unnamed = "a capture is found by its name, and this parameter has none: write `#[param(id)]`";
    for pattern in ["(a, b)", "Id(id)", "_"] {
        parameters(&format!("#[param] {pattern}: T"), unnamed);
        assert!(sentences(&format!("async fn f(#[param(id)] {pattern}: T) {{}}")).is_empty(), "{pattern}");
    }
    parameters("#[param] x: &mut u64", "`x` is shared by all who read it: leave `mut` out");
    parameters("#[param] x: Option<&mut u64>", "`x` is shared by all who read it: leave `mut` out");
    parameters("#[param] x: &mut str", "`x` is shared by all who read it: leave `mut` out");
    let lifetime = "leave the lifetime out: the value is borrowed for as long as this layer runs";
    parameters("#[param] x: &'static str", lifetime);
    parameters("#[param] x: &'a Id", lifetime);
    parameters("#[param] x: Option<&'a Id>", lifetime);
    for ty in ["&[u8]", "&[String]", "[u8]", "Option<&[u8]>"] {
        let sentence = "`x` is a piece of the path: write `x: &str`, or `x: Vec<String>` for several segments";
        parameters(&format!("#[param] x: {ty}"), sentence);
    }
    for ty in ["Cow<'_, str>", "Id<'a>", "Vec<&str>"] {
        let sentence = "`x` is made of a piece of the path: let it own what it holds, or read a `&str`";
        parameters(&format!("#[param] x: {ty}"), sentence);
    }
    for ty in ["Vec<_>", "&Id<_>", "_", "dyn Repo", "&dyn Repo", "&(dyn Repo + Send)", "Option<&Id<_>>"] {
        let sentence = "`x` needs its whole type, as that says how it is read";
        parameters(&format!("#[param] x: {ty}"), sentence);
    }
    parameters("#[param] x: &Segments<'_>", "segments are a view already: write `x: Segments<'_>`");
    parameters(
        "#[param] x: Option<Segments<'_>>",
        "of what is left out there are no segments: write `x: Segments<'_>`",
    );
    parameters(
        "#[param] x: impl FromStr",
        "a layer has a type, so `x` needs one with a name: `async fn f<T: …>(… x: T …)`",
    );
    parameters("#[param] n: Next", "`n` is no part of the request: leave `#[param]` out");
    one("async fn f(#[param] ctx: &mut Context) {}", "`ctx` is no part of the request: leave `#[param]` out");
    parameters("#[param] #[param] x: u8", "`#[param]` is written twice");
    parameters("#[param] #[query] x: X", "`x` comes from one place: leave `#[param]` out, or `#[query]`");
    parameters("#[config] #[param] x: X", "`x` comes from one place: leave `#[config]` out, or `#[param]`");
    parameters("#[param] x: u8, #[param(x)] y: u8", "`{x}` is read twice");
    parameters("#[param] x: u8, #[param] x: u8", "two parameters are named `x`");
}

#[test]
fn a_layer_of_every_protocol_may_read_what_a_route_captures() {
    let layer = "async fn f<C: Protocol>(ctx: &mut C, #[param] x: X, next: Next) -> Result { next.run(ctx).await }";
    assert!(sentences(layer).is_empty());
}

#[test]
fn what_is_made_of_the_request() {
    parameters("#[query(a)] x: X", "`#[query]` has no options: all of the query is read");
    parameters("#[query = 3] x: X", "`#[query]` has no options: all of the query is read");
    parameters("#[body(max = 3)] x: X", "`#[body]` has no option `max`; it takes `limit = …`, in bytes");
    parameters("#[body = 3] x: X", "write `#[body(limit = …)]`, in bytes");
    for empty in ["limit", "limit =", "limit(3)"] {
        parameters(&format!("#[body({empty})] x: X"), "write the number of bytes too: `#[body(limit = 65_536)]`");
    }
    parameters("#[body(limit = 3, limit = 4)] x: X", "`limit` is given twice");
    parameters("#[body] #[query] x: X", "`x` comes from one place: leave `#[body]` out, or `#[query]`");
    parameters("#[config] #[body] x: X", "`x` comes from one place: leave `#[config]` out, or `#[body]`");
    parameters("#[body] #[body] x: X", "`#[body]` is written twice");
    parameters(
        "#[body] x: X, #[body] y: Y",
        "a layer reads the body into one value, and another parameter is it already",
    );
    for (ty, owned) in [
        ("&X", "X"),
        ("&mut X", "X"),
        ("&str", "String"),
        ("str", "String"),
        ("&[u8]", "Bytes"),
        ("&[u16]", "Vec<u16>"),
        ("dyn Repo", "Box<dyn Repo>"),
    ] {
        parameters(
            &format!("#[body] x: {ty}"),
            &format!("`x` is made for this layer, which owns it: write `x: {owned}`"),
        );
    }
    for ty in ["X<'_>", "Cow<'a, str>", "Vec<&str>"] {
        parameters(
            &format!("#[query] x: {ty}"),
            "`x` outlives the bytes that it is read from, so it cannot borrow: let it own what it holds",
        );
    }
    for ty in ["String", "u64"] {
        parameters(
            &format!("#[query] x: {ty}"),
            &format!("a query is pairs of names and values: read it into a struct with a field `x: {ty}`"),
        );
        assert!(sentences(&format!("async fn f(#[body] x: {ty}) {{}}")).is_empty());
    }
    parameters("#[query] x: Vec<_>", "`x` needs its whole type, as that says how it is read");
    parameters(
        "#[query] x: impl Sized",
        "a layer has a type, so `x` needs one with a name: `async fn f<T: …>(… x: T …)`",
    );
    parameters("#[body] n: Next", "`n` is no part of the request: leave `#[body]` out");
    one("async fn f(#[query] ctx: &mut Context) {}", "`ctx` is no part of the request: leave `#[query]` out");
    one(
        "async fn f<C: Protocol>(ctx: &mut C, #[query] x: X) {}",
        "`#[query]` is part of an HTTP request, and `C` may be the context of another protocol: write `ctx: &mut Context`",
    );
    // several looks at the query are fine
    assert!(
        sentences("async fn f(#[query] x: X, #[query] Y { y, .. }: Y, #[body(limit = 1 << 10)] mut z: Z,) {}")
            .is_empty()
    );
}

#[test]
fn values_are_told_apart_by_type() {
    parameters("a: &User, b: &User", "`User` is read twice");
    parameters("a: &mut Tx<'_>, b: &mut Tx<'_>", "`Tx<'_>` is taken twice");
    for list in ["a: &Tx, b: &mut Tx", "b: &mut Tx, a: &Tx"] {
        parameters(list, "`Tx` is both read and taken; with the `&mut Tx` alone the layer can do both");
    }
    parameters("x: &_", "`x` needs its whole type, as that says which value it is");
    parameters(
        "x: &'a User",
        "leave the lifetime out, as in `x: &User`: the value is borrowed for as long as this layer runs",
    );
    parameters(
        "x: &'static mut User",
        "leave the lifetime out, as in `x: &mut User`: the value is borrowed for as long as this layer runs",
    );
}

#[test]
fn what_next_hands_inward() {
    let next = |ty: &str, sentence: &str| {
        one(&format!("async fn f(ctx: &mut Context, next: {ty}) -> Result {{ next }}"), sentence);
    };
    next("Next<User, Db>", "several values are written as a tuple: `Next<(User, Db)>`");
    next("Next<(User,)>", "one value stands alone: `Next<User>`");
    next("Next<'a>", "`Next<…>` holds the types of the values handed inward");
    next("Next<&User>", "`next` hands every value inward by reference: write `User`");
    next("Next<&'a mut User>", "leave the lifetime out: `&mut User`");
    next("Next<Replace>", "`Replace` names the type of the value that it replaces: `Replace<User>`");
    next("Next<Replace<&mut User>>", "`Replace` names the type of the value that it replaces: `Replace<User>`");
    next(
        "Next<(User, User)>",
        "`User` is handed inward twice, and the layers inside could not tell which one they read",
    );
    next("Next<Vec<_>>", "the layers inside find a value by its type, so `Next<…>` needs the whole type");
    next(
        "Next<(A, B, C, D, E, F, G)>",
        "a layer hands at most 6 values inward; put some into a struct, or into a layer of their own",
    );
    one(
        "async fn f(user: &User, ctx: &mut Context, next: Next<User>) -> Result { next }",
        "an outer layer provides a `User` already: write `Replace<User>` to hand another one inward",
    );
}

#[test]
fn config_is_kept_for_all_requests() {
    parameters(
        "#[config] x: &mut u8",
        "all requests share `x`, so it cannot be `&mut`; a `&Mutex<…>` or a `&AtomicUsize` can",
    );
    parameters(
        "#[config] x: &dyn Repo",
        "the layer keeps `x`, and a `dyn Repo` has no size: write `x: &Box<dyn Repo>` or `x: Arc<dyn Repo>`",
    );
    for (unsized_type, owned) in [("dyn Repo", "Box<dyn Repo>"), ("[u8]", "Vec<u8>"), ("str", "String")] {
        parameters(
            &format!("#[config] x: {unsized_type}"),
            &format!("the layer keeps `x`, and a `{unsized_type}` has no size: write `x: &{owned}`"),
        );
    }
    for (ty, name, instead) in [
        ("Rc<u8>", "an `Rc`", "an `Arc`"),
        ("&Cell<u8>", "a `Cell`", "a `Mutex` or an atomic"),
        ("Vec<std::cell::RefCell<u8>>", "a `RefCell`", "a `Mutex` or an atomic"),
    ] {
        parameters(
            &format!("#[config] x: {ty}"),
            &format!("all requests share `x`, on several threads, and {name} stays on one: write {instead}"),
        );
    }
    parameters(
        "#[config] x: Tx<'_>",
        "the layer keeps `x` for all requests, so it cannot borrow; `'static` can stay, or own it",
    );
    parameters("#[config] x: Vec<_>", "the layer keeps `x`, so it needs its whole type");
    parameters("#[config] (a, b): (u8, u8)", "a `#[config]` parameter is an argument of `f`, so it needs a plain name");
    one(
        "async fn f<C: Protocol>(#[config] x: Vec<C>, ctx: &mut C) {}",
        "the layer keeps `x` under every protocol, so it cannot depend on the context",
    );
    one("async fn f(#[config] ctx: &mut Context) {}", "`ctx` comes with each request: leave `#[config]` out");
    parameters("#[config] n: Next", "`n` comes with each request: leave `#[config]` out");
}

#[test]
fn config_by_reference_may_have_a_default() {
    let layer =
        "async fn f(#[config(default = Options::new())] x: &Options, ctx: &mut Context, next: Next) -> Result { next }";
    assert!(sentences(layer).is_empty());
}

#[test]
fn a_layer_runs_its_next() {
    let sentence = "`f` takes `next` but never runs it; leave `next` out to make it an endpoint";
    one("async fn f(ctx: &mut Context, next: Next) -> Result { Ok(()) }", sentence);
    one("async fn f(ctx: &mut Context, next: Next) -> Result { \"next\"; Ok(()) }", sentence);
    one(
        "async fn f(ctx: &mut Context, _: Next) -> Result { next }",
        "`f` takes `_` but never runs it; leave `_` out to make it an endpoint",
    );
    assert!(sentences("async fn f(ctx: &mut Context, go: Next) -> Result { m!([{ (go) }]) }").is_empty());
    for (ty, run) in [("Next", "ctx"), ("Next<User>", "ctx, &…"), ("Next<(User, Db)>", "ctx, (&…, &…)")] {
        one(
            &format!("async fn f(ctx: &mut Context, next: {ty}) -> Result {{ next().await }}"),
            &format!("`next` is run with the context: write `next.run({run}).await`"),
        );
    }
}

#[test]
fn a_task_takes_nothing_that_is_lent_for_a_request() {
    for (parameter, name) in [("ctx: &mut Context", "ctx"), ("user: &User", "user"), ("#[config] key: &Key", "key")] {
        one(
            &format!("async fn f({parameter}) {{ spawn(async move {{ {name} }}); }}"),
            &format!(
                "a spawned task outlives the request that `{name}` is lent for: clone what the task needs, and move that into it"
            ),
        );
    }
    assert!(sentences("async fn f(#[config] key: Key) { spawn(async move { key }); }").is_empty());
}

#[test]
fn a_websocket_takes_nothing_that_is_lent_for_a_request() {
    let becomes = |method: &str, used: &str| {
        format!(
            "async fn f(ctx: &mut Context, room: &Room) {{ ctx.{method}(o, async move |mut socket| {{ {used} }}) }}"
        )
    };
    for (used, name) in [("room.join(socket.sender());", "room"), ("socket.send(ctx.path()).await", "ctx")] {
        let rest =
            format!("outlives the request that `{name}` is lent for: clone what it needs, and move that into it");
        one(&becomes("websocket", used), &format!("a WebSocket {rest}"));
        one(&becomes("upgrade", used), &format!("what becomes of the connection {rest}"));
    }
    // made at once
    assert!(sentences(&becomes("websocket_messages", "room.clone()")).is_empty());
    let cloned = "async fn f(ctx: &mut Context, room: &Room) { let room = room.clone(); ctx.websocket(o, async move |s| { room }) }";
    assert!(sentences(cloned).is_empty());
    // of something else, which may borrow
    let other = "async fn f(ctx: &mut Context, room: &Room) { room.upgrade(async |s| { room; ctx; }) }";
    assert!(sentences(other).is_empty());
}

#[test]
fn attributes_that_make_something_else_of_a_fn() {
    one(
        "#[tokio::main] async fn f() {}",
        "a layer runs inside of the program, and this makes a `main` of it: leave the attribute out",
    );
    one(
        "#[test] async fn f() {}",
        "a layer is not a test; a test asks an application that the layer stands in: `app.get(\"/\").await`",
    );
}

#[test]
fn what_a_layer_returns() {
    one(
        "async fn f(ctx: &mut Context, next: Next) { next }",
        "`f` hands on what the layers inside it return: write `async fn f(…) -> Result`",
    );
    one(
        "async fn f(ctx: &mut Context, next: Next) -> String { next }",
        "a layer with `next` returns `Result`; what becomes the response is put into the context, or returned by an endpoint",
    );
    let errors = "a layer hands on the errors of the layers inside it: write `-> Result`, and `?` turns any `std::error::Error` into it";
    for output in ["Result<(), Box<dyn Error>>", "Result<(), std::io::Error>", "io::Result<()>", "anyhow::Result"] {
        one(&format!("async fn f(ctx: &mut Context, next: Next) -> {output} {{ next }}"), errors);
    }
    let borrows =
        "the response outlives this layer, so what it returns cannot borrow; return an owned value or a `&'static` one";
    for output in ["&str", "Cow<'_, str>", "Result<&'a str>"] {
        one(&format!("async fn f<'a>(x: &X<'a>) -> {output} {{ x }}"), borrows);
    }
    let may_borrow = "an `impl Trait` may borrow from the context, which the response goes into: write the type that this endpoint returns";
    for output in ["impl Respond", "Result<impl Respond>"] {
        one(&format!("async fn f(ctx: &mut Context) -> {output} {{ ctx }}"), may_borrow);
        assert!(sentences(&format!("async fn f(user: &User) -> {output} {{ user }}")).is_empty());
    }
    for output in ["koa::Result", "crate::io::Result", "Result<()>", "Result<(), Error>"] {
        assert!(sentences(&format!("async fn f(ctx: &mut Context, next: Next) -> {output} {{ next }}")).is_empty());
    }
}

#[test]
fn options_of_the_attribute() {
    let layer = "async fn f() {}";
    assert_eq!(
        sentences_with("debug", layer),
        ["`#[middleware]` has no option `debug`; it takes `crate = path::to::koa_runtime`"]
    );
    assert_eq!(sentences_with("crate = a, crate = b", layer), ["`crate` is given twice"]);
    assert!(sentences_with("crate = ::a::b,", layer).is_empty());
    one("#[middleware] async fn f() {}", "`#[middleware]` is written twice");
}

#[test]
fn a_layer_has_a_body() {
    one("async fn f();", "a layer needs a body: `{ … }`");
}

#[test]
fn a_broken_parameter_does_not_hide_the_others() {
    let said = sentences("async fn f(us, ctx: &mut Context, x: User, ba: <A, B>, y: Db) {}");
    assert_eq!(said.len(), 4, "{said:#?}");
    assert!(said[2].starts_with("`x` is neither") && said[3].starts_with("`y` is neither"), "{said:#?}");
}
