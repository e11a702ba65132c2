//! Family 11: whether machines carry what is laid upon them.

mod data;
mod disks;
mod memory;
mod pods;
mod processors;
mod roles;
mod system;

use super::{Question, Subject};
use fmc_config::Place;
use fmc_config::maps::HashMap;
use fmc_model::cloud::Host;

pub(super) const QUESTIONS: &[&Question] = &[
    &memory::QUESTION,
    &processors::QUESTION,
    &disks::QUESTION,
    &system::QUESTION,
    &roles::QUESTION,
    &data::QUESTION,
    &pods::QUESTION,
];

/// The hosts that run on a machine.
fn guests<'c>(subject: &Subject<'c>, machine: &Host) -> Vec<&'c Host> {
    let own = subject.guests.get(&machine.id).into_iter().flatten();
    own.map(|it| subject.cloud.host(*it)).collect()
}

/// Hosts together with something about them, those alike in one: what stands in a template, or of many
/// hosts at once, is told once, at the place where it was written.
fn alike<'c, T: PartialEq>(
    all: impl IntoIterator<Item = (&'c Host, Place, T)>,
) -> Vec<(Vec<&'c Host>, Place, T)> {
    let mut groups: Vec<(Vec<&Host>, Place, T)> = Vec::new();
    let mut at: HashMap<Place, Vec<usize>> = HashMap::default();
    for (host, place, what) in all {
        let here = at.entry(place).or_default();
        if let Some(group) = here.iter().find(|it| groups[**it].2 == what) {
            groups[*group].0.push(host);
        } else {
            here.push(groups.len());
            groups.push((vec![host], place, what));
        }
    }
    groups
}
