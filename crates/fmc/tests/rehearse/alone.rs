//! What nobody else may rehearse beside: they look at the whole machine.

mod booted;
pub(crate) mod failing;
pub(crate) mod living;
