//! The formats of pictures, each a function over the same frozen scene.

pub mod dot;
pub mod fonts;
mod grounds;
pub mod html;
mod letters;
pub mod link;
mod once;
pub mod paint;
pub mod path;
pub mod pdf;
pub mod png;
pub mod svg;
pub mod text;
pub mod tip;
