//! What a cloud and the files of its hosts ask for.

use crate::Id;
use fmc_config::{Secret, SecretKind};
use fmc_model::cloud::Certificate;
use fmc_model::{Cloud, Text, text};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that is asked for, each thing once.
#[derive(Debug, Default)]
pub struct Wanted<'c> {
    /// By the names of their certificates.
    pub(crate) certificates: BTreeMap<&'c str, &'c Certificate>,
    pub(crate) authorities: BTreeSet<&'c str>,
    /// All the rest.
    pub(crate) others: BTreeSet<Id>,
}

/// Why something that is asked for cannot be made.
#[derive(Clone, Debug, PartialEq)]
pub struct Unmakeable {
    /// What it is.
    pub id: Id,
    /// What is wrong with it.
    pub why: Text,
}

impl<'c> Wanted<'c> {
    /// The certificates of a cloud, and what is named in files of its hosts.
    ///
    /// # Errors
    /// A file names a certificate that the cloud does not have.
    pub fn of(
        cloud: &'c Cloud,
        named: impl IntoIterator<Item = &'c Secret>,
    ) -> Result<Self, Unmakeable> {
        let certificates: BTreeMap<&str, &Certificate> =
            cloud.certificates.iter().map(|it| (it.name.as_str(), it)).collect();
        let authorities = certificates.values().map(|it| it.authority).collect();
        let mut wanted = Self { certificates, authorities, others: BTreeSet::new() };
        for secret in named {
            let name = secret.name.as_str();
            match secret.kind {
                SecretKind::Certificate if wanted.certificates.contains_key(name) => {}
                SecretKind::Certificate => {
                    let why = text!(
                        "a file names it, and no role declared it",
                        "un fichero lo nombra, y ningún rol lo declaró"
                    );
                    return Err(Unmakeable { id: Id::of(secret), why });
                }
                SecretKind::Authority => {
                    wanted.authorities.insert(name);
                }
                _ => {
                    wanted.others.insert(Id::of(secret));
                }
            }
        }
        Ok(wanted)
    }

    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.certificates.is_empty() && self.authorities.is_empty() && self.others.is_empty()
    }

    /// Whether something is asked for.
    pub fn contains(&self, id: &Id) -> bool {
        match id.kind {
            SecretKind::Certificate => self.certificates.contains_key(id.name.as_str()),
            SecretKind::Authority => self.authorities.contains(id.name.as_str()),
            _ => self.others.contains(id),
        }
    }
}
