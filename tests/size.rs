//! How many bytes of future a layer takes, and that it grows linearly.

use koa_runtime::{Settings, prelude::*};
use tower_service::Service;

#[middleware]
async fn pass(ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await?;
    Ok(())
}

#[middleware]
async fn give(ctx: &mut Context, next: Next<[u8; 0]>) -> Result {
    next.run(ctx, &[]).await
}

#[middleware]
async fn read(value: &u8, ctx: &mut Context, next: Next) -> Result {
    ctx.set("X-Value", *value);
    next.run(ctx).await
}

fn size<S: Service<http::Request<Body>>>(mut service: S) -> usize {
    size_of_val(&service.call(http::Request::new(Body::empty())))
}

macro_rules! size {
    ($($stages:tt)*) => { size(pipeline![$($stages)*].callback(Settings::default())) };
}

/// Bytes a layer, between 2 and 6 and between 6 and 14 layers.
fn growth(sizes: [usize; 3]) -> [usize; 2] {
    println!("{sizes:?}");
    [(sizes[1] - sizes[0]).div_ceil(4), (sizes[2] - sizes[1]).div_ceil(8)]
}

#[test]
fn a_plain_layer_takes_at_most_48_bytes_however_many_there_are() {
    let growth = growth([
        size!(pass, pass),
        size!(pass, pass, pass, pass, pass, pass),
        size!(pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass, pass),
    ]);
    println!("{growth:?}");
    assert!(growth.iter().all(|bytes| *bytes <= 48), "{growth:?}");
    assert_eq!(growth[0], growth[1], "linear");
}

#[test]
fn the_number_of_values_outside_does_not_matter() {
    let growth = growth([
        size!(provide(1_u8), provide(1_u16), provide(1_u32), provide(1_u64), provide(1_i8), pass, pass),
        size!(
            provide(1_u8),
            provide(1_u16),
            provide(1_u32),
            provide(1_u64),
            provide(1_i8),
            pass,
            pass,
            pass,
            pass,
            pass,
            pass
        ),
        size!(
            provide(1_u8),
            provide(1_u16),
            provide(1_u32),
            provide(1_u64),
            provide(1_i8),
            pass,
            pass,
            pass,
            pass,
            pass,
            pass,
            pass,
            pass,
            pass,
            pass,
            pass,
            pass,
            pass,
            pass
        ),
    ]);
    println!("{growth:?}");
    assert!(growth[0] <= 48, "{growth:?}");
}

#[test]
fn a_reader_takes_one_pointer_more() {
    let bytes = size!(provide(1_u8), read, read) - size!(provide(1_u8), read);
    assert!(bytes <= 56, "{bytes}");
}

#[test]
fn a_provider_takes_its_value_and_one_node_more() {
    let bytes = size!(give, pass, pass) - size!(pass, pass);
    assert!(bytes <= 72, "{bytes}");
}
