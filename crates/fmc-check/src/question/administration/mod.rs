//! Family 14: secrets, certificates, and who may administer.

mod certificate;
mod everybody;
mod flush;
mod open_service;
mod password;
mod secret;
mod selinux;
mod shared_key;
mod ssh;
mod unverified;
mod words;

use super::{Question, Subject};
use fmc_model::cloud::{End, NetworkKind};
use std::ops::Range;

pub(super) const QUESTIONS: &[&Question] = &[
    &secret::QUESTION,
    &password::QUESTION,
    &open_service::QUESTION,
    &everybody::QUESTION,
    &ssh::QUESTION,
    &flush::QUESTION,
    &selinux::QUESTION,
    &unverified::QUESTION,
    &certificate::QUESTION,
    &shared_key::QUESTION,
];

/// Whether anybody in the Internet is at an end.
fn is_anybody(subject: &Subject<'_>, end: &End) -> bool {
    let cloud = subject.cloud;
    let public = |it: &fmc_model::Name| {
        cloud.networks.get(it).is_some_and(|it| it.kind == NetworkKind::Public)
    };
    match end {
        End::Internet(names) => names.is_empty(),
        End::Network(name) => public(name),
        End::Outside(name) => {
            cloud.outside.get(name).is_some_and(|it| it.networks.iter().any(public))
        }
        End::Hosts(_) | End::Pods(_) | End::Vip(_) => false,
    }
}

/// Where in a line secrets stand in clear.
pub(super) fn secrets_in(line: &str) -> Vec<Range<usize>> {
    words::places(line)
}
