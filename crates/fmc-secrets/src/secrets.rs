//! Secrets with their values.

use crate::keys;
use fmc_config::{Secret, SecretKind, SecretPart};
use fmc_model::Date;
use std::collections::BTreeMap;
use std::fmt;
use zeroize::Zeroizing;

/// What a secret is called: its kind and its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Id {
    /// How it is made.
    pub kind: SecretKind,
    /// Its name, unique for its kind.
    pub name: String,
}

impl Id {
    /// What a part of a secret belongs to.
    pub fn of(secret: &Secret) -> Self {
        Self { kind: secret.kind, name: secret.name.clone() }
    }

    pub(crate) fn new(kind: SecretKind, name: &str) -> Self {
        Self { kind, name: name.to_owned() }
    }
}

/// As people type it: `certificate:master1/etcd-server`.
impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind.label(), self.name)
    }
}

/// From when until when a certificate holds, both days included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub until: Date,
}

/// A text that is shown to nobody and leaves nothing in memory.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Hidden(pub(crate) Zeroizing<String>);

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// A secret with its value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) private: Hidden,
    /// What was issued for it, if it is the key of a certificate.
    pub(crate) issued: Option<Issued>,
}

/// A certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Issued {
    /// In PEM.
    pub(crate) pem: String,
    pub(crate) validity: Validity,
    /// The digest of all that was asked for.
    pub(crate) request: String,
}

/// Secrets with their values. Printed for debugging, it tells their names alone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Secrets {
    pub(crate) entries: BTreeMap<Id, Entry>,
}

impl Secrets {
    /// What there is.
    pub fn ids(&self) -> impl Iterator<Item = &Id> {
        self.entries.keys()
    }

    /// Whether there is something of this name.
    pub fn contains(&self, id: &Id) -> bool {
        self.entries.contains_key(id)
    }

    /// Takes something away; whether it was there.
    pub fn remove(&mut self, id: &Id) -> bool {
        self.entries.remove(id).is_some()
    }

    /// From when until when the certificate of a key holds.
    pub fn validity(&self, id: &Id) -> Option<Validity> {
        self.entries.get(id)?.issued.as_ref().map(|it| it.validity)
    }

    /// The value that belongs into a file: what [`Printed::fill`](fmc_config::Printed::fill) asks
    /// for. `None` where there is none, be it that the secret was not made, be it that its kind has no
    /// public part.
    pub fn value(&self, secret: &Secret) -> Option<String> {
        let entry = self.entries.get(&Id::of(secret))?;
        let private = entry.private.0.as_str();
        match (secret.part, secret.kind) {
            (SecretPart::Private, _) => Some(private.trim_end().to_owned()),
            (SecretPart::Public, SecretKind::X25519) => keys::x25519_public(private),
            (SecretPart::Public, SecretKind::Login) => keys::login_hash(&secret.name, private),
            (SecretPart::Public, SecretKind::SigningKey) => keys::p256_public(private),
            (SecretPart::Public, SecretKind::Certificate | SecretKind::Authority) => {
                entry.issued.as_ref().map(|it| it.pem.trim_end().to_owned())
            }
            (SecretPart::Public, SecretKind::Password | SecretKind::Token) => None,
        }
    }

    /// The public part of a signing key as lists of those who may log in by SSH hold it, without a comment;
    /// `None` where it was not made, or is no signing key.
    pub fn ssh_public(&self, secret: &Secret) -> Option<String> {
        let id = Id::of(secret);
        let entry = self.entries.get(&id).filter(|_| id.kind == SecretKind::SigningKey)?;
        keys::ssh_public(entry.private.0.as_str())
    }

    /// Every value that nobody may see, for whoever makes sure that none is shown.
    pub fn private_values(&self) -> impl Iterator<Item = &str> {
        self.entries.values().map(|it| it.private.0.as_str())
    }
}
