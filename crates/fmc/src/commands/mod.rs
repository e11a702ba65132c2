//! One file per command: its arguments, and what it does.

pub(crate) mod build;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod components;
pub(crate) mod doctor;
pub(crate) mod draw;
pub(crate) mod explain;
pub(crate) mod fmt;
pub(crate) mod icons;
pub(crate) mod kubeconfig;
pub(crate) mod living;
pub(crate) mod man;
pub(crate) mod new;
mod own_icons;
pub(crate) mod rehearse;
pub(crate) mod schema;
pub(crate) mod secrets;
pub(crate) mod show;
pub(crate) mod trace;
pub(crate) mod up;
