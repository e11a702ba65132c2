//! Certificates to be issued.

use super::Origin;
use crate::role::Usage;
use crate::{Name, Text};
use serde::Serialize;
use std::net::IpAddr;

/// A certificate to be issued, for one host.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Certificate {
    /// Its name, which is also that of its secret key.
    pub name: String,
    /// The authority that issues it.
    pub authority: &'static str,
    /// The host that shows it.
    pub host: Name,
    /// Subject: common name.
    pub common_name: String,
    /// Subject: organization.
    pub organization: Option<&'static str>,
    /// Alternative names of the DNS.
    pub names: Vec<String>,
    /// Alternative addresses.
    pub addresses: Vec<IpAddr>,
    /// What it is good for.
    pub usage: Usage,
    /// Why it is needed.
    pub why: Text,
    /// Where the role that needs it was written.
    pub origin: Origin,
}
