//! The store: secrets, who may open them, and how they are written.

use crate::secrets::{Entry, Hidden, Issued};
use crate::{Id, Random, Recipient, SealingKey, Secrets, Validity, keys, seal};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use fmc_config::SecretKind;
use fmc_model::Date;
use fmc_model::read::Word as _;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::str::FromStr as _;
use zeroize::Zeroizing;

/// The version of what is written.
const VERSION: u32 = 1;

/// What the sealed text of a store is called, for [`seal()`].
const NAME: &str = "store";

/// Secrets with those who may open them.
#[derive(Clone, Debug)]
pub struct Store {
    /// The secrets.
    pub secrets: Secrets,
    /// Who may open the store, and the files that are sealed from it.
    pub recipients: BTreeSet<Recipient>,
    sealing: Hidden,
}

/// Why the text of a store could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotRead {
    /// A later version of the program wrote it.
    Newer,
    /// It is none.
    Damaged,
}

impl Store {
    /// An empty store.
    pub fn new(recipients: impl IntoIterator<Item = Recipient>, random: Random<'_>) -> Self {
        Self {
            secrets: Secrets::default(),
            recipients: recipients.into_iter().collect(),
            sealing: keys::token(random),
        }
    }

    /// The key of [`seal()`].
    pub fn sealing(&self) -> SealingKey {
        key_of(&self.sealing).unwrap_or_default()
    }

    /// The store as it is written: sealed for everybody who may open it.
    pub fn sealed(&self) -> Vec<u8> {
        seal(&self.plain(), NAME, &self.recipients, &self.sealing())
    }

    /// The store as [`read`](Self::read) reads it, for secrets that are good for nothing: whoever sees it
    /// has them all.
    pub fn plain(&self) -> Zeroizing<Vec<u8>> {
        let secrets = self.secrets.entries.iter().map(|(id, entry)| Written {
            kind: id.kind.label().to_owned(),
            name: id.name.clone(),
            private: entry.private.0.clone(),
            issued: entry.issued.as_ref().map(|it| WrittenIssued {
                pem: it.pem.clone(),
                from: it.validity.from.to_string(),
                until: it.validity.until.to_string(),
                request: it.request.clone(),
            }),
        });
        let file = File {
            version: VERSION,
            recipients: self.recipients.iter().map(ToString::to_string).collect(),
            sealing: self.sealing.0.clone(),
            secrets: secrets.collect(),
        };
        // Text, numbers and lists: JSON can say them all.
        Zeroizing::new(serde_json::to_vec(&file).unwrap_or_default())
    }

    /// Reads an opened store.
    ///
    /// # Errors
    /// See [`NotRead`].
    pub fn read(text: &[u8]) -> Result<Self, NotRead> {
        let version: Version = serde_json::from_slice(text).map_err(|_| NotRead::Damaged)?;
        if version.version > VERSION {
            return Err(NotRead::Newer);
        }
        let file: File = serde_json::from_slice(text).map_err(|_| NotRead::Damaged)?;
        let recipients: Result<_, ()> =
            file.recipients.iter().map(|it| Recipient::from_str(it)).collect();
        let mut secrets = Secrets::default();
        for written in file.secrets {
            let kind = SecretKind::ALL.into_iter().find(|it| it.label() == written.kind);
            let id = Id { kind: kind.ok_or(NotRead::Damaged)?, name: written.name };
            let issued = written.issued.map(WrittenIssued::read).transpose()?;
            secrets.entries.insert(id, Entry { private: Hidden(written.private), issued });
        }
        let sealing = Hidden(file.sealing);
        key_of(&sealing).ok_or(NotRead::Damaged)?;
        Ok(Self { secrets, recipients: recipients.map_err(|()| NotRead::Damaged)?, sealing })
    }
}

fn key_of(text: &Hidden) -> Option<SealingKey> {
    let bytes = Zeroizing::new(BASE64_STANDARD.decode(text.0.as_str()).ok()?);
    Some(Zeroizing::new(bytes.as_slice().try_into().ok()?))
}

#[derive(Deserialize)]
struct Version {
    version: u32,
}

/// The text of a store.
#[derive(Serialize, Deserialize)]
struct File {
    version: u32,
    recipients: Vec<String>,
    sealing: Zeroizing<String>,
    secrets: Vec<Written>,
}

#[derive(Serialize, Deserialize)]
struct Written {
    kind: String,
    name: String,
    private: Zeroizing<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    issued: Option<WrittenIssued>,
}

#[derive(Serialize, Deserialize)]
struct WrittenIssued {
    pem: String,
    from: String,
    until: String,
    request: String,
}

impl WrittenIssued {
    fn read(self) -> Result<Issued, NotRead> {
        let day = |it: &str| Date::parse(it).map_err(|_| NotRead::Damaged);
        let validity = Validity { from: day(&self.from)?, until: day(&self.until)? };
        Ok(Issued { pem: self.pem, validity, request: self.request })
    }
}
