//! Making keys of random bytes, and what follows from them.

use crate::Random;
use crate::secrets::Hidden;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, Mac as _};
use p256::SecretKey;
use p256::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _, EncodePublicKey as _, LineEnding};
use sha2::Sha256;
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// Letters of a password: 190 bits, which nobody guesses, in one word without anything to quote.
const PASSWORD: usize = 32;

pub(crate) fn bytes(random: Random<'_>) -> Zeroizing<[u8; 32]> {
    let mut bytes = Zeroizing::new([0; 32]);
    random(&mut bytes[..]);
    bytes
}

/// As `wg genkey` makes it: clamped ([RFC 7748 §5](https://www.rfc-editor.org/rfc/rfc7748#section-5)).
pub(crate) fn x25519(random: Random<'_>) -> Hidden {
    let mut key = bytes(random);
    key[0] &= 0xf8;
    key[31] = key[31] & 0x7f | 0x40;
    Hidden(Zeroizing::new(BASE64_STANDARD.encode(&key[..])))
}

/// As `wg pubkey` tells it.
pub(crate) fn x25519_public(private: &str) -> Option<String> {
    let bytes = Zeroizing::new(BASE64_STANDARD.decode(private.trim()).ok()?);
    let bytes: [u8; 32] = bytes.as_slice().try_into().ok()?;
    Some(BASE64_STANDARD.encode(PublicKey::from(&StaticSecret::from(bytes)).as_bytes()))
}

pub(crate) fn token(random: Random<'_>) -> Hidden {
    Hidden(Zeroizing::new(BASE64_STANDARD.encode(&bytes(random)[..])))
}

pub(crate) fn password(random: Random<'_>) -> Hidden {
    let mut word = Zeroizing::new(String::with_capacity(PASSWORD));
    while word.len() < PASSWORD {
        // A byte past the last whole run of letters would make the first ones likelier.
        let usable = |it: &&u8| usize::from(**it) < 256 / LETTERS.len() * LETTERS.len();
        let bytes = bytes(random);
        let letters =
            bytes.iter().filter(usable).map(|it| LETTERS[usize::from(*it) % LETTERS.len()]);
        let missing = PASSWORD - word.len();
        word.extend(letters.map(char::from).take(missing));
    }
    Hidden(word)
}

/// The rounds of a hash, as a power of two: what `htpasswd -B` and its like take.
const LOGIN_COST: u32 = 10;

/// The hash of a password, as lists of users hold it. Its salt follows from the password, so that one
/// store always gives the same files. That tells nothing: these passwords are random, and nobody
/// guesses 190 bits; the name keeps equal ones apart.
pub(crate) fn login_hash(name: &str, password: &str) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(password.as_bytes()).ok()?;
    mac.update(b"bcrypt ");
    mac.update(name.as_bytes());
    let salt: [u8; 16] = mac.finalize().into_bytes()[..16].try_into().ok()?;
    let hash = bcrypt::hash_with_salt(password, LOGIN_COST, salt).ok()?;
    Some(hash.format_for_version(bcrypt::Version::TwoY))
}

/// A key of the curve P-256, in PEM.
pub(crate) fn p256(random: Random<'_>) -> Hidden {
    loop {
        // Almost every number is a key; the rest are zero and those past the order of the curve.
        if let Ok(key) = SecretKey::from_slice(&bytes(random)[..])
            && let Ok(pem) = key.to_pkcs8_pem(LineEnding::LF)
        {
            return Hidden(pem);
        }
    }
}

/// The public key of one, in PEM.
pub(crate) fn p256_public(private: &str) -> Option<String> {
    let key = p256_key(private)?;
    let pem = key.public_key().to_public_key_pem(LineEnding::LF).ok()?;
    Some(pem.trim_end().to_owned())
}

/// The public part of a key as lists of those who may log in by SSH hold it
/// ([RFC 5656 §3.1](https://www.rfc-editor.org/rfc/rfc5656#section-3.1)).
pub(crate) fn ssh_public(private: &str) -> Option<String> {
    let point = p256_key(private)?.public_key().to_sec1_bytes();
    let mut bytes = Vec::new();
    for part in [b"ecdsa-sha2-nistp256".as_slice(), b"nistp256", &point] {
        bytes.extend(u32::try_from(part.len()).ok()?.to_be_bytes());
        bytes.extend(part);
    }
    Some(format!("ecdsa-sha2-nistp256 {}", BASE64_STANDARD.encode(bytes)))
}

pub(crate) fn p256_key(private: &str) -> Option<SecretKey> {
    SecretKey::from_pkcs8_pem(private).ok()
}
