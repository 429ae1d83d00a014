//! The endpoint that a scenario's `do` makes.

use koa_runtime::prelude::*;
use serde_json::Value;

use super::{context, cookies, given::Given, negotiation, request, response, shown};

/// A step by its name.
pub(super) type Step = (&'static str, Does);
/// Something to show, by its name.
pub(super) type Shown = (&'static str, fn(&mut Context, &Given) -> Result<Value>);

#[derive(Clone, Copy)]
pub(super) enum Does {
    Sets(fn(&mut Context, &Given)),
    Tries(fn(&mut Context, &Given) -> Result),
}

enum Taken {
    Step(Does, Given),
    Show(fn(&mut Context, &Given) -> Result<Value>, Given),
}

/// A layer that takes the steps in order, or the step that there is not.
pub(super) fn taking(steps: &[Value]) -> Result<BoxedLayer, String> {
    let steps = steps.iter().map(taken).collect::<Result<Vec<_>, _>>()?;
    Ok(boxed(take(steps)))
}

fn taken(step: &Value) -> Result<Taken, String> {
    let (name, given) = Given::split(step);
    if name == "show" {
        let (name, given) = given.inner();
        let mut all = shown::SHOWN.iter().chain(cookies::SHOWN).chain(negotiation::SHOWN);
        let found = all.find(|(own, _)| *own == name).ok_or_else(|| format!("there is no {name} to show"))?;
        return Ok(Taken::Show(found.1, given));
    }
    let mut all = context::STEPS.iter().chain(cookies::STEPS).chain(request::STEPS).chain(response::STEPS);
    let found = all.find(|(own, _)| *own == name).ok_or_else(|| format!("there is no step {name}"))?;
    Ok(Taken::Step(found.1, given))
}

/// What is shown becomes the body, as a JSON array.
#[middleware]
async fn take(#[config] steps: &Vec<Taken>, ctx: &mut Context) -> Result {
    let mut values = Vec::new();
    for step in steps {
        match step {
            Taken::Step(Does::Sets(step), given) => step(ctx, given),
            Taken::Step(Does::Tries(step), given) => step(ctx, given)?,
            Taken::Show(show, given) => values.push(show(ctx, given)?),
        }
    }
    if !values.is_empty() {
        ctx.set_json(&values);
    }
    Ok(())
}
