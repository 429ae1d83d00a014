//! The router at run time: `routes!` makes a table of routes and the code that finds one, and this runs it.

pub(crate) mod branches;
pub(crate) mod entry;
pub(crate) mod fall;
pub(crate) mod group;
pub(crate) mod host;
pub(crate) mod leaf;
pub(crate) mod link;
pub(crate) mod many;
pub(crate) mod matching;
pub(crate) mod methods;
mod missed;
pub(crate) mod mixed;
pub(crate) mod near;
pub(crate) mod param;
pub(crate) mod read;
pub(crate) mod reader;
pub(crate) mod spares;
pub(crate) mod table;
pub(crate) mod trail;
pub(crate) mod walk;
