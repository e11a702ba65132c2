//! YAML 1.2, read so that a YAML 1.1 reader would read the same, with the place of every value.
//!
//! The grammar is `granit-parser`'s; what is added here is the tree with places, the core schema
//! ([YAML 1.2.2 §10.3](https://yaml.org/spec/1.2.2/#103-core-schema)), the limits against hostile
//! input, and the refusal of everything that the two YAML versions read differently.

mod format;
mod node;
mod read;
mod scalar;

pub use format::{FormatError, FormatErrorKind, format};
pub use node::{Node, Value};
pub use read::{Fault, FaultKind, MAX_ALIASED_NODES, MAX_BYTES, MAX_DEPTH, read};
pub use scalar::{Resolved, Scalar, Style};
