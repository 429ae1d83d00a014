//! The tables of `routes!` against a model of what they mean.

mod against_the_model;
#[path = "../../../../tests/routes/model.rs"]
#[allow(missing_docs, unreachable_pub)]
mod model;
mod patterns;
mod walk;
mod words;
