//! What a role says of a certificate on its host: which program's user reads its key.

use crate::cloud::CertificateFiles;

/// A certificate of a host that a program there uses, with its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// The authority that issues it.
    pub authority: &'static str,
    /// Its name on the host. [`Certificate::name`](crate::cloud::Certificate::name) is that of the host,
    /// a slash and this.
    pub name: &'static str,
    /// The user of the host who reads the key, and nobody else.
    pub owner: String,
}

impl Credential {
    /// Where the certificate lies.
    pub fn certificate(&self) -> String {
        self.files().certificate
    }

    /// Where the key lies.
    pub fn key(&self) -> String {
        self.files().key
    }

    /// Where the certificate of the authority lies.
    pub fn trusted(&self) -> String {
        self.files().authority
    }

    fn files(&self) -> CertificateFiles {
        CertificateFiles::of(self.authority, self.name)
    }
}
