//! The pipeline of a client is made of layers that run under every protocol.

mod support;

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use koa_runtime::{prelude::*, span, timeout};
use koa_thrift::{Caller, Pool, remote, retry};
use support::{
    app,
    peer::{framed, port, through},
    shop::ShopClient,
};
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
    subscriber::set_default,
};

type Fields = BTreeMap<&'static str, String>;

/// Keeps the fields of each span.
#[derive(Clone, Default)]
struct Spans(Arc<Mutex<Vec<Fields>>>);

struct Take<'f>(&'f mut Fields);

impl Visit for Take<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

impl Subscriber for Spans {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let mut spans = self.0.lock().unwrap();
        let mut fields = Fields::from([("name", attributes.metadata().name().to_owned())]);
        attributes.record(&mut Take(&mut fields));
        spans.push(fields);
        Id::from_u64(spans.len() as u64)
    }

    fn record(&self, id: &Id, values: &Record<'_>) {
        let at = usize::try_from(id.into_u64()).unwrap() - 1;
        values.record(&mut Take(&mut self.0.lock().unwrap()[at]));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

impl Spans {
    fn all(&self, field: &str) -> Vec<String> {
        self.0.lock().unwrap().iter().map(|fields| fields.get(field).cloned().unwrap_or_default()).collect()
    }
}

/// All the layers that a client needs, around a pool.
fn layered(pool: Pool) -> Caller {
    let once = Application::of(pipeline![span, timeout(Duration::from_millis(300)), remote(pool)]);
    let all = pipeline![
        timeout(Duration::from_secs(10)),
        span,
        retry(3, once).safe(|call| call.method() == "add").pause(Duration::from_millis(1)),
    ];
    Caller::new(Application::of(all))
}

#[tokio::test]
async fn a_span_has_the_name_of_the_method_around_all_and_around_each_time() {
    let spans = Spans::default();
    let _guard = set_default(spans.clone());
    let (listener, address) = port().await;
    tokio::spawn(app().serve(listener).into_future());
    let client = ShopClient::from(layered(Pool::new(address.to_string())).service("Shop"));
    assert_eq!(client.add(2, 3).await.unwrap(), 5);
    assert_eq!(spans.all("name"), ["request"; 2]);
    assert_eq!(spans.all("protocol"), ["\"thrift\""; 2]);
    assert_eq!(spans.all("asked"), ["Shop:add"; 2]);
    assert_eq!(spans.all("answered"), ["ok"; 2]);
    assert!(spans.all("duration").iter().all(|seconds| seconds.parse::<f64>().is_ok()));
}

#[tokio::test]
async fn what_takes_too_long_is_given_up_and_called_again_where_it_is_safe() {
    let spans = Spans::default();
    let _guard = set_default(spans.clone());
    let (listener, address) = port().await;
    // one that hears, and says nothing
    tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            framed(&mut stream).await;
            open.push(stream);
        }
    });
    let client = ShopClient::from(layered(Pool::new(address.to_string())));
    assert_eq!(client.add(1, 1).await.unwrap_err().status(), 503);
    // around all, which ends last, and around each of three times
    assert_eq!(spans.all("answered"), ["error 503"; 4]);
    assert_eq!(client.fail(0).await.unwrap_err().status(), 503);
    assert_eq!(spans.all("asked")[4..], ["fail"; 2]);
}

#[tokio::test]
async fn the_time_for_all_is_that_for_all_times() {
    let once = Application::of(pipeline![remote(Pool::new("127.0.0.1:1"))]);
    let all = pipeline![timeout(Duration::from_millis(100)), retry(u32::MAX, once).pause(Duration::from_millis(20))];
    let client = ShopClient::from(Caller::new(Application::of(all)));
    let start = Instant::now();
    assert_eq!(client.add(1, 1).await.unwrap_err().status(), 503);
    assert!(start.elapsed() < Duration::from_secs(5));
    // nobody is there, and once is once
    let client = ShopClient::from(through(Pool::new("127.0.0.1:1")));
    assert_eq!(client.add(1, 1).await.unwrap_err().status(), 502);
}
