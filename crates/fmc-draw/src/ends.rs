//! The boxes of hosts, and which ends of lines stand for the sides of a flow.

use crate::canvas::Canvas;
use crate::traffic::Side;
use fmc_diagram::graph::{Cluster, End};
use fmc_model::cloud::Vip;

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

    /// The ends that stand for these cards: a box where several of its cards are meant, unless the
    /// other side of the line is inside.
    pub(crate) fn ends(&mut self, cards: &[usize], other: &[usize]) -> Vec<End> {
        let mut ends = Vec::new();
        for card in cards {
            let group = self.scope.cards.box_of(*card);
            let together = |it: &usize| group.is_some() && self.scope.cards.box_of(*it) == group;
            let end = match group {
                Some(group)
                    if cards.iter().filter(|it| together(it)).count() > 1
                        && !other.iter().any(together) =>
                {
                    let id = self.scope.cards.boxes[group].id.clone();
                    self.end(&id)
                }
                _ => None,
            };
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
    ) -> (Vec<End>, Vec<End>, &'static str) {
        let mut froms = self.side(from, to.cards());
        let mut tos = self.side(to, from.cards());
        let mut remark = "";
        if self.scope.is_everybody(from) {
            froms = self.nearest(&froms, tos.first().copied());
            remark = self.scope.say("from everybody", "de todos");
        }
        if self.scope.is_everybody(to) {
            tos = self.nearest(&tos, froms.first().copied());
            remark = self.scope.say("to everybody", "a todos");
        }
        (froms, tos, remark)
    }
}
