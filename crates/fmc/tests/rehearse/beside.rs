//! What is rehearsed beside others. The names of these modules put them after those that are alone, so that they
//! meet each other.

pub(crate) mod agree;
pub(crate) mod changing;
mod generated;
mod planted;
mod promised;
mod spanish;
