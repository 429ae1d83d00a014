//! A shop to ask, and a client to ask it with.

#![allow(dead_code, unreachable_pub, missing_docs)] // each test uses a part of it

use std::sync::Mutex;

use koa_runtime::prelude::*;
use koa_thrift::{Call, Encoding, Fault, Kind, Message, MessageKind, ProtocolError, Reader, Value, Writer};
use tokio::sync::Semaphore;

pub mod peer;
pub mod shop {
    koa_thrift::idl!("shop");
}
pub use shop::base::{Base, BaseThingError, Closed, Thing};
pub use shop::{Other, Shop, ShopBuyError, SoldOut};

/// What was rung, and a door that is waited for.
pub struct Corner {
    pub rung: Mutex<Vec<String>>,
    pub door: Semaphore,
}

pub static CORNER: Corner = Corner { rung: Mutex::new(Vec::new()), door: Semaphore::const_new(0) };

pub struct Open;

impl Base for Open {
    async fn name(&self, _: &mut Call) -> Result<String> {
        Ok("corner shop".to_owned())
    }

    async fn thing(&self, _: &mut Call, number: i32) -> Result<Thing, BaseThingError> {
        if number < 0 {
            Err(Closed { message: "come back".to_owned(), until: 9 })?;
        }
        Ok(Thing { name: format!("thing {number}") })
    }
}

impl Shop for Open {
    async fn add(&self, _: &mut Call, left: i32, right: i32) -> Result<i32> {
        Ok(left.wrapping_add(right))
    }

    async fn echo(&self, _: &mut Call, bytes: Bytes) -> Result<Bytes> {
        Ok(bytes)
    }

    async fn buy(&self, _: &mut Call, number: i32) -> Result<Thing, ShopBuyError> {
        let name = "apple".to_owned();
        match number {
            0 => Err(SoldOut { thing: Thing { name } }.into()),
            1 => Err(Error::new(503).with_message("the till is jammed").into()),
            2 => Err("not a number".parse::<i32>().unwrap_err().into()),
            _ => Ok(Thing { name }),
        }
    }

    async fn ring(&self, _: &mut Call, note: String) -> Result {
        let is_broken = note == "broken";
        CORNER.rung.lock().unwrap().push(note);
        ensure!(!is_broken, "the bell is broken");
        Ok(())
    }

    async fn fail(&self, _: &mut Call, status: i32) -> Result {
        assert_ne!(status, 0, "out of order");
        Err(Error::new(u16::try_from(status)?).with_message("as you wish"))
    }

    async fn wait(&self, _: &mut Call) -> Result {
        CORNER.door.acquire().await?.forget();
        Ok(())
    }
}

pub struct Second;

impl Other for Second {
    async fn name(&self, _: &mut Call) -> Result<String> {
        Ok("the other".to_owned())
    }

    async fn whoami(&self, ctx: &mut Call) -> Result<String> {
        Ok(ctx.message().name.clone())
    }
}

pub fn app() -> Application<Call> {
    let mut app = Application::<Call>::of(pipeline![shop::shop(Open), shop::other(Second)]);
    app.settings_mut().events.silent = true;
    app
}

/// A struct with the fields that are given: arguments, and results.
#[derive(Debug, Default, PartialEq)]
pub struct Fields(pub Vec<(i16, Any)>);

/// A value of some of the kinds.
#[derive(Clone, Debug, PartialEq)]
pub enum Any {
    Number(i32),
    Text(String),
    Struct(Vec<(i16, Any)>),
}

impl Value for Fields {
    const KIND: Kind = Kind::Struct;

    fn read(reader: &mut Reader) -> Result<Self, ProtocolError> {
        let mut fields = Vec::new();
        reader.fields(|reader, id, kind| {
            let any = match kind {
                Kind::I32 => Any::Number(Value::read(reader)?),
                Kind::Binary => Any::Text(Value::read(reader)?),
                Kind::Struct => Any::Struct(Self::read(reader)?.0),
                _ => return reader.skip(kind),
            };
            fields.push((id, any));
            Ok(())
        })?;
        Ok(Self(fields))
    }

    fn write(&self, writer: &mut Writer) {
        writer.structure(|writer| {
            for (id, any) in &self.0 {
                match any {
                    Any::Number(number) => writer.field(*id, number),
                    Any::Text(text) => writer.field(*id, text),
                    Any::Struct(fields) => writer.field(*id, &Self(fields.clone())),
                }
            }
        });
    }
}

pub fn number(number: i32) -> Any {
    Any::Number(number)
}

pub fn text(text: impl Into<String>) -> Any {
    Any::Text(text.into())
}

/// A call with arguments from the first on.
pub fn call(encoding: Encoding, name: &str, sequence: i32, arguments: &[Any]) -> Message {
    let fields = Fields((1..).zip(arguments.iter().cloned()).collect());
    Message::new(encoding, MessageKind::Call, name, sequence, &fields).unwrap()
}

/// The only field of a result.
pub fn result(reply: &Message) -> (i16, Any) {
    assert_eq!(reply.kind, MessageKind::Reply, "{:?}", reply.read::<Fault>());
    let mut fields = reply.read::<Fields>().unwrap().0;
    assert_eq!(fields.len(), 1);
    fields.remove(0)
}

/// The number and the message of a fault.
pub fn fault(reply: &Message) -> (i32, String) {
    assert_eq!(reply.kind, MessageKind::Exception);
    let Fault { kind, message } = reply.read().unwrap();
    (kind.number(), message)
}
