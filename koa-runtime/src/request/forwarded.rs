//! What proxies say about a request, as far as they are believed.

use std::net::IpAddr;

use http::HeaderMap;
use http::header::FORWARDED;

use super::{Networks, Request};
use crate::Settings;
use crate::header::Elements;

/// The word of proxies that are believed.
#[derive(Debug)]
pub(super) struct Proxies<'a> {
    headers: &'a HeaderMap,
    settings: &'a Settings,
    /// How many entries at the end of each list were written by them.
    hops: usize,
    client: Option<IpAddr>,
    /// Whether a list has an address that is not one.
    is_broken: bool,
}

impl Request {
    /// The proxies that are believed; `None` if nobody is, which costs a request nothing more.
    pub(super) fn proxies(&self) -> Option<Proxies<'_>> {
        let settings = self.settings.as_deref()?;
        let proxies = Proxies { headers: &self.headers, settings, hops: 0, client: None, is_broken: false };
        let Some(trusted) = settings.networks() else {
            return settings.proxy.then(|| proxies.believe_all());
        };
        let peer = self.peer?.ip().to_canonical();
        trusted.contains(peer).then(|| proxies.believe_trusted(trusted))
    }
}

impl<'a> Proxies<'a> {
    /// Koa's `proxy`.
    fn believe_all(mut self) -> Self {
        self.hops = usize::MAX;
        self.client = self.addresses().last().and_then(address);
        self
    }

    /// Goes from the nearest proxy outward for as long as each is trusted (RFC 7239 section 8.1). The first that is not
    /// is the client, and what it says itself is not looked at.
    fn believe_trusted(mut self, trusted: &Networks) -> Self {
        for text in self.addresses() {
            self.hops += 1;
            self.client = address(text);
            // a trusted proxy that names no address leaves the client unknown
            self.is_broken = self.client.is_none();
            if !self.client.is_some_and(|client| trusted.contains(client)) {
                break;
            }
        }
        self.hops = self.hops.max(1);
        self
    }

    /// What was asked for first, in front of all that are believed: `X-Forwarded-Host`.
    pub(super) fn host(&self) -> Option<&'a str> {
        self.said("x-forwarded-host", "host")
    }

    /// How it was asked for: `X-Forwarded-Proto`.
    pub(super) fn protocol(&self) -> Option<&'a str> {
        self.said("x-forwarded-proto", "proto")
    }

    /// The addresses of the client and of all proxies but the nearest, client first.
    pub(super) fn ips(&self) -> Vec<&'a str> {
        let mut ips: Vec<_> = if self.is_broken { Vec::new() } else { self.addresses().take(self.hops).collect() };
        ips.reverse();
        ips
    }

    /// The client's address, if there is one that can be believed.
    pub(super) fn client(&self) -> Option<IpAddr> {
        self.client
    }

    /// The addresses that count, nearest first.
    fn addresses(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let most = match self.settings.max_ips_count {
            0 => usize::MAX,
            most => most, // K-276
        };
        self.entries(self.settings.proxy_ip_header.as_str(), "for").take(most)
    }

    /// The entry that counts: the first, or the one by the outermost proxy that is trusted. A list that is shorter
    /// than there are proxies was begun anew by one of them.
    fn said(&self, field: &str, name: &'static str) -> Option<&'a str> {
        self.entries(field, name).take(self.hops).last().filter(|entry| !(self.is_standard() && entry.is_empty()))
    }

    fn is_standard(&self) -> bool {
        self.settings.proxy_ip_header == FORWARDED
    }

    /// The entries of a header, last first, or of `Forwarded` if that is the one with the addresses, for it has
    /// everything in it. It is never both: a proxy that writes the one may let a client's other through.
    fn entries(&self, field: &str, name: &'static str) -> impl Iterator<Item = &'a str> + use<'a> {
        let is_standard = self.is_standard();
        let field = if is_standard { FORWARDED.as_str() } else { field };
        let lines = self.headers.get_all(field).iter().rev().filter(|line| !line.is_empty());
        let elements = lines.flat_map(move |line| {
            let elements = if is_standard { Elements::quoted(line, b',') } else { Elements::plain(line) };
            elements.rev()
        });
        elements.map(move |element| if is_standard { parameter(element, name) } else { element })
    }
}

/// A parameter of an element of `Forwarded`, out of its quotes; `""` if it is not there.
fn parameter<'a>(element: &'a str, name: &str) -> &'a str {
    let mut pairs = Elements::quoted(element, b';').filter_map(|pair| pair.split_once('='));
    let value = pairs.find_map(|(key, value)| key.eq_ignore_ascii_case(name).then_some(value)).unwrap_or("");
    match value.strip_prefix('"') {
        None => value,
        // no host and no address has anything to escape
        Some(value) => value.strip_suffix('"').filter(|value| !value.contains(['\\', '"'])).unwrap_or(""),
    }
}

/// An address, with or without a port: `192.0.2.1:4711`, `[2001:db8::1]:4711`, `2001:db8::1`.
fn address(text: &str) -> Option<IpAddr> {
    let address = text.parse().ok().or_else(|| {
        let (address, port) = match text.strip_prefix('[') {
            Some(rest) => rest.split_once(']')?,
            None => text.split_once(':').map(|(address, _)| (address, &text[address.len()..]))?,
        };
        let is_port = port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
        address.parse().ok().filter(|address: &IpAddr| is_port && address.is_ipv6() == text.starts_with('['))
    });
    address.map(|address| address.to_canonical())
}
