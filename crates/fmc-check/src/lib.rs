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
//! * [`lines`]: where a rule stands in the generated file.

pub mod ends;
pub mod lines;
pub mod machine;
pub mod packet;
pub mod ruleset;
pub mod trace;
pub mod walk;
pub mod way;
