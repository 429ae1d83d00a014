//! `provide(value)`: application state is just the outermost provider.

use std::any::Any;

use super::{
    Downstream, Layer, Middleware,
    check::{Here, Kept, Provided, Stage, Walk},
    describe::{Description, short_type_name},
    environment::{Environment, Node},
    layer::WithTheRest,
};
use crate::error::Result;

/// Provides one value, made when the application is, to the layers inside: the type of [`provide()`].
#[allow(non_camel_case_types)] // a layer is a fn and a type of the same name
#[derive(Clone, Debug)]
pub struct provide<T> {
    value: T,
    file: &'static str,
    line: u32,
}

/// Provides `value` to the layers inside, which read it as `&T`. Application state is provided outermost.
///
/// A test gives the application another value with
/// [`Application::provide_instead`](crate::Application::provide_instead).
///
/// ```
/// use koa_runtime::prelude::*;
///
/// struct Greeting(&'static str);
///
/// #[middleware]
/// async fn hello(greeting: &Greeting) -> &'static str {
///     greeting.0
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let app = Application::new(pipeline![provide(Greeting("hello")), hello]);
/// assert_eq!(app.get("/").await.text(), "hello");
/// # });
/// ```
#[track_caller]
pub fn provide<T>(value: T) -> provide<T> {
    let place = std::panic::Location::caller();
    provide { value, file: place.file(), line: place.line() }
}

impl<T: 'static> Layer for provide<T> {
    type Switch = WithTheRest;

    fn describe(&self) -> Description {
        let mut described = Description::layer("provide", self.file, self.line);
        described.provides.push(short_type_name::<T>().into());
        described
    }

    fn override_provided(&mut self, value: &mut Override) {
        value.put_into(&mut self.value);
    }
}

impl<C, E, D, K, T, I> Stage<C, Walk<E, D>, Walk<Provided<T, E>, D>, ((Here, (I, Here)), K), K, ()> for provide<T> where
    T: Kept<provide<T>, 0, I>
{
}

impl<C, E, N, K, T, I> Middleware<C, E, N, ((Here, (I, Here)), K)> for provide<T>
where
    C: Send,
    T: Send + Sync,
    E: Environment,
    N: for<'s, 'x> Downstream<C, &'s Node<&'x T, E>, K>,
{
    async fn call(&self, ctx: &mut C, env: E, next: N) -> Result {
        let node = Node::new(&self.value, env);
        next.run(ctx, &node).await
    }
}

/// A value on its way to the outermost `provide` of its type.
#[derive(Debug)]
pub struct Override {
    value: Option<Box<dyn Any>>,
}

impl Override {
    pub(crate) fn new<T: 'static>(value: T) -> Self {
        Self { value: Some(Box::new(value)) }
    }

    pub(crate) fn is_used(&self) -> bool {
        self.value.is_none()
    }

    fn put_into<T: 'static>(&mut self, place: &mut T) {
        match self.value.take().map(Box::<dyn Any>::downcast::<T>) {
            Some(Ok(value)) => *place = *value,
            Some(Err(other)) => self.value = Some(other),
            None => {}
        }
    }
}
