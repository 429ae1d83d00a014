//! Who asks.

use std::net::IpAddr;

use super::Request;

/// The client's address.
impl Request {
    /// The address of the client: what a layer [set](Request::set_ip), or what the proxies that are believed say, or
    /// else the other end of the connection (K-279). `None` if nobody knows.
    ///
    /// With [`trust_proxies`](crate::Settings::trust_proxies) it is the address that the outermost trusted proxy was
    /// asked by. With Koa's [`proxy`](crate::Settings::proxy) it is the first that is named, which a client can make up
    /// unless the proxy drops what the client sent. An entry that is no address, such as `unknown`, counts as none.
    ///
    /// ```
    /// # use std::{net::Ipv4Addr, sync::Arc};
    /// # use koa_runtime::{Body, Request, Settings, http};
    /// let mut settings = Settings::default();
    /// settings.trust_proxies(["10.0.0.0/8"])?;
    ///
    /// let head = http::Request::get("/").header("X-Forwarded-For", "6.6.6.6, 203.0.113.9, 10.0.0.2");
    /// let request = Request::new(head.body(Body::empty())?)
    ///     .with_peer(([10, 0, 0, 1], 4711).into())
    ///     .with_settings(Arc::new(settings));
    /// assert_eq!(request.ip(), Some(Ipv4Addr::new(203, 0, 113, 9).into()));
    /// assert!(request.ips().eq(["203.0.113.9", "10.0.0.2"]));
    /// # Ok::<(), koa_runtime::Error>(())
    /// ```
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        let forwarded = || self.proxies().and_then(|proxies| proxies.client());
        self.ip.or_else(forwarded).or_else(|| self.peer.map(|peer| peer.ip().to_canonical()))
    }

    /// Says what the client's address is, for a layer that knows better (K-280).
    ///
    /// ```
    /// # use koa_runtime::Context;
    /// fn behind_a_cdn(ctx: &mut Context) {
    ///     if let Ok(ip) = ctx.get("CF-Connecting-IP").parse() {
    ///         ctx.request.set_ip(ip);
    ///     }
    /// }
    /// ```
    pub fn set_ip(&mut self, ip: IpAddr) {
        self.ip = Some(ip);
    }

    /// The addresses of the client and of the proxies in front of the nearest one, client first, as
    /// `X-Forwarded-For` lists them; none unless proxies are believed (K-274 to K-277).
    ///
    /// With [`trust_proxies`](crate::Settings::trust_proxies) it begins at the client's, and whatever the client
    /// itself put in front is not there. With Koa's [`proxy`](crate::Settings::proxy) it is all there is, be it an
    /// address or not, or the last [`max_ips_count`](crate::Settings::max_ips_count) of it.
    pub fn ips(&self) -> impl Iterator<Item = &str> {
        self.proxies().into_iter().flat_map(|proxies| proxies.ips())
    }
}
