//! A table of routes as a program's source.

use std::fmt::Write as _;

use super::{Handlers, Route, Side, Type};

/// The handlers, and `app`, which makes the application of them: an `Application`, a `Router`, or a fn that configures an `App`.
pub fn table_rs(side: Side, handlers: Handlers, routes: &[Route]) -> String {
    let mut source = String::from(match side {
        Side::Ours | Side::Named => "use koa_runtime::prelude::*;\n",
        Side::Axum if handlers == Handlers::Own => "use axum::{Router, extract::Path, routing};\n",
        Side::Axum => "use axum::{Router, routing};\n",
        Side::Actix => "use actix_web::web;\n",
    });
    match handlers {
        Handlers::Own => {
            for (number, route) in routes.iter().enumerate() {
                source += &handler(side, number, route);
            }
        }
        Handlers::Shared => {
            let middleware = if side.is_ours() { "#[middleware]\n" } else { "" };
            let _ = write!(source, "\n{middleware}async fn shared() -> &'static str {{\n    \"shared\"\n}}\n");
        }
    }
    let name = |number: usize| match handlers {
        Handlers::Own => format!("h{number}"),
        Handlers::Shared => "shared".to_owned(),
    };
    source.push('\n');
    match side {
        Side::Ours | Side::Named => {
            let (before, after) = match side {
                Side::Ours => {
                    ("pub fn app() -> Application {\n    Application::new(pipeline![routes! {\n", "    }])\n}\n")
                }
                _ => (
                    "routes! {\n    pub fn table() {\n",
                    "    }\n}\n\npub fn app() -> Application {\n    Application::new(pipeline![table()])\n}\n",
                ),
            };
            source += before;
            for (number, route) in routes.iter().enumerate() {
                let Route { method, pattern, .. } = route;
                let _ = writeln!(source, "        {method} {pattern:?} => {},", name(number));
            }
            source += after;
        }
        Side::Axum => {
            source += "pub fn app() -> Router {\n    Router::new()\n";
            for (path, methods) in by_path(routes) {
                let methods = methods.iter().enumerate().map(|(which, (number, method))| {
                    let module = if which == 0 { "routing::" } else { "." };
                    format!("{module}{method}({})", name(*number))
                });
                let _ = writeln!(source, "        .route({path:?}, {})", methods.collect::<String>());
            }
            source += "}\n";
        }
        Side::Actix => {
            source += "pub fn app(config: &mut web::ServiceConfig) {\n    config\n";
            for (path, methods) in by_path(routes) {
                let methods =
                    methods.iter().map(|(number, method)| format!(".route(web::{method}().to({}))", name(*number)));
                let _ = writeln!(source, "        .service(web::resource({path:?}){})", methods.collect::<String>());
            }
            source += "    ;\n}\n";
        }
    }
    source
}

/// Paths, each with its methods in lower case and the numbers of their routes.
fn by_path(routes: &[Route]) -> Vec<(String, Vec<(usize, String)>)> {
    let mut paths: Vec<(String, Vec<(usize, String)>)> = Vec::new();
    for (number, route) in routes.iter().enumerate() {
        let (path, method) = (route.untyped(), (number, route.method.to_lowercase()));
        match paths.last_mut() {
            Some((last, methods)) if *last == path => methods.push(method),
            _ => paths.push((path, vec![method])),
        }
    }
    paths
}

fn handler(side: Side, number: usize, route: &Route) -> String {
    let captures = &route.captures;
    let names: Vec<&str> = captures.iter().map(|(name, _)| &**name).collect();
    let ty = |ty: Type| match (ty, side) {
        (Type::Number, _) => "u64",
        (Type::Text, side) if side.is_ours() => "&str",
        (Type::Text, _) => "String",
    };
    let types: Vec<&str> = captures.iter().map(|(_, one)| ty(*one)).collect();
    let (pattern, tuple) = match (&*names, &*types) {
        ([name], [ty]) => ((*name).to_owned(), (*ty).to_owned()),
        _ => (format!("({})", names.join(", ")), format!("({})", types.join(", "))),
    };
    let parameters = match side {
        _ if names.is_empty() => String::new(),
        Side::Ours | Side::Named => {
            let parameters = names.iter().zip(&types).map(|(name, ty)| format!("#[param] {name}: {ty}"));
            parameters.collect::<Vec<_>>().join(", ")
        }
        Side::Axum => format!("Path({pattern}): Path<{tuple}>"),
        Side::Actix => format!("path: web::Path<{tuple}>"),
    };
    let middleware = if side.is_ours() { "#[middleware]\n" } else { "" };
    let reads = match side {
        _ if names.is_empty() => String::new(),
        Side::Actix => format!("    let {pattern} = path.into_inner();\n    std::hint::black_box(&{pattern});\n"),
        _ => format!("    std::hint::black_box(&{pattern});\n"),
    };
    format!("\n{middleware}async fn h{number}({parameters}) -> &'static str {{\n{reads}    \"{number}\"\n}}\n")
}
