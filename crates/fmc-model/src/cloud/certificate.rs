//! Certificates to be issued, and where they lie on their hosts.

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

/// The folder of keys and certificates on every host.
const FOLDER: &str = "/etc/fmc/pki";

/// Where a certificate, its key and the certificate of its authority lie on a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFiles {
    /// The certificate, in PEM.
    pub certificate: String,
    /// Its key, in PEM (PKCS #8).
    pub key: String,
    /// The certificate of its authority, in PEM.
    pub authority: String,
}

impl CertificateFiles {
    /// The files of the certificate that is called `name` on its host.
    pub fn of(authority: &str, name: &str) -> Self {
        Self {
            certificate: [FOLDER, "/", authority, "/", name, ".crt"].concat(),
            key: [FOLDER, "/", authority, "/", name, ".key"].concat(),
            authority: authority_file(authority),
        }
    }
}

/// Where the certificate of an authority lies on a host that trusts it.
pub fn authority_file(authority: &str) -> String {
    [FOLDER, "/", authority, "/ca.crt"].concat()
}

impl Certificate {
    /// What it is called on its host.
    pub fn local_name(&self) -> &str {
        self.name.split_once('/').map_or(&self.name, |it| it.1)
    }

    /// Where it lies on its host.
    pub fn files(&self) -> CertificateFiles {
        CertificateFiles::of(self.authority, self.local_name())
    }
}
