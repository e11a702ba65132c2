//! Edges, drawn from one set of ends to the next.

use super::{Cluster, Diagram, Node};
use crate::graph::{Edge, End, Heads, Stroke, Tone};
use std::ops::Range;

/// What edges can start and end at: a node, a cluster, or several of them.
///
/// Lists hold ends of one kind (`[lb1, lb2]`), pairs may mix them (`(users, ingress)`). All ends of
/// an edge belong to one [`Diagram`]; methods panic where they do not.
pub trait Ends<'d> {
    /// The ends, in their order.
    fn ends(&self) -> Vec<End>;

    /// The diagram that they belong to; an empty list belongs to none.
    fn diagram(&self) -> Option<&'d Diagram>;

    /// Draws an arrow from each of these ends to each of those.
    fn to(&self, targets: impl Ends<'d>) -> Path<'d> {
        Path::start(self).step(&targets, |_| {})
    }

    /// Draws a line without arrowheads from each of these ends to each of those.
    fn with(&self, targets: impl Ends<'d>) -> Path<'d> {
        Path::start(self).step(&targets, |it| it.heads = Heads::None)
    }

    /// Joins each of these ends with each of those as equals: a line without arrowheads that puts
    /// neither before the other.
    fn peers(&self, others: impl Ends<'d>) -> Path<'d> {
        Path::start(self).step(&others, |it| {
            it.heads = Heads::None;
            it.peer = true;
        })
    }
}

/// The edges that were drawn last, and the ends that they lead to.
#[derive(Debug, Clone)]
pub struct Path<'d> {
    diagram: Option<&'d Diagram>,
    edges: Range<usize>,
    ends: Vec<End>,
}

impl<'d> Path<'d> {
    fn start(from: &(impl Ends<'d> + ?Sized)) -> Self {
        Self { diagram: from.diagram(), edges: 0..0, ends: from.ends() }
    }

    fn step(&self, targets: &impl Ends<'d>, say: impl Fn(&mut Edge)) -> Self {
        let (diagram, other) = (self.diagram.or(targets.diagram()), targets.diagram());
        let same = |(one, other): (&Diagram, &Diagram)| std::ptr::eq(one, other);
        assert!(diagram.zip(other).is_none_or(same), "an edge joins ends of two diagrams");
        let ends = targets.ends();
        let mut edges = 0..0;
        if let Some(diagram) = diagram {
            diagram.change(|graph| {
                edges = graph.edges.len()..graph.edges.len() + self.ends.len() * ends.len();
                for from in &self.ends {
                    for to in &ends {
                        let mut edge = Edge::new(*from, *to);
                        say(&mut edge);
                        graph.edges.push(edge);
                    }
                }
            });
        }
        Self { diagram, edges, ends }
    }

    /// Labels these edges; edges of one end with one label share a trunk.
    pub fn label(self, text: impl Into<String>) -> Self {
        let text = text.into();
        self.each(|it| it.label.clone_from(&text))
    }

    /// Draws these edges in dashes.
    pub fn dashed(self) -> Self {
        self.style(Stroke::Dashed)
    }

    /// Draws these edges in dots.
    pub fn dotted(self) -> Self {
        self.style(Stroke::Dotted)
    }

    /// Draws these edges heavier: the main path.
    pub fn bold(self) -> Self {
        self.style(Stroke::Bold)
    }

    /// Draws these edges in this way.
    pub fn style(self, style: Stroke) -> Self {
        self.each(|it| it.style = style)
    }

    /// Puts arrowheads at both ends.
    pub fn both_ways(self) -> Self {
        self.heads(Heads::Both)
    }

    /// Puts arrowheads here.
    pub fn heads(self, heads: Heads) -> Self {
        self.each(|it| it.heads = heads)
    }

    /// Lets these edges order nothing.
    pub fn unranked(self) -> Self {
        self.each(|it| it.peer = true)
    }

    /// Sets the tint of these edges.
    pub fn tone(self, tone: u8) -> Self {
        self.each(|it| it.tone = Tone(tone))
    }

    /// Sets where a click on these edges leads.
    pub fn link(self, address: impl Into<String>) -> Self {
        let address = address.into();
        self.each(|it| it.link = Some(address.clone()))
    }

    /// Adds what the tooltip of these edges tells.
    pub fn detail(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let detail = (name.into(), value.into());
        self.each(|it| it.details.push(detail.clone()))
    }

    fn each(self, change: impl Fn(&mut Edge)) -> Self {
        if let Some(diagram) = self.diagram {
            diagram.change(|graph| graph.edges[self.edges.clone()].iter_mut().for_each(change));
        }
        self
    }
}

/// A path goes on from where it leads to.
impl<'d> Ends<'d> for Path<'d> {
    fn ends(&self) -> Vec<End> {
        self.ends.clone()
    }

    fn diagram(&self) -> Option<&'d Diagram> {
        self.diagram
    }
}

impl<'d> Ends<'d> for Node<'d> {
    fn ends(&self) -> Vec<End> {
        vec![End::Node(self.index)]
    }

    fn diagram(&self) -> Option<&'d Diagram> {
        Some(self.diagram)
    }
}

impl<'d> Ends<'d> for Cluster<'d> {
    fn ends(&self) -> Vec<End> {
        vec![End::Cluster(self.index)]
    }

    fn diagram(&self) -> Option<&'d Diagram> {
        Some(self.diagram)
    }
}

impl<'d, T: Ends<'d>> Ends<'d> for [T] {
    fn ends(&self) -> Vec<End> {
        self.iter().flat_map(Ends::ends).collect()
    }

    fn diagram(&self) -> Option<&'d Diagram> {
        self.iter().find_map(Ends::diagram)
    }
}

impl<'d, T: Ends<'d>, const N: usize> Ends<'d> for [T; N] {
    fn ends(&self) -> Vec<End> {
        self.as_slice().ends()
    }

    fn diagram(&self) -> Option<&'d Diagram> {
        self.as_slice().diagram()
    }
}

impl<'d, T: Ends<'d>> Ends<'d> for Vec<T> {
    fn ends(&self) -> Vec<End> {
        self.as_slice().ends()
    }

    fn diagram(&self) -> Option<&'d Diagram> {
        self.as_slice().diagram()
    }
}

impl<'d, T: Ends<'d> + ?Sized> Ends<'d> for &T {
    fn ends(&self) -> Vec<End> {
        (**self).ends()
    }

    fn diagram(&self) -> Option<&'d Diagram> {
        (**self).diagram()
    }
}

impl<'d, A: Ends<'d>, B: Ends<'d>> Ends<'d> for (A, B) {
    fn ends(&self) -> Vec<End> {
        self.0.ends().into_iter().chain(self.1.ends()).collect()
    }

    fn diagram(&self) -> Option<&'d Diagram> {
        self.0.diagram().or_else(|| self.1.diagram())
    }
}
