//! An error as a page.

use http::header::CONTENT_TYPE;

use crate::location::escape_html;
use crate::{Context, Error, mime, status};

/// Shows the error as a page of HTML: its status, and its message if that is [exposed](Error::is_exposed), escaped.
///
/// There is no script, no style and no link in it, so every `Content-Security-Policy` lets it be shown.
pub fn html(error: &Error, ctx: &mut Context) {
    ctx.set_status(error.sent_status());
    ctx.response.headers_mut().insert(CONTENT_TYPE, mime::HTML);
    ctx.set_body(page(error));
}

fn page(error: &Error) -> String {
    let status = error.sent_status();
    let title = format!("{} {}", status.as_u16(), escape_html(status::phrase(status)));
    let detail = match error.detail() {
        Some(detail) => format!("<p>{}</p>\n", escape_html(detail)),
        None => String::new(),
    };
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n</head>\n\
         <body>\n<h1>{title}</h1>\n{detail}</body>\n</html>\n"
    )
}
