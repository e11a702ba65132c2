//! What runs on hosts: each process of the real daemons, started from what its unit was made of, supervised,
//! with a log of its own.

mod apps;
mod board;
mod first;
mod kept;
mod login;
mod part;
mod start;
mod supervisor;

pub use board::{Board, Service, State};
pub use first::Firsts;
pub use part::{Components, Part, Script};
pub use start::{enter, parameters};
pub(crate) use start::{folders, link, users};
pub(crate) use supervisor::{Answer, Chief, Ear, Order, Watched, chief};
