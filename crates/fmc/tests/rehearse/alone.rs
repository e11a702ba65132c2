//! What nobody else may rehearse beside: they look at the whole machine.

mod behaves;
mod booted;
pub(crate) mod failing;
mod kubernetes;
pub(crate) mod living;
mod units;
