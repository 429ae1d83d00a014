//! A pipeline inside another.

use super::{Layer, Middleware, check::Stage, describe::Description, layer::Several, provide::Override};
use crate::error::Result;

/// The layers of a pipeline inside another: a [`Pipeline`](super::pipeline::Pipeline) without what the check has found, so
/// that its type stays small, and can be written in a named one.
#[derive(Clone, Debug)]
pub struct Nested<L> {
    pub(crate) layers: L,
    pub(crate) file: &'static str,
    pub(crate) line: u32,
}

impl<L> Nested<L> {
    /// Wraps `layers`, written at `line` of `file`.
    pub const fn new(layers: L, file: &'static str, line: u32) -> Self {
        Self { layers, file, line }
    }
}

impl<L: Layer> Layer for Nested<L> {
    type Switch = Several;

    fn describe(&self) -> Description {
        Description::pipeline("pipeline", self.file, self.line, &self.layers)
    }

    fn override_provided(&mut self, value: &mut Override) {
        self.layers.override_provided(value);
    }
}

impl<C, In, Out, J, K, W, L: Stage<C, In, Out, J, K, W>> Stage<C, In, Out, J, K, W> for Nested<L> {}

impl<C, E, N, J, L: Middleware<C, E, N, J>> Middleware<C, E, N, J> for Nested<L> {
    fn call(&self, ctx: &mut C, env: E, next: N) -> impl Future<Output = Result> + Send {
        self.layers.call(ctx, env, next)
    }
}
