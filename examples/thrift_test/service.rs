//! What the test service does.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use koa_runtime::prelude::*;
use koa_thrift::Call;

pub(crate) mod thrift_test {
    koa_thrift::idl!("thrift_test");
}
use thrift_test::{
    Insanity, Numberz, SecondService, ThriftTest, ThriftTestTestExceptionError, ThriftTestTestMultiExceptionError,
    UserId, Xception, Xception2, Xtruct, Xtruct2,
};

/// The service.
pub(crate) struct Test;

/// The other service, for connections that are used for two.
pub(crate) struct Second;

impl ThriftTest for Test {
    async fn test_void(&self, _: &mut Call) -> Result {
        Ok(())
    }

    async fn test_string(&self, _: &mut Call, thing: String) -> Result<String> {
        Ok(thing)
    }

    async fn test_bool(&self, _: &mut Call, thing: bool) -> Result<bool> {
        Ok(thing)
    }

    async fn test_byte(&self, _: &mut Call, thing: i8) -> Result<i8> {
        Ok(thing)
    }

    async fn test_i32(&self, _: &mut Call, thing: i32) -> Result<i32> {
        Ok(thing)
    }

    async fn test_i64(&self, _: &mut Call, thing: i64) -> Result<i64> {
        Ok(thing)
    }

    async fn test_double(&self, _: &mut Call, thing: f64) -> Result<f64> {
        Ok(thing)
    }

    async fn test_binary(&self, _: &mut Call, thing: Bytes) -> Result<Bytes> {
        Ok(thing)
    }

    async fn test_struct(&self, _: &mut Call, thing: Xtruct) -> Result<Xtruct> {
        Ok(thing)
    }

    async fn test_nest(&self, _: &mut Call, thing: Xtruct2) -> Result<Xtruct2> {
        Ok(thing)
    }

    async fn test_map(&self, _: &mut Call, thing: BTreeMap<i32, i32>) -> Result<BTreeMap<i32, i32>> {
        Ok(thing)
    }

    async fn test_string_map(&self, _: &mut Call, thing: BTreeMap<String, String>) -> Result<BTreeMap<String, String>> {
        Ok(thing)
    }

    async fn test_set(&self, _: &mut Call, thing: BTreeSet<i32>) -> Result<BTreeSet<i32>> {
        Ok(thing)
    }

    async fn test_list(&self, _: &mut Call, thing: Vec<i32>) -> Result<Vec<i32>> {
        Ok(thing)
    }

    async fn test_enum(&self, _: &mut Call, thing: Numberz) -> Result<Numberz> {
        Ok(thing)
    }

    async fn test_typedef(&self, _: &mut Call, thing: UserId) -> Result<UserId> {
        Ok(thing)
    }

    async fn test_map_map(&self, _: &mut Call, _: i32) -> Result<BTreeMap<i32, BTreeMap<i32, i32>>> {
        let of = |sign: i32| (1..=4).map(|number| (sign * number, sign * number)).collect();
        Ok(BTreeMap::from([(-4, of(-1)), (4, of(1))]))
    }

    async fn test_insanity(
        &self,
        _: &mut Call,
        argument: Insanity,
    ) -> Result<BTreeMap<UserId, BTreeMap<Numberz, Insanity>>> {
        let first = BTreeMap::from([(Numberz::TWO, argument.clone()), (Numberz::THREE, argument)]);
        let second = BTreeMap::from([(Numberz::SIX, Insanity::default())]);
        Ok(BTreeMap::from([(1, first), (2, second)]))
    }

    async fn test_multi(
        &self,
        _: &mut Call,
        arg0: i8,
        arg1: i32,
        arg2: i64,
        _: BTreeMap<i16, String>,
        _: Numberz,
        _: UserId,
    ) -> Result<Xtruct> {
        Ok(Xtruct { string_thing: "Hello2".to_owned(), byte_thing: arg0, i32_thing: arg1, i64_thing: arg2 })
    }

    async fn test_exception(&self, _: &mut Call, arg: String) -> Result<(), ThriftTestTestExceptionError> {
        match &*arg {
            "Xception" => Err(Xception { error_code: 1001, message: arg }.into()),
            "TException" => Err(Error::new(500).with_message("this is not declared").into()),
            _ => Ok(()),
        }
    }

    async fn test_multi_exception(
        &self,
        _: &mut Call,
        arg0: String,
        arg1: String,
    ) -> Result<Xtruct, ThriftTestTestMultiExceptionError> {
        let with = |text: &str| Xtruct { string_thing: text.to_owned(), ..Xtruct::default() };
        match &*arg0 {
            "Xception" => Err(Xception { error_code: 1001, message: "This is an Xception".to_owned() }.into()),
            "Xception2" => Err(Xception2 { error_code: 2002, struct_thing: with("This is an Xception2") }.into()),
            _ => Ok(with(&arg1)),
        }
    }

    async fn test_oneway(&self, _: &mut Call, seconds_to_sleep: i32) -> Result {
        tokio::time::sleep(Duration::from_secs(seconds_to_sleep.try_into()?)).await;
        Ok(())
    }
}

impl SecondService for Second {
    async fn secondtest_string(&self, _: &mut Call, thing: String) -> Result<String> {
        Ok(format!("testString(\"{thing}\")"))
    }
}
