//! The two ways to write a message.

/// How a message is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Thrift's binary protocol, the strict form, which every client has spoken since 2008.
    Binary,
    /// Thrift's compact protocol.
    Compact,
}
