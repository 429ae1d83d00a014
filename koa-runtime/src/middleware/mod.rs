//! Layers, ready made: one file each.

pub(crate) mod limit_body;
