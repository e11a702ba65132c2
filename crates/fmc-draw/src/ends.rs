//! The boxes of hosts, and which ends of lines stand for the sides of a flow.

use crate::canvas::Canvas;
use crate::scope::Scope;
use crate::traffic::Side;
use fmc_diagram::graph::{Cluster, End};
use fmc_model::cloud::Vip;

/// A flow between more pairs of ends than these is one line with their numbers.
const MOST_PAIRS: usize = 12;

impl Canvas<'_> {
    /// Draws a box with these of its cards; an empty one is left out.
    pub(crate) fn host_box(
        &mut self,
        at: usize,
        tier: Option<i32>,
        shown: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        let cards: Vec<usize> = self.scope.cards.in_box(Some(at)).filter(|it| shown(*it)).collect();
        if cards.is_empty() {
            return None;
        }
        let it = &self.scope.cards.boxes[at];
        let cluster = Cluster {
            id: it.id.clone(),
            label: it.label.clone(),
            note: it.note.clone().unwrap_or_default(),
            tone: self.scope.common_tone(cards.iter().copied()),
            tier,
            details: vec![(
                self.scope.say("written at", "escrito en").to_owned(),
                it.origin.clone(),
            )],
            ..Cluster::default()
        };
        let cluster = self.cluster(cluster);
        for vip in self.scope.cloud.vips.values() {
            if self.home(vip) == Some(at) && self.scope.members(vip).iter().any(|it| shown(*it)) {
                self.vip(vip, Some(cluster), None);
            }
        }
        for card in cards {
            self.card(card, Some(cluster), None);
        }
        Some(cluster)
    }

    /// The box in which a virtual address is drawn: that of its holder.
    fn home(&self, vip: &Vip) -> Option<usize> {
        let holder = self.scope.holder(vip)?;
        self.scope.cards.box_of(self.scope.cards.of(holder))
    }

    /// The ends of one side of a flow, as far as they are drawn.
    pub(crate) fn side(&mut self, side: &Side<'_>, other: &[usize]) -> Vec<End> {
        let id = match side {
            Side::Cards(cards) => return self.ends(cards, other),
            Side::Network(name) => {
                let Some(network) = self.scope.cloud.networks.get(*name) else { return Vec::new() };
                let other = other.first().copied().map(|it| self.of_card(it));
                let tier = match other {
                    Some(End::Node(node)) => self.graph.nodes[node].tier,
                    _ => None,
                };
                return vec![self.network(network, tier.map(|it| (it - 1).max(0)))];
            }
            Side::Vip(name) => format!("vip:{name}"),
            Side::Outside(name) => format!("outside:{name}"),
            Side::Internet(_) => "internet".to_owned(),
        };
        self.end(&id).into_iter().collect()
    }

    /// The ends that stand for these cards: a box where most of its cards are meant, unless the
    /// other side of the line is inside.
    pub(crate) fn ends(&mut self, cards: &[usize], other: &[usize]) -> Vec<End> {
        let mut ends = Vec::new();
        for card in cards {
            let group = self.scope.cards.box_of(*card);
            let together = |it: &usize| group.is_some() && self.scope.cards.box_of(*it) == group;
            let meant = cards.iter().filter(|it| together(it)).count();
            let all = self.scope.cards.in_box(group).count();
            let id = group.map(|it| self.scope.cards.boxes[it].id.clone());
            let id = id.filter(|_| meant > 1 && 2 * meant > all && !other.iter().any(together));
            let end = id.and_then(|it| self.end(&it));
            let end = end.unwrap_or_else(|| self.of_card(*card));
            if !ends.contains(&end) {
                ends.push(end);
            }
        }
        ends
    }

    /// Of many ends the one that stands for them: the box that is the nearest to the other end.
    pub(crate) fn nearest(&self, ends: &[End], other: Option<End>) -> Vec<End> {
        let at = other.map_or(0, |it| self.tier(it));
        let boxes = || ends.iter().filter(|it| matches!(it, End::Cluster(_)));
        let near = boxes().min_by_key(|it| self.tier(**it).abs_diff(at));
        near.or(ends.first()).copied().into_iter().collect()
    }

    /// The ends of both sides of a flow. Where nearly everybody is on a side, one end stands for
    /// all, and the remark says so.
    pub(crate) fn both_sides(
        &mut self,
        from: &Side<'_>,
        to: &Side<'_>,
    ) -> (Vec<End>, Vec<End>, String) {
        let mut froms = self.side(from, to.cards());
        let mut tos = self.side(to, from.cards());
        let mut remark = String::new();
        if self.scope.is_everybody(from) {
            froms = self.nearest(&froms, tos.first().copied());
            remark = self.scope.say("from everybody", "de todos").into();
        }
        if self.scope.is_everybody(to) {
            tos = self.nearest(&tos, froms.first().copied());
            remark = self.scope.say("to everybody", "a todos").into();
        }
        if froms.len() * tos.len() > MOST_PAIRS {
            // A line for each pair would be a thicket: one tells that there are many.
            remark = format!("{} × {}", froms.len(), tos.len());
            froms = self.nearest(&froms, tos.first().copied());
            tos = self.nearest(&tos, froms.first().copied());
        }
        if let Some(near) = self.neighbour(&froms, &tos) {
            // Neighbours in a row that do the same: a line from the nearest tells it for all.
            let names: Vec<String> = folded(&self.scope, from.cards());
            (froms, remark) = (vec![near], names.join(", "));
        }
        (froms, tos, remark)
    }

    /// Of several cards the one that stands next to the card at the other end, in the same box.
    fn neighbour(&self, froms: &[End], tos: &[End]) -> Option<End> {
        let [End::Node(to)] = tos else { return None };
        let around = self.graph.nodes[*to].cluster?;
        let inside = |it: &End| match it {
            End::Node(node) => self.graph.nodes[*node].cluster == Some(around),
            End::Cluster(_) => false,
        };
        let at = |it: &End| if let End::Node(node) = it { node.abs_diff(*to) } else { 0 };
        let all = froms.len() > 1 && froms.iter().all(inside);
        all.then(|| froms.iter().copied().min_by_key(at)).flatten()
    }
}

/// The names of the hosts on these cards: `worker[1-3]` where their numbers count on.
fn folded(scope: &Scope<'_>, cards: &[usize]) -> Vec<String> {
    let stem = |name: &str| name.trim_end_matches(|it: char| it.is_ascii_digit()).to_owned();
    let names: Vec<&str> =
        cards.iter().flat_map(|it| scope.hosts(*it)).map(|it| it.name.as_str()).collect();
    let (Some(first), Some(last)) = (names.first(), names.last()) else { return Vec::new() };
    let start = stem(first);
    let number = |it: &str| it.strip_prefix(start.as_str()).and_then(|it| it.parse::<usize>().ok());
    match (number(first), number(last)) {
        (Some(from), Some(to)) if to > from && to - from + 1 == names.len() => {
            vec![format!("{start}[{from}-{to}]")]
        }
        _ => names.into_iter().map(str::to_owned).collect(),
    }
}
