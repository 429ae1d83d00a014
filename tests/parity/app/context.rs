//! Errors: the steps that fail, and the layers that an error meets on its way outward.

use koa_runtime::prelude::*;
use serde_json::Value;

use super::{
    Case,
    given::Given,
    steps::{Does::Tries, Step},
};

pub(super) const STEPS: &[Step] = &[
    (
        "throw",
        Tries(|_, given| {
            // what stands where: `(status, message, properties)`, any of which may be missing
            let status = given.value(0).as_u64().map(|_| given.number::<u16>(0));
            let rest = usize::from(status.is_some());
            let mut error = Error::new(status.unwrap_or(500));
            let message = given.value(rest).as_str();
            if let Some(message) = message {
                error = error.with_message(message.to_owned());
            }
            Err(with_properties(error, given.value(rest + usize::from(message.is_some()))))
        }),
    ),
    (
        "throw-with",
        Tries(|_, given| {
            let error = &given.value(1);
            let message = std::io::Error::other(error["message"].as_str().unwrap_or("").to_owned());
            if let Some(own) = error["status"].as_u64() {
                let own = u16::try_from(own).unwrap_or(0);
                throw!(given.number::<u16>(0), Error::from(message).with_status(own).into_std());
            }
            throw!(given.number::<u16>(0), message)
        }),
    ),
    (
        "throw-only",
        Tries(|_, given| {
            let message = given.value(0)["message"].as_str().unwrap_or("").to_owned();
            Err(std::io::Error::other(message))?
        }),
    ),
    ("fail", Tries(|_, given| Err(failure(given.value(0))))),
    (
        "assert",
        Tries(|_, given| {
            let holds = !matches!(given.value(0), Value::Null | Value::Bool(false));
            if given.is(2) {
                ensure!(holds, given.number::<u16>(1), "{}", given.text(2));
            }
            ensure!(holds, given.number::<u16>(1));
            Ok(())
        }),
    ),
    ("assert-equal", Tries(|_, given| refused(given.value(0) == given.value(1), given))),
    ("assert-not-equal", Tries(|_, given| refused(given.value(0) != given.value(1), given))),
    ("assert-strict-equal", Tries(|_, given| refused(given.value(0) == given.value(1), given))),
    ("assert-not-strict-equal", Tries(|_, given| refused(given.value(0) != given.value(1), given))),
    ("assert-deep-equal", Tries(|_, given| refused(given.value(0) == given.value(1), given))),
    ("assert-not-deep-equal", Tries(|_, given| refused(given.value(0) != given.value(1), given))),
    (
        "assert-ok",
        Tries(|_, given| {
            ensure!(given.value(0) == true, given.number::<u16>(1), "{}", given.text(2));
            Ok(())
        }),
    ),
    ("assert-fail", Tries(|_, given| throw!(given.number::<u16>(0), "{}", given.text(1)))),
];

fn refused(holds: bool, given: &Given) -> Result {
    ensure!(holds, given.number::<u16>(2), "{}", given.text(3));
    Ok(())
}

/// A plain error of Koa's with these properties, which is not exposed unless it says so.
fn failure(properties: &Value) -> Error {
    let status = properties["status"].as_u64().or(properties["statusCode"].as_u64());
    let status = status.map_or(500, |status| u16::try_from(status).unwrap_or(0));
    let message = properties["message"].as_str().unwrap_or("").to_owned();
    with_properties(Error::new(status).with_message(message).with_expose(false), properties)
}

fn with_properties(mut error: Error, properties: &Value) -> Error {
    if let Some(expose) = properties["expose"].as_bool() {
        error = error.with_expose(expose);
    }
    for (name, values) in properties["headers"].as_object().into_iter().flatten() {
        let values = values.as_array().map_or(std::slice::from_ref(values), Vec::as_slice);
        for value in values {
            error = error.with_header(name.clone(), value.as_str().unwrap_or("").to_owned());
        }
    }
    error
}

pub(super) const CASES: &[Case] = &[
    ("sync-throw", |_| boxed(sync_throw)),
    ("caught", |_| boxed(pipeline![catching, not_here])),
    ("caught-and-emitted", |_| boxed(pipeline![catching_and_telling, teapot])),
    ("caught-in-the-middle", |_| boxed(pipeline![outer, catching_quietly, broken])),
    // `build` adds the listener
    ("listener-throws", |_| boxed(first)),
    ("state-is-fresh", |_| boxed(pipeline![with_state, state_is_fresh])),
];

#[middleware]
async fn sync_throw() -> Result<&'static str> {
    throw!("thrown before any promise")
}

#[middleware]
async fn catching(ctx: &mut Context, next: Next) -> Result {
    if let Err(error) = next.run(ctx).await {
        ctx.set_body(format!("caught {error}"));
    }
    Ok(())
}

#[middleware]
async fn catching_and_telling(ctx: &mut Context, next: Next) -> Result {
    if let Err(error) = next.run(ctx).await {
        ctx.set_status(error.status());
        ctx.set_body(format!("caught {error}"));
        ctx.emit_error(&error);
    }
    Ok(())
}

#[middleware]
async fn teapot() -> Result<&'static str> {
    throw!(418, "inside")
}

#[middleware]
async fn not_here() -> Result<&'static str> {
    throw!(404, "inside")
}

#[middleware]
async fn outer(ctx: &mut Context, next: Next) -> Result {
    next.run(ctx).await?;
    ctx.append("X-Order", "outer");
    Ok(())
}

#[middleware]
async fn catching_quietly(ctx: &mut Context, next: Next) -> Result {
    if next.run(ctx).await.is_err() {
        ctx.append("X-Order", "caught");
    }
    ctx.append("X-Order", "went on");
    Ok(())
}

#[middleware]
async fn broken() -> Result<&'static str> {
    throw!("inside")
}

#[middleware]
async fn first() -> Result<&'static str> {
    throw!("first")
}

/// What is left of Koa's `ctx.state`: a value of one request.
struct State(Vec<&'static str>);

#[middleware]
async fn with_state(ctx: &mut Context, next: Next<&mut State>) -> Result {
    next.run(ctx, &mut State(Vec::new())).await
}

#[middleware]
async fn state_is_fresh(state: &mut State) -> Json<[usize; 2]> {
    let before = state.0.len();
    state.0.push("seen");
    Json([before, state.0.len()])
}
