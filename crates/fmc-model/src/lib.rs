//! A small cloud as data: what a person wrote, what it means, and everything wrong with it.
//!
//! ```text
//! cloud.yaml ──read──▶ Spec ──declare──▶ link ──▶ Cloud
//!             (places)        (roles)
//! ```
//!
//! [`load()`] reads a file and those that it includes into a [`Spec`](spec::CloudSpec), where every
//! value knows its place and nothing is inferred; [`resolve()`] makes the [`Cloud`], where
//! everything is decided. Both collect every fault as a [`Diagnostic`] and stop at none. The crate
//! does no IO: files come in by a function that the caller hands over, today's date is an argument.

pub mod cloud;
mod configure;
mod diagnostic;
mod fault;
mod load;
mod notation;
mod pki;
pub mod read;
mod resolve;
pub mod role;
pub mod setup;
pub mod spec;
mod system;
mod text;
mod traffic;
mod values;

pub use cloud::Cloud;
pub use diagnostic::{Code, Diagnostic, Diagnostics, Edit, Hint, Label, Severity};
pub use fault::of_yaml;
pub use fmc_config::{FileId, LineColumn, Place, Source, Sources, yaml};
pub use load::{Loaded, load};
pub use pki::Credential;
// What the macros of `read` name in other crates.
pub use resolve::{Found, codes, resolve};
#[doc(hidden)]
pub use serde::Serialize;
#[doc(hidden)]
pub use serde_json::{Value as Json, json};
pub use spec::json_schema;
pub use system::{Build, Packaged, RELEASES, Release};
pub use text::{Language, Text, Words};
pub use values::{
    AddressWord, Bytes, Cores, Date, Domain, Duration, FileMode, FilePath, Folder, Image,
    InterfaceName, Mac, Member, Name, Owner, Ports, Prefix, Protocol, Rate, ServiceWord, Sha256,
    Shared, SshKey, TimeZone, Url, Version, WireguardKey, natural_order,
};
