//! Intended beside predicted, for everybody and everybody: what is missing and what is too much.

use crate::classes::Classes;
use crate::ends::Who;
use crate::intent::{permitted, range, required};
use crate::machine::Machines;
use crate::ports::PortSet;
use crate::reach::{self, Pair, Target, TargetKind};
use fmc_config::maps::IndexMap;
use fmc_config::nft::Transport;
use fmc_model::cloud::HostId;
use fmc_model::{Cloud, Ports};

/// All pairs of a cloud.
pub struct Matrix<'c> {
    /// The cloud.
    pub cloud: &'c Cloud,
    /// Who is alike to whom.
    pub classes: Classes,
    /// Every pair of classes, walked.
    pub pairs: Vec<Pair<'c>>,
}

/// Pairs whose prediction is not what is intended, and the ports at which it is not.
pub struct Difference<'m, 'c> {
    /// The pair; of what is missing at each of several addresses, that of the first.
    pub pair: &'m Pair<'c>,
    /// The ports.
    pub ports: PortSet,
}

impl<'c> Matrix<'c> {
    /// Walks all pairs.
    pub fn of(machines: &Machines<'c>) -> Self {
        Self::among(machines, Classes::of(machines))
    }

    /// Walks all pairs of these classes.
    pub fn among(machines: &Machines<'c>, classes: Classes) -> Self {
        let pairs = reach::all(machines, &classes);
        Self { cloud: machines.cloud, classes, pairs }
    }

    /// Everybody for whom the sender of a pair stands.
    pub fn senders(&self, pair: &Pair<'_>) -> Vec<Who> {
        match &pair.from {
            Who::Host(host) => {
                self.classes.members(*host).iter().map(|it| Who::Host(*it)).collect()
            }
            Who::Pod(host) => self.classes.members(*host).iter().map(|it| Who::Pod(*it)).collect(),
            other => vec![other.clone()],
        }
    }

    /// Every host for which the target of a pair stands.
    pub fn receivers(&self, pair: &Pair<'_>) -> &[HostId] {
        self.classes.members(pair.to.host)
    }

    /// Whether anybody in the Internet reaches one of these ports of a host.
    pub fn is_exposed(&self, host: HostId, ports: &[Ports]) -> bool {
        let from_world = self.pairs.iter().filter(|it| it.from == Who::Internet);
        let own = self.classes.first(host);
        let mut here = from_world.filter(|it| self.classes.first(it.to.host) == own);
        here.any(|pair| {
            let reached = pair.reached();
            let own = ports.iter().filter_map(|it| range(*it, pair.transport));
            own.into_iter().any(|it| reached.contains(it.first))
        })
    }

    /// What arrives, and no flow wants it.
    pub fn more(&self) -> Vec<Difference<'_, 'c>> {
        let more = |pair: &Pair<'c>| {
            pair.reached().minus(&permitted(self.cloud, &pair.from, &pair.to, pair.transport))
        };
        let all = self.pairs.iter().map(|pair| Difference { pair, ports: more(pair) });
        all.filter(|it| !it.ports.is_empty()).collect()
    }

    /// What flows want, and it arrives at none of the addresses at which it could.
    pub fn less(&self) -> Vec<Difference<'_, 'c>> {
        let mut parties: IndexMap<Party<'_>, Vec<&Pair<'c>>> = IndexMap::default();
        for pair in &self.pairs {
            parties.entry(Party::of(pair)).or_default().push(pair);
        }
        let mut all = Vec::new();
        for pairs in parties.into_values() {
            let mut missing = PortSet::new();
            for pair in &pairs {
                missing =
                    missing.union(&required(self.cloud, &pair.from, &pair.to, pair.transport));
            }
            for pair in &pairs {
                missing = missing.minus(&pair.reached());
            }
            if !missing.is_empty()
                && let Some(pair) = pairs.first()
            {
                all.push(Difference { pair, ports: missing });
            }
        }
        all
    }
}

/// Who sends to whom, by whichever of their addresses.
#[derive(PartialEq, Eq, Hash)]
struct Party<'a> {
    from: &'a Who,
    host: HostId,
    kind: TargetKind,
    transport: Transport,
}

impl<'a> Party<'a> {
    fn of(pair: &'a Pair<'_>) -> Self {
        let Target { host, kind, .. } = pair.to;
        Self { from: &pair.from, host, kind, transport: pair.transport }
    }
}
