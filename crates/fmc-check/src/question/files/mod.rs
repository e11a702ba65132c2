//! Family 15: files and parameters by hand, disks and shares, and what the others leave.

pub(super) mod by_hand;
mod copies;
mod hangs_up;
mod immutable;
mod machine;
mod no_copy;
mod no_source;
mod not_shared;
mod open_share;
mod parameter;
mod replaced;
mod shared_data;
mod system_disk;
mod volume;
pub(super) mod wireguard;

use super::{Question, Subject};
use fmc_model::cloud::Host;
use fmc_model::setup::Mount;
use std::net::IpAddr;

pub(super) const QUESTIONS: &[&Question] = &[
    &shared_data::QUESTION,
    &not_shared::QUESTION,
    &system_disk::QUESTION,
    &copies::QUESTION,
    &replaced::QUESTION,
    &parameter::QUESTION,
    &no_source::QUESTION,
    &immutable::QUESTION,
    &open_share::QUESTION,
    &machine::QUESTION,
    &no_copy::QUESTION,
    &hangs_up::QUESTION,
    &volume::QUESTION,
];

/// The host that shares what is mounted, and the folder there; `None` for what is no share of a host.
fn shared_by<'c>(subject: &Subject<'c>, mount: &'c Mount) -> Option<(&'c Host, &'c str)> {
    let (address, folder) = match mount.what.strip_prefix('[') {
        Some(rest) => rest.split_once("]:")?,
        None => mount.what.split_once(':')?,
    };
    let address: IpAddr = address.parse().ok()?;
    Some((subject.cloud.host(subject.machines.owner(address)?), folder))
}
