//! An application of messages that listens by itself: HTTP is spoken until the client asks for a WebSocket.

use std::sync::Arc;

use super::{context::Context as MessageContext, endpoint::Opening as Handshaken};
use crate::{
    Application, Connection, Context, Result, Settings,
    application::Runs,
    onion::{describe::Description, provide::Override},
    server::{
        events::Emit as _,
        http::connection::{self, Opening},
        in_place::{BoxedExchange, InPlace},
        panic::caught,
    },
};

/// Serves a connection as HTTP's are, with all their limits, through this one endpoint.
pub(super) async fn serve<S: Send + 'static>(connection: &mut Connection<MessageContext<S>>) {
    let Some(opening) = connection.hand_on() else { return };
    let Opening { onion, settings, stream, peer, speaks, held } = opening;
    let mut http = Settings::default();
    http.silent = settings.is_silent();
    let door = Door { app: Application::from_parts(onion, settings) };
    connection::serve(Opening { onion: Arc::new(door), settings: Arc::new(http), stream, peer, speaks, held }).await;
}

/// The onion of HTTP that opens a WebSocket on any path.
struct Door<S: Send + 'static> {
    app: Application<MessageContext<S>>,
}

impl<S: Send + 'static> Door<S> {
    fn open(&self, ctx: &mut Context) -> Result {
        let settings = self.app.settings();
        let opening = Handshaken::of(ctx, settings.options.clone())?;
        let state = caught("what makes the state of a WebSocket", || settings.state(ctx, &opening.sender()))??;
        opening.messages(ctx, &self.app, state)
    }
}

impl<S: Send + 'static> Runs<Context> for Door<S> {
    fn exchange(&self) -> BoxedExchange<Context> {
        Box::pin(InPlace::new(|door: Arc<Self>, mut ctx: Box<Context>| async move {
            let outcome = door.open(&mut ctx);
            (door, (ctx, outcome))
        }))
    }

    fn describe(&self) -> Description {
        self.app.describe()
    }

    fn override_provided(&mut self, _: &mut Override) {}
}
