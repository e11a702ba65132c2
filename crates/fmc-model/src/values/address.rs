//! Addresses, prefixes, hardware addresses.

use crate::Text;
use crate::read::{Bad, Word};
use ipnet::IpNet;
use serde::{Serialize, Serializer};
use serde_json::{Value as Json, json};
use std::fmt;
use std::net::IpAddr;

impl Word for IpAddr {
    fn what() -> Text {
        Text::of(
            "an address such as `10.17.3.11` or `fd17:3::b`",
            "una dirección como `10.17.3.11` o `fd17:3::b`",
        )
    }

    fn parse(text: &str) -> Result<Self, Bad> {
        text.parse().map_err(|_| Bad::word())
    }

    fn schema() -> Json {
        json!({ "type": "string", "anyOf": [{ "format": "ipv4" }, { "format": "ipv6" }] })
    }
}

/// A network prefix such as `10.17.3.0/24`, with no bit set behind its length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Prefix(pub IpNet);

impl Word for Prefix {
    fn what() -> Text {
        Text::of(
            "a network such as `10.17.3.0/24` or `fd17:3::/64`",
            "una red como `10.17.3.0/24` o `fd17:3::/64`",
        )
    }

    fn parse(text: &str) -> Result<Self, Bad> {
        let net: IpNet = text.parse().map_err(|_| without_length(text))?;
        if net.addr() == net.network() {
            return Ok(Self(net));
        }
        let meant = net.trunc();
        Err(Bad::because(crate::text!(
            "`{text}` is an address inside the network {meant}",
            "`{text}` es una dirección dentro de la red {meant}"
        ))
        .instead(meant.to_string()))
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^[0-9a-fA-F.:]+/[0-9]{1,3}$" })
    }
}

/// A network without the length of its prefix: the zeros at its end tell what was meant.
fn without_length(text: &str) -> Bad {
    let length = match text.parse() {
        Ok(IpAddr::V4(address)) => 32 - u32::from(address).trailing_zeros().min(24) / 8 * 8,
        Ok(IpAddr::V6(_)) if text.ends_with("::") => 64,
        _ => return Bad::word(),
    };
    match length {
        32 => Bad::word(),
        _ => Bad::word().instead(format!("{text}/{length}")),
    }
}

/// How an address of a host is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressWord {
    /// `11`: this host number in each prefix of the network.
    Number(u32),
    /// `12+`: counting on from this host number over the hosts of a range.
    NumberOnwards(u32),
    /// `10.17.3.11`: this address.
    Address(IpAddr),
    /// `10.17.3.12+`: counting on from this address.
    AddressOnwards(IpAddr),
}

impl Word for AddressWord {
    fn what() -> Text {
        Text::of(
            "a host number such as `11`, an address such as `10.17.3.11`, or `12+` to count on",
            "un número de host como `11`, una dirección como `10.17.3.11`, o `12+` para contar",
        )
    }

    fn parse(text: &str) -> Result<Self, Bad> {
        let (text, onwards) = match text.strip_suffix('+') {
            Some(start) => (start, true),
            None => (text, false),
        };
        if text.bytes().all(|it| it.is_ascii_digit()) {
            let number = text.parse().map_err(|_| Bad::word())?;
            return Ok(if onwards { Self::NumberOnwards(number) } else { Self::Number(number) });
        }
        let address = text.parse().map_err(|_| Bad::word())?;
        Ok(if onwards { Self::AddressOnwards(address) } else { Self::Address(address) })
    }

    fn schema() -> Json {
        json!({ "anyOf": [
            { "type": "integer", "minimum": 0 },
            { "type": "string", "pattern": "^([0-9]+|[0-9a-fA-F.:]+)\\+?$" },
        ] })
    }
}

/// A hardware address ([IEEE 802](https://standards.ieee.org/products-programs/regauth/)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mac(pub [u8; 6]);

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes: Vec<String> = self.0.iter().map(|it| format!("{it:02x}")).collect();
        f.write_str(&bytes.join(":"))
    }
}

impl Serialize for Mac {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_string())
    }
}

impl Word for Mac {
    fn what() -> Text {
        Text::of(
            "a hardware address such as `52:54:00:aa:bb:cc`",
            "una dirección física como `52:54:00:aa:bb:cc`",
        )
    }

    fn parse(text: &str) -> Result<Self, Bad> {
        let parts: Vec<&str> = text.split(':').collect();
        if parts.len() != 6 || parts.iter().any(|it| it.len() != 2) {
            return Err(Bad::word());
        }
        let mut bytes = [0; 6];
        for (byte, part) in bytes.iter_mut().zip(parts) {
            *byte = u8::from_str_radix(part, 16).map_err(|_| Bad::word())?;
        }
        if bytes[0] & 1 == 1 {
            bytes[0] ^= 1;
            return Err(Bad::because(crate::text!(
                "`{text}` is a group address: its first byte is odd",
                "`{text}` es una dirección de grupo: su primer byte es impar"
            ))
            .instead(Self(bytes).to_string()));
        }
        Ok(Self(bytes))
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}$" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        assert_eq!(AddressWord::parse("11").ok(), Some(AddressWord::Number(11)));
        assert_eq!(AddressWord::parse("12+").ok(), Some(AddressWord::NumberOnwards(12)));
        assert!(matches!(AddressWord::parse("fd00::1+"), Ok(AddressWord::AddressOnwards(_))));
        for bad in ["", "+", "10.17.3", "10.17.3.256", "x", "99999999999"] {
            assert!(AddressWord::parse(bad).is_err(), "{bad:?}");
        }
        assert!(Prefix::parse("10.17.3.0/24").is_ok());
        assert!(Prefix::parse("10.17.3.1/24").is_err());
        let meant = |text| Prefix::parse(text).err().and_then(|it| it.instead);
        assert_eq!(meant("10.17.3.0").as_deref(), Some("10.17.3.0/24"));
        assert_eq!(meant("10.0.0.0").as_deref(), Some("10.0.0.0/8"));
        assert_eq!(meant("fd17::").as_deref(), Some("fd17::/64"));
        assert_eq!(meant("10.17.3.1"), None);
        assert!(Mac::parse("52:54:00:aa:bb:cc").is_ok());
        assert!(Mac::parse("53:54:00:aa:bb:cc").is_err());
    }
}
