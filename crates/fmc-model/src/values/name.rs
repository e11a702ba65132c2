//! Names: of hosts, networks, groups; of domains; of keys.

use crate::Text;
use crate::read::{Bad, Word};
use serde::Serialize;
use serde_json::{Value as Json, json};
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

/// A name that a person gives: lower-case letters, digits and hyphens, as in a host name
/// ([RFC 1123 §2.1](https://www.rfc-editor.org/rfc/rfc1123#section-2.1)), so that each can become a
/// label in the DNS, a bridge or a file. Cheap to copy. Names sort as people do: `worker2` comes
/// before `worker10`.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Name(Arc<str>);

impl Name {
    /// A name out of text that is known to be one.
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether text may be a name.
    pub fn is_name(text: &str) -> bool {
        is_label(text)
    }
}

/// A label of the DNS, in lower case.
fn is_label(text: &str) -> bool {
    let inner = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-';
    !text.is_empty()
        && text.len() <= 63
        && text.bytes().all(inner)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// Compares text as people do: runs of digits by their value.
pub fn natural_order(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    let digits = |text: &[u8]| text.iter().take_while(|it| it.is_ascii_digit()).count();
    loop {
        let order = match (a.first(), b.first()) {
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let (left, right) = (a.split_at(digits(a)), b.split_at(digits(b)));
                let significant = |run: &[u8]| run.iter().skip_while(|it| **it == b'0').count();
                let by_length = significant(left.0).cmp(&significant(right.0));
                let start = |run: &[u8]| run.len() - significant(run);
                let by_value = || left.0[start(left.0)..].cmp(&right.0[start(right.0)..]);
                (a, b) = (left.1, right.1);
                by_length.then_with(by_value).then(left.0.len().cmp(&right.0.len()))
            }
            (Some(x), Some(y)) => {
                let order = x.cmp(y);
                (a, b) = (&a[1..], &b[1..]);
                order
            }
            (None, None) => return Ordering::Equal,
            (x, y) => return x.is_some().cmp(&y.is_some()),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        natural_order(&self.0, &other.0)
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl AsRef<str> for Name {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

// `Hash` of a name is that of its text, so a map can be asked by bare text.
impl std::borrow::Borrow<str> for Name {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl Word for Name {
    fn what() -> Text {
        Text::of(
            "a name of lower-case letters, digits and hyphens (63 at most)",
            "un nombre de letras minúsculas, cifras y guiones (63 como mucho)",
        )
    }

    fn parse(text: &str) -> Result<Self, Bad> {
        if is_label(text) {
            return Ok(Self::new(text));
        }
        // Capitals and underscores are the usual slips, and have an obvious mend.
        let meant = text.to_lowercase().replace(['_', ' ', '.'], "-");
        let bad = Bad::word();
        Err(if is_label(&meant) { bad.instead(meant) } else { bad })
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$" })
    }
}

/// A domain of the DNS, in lower case and without the final point
/// ([RFC 1035 §2.3.4](https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4)).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Domain(Arc<str>);

impl Domain {
    /// A domain out of text that is known to be one.
    pub fn new(text: &str) -> Self {
        Self(text.into())
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Domain {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Word for Domain {
    fn what() -> Text {
        Text::of("a domain such as `example.com`", "un dominio como `example.com`")
    }

    fn parse(text: &str) -> Result<Self, Bad> {
        // A service label such as `_ldap` begins with an underscore (RFC 2782).
        let is_part = |it: &str| is_label(it.strip_prefix('_').unwrap_or(it));
        let is_domain = |it: &str| it.len() <= 253 && it.split('.').all(is_part);
        if is_domain(text) {
            return Ok(Self::new(text));
        }
        let meant = text.to_lowercase();
        let meant = meant.trim_end_matches('.');
        Err(if is_domain(meant) { Bad::word().instead(meant) } else { Bad::word() })
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^[a-z0-9_]([a-z0-9.-]{0,251}[a-z0-9])?$" })
    }
}

/// A public key as `OpenSSH` writes it in one line: kind, Base64, comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct SshKey(String);

impl SshKey {
    /// The whole line.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Word for SshKey {
    fn what() -> Text {
        Text::of(
            "an SSH public key such as `ssh-ed25519 AAAA… ana@laptop`",
            "una clave pública SSH como `ssh-ed25519 AAAA… ana@portatil`",
        )
    }

    fn parse(text: &str) -> Result<Self, Bad> {
        const KINDS: [&str; 6] = [
            "ssh-ed25519",
            "ssh-rsa",
            "ecdsa-sha2-nistp256",
            "ecdsa-sha2-nistp384",
            "ecdsa-sha2-nistp521",
            "sk-ssh-ed25519@openssh.com",
        ];
        if text.contains("PRIVATE KEY") {
            return Err(Bad::because(Text::of(
                "this is a private key: take it out of the file and make a new pair",
                "esto es una clave privada: quítela del fichero y cree otro par",
            ))
            .advise(Text::of(
                "write the public half of the new pair, the line in its file `.pub`",
                "escriba la mitad pública del par nuevo, la línea de su fichero `.pub`",
            )));
        }
        let mut parts = text.split_ascii_whitespace();
        let kind = parts.next().unwrap_or_default();
        let key = parts.next().unwrap_or_default();
        let base64 = |it: char| it.is_ascii_alphanumeric() || matches!(it, '+' | '/' | '=');
        // The first field inside the Base64 is the kind again, whose length begins with zeros.
        let fits = KINDS.contains(&kind) && key.starts_with("AAAA") && key.chars().all(base64);
        if fits && !text.contains('\n') {
            return Ok(Self(text.to_owned()));
        }
        // Whatever was pasted here may be the wrong half of a pair: it is not quoted.
        Err(Bad::because(Text::of(
            "this is not an SSH public key",
            "esto no es una clave pública SSH",
        )))
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^(ssh-|ecdsa-|sk-)[^ ]+ AAAA[A-Za-z0-9+/=]+" })
    }
}

/// A public key of WireGuard, as `wg pubkey` writes it: 32 bytes in Base64.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct WireguardKey(String);

impl WireguardKey {
    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Word for WireguardKey {
    fn what() -> Text {
        Text::of(
            "a WireGuard public key, 44 characters as `wg pubkey` writes them",
            "una clave pública de WireGuard, 44 caracteres como los escribe `wg pubkey`",
        )
    }

    fn parse(text: &str) -> Result<Self, Bad> {
        // Of the last letter before the `=`, two bits belong to no byte, and are zero.
        const LAST: &str = "AEIMQUYcgkosw048";
        let base64 = |it: char| it.is_ascii_alphanumeric() || matches!(it, '+' | '/');
        let fits = text.strip_suffix('=').filter(|it| it.len() == 43);
        if fits.is_some_and(|it| it.chars().all(base64) && it.ends_with(|it| LAST.contains(it))) {
            return Ok(Self(text.to_owned()));
        }
        // It may be a private key with a slip in it: it is not quoted.
        Err(Bad::because(Text::of(
            "this is not a WireGuard public key",
            "esto no es una clave pública de WireGuard",
        ))
        .advise(Text::of(
            "write the 44 characters that `wg pubkey < privatekey` prints",
            "escriba los 44 caracteres que imprime `wg pubkey < privatekey`",
        )))
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_as_people_do() {
        let mut names = ["worker10", "worker2", "a", "worker", "worker02", "worker1"];
        names.sort_by(|a, b| natural_order(a, b));
        assert_eq!(names, ["a", "worker", "worker1", "worker2", "worker02", "worker10"]);
    }

    #[test]
    fn words() {
        assert!(Name::parse("k8s-api-lb").is_ok());
        for bad in ["", "-a", "a-", "A", "a_b", "a.b", "ñ", &"a".repeat(64)] {
            assert!(Name::parse(bad).is_err(), "{bad:?}");
        }
        assert!(Domain::parse("cefaslocalserver.com").is_ok());
        assert!(Domain::parse("a..b").is_err());
        assert!(SshKey::parse("ssh-ed25519 AAAAC3Nz ana").is_ok());
        assert!(SshKey::parse("ssh-ed25519 ana").is_err());
        let key = "mCpOTjBPuDFS5kUIo1TYSqtvSMhJUFUlTCEnAjdrNUo=";
        assert!(WireguardKey::parse(key).is_ok());
        for bad in [&key[..43], &key[1..], "mCpOTjBPuDFS5kUIo1TYSqtvSMhJUFUlTCEnAjdrNUp="] {
            assert!(WireguardKey::parse(bad).is_err(), "{bad}");
        }
    }
}
