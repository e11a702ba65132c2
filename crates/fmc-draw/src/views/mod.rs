//! The views, one file each.

mod balancing;
mod cluster;
mod flows;
mod global;
mod network;
mod placement;
mod security;

use crate::View;

/// All views, in the order in which they are offered. The first is drawn where none is asked for.
pub const VIEWS: &[View] = &[
    global::VIEW,
    network::VIEW,
    balancing::VIEW,
    security::VIEW,
    cluster::VIEW,
    flows::VIEW,
    placement::VIEW,
];
