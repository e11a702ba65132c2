//! Sections of keys and values: systemd units, networkd, NetworkManager, WireGuard, and sysctl, which
//! has no sections.

use crate::{Cause, Printed, Value};

/// A document of sections. Sections and keys may come more than once and keep their order.
#[derive(Clone, Debug, PartialEq)]
pub struct Ini {
    /// How keys and values are joined.
    pub style: IniStyle,
    /// The sections.
    pub sections: Vec<Section>,
}

/// How keys and values are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IniStyle {
    /// `Key=value`, as systemd and NetworkManager want it.
    Tight,
    /// `Key = value`, as WireGuard and sysctl are written.
    Spaced,
    /// `key:value`, as lists of users are.
    Colon,
}

/// A section.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// What stands in brackets; `None` for keys before any section.
    pub name: Option<String>,
    /// What is said to people before its keys, line by line.
    pub notes: Vec<String>,
    /// Its keys and values.
    pub entries: Vec<Entry>,
    /// Why it is there.
    pub cause: Cause,
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// The value.
    pub value: Value,
    /// Why it is there.
    pub cause: Cause,
}

impl Ini {
    /// A document without sections yet.
    pub fn new(style: IniStyle) -> Self {
        Self { style, sections: Vec::new() }
    }

    /// Adds a section and returns it.
    pub fn section(&mut self, name: &str, cause: &Cause) -> &mut Section {
        self.push(Some(name.to_owned()), cause)
    }

    /// Adds a part whose keys stand in no section, and returns it.
    pub fn loose(&mut self, cause: &Cause) -> &mut Section {
        self.push(None, cause)
    }

    fn push(&mut self, name: Option<String>, cause: &Cause) -> &mut Section {
        let (notes, entries) = (Vec::new(), Vec::new());
        let section = Section { name, notes, entries, cause: cause.clone() };
        self.sections.push(section);
        let last = self.sections.len() - 1;
        &mut self.sections[last]
    }

    pub(crate) fn print(&self, out: &mut Printed) {
        for section in &self.sections {
            if !out.text().is_empty() {
                out.blank(&section.cause);
            }
            if let Some(name) = &section.name {
                out.text_line(0, &format!("[{name}]"), &section.cause);
            }
            for note in &section.notes {
                out.text_line(0, &format!("# {note}"), &section.cause);
            }
            for entry in &section.entries {
                out.line(0, &entry.cause, |line| {
                    line.text(&entry.key);
                    line.text(match self.style {
                        IniStyle::Tight => "=",
                        IniStyle::Spaced => " = ",
                        IniStyle::Colon => ":",
                    });
                    line.value(&entry.value);
                });
            }
        }
    }
}

impl Section {
    /// Adds a line that is said to people.
    pub fn note(&mut self, text: impl Into<String>) -> &mut Self {
        self.notes.push(text.into());
        self
    }

    /// Adds a key with the cause of the section.
    pub fn set(&mut self, key: &str, value: impl Into<Value>) -> &mut Self {
        let cause = self.cause.clone();
        self.set_because(key, value, &cause)
    }

    /// Adds a key with a cause of its own.
    pub fn set_because(&mut self, key: &str, value: impl Into<Value>, cause: &Cause) -> &mut Self {
        let (key, value, cause) = (key.to_owned(), value.into(), cause.clone());
        self.entries.push(Entry { key, value, cause });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Document, Place, Secret, SecretKind, SecretPart};

    #[test]
    fn secrets_are_filled_by_position_and_lines_keep_their_causes() {
        let (whole, peer) =
            (Cause::new(Place::new(0, 0, 1), "a"), Cause::new(Place::new(0, 5, 9), "b"));
        let secret =
            Secret { name: "x".into(), kind: SecretKind::X25519, part: SecretPart::Private };
        let mut ini = Ini::new(IniStyle::Spaced);
        let section = ini.section("Interface", &whole);
        section.set("PrivateKey", Value::Secret(secret.clone()));
        section.set("Note", format!("looks like {secret}\n[Peer]"));
        ini.section("Peer", &peer).set("AllowedIPs", "::/0");
        let printed = Document::from(ini).print(&["head\nline".to_owned()], &whole);
        assert_eq!(
            printed.text(),
            "# head line\n\n[Interface]\nPrivateKey = <x25519 private x>\n\
             Note = looks like <x25519 private x> [Peer]\n\n[Peer]\nAllowedIPs = ::/0\n"
        );
        assert_eq!(printed.cause(8), Some(&peer));
        assert_eq!(printed.causes().len(), printed.text().lines().count());
        let filled = printed.fill(|_| Some("KEY".to_owned())).unwrap();
        assert!(filled.contains("PrivateKey = KEY\nNote = looks like <x25519 private x> [Peer]\n"));
        assert_eq!(printed.fill(|_| None), Err(secret));
    }
}
