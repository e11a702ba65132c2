//! One file for each kind of source.

pub(crate) mod debian;
pub(crate) mod go;
pub(crate) mod wheel;
