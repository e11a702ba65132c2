//! The firewall of every host: what no flow asks for is dropped.
//!
//! Traffic inside of one segment never meets a router, so each host has its own. All rules are in
//! one table of ours, and no other table is touched. Every accept says the flow that it is for.

mod forward;
mod input;
mod sets;
mod translate;

use super::HostPart;
use crate::cloud::Flow;
use crate::role::Publication;
use crate::traffic::Traffic;
use crate::{Name, Ports, Protocol};
use fmc_config::Cause;
use fmc_config::nft::{
    Action, Addresses, Match, PortRange, Protocol as Number, Rule, Ruleset, State, Transport,
    Verdict,
};
use sets::Sets;

/// Our table, of the family `inet`.
pub(super) const TABLE: &str = "fmc";

/// How many dropped packets a second are written to the log, so that a flood does not fill it.
const LOGGED_PER_SECOND: u32 = 5;

/// What is gathered while the rules of a host are made.
struct Making<'a> {
    part: &'a HostPart<'a>,
    traffic: &'a Traffic,
    publications: &'a [Publication],
    sets: Sets,
    ruleset: Ruleset,
    cause: Cause,
    /// Whether all of it is made, or what whoever mends the host needs and nothing else.
    whole: bool,
}

/// What holds as long as the rules of a host cannot be loaded: whoever may come in by SSH still does,
/// through tunnels and routers too, and nobody else. It is made of what every kernel has that has
/// nftables at all: no addresses are rewritten, and nothing is said of pods.
pub(super) fn fallback(part: &HostPart<'_>, administration: &Traffic) -> Ruleset {
    let mut making = Making::new(part, administration, &[], false);
    making.input();
    making.forward();
    making.ruleset.sets = making.sets.list;
    making.ruleset
}

/// The rules of a host.
pub(super) fn ruleset(
    part: &HostPart<'_>,
    traffic: &Traffic,
    publications: &[Publication],
) -> Ruleset {
    let mut making = Making::new(part, traffic, publications, true);
    making.input();
    making.forward();
    making.translate();
    making.ruleset.sets = making.sets.list;
    making.ruleset
}

impl<'a> Making<'a> {
    fn new(
        part: &'a HostPart<'a>,
        traffic: &'a Traffic,
        publications: &'a [Publication],
        whole: bool,
    ) -> Self {
        let cause = Cause::new(part.host.origin.place, "firewall");
        let ruleset = Ruleset {
            table: TABLE.to_owned(),
            sets: Vec::new(),
            maps: Vec::new(),
            chains: Vec::new(),
            cause: cause.clone(),
        };
        Self { part, traffic, publications, sets: Sets::default(), ruleset, cause, whole }
    }
}

impl Making<'_> {
    fn flow(&self, index: usize) -> &Flow {
        &self.part.cloud.flows[index]
    }

    /// The cause of a rule that lets a flow through.
    fn because(&self, flow: usize) -> Cause {
        let cloud = self.part.cloud;
        let known = cloud.deferred.because.get_or_init(|| {
            let of = |it: &Flow| {
                let place = it.reasons.first()?.origin.place;
                Some(Cause::through(place, "firewall", it.id.as_str()))
            };
            cloud.flows.iter().map(of).collect()
        });
        known[flow].clone().unwrap_or_else(|| {
            let place = self.part.host.origin.place;
            Cause::through(place, "firewall", self.flow(flow).id.as_str())
        })
    }

    /// The name of this host's interface in a network.
    fn interface(&self, network: &Name) -> Option<String> {
        self.part.host.nic(network).map(|it| it.interface.clone())
    }

    /// The interfaces of this host.
    fn interfaces(&self) -> Vec<String> {
        self.part.host.nics.iter().map(|it| it.interface.clone()).collect()
    }

    /// The pods of this host.
    fn own_pods(&self) -> Addresses {
        let pods = self.part.host.pods.iter().filter(|_| self.whole);
        Addresses::of_prefixes(pods.map(|it| (it.addr(), it.prefix_len())))
    }

    /// What decides most packets: the state of their connections.
    fn by_state(&self) -> Rule {
        let verdicts = vec![
            (State::Established, Verdict::Accept),
            (State::Related, Verdict::Accept),
            (State::Invalid, Verdict::Drop),
        ];
        Rule::new(Vec::new(), Action::ByState(verdicts), &self.cause)
    }

    /// The end of a chain that lets nothing through: what is dropped is counted, and some is logged.
    fn rest(&self, chain: &str) -> [Rule; 2] {
        let log = Rule::new(Vec::new(), Action::Continue, &self.cause)
            .limited(LOGGED_PER_SECOND, 2 * LOGGED_PER_SECOND)
            .logged(format!("fmc {chain} drop: "));
        let drop = Rule::new(Vec::new(), Action::Verdict(Verdict::Drop), &self.cause).counted();
        [log, drop]
    }

    /// Rules that accept a flow: one for each protocol of its ports.
    fn accept(&self, flow: usize, mut matches: Vec<Match>) -> Vec<Rule> {
        let cause = self.because(flow);
        let mut kinds = by_protocol(&self.flow(flow).ports);
        let last = kinds.pop();
        let rule = |matches| {
            let accept = Action::Verdict(Verdict::Accept);
            Rule::new(matches, accept, &cause).comment(&self.flow(flow).id)
        };
        let with = |it: Option<Match>| rule(matches.iter().cloned().chain(it).collect());
        let mut rules: Vec<Rule> = kinds.into_iter().map(with).collect();
        if let Some(last) = last {
            matches.extend(last);
            rules.push(rule(matches));
        }
        rules
    }
}

/// What a packet must be to belong to one of these ports: a match for each protocol, and none where
/// anything will do.
fn by_protocol(ports: &[Ports]) -> Vec<Option<Match>> {
    if ports.iter().any(|it| it.protocol == Protocol::Any) {
        return vec![None];
    }
    let ranges = |protocol: Protocol| -> Vec<PortRange> {
        let own = ports.iter().filter(|it| it.protocol == protocol);
        let mut ranges: Vec<_> =
            own.map(|it| PortRange { first: it.first, last: it.last }).collect();
        ranges.sort_unstable();
        ranges.dedup();
        ranges
    };
    let mut all = Vec::new();
    for (protocol, transport) in [(Protocol::Tcp, Transport::Tcp), (Protocol::Udp, Transport::Udp)]
    {
        let ranges = ranges(protocol);
        if !ranges.is_empty() {
            all.push(Some(Match::ToPorts(transport, ranges)));
        }
    }
    if ports.iter().any(|it| it.protocol == Protocol::Vrrp) {
        all.push(Protocol::Vrrp.number().map(|it| Match::Protocol(Number(it))));
    }
    all
}
