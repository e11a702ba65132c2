//! Files that `fmc` writes, given to the tools that will read them, and faults in them, which these see.
//!
//! They are one program: most of the time each waits for a daemon, and what they share is built once.

mod accepted;
mod artifacts;
mod common;
mod components;
mod derived;
mod directory;
mod edge;
mod firewall;
mod keys;
mod people;
mod planted;
mod programs;
