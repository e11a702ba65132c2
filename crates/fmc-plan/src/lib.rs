//! What has to be done so that hosts become what a cloud file says.
//!
//! [`plan()`] compares what hosts are with what they are to be, both as plain [`State`]s, and gives [`Step`]s in
//! the order in which they are safe: what is new is there before anybody is led to it, and what goes away goes
//! when nobody is led to it any more. Each step has a reason and a [`Cost`]. Who carries them out is not known
//! here.

mod plan;
mod state;
mod step;

pub use plan::plan;
pub use state::{FileState, HostState, State};
pub use step::{Act, Cost, Step};
