//! What an IDL becomes.

use koa_runtime::prelude::*;
use koa_thrift::{Call, Caller, Encoding, Kind, ProtocolError, Reader, Value, Writer};

mod kinds {
    koa_thrift::idl!("kinds");
}
mod api {
    koa_thrift::idl!("api.v1");
}
use kinds::{Color, Defaults, Either, Empty, Odd, OddCallError, Oops, Point, Quiet, Tree};

fn through<T: Value>(value: &impl Value) -> Result<T, ProtocolError> {
    let mut writer = Writer::new(Encoding::Compact);
    value.write(&mut writer);
    T::read(&mut Reader::new(Encoding::Compact, writer.finish()?))
}

/// A struct with one field.
struct One<T>(i16, T);

impl<T: Value> Value for One<T> {
    const KIND: Kind = Kind::Struct;

    fn read(_: &mut Reader) -> Result<Self, ProtocolError> {
        Err(ProtocolError::Version)
    }

    fn write(&self, writer: &mut Writer) {
        writer.structure(|writer| writer.field(self.0, &self.1));
    }
}

#[test]
fn fields_that_are_not_there_are_what_the_idl_says() {
    let defaults: Defaults = through(&One(9, 1)).unwrap();
    assert_eq!((defaults.count, defaults.needed, defaults.on), (7, 1, true));
    assert_eq!(defaults.name.as_deref(), Some("none"));
    assert_eq!(defaults.list, ["a", "b"]);
    assert_eq!(defaults.map["sky"], Color::BLUE);
    assert_eq!(defaults.point, Point { x: 1.5, y: 0.0 });
    assert_eq!((defaults.color, defaults.ratio, defaults.big), (Color::GREEN, 1.0, i64::MAX));
    assert_eq!((&defaults.raw[..], &defaults.either), (&b"raw"[..], &Either::Right(3)));
    assert_eq!(defaults.id[..2], [0, 0x11]);
    assert_eq!(Defaults { needed: 1, ..Defaults::default() }, defaults);
}

#[test]
fn a_required_field_that_is_not_there_is_an_error() {
    let missing = ProtocolError::Missing { of: "Defaults", field: "needed" };
    assert_eq!(through::<Defaults>(&Empty {}), Err(missing));
}

#[test]
fn a_number_that_an_enum_does_not_name_is_kept() {
    let color: Color = through(&77).unwrap();
    assert_eq!((color, color.name(), format!("{color:?}")), (Color(77), None, "Color(77)".to_owned()));
    assert_eq!((Color::BLUE, format!("{:?}", Color::GREEN)), (Color(6), "GREEN".to_owned()));
    assert_eq!((Color::RED, Color::default()), (Color::CRIMSON, Color::RED));
}

#[test]
fn a_union_has_one_field() {
    assert_eq!(through::<Either>(&One(2, 5)), Ok(Either::Right(5)));
    assert_eq!(through::<Either>(&Empty {}), Err(ProtocolError::Union("Either")));
    assert_eq!(through::<Either>(&One(9, 5)), Err(ProtocolError::Union("Either")));
    let several = Tree { value: 1, left: None, right: None, more: vec![] };
    assert!(through::<Either>(&several).is_err());
}

#[test]
fn a_struct_may_be_in_itself() {
    let leaf = Tree { value: 1, left: None, right: None, more: vec![] };
    let tree = Tree { value: 2, left: Some(Box::new(leaf.clone())), right: None, more: vec![leaf] };
    assert_eq!(through::<Tree>(&tree), Ok(tree));
}

#[test]
fn constants_have_their_values() {
    assert_eq!((kinds::BIG, kinds::FAVOURITE), (i64::MAX, Color::GREEN));
    assert_eq!(*kinds::GREETING, "say \"hi\"\n");
    assert_eq!(kinds::TABLE["one"], [1]);
}

#[test]
fn words_of_rust_may_be_names() {
    let odd = kinds::Type { self_: 1, r#match: 2, some: String::new() };
    assert_eq!(through::<kinds::Type>(&odd), Ok(odd));
}

#[test]
fn an_exception_is_an_error_with_its_message() {
    let error: Box<dyn std::error::Error> = Oops { message: "no".to_owned() }.into();
    assert_eq!(error.to_string(), "Oops: no");
    assert_eq!(Quiet { code: 3 }.to_string(), "Quiet");
}

#[test]
fn a_question_mark_makes_a_declared_exception_of_one_and_another_error_of_the_rest() {
    let thrown = |error: Error| -> Result<(), OddCallError> { Err(error)? };
    assert!(matches!(thrown(Oops::default().into()), Err(OddCallError::Other_(_))));
    assert!(matches!(thrown(Quiet { code: 3 }.into()), Err(OddCallError::Quiet(Quiet { code: 3 }))));
    let Err(OddCallError::Other(error)) = thrown(Error::new(404)) else { panic!() };
    assert_eq!(error.status(), 404);
    // not one that is only behind another
    let behind = Error::new(500).with_source(Error::from(Quiet { code: 3 }));
    assert!(matches!(thrown(behind), Err(OddCallError::Other(_))));
}

#[derive(Debug)]
struct Implemented;

impl Odd for Implemented {
    async fn r#match(&self, _: &mut Call, ctx: i32, self_: i32, reader: i32) -> Result<i32> {
        Ok(ctx + self_ + reader)
    }

    async fn take(&self, _: &mut Call, _: Either, _: Option<kinds::Result>) -> Result {
        Ok(())
    }

    async fn call(&self, _: &mut Call) -> Result<(), OddCallError> {
        Ok(())
    }
}

#[tokio::test]
async fn an_argument_may_be_called_as_the_context() {
    let app = Application::<Call>::of(pipeline![kinds::odd(Implemented)]);
    let client = kinds::OddClient::from(Caller::new(app));
    assert_eq!(client.r#match(1, 20, 300).await.unwrap(), 321);
}

#[test]
fn a_file_may_have_dots_in_its_name() {
    assert_eq!(api::VERSION, 1);
}
