//! Making what is missing, and renewing what is about to end.

use crate::issue::{self, Authority};
use crate::secrets::{Entry, Hidden, Secrets, Validity};
use crate::{Id, Unmakeable, Wanted, keys};
use fmc_config::SecretKind;
use fmc_model::cloud::Certificate;
use fmc_model::{Date, Text};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;

/// What fills a slice with random bytes.
pub type Random<'r> = &'r mut dyn FnMut(&mut [u8]);

/// How long the certificate of a host holds, in days: as long as those of kubeadm do.
const CERTIFICATE_DAYS: u32 = 365;

/// How long before its end it is renewed, in days. Who builds once in two months is never late.
const CERTIFICATE_RENEWED: i64 = 60;

/// How long the certificate of an authority holds, in days.
const AUTHORITY_DAYS: u32 = 3650;

/// How long before its end it is renewed, in days: no certificate may outlive its authority.
const AUTHORITY_RENEWED: i64 = CERTIFICATE_DAYS as i64 + CERTIFICATE_RENEWED;

/// What became of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// It was made.
    Made,
    /// Its certificate was issued anew for the same key: its last day was near.
    Renewed,
    /// Its certificate was issued anew for the same key: something else is asked for now.
    Reissued,
}

/// What [`Secrets::complete`] did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Made {
    /// What is new or other than it was.
    pub changed: Vec<(Id, Changed)>,
    /// What is there and not asked for. It stays: a part of the cloud may be away for a while.
    pub unneeded: Vec<Id>,
}

impl Secrets {
    /// Makes what is asked for and not there, and issues certificates anew where another one is asked
    /// for, where the last day is near, or where the authority has another key. What is there and good
    /// stays as it is.
    ///
    /// # Errors
    /// Something cannot be made; what came before it was.
    pub fn complete(
        &mut self,
        wanted: &Wanted<'_>,
        today: Date,
        random: Random<'_>,
    ) -> Result<Made, Unmakeable> {
        let mut made = Made::default();
        for id in &wanted.others {
            if !self.contains(id) {
                let private = match id.kind {
                    SecretKind::X25519 => keys::x25519(random),
                    SecretKind::Login | SecretKind::Password => keys::password(random),
                    SecretKind::Token => keys::token(random),
                    SecretKind::SigningKey | SecretKind::Certificate | SecretKind::Authority => {
                        keys::p256(random)
                    }
                };
                self.entries.insert(id.clone(), Entry { private, issued: None });
                made.changed.push((id.clone(), Changed::Made));
            }
        }
        for name in &wanted.authorities {
            let id = Id::new(SecretKind::Authority, name);
            let changed = self.authority(&id, today, random);
            made.note(changed, id)?;
        }
        // Deriving a public key costs more than all the rest of looking at a certificate.
        let mut public = BTreeMap::new();
        for (name, asked) in &wanted.certificates {
            let id = Id::new(SecretKind::Certificate, name);
            let changed = self.certificate(&id, asked, &mut public, today, random);
            made.note(changed, id)?;
        }
        made.unneeded = self.ids().filter(|it| !wanted.contains(it)).cloned().collect();
        Ok(made)
    }

    /// Makes an authority, or renews its certificate; its key stays, so that all it issued still holds.
    fn authority(
        &mut self,
        id: &Id,
        today: Date,
        random: Random<'_>,
    ) -> Result<Option<Changed>, Text> {
        let ends = self.validity(id).map(|it| today.days_until(it.until));
        if ends.is_some_and(|it| it > AUTHORITY_RENEWED) {
            return Ok(None);
        }
        let private = self.key(id, random);
        let validity = Validity { from: since(today), until: today.plus(AUTHORITY_DAYS) };
        let authority = Authority { name: &id.name, key: &private.0, validity };
        let issued = Some(issue::authority(&authority, random)?);
        self.entries.insert(id.clone(), Entry { private, issued });
        Ok(Some(if ends.is_some() { Changed::Renewed } else { Changed::Made }))
    }

    /// Makes a key and its certificate, or issues the certificate anew.
    fn certificate(
        &mut self,
        id: &Id,
        asked: &Certificate,
        public: &mut BTreeMap<&'static str, String>,
        today: Date,
        random: Random<'_>,
    ) -> Result<Option<Changed>, Text> {
        let issuer = Id::new(SecretKind::Authority, asked.authority);
        let (Some(entry), Some(validity)) = (self.entries.get(&issuer), self.validity(&issuer))
        else {
            return Ok(None);
        };
        let key = entry.private.clone();
        let authority = Authority { name: asked.authority, key: &key.0, validity };
        let public = match public.entry(asked.authority) {
            Slot::Occupied(known) => known.into_mut(),
            Slot::Vacant(place) => place.insert(issue::public_of(authority.key)?),
        };
        let request = issue::request(asked, public);
        let before = self.entries.get(id).and_then(|it| it.issued.as_ref());
        let changed = match before {
            None => Changed::Made,
            Some(it) if it.request != request => Changed::Reissued,
            Some(it) if today.days_until(it.validity.until) <= CERTIFICATE_RENEWED => {
                Changed::Renewed
            }
            Some(_) => return Ok(None),
        };
        let private = self.key(id, random);
        let until = today.plus(CERTIFICATE_DAYS).min(validity.until);
        let validity = Validity { from: since(today), until };
        let issued = issue::certificate(asked, &private.0, &authority, validity, request, random)?;
        self.entries.insert(id.clone(), Entry { private, issued: Some(issued) });
        Ok(Some(changed))
    }

    /// The key that is there, else a new one.
    fn key(&self, id: &Id, random: Random<'_>) -> Hidden {
        self.entries.get(id).map_or_else(|| keys::p256(random), |it| it.private.clone())
    }
}

/// From when on a certificate holds that is made today: the clock of a host may be behind.
fn since(today: Date) -> Date {
    Date::from_unix_days(today.unix_days().saturating_sub(1))
}

impl Made {
    /// Whether there is something to be kept.
    pub fn any(&self) -> bool {
        !self.changed.is_empty()
    }

    /// How many became this.
    pub fn count(&self, changed: Changed) -> usize {
        self.changed.iter().filter(|it| it.1 == changed).count()
    }

    fn note(&mut self, changed: Result<Option<Changed>, Text>, id: Id) -> Result<(), Unmakeable> {
        match changed {
            Ok(Some(changed)) => self.changed.push((id, changed)),
            Ok(None) => {}
            Err(why) => return Err(Unmakeable { id, why }),
        }
        Ok(())
    }
}
