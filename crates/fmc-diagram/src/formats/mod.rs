//! The formats of pictures, each a function over the same frozen scene.

pub mod art;
pub mod link;
pub mod paint;
pub mod path;
pub mod svg;
pub mod tip;
