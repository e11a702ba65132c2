//! Which hosts share a card: each has its own in a small cloud, alike neighbours share one in a big
//! cloud.

use fmc_model::cloud::{Host, HostId};
use fmc_model::{Cloud, Name};

/// Up to so many hosts, each has its own card.
const EACH: usize = 40;
/// More alike hosts in a row than this share a card even in a small cloud.
const LONGEST_ROW: usize = 12;
/// Fewer alike hosts than this never share a card: the card would hide more than it saves.
const SHORTEST_RUN: usize = 3;
/// Without boxes of its own, a cloud of more hosts than this is boxed by its networks.
const UNBOXED: usize = 12;

/// A box of hosts.
pub(crate) struct HostBox {
    /// The id of its cluster.
    pub(crate) id: String,
    /// Its title.
    pub(crate) label: String,
    /// A remark.
    pub(crate) note: Option<String>,
    /// Where it was written.
    pub(crate) origin: String,
}

/// The hosts of a cloud, put on cards and into boxes.
pub(crate) struct Cards {
    /// The hosts of each card, in the order of the file.
    pub(crate) all: Vec<Vec<HostId>>,
    /// The boxes.
    pub(crate) boxes: Vec<HostBox>,
    of: Vec<usize>,
    box_of: Vec<Option<usize>>,
}

impl Cards {
    pub(crate) fn new(cloud: &Cloud, focus: Option<HostId>) -> Self {
        let (boxes, box_of_host) = boxes(cloud);
        let longest = if cloud.hosts.len() > EACH { SHORTEST_RUN } else { LONGEST_ROW };
        let mut cards: Vec<Vec<HostId>> = Vec::new();
        let mut run: Vec<HostId> = Vec::new();
        let close = |run: &mut Vec<HostId>, cards: &mut Vec<Vec<HostId>>| {
            if run.len() >= longest {
                cards.push(std::mem::take(run));
            } else {
                cards.extend(run.drain(..).map(|it| vec![it]));
            }
        };
        for host in cloud.hosts.values() {
            let joins = run.last().is_some_and(|last| {
                let boxed = |it: HostId| box_of_host[it.0 as usize];
                alike(cloud.host(*last), host) && boxed(*last) == boxed(host.id)
            });
            // The host in focus is never one of many.
            let apart = |it: HostId| Some(it) == focus;
            if !joins || apart(host.id) || run.last().copied().is_some_and(apart) {
                close(&mut run, &mut cards);
            }
            run.push(host.id);
        }
        close(&mut run, &mut cards);
        let mut of = vec![0; cloud.hosts.len()];
        for (card, hosts) in cards.iter().enumerate() {
            for host in hosts {
                of[host.0 as usize] = card;
            }
        }
        let box_of = cards
            .iter()
            .map(|it| it.first().and_then(|host| box_of_host[host.0 as usize]))
            .collect();
        Self { all: cards, boxes, of, box_of }
    }

    /// The card of a host.
    pub(crate) fn of(&self, host: HostId) -> usize {
        self.of[host.0 as usize]
    }

    /// The box around a card.
    pub(crate) fn box_of(&self, card: usize) -> Option<usize> {
        self.box_of[card]
    }

    /// The cards of a box.
    pub(crate) fn in_box(&self, wanted: Option<usize>) -> impl Iterator<Item = usize> + '_ {
        (0..self.all.len()).filter(move |it| self.box_of[*it] == wanted)
    }

    /// The cards of some hosts, each once and in the order of the file.
    pub(crate) fn of_hosts(&self, hosts: impl Iterator<Item = HostId>) -> Vec<usize> {
        let mut cards: Vec<usize> = hosts.map(|it| self.of(it)).collect();
        cards.sort_unstable();
        cards.dedup();
        cards
    }
}

/// Whether two hosts differ in nothing but their numbers.
fn alike(a: &Host, b: &Host) -> bool {
    let stem = |it: &Name| -> String {
        it.as_str().trim_end_matches(|it: char| it.is_ascii_digit()).to_owned()
    };
    let roles = |it: &Host| it.roles.iter().map(|it| it.name).collect::<Vec<_>>();
    let networks = |it: &Host| it.nics.iter().map(|it| it.network.clone()).collect::<Vec<_>>();
    let (name, other) = (stem(&a.name), stem(&b.name));
    name == other
        && name.len() < a.name.as_str().len()
        && a.system == b.system
        && a.runs_on == b.runs_on
        && roles(a) == roles(b)
        && networks(a) == networks(b)
}

/// The boxes of the file; of a bigger cloud without any, its networks. A host that is in several is
/// drawn in the first.
fn boxes(cloud: &Cloud) -> (Vec<HostBox>, Vec<Option<usize>>) {
    let mut of = vec![None; cloud.hosts.len()];
    let mut boxes = Vec::new();
    for group in cloud.groups.values() {
        for host in group.hosts.iter() {
            of[host.0 as usize].get_or_insert(boxes.len());
        }
        boxes.push(HostBox {
            id: format!("group:{}", group.name),
            label: group.label.clone(),
            note: group.note.clone(),
            origin: group.origin.to_string(),
        });
    }
    if boxes.is_empty() && cloud.hosts.len() > UNBOXED {
        for network in cloud.networks.values() {
            let inside = |it: &&Host| {
                !it.forwards
                    && !it.managed
                    && it.nics.first().map(|it| &it.network) == Some(&network.name)
            };
            for host in cloud.hosts.values().filter(inside) {
                of[host.id.0 as usize] = Some(boxes.len());
            }
            boxes.push(HostBox {
                id: format!("network:{}", network.name),
                label: network.label.clone(),
                note: network.note.clone(),
                origin: network.origin.to_string(),
            });
        }
    }
    (boxes, of)
}
