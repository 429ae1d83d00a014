//! If it compiles, the values are there: providers, readers, exclusive values.

use std::{borrow::Cow, collections::HashMap, sync::Arc};

use koa_runtime::prelude::*;

#[derive(Debug, PartialEq)]
struct User(String);
struct Db {
    rows: Vec<u32>,
}

#[middleware]
async fn authenticate(ctx: &mut Context, next: Next<User>) -> Result {
    tokio::task::yield_now().await;
    let name = ctx.get("Authorization").to_owned();
    if name.is_empty() {
        throw!(401);
    }
    let user = User(name);
    next.run(ctx, &user).await
}

#[middleware]
async fn profile(user: &User, db: &Db) -> String {
    tokio::task::yield_now().await;
    format!("{} {}", user.0, db.rows.len())
}

fn app() -> Application {
    Application::new(pipeline![provide(Db { rows: vec![1, 2, 3] }), authenticate, profile])
}

#[tokio::test]
async fn a_reader_borrows_what_outer_layers_provide() {
    assert_eq!(app().get("/").header("Authorization", "ada").await.text(), "ada 3");
}

#[tokio::test]
async fn a_layer_that_goes_on_may_read_several_values_and_be_switched_off() {
    #[middleware]
    async fn both(user: &User, db: &Db, rows: &u8, ctx: &mut Context, next: Next) -> Result {
        ctx.append("x-both", format!("{} {} {rows}", user.0, db.rows.len()));
        next.run(ctx).await
    }
    for (on, says) in [(true, 2), (false, 1)] {
        let db = Db { rows: vec![1, 2] };
        let app = Application::new(pipeline![provide(7_u8), provide(db), authenticate, both, on.then(both), profile]);
        let response = app.get("/").header("Authorization", "ada").await;
        assert_eq!(response.text(), "ada 2");
        assert_eq!(response.headers().get_all("x-both").iter().collect::<Vec<_>>(), vec!["ada 2 7"; says]);
    }
}

#[tokio::test]
async fn a_type_with_a_static_lifetime_is_handed_inward_like_any_other() {
    type Tags = HashMap<&'static str, Vec<Cow<'static, str>>>;
    #[middleware]
    async fn name(ctx: &mut Context, next: Next<(&'static str, Cow<'static, str>)>) -> Result {
        next.run(ctx, (&"ada", &Cow::Borrowed("lovelace"))).await
    }
    #[middleware]
    async fn tags(ctx: &mut Context, next: Next<HashMap<&'static str, Vec<Cow<'static, str>>>>) -> Result {
        let tags = Tags::from([("a", vec![Cow::Borrowed("b")])]);
        tokio::task::yield_now().await;
        next.run(ctx, &tags).await
    }
    #[middleware]
    async fn show(first: &&'static str, last: &Cow<'static, str>, tags: &Tags) -> String {
        format!("{first} {last} {}", tags["a"][0])
    }
    assert_eq!(Application::new(pipeline![name, tags, show]).get("/").await.text(), "ada lovelace b");
}

#[tokio::test]
async fn a_provider_that_returns_early_keeps_the_readers_from_running() {
    assert_eq!(app().get("/").await.status(), 401);
}

#[tokio::test]
async fn a_test_can_provide_something_else() {
    let response = app().provide_instead(Db { rows: vec![] }).get("/").header("Authorization", "ada").await;
    assert_eq!(response.text(), "ada 0");
}

#[tokio::test]
#[should_panic(expected = "no `provide` of the pipeline provides a")]
async fn a_test_cannot_provide_instead_what_is_not_provided() {
    let _ = app().provide_instead(7_u8);
}

#[tokio::test]
async fn the_outermost_provide_of_a_type_is_the_one_replaced() {
    let app = Application::new(pipeline![provide(1_u8), async |n: &u8, ctx, next| {
        ctx.append("X-N", *n);
        next.run(ctx).await
    },]);
    assert_eq!(app.provide_instead(2_u8).get("/").await.header("x-n"), "2");
}

#[tokio::test]
async fn one_layer_can_provide_several_values() {
    struct A(u8);
    struct B(u16);
    struct C(u32);
    #[middleware]
    async fn three(ctx: &mut Context, next: Next<(A, B, C)>) -> Result {
        next.run(ctx, (&A(1), &B(2), &C(3))).await
    }
    #[middleware]
    async fn sum(c: &C, a: &A, b: &B) -> String {
        (u32::from(a.0) + u32::from(b.0) * 10 + c.0 * 100).to_string()
    }
    assert_eq!(Application::new(pipeline![three, sum]).get("/").await.text(), "321");
}

#[tokio::test]
async fn six_values_mixed_with_exclusive_ones_arrive() {
    struct E(Vec<u8>);
    #[middleware]
    async fn six(ctx: &mut Context, next: Next<(u8, u16, u32, &mut E, i8, i16)>) -> Result {
        let mut e = E(vec![1]);
        next.run(ctx, (&1, &2, &3, &mut e, &5, &6)).await?;
        ctx.set("X-Len", e.0.len());
        Ok(())
    }
    #[middleware]
    async fn all(a: &u8, b: &u16, c: &u32, e: &mut E, d: &i8, f: &i16) -> String {
        e.0.push(2);
        format!("{a}{b}{c}{d}{f}")
    }
    let response = Application::new(pipeline![six, all]).get("/").await;
    assert_eq!((response.text(), response.header("x-len")), ("12356", "2"));
}

#[tokio::test]
async fn a_value_can_borrow_from_another_one() {
    struct Tx<'db> {
        db: &'db Db,
        limit: usize,
    }
    #[middleware]
    async fn begin(db: &Db, ctx: &mut Context, next: Next<Tx<'_>>) -> Result {
        let tx = Tx { db, limit: 2 };
        tokio::task::yield_now().await;
        next.run(ctx, &tx).await
    }
    #[middleware]
    async fn rows(tx: &Tx<'_>) -> String {
        tokio::task::yield_now().await;
        format!("{:?}", &tx.db.rows[..tx.limit])
    }
    let app = Application::new(pipeline![provide(Db { rows: vec![1, 2, 3] }), begin, rows]);
    assert_eq!(app.get("/").await.text(), "[1, 2]");
}

#[tokio::test]
async fn a_value_can_be_a_trait_object() {
    trait Clock: Send + Sync {
        fn now(&self) -> u64;
    }
    struct Fixed(u64);
    impl Clock for Fixed {
        fn now(&self) -> u64 {
            self.0
        }
    }
    #[middleware]
    async fn clock(ctx: &mut Context, next: Next<dyn Clock>) -> Result {
        next.run(ctx, &Fixed(7)).await
    }
    #[middleware]
    async fn time(clock: &dyn Clock, maker: &(dyn Fn() -> u64 + Send + Sync)) -> String {
        (clock.now() + maker()).to_string()
    }
    #[middleware]
    async fn maker(ctx: &mut Context, next: Next<dyn Fn() -> u64 + Send + Sync>) -> Result {
        next.run(ctx, &|| 3).await
    }
    assert_eq!(Application::new(pipeline![clock, maker, time]).get("/").await.text(), "10");

    #[middleware]
    async fn shared(clock: &Arc<dyn Clock>) -> String {
        clock.now().to_string()
    }
    let clock: Arc<dyn Clock> = Arc::new(Fixed(9));
    assert_eq!(Application::new(pipeline![provide(clock), shared]).get("/").await.text(), "9");
}

#[tokio::test]
async fn replace_shadows_for_the_layers_inside() {
    #[middleware]
    async fn impersonate(user: &User, ctx: &mut Context, next: Next<Replace<User>>) -> Result {
        let other = User(format!("{} as root", user.0));
        next.run(ctx, &other).await
    }
    #[middleware]
    async fn note(user: &User, ctx: &mut Context, next: Next) -> Result {
        ctx.append("X-User", &user.0);
        next.run(ctx).await
    }
    let app = Application::new(pipeline![authenticate, note, impersonate, note]);
    let response = app.get("/").header("Authorization", "ada").await;
    let seen: Vec<_> = response.headers().get_all("x-user").iter().collect();
    assert_eq!(seen, ["ada", "ada as root"]);
}

#[derive(Default)]
struct Cart(Vec<&'static str>);

#[middleware]
async fn cart(ctx: &mut Context, next: Next<&mut Cart>) -> Result {
    let mut cart = Cart::default();
    let outcome = next.run(ctx, &mut cart).await;
    ctx.set("X-Cart", cart.0.join(","));
    outcome
}

#[middleware]
async fn fill(#[config] item: &'static str, cart: &mut Cart, ctx: &mut Context, next: Next) -> Result {
    cart.0.push(item);
    tokio::task::yield_now().await;
    next.run(ctx).await?;
    cart.0.push("bag");
    Ok(())
}

#[tokio::test]
async fn one_layer_takes_an_exclusive_value_and_its_provider_gets_it_back() {
    let response = Application::new(pipeline![cart, pipeline![fill("apple")]]).get("/").await;
    assert_eq!(response.header("x-cart"), "apple,bag");
}

#[tokio::test]
async fn nobody_has_to_take_an_exclusive_value() {
    let response = Application::new(pipeline![cart]).get("/").await;
    assert_eq!(response.headers()["x-cart"], "");
}

#[tokio::test]
async fn an_exclusive_value_can_be_a_trait_object_and_borrow() {
    struct Tx<'a>(&'a Db, u32);
    #[middleware]
    async fn begin(
        db: &Db,
        ctx: &mut Context,
        next: Next<(&mut Tx<'_>, &mut (dyn Iterator<Item = u8> + Send))>,
    ) -> Result {
        let mut tx = Tx(db, 0);
        let mut ids = 7..9;
        next.run(ctx, (&mut tx, &mut ids)).await?;
        ctx.set("X-Tx", tx.1);
        Ok(())
    }
    #[middleware]
    async fn add(tx: &mut Tx<'_>, ids: &mut (dyn Iterator<Item = u8> + Send)) -> String {
        tokio::task::yield_now().await;
        tx.1 += tx.0.rows[0];
        format!("{:?}", ids.collect::<Vec<_>>())
    }
    let response = Application::new(pipeline![provide(Db { rows: vec![5] }), begin, add]).get("/").await;
    assert_eq!((response.text(), response.header("x-tx")), ("[7, 8]", "5"));
}

#[tokio::test]
async fn layers_can_be_generic_over_what_they_read() {
    trait Store: Send + Sync + 'static {
        fn name(&self) -> &'static str;
    }
    struct Redis;
    impl Store for Redis {
        fn name(&self) -> &'static str {
            "redis"
        }
    }
    #[middleware]
    async fn session<S: Store>(store: &S, ctx: &mut Context, next: Next) -> Result {
        ctx.set("X-Store", store.name());
        next.run(ctx).await
    }
    #[middleware]
    async fn stored<S>(store: &S) -> &'static str
    where
        S: Store,
    {
        store.name()
    }
    fn app<S: Store>(store: S) -> Application {
        Application::new(pipeline![provide(store), session::<S>, stored::<S>()])
    }
    let response = app(Redis).get("/").await;
    assert_eq!((response.text(), response.header("x-store")), ("redis", "redis"));
}

#[tokio::test]
async fn a_nested_pipeline_provides_to_what_follows_it() {
    let setup = pipeline![provide(Db { rows: vec![] }), authenticate];
    let response = Application::new(pipeline![setup, profile]).get("/").header("Authorization", "eve").await;
    assert_eq!(response.text(), "eve 0");
}

#[tokio::test]
async fn values_survive_a_cut_onion() {
    #[middleware]
    async fn pass(ctx: &mut Context, next: Next) -> Result {
        next.run(ctx).await
    }
    pipeline! { fn eight() => [pass, pass, pass, pass, pass, pass, pass, pass] }
    let app = Application::new(pipeline![
        provide(Db { rows: vec![1] }),
        eight(),
        cart,
        eight(),
        authenticate,
        fill("pear"),
        profile
    ]);
    let response = app.get("/").header("Authorization", "ada").await;
    assert_eq!((response.text(), response.header("x-cart")), ("ada 1", "pear,bag"));
}
