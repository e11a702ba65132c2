//! Questions about a whole cloud.
//!
//! A packet is walked through what `build` generates for each host (routes, tunnels, rules of the
//! firewall, balancers), and never through the flows that all of it was derived from. So what is
//! predicted here can be held against what is intended, and against what a machine does.
//!
//! * [`packet`]: a packet.
//! * [`ruleset`]: what a firewall does with it.
//! * [`machine`]: the hosts as it meets them.
//! * [`walk`]: its way, and that of the answer; [`way`]: what can be said of one.
//! * [`ends`]: who sends it to whom, by their names.
//! * [`trace`](mod@trace): all of it, through every balancer.
//! * [`alike`] and [`ports`]: all ports at once.
//! * [`reach`]: everybody against everybody; [`intent`]: what flows want of it; [`matrix`]: both;
//!   [`change`]: what of it two versions of a cloud have differently.
//! * [`names`]: senders in words.
//! * [`classes`]: hosts that are alike, of which one is asked about.
//! * [`loss`]: what is lost with what.
//! * [`outage`]: how long it takes until others do the work of what is lost.
//! * [`lines`]: where a rule stands in the generated file.
//!
//! [`question`] has everything that `fmc check` asks, one file each.

pub mod alike;
pub mod change;
pub mod classes;
mod connection;
pub mod ends;
pub mod intent;
pub mod lines;
pub mod loss;
pub mod machine;
pub mod matrix;
pub mod names;
mod neighbours;
pub mod outage;
pub mod packet;
pub mod ports;
pub mod question;
pub mod reach;
pub mod ruleset;
pub mod trace;
pub mod walk;
pub mod way;
