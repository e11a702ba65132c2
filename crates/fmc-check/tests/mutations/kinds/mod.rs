//! Kinds of mutation: each changes one thing of a sound cloud, as people do by mistake, and names the
//! codes of which one must be found.

mod addresses;
mod fronts;
mod language;
mod names;
mod networks;
mod questions;
mod roles;
mod vips;

use crate::draft::{Draft, Entry};
use clouds::random::Random;

/// A kind of mutation.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    /// One of these must be found, oftener than before.
    pub(crate) codes: &'static [&'static str],
    /// Changes a cloud, if it has what is to be changed.
    pub(crate) mutate: fn(&Draft, &mut Random) -> Option<Mutant>,
}

/// A cloud in which something is wrong.
pub(crate) struct Mutant {
    pub(crate) text: String,
    /// What was done to it.
    pub(crate) what: String,
}

/// All of them: each file has those of one subject.
pub(crate) fn kinds() -> Vec<&'static Kind> {
    let files = [
        addresses::KINDS,
        networks::KINDS,
        names::KINDS,
        vips::KINDS,
        roles::KINDS,
        language::KINDS,
        questions::KINDS,
        fronts::KINDS,
    ];
    files.into_iter().flatten().collect()
}

/// A cloud in which `change` changed something.
fn changed(draft: &Draft, what: String, change: impl FnOnce(&mut Draft)) -> Option<Mutant> {
    let mut other = draft.clone();
    change(&mut other);
    let text = other.text();
    (text != draft.text()).then_some(Mutant { text, what })
}

/// One of the entries that fit.
fn some(draft: &Draft, random: &mut Random, fit: impl Fn(&Entry) -> bool) -> Option<usize> {
    random.pick(&draft.entries_that(fit)).copied()
}

/// An ordinary host: one, with an address in one network, that nobody's traffic goes through.
fn ordinary(entry: &Entry) -> bool {
    let passes = ["router", "hypervisor", "wireguard", "keepalived"];
    entry.count == 1
        && entry.nics.len() == 1
        && entry.number(&entry.nics[0].0).is_some()
        && !passes.iter().any(|it| entry.has(it))
}
