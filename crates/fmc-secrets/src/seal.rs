//! Sealing: encryption for several people who each have a key, in the format of
//! [age](https://c2sp.org/age), so that `age -d` and `rage -d` open it too.
//!
//! The library of age draws its random numbers itself, and so the same file would be other bytes in each
//! build. Here they are derived, by a key that only the store holds, from the text, its name and those
//! who may open it: as in SIV ([RFC 5297](https://www.rfc-editor.org/rfc/rfc5297)), two equal
//! ciphertexts tell that the texts are equal, and nothing else. Opening is the library's.

use age::DecryptError;
use age::x25519::Identity;
use age_core::primitives::{aead_encrypt, bech32_decode, hkdf};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use chacha20poly1305::aead::Aead as _;
use chacha20poly1305::{ChaCha20Poly1305, KeyInit as _, Nonce};
use hmac::{Hmac, Mac};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::fmt;
use std::io::Read as _;
use std::str::FromStr;
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

/// What every file of age begins with.
const MAGIC: &[u8] = b"age-encryption.org/";
const VERSION: &str = "age-encryption.org/v1";
const LABEL: &str = "age-encryption.org/v1/X25519";

/// The bytes of a chunk of the payload.
const CHUNK: usize = 64 * 1024;

/// The bytes of the key of a file.
const FILE_KEY: usize = 16;

/// What random numbers are derived from: 32 random bytes that only the store holds.
pub type SealingKey = Zeroizing<[u8; 32]>;

/// Somebody who may open what is sealed, as `age-keygen` tells him: `age1…`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Recipient {
    text: String,
    key: [u8; 32],
}

impl Recipient {
    /// Who has this identity.
    pub fn of(identity: &Identity) -> Self {
        let text = identity.to_public().to_string();
        // What the library writes, this reads. Were it not so, nobody could open what is sealed, rather
        // than anybody.
        let nobody = || Self { text: text.clone(), key: Sha256::digest(text.as_bytes()).into() };
        Self::from_str(&text).unwrap_or_else(|()| nobody())
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Recipient {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let text = text.trim();
        // The library says first what is one: nothing else could open what is sealed.
        age::x25519::Recipient::from_str(text).map_err(|_| ())?;
        let key = bech32_decode(
            text,
            |_| (),
            |_| Ok(()),
            |_, bytes| bytes.collect::<Vec<u8>>().try_into().map_err(|_| ()),
        )?;
        Ok(Self { text: text.to_owned(), key })
    }
}

/// Why something could not be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotOpened {
    /// It is not sealed at all.
    Plain,
    /// It is sealed for others.
    ForOthers,
    /// It is sealed, and not whole.
    Damaged,
}

/// Opens what was sealed, here or by age.
///
/// # Errors
/// See [`NotOpened`].
pub fn open(sealed: &[u8], identities: &[Identity]) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
    if !sealed.starts_with(MAGIC) {
        return Err(NotOpened::Plain);
    }
    let decryptor = age::Decryptor::new_buffered(sealed).map_err(|_| NotOpened::Damaged)?;
    let mut reader = decryptor
        .decrypt(identities.iter().map(|it| it as &dyn age::Identity))
        .map_err(|it| match it {
            DecryptError::NoMatchingKeys => NotOpened::ForOthers,
            _ => NotOpened::Damaged,
        })?;
    let mut plain = Zeroizing::new(Vec::with_capacity(sealed.len()));
    reader.read_to_end(&mut plain).map_err(|_| NotOpened::Damaged)?;
    Ok(plain)
}

/// Seals a text for those who may open it. `name` tells what it is: the same text under another name is
/// sealed to other bytes.
pub fn seal(
    plain: &[u8],
    name: &str,
    recipients: &BTreeSet<Recipient>,
    sealing: &SealingKey,
) -> Vec<u8> {
    let mut all = mac(sealing);
    all.update(&(name.len() as u64).to_be_bytes());
    all.update(name.as_bytes());
    all.update(&(recipients.len() as u64).to_be_bytes());
    for recipient in recipients {
        all.update(&recipient.key);
    }
    all.update(plain);
    let seed = Zeroizing::new(<[u8; 32]>::from(all.finalize().into_bytes()));
    let derive = |label: &str, of: &[u8]| Zeroizing::new(hkdf(of, label.as_bytes(), &seed[..]));

    let file_key = derive("fmc file key", b"");
    let file_key = &file_key[..FILE_KEY];
    let mut sealed = format!("{VERSION}\n");
    for recipient in recipients {
        let ephemeral = StaticSecret::from(*derive("fmc ephemeral", &recipient.key));
        let share = *PublicKey::from(&ephemeral).as_bytes();
        let shared = ephemeral.diffie_hellman(&PublicKey::from(recipient.key));
        let salt = [share, recipient.key].concat();
        let key = Zeroizing::new(hkdf(&salt, LABEL.as_bytes(), shared.as_bytes()));
        let body = aead_encrypt(&key, file_key);
        let encode = |it: &[u8]| BASE64_STANDARD_NO_PAD.encode(it);
        sealed.push_str(&format!("-> X25519 {}\n{}\n", encode(&share), encode(&body)));
    }
    sealed.push_str("---");
    let mut header = mac(&hkdf(b"", b"header", file_key));
    header.update(sealed.as_bytes());
    let tag = BASE64_STANDARD_NO_PAD.encode(header.finalize().into_bytes());
    sealed.push_str(&format!(" {tag}\n"));

    let mut sealed = sealed.into_bytes();
    let nonce = derive("fmc nonce", b"");
    let nonce = &nonce[..16];
    sealed.extend_from_slice(nonce);
    payload(plain, &Zeroizing::new(hkdf(nonce, b"payload", file_key)), &mut sealed);
    sealed
}

/// The text in chunks, each numbered, the last one marked (the STREAM construction).
fn payload(plain: &[u8], key: &[u8; 32], sealed: &mut Vec<u8>) {
    let cipher = ChaCha20Poly1305::new(key.into());
    let chunks: Vec<&[u8]> =
        if plain.is_empty() { vec![&[]] } else { plain.chunks(CHUNK).collect() };
    for (number, chunk) in chunks.iter().enumerate() {
        let mut nonce = [0; 12];
        nonce[3..11].copy_from_slice(&(number as u64).to_be_bytes());
        nonce[11] = u8::from(number + 1 == chunks.len());
        // It fails for chunks of more than 256 GiB, and these have 64 KiB.
        sealed.extend(cipher.encrypt(Nonce::from_slice(&nonce), *chunk).unwrap_or_default());
    }
}

fn mac(key: &[u8; 32]) -> Hmac<Sha256> {
    // A key that is shorter than a block of the hash is the same key with zeros behind it.
    let mut block = Zeroizing::new([0; 64]);
    block[..32].copy_from_slice(key);
    <Hmac<Sha256> as Mac>::new((&*block).into())
}
