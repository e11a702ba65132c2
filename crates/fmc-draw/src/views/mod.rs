//! The views, one file each.

mod global;

use crate::View;

/// All views, in the order in which they are offered. The first is drawn where none is asked for.
pub const VIEWS: &[View] = &[global::VIEW];
