//! Documents of configuration formats: what they say, where each part of it was written, and how
//! they are printed.
//!
//! The first one is YAML, in which people write their cloud: [`yaml::read`] keeps the place of
//! every value, [`yaml::format`] lays a file out anew and loses no comment. This crate knows
//! nothing of clouds, does no IO and never panics on what it is given.

mod place;
pub mod yaml;

pub use place::{FileId, LineColumn, Place, Source, Sources};
