//! The two ways to write a message.

/// How a message is written.
///
/// ```
/// use koa_thrift::{Encoding, Value, Writer};
///
/// let size = |encoding| {
///     let mut writer = Writer::new(encoding);
///     7_i64.write(&mut writer);
///     writer.finish().map(|bytes| bytes.len())
/// };
/// assert_eq!((size(Encoding::Binary)?, size(Encoding::Compact)?), (8, 1));
/// # Ok::<(), koa_thrift::ProtocolError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Thrift's binary protocol, the strict form, which every client has spoken since 2008.
    Binary,
    /// Thrift's compact protocol.
    Compact,
}
