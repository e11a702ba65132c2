//! Trees of keys and values whose keys are written once, in a type: YAML, TOML, JSON, and the blocks
//! of NFS-Ganesha.
//!
//! etcd, Traefik and Ganesha start with keys that they do not know, and do without what was meant:
//! `client-crt-auth` for `client-cert-auth` is an etcd without any authentication. So nothing here
//! takes a key as text. A file is a value of a struct made with [`typed!`](crate::typed), each
//! field of which says its key; a misspelt or misplaced one does not compile.
//!
//! ```
//! use fmc_config::{Cause, Document, Place, tree::{Tree, TreeStyle}, typed};
//! typed! {
//!     /// How connections are secured.
//!     pub struct Security {
//!         /// Whether clients must show a certificate.
//!         client_cert_auth: bool = "client-cert-auth",
//!     }
//! }
//! let cause = Cause::new(Place::default(), "etcd");
//! let tree = Tree::of(TreeStyle::Yaml, &Security { client_cert_auth: true }, &cause);
//! assert_eq!(Document::from(tree).print(&[], &cause).text(), "client-cert-auth: true\n");
//! ```
//!
//! ```compile_fail,E0560
//! # use fmc_config::typed;
//! # typed! { /// S
//! #     pub struct Security { /// A
//! #         client_cert_auth: bool = "client-cert-auth", } }
//! let misspelt = Security { client_crt_auth: true };
//! ```

mod json;
mod print;
mod profile;
mod shape;
mod toml;

pub use shape::Shape;

use crate::{Cause, Value};

/// A tree, and how it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    pub(crate) style: TreeStyle,
    pub(crate) root: Node,
    pub(crate) cause: Cause,
}

/// How a tree is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TreeStyle {
    /// As YAML.
    Yaml,
    /// As NFS-Ganesha wants it: blocks in braces, `Key = value;`.
    Ganesha,
    /// As TOML 1.0 (<https://toml.io/en/v1.0.0>).
    Toml,
    /// As JSON ([RFC 8259](https://www.rfc-editor.org/rfc/rfc8259)), which knows no comments: such a
    /// file has no header.
    Json,
    /// As Kerberos has it: sections of keys, and of blocks in braces.
    Profile,
    /// As options of a command, one to a line.
    Options,
}

/// A part of a tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub(crate) content: Content,
    /// Why it is there; `None` for the reason of what it is a part of.
    pub(crate) cause: Option<Cause>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Content {
    /// A word that is written as it is: a whole number, or a truth.
    Word(String),
    /// A fraction.
    Fraction(String),
    /// Text, or a secret.
    Text(Value),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

impl Tree {
    /// The tree of a value. The cause is that of every part which has none of its own.
    pub fn of(style: TreeStyle, value: &impl Typed, cause: &Cause) -> Self {
        let root = value.node().unwrap_or_else(|| Content::Map(Vec::new()).into());
        Self { style, root, cause: cause.clone() }
    }
}

impl From<Content> for Node {
    fn from(content: Content) -> Self {
        Self { content, cause: None }
    }
}

impl Node {
    /// A node with keys, for [`typed!`](crate::typed).
    #[doc(hidden)]
    pub fn keys(entries: impl IntoIterator<Item = (&'static str, Option<Node>)>) -> Self {
        let there = entries.into_iter().filter_map(|it| Some((it.0.to_owned(), it.1?)));
        Content::Map(there.collect()).into()
    }
}

/// A value that has its place in a tree.
pub trait Typed {
    /// The value as a part of a tree; `None` where it is left out.
    fn node(&self) -> Option<Node>;

    /// What such a part may look like, for who reads it again.
    fn shape() -> Shape;
}

impl Typed for String {
    fn node(&self) -> Option<Node> {
        Some(Content::Text(Value::Text(self.clone())).into())
    }

    fn shape() -> Shape {
        Shape::Scalar
    }
}

/// A word out of the daemon's own set, such as a level of access.
impl Typed for &'static str {
    fn node(&self) -> Option<Node> {
        Some(Content::Word((*self).to_owned()).into())
    }

    fn shape() -> Shape {
        Shape::Scalar
    }
}

impl Typed for Value {
    fn node(&self) -> Option<Node> {
        Some(Content::Text(self.clone()).into())
    }

    fn shape() -> Shape {
        Shape::Scalar
    }
}

impl Typed for bool {
    fn node(&self) -> Option<Node> {
        Some(Content::Word(self.to_string()).into())
    }

    fn shape() -> Shape {
        Shape::Scalar
    }
}

impl Typed for u64 {
    fn node(&self) -> Option<Node> {
        Some(Content::Word(self.to_string()).into())
    }

    fn shape() -> Shape {
        Shape::Scalar
    }
}

/// A part of one, such as `0.001`, by its digits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fraction(pub f64);

impl Typed for Fraction {
    fn node(&self) -> Option<Node> {
        Some(Content::Fraction(self.0.to_string()).into())
    }

    fn shape() -> Shape {
        Shape::Scalar
    }
}

/// Left out where there is none.
impl<T: Typed> Typed for Option<T> {
    fn node(&self) -> Option<Node> {
        self.as_ref()?.node()
    }

    fn shape() -> Shape {
        T::shape()
    }
}

/// Left out where it is empty.
impl<T: Typed> Typed for Vec<T> {
    fn node(&self) -> Option<Node> {
        let all: Vec<Node> = self.iter().filter_map(Typed::node).collect();
        (!all.is_empty()).then(|| Content::List(all).into())
    }

    fn shape() -> Shape {
        Shape::List(Box::new(T::shape()))
    }
}

/// A list that is there even where it is empty.
#[derive(Clone, Debug, PartialEq)]
pub struct All<T>(pub Vec<T>);

impl<T: Typed> Typed for All<T> {
    fn node(&self) -> Option<Node> {
        Some(Content::List(self.0.iter().filter_map(Typed::node).collect()).into())
    }

    fn shape() -> Shape {
        Shape::List(Box::new(T::shape()))
    }
}

/// Parts under names that are chosen and not given: hosts, sites, servers. Left out where there are
/// none.
#[derive(Clone, Debug, PartialEq)]
pub struct Named<T>(pub Vec<(String, T)>);

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Typed> Typed for Named<T> {
    fn node(&self) -> Option<Node> {
        let all: Vec<_> =
            self.0.iter().filter_map(|(name, it)| Some((name.clone(), it.node()?))).collect();
        (!all.is_empty()).then(|| Content::Map(all).into())
    }

    fn shape() -> Shape {
        Shape::Named(Box::new(T::shape()))
    }
}

/// A part with a cause of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Because<T>(pub T, pub Cause);

impl<T: Typed> Typed for Because<T> {
    fn node(&self) -> Option<Node> {
        Some(Node { cause: Some(self.1.clone()), ..self.0.node()? })
    }

    fn shape() -> Shape {
        T::shape()
    }
}

/// Makes a struct whose fields are the keys of a part of a tree. `Option`, `Vec` and
/// [`Named`] may be left out; see [`tree`](crate::tree).
#[macro_export]
macro_rules! typed {
    ($($(#[$about:meta])* $vis:vis struct $name:ident {
        $($(#[$what:meta])* $field:ident: $type:ty = $key:literal,)*
    })*) => {
        $(
            $(#[$about])*
            #[derive(Clone, Debug, PartialEq)]
            $vis struct $name {
                $($(#[$what])* $vis $field: $type,)*
            }

            impl $crate::tree::Typed for $name {
                fn node(&self) -> Option<$crate::tree::Node> {
                    Some($crate::tree::Node::keys([
                        $(($key, $crate::tree::Typed::node(&self.$field)),)*
                    ]))
                }

                fn shape() -> $crate::tree::Shape {
                    $crate::tree::Shape::Keys(vec![
                        $(($key, <$type as $crate::tree::Typed>::shape()),)*
                    ])
                }
            }
        )*
    };
}
