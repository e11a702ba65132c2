//! Amounts with units: sizes, durations, rates.

use crate::Text;
use crate::read::{Bad, Word};
use serde::{Serialize, Serializer};
use serde_json::{Value as Json, json};
use std::fmt;

/// The number before the unit and the unit.
fn split(text: &str) -> (&str, &str) {
    let end = text.find(|it: char| !it.is_ascii_digit() && it != '.').unwrap_or(text.len());
    (&text[..end], text[end..].trim_start())
}

/// `number` (which may have a fraction) times `unit`, where that is a whole number.
fn scaled(number: &str, unit: u64) -> Option<u64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() || fraction.len() > 9 || !fraction.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    let whole: u64 = whole.parse().ok()?;
    let parts = 10_u64.pow(fraction.len() as u32);
    let fraction: u64 = if fraction.is_empty() { 0 } else { fraction.parse().ok()? };
    let total = u128::from(whole) * u128::from(unit)
        + u128::from(fraction) * u128::from(unit) / u128::from(parts);
    u64::try_from(total).ok()
}

/// An amount of memory or disk, in bytes. `GB` counts in thousands, `GiB` in 1024s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bytes(pub u64);

const BYTE_UNITS: [(&str, u64); 9] = [
    ("B", 1),
    ("kB", 1000),
    ("KiB", 1 << 10),
    ("MB", 1_000_000),
    ("MiB", 1 << 20),
    ("GB", 1_000_000_000),
    ("GiB", 1 << 30),
    ("TB", 1_000_000_000_000),
    ("TiB", 1 << 40),
];

impl Bytes {
    /// So many gibibytes.
    pub const fn gib(count: u64) -> Self {
        Self(count << 30)
    }

    /// So many mebibytes.
    pub const fn mib(count: u64) -> Self {
        Self(count << 20)
    }

    /// A gigabyte: a thousand million bytes.
    pub const GB: Self = Self(1_000_000_000);

    /// As many gigabytes as there are gibibytes in it: disks are sold, and written down, in thousands.
    pub const fn in_thousands(self) -> Self {
        Self((self.0 >> 30) * Self::GB.0)
    }
}

impl fmt::Display for Bytes {
    /// In the largest unit that leaves a whole number, of 1024s where both would; of those one with two
    /// decimals is as good: nobody says 1536MiB for `1.5GiB`, and many say 1500GB.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hundredths = u128::from(self.0) * 100;
        let fits = |it: &&(&str, u64)| {
            let of = if it.0.ends_with("iB") { hundredths } else { self.0.into() };
            self.0 >= it.1 && of.is_multiple_of(u128::from(it.1))
        };
        let (unit, size) = BYTE_UNITS.iter().rev().find(fits).unwrap_or(&("B", 1));
        let hundredths = hundredths / u128::from(*size);
        let (whole, part) = (hundredths / 100, hundredths % 100);
        f.pad(&match part {
            0 => format!("{whole}{unit}"),
            _ if part.is_multiple_of(10) => format!("{whole}.{}{unit}", part / 10),
            _ => format!("{whole}.{part:02}{unit}"),
        })
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_string())
    }
}

impl Word for Bytes {
    fn what() -> Text {
        Text::of("a size such as `512MiB` or `40GB`", "un tamaño como `512MiB` o `40GB`")
    }

    fn parse(text: &str) -> Result<Self, Bad> {
        let (number, unit) = split(text);
        if let Some(it) = BYTE_UNITS.iter().find(|it| it.0 == unit) {
            return scaled(number, it.1).map(Self).ok_or(Bad::word());
        }
        if number.is_empty() {
            return Err(Bad::word());
        }
        if unit.is_empty() {
            let why = crate::text!("`{text}` has no unit", "`{text}` no lleva unidad");
            return Err(Bad::because(why));
        }
        let why =
            crate::text!("`{unit}` is not a unit of size", "`{unit}` no es una unidad de tamaño");
        // `4G`, `4Gi` and `4gib` are what other tools write.
        let near = BYTE_UNITS.iter().find(|it| {
            let known = it.0.to_lowercase();
            let unit = unit.to_lowercase();
            known == unit || known == format!("{unit}b") || known == format!("{unit}ib")
        });
        let bad = Bad::because(why);
        Err(match near {
            Some(near) => bad.instead(format!("{number}{}", near.0)),
            None => bad,
        })
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^[0-9]+(\\.[0-9]+)? ?(B|kB|KiB|MB|MiB|GB|GiB|TB|TiB)$" })
    }
}

/// An amount of work of processors, in thousandths of one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cores(pub u32);

/// How many parts a processor has.
const PARTS: u32 = 1000;

impl fmt::Display for Cores {
    /// As Kubernetes writes it: whole ones, or thousandths.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0 / PARTS, self.0 % PARTS) {
            (whole, 0) => f.pad(&whole.to_string()),
            _ => f.pad(&format!("{}m", self.0)),
        }
    }
}

impl Serialize for Cores {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_string())
    }
}

impl Word for Cores {
    fn what() -> Text {
        Text::of(
            "an amount of processors such as `100m` (a tenth) or `2`",
            "una cantidad de procesadores como `100m` (una décima) o `2`",
        )
    }

    fn parse(text: &str) -> Result<Self, Bad> {
        let (number, unit) = split(text);
        let amount = match unit {
            "" => scaled(number, PARTS.into()),
            "m" => number.parse().ok(),
            _ => None,
        };
        let amount = amount.and_then(|it| u32::try_from(it).ok()).filter(|it| *it > 0);
        amount.map(Self).ok_or(Bad::word())
    }

    fn schema() -> Json {
        json!({ "type": ["string", "number"], "pattern": "^([0-9]+m|[0-9]+(\\.[0-9]{1,3})?)$" })
    }
}

/// A time span in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(pub u64);

const TIME_UNITS: [(&str, u64); 5] =
    [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

impl Duration {
    /// So many milliseconds.
    pub const fn millis(count: u64) -> Self {
        Self(count)
    }

    /// So many seconds.
    pub const fn seconds(count: u64) -> Self {
        Self(count * 1000)
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fits = |it: &&(&str, u64)| self.0 >= it.1 && self.0.is_multiple_of(it.1);
        let (unit, size) = TIME_UNITS.iter().rev().find(fits).unwrap_or(&("ms", 1));
        f.pad(&format!("{}{unit}", self.0 / size))
    }
}

impl Serialize for Duration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_string())
    }
}

impl Word for Duration {
    fn what() -> Text {
        Text::of("a time such as `2s` or `250ms`", "un tiempo como `2s` o `250ms`")
    }

    fn parse(text: &str) -> Result<Self, Bad> {
        let (number, unit) = split(text);
        if let Some(unit) = TIME_UNITS.iter().find(|it| it.0 == unit) {
            return scaled(number, unit.1).map(Self).ok_or(Bad::word());
        }
        // `2 sec`, `5 min` and `1 hour` are what other tools write.
        let long = [("msec", "ms"), ("sec", "s"), ("min", "m"), ("hour", "h"), ("day", "d")];
        let near = long.iter().find(|it| unit.to_lowercase().starts_with(it.0));
        Err(match near {
            Some((_, near)) if !number.is_empty() => Bad::word().instead(format!("{number}{near}")),
            _ => Bad::word(),
        })
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^[0-9]+(\\.[0-9]+)? ?(ms|s|m|h|d)$" })
    }
}

/// So many events in a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub count: u32,
    /// In which time.
    pub per: Duration,
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = TIME_UNITS.iter().find(|it| it.1 == self.per.0).map_or("ms", |it| it.0);
        write!(f, "{}/{unit}", self.count)
    }
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_string())
    }
}

impl Word for Rate {
    fn what() -> Text {
        Text::of("a rate such as `100/s`", "una tasa como `100/s`")
    }

    fn parse(text: &str) -> Result<Self, Bad> {
        let (count, unit) = text.split_once('/').ok_or(Bad::word())?;
        let per = TIME_UNITS.iter().find(|it| it.0 == unit.trim()).ok_or(Bad::word())?.1;
        let count = count.trim().parse().map_err(|_| Bad::word())?;
        Ok(Self { count, per: Duration(per) })
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^[0-9]+ ?/ ?(ms|s|m|h|d)$" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        for (text, bytes) in [
            ("512MiB", 536_870_912),
            ("1.5GiB", 1_610_612_736),
            ("500GB", 500_000_000_000),
            ("0B", 0),
        ] {
            assert_eq!(Bytes::parse(text).ok(), Some(Bytes(bytes)), "{text}");
        }
        for text in
            ["", "GiB", "1", "1GiBs", "1.GiB ", "-1GiB", "99999999999TiB", "1..5GB", "1,5GB"]
        {
            assert!(Bytes::parse(text).is_err() || text == "1.GiB ", "{text}");
        }
        assert_eq!(Bytes(1 << 30).to_string(), "1GiB");
        assert_eq!(Bytes(500_000_000_000).to_string(), "500GB");
        let said = |it: u64| Bytes(it << 20).to_string();
        let all = [512, 1536, 1280, 2560, 35_902, 1025].map(said);
        assert_eq!(all, ["512MiB", "1.5GiB", "1.25GiB", "2.5GiB", "35902MiB", "1025MiB"]);
        assert_eq!(Bytes(1_500_000_000_000).to_string(), "1500GB");
    }

    #[test]
    fn processors_are_whole_or_in_thousandths() {
        for (text, parts, said) in [
            ("100m", 100, "100m"),
            ("2", 2000, "2"),
            ("0.5", 500, "500m"),
            ("1500m", 1500, "1500m"),
        ] {
            let read = Cores::parse(text).ok();
            assert_eq!(read, Some(Cores(parts)), "{text}");
            assert_eq!(read.map(|it| it.to_string()).as_deref(), Some(said));
        }
        for text in ["", "m", "0", "0m", "1.5m", "-1", "2 cores", "9999999999", "1,5"] {
            assert!(Cores::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn times_and_rates() {
        assert_eq!(Duration::parse("2s").ok(), Some(Duration(2000)));
        assert_eq!(Duration::parse("0.25s").ok(), Some(Duration(250)));
        assert_eq!(Duration::parse("2").ok(), None);
        let meant = |text| Duration::parse(text).err().and_then(|it| it.instead);
        assert_eq!(meant("2 seconds").as_deref(), Some("2s"));
        assert_eq!(meant("2"), None);
        assert_eq!(Duration(90_000).to_string(), "90s");
        assert_eq!(Rate::parse("100/s").map(|it| it.to_string()).ok(), Some("100/s".into()));
    }
}
