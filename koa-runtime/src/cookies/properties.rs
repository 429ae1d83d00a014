//! What holds for any name, any value and any header.

use proptest::prelude::*;

use super::tests::{context, lines};
use super::{Cookie, Keys};

proptest! {
    #[test]
    fn what_is_set_is_read_back_the_same(
        name in "[!-:<>-~]([ -:<>-~\t]{0,30}[!-:<>-~])?",
        value in "[ -:<-~\t]{1,60}",
        key in ".{1,40}",
        others in "[ -<>-~]{0,30}",
    ) {
        let mut ctx = context(&[], &[&key]);
        prop_assume!(ctx.cookies().try_set(&*name, &*value).is_ok());
        let pairs: Vec<_> = lines(&ctx).iter().map(|line| line.split(';').next().unwrap_or("").to_owned()).collect();
        let header = format!("{others}; {}", pairs.join("; "));
        let mut next = context(&[&header], &[&key]);
        prop_assert_eq!(next.cookies().get(&name), Some(&*value));
        prop_assert_eq!(next.cookies().get_signed(&name), Some(&*value));
        prop_assert!(lines(&next).is_empty());
    }

    #[test]
    fn a_signature_is_for_one_name_and_one_value(value in "[a-z]{1,9}", other in "[a-z]{1,9}", key in ".{1,9}") {
        prop_assume!(value != other);
        let signature = Keys::new([&key]).expect("a key").sign(format!("n={value}"));
        let sent = format!("n={other}; n.sig={signature}; {other}={value}; {other}.sig={signature}");
        let mut ctx = context(&[&sent], &[&key]);
        prop_assert_eq!(ctx.cookies().get_signed("n"), None);
        if other != "n" {
            prop_assert_eq!(ctx.cookies().get_signed(&other), None);
        }
    }

    #[test]
    fn no_text_breaks_out_of_its_place(name: String, value: String, path: String, domain: String) {
        let mut ctx = context(&[], &["a"]);
        ctx.cookies().add(Cookie::new(&name, &value));
        ctx.cookies().add(Cookie::new("n", &value).path(&path));
        ctx.cookies().add(Cookie::new("n", "v").path(&path).domain(&domain));
        for line in ctx.response.headers().get_all("set-cookie") {
            let bytes = line.as_bytes();
            prop_assert!(bytes.iter().all(|byte| matches!(byte, b'\t' | b' '..=b'~')), "{bytes:?}");
            let attributes = bytes.split(|byte| *byte == b';').skip(1);
            for attribute in attributes {
                let known: [&[u8]; 4] = [b" path=", b" domain=", b" expires=", b" httponly"];
                prop_assert!(known.iter().any(|known| attribute.starts_with(known)), "{bytes:?}");
            }
        }
    }

    #[test]
    fn no_header_makes_reading_panic(header: Vec<u8>, name: String, letters in "[nm.sig=;\" ]{0,40}") {
        for header in [header, letters.into_bytes()] {
            let Ok(header) = http::HeaderValue::from_bytes(&header) else { continue };
            let mut ctx = context(&[], &["a", "b"]);
            ctx.request.headers_mut().append("cookie", header);
            for name in [&*name, "n", "n.sig", ""] {
                let value = ctx.cookies().get(name).map(str::to_owned);
                prop_assert!(value.is_none_or(|value| !value.contains(';')));
                prop_assert_eq!(ctx.cookies().get_signed(name), None);
            }
        }
    }
}
