//! What `pipeline!` makes: layers, and what the check walk found about them.

use std::{fmt, marker::PhantomData};

use super::{
    Layer, Middleware,
    chain::{Chain, Empty},
    check::{Probe, Stage},
    describe::Description,
    layer::Several,
    nested::Nested,
    provide::Override,
};
use crate::error::Result;

/// Layers in a row, outermost first: what [`pipeline!`](crate::pipeline) makes. A pipeline is itself a layer.
///
/// Its parameters are what the compiler has found out about it. They are inferred; nobody writes them.
pub struct Pipeline<C, In, Out, J, K, L> {
    layers: L,
    file: &'static str,
    line: u32,
    checked: PhantomData<fn() -> (C, In, Out, J, K)>,
}

impl<C, In, Out, J, K, L> Pipeline<C, In, Out, J, K, L> {
    #[doc(hidden)]
    pub const fn new(
        _start: Probe<C, In, J>,
        _end: Probe<C, Out, K>,
        layers: L,
        file: &'static str,
        line: u32,
    ) -> Self {
        Self { layers, file, line, checked: PhantomData }
    }

    #[doc(hidden)]
    pub fn __running(self) -> Nested<L> {
        Nested::new(self.layers, self.file, self.line)
    }

    /// Says which layers there are, in which order, where they are written, what each provides and reads, nested as
    /// written. Printed, it is a tree.
    ///
    /// A pipeline is only known to be sound where it is mounted, so one that is described goes into an
    /// [`Application`](crate::Application) as well; that has a [`describe`](crate::Application::describe) too.
    pub fn describe(&self) -> Description
    where
        L: Layer,
    {
        Description::pipeline("pipeline", self.file, self.line, &self.layers)
    }
}

impl<C, In, Out, J, K, L> fmt::Debug for Pipeline<C, In, Out, J, K, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pipeline({}:{})", self.file, self.line)
    }
}

impl<C, In, Out, J, K, L: Layer> Layer for Pipeline<C, In, Out, J, K, L> {
    type Switch = Several;

    fn describe(&self) -> Description {
        self.describe()
    }

    fn override_provided(&mut self, value: &mut Override) {
        self.layers.override_provided(value);
    }
}

#[diagnostic::do_not_recommend]
impl<C, In, Out, J, K, L> Stage<C, In, Out, J, K, ()> for Pipeline<C, In, Out, J, K, L> {}

impl<C, E, N, J, IC, In, Out, IJ, IK, L> Middleware<C, E, N, J> for Pipeline<IC, In, Out, IJ, IK, L>
where
    L: Middleware<C, E, N, J>,
{
    fn call(&self, ctx: &mut C, env: E, next: N) -> impl Future<Output = Result> + Send {
        self.layers.call(ctx, env, next)
    }
}

impl<A: Layer, B: Layer> Layer for Chain<A, B> {
    type Switch = Several;

    fn describe(&self) -> Description {
        Description::several(&[&self.outer, &self.inner])
    }

    fn override_provided(&mut self, value: &mut Override) {
        self.outer.override_provided(value);
        self.inner.override_provided(value);
    }
}

impl Layer for Empty {
    type Switch = Several;

    fn describe(&self) -> Description {
        Description::several(&[])
    }
}
