//! The methods that an application knows.

use std::borrow::Cow;

use http::Method;

use crate::onion::describe::Description;

/// What koa-router knows unless told otherwise (K-509).
const KNOWN: [Method; 7] =
    [Method::GET, Method::HEAD, Method::OPTIONS, Method::PUT, Method::PATCH, Method::POST, Method::DELETE];

/// The methods that an application knows beside those: those of its routes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Methods {
    others: Vec<Cow<'static, str>>,
    /// There is a route for every method.
    any: bool,
}

impl Methods {
    /// Of the routes in a pipeline.
    pub(crate) fn of(described: &Description) -> Self {
        let mut methods = Self::default();
        methods.add(described);
        methods
    }

    fn add(&mut self, described: &Description) {
        for stage in &described.stages {
            self.add(stage);
        }
        let Some(route) = &described.route else { return };
        self.any |= route.methods.is_empty() && !route.is_prefix;
        for method in &route.methods {
            if !KNOWN.iter().any(|known| known.as_str() == method) && !self.others.contains(method) {
                self.others.push(method.clone());
            }
        }
    }

    pub(crate) fn know(&self, method: &Method) -> bool {
        self.any || KNOWN.contains(method) || self.others.iter().any(|other| other == method.as_str())
    }
}
