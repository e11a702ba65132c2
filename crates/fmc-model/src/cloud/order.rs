//! The order in which things start, and what falls together.

use super::HostSet;
use crate::role::{Redundancy, Takeover};
use crate::{Name, Text};
use serde::Serialize;

/// Some hosts start something, all of them at the same stage.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// Its number, from 1. Steps of one stage follow each other in number and may run together.
    pub number: usize,
    /// How many stages lie before it.
    pub stage: usize,
    /// The role that starts; `host` for the machine itself.
    pub role: &'static str,
    /// Where.
    pub hosts: HostSet,
    /// Whether these hosts may not do it all at the same time.
    pub one_at_a_time: bool,
    /// For what it waits.
    pub waits: Vec<Wait>,
}

/// Why a step comes after another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Wait {
    /// The number of the other step.
    pub step: usize,
    /// Why.
    pub because: Text,
}

/// A machine and everything that falls with it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FailureDomain {
    /// The machine.
    pub machine: Name,
    /// What falls with it, itself included.
    pub hosts: HostSet,
}

/// Hosts of one role that stand in for each other.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RedundancyGroup {
    /// The role.
    pub role: &'static str,
    /// How they stand in for each other.
    pub kind: Redundancy,
    /// Who they are.
    pub hosts: HostSet,
    /// How long the others need to go on without one of them, where that takes time of its own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub takeovers: Vec<Takeover>,
    /// How many of them may be lost, whichever they are.
    pub survives: usize,
    /// On how many machines they run.
    pub machines: usize,
}
