//! What can stand in a pipeline.

use super::{describe::Description, provide::Override};

/// Something that can stand in a pipeline: what `#[middleware]` and `pipeline!` make.
///
/// The two macros implement it; there is nothing to implement by hand.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a layer",
    label = "expected a `#[middleware]` fn or a pipeline"
)]
pub trait Layer {
    /// How it is switched off: [`Alone`], [`WithTheRest`], [`Several`], or not at all ([`Taking`]).
    #[doc(hidden)]
    type Switch
    where
        Self: Sized;

    /// Says what this layer is, where it is written, what it provides and reads. A pipeline lists its layers.
    fn describe(&self) -> Description;

    /// Lets a `provide` inside this layer take another value, for a test.
    #[doc(hidden)]
    fn override_provided(&mut self, _value: &mut Override) {}
}

/// An optional layer of this kind asks the layer itself to run or to hand on, so that what follows is proven once.
#[derive(Debug)]
pub struct Alone;

/// An optional layer of this kind is proven beside what follows it. Each one doubles the work of the compiler.
#[derive(Debug)]
pub struct WithTheRest;

/// The same for what stands for several layers. They may hand values inward and take some, which is found out.
#[derive(Debug)]
pub struct Several;

/// A layer that takes an exclusive value. With an optional one nobody would know whether the value is still there.
#[derive(Debug)]
pub struct Taking;

/// Turns a stage as it is written into the layer it stands for: a layer, or the name of one that takes no options.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a layer",
    label = "expected a `#[middleware]` fn or a pipeline",
    note = "a layer with `#[config]` parameters is called with them, as in `cors(options)`"
)]
pub trait IntoLayer<M> {
    /// The layer.
    type Layer: Layer;
    /// Makes it.
    fn into_layer(self) -> Self::Layer;
}

/// Marks the impl for layers themselves.
#[derive(Debug)]
pub struct Itself;

/// Marks the impl for the fn of a layer.
#[derive(Debug)]
pub struct ByName;

#[diagnostic::do_not_recommend]
impl<L: Layer> IntoLayer<Itself> for L {
    type Layer = L;
    fn into_layer(self) -> L {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<F: FnOnce() -> L, L: Layer> IntoLayer<ByName> for F {
    type Layer = L;
    fn into_layer(self) -> L {
        self()
    }
}

/// Stands in for a layer that `#[middleware]` has refused, and whose fn may stand in a pipeline without the arguments that its
/// author may not have meant as such.
pub trait Refused: Layer {}

/// Marks the impls for the fn of one.
#[derive(Debug)]
pub struct Mistaken<A>(std::marker::PhantomData<A>);

macro_rules! mistaken {
    ($($argument:ident)+) => {
        #[diagnostic::do_not_recommend]
        impl<Fun: FnOnce($($argument),+) -> L, $($argument,)+ L: Refused> IntoLayer<Mistaken<($($argument,)+)>> for Fun {
            type Layer = L;
            fn into_layer(self) -> L {
                unreachable!("a layer that was refused is never run")
            }
        }
    };
}
mistaken!(A);
mistaken!(A B);

/// Marks the impl for an optional fn of a layer.
#[derive(Debug)]
pub struct IfByName;

#[diagnostic::do_not_recommend]
impl<F: FnOnce() -> L, L: Layer> IntoLayer<IfByName> for Option<F> {
    type Layer = Option<L>;
    fn into_layer(self) -> Option<L> {
        self.map(|layer| layer())
    }
}

/// `IntoLayer` seen from the layer: `Self` is what `F` stands for. In a named pipeline the type of a stage is at hand, and
/// an error about the type is not repeated at the value.
#[diagnostic::on_unimplemented(
    message = "`{F}` is not a layer",
    label = "expected a `#[middleware]` fn or a pipeline",
    note = "a layer with `#[config]` parameters is called with them, as in `cors(options)`"
)]
pub trait StoodFor<F, M>: Sized {
    /// The layer.
    fn by(stage: F) -> Self;
}

#[diagnostic::do_not_recommend]
impl<L: Layer> StoodFor<L, Itself> for L {
    fn by(stage: L) -> L {
        stage
    }
}

#[diagnostic::do_not_recommend]
impl<F: FnOnce() -> L, L: Layer> StoodFor<F, ByName> for L {
    fn by(stage: F) -> L {
        stage()
    }
}

#[diagnostic::do_not_recommend]
impl<F: FnOnce() -> L, L: Layer> StoodFor<Option<F>, IfByName> for Option<L> {
    fn by(stage: Option<F>) -> Self {
        stage.map(|layer| layer())
    }
}
