// Long because: one pass over every kind of line, whose parts share one builder.
//! Through which rows, borders and channels every line runs.

use super::dress::Size;
use super::nets::{self, Course, Kind, Net};
use super::plan::{
    Channel, Element, ElementIndex, LOWER, Link, Plan, Slot, Spot, Turn, UPPER, Way,
};
use super::replicas::Replicas;
use super::rows::Rows;
use super::tree::{Container, Item, SHEET, Tree};
use crate::graph::{End, Graph};
use std::collections::{BTreeMap, BTreeSet};

/// Lays the lanes of all edges through the rows. Edges that go `apart` leave their trunk as soon as its
/// label is written; the others as late as they can.
pub(super) fn lay(
    graph: &Graph,
    tree: &Tree,
    replicas: &Replicas,
    rows: &Rows,
    labels: &[Size],
    apart: &BTreeSet<usize>,
) -> (Plan, Vec<Net>) {
    let index = nets::row_index(rows);
    let row_of = |item: Item| index.get(&item).copied().unwrap_or(0);
    let courses: Vec<Course> =
        graph.edges.iter().map(|edge| nets::course(tree, &row_of, edge)).collect();
    let nets = nets::nets(graph, &courses);
    let follows = follows(graph, replicas, rows);
    let beside = beside(&follows, &courses);

    let homes = label_homes(graph, tree, rows, labels, &courses, &nets, &row_of, &beside);
    let (plan_rows, moved) = with_label_rows(rows, &homes);

    let mut plan = Plan {
        row_of_node: vec![0; graph.nodes.len()],
        row_of_cluster: vec![0; graph.clusters.len()],
        node_ports: vec![Default::default(); graph.nodes.len()],
        cluster_ports: vec![Default::default(); graph.clusters.len()],
        rows: plan_rows,
        follows,
        ways: vec![Way::Loop; graph.edges.len()],
        ..Plan::default()
    };
    for (item, row) in &index {
        let row = moved[tree.holder_of(*item)][*row];
        match item {
            Item::Node(node) => plan.row_of_node[*node] = row,
            Item::Cluster(cluster) => plan.row_of_cluster[*cluster] = row,
        }
    }
    let mut builder = Builder {
        graph,
        tree,
        beside,
        apart,
        nets: nets.len(),
        plan,
        is_alone: false,
        known: BTreeMap::new(),
        linked: BTreeMap::new(),
        shared: BTreeMap::new(),
    };
    for (number, net) in nets.iter().enumerate() {
        let home = homes[number].map(|home| {
            // The row of labels is the one directly before the row of items that it was made for.
            let row = moved[home.container].get(home.before).copied();
            let row = row.unwrap_or(builder.plan.rows[home.container].len());
            Spot::Pass(home.container, row - 1)
        });
        // Nets have nothing in common but ports.
        builder.known.clear();
        builder.linked.clear();
        builder.is_alone = net.edges.len() == 1;
        for edge in &net.edges {
            builder.edge(number, net, *edge, &courses[*edge], home);
        }
    }
    (builder.plan, nets)
}

/// Which items stand directly behind another one: replicas in the author's order, and peers.
fn follows(graph: &Graph, replicas: &Replicas, rows: &Rows) -> BTreeMap<Item, Item> {
    let mut peers: Vec<(Item, Item)> = graph
        .edges
        .iter()
        .filter(|edge| edge.peer)
        .flat_map(|edge| {
            let (from, to) = (Item::from(edge.from), Item::from(edge.to));
            [(from, to), (to, from)]
        })
        .collect();
    peers.sort_unstable();
    let mut follows = BTreeMap::new();
    for row in rows.of.iter().flatten() {
        for pair in row.windows(2) {
            let (one, two) = (pair[0], pair[1]);
            if peers.binary_search(&(one, two)).is_ok() || replicas.follows(graph, one, two) {
                follows.insert(one, two);
            }
        }
    }
    follows
}

/// In which channel each net's label stands, by the rows of items.
#[allow(clippy::too_many_arguments, reason = "one pass over everything that is known by then")]
fn label_homes(
    graph: &Graph,
    tree: &Tree,
    rows: &Rows,
    labels: &[Size],
    courses: &[Course],
    nets: &[Net],
    row_of: &impl Fn(Item) -> usize,
    beside: &BTreeSet<usize>,
) -> Vec<Option<Channel>> {
    let mut taken: BTreeMap<Channel, i32> = BTreeMap::new();
    nets.iter()
        .map(|net| {
            let edge = net.edges[0];
            let (size, course) = (labels[edge], &courses[edge]);
            if size.height == 0 || course.kind == Kind::Loop {
                return None;
            }
            if beside.contains(&edge) {
                return None;
            }
            let container = course.container;
            let item_in = |end: End| item_towards(tree, container, end);
            let candidates: Vec<Channel> = if net.edges.len() > 1 {
                // On the trunk, next to the hub, before anything forks.
                let item = Item::from(net.hub);
                let before = row_of(item) + usize::from(net.hub_is_upper);
                vec![Channel { container: tree.holder_of(item), before }]
            } else if course.kind == Kind::Inwards {
                vec![Channel { container, before: 0 }]
            } else {
                let first = row_of(item_in(course.upper)) + 1;
                let last =
                    if course.kind == Kind::Down { row_of(item_in(course.lower)) } else { first };
                (first..=last).map(|before| Channel { container, before }).collect()
            };
            // Where the least has been written yet.
            let home = candidates
                .into_iter()
                .min_by_key(|channel| taken.get(channel).copied().unwrap_or(0))?;
            *taken.entry(home).or_insert(0) += size.width + 10;
            debug_assert!(home.before <= rows.of[home.container].len() && edge < graph.edges.len());
            Some(home)
        })
        .collect()
}

/// The edges that run straight from a box to the one that follows it: the first of each pair.
fn beside(follows: &BTreeMap<Item, Item>, courses: &[Course]) -> BTreeSet<usize> {
    let loops = courses.iter().filter(|course| course.kind == Kind::Loop);
    let looped: BTreeSet<Item> = loops.map(|course| Item::from(course.upper)).collect();
    let mut taken = BTreeSet::new();
    let mut is_beside = |(_, course): &(usize, &Course)| {
        let (one, two) = (Item::from(course.upper), Item::from(course.lower));
        course.kind == Kind::Level
            // A loop takes the room beside its box.
            && !looped.contains(&one)
            && !looped.contains(&two)
            && (follows.get(&one) == Some(&two) || follows.get(&two) == Some(&one))
            && taken.insert((one.min(two), one.max(two)))
    };
    courses.iter().enumerate().filter(|it| is_beside(it)).map(|(edge, _)| edge).collect()
}

/// The item of this container that an end is, or is in.
fn item_towards(tree: &Tree, container: Container, end: End) -> Item {
    let mut item = Item::from(end);
    while tree.holder_of(item) != container && tree.holder_of(item) != SHEET {
        item = Item::Cluster(tree.holder_of(item) - 1);
    }
    item
}

/// The rows of items with rows for labels between them, and where each row of items went.
fn with_label_rows(
    rows: &Rows,
    homes: &[Option<Channel>],
) -> (Vec<Vec<Vec<Slot>>>, Vec<Vec<usize>>) {
    let mut wanted: Vec<Channel> = homes.iter().flatten().copied().collect();
    wanted.sort_unstable();
    wanted.dedup();
    let mut all = Vec::new();
    let mut moved = Vec::new();
    for (container, given) in rows.of.iter().enumerate() {
        let mut made: Vec<Vec<Slot>> = Vec::new();
        let mut places = Vec::new();
        for before in 0..=given.len() {
            if wanted.binary_search(&Channel { container, before }).is_ok() {
                made.push(Vec::new());
            }
            if let Some(items) = given.get(before) {
                places.push(made.len());
                made.push(items.iter().map(|item| Slot::Item(*item)).collect());
            }
        }
        all.push(made);
        moved.push(places);
    }
    (all, moved)
}

/// What makes ports of several nets one: the box, its side and how the lines look.
type Sharing = (Item, usize, String, [u8; 4], bool);

/// The line of an edge that leaves its trunk early.
struct Strand {
    /// Its number among nets.
    net: usize,
    /// The spots that it still shares with its trunk.
    trunk: std::ops::RangeInclusive<usize>,
}

/// The spots of a trunk: from the hub to the label of its net.
fn trunk(
    spots: &[Spot],
    home: Option<Spot>,
    hub_is_upper: bool,
) -> std::ops::RangeInclusive<usize> {
    let label = home.and_then(|home| spots.iter().position(|spot| *spot == home));
    if hub_is_upper {
        0..=label.unwrap_or(0)
    } else {
        label.unwrap_or(spots.len() - 1)..=spots.len() - 1
    }
}

struct Builder<'a> {
    graph: &'a Graph,
    tree: &'a Tree,
    beside: BTreeSet<usize>,
    apart: &'a BTreeSet<usize>,
    nets: usize,
    plan: Plan,
    /// The net that is being laid has one edge only, which meets nothing of its own.
    is_alone: bool,
    /// The elements and the links of the net, where they may be met again.
    known: BTreeMap<(usize, Spot), ElementIndex>,
    linked: BTreeMap<(ElementIndex, ElementIndex, usize), usize>,
    shared: BTreeMap<Sharing, ElementIndex>,
}

impl Builder<'_> {
    fn edge(&mut self, number: usize, net: &Net, edge: usize, course: &Course, home: Option<Spot>) {
        let way = match course.kind {
            Kind::Loop => Way::Loop,
            Kind::Level if self.beside.contains(&edge) => Way::Beside,
            Kind::Level => {
                let row = self.plan.row_of(item_towards(self.tree, course.container, course.upper));
                let mut start = self.leave(course.upper, course.container);
                let end = self.leave(course.lower, course.container);
                let mut channel = Channel { container: course.container, before: row + 1 };
                let mut end = end;
                if let Some(Spot::Pass(container, label_row)) = home {
                    start.push(Spot::Pass(container, label_row));
                    end.push(Spot::Pass(container, label_row));
                    channel.before = label_row + 1;
                }
                // The two lines of a turn must not be taken for one where they pass the same row.
                let start = self.chain(number, &start, Some((edge, home)), None, None);
                let end = self.second(number, &end);
                let last = |chain: &[ElementIndex]| chain.last().copied().unwrap_or(0);
                let ends = [last(&start), last(&end)];
                self.plan.turns.push(Turn { ends, net: number, channel });
                Way::Turn { start, end }
            }
            Kind::Down | Kind::Inwards => {
                let mut spots = if course.kind == Kind::Inwards {
                    vec![Spot::Top(Item::from(course.upper))]
                } else {
                    self.leave(course.upper, course.container)
                };
                let from = if course.kind == Kind::Inwards {
                    0
                } else {
                    self.plan.row_of(item_towards(self.tree, course.container, course.upper)) + 1
                };
                spots.extend(self.arrive(course.container, from, course.lower));
                let hub = if net.hub_is_upper { course.upper } else { course.lower };
                let leaf = if net.hub_is_upper { course.lower } else { course.upper };
                debug_assert_eq!(hub, net.hub);
                let sharing = self.sharing(edge, leaf, usize::from(!net.hub_is_upper), course);
                let goes_apart = net.edges.len() > 1 && self.apart.contains(&edge);
                let strand = goes_apart.then(|| Strand {
                    // Behind the numbers of all nets.
                    net: self.nets + edge,
                    trunk: trunk(&spots, home, net.hub_is_upper),
                });
                let label = Some((net.edges[0], home));
                let elements = self.chain(number, &spots, label, Some(&sharing), strand.as_ref());
                Way::Down { elements, is_reversed: course.is_reversed }
            }
        };
        self.plan.ways[edge] = way;
    }

    fn sharing(&self, edge: usize, leaf: End, side: usize, course: &Course) -> Sharing {
        let it = &self.graph.edges[edge];
        let look = [it.style as u8, it.heads as u8, it.tone.0, it.change as u8];
        // A count stands beside one line only, so that such a line keeps a port of its own.
        let label = if it.count > 1 { format!("{} {edge}", it.label) } else { it.label.clone() };
        (Item::from(leaf), side, label, look, course.is_reversed)
    }

    /// From an end down to the end of its item in `container`.
    fn leave(&self, end: End, container: Container) -> Vec<Spot> {
        let mut item = Item::from(end);
        let mut spots = vec![Spot::Bottom(item)];
        loop {
            let holder = self.tree.holder_of(item);
            if holder == container || holder == SHEET {
                return spots;
            }
            let rows = self.plan.rows[holder].len();
            spots.extend((self.plan.row_of(item) + 1..rows).map(|row| Spot::Pass(holder, row)));
            item = Item::Cluster(holder - 1);
            spots.push(Spot::Bottom(item));
        }
    }

    /// From row `from` of a container to an end in it.
    fn arrive(&self, container: Container, from: usize, end: End) -> Vec<Spot> {
        let mut items = vec![Item::from(end)];
        loop {
            let holder = self.tree.holder_of(items[items.len() - 1]);
            if holder == container || holder == SHEET {
                break;
            }
            items.push(Item::Cluster(holder - 1));
        }
        let mut spots = Vec::new();
        let mut first = from;
        for item in items.into_iter().rev() {
            let holder = self.tree.holder_of(item);
            spots.extend((first..self.plan.row_of(item)).map(|row| Spot::Pass(holder, row)));
            spots.push(Spot::Top(item));
            first = 0;
        }
        spots
    }

    /// The elements at these spots, made where this net has none yet, and linked.
    fn chain(
        &mut self,
        net: usize,
        spots: &[Spot],
        label: Option<(usize, Option<Spot>)>,
        sharing: Option<&Sharing>,
        strand: Option<&Strand>,
    ) -> Vec<ElementIndex> {
        let leaf = sharing.map(
            |(item, side, ..)| {
                if *side == UPPER { Spot::Top(*item) } else { Spot::Bottom(*item) }
            },
        );
        let mut elements = Vec::with_capacity(spots.len());
        for (at, spot) in spots.iter().enumerate() {
            let is_leaf = leaf == Some(*spot) && (at == 0 || at + 1 == spots.len());
            let shared = sharing.filter(|_| is_leaf);
            let own = strand.filter(|it| !it.trunk.contains(&at)).map_or(net, |it| it.net);
            let found = match shared {
                Some(sharing) => self.shared.get(sharing),
                None if self.is_alone => None,
                None => self.known.get(&(own, *spot)),
            };
            let element = found.copied().unwrap_or_else(|| {
                let here = label.filter(|(_, home)| shared.is_none() && *home == Some(*spot));
                let element = self.element(own, *spot, here.map(|(edge, _)| edge));
                if let Some(sharing) = shared {
                    self.shared.insert(sharing.clone(), element);
                } else if !self.is_alone {
                    self.known.insert((own, *spot), element);
                }
                element
            });
            elements.push(element);
        }
        match strand {
            None => self.link(net, &elements),
            Some(strand) => {
                // What leaves the trunk forks off it; from there on the line is one of its own.
                let (start, end) = (*strand.trunk.start(), *strand.trunk.end());
                let fork = start.saturating_sub(1)..=(end + 1).min(elements.len() - 1);
                self.link(strand.net, &elements[..=*fork.start()]);
                self.link(net, &elements[fork.clone()]);
                self.link(strand.net, &elements[*fork.end()..]);
            }
        }
        elements
    }

    /// The same for the second line of a turn, whose elements are its own.
    fn second(&mut self, net: usize, spots: &[Spot]) -> Vec<ElementIndex> {
        let elements: Vec<ElementIndex> =
            spots.iter().map(|spot| self.element(net, *spot, None)).collect();
        self.link(net, &elements);
        elements
    }

    fn link(&mut self, net: usize, elements: &[ElementIndex]) {
        for pair in elements.windows(2) {
            let (upper, lower) = (pair[0], pair[1]);
            if !self.is_alone {
                if let Some(index) = self.linked.get(&(upper, lower, net)) {
                    self.plan.links[*index].weight += 1;
                    continue;
                }
                self.linked.insert((upper, lower, net), self.plan.links.len());
            }
            let channel = match self.plan.elements[lower].spot {
                Spot::Top(item) => {
                    Channel { container: self.tree.holder_of(item), before: self.plan.row_of(item) }
                }
                Spot::Pass(container, row) => Channel { container, before: row },
                Spot::Bottom(item) => {
                    let container = match item {
                        Item::Cluster(cluster) => cluster + 1,
                        Item::Node(_) => SHEET,
                    };
                    Channel { container, before: self.plan.rows[container].len() }
                }
            };
            self.plan.links.push(Link { upper, lower, net, channel, weight: 1 });
        }
    }

    fn element(&mut self, net: usize, spot: Spot, label: Option<usize>) -> ElementIndex {
        let index = self.plan.elements.len();
        self.plan.elements.push(Element { spot, net, label });
        match spot {
            Spot::Top(item) => self.plan.ports_mut(item, UPPER).push(index),
            Spot::Bottom(item) => self.plan.ports_mut(item, LOWER).push(index),
            Spot::Pass(container, row) => {
                self.plan.rows[container][row].push(Slot::Pass(index));
            }
        }
        index
    }
}
