//! What the guide shows compiles, and does what it says: `docs/thrift.md`.

#[allow(dead_code)]
mod server {
    include!(concat!(env!("OUT_DIR"), "/guide_server.rs"));

    mod client {
        use std::time::Duration;

        use super::{
            calculator::{CalculatorClient, CalculatorDivideError},
            logger,
        };
        use koa_runtime::prelude::*;

        include!(concat!(env!("OUT_DIR"), "/guide_client.rs"));
    }

    #[tokio::test]
    async fn the_calculator_of_the_guide_divides() {
        let client = calculator::CalculatorClient::from(koa_thrift::Caller::new(Application::of(pipeline![
            logger,
            calculator::calculator(Mine)
        ])));
        assert_eq!(client.divide(6, 3).await.unwrap(), 2);
        assert!(matches!(client.divide(1, 0).await, Err(CalculatorDivideError::Impossible(_))));
    }
}
