//! What rests on what, from below: a loss changes nothing but what rests on it.
//!
//! A cloud of ten thousand hosts has as many things to lose, and next to nothing rests on most of them. So
//! a loss is not a pass over everything, but over what can be reached upwards from what is lost.

use super::element::ElementId;
use super::graph::{Graph, Node, NodeId, ServiceId};

/// Lists of numbers, one after the other in one piece of memory.
#[derive(Default)]
pub(super) struct Lists {
    starts: Vec<u32>,
    items: Vec<u32>,
}

impl Lists {
    /// So many lists, of pairs of a list and what is in it. What is in one keeps its order.
    pub(super) fn of(count: usize, pairs: &[(u32, u32)]) -> Self {
        let mut starts = vec![0_u32; count + 1];
        for (list, _) in pairs {
            starts[*list as usize + 1] += 1;
        }
        for at in 0..count {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let mut items = vec![0; pairs.len()];
        for (list, item) in pairs {
            let at = &mut next[*list as usize];
            items[*at as usize] = *item;
            *at += 1;
        }
        Self { starts, items }
    }

    /// One of them.
    pub(super) fn get(&self, list: u32) -> &[u32] {
        let at = list as usize;
        &self.items[self.starts[at] as usize..self.starts[at + 1] as usize]
    }
}

/// What rests on what. Nodes, services and virtual addresses are numbered one after the other.
#[derive(Default)]
pub(super) struct Dependents {
    on_element: Lists,
    on_place: Lists,
    nodes: u32,
    services: u32,
}

/// What a loss may change, each in order.
#[derive(Default)]
pub(super) struct Reached {
    pub(super) nodes: Vec<NodeId>,
    pub(super) services: Vec<ServiceId>,
    pub(super) vips: Vec<u32>,
}

impl Dependents {
    /// Those of a graph of so many elements.
    pub(super) fn of(graph: &Graph, elements: usize) -> Self {
        let (nodes, services) = (graph.nodes.len() as u32, graph.services.len() as u32);
        let of_service = |it: ServiceId| nodes + it;
        let of_vip = |it: usize| nodes + services + it as u32;
        let (mut on_element, mut on_place) = (Vec::new(), Vec::new());
        for (id, node) in (0..).zip(&graph.nodes) {
            match node {
                Node::Up(all) => on_element.extend(all.iter().map(|it| (*it, id))),
                Node::All(all) | Node::Any(all) | Node::Spread(all) => {
                    on_place.extend(all.iter().map(|it| (*it, id)));
                }
                Node::Held(vip, ways) => {
                    on_place.push((of_vip(*vip), id));
                    on_place.extend(ways.iter().map(|it| (*it, id)));
                }
                Node::Serves(service) => on_place.push((of_service(*service), id)),
                Node::Never => {}
            }
        }
        for (id, service) in (0..).zip(&graph.services) {
            let id = of_service(id);
            on_element.extend(service.up.iter().map(|it| (*it, id)));
            let others = service.quorum.iter().flat_map(|it| &it.1);
            on_place.extend(service.vital.iter().chain(others).map(|it| (*it, id)));
        }
        for (at, holders) in graph.held.iter().enumerate() {
            let of_holders =
                holders.iter().flat_map(|it| it.up.iter().chain(it.checked.iter().flatten()));
            on_element.extend(of_holders.map(|it| (*it, of_vip(at))));
        }
        let places = (nodes + services) as usize + graph.held.len();
        Self {
            on_element: Lists::of(elements, &on_element),
            on_place: Lists::of(places, &on_place),
            nodes,
            services,
        }
    }

    /// Everything that rests on what is lost.
    pub(super) fn reached(&self, lost: &[ElementId]) -> Reached {
        let mut all: Vec<u32> = Vec::new();
        let mut seen = vec![false; self.on_place.starts.len()];
        let mut add = |it: &u32, all: &mut Vec<u32>| {
            if !std::mem::replace(&mut seen[*it as usize], true) {
                all.push(*it);
            }
        };
        for element in lost {
            self.on_element.get(*element).iter().for_each(|it| add(it, &mut all));
        }
        let mut at = 0;
        while let Some(place) = all.get(at) {
            self.on_place.get(*place).iter().for_each(|it| add(it, &mut all));
            at += 1;
        }
        all.sort_unstable();
        let mut reached = Reached::default();
        for place in all {
            if place < self.nodes {
                reached.nodes.push(place);
            } else if place < self.nodes + self.services {
                reached.services.push(place - self.nodes);
            } else {
                reached.vips.push(place - self.nodes - self.services);
            }
        }
        reached
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_keep_what_is_in_them_in_order() {
        let lists = Lists::of(4, &[(2, 7), (0, 1), (2, 5), (0, 3)]);
        let all: Vec<&[u32]> = (0..4).map(|it| lists.get(it)).collect();
        assert_eq!(all, [&[1, 3][..], &[], &[7, 5], &[]]);
    }
}
