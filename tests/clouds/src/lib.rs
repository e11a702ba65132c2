//! Random clouds for tests. The same number gives the same cloud, on any machine.
//!
//! * [`sound`](mod@sound): cloud files in which nothing is wrong;
//! * [`random`]: the numbers that they are made from.

pub mod random;
pub mod sound;
