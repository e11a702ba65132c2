//! What operating systems take: names of interfaces and owners, paths and modes of files. Whatever is
//! none of these would end up as another file, or make a tool refuse a whole one.

use crate::read::{Bad, Word};
use crate::{Text, text};
use serde::{Serialize, Serializer};
use serde_json::{Value as Json, json};
use std::fmt;

/// The name of an interface, which is also part of the names of files.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct InterfaceName(String);

/// The path of a file on a host: absolute, and without `.` and `..`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct FilePath(String);

/// Who owns a file: `user`, or `user:group`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Owner(String);

/// The permissions of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FileMode(pub u16);

impl InterfaceName {
    /// The bytes of the longest that the kernel takes (`IFNAMSIZ`, less the zero at its end).
    pub const LONGEST: usize = 15;

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FilePath {
    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Owner {
    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// In octal, with four digits.
impl fmt::Display for FileMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04o}", self.0)
    }
}

impl Serialize for FileMode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_string())
    }
}

impl Word for InterfaceName {
    fn what() -> Text {
        Text::of(
            "the name of an interface, such as `enp3s0f0`",
            "el nombre de una interfaz, como `enp3s0f0`",
        )
    }

    fn parse(text: &str) -> Result<Self, Bad> {
        if text.len() > Self::LONGEST {
            let (count, longest) = (text.len(), Self::LONGEST);
            return Err(Bad::because(text!(
                "it is {count} bytes long, and the kernel takes {longest}",
                "tiene {count} bytes, y el kernel admite {longest}"
            )));
        }
        let plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '_' | '-');
        let is_one = text.starts_with(|it: char| it.is_ascii_alphanumeric());
        if is_one && text.chars().all(plain) { Ok(Self(text.to_owned())) } else { Err(Bad::word()) }
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$" })
    }
}

impl Word for FilePath {
    fn what() -> Text {
        Text::of(
            "the path of a file, such as `/etc/motd`",
            "la ruta de un fichero, como `/etc/motd`",
        )
    }

    fn parse(text: &str) -> Result<Self, Bad> {
        let Some(rest) = text.strip_prefix('/') else {
            return Err(Bad::because(text!(
                "it does not begin with a slash",
                "no empieza con una barra"
            ))
            .instead(format!("/{text}")));
        };
        if text.chars().any(char::is_control) {
            return Err(Bad::word());
        }
        if rest.split('/').any(|it| matches!(it, "" | "." | "..")) {
            return Err(Bad::because(text!(
                "it has an empty part, or one that is `.` or `..`",
                "tiene una parte vacía, o que es `.` o `..`"
            )));
        }
        Ok(Self(text.to_owned()))
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^/" })
    }
}

impl Word for Owner {
    fn what() -> Text {
        Text::of("an owner such as `root` or `www:data`", "un propietario como `root` o `www:data`")
    }

    fn parse(text: &str) -> Result<Self, Bad> {
        let plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '-' | '.');
        let is_name = |it: &str| {
            it.starts_with(|it: char| it.is_ascii_alphanumeric() || it == '_')
                && it.len() <= 32
                && it.chars().all(plain)
        };
        let parts: Vec<&str> = text.split(':').collect();
        let good = parts.len() <= 2 && parts.iter().all(|it| is_name(it));
        if good { Ok(Self(text.to_owned())) } else { Err(Bad::word()) }
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^[A-Za-z0-9_][A-Za-z0-9_.-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?$" })
    }
}

impl Word for FileMode {
    fn what() -> Text {
        Text::of("a mode in octal such as `\"0644\"`", "un modo en octal como `\"0644\"`")
    }

    fn parse(text: &str) -> Result<Self, Bad> {
        let digits = text.bytes().all(|it| (b'0'..b'8').contains(&it)) && text.len() <= 4;
        if !digits {
            return Err(Bad::word());
        }
        u16::from_str_radix(text, 8).map(Self).map_err(|_| Bad::word())
    }

    fn schema() -> Json {
        json!({ "type": ["string", "integer"], "pattern": "^[0-7]{1,4}$" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_leave_its_folder_or_break_a_file_is_no_word() {
        for text in ["/etc/../../x", "etc/motd", "/", "//etc", "/etc/", "/a\nb", "/a/./b", ""] {
            assert!(FilePath::parse(text).is_err(), "{text:?}");
        }
        assert!(FilePath::parse("/etc/a b/..c").is_ok());
        for text in ["/../evil", "eth0\nx", "", "-x", "an-interface-of-many-letters", "a b"] {
            assert!(InterfaceName::parse(text).is_err(), "{text:?}");
        }
        assert!(InterfaceName::parse("enp3s0f0.10").is_ok());
        for text in ["x;y z", "", "a:b:c", "-r"] {
            assert!(Owner::parse(text).is_err(), "{text:?}");
        }
        assert!(Owner::parse("_chrony:adm").is_ok());
        assert_eq!(FileMode::parse("0644").map(|it| it.0).ok(), Some(0o644));
        for text in ["9999", "rw", "", "-1", "77777"] {
            assert!(FileMode::parse(text).is_err(), "{text:?}");
        }
    }
}
