//! The crates whose build is measured: a pipeline of so many layers in one `main.rs`.

use std::fmt::Write as _;

/// What the pipeline is made of.
#[derive(Clone, Copy, PartialEq)]
pub enum Mix {
    /// Layers and an endpoint.
    Plain,
    /// Also providers, readers, options and, for every ten layers, a nested pipeline, by turns with a name and without.
    Mixed,
}

pub fn name(mix: Mix, layers: usize) -> String {
    match mix {
        Mix::Plain => format!("plain-{layers}"),
        Mix::Mixed => format!("mixed-{layers}"),
    }
}

/// The source. `layers` counts the endpoint, and what provides the state. `edition` is what changes when it is edited.
pub fn main_rs(mix: Mix, layers: usize, edition: usize) -> String {
    let mut source = String::new();
    match layers {
        0..=32 => {}
        33..=64 => source += "#![recursion_limit = \"256\"]\n",
        _ => source += "#![recursion_limit = \"512\"]\n",
    }
    source += "use koa_runtime::prelude::*;\n\nstruct State(u64);\n";
    let mut stages = Vec::new();
    let mut group = Vec::new();
    let inner = layers.saturating_sub(2);
    for number in 0..inner {
        source += &layer(mix, number);
        group.push(if mix == Mix::Mixed && number % 5 == 4 {
            format!("l{number}({number})")
        } else {
            format!("l{number}")
        });
        if mix == Mix::Plain {
            stages.append(&mut group);
        } else if group.len() == 10 || number + 1 == inner {
            let list = group.join(", ");
            group.clear();
            if number / 10 % 2 == 0 {
                stages.push(format!("pipeline![{list}]"));
            } else {
                let _ = writeln!(source, "pipeline! {{ fn group{number}() needs(State) => [{list}] }}");
                stages.push(format!("group{number}()"));
            }
        }
    }
    if layers > 1 {
        stages.insert(0, "provide(State(1))".to_owned());
    }
    let _ = write!(
        source,
        "\n#[middleware]\nasync fn end() -> &'static str {{\n    \"{edition}\"\n}}\n\n\
         fn main() {{\n    let _ = State(0).0;\n    let app = Application::new(pipeline![{}]);\n    std::hint::black_box(&app);\n}}\n",
        stages.into_iter().map(|stage| stage + ", ").collect::<String>() + "end"
    );
    source
}

fn layer(mix: Mix, number: usize) -> String {
    let plain = (
        String::new(),
        "ctx: &mut Context, next: Next".to_owned(),
        format!("ctx.append(\"x-layer\", \"{number}\");\n    next.run(ctx).await"),
    );
    let (items, parameters, body) = match (mix, number % 5) {
        (Mix::Plain, _) | (Mix::Mixed, 0) => plain,
        (_, 1) => (
            format!("struct V{number}(u64);\n"),
            format!("ctx: &mut Context, state: &State, next: Next<V{number}>"),
            format!("let value = V{number}(state.0);\n    next.run(ctx, &value).await"),
        ),
        (_, 2) => {
            let provided = number - 1;
            (
                String::new(),
                format!("ctx: &mut Context, value: &V{provided}, next: Next"),
                "ctx.append(\"x-value\", value.0);\n    next.run(ctx).await".to_owned(),
            )
        }
        (_, 3) => (
            String::new(),
            "ctx: &mut Context, state: &State, next: Next".to_owned(),
            "next.run(ctx).await?;\n    ctx.append(\"x-state\", state.0);\n    Ok(())".to_owned(),
        ),
        _ => (
            String::new(),
            "#[config] number: u64, ctx: &mut Context, next: Next".to_owned(),
            "ctx.append(\"x-number\", number);\n    next.run(ctx).await".to_owned(),
        ),
    };
    format!("\n{items}#[middleware]\nasync fn l{number}({parameters}) -> Result {{\n    {body}\n}}\n")
}
