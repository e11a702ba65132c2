//! Folders, and those that a host shares.

use crate::read::{Bad, Word};
use crate::{Name, Text, text};
use serde::{Serialize, Serializer};
use serde_json::{Value as Json, json};
use std::fmt;

/// The path of a folder: absolute, without `.` and `..`, and of characters that mean nothing else to those who read
/// it, among them whoever reads a list of folders with colons.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Folder(String);

/// A folder that a host shares, such as `storage1:/srv/nfs/shared`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Shared {
    /// The host.
    pub host: Name,
    /// The folder there.
    pub folder: Folder,
}

impl Folder {
    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Display for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.folder)
    }
}

impl Serialize for Shared {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Word for Folder {
    fn what() -> Text {
        Text::of("the path of a folder, such as `/data`", "la ruta de una carpeta, como `/data`")
    }

    fn parse(text: &str) -> Result<Self, Bad> {
        let Some(rest) = text.strip_prefix('/') else {
            let why = text!("it does not begin with a slash", "no empieza con una barra");
            return Err(Bad::because(why).instead(format!("/{text}")));
        };
        let whole = rest.strip_suffix('/').unwrap_or(rest);
        if whole.split('/').any(|it| matches!(it, "" | "." | "..")) {
            return Err(Bad::because(text!(
                "it has an empty part, or one that is `.` or `..`",
                "tiene una parte vacía, o que es `.` o `..`"
            )));
        }
        if let Some(odd) = whole.chars().find(|it| !is_plain(*it)) {
            let why = text!(
                "{odd:?} in a path means something else to the tools that read it",
                "{odd:?} en una ruta significa otra cosa para las herramientas que la leen"
            );
            let advice = text!("use letters, digits and `/._-+@`", "use letras, cifras y `/._-+@`");
            return Err(Bad::because(why).advise(advice));
        }
        if whole.len() < rest.len() {
            let why = text!("it ends with a slash", "termina con una barra");
            return Err(Bad::because(why).instead(format!("/{whole}")));
        }
        Ok(Self(text.to_owned()))
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^(/[A-Za-z0-9._+@-]+)+$" })
    }
}

impl Word for Shared {
    fn what() -> Text {
        Text::of(
            "a folder that a host shares, such as `storage1:/srv/nfs/shared`",
            "una carpeta que comparte un host, como `storage1:/srv/nfs/shared`",
        )
    }

    fn parse(text: &str) -> Result<Self, Bad> {
        let (host, folder) = text.split_once(':').ok_or_else(Bad::word)?;
        if !Name::is_name(host) {
            return Err(Bad::word());
        }
        let folder = Folder::parse(folder).map_err(|bad| {
            let instead = bad.instead.as_ref().map(|it| format!("{host}:{it}"));
            Bad { instead, ..bad }
        })?;
        Ok(Self { host: Name::new(host), folder })
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^[a-z0-9]([a-z0-9-]*[a-z0-9])?:(/[A-Za-z0-9._+@-]+)+$" })
    }
}

/// Whether a character of a path is just that to a shell, and to a list of folders.
fn is_plain(it: char) -> bool {
    it.is_ascii_alphanumeric() || "/._-+@".contains(it)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_whole_and_mean_nothing_else() {
        for good in ["/data", "/srv/nfs/shared", "/a.b/c_d-e+f@g"] {
            assert_eq!(Folder::parse(good).map(|it| it.to_string()), Ok(good.to_owned()));
        }
        for bad in ["", "/", "//", "/a//b", "/a/../b", "/a b", "/a:b", "/a,b", "/a\n", "/a$b"] {
            assert!(Folder::parse(bad).is_err(), "{bad}");
        }
        let meant = |text| Folder::parse(text).err().and_then(|it| it.instead);
        assert_eq!(meant("data").as_deref(), Some("/data"));
        assert_eq!(meant("/data/").as_deref(), Some("/data"));
    }

    #[test]
    fn what_is_shared_has_its_host() {
        let good = "storage1:/srv/nfs/shared";
        assert_eq!(Shared::parse(good).map(|it| it.to_string()), Ok(good.to_owned()));
        for bad in ["/srv", "storage1", "storage1:", ":/srv", "Storage:/srv", "a:b:/srv", "a:/b:c"]
        {
            assert!(Shared::parse(bad).is_err(), "{bad}");
        }
        let meant = |text| Shared::parse(text).err().and_then(|it| it.instead);
        assert_eq!(meant("storage1:srv").as_deref(), Some("storage1:/srv"));
    }
}
