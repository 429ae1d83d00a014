//! What each method of the test service is asked, and what it has to answer.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    time::{Duration, Instant},
};

use koa_runtime::prelude::*;
use koa_thrift::RemoteFault;

mod thrift_test {
    koa_thrift::idl!("thrift_test");
}
use thrift_test::{
    Insanity, Numberz, SecondServiceClient, ThriftTestClient, ThriftTestTestExceptionError,
    ThriftTestTestMultiExceptionError, Xception, Xtruct, Xtruct2,
};

/// Makes the checks that are named, one after another, and says how many they were.
macro_rules! all {
    ($client:expr, $($check:ident)*) => {{
        let mut count = 0;
        $(
            let checked = $check($client).await;
            let named = |error: Error| Error::new(500).with_message(concat!("`", stringify!($check), "` failed")).with_source(error);
            checked.map_err(named)?;
            println!("ok {}", stringify!($check));
            count += 1;
        )*
        Ok(count)
    }};
}

pub(crate) async fn first(client: &ThriftTestClient) -> Result<usize> {
    all!(client, void string bool byte i32 i64 double binary structure nest map string_map set list enumeration typedef map_map insanity
        multi exception multi_exception oneway oneway_then_normal)
}

pub(crate) async fn second(client: &SecondServiceClient) -> Result<usize> {
    all!(client, secondtest_string)
}

/// Refuses what is something else than it should be.
fn is<T: PartialEq + fmt::Debug>(found: &T, wanted: &T) -> Result {
    ensure!(found == wanted, 500, "there is {found:?} in place of {wanted:?}");
    Ok(())
}

fn thing() -> Xtruct {
    Xtruct { string_thing: "Zero".to_owned(), byte_thing: 1, i32_thing: -3, i64_thing: -5 }
}

async fn void(client: &ThriftTestClient) -> Result {
    client.test_void().await
}

async fn string(client: &ThriftTestClient) -> Result {
    let texts = [
        String::new(),
        "Python".repeat(20),
        "\u{8}\t\n/\\\\\r{}:パイソン\"".to_owned(),
        "\u{10280} மொழி ⰔⰎ".repeat(999),
    ];
    for text in texts {
        is(&client.test_string(text.clone()).await?, &text)?;
    }
    Ok(())
}

async fn bool(client: &ThriftTestClient) -> Result {
    is(&client.test_bool(true).await?, &true)?;
    is(&client.test_bool(false).await?, &false)
}

async fn byte(client: &ThriftTestClient) -> Result {
    for number in [63, 0, 127, -127, -128] {
        is(&client.test_byte(number).await?, &number)?;
    }
    Ok(())
}

async fn i32(client: &ThriftTestClient) -> Result {
    for number in [-1, 0, i32::MAX, i32::MIN] {
        is(&client.test_i32(number).await?, &number)?;
    }
    Ok(())
}

async fn i64(client: &ThriftTestClient) -> Result {
    for number in [1, -34_359_738_368, i64::MAX, i64::MIN] {
        is(&client.test_i64(number).await?, &number)?;
    }
    Ok(())
}

async fn double(client: &ThriftTestClient) -> Result {
    for number in [-5.235_098_235, 0.0, -1.0, -0.000_341_012_439_638_598_3, f64::MAX, f64::INFINITY] {
        is(&client.test_double(number).await?, &number)?;
    }
    Ok(())
}

async fn binary(client: &ThriftTestClient) -> Result {
    let bytes: Bytes = (0..=u8::MAX).collect();
    is(&client.test_binary(bytes.clone()).await?, &bytes)
}

async fn structure(client: &ThriftTestClient) -> Result {
    is(&client.test_struct(thing()).await?, &thing())
}

async fn nest(client: &ThriftTestClient) -> Result {
    let nested = Xtruct2 { byte_thing: 0, struct_thing: thing(), i32_thing: 0 };
    is(&client.test_nest(nested.clone()).await?, &nested)
}

async fn map(client: &ThriftTestClient) -> Result {
    let map = BTreeMap::from([(0, 1), (1, 2), (2, 3), (3, 4), (-1, -2)]);
    is(&client.test_map(map.clone()).await?, &map)?;
    is(&client.test_map(BTreeMap::new()).await?, &BTreeMap::new())
}

async fn string_map(client: &ThriftTestClient) -> Result {
    let map = [("a", "123"), ("a b", "with spaces "), ("same", "same"), ("0", "numeric key")];
    let map: BTreeMap<_, _> = map.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
    is(&client.test_string_map(map.clone()).await?, &map)
}

async fn set(client: &ThriftTestClient) -> Result {
    let set = BTreeSet::from([8, 1, 42]);
    is(&client.test_set(set.clone()).await?, &set)
}

async fn list(client: &ThriftTestClient) -> Result {
    // the shortest that says its length by itself in the compact protocol has fifteen
    for list in [vec![1, 4, 9, -42], Vec::new(), (0..15).collect(), (0..10_000).collect()] {
        is(&client.test_list(list.clone()).await?, &list)?;
    }
    Ok(())
}

async fn enumeration(client: &ThriftTestClient) -> Result {
    is(&client.test_enum(Numberz::FIVE).await?, &Numberz::FIVE)
}

async fn typedef(client: &ThriftTestClient) -> Result {
    is(&client.test_typedef(0xff_ffff_ffff_ffff).await?, &0xff_ffff_ffff_ffff)
}

async fn map_map(client: &ThriftTestClient) -> Result {
    let of = |sign: i32| (1..=4).map(|number| (sign * number, sign * number)).collect();
    is(&client.test_map_map(42).await?, &BTreeMap::from([(-4, of(-1)), (4, of(1))]))
}

async fn insanity(client: &ThriftTestClient) -> Result {
    let insane = Insanity {
        user_map: BTreeMap::from([(Numberz::FIVE, 5), (Numberz::EIGHT, 8)]),
        xtructs: vec![
            thing(),
            Xtruct { string_thing: "Goodbye4".to_owned(), byte_thing: 4, i32_thing: 4, i64_thing: 4 },
        ],
    };
    let found = client.test_insanity(insane.clone()).await?;
    let first = BTreeMap::from([(Numberz::TWO, insane.clone()), (Numberz::THREE, insane)]);
    is(&found, &BTreeMap::from([(1, first), (2, BTreeMap::from([(Numberz::SIX, Insanity::default())]))]))
}

async fn multi(client: &ThriftTestClient) -> Result {
    let wanted =
        Xtruct { string_thing: "Hello2".to_owned(), byte_thing: 74, i32_thing: 0xff_00ff, i64_thing: 0xffff_ffff_d0d0 };
    let texts = BTreeMap::from([(0, "abc".to_owned())]);
    let found = client.test_multi(74, 0xff_00ff, 0xffff_ffff_d0d0, texts, Numberz::FIVE, 0xf0_f0f0).await?;
    is(&found, &wanted)
}

async fn exception(client: &ThriftTestClient) -> Result {
    let ask = |what: &str| client.test_exception(what.to_owned());
    for safe in ["Safe", "success"] {
        ensure!(ask(safe).await.is_ok(), 500, "`{safe}` is none");
    }
    match ask("Xception").await {
        Err(ThriftTestTestExceptionError::Err1(Xception { error_code: 1001, message })) if message == "Xception" => {}
        other => throw!(500, "there is {other:?} in place of the exception"),
    }
    // one that is not declared, of which each language says something else
    match ask("TException").await {
        Err(ThriftTestTestExceptionError::Other(error)) if error.is::<RemoteFault>() => Ok(()),
        other => throw!(500, "there is {other:?} in place of a fault"),
    }
}

async fn multi_exception(client: &ThriftTestClient) -> Result {
    use ThriftTestTestMultiExceptionError::{Err1, Err2};
    let ask = |what: &str, text: &str| client.test_multi_exception(what.to_owned(), text.to_owned());
    match ask("Xception", "ignore").await {
        Err(Err1(first)) => {
            is(&(first.error_code, &*first.message), &(1001, "This is an Xception"))?;
        }
        other => throw!(500, "there is {other:?} in place of the exception"),
    }
    match ask("Xception2", "ignore").await {
        Err(Err2(second)) => {
            is(&(second.error_code, &*second.struct_thing.string_thing), &(2002, "This is an Xception2"))?;
        }
        other => throw!(500, "there is {other:?} in place of the other exception"),
    }
    match ask("success", "foobar").await {
        Ok(thing) => is(&&*thing.string_thing, &"foobar"),
        other => throw!(500, "there is {other:?} in place of the text"),
    }
}

async fn oneway(client: &ThriftTestClient) -> Result {
    let start = Instant::now();
    client.test_oneway(1).await?;
    let took = start.elapsed();
    ensure!(took < Duration::from_secs(3), 500, "it took {took:?}");
    Ok(())
}

async fn oneway_then_normal(client: &ThriftTestClient) -> Result {
    client.test_oneway(1).await?;
    is(&&*client.test_string("Python".to_owned()).await?, &"Python")
}

async fn secondtest_string(client: &SecondServiceClient) -> Result {
    is(&&*client.secondtest_string("foobar".to_owned()).await?, &"testString(\"foobar\")")
}
