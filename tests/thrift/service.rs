//! How the methods of services are found, and what becomes of how they end.

mod support;

use std::sync::{Arc, Mutex};

use koa_runtime::prelude::*;
use koa_thrift::{Call, Encoding, Fault, FaultKind, Message, MessageKind, ProtocolError, over_http, retry};
use support::{Any, CORNER, Fields, Open, app, call, fault, number, result, shop, text};

const BOTH: [Encoding; 2] = [Encoding::Binary, Encoding::Compact];

async fn ask(name: &str, arguments: &[Any]) -> Message {
    app().ask(call(Encoding::Binary, name, 1, arguments)).await.unwrap()
}

#[tokio::test]
async fn a_call_is_answered_in_kind() {
    for encoding in BOTH {
        for sequence in [0, 7, i32::MAX, i32::MIN, -1] {
            let reply = app().ask(call(encoding, "add", sequence, &[number(2), number(3)])).await.unwrap();
            assert_eq!((reply.encoding, &*reply.name, reply.sequence), (encoding, "add", sequence));
            assert_eq!(result(&reply), (0, number(5)));
        }
    }
}

#[tokio::test]
async fn a_method_of_an_extended_service_is_found() {
    assert_eq!(result(&ask("thing", &[number(4)]).await), (0, Any::Struct(vec![(1, text("thing 4"))])));
}

#[tokio::test]
async fn a_method_without_a_result_ends_with_no_field() {
    CORNER.door.add_permits(1);
    let reply = ask("wait", &[]).await;
    assert_eq!((reply.kind, reply.read::<Fields>().unwrap()), (MessageKind::Reply, Fields::default()));
}

#[tokio::test]
async fn a_declared_exception_is_a_field_of_the_result() {
    assert_eq!(
        result(&ask("buy", &[number(0)]).await),
        (4, Any::Struct(vec![(1, Any::Struct(vec![(1, text("apple"))]))]))
    );
    // of an extended service, left with `?`
    assert_eq!(
        result(&ask("thing", &[number(-1)]).await),
        (1, Any::Struct(vec![(1, text("come back")), (2, number(9))]))
    );
}

#[tokio::test]
async fn any_other_error_is_an_internal_one_that_says_what_is_exposed() {
    assert_eq!(fault(&ask("buy", &[number(1)]).await), (6, "Service Unavailable".to_owned()));
    assert_eq!(fault(&ask("buy", &[number(2)]).await), (6, "Internal Server Error".to_owned()));
    assert_eq!(fault(&ask("fail", &[number(409)]).await), (6, "as you wish".to_owned()));
    // a panic is one too
    assert_eq!(fault(&ask("fail", &[number(0)]).await), (6, "Internal Server Error".to_owned()));
}

#[tokio::test]
async fn an_unknown_method_is_said_to_be_one() {
    let reply = ask("steal", &[]).await;
    assert_eq!((&*reply.name, fault(&reply)), ("steal", (1, "there is no method steal".to_owned())));
}

#[tokio::test]
async fn a_long_name_is_not_said_again_whole_and_a_longer_one_is_no_name() {
    for encoding in BOTH {
        let long = call(encoding, &"x".repeat(1024), 1, &[]).encode().unwrap();
        let reply = app().ask(Message::decode(long).unwrap()).await.unwrap();
        assert_eq!(fault(&reply), (1, format!("there is no method {}", "x".repeat(64))));
        let longer = call(encoding, &"x".repeat(1025), 1, &[]).encode().unwrap();
        assert_eq!(Message::decode(longer).unwrap_err(), ProtocolError::Name(1024));
    }
}

#[tokio::test]
async fn services_are_told_apart_by_their_names() {
    for (name, expected) in [("name", "corner shop"), ("Shop:name", "corner shop"), ("Other:name", "the other")] {
        let reply = ask(name, &[]).await;
        assert_eq!((&*reply.name, result(&reply)), ("name", (0, text(expected))), "{name}");
    }
    assert_eq!(result(&ask("Other:whoami", &[]).await), (0, text("Other:whoami")));
    assert_eq!(fault(&ask("Other:add", &[]).await).0, 1);
    assert_eq!(fault(&ask("Nobody:name", &[]).await), (1, "there is no method Nobody:name".to_owned()));
}

#[tokio::test]
async fn a_one_way_call_has_no_reply_however_it_ends() {
    // as it is declared, as it is called, as neither
    for (method, kind) in [("ring", MessageKind::OneWay), ("ring", MessageKind::Call), ("add", MessageKind::OneWay)] {
        for note in ["once", "broken"] {
            let mut message = call(Encoding::Compact, method, 1, &[text(note)]);
            message.kind = kind;
            assert!(app().ask(message).await.is_none(), "{method} {kind:?} {note}");
        }
    }
    let mut unknown = call(Encoding::Binary, "steal", 1, &[]);
    unknown.kind = MessageKind::OneWay;
    assert!(app().ask(unknown).await.is_none());
    assert_eq!(CORNER.rung.lock().unwrap().len(), 4);
}

#[tokio::test]
async fn a_reply_is_no_call() {
    for (kind, method) in [(MessageKind::Reply, "add"), (MessageKind::Exception, "steal")] {
        let mut message = call(Encoding::Binary, method, 1, &[]);
        message.kind = kind;
        let heard = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&heard);
        let app = app().on_error(move |error, _| told.lock().unwrap().push(error.status().as_u16()));
        assert_eq!(fault(&app.ask(message).await.unwrap()).0, FaultKind::InvalidMessageType.number());
        // the client's mistake, where a layer finds it
        assert!(heard.lock().unwrap().iter().all(|&status| status == 400));
    }
}

#[tokio::test]
async fn arguments_that_make_no_sense_are_a_protocol_error() {
    for body in [&b""[..], b"\x08\0\x01\0", b"\x0f\0\x09\x0b\x7f\xff\xff\xff", b"\x0c\0\x02"] {
        let mut message = call(Encoding::Binary, "add", 1, &[]);
        message.body = Bytes::copy_from_slice(body);
        assert_eq!(
            fault(&app().ask(message).await.unwrap()),
            (7, "the message ends in the middle".to_owned()),
            "{body:?}"
        );
    }
    // what is not known is passed over, and what is not there is zero
    assert_eq!(result(&ask("add", &[text("2"), number(3), number(4)]).await), (0, number(3)));
}

/// A call as a log has it.
struct Shown<'c>(&'c Call, Option<&'c Result>);

impl std::fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.1 {
            None => self.0.write_asked(f),
            Some(outcome) => self.0.write_answered(outcome, f),
        }
    }
}

#[tokio::test]
async fn a_layer_that_keeps_an_error_for_itself_leaves_no_result() {
    #[middleware]
    async fn swallow(ctx: &mut Call, next: Next) -> Result {
        let _ = next.run(ctx).await;
        Ok(())
    }
    #[middleware]
    async fn look(#[config] seen: Arc<Mutex<String>>, ctx: &mut Call, next: Next) -> Result {
        let outcome = next.run(ctx).await;
        *seen.lock().unwrap() = Shown(ctx, Some(&outcome)).to_string();
        outcome
    }
    let seen = Arc::default();
    let app = Application::<Call>::of(pipeline![look(Arc::clone(&seen)), swallow, shop::shop(Open)]);
    let reply = app.ask(call(Encoding::Binary, "fail", 1, &[number(500)])).await.unwrap();
    assert_eq!(fault(&reply), (5, "fail has no result".to_owned()));
    assert_eq!(*seen.lock().unwrap(), "no result");
    // and what another application says is not fine because it was said
    let app = Application::<Call>::of(pipeline![look(Arc::clone(&seen)), retry(1, support::app())]);
    assert_eq!(fault(&app.ask(call(Encoding::Binary, "steal", 1, &[])).await.unwrap()).0, 1);
    assert_eq!(*seen.lock().unwrap(), "fault");
}

#[tokio::test]
async fn layers_around_a_service_see_the_method_and_how_it_ended() {
    type Seen = Arc<Mutex<Vec<String>>>;

    #[middleware]
    async fn look(#[config] seen: Seen, ctx: &mut Call, next: Next) -> Result {
        let outcome = next.run(ctx).await;
        let (asked, answered) = (Shown(ctx, None), Shown(ctx, Some(&outcome)));
        seen.lock().unwrap().push(format!("{asked} {answered} {:?} {}", ctx.service(), ctx.method()));
        outcome
    }

    let seen = Seen::default();
    let mut app = Application::<Call>::of(pipeline![look(seen.clone()), shop::shop(Open)]);
    app.settings_mut().events.silent = true;
    for (name, argument) in [("add", 1), ("Shop:buy", 0), ("buy", 1), ("steal", 0)] {
        app.ask(call(Encoding::Binary, name, 1, &[number(argument)])).await;
    }
    let expected = [
        "add ok None add",
        "Shop:buy threw SoldOut Some(\"Shop\") buy",
        "buy error 503 None buy",
        "steal unknown method None steal",
    ];
    assert_eq!(*seen.lock().unwrap(), expected);
}

#[tokio::test]
async fn a_layer_may_refuse_with_a_fault_of_its_own_and_the_error_event_hears_of_it() {
    #[middleware]
    async fn closed(ctx: &mut Call, next: Next) -> Result {
        if ctx.method() == "add" {
            return Err(Fault::new(FaultKind::Unknown, "closed on Sundays").into());
        }
        next.run(ctx).await
    }
    let heard = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&heard);
    let app = Application::<Call>::of(pipeline![closed, shop::shop(Open)])
        .on_error(move |error, ctx| told.lock().unwrap().push(format!("{} {error}", ctx.method())));
    let reply = app.ask(call(Encoding::Binary, "add", 1, &[])).await.unwrap();
    assert_eq!(fault(&reply), (0, "closed on Sundays".to_owned()));
    assert_eq!(*heard.lock().unwrap(), ["add closed on Sundays"]);
}

#[tokio::test]
async fn http_carries_messages_both_ways() {
    let http = Application::new(pipeline![over_http(app())]);
    let post = |message: Message| {
        http.post("/").header("Content-Type", "application/x-thrift").body(message.encode().unwrap())
    };
    for encoding in BOTH {
        let reply = post(call(encoding, "Shop:add", 9, &[number(2), number(3)])).await;
        assert_eq!((reply.status(), reply.header("Content-Type")), (Status::OK, "application/x-thrift"));
        let reply = Message::decode(reply.bytes().clone()).unwrap();
        assert_eq!((reply.sequence, result(&reply)), (9, (0, number(5))));
        let reply = Message::decode(post(call(encoding, "steal", 9, &[])).await.bytes().clone()).unwrap();
        assert_eq!(fault(&reply).0, 1);
    }
    let mut one_way = call(Encoding::Binary, "add", 1, &[]);
    one_way.kind = MessageKind::OneWay;
    let reply = post(one_way).await;
    assert_eq!((reply.status(), reply.text()), (Status::OK, ""));
}

#[tokio::test]
async fn http_refuses_what_is_no_message() {
    let mut thrift = app();
    thrift.settings_mut().message = 64;
    let http = Application::new(pipeline![over_http(thrift)]);
    assert_eq!(http.get("/").await.status(), 405);
    assert_eq!(http.post("/").body("x").await.status(), 415);
    let post = |body: Vec<u8>| http.post("/").header("Content-Type", "application/x-thrift").body(body);
    assert_eq!(post(b"\x80\x01".to_vec()).await.status(), 400);
    assert_eq!(post(b"GET / HTTP".to_vec()).await.status(), 400);
    assert_eq!(post(vec![0; 65]).await.status(), 413);
}
