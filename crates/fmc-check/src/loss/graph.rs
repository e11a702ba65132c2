//! Who answers under which conditions, as a graph that is evaluated for any loss at once.
//!
//! It is made once, from the ways that packets take; a loss is then a pass over those of its nodes that
//! rest on it. Conditions of a node stand before it, but for services, which may need each other: these are
//! held for alive until something says otherwise, as those who work already are.

use super::dependents::{Dependents, Reached};
use super::element::ElementId;
use fmc_config::maps::IndexSet;

/// A node, by its place in the graph.
pub(super) type NodeId = u32;
/// A service, by its place in the graph.
pub(super) type ServiceId = u32;

/// What answers under a condition.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Node {
    /// While all of these are there.
    Up(Vec<ElementId>),
    /// While all of these answer.
    All(Vec<NodeId>),
    /// While any of these answers: whoever sends notices which do.
    Any(Vec<NodeId>),
    /// Those who are sent to one of these that does not answer are lost: nobody notices.
    Spread(Vec<NodeId>),
    /// While that one answers which belongs to whoever holds the virtual address.
    Held(usize, Vec<NodeId>),
    /// While the service works.
    Serves(ServiceId),
    /// Not as it is.
    Never,
}

/// How well something answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answers {
    /// Not at all.
    Not,
    /// To some of those who ask, as it falls.
    Partly,
    /// To all.
    Fully,
}

/// Something that runs on a host for others.
pub(super) struct Service {
    /// What must be there.
    pub(super) up: Vec<ElementId>,
    /// What must answer it, or it answers nobody.
    pub(super) vital: Vec<NodeId>,
    /// The others of a group of which more than half must be there, itself among them.
    pub(super) quorum: Option<(usize, Vec<NodeId>)>,
}

/// A member of a group that holds a virtual address.
pub(super) struct Holder {
    /// What must be there for it to take part.
    pub(super) up: Vec<ElementId>,
    /// What its check asks for; `None` where there is no check.
    pub(super) checked: Option<Vec<ElementId>>,
    pub(super) priority: i32,
    /// What a failed check adds; zero takes it out.
    pub(super) weight: i32,
}

impl Holder {
    /// Its priority under a loss, if it takes part.
    fn stands(&self, lost: &[bool]) -> Option<i32> {
        let gone = |all: &[ElementId]| all.iter().any(|it| lost[*it as usize]);
        let failed = self.checked.as_deref().is_some_and(gone);
        let out = gone(&self.up) || failed && self.weight == 0;
        (!out).then_some(self.priority + if failed { self.weight } else { 0 })
    }
}

/// The graph.
#[derive(Default)]
pub(super) struct Graph {
    pub(super) nodes: IndexSet<Node>,
    pub(super) services: Vec<Service>,
    /// The members of each virtual address.
    pub(super) held: Vec<Vec<Holder>>,
}

/// What a loss does to a graph.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct State {
    pub(super) lost: Vec<bool>,
    pub(super) answers: Vec<Answers>,
    /// Whether each service works.
    pub(super) works: Vec<bool>,
    /// Who holds each virtual address, by its place among the members.
    pub(super) holders: Vec<Option<usize>>,
}

impl Graph {
    /// A node; one that is there already is not made again.
    pub(super) fn node(&mut self, node: Node) -> NodeId {
        let node = match node {
            Node::All(mut all) => {
                all.sort_unstable();
                all.dedup();
                if let [one] = all[..] {
                    return one;
                }
                Node::All(all)
            }
            Node::Any(mut all) => {
                all.sort_unstable();
                all.dedup();
                match all[..] {
                    [] => Node::Never,
                    [one] => return one,
                    _ => Node::Any(all),
                }
            }
            Node::Spread(all) => match all[..] {
                [] => Node::Never,
                [one] => return one,
                _ => Node::Spread(all),
            },
            other => other,
        };
        self.nodes.insert_full(node).0 as NodeId
    }

    /// What the loss of these elements does, out of so many: a pass over everything.
    pub(super) fn evaluate(&self, lost: &[ElementId], elements: usize) -> State {
        let mut state = State {
            lost: vec![false; elements],
            answers: vec![Answers::Not; self.nodes.len()],
            works: vec![false; self.services.len()],
            holders: vec![None; self.held.len()],
        };
        for id in lost {
            state.lost[*id as usize] = true;
        }
        let everything = Reached {
            nodes: (0..self.nodes.len() as NodeId).collect(),
            services: (0..self.services.len() as ServiceId).collect(),
            vips: (0..self.held.len() as u32).collect(),
        };
        self.settle(&everything, &mut state);
        state
    }

    /// What the loss of these elements does to what was all there, and the nodes that answer otherwise
    /// then. What rests on none of them is as it was: so is what that rests on.
    pub(super) fn lose(
        &self,
        lost: &[ElementId],
        intact: &State,
        dependents: &Dependents,
    ) -> (State, Vec<NodeId>) {
        let mut state = intact.clone();
        for id in lost {
            state.lost[*id as usize] = true;
        }
        let mut reached = dependents.reached(lost);
        self.settle(&reached, &mut state);
        reached.nodes.retain(|it| state.answers[*it as usize] != intact.answers[*it as usize]);
        (state, reached.nodes)
    }

    /// Evaluates these, from whatever holds for all others.
    fn settle(&self, these: &Reached, state: &mut State) {
        for vip in &these.vips {
            state.holders[*vip as usize] = self.holder(*vip as usize, &state.lost);
        }
        for at in &these.services {
            let up = &self.services[*at as usize].up;
            state.works[*at as usize] = !up.iter().any(|it| state.lost[*it as usize]);
        }
        loop {
            for at in &these.nodes {
                state.answers[*at as usize] = self.answers(&self.nodes[*at as usize], state);
            }
            let mut changed = false;
            for at in &these.services {
                let answers = |id: &NodeId| state.answers[*id as usize] != Answers::Not;
                let works = state.works[*at as usize];
                if works && !self.services[*at as usize].works(answers) {
                    state.works[*at as usize] = false;
                    changed = true;
                }
            }
            if !changed {
                return;
            }
        }
    }

    /// Who holds a virtual address under a loss, by its place among the members.
    pub(super) fn holder(&self, vip: usize, lost: &[bool]) -> Option<usize> {
        let standing = self.held[vip].iter().enumerate();
        let standing = standing.filter_map(|(at, it)| Some((it.stands(lost)?, at)));
        // Of equal ones the first has it.
        let best = standing.max_by_key(|(priority, at)| (*priority, std::cmp::Reverse(*at)));
        best.map(|it| it.1)
    }

    /// How a node answers, out of those that stand before it.
    fn answers(&self, node: &Node, state: &State) -> Answers {
        let of = |id: &NodeId| state.answers[*id as usize];
        let full = |it: bool| if it { Answers::Fully } else { Answers::Not };
        match node {
            Node::Up(all) => full(!all.iter().any(|it| state.lost[*it as usize])),
            Node::All(all) => all.iter().map(of).min().unwrap_or(Answers::Fully),
            Node::Any(all) => all.iter().map(of).max().unwrap_or(Answers::Not),
            Node::Spread(all) => {
                let (least, most) = (all.iter().map(of).min(), all.iter().map(of).max());
                if least == most { least.unwrap_or(Answers::Not) } else { Answers::Partly }
            }
            Node::Held(vip, ways) => {
                let holder = state.holders[*vip].and_then(|it| ways.get(it));
                holder.map_or(Answers::Not, of)
            }
            Node::Serves(service) => full(state.works[*service as usize]),
            Node::Never => Answers::Not,
        }
    }
}

impl Service {
    fn works(&self, answers: impl Fn(&NodeId) -> bool) -> bool {
        let quorate = self.quorum.as_ref().is_none_or(|(members, others)| {
            let there = 1 + others.iter().filter(|it| answers(it)).count();
            2 * there > *members
        });
        quorate && self.vital.iter().all(answers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn up(graph: &mut Graph, ids: &[ElementId]) -> NodeId {
        graph.node(Node::Up(ids.to_vec()))
    }

    fn answers(graph: &Graph, node: NodeId, lost: &[ElementId]) -> Answers {
        let whole = graph.evaluate(lost, 8);
        let (intact, dependents) = (graph.evaluate(&[], 8), Dependents::of(graph, 8));
        let (state, changed) = graph.lose(lost, &intact, &dependents);
        assert_eq!(state, whole, "the part that rests on it is all that changes");
        let differs = |it: &NodeId| whole.answers[*it as usize] != intact.answers[*it as usize];
        assert!(changed.iter().copied().eq((0..graph.nodes.len() as NodeId).filter(differs)));
        state.answers[node as usize]
    }

    #[test]
    fn conditions_are_as_they_are_called() {
        let mut graph = Graph::default();
        let [a, b] = [up(&mut graph, &[0]), up(&mut graph, &[1])];
        assert_eq!(a, up(&mut graph, &[0]), "the same is made once");
        let [all, any, spread] = [Node::All, Node::Any, Node::Spread].map(|it| it(vec![a, b]));
        let [all, any, spread] = [all, any, spread].map(|it| graph.node(it));
        let of = |lost: &[ElementId]| [all, any, spread].map(|it| answers(&graph, it, lost));
        assert_eq!(of(&[]), [Answers::Fully; 3]);
        assert_eq!(of(&[1]), [Answers::Not, Answers::Fully, Answers::Partly]);
        assert_eq!(of(&[0, 1]), [Answers::Not; 3]);
    }

    #[test]
    fn a_majority_that_needs_itself_goes_on_and_less_does_not() {
        let mut graph = Graph::default();
        let serves: Vec<NodeId> = (0..3).map(|it| graph.node(Node::Serves(it))).collect();
        for own in 0..3_u32 {
            let others = serves.iter().copied().filter(|it| *it != own).collect();
            let quorum = Some((3, others));
            graph.services.push(Service { up: vec![own], vital: Vec::new(), quorum });
        }
        // Somebody who works with any of them.
        let any = graph.node(Node::Any(serves));
        graph.services.push(Service { up: vec![3], vital: vec![any], quorum: None });
        let client = graph.node(Node::Serves(3));
        assert_eq!(answers(&graph, client, &[2]), Answers::Fully);
        assert_eq!(answers(&graph, client, &[1, 2]), Answers::Not);
    }

    #[test]
    fn the_best_one_whose_check_is_good_holds_an_address() {
        let holder = |up, checked, priority| {
            let weight = -20;
            Holder { up: vec![up], checked: Some(vec![checked]), priority, weight }
        };
        let mut graph = Graph::default();
        let ways = vec![up(&mut graph, &[4]), up(&mut graph, &[5])];
        graph.held.push(vec![holder(0, 1, 110), holder(2, 3, 100)]);
        let held = graph.node(Node::Held(0, ways));
        // The way of the first is gone while the first is well.
        for (lost, expected) in [
            (&[][..], Answers::Fully),
            (&[4], Answers::Not),
            (&[0, 4], Answers::Fully),
            (&[1, 4], Answers::Fully),
            (&[1, 3, 5], Answers::Fully),
            (&[0, 2], Answers::Not),
        ] {
            assert_eq!(answers(&graph, held, lost), expected, "{lost:?}");
        }
    }
}
