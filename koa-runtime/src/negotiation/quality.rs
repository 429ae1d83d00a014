//! The quality of a range: how much the client likes it.

/// What the parameters say about quality (RFC 9110 §12.4.2); 1 if they say nothing.
///
/// Of what is no number the quality is [NaN](f64::NAN), which no comparison finds acceptable (K-318).
pub(super) fn quality<'t>(mut parameters: impl Iterator<Item = (&'t str, &'t str)>) -> f64 {
    match parameters.find(|(name, _)| is_quality(name)) {
        Some((_, value)) => leading_float(value),
        None => 1.0,
    }
}

pub(super) fn is_quality(name: &str) -> bool {
    name.eq_ignore_ascii_case("q")
}

/// The parameters after a range, name and value; a value that is missing is empty.
///
/// Those of a media type may hold a `;` in quotes: see [`media_type`](super::media_type).
pub(super) fn parameters(text: &str) -> impl DoubleEndedIterator<Item = (&str, &str)> + Clone {
    text.split(';').map(name_and_value)
}

pub(super) fn name_and_value(parameter: &str) -> (&str, &str) {
    let parameter = parameter.trim_ascii();
    parameter.split_once('=').unwrap_or((parameter, ""))
}

/// The number a text begins with, as `parseFloat` reads it: Koa reads qualities so, be they above 1, below 0
/// or followed by anything.
fn leading_float(text: &str) -> f64 {
    let text = text.trim_ascii_start();
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if unsigned.starts_with("Infinity") {
        return if text.starts_with('-') { f64::NEG_INFINITY } else { f64::INFINITY };
    }
    let after_digits = |text: &'_ str| text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let mut end = after_digits(unsigned);
    if unsigned[end..].starts_with('.') {
        end += 1;
        end += after_digits(&unsigned[end..]);
    }
    if let Some(exponent) = unsigned[end..].strip_prefix(['e', 'E']) {
        let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        let length = after_digits(digits);
        if length > 0 {
            end = unsigned.len() - digits.len() + length;
        }
    }
    let end = text.len() - unsigned.len() + end;
    text[..end].parse().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> f64 {
        quality(parameters(text))
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "the same text gives the same number")]
    fn a_quality_is_the_number_its_value_begins_with() {
        for (text, expected) in [
            ("q=0.5", 0.5),
            (" q=0.5 ", 0.5),
            ("Q=0.5", 0.5),
            ("q= .5", 0.5),
            ("q=5.", 5.0),
            ("q=-1", -1.0),
            ("q=+0.25x", 0.25),
            ("q=1e-1", 0.1),
            ("q=1e", 1.0),
            ("q=1e+", 1.0),
            ("q=1.2.3", 1.2),
            ("q=0.5=3", 0.5),
            ("q=1e999", f64::INFINITY),
            ("q=-Infinity", f64::NEG_INFINITY),
            ("q=+Infinity and beyond", f64::INFINITY),
            ("a=1;q=0.5;q=0.1", 0.5),
        ] {
            assert_eq!(of(text), expected, "{text}");
        }
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "it is the constant")]
    fn without_a_quality_it_is_1() {
        for text in ["", ";", "a=0.5", "qq=0.5", "q =0.5"] {
            assert_eq!(of(text), 1.0, "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_acceptable_to_nobody() {
        for text in ["q", "q=", "q=abc", "q=.", "q=-", "q=\"1\"", "q=e1", "q=inf", "q=NaN"] {
            assert!(of(text).is_nan(), "{text}");
        }
    }
}
