//! A Thrift service: its IDL is `idl/calculator.thrift`, of which build.rs makes the module. Any client may call it, framed or not, in
//! the binary or the compact protocol; over HTTP too, one port higher.
//!
//! ```sh
//! cargo run --release -p examples --example thrift_calculator
//! python3 examples/idl/calculator.py 3000                 # needs nothing
//! pip install thriftpy2 && python3 -c 'import thriftpy2, thriftpy2.rpc as rpc
//! idl = thriftpy2.load("examples/idl/calculator.thrift", module_name="idl_thrift")
//! print(rpc.make_client(idl.Calculator, "127.0.0.1", 3000).add(2, 3))'
//! thrift -r --gen js:node,es6 examples/idl/calculator.thrift && npm install thrift && node -e '
//! const thrift = require("thrift"), { Client } = require("./gen-nodejs/Calculator")
//! const connection = thrift.createConnection("127.0.0.1", 3000, { transport: thrift.TFramedTransport })
//! thrift.createClient(Client, connection).add(2, 3).then(sum => { console.log(sum); connection.end() })'
//! ```

use std::{sync::Mutex, time::Instant};

use koa_runtime::prelude::*;
use koa_thrift::{Call, over_http};
use tokio::net::TcpListener;

mod calculator {
    koa_thrift::idl!("calculator");
}
use calculator::{
    Calculator, CalculatorCalculateError, Impossible, Operation, Work,
    history::{Entry, History},
};

/// Implements the service.
#[derive(Default)]
struct Remembering {
    done: Mutex<Vec<Entry>>,
}

impl Remembering {
    fn remember(&self, what: String, result: i32) -> i32 {
        self.entries().push(Entry { what, result });
        result
    }

    fn entries(&self) -> std::sync::MutexGuard<'_, Vec<Entry>> {
        self.done.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl History for Remembering {
    async fn last(&self, _: &mut Call, most: i32) -> Result<Vec<Entry>> {
        let most = if most == 0 { usize::MAX } else { most.try_into()? };
        Ok(self.entries().iter().rev().take(most).cloned().collect())
    }
}

impl Calculator for Remembering {
    async fn ping(&self, _: &mut Call) -> Result {
        Ok(())
    }

    async fn add(&self, _: &mut Call, left: i32, right: i32) -> Result<i32> {
        Ok(self.remember(format!("{left} + {right}"), left.saturating_add(right)))
    }

    async fn calculate(&self, _: &mut Call, work: Work) -> Result<i32, CalculatorCalculateError> {
        let Work { left, right, operation, comment } = work;
        let result = match operation {
            Operation::ADD => left.checked_add(right),
            Operation::SUBTRACT => left.checked_sub(right),
            Operation::MULTIPLY => left.checked_mul(right),
            Operation::DIVIDE => left.checked_div(right),
            // an enum may have values that the IDL does not name
            Operation(_) => None,
        };
        // an exception that the IDL declares; any other error would be an internal one
        let impossible = || Impossible { operation, message: format!("{left} and {right} have no such result") };
        let result = result.ok_or_else(impossible)?;
        Ok(self.remember(comment.unwrap_or_else(|| format!("{operation:?} {left} {right}")), result))
    }

    async fn forget(&self, _: &mut Call) -> Result {
        self.entries().clear();
        Ok(())
    }
}

/// A layer of every protocol there is.
#[middleware]
async fn logger<C: Protocol>(ctx: &mut C, next: Next) -> Result {
    struct Asked<'c, C>(&'c C);
    impl<C: Protocol> std::fmt::Display for Asked<'_, C> {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            self.0.write_asked(f)
        }
    }
    struct Answered<'c, C>(&'c C, &'c Result);
    impl<C: Protocol> std::fmt::Display for Answered<'_, C> {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            self.0.write_answered(self.1, f)
        }
    }
    let start = Instant::now();
    let outcome = next.run(ctx).await;
    println!("{} - {} in {:?}", Asked(ctx), Answered(ctx, &outcome), start.elapsed());
    outcome
}

fn app() -> Application<Call> {
    Application::of(pipeline![logger, calculator::calculator(Remembering::default())])
}

#[tokio::main]
async fn main() -> Result {
    let port: u16 = std::env::var("PORT").map_or(Ok(3000), |port| port.parse())?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let over = TcpListener::bind(("127.0.0.1", if port == 0 { 0 } else { port + 1 })).await?;
    println!("listening on thrift://{}", listener.local_addr()?);
    println!("and on http://{}", over.local_addr()?);
    let app = app();
    let http = Application::new(pipeline![over_http(app.clone())]);
    tokio::try_join!(app.serve(listener).into_future(), http.serve(over).into_future())?;
    Ok(())
}
