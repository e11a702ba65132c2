//! What is fetched: where from, and the digest that it must have.

use crate::read::{Bad, Word};
use crate::{Text, text};
use serde::Serialize;
use serde_json::{Value as Json, json};
use std::fmt;
use std::net::IpAddr;

/// An address on the web, by HTTP or HTTPS. Words in braces may stand in it for what differs between
/// hosts; see [`Programs`](crate::cloud::Programs).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Url(String);

impl Url {
    /// The words that may stand in one.
    pub const PLACES: [&str; 3] = ["{version}", "{processor}", "{arch}"];

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Everything but the scheme: `dl.k8s.io/release/…`.
    pub fn without_scheme(&self) -> &str {
        self.0.split_once("://").map_or(self.0.as_str(), |it| it.1)
    }

    /// Who is asked: a name, or an address without brackets.
    pub fn host(&self) -> &str {
        self.authority().0
    }

    /// At which port, that of the scheme where none is written.
    pub fn port(&self) -> u16 {
        let usual = if self.0.starts_with("https:") { 443 } else { 80 };
        self.authority().1.and_then(|it| it.parse().ok()).unwrap_or(usual)
    }

    /// The host, and the text of a port that is written.
    fn authority(&self) -> (&str, Option<&str>) {
        let authority = self.without_scheme().split('/').next().unwrap_or_default();
        if let Some((host, rest)) = authority.strip_prefix('[').and_then(|it| it.split_once(']')) {
            return (host, rest.strip_prefix(':'));
        }
        authority.split_once(':').map_or((authority, None), |it| (it.0, Some(it.1)))
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Word for Url {
    fn what() -> Text {
        Text::of(
            "an address such as `https://example.net/programs`",
            "una dirección como `https://example.net/programs`",
        )
    }

    fn parse(text: &str) -> Result<Self, Bad> {
        let Some(rest) = ["https://", "http://"].iter().find_map(|it| text.strip_prefix(it)) else {
            let bad = Bad::because(text!(
                "it does not begin with `https://` or `http://`",
                "no empieza con `https://` o `http://`"
            ));
            let bare = !text.contains("://") && text.contains(['.', '/']);
            return Err(if bare { bad.instead(format!("https://{text}")) } else { bad });
        };
        // It becomes one word of a list that a shell reads: no blanks, no quotes. A query or a fragment
        // names no file that a mirror could have under the same path.
        let plain = |it: char| it.is_ascii_alphanumeric() || "-._~:/[]@&+,=%".contains(it);
        let without = Self::PLACES.iter().fold(rest.to_owned(), |it, place| it.replace(place, ""));
        if let Some(odd) = without.chars().find(|it| !plain(*it)) {
            return Err(Bad::because(text!("it has a `{odd}`", "contiene `{odd}`")));
        }
        let url = Self(text.to_owned());
        let (host, port) = url.authority();
        let name = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '.' | '_');
        let bracketed = rest.starts_with('[');
        let good_host = if bracketed {
            matches!(host.parse(), Ok(IpAddr::V6(_)))
        } else {
            !host.is_empty() && host.chars().all(name)
        };
        let good_port = port.is_none_or(|it| it.parse::<u16>().is_ok_and(|it| it > 0));
        if good_host && good_port { Ok(url) } else { Err(Bad::word()) }
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^https?://" })
    }
}

/// A SHA-256, as `sha256sum` prints it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Sha256(String);

impl Sha256 {
    /// How many digits it has.
    pub const DIGITS: usize = 64;

    /// Its digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Word for Sha256 {
    fn what() -> Text {
        Text::of(
            "a SHA-256 of 64 hexadecimal digits, as `sha256sum` prints it",
            "un SHA-256 de 64 cifras hexadecimales, como lo imprime `sha256sum`",
        )
    }

    fn parse(text: &str) -> Result<Self, Bad> {
        let digits = text.strip_prefix("sha256:").or(text.strip_prefix("sha256-")).unwrap_or(text);
        let lower = digits.to_ascii_lowercase();
        if !lower.bytes().all(|it| it.is_ascii_hexdigit()) {
            return Err(Bad::word());
        }
        if lower.len() != Self::DIGITS {
            let count = lower.len();
            return Err(Bad::because(text!(
                "it has {count} digits, and a SHA-256 has 64",
                "tiene {count} cifras, y un SHA-256 tiene 64"
            )));
        }
        if lower == text { Ok(Self(lower)) } else { Err(Bad::word().instead(lower)) }
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^[0-9a-f]{64}$" })
    }
}

/// A version of a program, as its author writes it. It becomes part of addresses and of names of files.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Version(String);

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Word for Version {
    fn what() -> Text {
        Text::of("a version such as `1.36.2`", "una versión como `1.36.2`")
    }

    fn parse(text: &str) -> Result<Self, Bad> {
        let plain = |it: char| it.is_ascii_alphanumeric() || "-._+~".contains(it);
        let begins = text.starts_with(|it: char| it.is_ascii_alphanumeric());
        if begins && text.chars().all(plain) { Ok(Self(text.to_owned())) } else { Err(Bad::word()) }
    }

    fn schema() -> Json {
        json!({ "type": ["string", "number"], "pattern": "^[A-Za-z0-9][A-Za-z0-9._+~-]*$" })
    }
}

/// What is taken out of an archive: the path of a member in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Member(String);

impl Member {
    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Word for Member {
    fn what() -> Text {
        Text::of(
            "a path in the archive, such as `bin/kubelet`",
            "una ruta dentro del archivo, como `bin/kubelet`",
        )
    }

    fn parse(text: &str) -> Result<Self, Bad> {
        let plain = |it: char| it.is_ascii_alphanumeric() || "-._/+".contains(it);
        let without = Url::PLACES.iter().fold(text.to_owned(), |it, place| it.replace(place, ""));
        let last = text.rsplit('/').next().unwrap_or_default();
        let climbs = text.split('/').any(|it| it == "..");
        let good = without.chars().all(plain) && !text.starts_with(['-', '/']) && !climbs;
        if good && !matches!(last, "" | ".") { Ok(Self(text.to_owned())) } else { Err(Bad::word()) }
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^[^-/\\s]\\S*$" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_tell_whom_they_ask() {
        let of = |text| Url::parse(text).map(|it| (it.host().to_owned(), it.port()));
        assert_eq!(of("https://dl.k8s.io/v1/kubelet"), Ok(("dl.k8s.io".to_owned(), 443)));
        assert_eq!(of("http://10.17.3.1:8080/fmc"), Ok(("10.17.3.1".to_owned(), 8080)));
        assert_eq!(of("http://[fd00::1]/fmc"), Ok(("fd00::1".to_owned(), 80)));
        assert!(of("https://a.example/{version}/x-{arch}.tar.gz").is_ok());
        for bad in [
            "ftp://a/b",
            "https://",
            "https:///a",
            "http://a b",
            "http://a:0/",
            "http://a:x/",
            "http://a/'b'",
            "http://a/$(b)",
            "http://[a]/b",
            "http://a/{name}",
            "http://a/?b",
        ] {
            assert!(of(bad).is_err(), "{bad}");
        }
        let meant = Url::parse("mirror.example/fmc").err().and_then(|it| it.instead);
        assert_eq!(meant.as_deref(), Some("https://mirror.example/fmc"));
    }

    #[test]
    fn digests_have_their_digits() {
        let digits = "0123456789abcdef".repeat(4);
        assert!(Sha256::parse(&digits).is_ok());
        let meant = |text: &str| Sha256::parse(text).err().and_then(|it| it.instead);
        assert_eq!(meant(&digits.to_uppercase()).as_deref(), Some(&*digits));
        assert_eq!(meant(&format!("sha256:{digits}")).as_deref(), Some(&*digits));
        assert!(Sha256::parse(&digits[1..]).is_err());
        assert!(Sha256::parse(&digits.replace('a', "g")).is_err());
    }

    #[test]
    fn versions_break_no_address() {
        assert!(Version::parse("1.36.2+k0s.0").is_ok());
        for bad in ["", "1 2", "../1", "1/2", "-1", "1=2", "$(1)"] {
            assert!(Version::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn members_stay_in_their_archive() {
        assert!(Member::parse("etcd-v{version}-linux-{arch}/etcd").is_ok());
        assert!(Member::parse("./ptp").is_ok());
        for bad in ["", "/etc/passwd", "../x", "a/../../x", "-C", "a b", "a/", "a=b", "."] {
            assert!(Member::parse(bad).is_err(), "{bad}");
        }
    }
}
