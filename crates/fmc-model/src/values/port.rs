//! Ports, protocols and the names of services.

use crate::Text;
use crate::read::{Bad, Word};
use serde::{Serialize, Serializer};
use serde_json::{Value as Json, json};
use std::fmt;

/// What travels in an IP packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// Transmission control protocol.
    Tcp,
    /// User datagram protocol.
    Udp,
    /// Virtual router redundancy protocol, IP protocol 112
    /// ([RFC 9568](https://www.rfc-editor.org/rfc/rfc9568)).
    Vrrp,
    /// Anything: pods among themselves.
    Any,
}

impl Protocol {
    /// Its name in lower case.
    pub fn word(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Vrrp => "vrrp",
            Self::Any => "any",
        }
    }

    /// Its number (<https://www.iana.org/assignments/protocol-numbers>); `None` for anything.
    pub const fn number(self) -> Option<u8> {
        match self {
            Self::Tcp => Some(6),
            Self::Udp => Some(17),
            Self::Vrrp => Some(112),
            Self::Any => None,
        }
    }
}

/// A protocol and a range of its ports. Protocols without ports have the range 0 to 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ports {
    /// The protocol.
    pub protocol: Protocol,
    /// The first port.
    pub first: u16,
    /// The last port, itself included.
    pub last: u16,
}

impl Ports {
    /// One TCP port.
    pub const fn tcp(port: u16) -> Self {
        Self { protocol: Protocol::Tcp, first: port, last: port }
    }

    /// One UDP port.
    pub const fn udp(port: u16) -> Self {
        Self { protocol: Protocol::Udp, first: port, last: port }
    }

    /// A protocol that knows no ports.
    pub const fn whole(protocol: Protocol) -> Self {
        Self { protocol, first: 0, last: 0 }
    }
}

impl fmt::Display for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let protocol = self.protocol.word();
        let text = match (self.first, self.last) {
            (0, 0) => protocol.to_owned(),
            (first, last) if first == last => format!("{protocol}/{first}"),
            (first, last) => format!("{protocol}/{first}-{last}"),
        };
        f.pad(&text)
    }
}

impl Serialize for Ports {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_string())
    }
}

/// What `for:` of an access line names: a service (`ssh`, `https`, `kubernetes-api`) or ports
/// (`tcp/8080`, `udp/5000-5010`, and bare `8080` for TCP).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServiceWord {
    /// A service by its name.
    Named(String),
    /// Ports by their numbers.
    Ports(Ports),
}

impl fmt::Display for ServiceWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(name) => f.write_str(name),
            Self::Ports(ports) => ports.fmt(f),
        }
    }
}

fn range(text: &str) -> Option<(u16, u16)> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    (first != 0 && first <= last).then_some((first, last))
}

impl Word for ServiceWord {
    fn what() -> Text {
        Text::of(
            "a service such as `ssh` or `https`, or ports such as `tcp/8080`",
            "un servicio como `ssh` o `https`, o puertos como `tcp/8080`",
        )
    }

    fn parse(text: &str) -> Result<Self, Bad> {
        let (protocol, ports) = match text.split_once('/') {
            Some(("tcp", ports)) => (Protocol::Tcp, ports),
            Some(("udp", ports)) => (Protocol::Udp, ports),
            Some(_) => return Err(Bad::word()),
            None if text.starts_with(|it: char| it.is_ascii_digit()) => (Protocol::Tcp, text),
            None if crate::Name::is_name(text) => return Ok(Self::Named(text.to_owned())),
            None => {
                let meant = text.to_lowercase();
                let near = crate::Name::is_name(&meant);
                return Err(if near { Bad::word().instead(meant) } else { Bad::word() });
            }
        };
        let (first, last) = range(ports).ok_or(Bad::word())?;
        Ok(Self::Ports(Ports { protocol, first, last }))
    }

    fn schema() -> Json {
        json!({ "anyOf": [
            { "type": "integer", "minimum": 1, "maximum": 65535 },
            { "type": "string", "pattern": "^([a-z0-9-]+|((tcp|udp)/)?[0-9]+(-[0-9]+)?)$" },
        ] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn service_words() {
        for (text, shown) in [
            ("ssh", Some("ssh")),
            ("tcp/8080", Some("tcp/8080")),
            ("8080", Some("tcp/8080")),
            ("udp/5000-5010", Some("udp/5000-5010")),
            ("sctp/1", None),
            ("tcp/0", None),
            ("tcp/70000", None),
            ("tcp/9-8", None),
            ("SSH", None),
        ] {
            let read = ServiceWord::parse(text).ok().map(|it| it.to_string());
            assert_eq!(read.as_deref(), shown, "{text}");
        }
    }
}
