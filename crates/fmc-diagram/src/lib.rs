//! Diagrams as code: nodes in nested clusters, joined by edges, laid out by an engine made for
//! architecture pictures and drawn in many formats. Nothing here knows of clouds, files or terminals.
//!
//! ```text
//! Diagram ──graph──▶ Graph ──layout──▶ Scene ──formats──▶ svg png pdf html text dot
//! ```

pub mod compare;
pub mod diagram;
pub mod dot;
pub mod fold;
pub mod font;
pub mod formats;
pub mod graph;
pub mod icons;
pub mod layout;
mod plain;
pub mod scene;
pub mod theme;

pub use diagram::{Diagram, Ends};
