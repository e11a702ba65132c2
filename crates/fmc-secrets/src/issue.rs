//! Issuing certificates: the profile of [RFC 5280](https://www.rfc-editor.org/rfc/rfc5280) that all of
//! our readers (OpenSSL and Go) take.

use crate::secrets::{Issued, Validity};
use crate::{Random, keys};
use fmc_model::cloud::Certificate;
use fmc_model::role::Usage;
use fmc_model::{Date, Text, text};
use p256::ecdsa::{DerSignature, SigningKey};
use p256::pkcs8::LineEnding;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::str::FromStr as _;
use x509_cert::builder::{Builder as _, CertificateBuilder, Profile};
use x509_cert::der::asn1::{GeneralizedTime, Ia5String};
use x509_cert::der::oid::db::rfc5280::{ID_KP_CLIENT_AUTH, ID_KP_SERVER_AUTH};
use x509_cert::der::{DateTime, EncodePem as _};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{ExtendedKeyUsage, SubjectAltName};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::SubjectPublicKeyInfoOwned;
use x509_cert::time::{Time, Validity as Times};

/// A serial number has at most 20 bytes and must not be negative; 16 are 128 bits.
const SERIAL: usize = 16;

/// An authority that can issue.
pub(crate) struct Authority<'a> {
    pub(crate) name: &'a str,
    /// Its key, in PEM.
    pub(crate) key: &'a str,
    pub(crate) validity: Validity,
}

/// The certificate of an authority over its own key.
pub(crate) fn authority(authority: &Authority<'_>, random: Random<'_>) -> Result<Issued, Text> {
    let (signer, public) = pair(authority.key)?;
    let subject = name(&format!("CN={}", subject_of(authority.name)))?;
    // It issues to hosts alone, and no further authority.
    let profile = Profile::SubCA { issuer: subject.clone(), path_len_constraint: Some(0) };
    let times = times(authority.validity)?;
    let builder =
        CertificateBuilder::new(profile, serial(random)?, times, subject, public, &signer);
    let pem = finish(builder.map_err(bad)?)?;
    Ok(Issued { pem, validity: authority.validity, request: String::new() })
}

/// A certificate for a key, as it was asked for; `request` is the digest of that.
pub(crate) fn certificate(
    asked: &Certificate,
    key: &str,
    authority: &Authority<'_>,
    validity: Validity,
    request: String,
    random: Random<'_>,
) -> Result<Issued, Text> {
    let (signer, _) = pair(authority.key)?;
    let (_, public) = pair(key)?;
    let issuer = name(&format!("CN={}", subject_of(authority.name)))?;
    let mut subject = format!("CN={}", escaped(&asked.common_name));
    if let Some(organization) = asked.organization {
        let _ = write!(subject, ",O={}", escaped(organization));
    }
    // A key of an elliptic curve signs; it is no key to encipher with or to agree by.
    let profile =
        Profile::Leaf { issuer, enable_key_agreement: false, enable_key_encipherment: false };
    let (serial, times) = (serial(random)?, times(validity)?);
    let mut builder =
        CertificateBuilder::new(profile, serial, times, name(&subject)?, public, &signer)
            .map_err(bad)?;
    let purposes = match asked.usage {
        Usage::Server => vec![ID_KP_SERVER_AUTH],
        Usage::Client => vec![ID_KP_CLIENT_AUTH],
        Usage::Both => vec![ID_KP_SERVER_AUTH, ID_KP_CLIENT_AUTH],
    };
    builder.add_extension(&ExtendedKeyUsage(purposes)).map_err(bad)?;
    let mut names = Vec::new();
    for dns in &asked.names {
        names.push(GeneralName::DnsName(Ia5String::new(dns).map_err(|_| {
            text!("`{dns}` is no name of the DNS", "`{dns}` no es un nombre del DNS")
        })?));
    }
    names.extend(asked.addresses.iter().map(|it| GeneralName::from(*it)));
    if !names.is_empty() {
        builder.add_extension(&SubjectAltName(names)).map_err(bad)?;
    }
    Ok(Issued { pem: finish(builder)?, validity, request })
}

/// The digest of all that makes a certificate what it is, besides its days: once that is another one,
/// so must the certificate be. `issuer` is the public key of the authority.
pub(crate) fn request(asked: &Certificate, issuer: &str) -> String {
    let mut text = format!("{}\n{issuer}\n{}\n", asked.authority, asked.common_name);
    let _ = writeln!(text, "{:?} {:?} {:?}", asked.organization, asked.usage, asked.names);
    let _ = writeln!(text, "{:?}", asked.addresses);
    let mut digest = String::new();
    for byte in &Sha256::digest(text.as_bytes())[..16] {
        let _ = write!(digest, "{byte:02x}");
    }
    digest
}

/// The public key of an authority, in PEM.
pub(crate) fn public_of(authority: &str) -> Result<String, Text> {
    keys::p256_public(authority).ok_or_else(no_key)
}

/// What an authority is called in its certificate.
fn subject_of(authority: &str) -> String {
    escaped(&format!("fmc {authority} authority"))
}

/// A value in the text of a name ([RFC 4514 §2.4](https://www.rfc-editor.org/rfc/rfc4514#section-2.4)).
fn escaped(value: &str) -> String {
    let mut text = String::new();
    for letter in value.chars() {
        if matches!(letter, '"' | '+' | ',' | ';' | '<' | '>' | '\\' | '=' | '#') {
            text.push('\\');
        }
        text.push(letter);
    }
    text
}

fn name(text: &str) -> Result<Name, Text> {
    Name::from_str(text).map_err(|_| text!("`{text}` is no subject", "`{text}` no es un sujeto"))
}

fn pair(key: &str) -> Result<(SigningKey, SubjectPublicKeyInfoOwned), Text> {
    let key = keys::p256_key(key).ok_or_else(no_key)?;
    let public = SubjectPublicKeyInfoOwned::from_key(key.public_key()).map_err(|_| no_key())?;
    Ok((key.into(), public))
}

fn no_key() -> Text {
    text!("its key cannot be read", "no se puede leer su clave")
}

fn serial(random: Random<'_>) -> Result<SerialNumber, Text> {
    let mut bytes = [0; SERIAL];
    random(&mut bytes);
    bytes[0] = bytes[0] & 0x7f | 0x40;
    SerialNumber::new(&bytes).map_err(|it| bad(it.into()))
}

/// From the beginning of the first day to the end of the last, in coordinated universal time.
fn times(validity: Validity) -> Result<Times, Text> {
    let time = |day: Date, hour, minute| {
        let time = DateTime::new(day.year, day.month, day.day, hour, minute, minute);
        let time = time.map(GeneralizedTime::from_date_time).map(Time::GeneralTime);
        time.map_err(|_| {
            text!("no certificate can hold on {day}", "ningún certificado vale el {day}")
        })
    };
    Ok(Times { not_before: time(validity.from, 0, 0)?, not_after: time(validity.until, 23, 59)? })
}

fn finish(builder: CertificateBuilder<'_, SigningKey>) -> Result<String, Text> {
    let made = builder.build::<DerSignature>().map_err(bad)?;
    made.to_pem(LineEnding::LF).map_err(|it| bad(it.into()))
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed to `map_err`")]
fn bad(error: x509_cert::builder::Error) -> Text {
    text!("no certificate can say that: {error}", "ningún certificado puede decirlo: {error}")
}
