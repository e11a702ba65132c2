//! What runs on hosts: each process of the real daemons, started from what its unit was made of and supervised,
//! or by systemd from its unit itself; with a log of its own.

mod apps;
mod board;
mod engine;
mod first;
mod ignition;
mod images;
mod joining;
mod kept;
mod login;
mod nodes;
mod part;
mod start;
mod supervisor;
mod systemd;
mod units;
mod volumes;

pub use board::{Board, Service, State};
pub(crate) use engine::{DATA as ENGINE_DATA, PATH as ENGINE, keeps_copies};
pub use first::Firsts;
pub use ignition::Ignition;
pub(crate) use images::{DEMO, DEMO_PROGRAM, DNS_PROGRAM, archive, archive_of};
pub(crate) use joining::join as join_nodes;
pub(crate) use nodes::{ROOM as NODE_ROOM, add as add_node, groups as node_groups};
pub use part::{Components, Part, Script};
pub(crate) use part::{base, maker};
pub use start::{enter, parameters};
pub(crate) use start::{folders, link, users};
pub(crate) use supervisor::{Answer, Chief, Ear, Order, Watched, chief};
pub use units::Init;
pub(crate) use units::{FIRST, ITSELF, LOGS, under_systemd};
pub(crate) use volumes::add as add_volumes;
