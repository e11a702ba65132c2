//! Diagnostics for people and for machines: one renderer per file over the same value.

mod excerpt;
mod json;
mod sarif;
mod text;

pub(crate) use excerpt::excerpt;
pub(crate) use json::json;
pub(crate) use sarif::sarif;
pub(crate) use text::text;
