//! Which proxies are believed.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::{Error, Result};

/// The networks that trusted proxies are in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Networks(Vec<IpNet>);

impl Networks {
    /// Adds a network, such as `10.0.0.0/8`, or one address.
    pub(crate) fn add(&mut self, network: &str) -> Result {
        let network = network.trim();
        let parsed = network.parse().or_else(|_| network.parse::<IpAddr>().map(IpNet::from));
        self.0.push(parsed.map_err(|error| {
            Error::new(500).with_message(format!("{network:?} is no IP network and no IP address")).with_source(error)
        })?);
        Ok(())
    }

    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn networks(networks: &[&str]) -> Networks {
        let mut all = Networks::default();
        for network in networks {
            all.add(network).unwrap();
        }
        all
    }

    #[test]
    fn an_address_is_in_a_network_or_it_is_not() {
        let networks = networks(&["10.0.0.0/8", " 192.0.2.7 ", "fd00::/8", "::1"]);
        for inside in ["10.255.0.1", "192.0.2.7", "fdff::1", "::1"] {
            assert!(networks.contains(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["11.0.0.1", "192.0.2.8", "fe00::1", "::2", "0.0.0.0"] {
            assert!(!networks.contains(outside.parse().unwrap()), "{outside}");
        }
    }

    #[test]
    fn what_is_no_network_is_refused() {
        let mut networks = Networks::default();
        for network in ["", "localhost", "10.0.0.0/33", "10.0.0/8", "10.0.0.1:80", "*"] {
            let error = networks.add(network).unwrap_err();
            assert_eq!(error.message(), format!("{network:?} is no IP network and no IP address"));
        }
        assert!(networks.0.is_empty());
    }
}
