//! A cloud on one machine, for real.
//!
//! Every host is a sandbox with its own network, files, processes and name; what was built for it lies at its
//! production paths, and the real daemons run with it. Then everybody asks everybody, and what is measured is
//! held against what is intended and what is predicted.
//!
//! * [`stage`]: hosts, devices, people and the Internet, with addresses, routes and links;
//! * [`tunnels`]: people come in by them;
//! * [`service`]: what runs on a host, started and supervised;
//! * [`world`]: the rest of the Internet;
//! * [`measure`]: everybody asks everybody; [`probe`]: what works from end to end;
//! * [`rehearsal`]: all of it together; [`crew`]: whoever keeps it running, and makes another cloud of it;
//!   [`home`]: where it lives, and by what others ask it; [`door`]: by what a browser of this machine comes in;
//!   [`requirements`]: what this machine must have; [`brought`]: programs that somebody brings.

pub mod brought;
pub mod crew;
pub mod door;
pub mod home;
pub mod measure;
pub mod probe;
pub mod rehearsal;
pub mod requirements;
pub mod service;
mod shares;
pub mod stage;
mod state;
pub mod tunnels;
mod why;
pub mod world;
