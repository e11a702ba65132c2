//! What a role offers to others.

use crate::{Duration, Ports};
use serde::Serialize;
use std::borrow::Cow;

/// A service and the ports where it is served.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Offer {
    /// Its name: what `for:` of an access line and the needs of others call it.
    pub service: Cow<'static, str>,
    /// Its ports.
    pub ports: Vec<Ports>,
    /// What tells whether it is well.
    pub health: Health,
    /// Whether it is made to be reached by anybody in the Internet: a site is, a database is not.
    pub open: bool,
    /// Whether it is something else on each host, which is met there and never by a virtual address.
    pub each: bool,
    /// How long a connection to it may be silent, where somebody counts on it all the same.
    pub silence: Option<Duration>,
}

/// What tells a balancer whether a service is well.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Health {
    /// That a connection can be made.
    Connect,
    /// That this path is answered with success, over TLS.
    Https(&'static str),
}
