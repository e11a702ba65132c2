//! The operating system, behind one door: running commands on this machine, in namespaces of our
//! own, or on a fake.
//!
//! Everything that acts goes through a [`Host`]. There are three of them so far:
//!
//! * [`Machine`]: this machine, as it is;
//! * [`Sandbox`]: a process tree in network, mount, PID, UTS and IPC namespaces of its own, over a
//!   read-only root, with its own links, addresses, routes, firewall and files;
//! * [`Fake`]: answers from a script, for the tests of who uses a host.
//!
//! # Running a real validator on a generated file
//!
//! Describe the place with a [`Setup`], start it, run in it:
//!
//! ```no_run
//! use fmc_sys::{Command, Host, Link, Placed, Setup};
//! use std::path::Path;
//! use std::time::Duration;
//!
//! let root = Path::new("the component root");
//! let sandbox = Setup::over(root)
//!     .hostname("loadbalancer1")
//!     .link(Link::new("eth0").address("10.17.3.12/24".parse().unwrap()))
//!     .route("0.0.0.0/0".parse().unwrap(), "10.17.3.1".parse().unwrap())
//!     .sysctl("net.ipv4.ip_nonlocal_bind", "1")
//!     .file(Placed::new("/etc/haproxy/haproxy.cfg", "global\n").mode(0o640).owner("root:haproxy"))
//!     .start()?;
//! let check = Command::new("haproxy").args(["-c", "-f", "/etc/haproxy/haproxy.cfg"]);
//! sandbox.run(&check)?.ok()?;
//!
//! // A daemon that has no check mode: start it, read what it says, end it.
//! let mut daemon = sandbox.spawn(&Command::new("traefik").arg("--configFile=/etc/traefik.yml"))?;
//! let ready = daemon.wait_until(Duration::from_secs(10), |it| it.talk().contains("ready"))?;
//! let outcome = daemon.terminate(Duration::from_secs(2))?;
//! # let _ = (ready, outcome); Ok::<(), fmc_sys::Failure>(())
//! ```
//!
//! What a command inside sees: the root as its `/` (writable; what it writes is gone afterwards),
//! the files at their production paths, fresh `/run`, `/tmp`, `/proc` and `/dev`, no process but its
//! own, the loopback interface up, the links with a carrier, and no way to anywhere else.
//!
//! When a [`Sandbox`] is dropped, or we are killed, by whatever signal, all of it is gone: its
//! processes hang on the first one in its PID namespace, that one hangs on us, and nothing has a
//! name outside.
//!
//! # Threads
//!
//! A namespace belongs to a thread that never leaves it: [`Setup::start`] starts one, which enters,
//! and everything inside is done by it. So nothing here is async, nothing switches back and forth,
//! and no early return can leave the wrong thread in the wrong namespace.
//!
//! # Rights
//!
//! Making namespaces needs root. A program that is not root can become it, in a user namespace that
//! has only its own user in it, by [`become_root`], before it starts its first thread.

mod failure;
mod fake;
mod groups;
mod host;
mod machine;
mod owner;
mod process;
mod sandbox;
mod user;
mod visit;

pub use failure::Failure;
pub use fake::Fake;
pub use groups::Groups;
pub use host::{Command, Host, Outcome, Status};
pub use machine::Machine;
pub use owner::{give, make_folders};
pub use process::Process;
pub use rustix::process::Signal;
pub use sandbox::{Link, Placed, Sandbox, Setup, Switch, Trial, Tun, given_up, overlay};
pub use user::{become_root, is_root, open_files, raise_limits};
pub use visit::{in_network, visit};
