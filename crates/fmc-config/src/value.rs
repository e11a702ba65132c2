//! Words of a generated document, some of which are secrets known only by their names.

/// A secret by its name. Its value is in no document and in no cloud: whoever writes the file at its
/// final place puts it in (see [`Printed::fill`](crate::Printed::fill)).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Secret {
    /// Its name in the store of secrets, such as `wireguard/tunnel/vps`. Whoever says the same name
    /// means the same secret.
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
    /// A password with which a person logs in. What follows from it is its hash (bcrypt), as lists of
    /// users hold it.
    Login,
    /// A password that a program is told: 32 letters and digits. It has no public part.
    Password,
    /// 32 bytes in base64, as keys of symmetric ciphers and tokens are written. It has no public part.
    Token,
    /// A pair of keys for ECDSA with the curve P-256, in PEM
    /// ([RFC 7468](https://www.rfc-editor.org/rfc/rfc7468)): what Kubernetes signs the tokens of
    /// service accounts with.
    SigningKey,
    /// The key of a certificate in PEM, and the certificate itself. Its name is that of one of the
    /// certificates of the cloud, such as `master1/etcd-server`.
    Certificate,
    /// The key of an authority in PEM, and its certificate. Its name is that of the authority.
    Authority,
}

/// Which part of a secret is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SecretPart {
    /// What nobody else may know.
    Private,
    /// What follows from it and may be shown. It is not known before the secret is made.
    Public,
}

impl Secret {
    /// What nobody else may know of a secret.
    pub fn private(kind: SecretKind, name: impl Into<String>) -> Self {
        Self { name: name.into(), kind, part: SecretPart::Private }
    }

    /// What may be shown of a secret.
    pub fn public(kind: SecretKind, name: impl Into<String>) -> Self {
        Self { name: name.into(), kind, part: SecretPart::Public }
    }
}

impl Secret {
    /// Whether its value has several lines, as PEM does.
    pub fn has_lines(&self) -> bool {
        match self.kind {
            SecretKind::SigningKey | SecretKind::Certificate | SecretKind::Authority => true,
            SecretKind::X25519 | SecretKind::Login | SecretKind::Password | SecretKind::Token => {
                false
            }
        }
    }
}

impl SecretKind {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::X25519,
        Self::Login,
        Self::Password,
        Self::Token,
        Self::SigningKey,
        Self::Certificate,
        Self::Authority,
    ];

    /// What it is called.
    pub fn label(self) -> &'static str {
        match self {
            Self::X25519 => "x25519",
            Self::Login => "login",
            Self::Password => "password",
            Self::Token => "token",
            Self::SigningKey => "signing-key",
            Self::Certificate => "certificate",
            Self::Authority => "authority",
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
