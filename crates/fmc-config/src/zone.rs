//! Zone files of the DNS ([RFC 1035 §5](https://www.rfc-editor.org/rfc/rfc1035#section-5)).

use crate::{Cause, Printed};
use std::net::{Ipv4Addr, Ipv6Addr};

/// A zone.
#[derive(Clone, Debug, PartialEq)]
pub struct ZoneFile {
    /// Its name, with the final point.
    pub origin: String,
    /// How long answers may be kept, in seconds.
    pub ttl: u32,
    /// Its records; the first one is the start of authority.
    pub records: Vec<ZoneRecord>,
}

/// A record.
#[derive(Clone, Debug, PartialEq)]
pub struct ZoneRecord {
    /// Its name in the zone; `@` for the zone itself.
    pub name: String,
    /// What it says.
    pub data: ZoneData,
    /// Why it is there.
    pub cause: Cause,
}

/// What a record says. Names are whole and end with a point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ZoneData {
    /// Start of authority.
    Soa {
        /// The server that has the zone.
        server: String,
        /// Whom to write to, the first point in place of the `@`.
        contact: String,
        /// What changes with the zone.
        serial: u32,
        /// Seconds between two questions of a secondary, until it tries again, until it gives up,
        /// and for which "there is no such name" may be kept.
        times: [u32; 4],
    },
    /// A server that has the zone.
    Ns(String),
    /// An address of version 4.
    A(Ipv4Addr),
    /// An address of version 6.
    Aaaa(Ipv6Addr),
    /// Another name.
    Cname(String),
    /// The name that belongs to an address.
    Ptr(String),
    /// Where a service is: priority, weight, port, host.
    Srv(u16, u16, u16, String),
    /// Text.
    Txt(String),
}

/// As it stands in a zone file, and as `dig` shows it.
impl std::fmt::Display for ZoneData {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Soa { server, contact, serial, times: [refresh, retry, expire, minimum] } => {
                write!(f, "SOA {server} {contact} {serial} {refresh} {retry} {expire} {minimum}")
            }
            Self::Ns(name) => write!(f, "NS {name}"),
            Self::A(address) => write!(f, "A {address}"),
            Self::Aaaa(address) => write!(f, "AAAA {address}"),
            Self::Cname(name) => write!(f, "CNAME {name}"),
            Self::Ptr(name) => write!(f, "PTR {name}"),
            Self::Srv(priority, weight, port, host) => {
                write!(f, "SRV {priority} {weight} {port} {host}")
            }
            Self::Txt(text) => f.write_str("TXT").and_then(|()| strings(text, f)),
        }
    }
}

/// Text in strings of at most 255 bytes each (RFC 1035 §3.3).
fn strings(text: &str, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
    let mut rest = text;
    loop {
        let mut end = rest.len().min(255);
        while !rest.is_char_boundary(end) {
            end -= 1;
        }
        let (part, after) = rest.split_at(end);
        write!(f, " \"{}\"", part.replace('\\', "\\\\").replace('"', "\\\""))?;
        rest = after;
        if rest.is_empty() {
            return Ok(());
        }
    }
}

impl ZoneFile {
    pub(crate) fn print(&self, cause: &Cause, out: &mut Printed) {
        out.text_line(0, &format!("$ORIGIN {}", self.origin), cause);
        out.text_line(0, &format!("$TTL {}", self.ttl), cause);
        for record in &self.records {
            out.text_line(0, &format!("{} IN {}", record.name, record.data), &record.cause);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Document, Place};

    #[test]
    fn records_stand_under_their_origin() {
        let cause = Cause::new(Place::default(), "test");
        let record =
            |name: &str, data| ZoneRecord { name: name.into(), data, cause: cause.clone() };
        let zone = ZoneFile {
            origin: "example.com.".into(),
            ttl: 300,
            records: vec![
                record("www", ZoneData::Aaaa("fd00::1".parse().unwrap())),
                record("@", ZoneData::Txt(format!("a\"{}", "b".repeat(255)))),
            ],
        };
        let long = "b".repeat(253);
        assert_eq!(
            Document::from(zone).print(&["head".into()], &cause).text(),
            format!(
                "; head\n$ORIGIN example.com.\n$TTL 300\nwww IN AAAA fd00::1\n@ IN TXT \"a\\\"{long}\" \"bb\"\n"
            )
        );
    }
}
