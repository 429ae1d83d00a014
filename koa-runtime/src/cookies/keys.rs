//! The keys that cookies are signed with: Koa's `app.keys`, its keygrip.

use std::fmt;
use std::sync::Arc;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use sha2::Sha256;

use super::base64url;
use crate::{Error, Result};

/// The secrets that cookies are signed with, the newest first: that one signs, and each of them vouches (K-481, K-488).
///
/// So a secret is changed by putting a new one in front. What an old one signed is signed anew when it is read (K-494), and
/// the old one is dropped when what it signed is no longer of use.
///
/// ```
/// use koa_runtime::cookies::Keys;
///
/// let keys = Keys::new(["newest", "older"])?;
/// let signature = keys.sign("name=ada");
/// assert!(keys.verify("name=ada", &signature));
///
/// let next_year = Keys::new(["brand new", "newest"])?;
/// assert_eq!(next_year.index("name=ada", &signature), Some(1));
/// # Ok::<(), koa_runtime::Error>(())
/// ```
///
/// # SHA-1, unless SHA-256 is asked for
///
/// [`new`](Keys::new) signs as Koa does, with HMAC-SHA1 (K-486), so that services in Koa and services in Rust can share
/// their cookies, and one can take the place of the other without signing anybody out. What is known against SHA-1 is that
/// two texts of one hash can be made; that does not help to make a signature without the key (RFC 6194, section 3.3).
/// Where nothing is shared with Koa, or SHA-1 is not allowed whatever it is for, take [`Algorithm::Sha256`];
/// [`then`](Keys::then) leads from one to the other.
///
/// A secret should be at least 20 bytes of chance for SHA-1, 32 for SHA-256. Clones share it; it is never printed.
#[derive(Clone)]
pub struct Keys {
    keys: Arc<[Key]>,
}

/// How a key signs.
///
/// ```
/// # use koa_runtime::cookies::{Algorithm, Keys};
/// let keys = Keys::with(Algorithm::Sha256, ["newest", "older"])?;
/// assert_eq!(keys.sign("name=ada").len(), 43);
/// # Ok::<(), koa_runtime::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// HMAC-SHA1, as Koa signs: 27 letters.
    Sha1,
    /// HMAC-SHA256: 43 letters.
    Sha256,
}

/// A key as its algorithm has taken it in, so that the secret itself is not kept.
#[derive(Clone)]
enum Key {
    Sha1(Hmac<Sha1>),
    Sha256(Hmac<Sha256>),
}

impl Keys {
    /// Keys that sign as Koa's do, with HMAC-SHA1. The first is the newest.
    ///
    /// ```
    /// # use koa_runtime::cookies::Keys;
    /// assert_eq!(Keys::new(["a"])?.sign("n=v"), "Aeq6Sn3IOFAahCBy3GZuFaT24wA");
    ///
    /// let none: [&str; 0] = [];
    /// assert_eq!(Keys::new(none).unwrap_err().message(), "keys must be provided: there are none to sign with");
    /// # Ok::<(), koa_runtime::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If there is no key (K-487), or an empty one, such as an environment variable that is not set gives.
    pub fn new<K: AsRef<[u8]>>(keys: impl IntoIterator<Item = K>) -> Result<Self> {
        Self::with(Algorithm::Sha1, keys)
    }

    /// Keys that sign in a chosen way. The first is the newest.
    ///
    /// # Errors
    ///
    /// As [`new`](Keys::new).
    pub fn with<K: AsRef<[u8]>>(algorithm: Algorithm, keys: impl IntoIterator<Item = K>) -> Result<Self> {
        let keys = keys.into_iter().enumerate();
        let keys: Vec<Key> = keys.map(|(at, key)| Key::new(algorithm, key.as_ref(), at)).collect::<Result<_>>()?;
        if keys.is_empty() {
            return Err(Error::new(500).with_message("keys must be provided: there are none to sign with"));
        }
        Ok(Self { keys: keys.into() })
    }

    /// These, and behind them older ones, which may be of another algorithm.
    ///
    /// ```
    /// # use koa_runtime::cookies::{Algorithm, Keys};
    /// let koas = Keys::new(["a"])?;
    /// let signature = koas.sign("n=v");
    ///
    /// let keys = Keys::with(Algorithm::Sha256, ["b"])?.then(koas);
    /// assert_eq!(keys.index("n=v", &signature), Some(1)); // taken, and signed anew with SHA-256
    /// # Ok::<(), koa_runtime::Error>(())
    /// ```
    #[must_use]
    pub fn then(self, older: Self) -> Self {
        Self { keys: [self.keys, older.keys].iter().flat_map(|keys| keys.iter()).cloned().collect() }
    }

    /// The signature of `data` with the newest key, in base64 that a cookie, a header and a url can hold.
    #[must_use]
    pub fn sign(&self, data: impl AsRef<[u8]>) -> String {
        self.sign_parts(&[data.as_ref()])
    }

    /// Whether one of the keys signed `data` like this (K-488).
    #[must_use]
    pub fn verify(&self, data: impl AsRef<[u8]>, signature: &str) -> bool {
        self.index(data, signature).is_some()
    }

    /// Which of the keys signed `data` like this, 0 being the newest; `None` if none did (K-488).
    ///
    /// How long that takes tells which key it was, and nothing about what the right signature were.
    #[must_use]
    pub fn index(&self, data: impl AsRef<[u8]>, signature: &str) -> Option<usize> {
        self.index_parts(&[data.as_ref()], signature)
    }

    /// [`sign`](Keys::sign), for data that is not in one piece.
    pub(super) fn sign_parts(&self, data: &[&[u8]]) -> String {
        // there is a first one: `with` sees to it
        self.keys.first().map(|key| key.sign(data)).unwrap_or_default()
    }

    /// [`index`](Keys::index), for data that is not in one piece.
    pub(super) fn index_parts(&self, data: &[&[u8]], signature: &str) -> Option<usize> {
        self.keys.iter().position(|key| key.verifies(data, signature))
    }
}

impl Key {
    fn new(algorithm: Algorithm, secret: &[u8], at: usize) -> Result<Self> {
        if secret.is_empty() {
            return Err(Error::new(500).with_message(format!("the key at {at} is empty: anybody can sign with it")));
        }
        // HMAC takes a key of any length
        Ok(match algorithm {
            Algorithm::Sha1 => Self::Sha1(Hmac::new_from_slice(secret)?),
            Algorithm::Sha256 => Self::Sha256(Hmac::new_from_slice(secret)?),
        })
    }

    fn sign(&self, data: &[&[u8]]) -> String {
        match self {
            Self::Sha1(mac) => base64url::encode(&of(mac, data).finalize().into_bytes()),
            Self::Sha256(mac) => base64url::encode(&of(mac, data).finalize().into_bytes()),
        }
    }

    /// What is compared is compared in the same time whatever it is.
    fn verifies(&self, data: &[&[u8]], signature: &str) -> bool {
        match self {
            Self::Sha1(mac) => base64url::decode::<20>(signature)
                .is_some_and(|signature| of(mac, data).verify(&signature.into()).is_ok()),
            Self::Sha256(mac) => base64url::decode::<32>(signature)
                .is_some_and(|signature| of(mac, data).verify(&signature.into()).is_ok()),
        }
    }
}

/// The MAC of data in pieces.
fn of<M: hmac::Mac + Clone>(mac: &M, data: &[&[u8]]) -> M {
    data.iter().fold(mac.clone(), hmac::Mac::chain_update)
}

/// How many there are, and nothing about what they are.
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({} not shown)", self.keys.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(keys: &[&str]) -> Keys {
        Keys::new(keys).expect("there are some")
    }

    #[test]
    fn a_signature_is_koas() {
        assert_eq!(keys(&["a"]).sign("n=v"), "Aeq6Sn3IOFAahCBy3GZuFaT24wA"); // K-486
    }

    #[test]
    fn keys_must_be_provided() {
        for algorithm in [Algorithm::Sha1, Algorithm::Sha256] {
            let error = Keys::with::<&str>(algorithm, []).expect_err("no keys"); // K-487
            assert!(error.message().starts_with("keys must be provided"), "{error}");
            let error = Keys::with(algorithm, ["a", ""]).expect_err("an empty key");
            assert!(error.message().contains("key at 1 is empty"), "{error}");
        }
    }

    #[test]
    fn the_first_key_signs_and_each_vouches() {
        let all = keys(&["a", "b", "c"]);
        for (at, key) in ["a", "b", "c"].iter().enumerate() {
            let signature = keys(&[key]).sign("n=v");
            assert_eq!(all.index("n=v", &signature), Some(at)); // K-488
            assert_eq!(all.sign("n=v") == signature, at == 0); // K-481
            assert!(all.verify("n=v", &signature) && !all.verify("n=w", &signature));
        }
        assert_eq!(all.index("n=v", &keys(&["d"]).sign("n=v")), None);
    }

    #[test]
    fn data_may_be_in_pieces() {
        let keys = keys(&["a"]);
        let signature = keys.sign("name=value");
        let pieces: [&[u8]; 4] = [b"name", b"", b"=", b"value"];
        assert_eq!(keys.sign_parts(&pieces), signature);
        assert_eq!(keys.index_parts(&pieces, &signature), Some(0));
    }

    #[test]
    fn one_algorithm_leads_to_another() {
        let old = keys(&["a", "b"]);
        let new = Keys::with(Algorithm::Sha256, ["a"]).expect("a key").then(old.clone());
        assert_eq!(new.index("n=v", &old.sign("n=v")), Some(1));
        assert_eq!(new.index("n=v", &new.sign("n=v")), Some(0));
        assert_eq!(old.index("n=v", &new.sign("n=v")), None);
    }

    #[test]
    fn a_key_is_never_printed() {
        let keys = keys(&["open sesame", "b"]);
        assert_eq!(format!("{keys:?} {keys:#?}"), "Keys(2 not shown) Keys(2 not shown)");
    }
}
