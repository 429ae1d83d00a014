//! What the responder is going to make of a context, told before it does: for logs and metrics.

use http::{Method, StatusCode, Version, header::CONTENT_LENGTH};

use super::{framing_fault, unsendable};
use crate::{Context, Result, header::leading_number, status};

/// The status that the client sees, unless a layer further out or a renderer of errors chooses another.
pub(crate) fn status(ctx: &Context, outcome: &Result) -> StatusCode {
    match outcome {
        Err(error) => error.sent_status(),
        Ok(()) if is_broken(ctx) => StatusCode::INTERNAL_SERVER_ERROR,
        Ok(()) => ctx.status(),
    }
}

/// How many bytes of a body the client is sent, if that is known by now.
pub(crate) fn length(ctx: &Context, outcome: &Result) -> Option<u64> {
    let status = status(ctx, outcome);
    if status::is_empty(status) || *ctx.request.method() == Method::HEAD {
        return Some(0);
    }
    let text = match outcome {
        // what a renderer writes, only it knows
        Err(_) if ctx.settings().renders_errors() => return None,
        Err(error) => error.exposed_message(),
        Ok(()) if is_broken(ctx) => {
            return (!ctx.settings().renders_errors()).then_some(status::phrase(status).len() as u64);
        }
        Ok(()) => match ctx.response.body() {
            Some(body) => {
                let told = || ctx.response.headers().get(CONTENT_LENGTH).and_then(leading_number);
                return body.len().or_else(told);
            }
            None if ctx.response.has_said() => "",
            None if ctx.request.version() < Version::HTTP_2 && !ctx.response.message().is_empty() => {
                ctx.response.message()
            }
            // its number, or a message that HTTP/2 has no place for but in the body
            None => return Some(3),
        },
    };
    // lossless: no supported platform has pointers of more than 64 bits
    Some(text.len() as u64)
}

/// Whether what the layers left cannot be sent, and an error is sent in its place.
fn is_broken(ctx: &Context) -> bool {
    let response = &ctx.response;
    response.fault().is_some() || framing_fault(response.headers()).is_some() || unsendable(response).is_some()
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures_util::stream;

    use super::super::{finish, tests::context};
    use crate::{Body, Context, Error, Result, Settings};
    use http::{StatusCode, Version};

    type Layer = fn(&mut Context) -> Result;

    const LAYERS: &[Layer] = &[
        |_| Ok(()),
        |ctx| {
            ctx.set_body("<p>hello");
            Ok(())
        },
        |ctx| {
            ctx.set_body("");
            Ok(())
        },
        |ctx| {
            ctx.clear_body();
            Ok(())
        },
        |ctx| {
            ctx.set_status(200);
            ctx.set_message("f\u{fc}nf");
            Ok(())
        },
        |ctx| {
            ctx.set_status(700);
            Ok(())
        },
        |ctx| {
            ctx.set_status(304);
            ctx.set_body("not sent");
            Ok(())
        },
        |ctx| {
            ctx.set_status(100);
            Ok(())
        },
        |ctx| {
            ctx.set("X-Name", "a\nb");
            Ok(())
        },
        |ctx| {
            ctx.set("Content-Length", "+1");
            Ok(())
        },
        |ctx| {
            ctx.set_body("hello");
            ctx.set("Content-Length", "99");
            Ok(())
        },
        |ctx| {
            ctx.set_length(7);
            ctx.set_body(Body::from_stream(stream::iter([Ok::<_, Infallible>("told it")])));
            Ok(())
        },
        |_| Err(Error::new(403)),
        |_| Err(Error::new(403).with_message("gr\u{fc}n")),
        |_| Err(Error::new(500).with_message("secret")),
        |_| Err(Error::new(599)),
        |_| Err(Error::new(204)),
        |ctx| {
            ctx.set("X-Name", "a\nb");
            Err(Error::new(418))
        },
    ];

    #[test]
    fn what_is_foreseen_is_what_is_sent() {
        for (number, layer) in LAYERS.iter().enumerate() {
            for method in ["GET", "HEAD", "POST"] {
                for version in [Version::HTTP_11, Version::HTTP_2] {
                    let mut settings = Settings::default();
                    settings.silent = true;
                    let mut ctx = context(method, version, settings);
                    let outcome = layer(&mut ctx);
                    let foreseen = (super::status(&ctx, &outcome), super::length(&ctx, &outcome));
                    let reply = finish(ctx, outcome);
                    let length = reply.body().len().or_else(|| {
                        let told = reply.headers().get("content-length")?;
                        told.to_str().ok()?.parse().ok()
                    });
                    assert_eq!(foreseen, (reply.status(), length), "layer {number}, {method}, {version:?}");
                }
            }
        }
    }

    #[test]
    fn a_stream_and_a_rendered_error_are_of_no_known_length() {
        let mut ctx = context("GET", Version::HTTP_11, Settings::default());
        ctx.set_body(Body::from_stream(stream::iter([Ok::<_, Infallible>("a")])));
        assert_eq!(super::length(&ctx, &Ok(())), None);

        let mut settings = Settings::default();
        settings.render_errors(crate::errors::html);
        let ctx = context("GET", Version::HTTP_11, settings);
        let outcome = Err(Error::new(404));
        let foreseen = (super::status(&ctx, &outcome), super::length(&ctx, &outcome));
        assert_eq!(foreseen, (StatusCode::NOT_FOUND, None));
    }
}
