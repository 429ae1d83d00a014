// Made by koa-thrift-build: what is changed here is lost.
#[allow(warnings, missing_docs, unreachable_pub, clippy::all, clippy::pedantic, clippy::nursery, rustdoc::all)]
mod generated {
#[doc(hidden)]
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SmallAddArguments {
    pub left: i32,
    pub right: i32,
}

impl ::std::default::Default for SmallAddArguments {
    fn default() -> Self {
        Self {
            left: ::std::default::Default::default(),
            right: ::std::default::Default::default(),
        }
    }
}

impl ::koa_thrift::Value for SmallAddArguments {
    const KIND: ::koa_thrift::Kind = ::koa_thrift::Kind::Struct;

    fn read(reader: &mut ::koa_thrift::Reader) -> ::std::result::Result<Self, ::koa_thrift::ProtocolError> {
        let mut field0 = ::std::option::Option::None;
        let mut field1 = ::std::option::Option::None;
        reader.fields(|reader, id, kind| {
            match (id, kind) {
                (1, ::koa_thrift::Kind::I32) => field0 = ::std::option::Option::Some(<i32 as ::koa_thrift::Value>::read(reader)?),
                (2, ::koa_thrift::Kind::I32) => field1 = ::std::option::Option::Some(<i32 as ::koa_thrift::Value>::read(reader)?),
                _ => reader.skip(kind)?,
            }
            ::std::result::Result::Ok(())
        })?;
        ::std::result::Result::Ok(Self {
            left: field0.unwrap_or_else(|| ::std::default::Default::default()),
            right: field1.unwrap_or_else(|| ::std::default::Default::default()),
        })
    }

    fn write(&self, writer: &mut ::koa_thrift::Writer) {
        writer.structure(|writer| {
            writer.field(1, &self.left);
            writer.field(2, &self.right);
        });
    }
}
#[doc(hidden)]
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SmallPingArguments {
}

impl ::std::default::Default for SmallPingArguments {
    fn default() -> Self {
        Self {
        }
    }
}

impl ::koa_thrift::Value for SmallPingArguments {
    const KIND: ::koa_thrift::Kind = ::koa_thrift::Kind::Struct;

    fn read(reader: &mut ::koa_thrift::Reader) -> ::std::result::Result<Self, ::koa_thrift::ProtocolError> {
        reader.fields(|reader, id, kind| {
            match (id, kind) {
                _ => reader.skip(kind)?,
            }
            ::std::result::Result::Ok(())
        })?;
        ::std::result::Result::Ok(Self {
        })
    }

    fn write(&self, writer: &mut ::koa_thrift::Writer) {
        writer.structure(|writer| {
        });
    }
}
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no implementation of the service `Small`",
    label = "this has none of its methods",
    note = "write `impl Small for {Self}`; that of a type is none of a reference or an `Arc` to it"
)]
pub trait Small: ::std::marker::Send + ::std::marker::Sync + 'static {
    fn add(&self, ctx: &mut ::koa_thrift::Call, left: i32, right: i32) -> impl ::std::future::Future<Output = ::std::result::Result<i32, ::koa_thrift::koa_runtime::Error>> + ::std::marker::Send;
    fn ping(&self, ctx: &mut ::koa_thrift::Call) -> impl ::std::future::Future<Output = ::std::result::Result<(), ::koa_thrift::koa_runtime::Error>> + ::std::marker::Send;
}

/// A layer that runs the methods of an implementation of [`Small`], and hands on what is not for it: see [`koa_thrift::serve`](::koa_thrift::serve()).
pub fn small<T: Small>(implementation: T) -> ::koa_thrift::serve<SmallMethods<T>> {
    ::koa_thrift::serve(SmallMethods(implementation))
}

/// The methods of an implementation of [`Small`].
#[derive(Debug)]
pub struct SmallMethods<T>(T);

impl<T: Small> ::koa_thrift::Service for SmallMethods<T> {
    const NAME: &'static str = "Small";

    fn has(method: &str) -> bool {
        ::std::matches!(method, "add" | "ping")
    }

    async fn call(&self, ctx: &mut ::koa_thrift::Call) -> ::koa_thrift::koa_runtime::Result {
        match ctx.method() {
            "add" => {
                let arguments: SmallAddArguments = ctx.arguments()?;
                match Small::add(&self.0, ctx, arguments.left, arguments.right).await {
                    ::std::result::Result::Ok(result) => ctx.returns(&result),
                    ::std::result::Result::Err(error) => ::std::result::Result::Err(error),
                }
            }
            "ping" => {
                let arguments: SmallPingArguments = ctx.arguments()?;
                match Small::ping(&self.0, ctx).await {
                    ::std::result::Result::Ok(()) => ctx.returns_nothing(),
                    ::std::result::Result::Err(error) => ::std::result::Result::Err(error),
                }
            }
            _ => ::std::result::Result::Ok(()),
        }
    }
}

/// Calls the methods of [`Small`] elsewhere.
#[derive(Clone, Debug)]
pub struct SmallClient(::koa_thrift::Caller);

impl ::std::convert::From<::koa_thrift::Caller> for SmallClient {
    fn from(caller: ::koa_thrift::Caller) -> Self {
        Self(caller)
    }
}

impl SmallClient {
    pub async fn add(&self, left: i32, right: i32) -> ::std::result::Result<i32, ::koa_thrift::koa_runtime::Error> {
        let reply = self.0.call("add", &SmallAddArguments { left: left, right: right }).await?;
        let mut result: ::std::result::Result<i32, ::koa_thrift::koa_runtime::Error> = ::std::result::Result::Err(::std::convert::From::from(::koa_thrift::Caller::__missing()));
        self.0.__read(&reply, |reader, id, kind| {
            match (id, kind) {
                (0, ::koa_thrift::Kind::I32) => result = ::std::result::Result::Ok(::koa_thrift::Value::read(reader)?),
                _ => reader.skip(kind)?,
            }
            ::std::result::Result::Ok(())
        })?;
        result
    }
    pub async fn ping(&self) -> ::std::result::Result<(), ::koa_thrift::koa_runtime::Error> {
        let reply = self.0.call("ping", &SmallPingArguments {  }).await?;
        let mut result: ::std::result::Result<(), ::koa_thrift::koa_runtime::Error> = ::std::result::Result::Ok(());
        self.0.__read(&reply, |reader, id, kind| {
            match (id, kind) {
                _ => reader.skip(kind)?,
            }
            ::std::result::Result::Ok(())
        })?;
        result
    }
}

}
#[allow(warnings, missing_docs, unreachable_pub, clippy::all, clippy::pedantic, clippy::nursery, rustdoc::all)]
pub use generated::*;
