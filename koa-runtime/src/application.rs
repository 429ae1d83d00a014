//! The application: a pipeline, its settings, and the ways to ask it.

use std::{any::Any, convert::Infallible, fmt, future::poll_fn, pin::pin, sync::Arc};

use http::Method;
use hyper::body::Incoming;

use crate::{
    Body, Callback, Context, Error, Protocol, Request, Settings,
    onion::{
        Done, Layer, Middleware,
        check::{Here, Root, Walk},
        depth::{D0, Depth, IsShallow, Surface, Uncut},
        describe::Description,
        environment::Nil,
        found::Found,
        nested::Nested,
        pipeline::Pipeline,
        provide::Override,
        whole::{Gate, IndexOf, Indexed, ProvenLayer},
    },
    router::methods::Methods,
    server::{
        events::Emit as _,
        http::exchange::Answering,
        in_place::{BoxedExchange, Exchange, InPlace},
        panic::poll_caught,
        protocol::answer,
    },
    test::TestRequest,
};

/// A pipeline that can be listened with, or asked directly: Koa's `app`. Nothing of the pipeline shows in its type.
///
/// ```
/// use koa_runtime::prelude::*;
///
/// #[middleware]
/// async fn hello() -> &'static str {
///     "Hello World"
/// }
///
/// fn app() -> Application {
///     Application::new(pipeline![hello])
/// }
///
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let response = app().get("/").await;
/// assert_eq!(response.status(), 200);
/// assert_eq!(response.text(), "Hello World");
/// # });
/// ```
///
/// `C` is the context of its [protocol](Protocol): HTTP's, unless said otherwise.
pub struct Application<C: Protocol = Context> {
    onion: Arc<dyn Runs<C>>,
    settings: Arc<C::Settings>,
}

impl Application {
    /// An application of what `pipeline!` made.
    ///
    /// Here it is fixed that nothing is provided outside the pipeline, so a layer that reads what nobody provides does not
    /// compile. Every sixteenth call inward is boxed (one allocation a request for 17 to 32 layers, none for fewer), so that
    /// pipelines of up to 32 layers compile under the default `recursion_limit`; see [`uncut`](Self::uncut).
    pub fn new<P, F, I: IntoApplication<P, F, Walked: IsShallow<P>>>(pipeline: I) -> Self {
        pipeline.into_application()
    }

    /// [`new`](Self::new) without a box however many layers there are. Beyond some twenty, the crate needs a higher
    /// `#![recursion_limit = "256"]`, which `cargo build` asks for when it meets the wall, and `cargo check` may not.
    pub fn uncut<P, F, I: IntoApplication<P, F, Uncut, Walked: IsShallow<P>>>(pipeline: I) -> Self {
        pipeline.into_application()
    }

    /// Makes `renderer` write the reply to every error that no layer caught, in place of plain text:
    /// [`Settings::render_errors`]. [`errors`](crate::errors) has some ready made.
    ///
    /// ```
    /// use koa_runtime::{errors, prelude::*};
    ///
    /// #[middleware]
    /// async fn post() -> Result<&'static str> {
    ///     throw!(404, "no such <post>")
    /// }
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let app = Application::new(pipeline![post]).render_errors(errors::negotiated);
    /// assert_eq!(app.get("/").await.text(), "no such <post>");
    /// let page = app.get("/").header("Accept", "text/html").await;
    /// assert!(page.text().contains("<p>no such &lt;post&gt;</p>"));
    /// # });
    /// ```
    #[must_use]
    pub fn render_errors(mut self, renderer: impl Fn(&Error, &mut Context) + Send + Sync + 'static) -> Self {
        Arc::make_mut(&mut self.settings).render_errors(renderer);
        self
    }

    /// Asks the application for `url` without a socket: `.await` gives the whole response. Headers and a body can be added
    /// before that.
    pub fn get(&self, url: impl Into<String>) -> TestRequest {
        self.request(Method::GET, url)
    }

    /// [`get`](Self::get), with `POST`.
    ///
    /// ```
    /// use koa_runtime::prelude::*;
    ///
    /// #[middleware]
    /// async fn echo(ctx: &mut Context) -> Result<Body> {
    ///     Ok(ctx.request.bytes(1 << 20).await?.into())
    /// }
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let app = Application::new(pipeline![echo]);
    /// assert_eq!(app.post("/").body("hello").await.text(), "hello");
    /// # });
    /// ```
    pub fn post(&self, url: impl Into<String>) -> TestRequest {
        self.request(Method::POST, url)
    }

    /// [`get`](Self::get), with any method.
    pub fn request(&self, method: Method, url: impl Into<String>) -> TestRequest {
        let app = self.clone();
        TestRequest::new(method, url, move |request| {
            let reply = app.answer(request);
            Box::pin(async move { reply.await.unwrap_or_else(|never| match never {}) })
        })
    }

    /// The application as a service, for hyper or tower: Koa's `app.callback()`.
    ///
    /// The future of a request is boxed here, because the type of the pipeline is forgotten. Where that matters, take the
    /// callback from the pipeline itself: [`Pipeline::callback`](crate::Pipeline::callback).
    ///
    /// ```
    /// use hyper::service::Service as _;
    /// use koa_runtime::prelude::*;
    ///
    /// # #[middleware]
    /// # async fn hello() -> &'static str {
    /// #     "Hello World"
    /// # }
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let service = Application::new(pipeline![hello]).callback();
    /// let reply = service.call(http::Request::new(Body::empty())).await.unwrap();
    /// assert_eq!(reply.status(), 200);
    /// # });
    /// ```
    #[must_use]
    pub fn callback(&self) -> Callback<impl Fn(http::Request<Body>) -> Answering + Clone + Send + Sync + 'static> {
        let app = self.clone();
        Callback::new(move |request| app.answer(request))
    }

    fn answer(&self, request: http::Request<Body>) -> Answering {
        Answering::alone(&self.onion, Request::new(request), Arc::clone(&self.settings))
    }
}

/// What applications of every protocol have.
impl<C: Protocol> Application<C> {
    /// An application of a pipeline that runs on another protocol than HTTP: as [`new`](Application::new), which is for HTTP.
    ///
    /// [`Protocol`] has a whole example.
    pub fn of<P, F, I: IntoApplication<P, F, D0, C, Walked: IsShallow<P>>>(pipeline: I) -> Self {
        pipeline.into_application()
    }

    /// Calls `listener` with every error that no layer caught, in place of printing it: Koa's `app.on("error", …)`
    /// (K-014, K-032). Several listeners are called in the order they were added; if one panics, the request is still
    /// answered.
    ///
    /// ```
    /// use koa_runtime::prelude::*;
    ///
    /// #[middleware]
    /// async fn broken() -> Result<&'static str> {
    ///     throw!(503, "try again later")
    /// }
    ///
    /// let app = Application::new(pipeline![broken]).on_error(|error, ctx| {
    ///     eprintln!("{} {}: {error}", ctx.method(), ctx.path());
    /// });
    /// ```
    #[must_use]
    pub fn on_error(mut self, listener: impl Fn(&Error, &C) + Send + Sync + 'static) -> Self {
        Arc::make_mut(&mut self.settings).listen(Arc::new(listener));
        self
    }

    /// The settings, such as `proxy` or `silent`.
    #[must_use]
    pub fn settings(&self) -> &C::Settings {
        &self.settings
    }

    /// The settings, to change them before the first request.
    ///
    /// ```
    /// # use koa_runtime::prelude::*;
    /// let mut app = Application::new(pipeline![]);
    /// app.settings_mut().silent = true;
    /// ```
    pub fn settings_mut(&mut self) -> &mut C::Settings {
        Arc::make_mut(&mut self.settings)
    }

    /// Says which layers there are, in which order, where they are written, what each provides and reads. Printed, it is a
    /// tree.
    #[must_use]
    pub fn describe(&self) -> Description {
        self.onion.describe()
    }

    /// For a test: makes the outermost `provide` of a `T` provide `value` instead.
    ///
    /// ```
    /// use koa_runtime::prelude::*;
    ///
    /// struct Clock(u64);
    ///
    /// #[middleware]
    /// async fn time(clock: &Clock) -> String {
    ///     clock.0.to_string()
    /// }
    ///
    /// fn app() -> Application {
    ///     Application::new(pipeline![provide(Clock(1_700_000_000)), time])
    /// }
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// assert_eq!(app().provide_instead(Clock(0)).get("/").await.text(), "0");
    /// # });
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if no `provide` of the pipeline provides a `T`, or if a clone of the application is in use already.
    #[must_use]
    #[track_caller]
    pub fn provide_instead<T: Send + Sync + 'static>(mut self, value: T) -> Self {
        let mut value = Override::new(value);
        let Some(onion) = Arc::get_mut(&mut self.onion) else {
            panic!("provide_instead: the application is in use already");
        };
        onion.override_provided(&mut value);
        assert!(
            value.is_used(),
            "provide_instead: no `provide` of the pipeline provides a `{}`",
            std::any::type_name::<T>()
        );
        self
    }

    #[cfg(feature = "websocket")]
    pub(crate) fn from_parts(onion: Arc<dyn Runs<C>>, settings: Arc<C::Settings>) -> Self {
        Self { onion, settings }
    }

    pub(crate) fn into_parts(self) -> (Arc<dyn Runs<C>>, Arc<C::Settings>) {
        (self.onion, self.settings)
    }
}

impl<C: Protocol> Clone for Application<C> {
    fn clone(&self) -> Self {
        Self { onion: Arc::clone(&self.onion), settings: Arc::clone(&self.settings) }
    }
}

impl<C: Protocol> fmt::Debug for Application<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Application")
            .field("pipeline", &self.describe())
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

/// An onion whose type is forgotten, so that what serves it is compiled once for all onions.
pub(crate) trait Runs<C>: Any + Send + Sync {
    fn exchange(&self) -> BoxedExchange<C>;
    fn describe(&self) -> Description;
    fn override_provided(&mut self, value: &mut Override);
}

// of the layers, past the pipeline around them: each type between is one more through which rustc proves the whole onion
impl<C, L, J> Runs<C> for Indexed<Nested<L>, J>
where
    C: Protocol,
    L: Middleware<C, Nil, Done, J> + Layer + Send + 'static,
    J: 'static,
{
    fn exchange(&self) -> BoxedExchange<C> {
        // here and not in a fn of its own, whose type parameters would stand once more in the names of all that is compiled for it
        let run = |owner: Arc<Self>, mut ctx: Box<C>| async move {
            let outcome = {
                let mut onion = pin!(owner.layer.layers.call(&mut *ctx, Nil, Done));
                poll_fn(move |task| poll_caught(onion.as_mut(), task)).await
            };
            (owner, (ctx, outcome))
        };
        // as a plain `Box` it becomes a trait object without rustc proving the onion once more
        let boxed: Box<dyn Exchange<C> + Send> = Box::new(InPlace::new(run));
        boxed.into()
    }

    fn describe(&self) -> Description {
        self.layer.describe()
    }

    fn override_provided(&mut self, value: &mut Override) {
        self.layer.override_provided(value);
    }
}

/// What [`Application::new`] takes: a pipeline of layers of its protocol in which every value that is read is provided.
///
/// `pipeline!` makes one; there is nothing to implement by hand. `P` is the compiler's proof.
#[diagnostic::on_unimplemented(
    message = "an application is made of a `pipeline!`, and `{Self}` is something else",
    label = "expected `pipeline![…]`"
)]
pub trait IntoApplication<P, F, Cut = D0, C: Protocol = Context>: sealed::Sealed {
    // whether it is shallow is asked where an application is made, and not here: so only the check asks, and what passes it
    // does not go too deep when it is built
    #[doc(hidden)]
    type Walked;
    #[doc(hidden)]
    fn into_application(self) -> Application<C>;
}

mod sealed {
    pub trait Sealed {}
    impl<C, In, Out, J, K, L> Sealed for super::Pipeline<C, In, Out, J, K, L> {}
}

impl<C, Out, J, L, P, Q, W, Cut> IntoApplication<P, (Q, W), Cut, C> for Whole<C, Out, J, L, Cut>
where
    C: Protocol,
    P: Gate<J>,
    IndexOf<J, P>: Found<P, Q, W>,
    Q: Gate<L>,
    ProvenLayer<L, Q>: Middleware<C, Nil, Done, J> + Layer + Send + 'static,
    J: 'static,
{
    type Walked = Out;

    fn into_application(self) -> Application<C> {
        // without what the check has found: rustc writes down the name of each type, again and again
        let Nested { layers, file, line } = self.__running();
        // see `exchange`
        let onion: Box<dyn Runs<C>> = Box::new(Indexed::new(Nested::new(Q::open(layers), file, line)));
        let mut settings = C::Settings::default();
        C::__describe(&mut settings, &onion.describe());
        Application { onion: onion.into(), settings: Arc::new(settings) }
    }
}

/// A pipeline outside which nothing is provided, and after which nothing follows.
type Whole<C, Out, J, L, Cut> = Pipeline<C, Walk<Root, Depth<Cut, Surface>>, Out, J, Here, L>;

impl<Out, J, L> Whole<Context, Out, J, L, D0> {
    /// The pipeline as a service, for hyper or tower, without the boxed future of
    /// [`Application::callback`](crate::Application::callback).
    ///
    /// ```
    /// use koa_runtime::prelude::*;
    /// use tower_service::Service as _;
    ///
    /// # #[middleware]
    /// # async fn hello() -> &'static str {
    /// #     "Hello World"
    /// # }
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let mut service = pipeline![hello].callback(Settings::default());
    /// let reply = service.call(http::Request::new(Body::empty())).await.unwrap();
    /// assert_eq!(reply.status(), 200);
    /// # });
    /// ```
    pub fn callback<P, Q, W>(
        self,
        mut settings: Settings,
    ) -> impl hyper::service::Service<
        http::Request<Incoming>,
        Response = http::Response<Body>,
        Error = Infallible,
        Future: Send,
    > + tower_service::Service<
        http::Request<Body>,
        Response = http::Response<Body>,
        Error = Infallible,
        Future: Send,
    > + tower_service::Service<
        http::Request<Incoming>,
        Response = http::Response<Body>,
        Error = Infallible,
        Future: Send,
    > + Clone
    + Send
    + Sync
    + 'static
    where
        Out: IsShallow<P>,
        P: Gate<J>,
        IndexOf<J, P>: Found<P, Q, W>,
        Q: Gate<Self>,
        ProvenLayer<Self, Q>: Middleware<Context, Nil, Done, J> + Layer + Send + 'static,
        J: 'static,
    {
        let layer = Q::open(self);
        settings.methods = Methods::of(&layer.describe());
        let (layer, settings) = (Arc::new(layer), Arc::new(settings));
        Callback::new(move |request| {
            answer(Arc::clone(&layer), |layer| layer, Request::new(request), Arc::clone(&settings))
        })
    }
}
