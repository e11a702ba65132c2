//! Where certificates and their keys lie on a host: one scheme, for who writes them and for who
//! names them in a configuration file.

/// A file of an authority on a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PkiFile<'a> {
    /// The authority's own certificate, by which others are checked.
    Authority,
    /// The certificate of this name, with whatever stands between it and the authority.
    Certificate(&'a str),
    /// The secret key of the certificate of this name.
    Key(&'a str),
}

/// The path of a file of an authority, the same on every host. No certificate is called `ca`.
pub fn pki_path(authority: &str, file: PkiFile<'_>) -> String {
    let folder = format!("/etc/fmc/pki/{authority}");
    match file {
        PkiFile::Authority => format!("{folder}/ca.crt"),
        PkiFile::Certificate(name) => format!("{folder}/{name}.crt"),
        PkiFile::Key(name) => format!("{folder}/{name}.key"),
    }
}

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
        pki_path(self.authority, PkiFile::Certificate(self.name))
    }

    /// Where the key lies.
    pub fn key(&self) -> String {
        pki_path(self.authority, PkiFile::Key(self.name))
    }

    /// Where the certificate of the authority lies.
    pub fn trusted(&self) -> String {
        pki_path(self.authority, PkiFile::Authority)
    }
}
