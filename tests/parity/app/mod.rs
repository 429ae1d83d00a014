//! The application that `koa/` is on the real Koa, a handler or a step for each behaviour.
//!
//! To add one: a small fn, and a line in the table of its file.

mod compose;
mod context;
mod cookies;
mod given;
mod iso;
mod negotiation;
mod request;
mod respond;
mod response;
mod router;
mod shown;
mod steps;

use koa_runtime::prelude::*;
use serde_json::{Map, Value};

use crate::scenario::{Scenario, read_json};

/// A handler by its name; what it is given is the rest of the scenario's `case`.
type Case = (&'static str, fn(&str) -> BoxedLayer);

/// The application for a scenario, or what there is no handler for.
pub(crate) fn build(scenario: &Scenario) -> Result<Application, String> {
    let mut app = match (&scenario.case, &scenario.steps) {
        (Some(case), _) => of_layer(case_named(case)?),
        (None, Some(steps)) => of_layer(steps::taking(steps)?),
        (None, None) => Application::new(pipeline![]),
    };
    if scenario.case.as_deref() == Some("listener-throws") {
        app = app.on_error(|_, _| panic!("the listener broke"));
    }
    let apps: Map<String, Value> = read_json("scenarios/apps.json");
    let settings = apps.get(&scenario.app).and_then(Value::as_object);
    let settings = settings.ok_or_else(|| format!("there is no app called {}", scenario.app))?;
    for (name, value) in settings {
        set(app.settings_mut(), name, value).ok_or_else(|| format!("there is no setting {name}"))?;
    }
    Ok(app)
}

// one application for all handlers, or the compiler would make as many servers
fn of_layer(layer: BoxedLayer) -> Application {
    Application::new(pipeline![layer])
}

fn case_named(case: &str) -> Result<BoxedLayer, String> {
    let (name, given) = case.split_once(' ').unwrap_or((case, ""));
    let mut all = compose::CASES.iter().chain(context::CASES).chain(respond::CASES).chain(router::CASES);
    let found = all.find(|(own, _)| *own == name).ok_or_else(|| format!("there is no case {name}"))?;
    Ok(found.1(given))
}

/// Koa's setting of this name.
fn set(settings: &mut Settings, name: &str, value: &Value) -> Option<()> {
    match name {
        "proxy" => settings.proxy = value.as_bool()?,
        "keys" => {
            let keys = value.as_array()?.iter().filter_map(Value::as_str);
            settings.keys = Some(Keys::new(keys).ok()?);
        }
        "proxyIpHeader" => settings.proxy_ip_header = value.as_str()?.parse().ok()?,
        "maxIpsCount" => settings.max_ips_count = usize::try_from(value.as_u64()?).ok()?,
        "subdomainOffset" => settings.subdomain_offset = usize::try_from(value.as_u64()?).ok()?,
        _ => return None,
    }
    Some(())
}
