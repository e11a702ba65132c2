//! The list of flows, while it grows: equal ones become one with both reasons, and each gets a name.

use super::context::Context;
use crate::cloud::{Asker, End, Flow, HostSet, OfferedService, Reason};
use crate::{Duration, Ports, Protocol, Text};
use fmc_config::Place;
use fmc_config::maps::{HashMap, HashSet};

/// Ports of services that people name although no role offers them.
pub(crate) const WELL_KNOWN: [(&str, &[Ports]); 8] = [
    ("ssh", &[Ports::tcp(22)]),
    ("http", &[Ports::tcp(80)]),
    ("https", &[Ports::tcp(443)]),
    ("dns", &[Ports::udp(53), Ports::tcp(53)]),
    ("time", &[Ports::udp(123)]),
    ("rdp", &[Ports::tcp(3389)]),
    ("node-exporter", &[Ports::tcp(9100)]),
    ("any", &[Ports::whole(Protocol::Any)]),
];

/// The ports of a service that people name although no role offers it.
pub(crate) fn well_known(service: &str) -> Option<Vec<Ports>> {
    WELL_KNOWN.iter().find(|it| it.0 == service).map(|it| it.1.to_vec())
}

/// Who asked for a flow, where, and why.
pub(crate) struct Because<'a> {
    pub(crate) asker: Asker,
    pub(crate) place: Place,
    pub(crate) why: &'a Text,
    pub(crate) slo: Option<Duration>,
    /// Whether who asked for it answers nobody while it is away.
    pub(crate) vital: bool,
}

/// All flows so far.
#[derive(Default)]
pub(crate) struct Flows {
    pub(crate) list: Vec<Flow>,
    /// Flows by service and ports; the ends are compared, for sets of hosts do so quickly and are
    /// long to write out.
    same: HashMap<(String, Vec<Ports>), Vec<usize>>,
    ids: HashSet<String>,
}

impl Flows {
    /// Adds a flow, or a reason to the one that is there already.
    pub(crate) fn add(
        &mut self,
        from: End,
        to: End,
        service: &str,
        ports: Vec<Ports>,
        because: Because<'_>,
        context: &Context<'_>,
    ) {
        if is_empty(&from) || is_empty(&to) || ports.is_empty() || is_alone(&from, &to) {
            return;
        }
        let reason = Reason {
            asked_by: because.asker,
            why: because.why.clone(),
            vital: because.vital,
            origin: context.origin(because.place),
        };
        let alike = self.same.entry((service.to_owned(), ports.clone())).or_default();
        let list = &mut self.list;
        if let Some(at) = alike.iter().find(|it| list[**it].from == from && list[**it].to == to) {
            let flow = &mut list[*at];
            flow.slo = match (flow.slo, because.slo) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
            if !flow.reasons.contains(&reason) {
                flow.reasons.push(reason);
            }
            return;
        }
        alike.push(list.len());
        let id = self.name(&reason.asked_by, &from, &to, service);
        self.list.push(Flow {
            id,
            from,
            to,
            service: service.to_owned(),
            ports,
            slo: because.slo,
            reasons: vec![reason],
        });
    }

    /// A name such as `worker.kubernetes-api`, with the ends or a number where it is not unique.
    fn name(&mut self, asker: &Asker, from: &End, to: &End, service: &str) -> String {
        let who = match asker {
            Asker::Role(name) => name.clone(),
            Asker::App(name) => format!("app.{name}"),
            Asker::Access => format!("access.{}-{}", short(from), short(to)),
            Asker::Host => "host".to_owned(),
        };
        let plain = format!("{who}.{service}");
        let ends = format!("{plain}.{}-{}", short(from), short(to));
        let mut candidates = std::iter::once(plain)
            .chain(std::iter::once(ends.clone()))
            .chain((2..).map(|it| format!("{ends}.{it}")));
        let id = candidates.find(|it| !self.ids.contains(it)).unwrap_or(ends);
        self.ids.insert(id.clone());
        id
    }
}

fn is_empty(end: &End) -> bool {
    matches!(end, End::Hosts(hosts) | End::Pods(hosts) if hosts.is_empty())
}

/// A host that would only reach itself.
fn is_alone(from: &End, to: &End) -> bool {
    matches!((from, to), (End::Hosts(a), End::Hosts(b)) if a.len() == 1 && a == b)
}

/// An end in one word.
fn short(end: &End) -> String {
    match end {
        End::Hosts(hosts) => first_word(hosts),
        End::Pods(_) => "pods".to_owned(),
        End::Vip(name) | End::Outside(name) | End::Network(name) => name.to_string(),
        End::Internet(_) => "internet".to_owned(),
    }
}

fn first_word(hosts: &HostSet) -> String {
    let first = hosts.names().next().map(ToString::to_string).unwrap_or_default();
    match hosts.len() {
        1 => first,
        _ => first.trim_end_matches(|it: char| it.is_ascii_digit()).to_owned(),
    }
}

/// The offers of a service that some of `among` make, by ports: who offers it at which.
pub(crate) fn offered<'a>(
    offers: &'a [OfferedService],
    service: &str,
    among: Option<&HostSet>,
) -> Vec<(&'a OfferedService, HostSet)> {
    offers
        .iter()
        .filter(|it| it.service == service)
        .map(|it| {
            (it, among.map_or_else(|| it.hosts.clone(), |among| it.hosts.intersection(among)))
        })
        .filter(|it| !it.1.is_empty())
        .collect()
}
