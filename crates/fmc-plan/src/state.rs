//! What hosts are, or are to be.

use fmc_model::setup::Process;
use std::collections::{BTreeMap, BTreeSet};

/// All hosts, by their names.
pub type State = BTreeMap<String, HostState>;

/// One host, as far as it can be told from another.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HostState {
    /// What can only be had by a new machine, in words that are only compared.
    pub machine: String,
    /// Its addresses, routes and rules, in the order in which they are made: each as what is said to
    /// `ip` with `add` in it.
    pub network: Vec<String>,
    /// Kernel parameters by their names.
    pub parameters: BTreeMap<String, String>,
    /// Users that own its files or run its processes.
    pub users: BTreeSet<String>,
    /// Its files by their paths.
    pub files: BTreeMap<String, FileState>,
    /// Its links by their paths.
    pub links: BTreeMap<String, String>,
    /// What it runs, in order.
    pub processes: Vec<Process>,
}

/// A file, as far as it can be told from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileState {
    /// The digest of its contents.
    pub digest: String,
    /// Its mode.
    pub mode: u32,
    /// Its owner.
    pub owner: String,
}
