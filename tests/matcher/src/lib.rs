//! The code that `routes!` writes, against a model made of regular expressions: see `tests/differential.rs`.
