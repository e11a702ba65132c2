//! Documents of configuration formats: what they say, where each part of it was written, and how
//! they are printed.
//!
//! People write their cloud in YAML: [`yaml::read`] keeps the place of every value,
//! [`yaml::format`] lays a file out anew and loses no comment. What is generated is a [`Document`]:
//! typed values with one printer for each format, where every part carries the [`Cause`] for which
//! it is there. This crate knows nothing of clouds, does no IO and never panics on what it is given.

pub mod blocks;
mod cause;
mod document;
pub mod ini;
mod keys;
pub mod libvirt;
pub mod maps;
pub mod nft;
mod place;
mod printed;
pub mod tree;
mod value;
mod xml;
pub mod yaml;
pub mod zone;

pub use cause::{Because, Cause};
pub use document::Document;
pub use keys::Keys;
pub use place::{FileId, LineColumn, Place, Source, Sources};
pub use printed::{Hole, Printed};
pub use value::{Secret, SecretKind, SecretPart, Value};
