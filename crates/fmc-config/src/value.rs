//! Words of a generated document, some of which are secrets known only by their names.

/// A secret by its name. Its value is in no document and in no cloud: whoever writes the file at its
/// final place puts it in (see [`Printed::fill`](crate::Printed::fill)).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Secret {
    /// Its name in the store of secrets, such as `wireguard/vps/tunnel`.
    pub name: String,
    /// How it is made.
    pub kind: SecretKind,
    /// Which part of it is meant.
    pub part: SecretPart,
}

/// How a secret is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SecretKind {
    /// A pair of keys for X25519 ([RFC 7748](https://www.rfc-editor.org/rfc/rfc7748)), in base64 as
    /// WireGuard writes them.
    X25519,
}

/// Which part of a secret is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SecretPart {
    /// What nobody else may know.
    Private,
    /// What follows from it and may be shown. It is not known before the secret is made.
    Public,
}

impl SecretKind {
    /// What it is called.
    pub fn label(self) -> &'static str {
        match self {
            Self::X25519 => "x25519",
        }
    }
}

impl SecretPart {
    /// What it is called.
    pub fn label(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Public => "public",
        }
    }
}

/// The placeholder that stands in printed text: it cannot be mistaken for a value of any format.
impl std::fmt::Display for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "<{} {} {}>", self.kind.label(), self.part.label(), self.name)
    }
}

/// A value in a document: text, or a secret by its name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    /// Text as it is written. Line breaks in it are printed as spaces.
    Text(String),
    /// A secret.
    Secret(Secret),
}

impl<T: std::fmt::Display> From<T> for Value {
    fn from(text: T) -> Self {
        Self::Text(text.to_string())
    }
}
