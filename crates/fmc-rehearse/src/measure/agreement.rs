//! What comes of measuring: questions to which what is intended, predicted and measured is the same, and others.

use fmc_model::{Text, Words};
use serde::Serialize;
use std::collections::BTreeSet;
use std::net::SocketAddr;

/// What is intended of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Intended {
    /// A flow wants it.
    Wanted,
    /// A flow allows it to somebody in whose place who asks may be, or a rule by hand decides it.
    Allowed,
    /// No flow wants it.
    Denied,
}

impl Intended {
    /// What it is called.
    pub const fn words(self) -> Words {
        match self {
            Self::Wanted => Words("wanted", "querido"),
            Self::Allowed => Words("allowed", "permitido"),
            Self::Denied => Words("denied", "denegado"),
        }
    }
}

/// What came of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measured {
    /// It came in, and somebody answered.
    Answered,
    /// It came in, and nobody listens there.
    Refused,
    /// It came in, be it answered or not.
    CameIn,
    /// Nothing came in.
    Nothing,
}

impl Measured {
    /// What it is called.
    pub const fn words(self) -> Words {
        match self {
            Self::Answered => Words("answered", "respondido"),
            Self::Refused => Words("nobody listens there", "nadie escucha ahí"),
            Self::CameIn => Words("it came in", "entró"),
            Self::Nothing => Words("nothing came in", "no entró nada"),
        }
    }
}

/// A question to which the three answers are not the same.
#[derive(Clone, Debug, Serialize)]
pub struct Disagreement {
    /// Who asks.
    pub from: String,
    /// Whom.
    pub to: SocketAddr,
    /// Whose address that is.
    pub of: String,
    /// By which protocol.
    pub protocol: &'static str,
    /// What is intended.
    pub intended: Intended,
    /// Whether it should come in.
    pub predicted: bool,
    /// What came of it.
    pub measured: Measured,
    /// The predicted way: what becomes of the packet, and a line for each step.
    pub way: String,
    /// What becomes of it, for people.
    #[serde(skip)]
    pub fate: Words,
    /// Which question it is.
    #[serde(skip)]
    pub(super) at: usize,
}

/// Somebody who cannot ask.
#[derive(Clone, Debug, Serialize)]
pub struct Unable {
    /// Who.
    pub from: String,
    /// Why.
    #[serde(serialize_with = "crate::why::for_machines")]
    pub why: Text,
}

/// What came of all questions.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Agreement {
    /// How many were tried.
    pub tried: usize,
    /// How many of these are wanted or allowed.
    pub allowed: usize,
    /// How many are denied.
    pub denied: usize,
    /// Those that are not what they should be.
    pub disagree: Vec<Disagreement>,
    /// Those that cannot ask, whose questions are not among these: who, and why. A node makes no pods.
    pub unable: Vec<Unable>,
    /// Services that are reached, and that nobody answers here because what offers them does not run here, or
    /// something smaller stands in for it: the host, and the service.
    pub unanswered: BTreeSet<(String, String)>,
    /// Seconds that the packets took.
    pub seconds: f64,
}

impl Agreement {
    /// Whether everybody could ask, and all agree.
    pub fn is_whole(&self) -> bool {
        self.disagree.is_empty() && self.unable.is_empty()
    }
}
