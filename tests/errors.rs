//! Errors are values that travel outward; what no layer catches becomes one reply and one event.

use std::sync::{Arc, Mutex};

use koa_runtime::{errors, prelude::*};

#[derive(Clone, Default)]
struct Events(Arc<Mutex<Vec<String>>>);

impl Events {
    fn listen(&self, app: Application) -> Application {
        let events = self.clone();
        app.on_error(move |error, ctx| {
            let text =
                format!("{} {} at {} (status {})", error.status().as_u16(), error, ctx.path(), ctx.status().as_u16());
            events.0.lock().unwrap().push(text);
        })
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

#[middleware]
async fn fail(ctx: &mut Context) -> Result<&'static str> {
    match ctx.path() {
        "/throw" => throw!(404, "no such {}", "post"),
        "/secret" => throw!("the database is at 10.0.0.7"),
        "/foreign" => {
            let _: u8 = "many".parse()?;
        }
        "/exposed" => return Err(Error::new(503).with_message("busy").with_expose(true)),
        "/headers" => return Err(Error::new(401).with_header("WWW-Authenticate", "Basic")),
        "/ensure" => ensure!(ctx.method() == "POST", 405),
        _ => {}
    }
    Ok("fine")
}

#[tokio::test]
async fn what_no_layer_catches_becomes_a_reply_and_one_event() {
    // K-145, K-147, K-159, K-165 and K-032
    let events = Events::default();
    let app = events.listen(Application::new(pipeline![fail]));
    for (path, status, text, event) in [
        ("/throw", 404, "no such post", "404 no such post"),
        ("/secret", 500, "Internal Server Error", "500 the database is at 10.0.0.7"),
        ("/foreign", 500, "Internal Server Error", "500 invalid digit found in string"),
        ("/exposed", 503, "busy", "503 busy"),
        ("/ensure", 405, "Method Not Allowed", "405 Method Not Allowed"),
    ] {
        let response = app.get(path).await;
        assert_eq!((response.status().as_u16(), response.text()), (status, text), "{path}");
        assert_eq!(events.take(), [format!("{event} at {path} (status 404)")]);
    }
    assert_eq!(app.get("/").await.text(), "fine");
    assert!(events.take().is_empty());
}

#[tokio::test]
async fn an_errors_headers_reach_the_client() {
    // K-177
    let app = Events::default().listen(Application::new(pipeline![fail]));
    assert_eq!(app.get("/headers").await.header("www-authenticate"), "Basic");
}

#[tokio::test]
async fn code_after_next_does_not_run_when_next_fails_under_a_question_mark() {
    #[middleware]
    async fn after(ctx: &mut Context, next: Next) -> Result {
        next.run(ctx).await?;
        ctx.set("Vary", "X-After");
        Ok(())
    }
    let app = Events::default().listen(Application::new(pipeline![after, fail]));
    assert_eq!(app.get("/").await.header("vary"), "X-After");
    assert!(!app.get("/throw").await.headers().contains_key("vary"));
}

#[tokio::test]
async fn a_caught_error_is_no_event() {
    // K-186
    #[middleware]
    async fn catch(ctx: &mut Context, next: Next) -> Result {
        if let Err(error) = next.run(ctx).await {
            ctx.set_status(error.status());
            ctx.set_body(format!("caught {error}"));
        }
        Ok(())
    }
    let events = Events::default();
    let app = events.listen(Application::new(pipeline![catch, fail]));
    let response = app.get("/throw").await;
    assert_eq!((response.status().as_u16(), response.text()), (404, "caught no such post"));
    assert!(events.take().is_empty());
}

#[tokio::test]
async fn an_error_can_be_changed_on_its_way() {
    #[middleware]
    async fn hide(ctx: &mut Context, next: Next) -> Result {
        next.run(ctx).await.map_err(|error| if error.status() == 404 { Error::new(403) } else { error })
    }
    let app = Events::default().listen(Application::new(pipeline![hide, fail]));
    assert_eq!(app.get("/throw").await.status(), 403);
    assert_eq!(app.get("/secret").await.status(), 500);
}

#[tokio::test]
async fn every_listener_is_told_even_if_one_panics() {
    let events = Events::default();
    let app = Application::new(pipeline![fail]).on_error(|_, _| panic!("a listener's own fault"));
    let app = events.listen(app);
    assert_eq!(app.get("/secret").await.status(), 500);
    assert_eq!(events.take().len(), 1);
}

#[tokio::test]
async fn a_header_that_cannot_be_sent_is_a_500_that_says_which() {
    #[middleware]
    async fn invalid(ctx: &mut Context) -> &'static str {
        ctx.set("X-Name", "line\r\nSet-Cookie: stolen");
        "never sent"
    }
    let events = Events::default();
    let app = events.listen(Application::new(pipeline![invalid]));
    let response = app.get("/").await;
    assert_eq!((response.status().as_u16(), response.text()), (500, "Internal Server Error"));
    assert!(!response.headers().contains_key("set-cookie"));
    let events = events.take();
    assert!(events.len() == 1 && events[0].to_lowercase().contains("x-name"), "{events:?}");
}

/// What a service's outer layers set before anything can fail.
#[middleware]
async fn outer(ctx: &mut Context, next: Next) -> Result {
    ctx.set("X-Request-Id", 7);
    ctx.set("Access-Control-Allow-Origin", "*");
    ctx.set("X-RateLimit-Remaining", 41);
    ctx.set("X-Powered-By", "koa");
    ctx.append("Set-Cookie", "draft=1");
    ctx.vary("Origin");
    next.run(ctx).await
}

#[tokio::test]
async fn what_outer_layers_say_about_the_exchange_is_not_lost_with_an_error() {
    // K-176, K-597, K-704, K-713
    let mut app = Events::default().listen(Application::new(pipeline![outer, fail]));
    let response = app.get("/throw").await;
    for (name, value) in [
        ("x-request-id", "7"),
        ("access-control-allow-origin", "*"),
        ("x-ratelimit-remaining", "41"),
        ("vary", "Origin"),
        ("set-cookie", ""),
        ("x-powered-by", ""),
    ] {
        assert_eq!(response.header(name), value, "{name}");
    }
    app.settings_mut().keep_on_error("X-Powered-By").unwrap();
    assert_eq!(app.get("/throw").await.header("x-powered-by"), "koa");
}

#[tokio::test]
async fn a_reply_to_an_error_is_text_whatever_is_accepted_until_the_application_says_otherwise() {
    // K-178
    let app = Events::default().listen(Application::new(pipeline![outer, fail]));
    let accepts = ["application/json", "text/html", "application/problem+json"];
    for accept in accepts {
        let response = app.get("/throw").header("Accept", accept).await;
        assert_eq!(response.header("content-type"), "text/plain; charset=utf-8");
        assert_eq!(response.header("vary"), "Origin");
    }
    let app = app.render_errors(errors::negotiated);
    for (accept, start) in accepts.into_iter().zip(["{\"type\":", "<!DOCTYPE html>", "{\"type\":"]) {
        let response = app.get("/throw").header("Accept", accept).await;
        assert!(response.text().starts_with(start), "{}", response.text());
        assert!(response.text().contains("no such post"));
        assert_eq!((response.status().as_u16(), response.header("vary")), (404, "Origin, Accept"));
        let secret = app.get("/secret").header("Accept", accept).await;
        assert!(!secret.text().contains("10.0.0.7"), "{}", secret.text());
        let head = app.request(http::Method::HEAD, "/throw").header("Accept", accept).await;
        assert_eq!((head.bytes().len(), head.header("content-length")), (0, response.header("content-length")));
    }
}

#[tokio::test]
async fn an_outer_layer_knows_an_error_by_what_is_behind_it() {
    #[middleware]
    async fn unparsable(ctx: &mut Context, next: Next) -> Result {
        match next.run(ctx).await {
            Err(error) if error.is::<std::num::ParseIntError>() => Err(error.with_status(400)),
            outcome => outcome,
        }
    }
    let app = Events::default().listen(Application::new(pipeline![unparsable, fail]));
    let response = app.get("/foreign").await;
    assert_eq!((response.status().as_u16(), response.text()), (400, "invalid digit found in string"));
    assert_eq!(app.get("/secret").await.status(), 500);
}

#[tokio::test]
async fn a_caught_error_may_be_told_by_hand() {
    // K-186
    #[middleware]
    async fn degrade(ctx: &mut Context, next: Next) -> Result {
        if let Err(error) = next.run(ctx).await {
            ctx.set_body("without it");
            ctx.emit_error(&error);
        }
        Ok(())
    }
    let events = Events::default();
    let app = events.listen(Application::new(pipeline![degrade, fail]));
    assert_eq!(app.get("/exposed").await.text(), "without it");
    assert_eq!(events.take(), ["503 busy at /exposed (status 200)"]);
}

#[tokio::test]
async fn a_renderer_that_panics_leaves_the_request_answered() {
    let events = Events::default();
    let app = events.listen(Application::new(pipeline![fail])).render_errors(|_, _| panic!("a renderer's own fault"));
    let response = app.get("/throw").await;
    assert_eq!((response.status().as_u16(), response.text()), (404, "no such post"));
    let events = events.take();
    assert!(events.len() == 2 && events[1].contains("the renderer of errors panicked"), "{events:?}");
}
