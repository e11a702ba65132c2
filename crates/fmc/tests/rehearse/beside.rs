//! What is rehearsed beside others; what rehearses many clouds at once is alone all the same, for it has the machine
//! busy by itself. The names of these modules put them after those that are alone, so that they meet each other.

pub(crate) mod agree;
pub(crate) mod changing;
mod generated;
mod planted;
mod promised;
mod spanish;
