//! Rocky Linux 9 (<https://docs.rockylinux.org/>): the same packages as AlmaLinux has.

use super::almalinux::{MASKED, MINIMUM, ROWS, SOURCES};
use super::{Clock, Interfaces, Table};

pub(super) const TABLE: Table = Table {
    rows: ROWS,
    folder: "/usr/sbin",
    packages: true,
    network: Interfaces::NetworkManager,
    clock: Clock::Chronyd,
    selinux: true,
    sources: SOURCES,
    terms: &[],
    minimum: MINIMUM,
    masked: MASKED,
};
