//! A whole onion, from nothing provided to nothing left to run, once everything about it is proven.
//!
//! The run-time bounds of a pipeline are only looked at when the check walk has found every index. Until then
//! `<P as Gate<L>>::Layer` is undetermined, so a mistake that the walk reports is not reported a second time, in the terms
//! of the run-time types.

use std::marker::PhantomData;

use super::{Layer, Middleware, describe::Description, environment::Environment, layer::WithTheRest};
use crate::error::Result;

/// Everything about the pipeline is proven.
#[derive(Debug)]
pub struct Proven;

/// Gives the layer, once that is [`Proven`].
pub trait Gate<L> {
    /// `L` itself.
    type Layer;
    /// Passes it through.
    fn open(layer: L) -> Self::Layer;
}

impl<L> Gate<L> for Proven {
    type Layer = L;
    fn open(layer: L) -> L {
        layer
    }
}

/// The index of a layer, once nothing about it is too deep.
pub(crate) type IndexOf<J, P> = <P as Gate<J>>::Layer;
/// The layer itself, once its whole index is found, of which `Q` is the proof.
pub(crate) type ProvenLayer<L, Q> = <Q as Gate<L>>::Layer;

/// A layer with the index that the check walk found for it. Behind a pointer to it, both are forgotten.
pub(crate) struct Indexed<L, J> {
    pub(crate) layer: L,
    index: PhantomData<fn() -> J>,
}

impl<L, J> Indexed<L, J> {
    pub(crate) fn new(layer: L) -> Self {
        Self { layer, index: PhantomData }
    }
}

/// An index was left open, which is reported elsewhere.
#[derive(Debug)]
pub struct Undecided;

/// Stands in for the layer then.
#[derive(Debug)]
pub struct Nothing;

impl<L> Gate<L> for Undecided {
    type Layer = Nothing;
    fn open(_layer: L) -> Nothing {
        Nothing
    }
}

impl Layer for Nothing {
    type Switch = WithTheRest;

    fn describe(&self) -> Description {
        Description::layer("nothing", "", 0)
    }
}

impl<C: Send, E: Environment, N: Send, J> Middleware<C, E, N, J> for Nothing {
    fn call(&self, _ctx: &mut C, _env: E, _next: N) -> impl Future<Output = Result> + Send {
        std::future::ready(Ok(()))
    }
}
