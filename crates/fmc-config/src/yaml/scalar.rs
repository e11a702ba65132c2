//! What a plain word of YAML means, in version 1.2 and in version 1.1.
//!
//! Version 1.1 (1999's `on` and `off`, base-60 numbers, dates) lives on in `PyYAML`, and so in
//! Ansible and in half of all editors. A cloud file means the same to both, which takes no more
//! than quoting the words that they disagree about; [`Scalar::differs`] finds those.

/// How a scalar was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Without quotes: its text decides its type.
    Plain,
    /// In single or double quotes: always text.
    Quoted,
    /// As a block after `|` or `>`: always text.
    Block,
}

/// A single value of a YAML file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// The text after escapes were undone.
    pub text: String,
    /// How it was written.
    pub style: Style,
}

/// What a scalar is in the core schema of YAML 1.2.
#[derive(Clone, Debug, PartialEq)]
pub enum Resolved {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction or an exponent, as text: the language has no use for floats.
    Float,
    /// Text.
    Text,
}

impl Scalar {
    /// What this scalar is in the core schema of YAML 1.2. Whole numbers beyond 64 bits are text.
    pub fn resolve(&self) -> Resolved {
        if self.style != Style::Plain {
            return Resolved::Text;
        }
        match self.text.as_str() {
            "" | "~" | "null" | "Null" | "NULL" => return Resolved::Null,
            "true" | "True" | "TRUE" => return Resolved::Bool(true),
            "false" | "False" | "FALSE" => return Resolved::Bool(false),
            _ => {}
        }
        integer(&self.text).map_or_else(
            || if is_float(&self.text) { Resolved::Float } else { Resolved::Text },
            Resolved::Int,
        )
    }

    /// What a YAML 1.1 reader takes this scalar for, where that is not what 1.2 says.
    pub fn differs(&self) -> Option<&'static str> {
        if self.style != Style::Plain {
            return None;
        }
        let text = self.text.as_str();
        let first = text.bytes().next()?;
        if first.is_ascii_alphabetic() {
            return is_old_bool(text).then_some("a boolean");
        }
        match text {
            "=" => return Some("the default-value key"),
            "<<" => return Some("the merge key"),
            _ => {}
        }
        if !(first.is_ascii_digit() || matches!(first, b'+' | b'-' | b'.')) {
            return None;
        }
        let number = text.strip_prefix(['+', '-']).unwrap_or(text);
        if is_old_octal(number) {
            return Some("an octal number");
        }
        if number.starts_with("0b") && all(&number[2..], |it| matches!(it, b'0' | b'1' | b'_')) {
            return Some("a binary number");
        }
        if number.starts_with("0o") && integer(text).is_some() {
            return Some("text, not a number");
        }
        if is_base_60(number) {
            return Some("a number in base 60");
        }
        if is_date(text) {
            return Some("a date");
        }
        let digits = |it: u8| it.is_ascii_digit() || b"_.xXabcdefABCDEF".contains(&it);
        if number.contains('_') && all(number, digits) {
            return Some("a number");
        }
        // An exponent without both a fraction and a sign is text to 1.1 and a number to 1.2.
        if integer(text).is_none() && is_float(text) && !is_plain_fraction(number) {
            return Some("something else than YAML 1.2 does");
        }
        None
    }
}

fn all(text: &str, test: impl Fn(u8) -> bool) -> bool {
    !text.is_empty() && text.bytes().all(test)
}

fn integer(text: &str) -> Option<i64> {
    if let Some(hex) = text.strip_prefix("0x") {
        return all(hex, |it| it.is_ascii_hexdigit()).then(|| i64::from_str_radix(hex, 16).ok())?;
    }
    if let Some(octal) = text.strip_prefix("0o") {
        return all(octal, |it| (b'0'..=b'7').contains(&it))
            .then(|| i64::from_str_radix(octal, 8).ok())?;
    }
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    all(digits, |it| it.is_ascii_digit()).then(|| text.parse().ok())?
}

/// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`, infinities, not-a-number.
fn is_float(text: &str) -> bool {
    let number = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(number, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let (mantissa, exponent) = match number.find(['e', 'E']) {
        Some(at) => (&number[..at], Some(&number[at + 1..])),
        None => (number, None),
    };
    let exponent_fits = exponent.is_none_or(|it| {
        all(it.strip_prefix(['+', '-']).unwrap_or(it), |byte| byte.is_ascii_digit())
    });
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |part: &str| part.bytes().all(|it| it.is_ascii_digit());
    exponent_fits
        && digits(whole)
        && digits(fraction)
        && (!whole.is_empty() || !fraction.is_empty())
}

/// A float that both versions read alike: digits, a point, digits, and no exponent.
fn is_plain_fraction(number: &str) -> bool {
    number.split_once('.').is_some_and(|(whole, rest)| {
        all(whole, |it| it.is_ascii_digit()) && rest.bytes().all(|it| it.is_ascii_digit())
    })
}

fn is_old_bool(text: &str) -> bool {
    let upper = |it: u8| it.is_ascii_uppercase();
    // `yes`, `Yes` and `YES`, but not `yES`.
    ["yes", "no", "on", "off", "y", "n"].iter().any(|word| word.eq_ignore_ascii_case(text))
        && (!text.bytes().skip(1).any(upper) || text.bytes().all(upper))
}

/// `0` and digits: octal to 1.1, decimal to 1.2 (with an 8 or a 9 in it, text to 1.1).
fn is_old_octal(number: &str) -> bool {
    number.len() > 1
        && number.starts_with('0')
        && all(number, |it| it.is_ascii_digit() || it == b'_')
}

/// `[1-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?`
fn is_base_60(number: &str) -> bool {
    let number = match number.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|it| it.is_ascii_digit() || it == b'_') => {
            whole
        }
        Some(_) => return false,
        None => number,
    };
    let mut parts = number.split(':');
    let first = parts.next().unwrap_or_default();
    let rest: Vec<&str> = parts.collect();
    first.starts_with(|it: char| it.is_ascii_digit())
        && all(first, |it| it.is_ascii_digit() || it == b'_')
        && !rest.is_empty()
        && rest.iter().all(|it| {
            all(it, |byte| byte.is_ascii_digit())
                && it.parse::<u8>().is_ok_and(|n| n < 60)
                && it.len() < 3
        })
}

/// `2025-05-16`, with or without a time behind it.
fn is_date(text: &str) -> bool {
    let date = text.split(['T', 't', ' ']).next().unwrap_or_default();
    let parts: Vec<&str> = date.split('-').collect();
    matches!(parts.as_slice(), [year, month, day]
        if year.len() == 4 && (1..=2).contains(&month.len()) && (1..=2).contains(&day.len())
            && parts.iter().all(|it| all(it, |byte| byte.is_ascii_digit())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Scalar {
        Scalar { text: text.into(), style: Style::Plain }
    }

    #[test]
    fn core_schema() {
        for (text, expected) in [
            ("", Resolved::Null),
            ("~", Resolved::Null),
            ("True", Resolved::Bool(true)),
            ("12", Resolved::Int(12)),
            ("-7", Resolved::Int(-7)),
            ("0x1F", Resolved::Int(31)),
            ("0o17", Resolved::Int(15)),
            ("12+", Resolved::Text),
            ("10.17.0.0/24", Resolved::Text),
            ("10.17", Resolved::Float),
            (".5", Resolved::Float),
            ("1e3", Resolved::Float),
            ("on", Resolved::Text),
            ("99999999999999999999", Resolved::Float),
            (".", Resolved::Text),
            ("-", Resolved::Text),
        ] {
            assert_eq!(plain(text).resolve(), expected, "{text:?}");
        }
        assert_eq!(Scalar { text: "12".into(), style: Style::Quoted }.resolve(), Resolved::Text);
    }

    #[test]
    fn words_that_the_versions_read_differently() {
        for text in [
            "on",
            "Off",
            "YES",
            "n",
            "012",
            "0o17",
            "0b11",
            "1_000",
            "12:30",
            "190:20:30",
            "2025-05-16",
            "2001-12-14t21:59:43",
            "<<",
            "=",
            "1e3",
            "52:54:00",
            ".5",
        ] {
            assert!(plain(text).differs().is_some(), "{text:?}");
        }
        for text in [
            "true",
            "null",
            "12",
            "0",
            "0x1F",
            "12+",
            "10.17.3.11",
            "198.51.100.10",
            "1.5",
            "2s",
            "fd00::1",
            "10.17.0.0/24",
            "Europe/Madrid",
            "ssh-ed25519",
            "30000-32767",
            "online",
            "52:54:00:aa:bb:cc",
            "443:80",
            "192.168.0.19",
            "-",
            "999999999999999",
        ] {
            assert_eq!(plain(text).differs(), None, "{text:?}");
        }
    }
}
