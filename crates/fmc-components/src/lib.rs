//! What a rehearsal runs that is not ours: daemons, validators, tools.
//!
//! One list says all of it ([`LIST`], with the version, source and digest of each); [`Store`] is the
//! folder in which what was fetched lies. Nothing is installed or started on the machine:
//! distribution packages are unpacked into a folder of their own, which is the read-only root below
//! every [`Sandbox`](fmc_sys::Sandbox); other programs are shown in it where they are needed.
//!
//! ```no_run
//! use fmc_components::{Progress, Store, list};
//! use fmc_sys::Setup;
//!
//! let [own, cache, home] = ["FMC_CACHE", "XDG_CACHE_HOME", "HOME"].map(std::env::var_os);
//! let store = Store::new(fmc_components::cache_folder(own, cache, home).unwrap());
//! let list = list().unwrap();
//! // Fetches what is not there: minutes the first time, nothing later.
//! let root = store.need(&list, "debian", &mut |_: Progress<'_>| {}).unwrap();
//! let coredns = store.need(&list, "coredns", &mut |_: Progress<'_>| {}).unwrap();
//! let setup = Setup::over(root.path()).bind(coredns.path(), "/usr/local/bin/coredns");
//! # let _ = setup;
//! ```
//!
//! A component is fetched into a folder beside its place and renamed when it is whole, under a lock;
//! what an interrupted fetch left is removed by the next.

mod digest;
mod fetch;
mod list;
mod sources;
mod store;
mod trouble;

pub use fetch::{Audience, Progress, ready};
pub use list::{Component, LIST, Module, Source, Takes, When, list, parse};
pub use store::{Entry, Package, Stamp, State, Store, cache_folder, find};
pub use trouble::Trouble;
