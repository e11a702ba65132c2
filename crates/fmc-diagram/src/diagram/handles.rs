//! The handles of nodes and clusters: two words each, and everything that can be said of them.

use super::Diagram;
use crate::graph::{self, Direction, Line, TextRole, Tone};

/// A node of a [`Diagram`].
#[derive(Debug, Clone, Copy)]
pub struct Node<'d> {
    pub(super) diagram: &'d Diagram,
    pub(super) index: usize,
}

/// A cluster of a [`Diagram`].
#[derive(Debug, Clone, Copy)]
pub struct Cluster<'d> {
    pub(super) diagram: &'d Diagram,
    pub(super) index: usize,
}

impl<'d> Node<'d> {
    /// Names its icon, as [`icons::find`](crate::icons::find) knows it.
    pub fn icon(self, name: impl Into<String>) -> Self {
        self.change(|it| it.icon = name.into())
    }

    /// Adds a line of text that is exact, such as an address.
    pub fn code(self, text: impl Into<String>) -> Self {
        self.change(|it| it.lines.push(Line::new(TextRole::Code, text)))
    }

    /// Adds a line of text that is a remark.
    pub fn note(self, text: impl Into<String>) -> Self {
        self.change(|it| it.lines.push(Line::new(TextRole::Note, text)))
    }

    /// Adds a small icon behind the texts.
    pub fn badge(self, icon: impl Into<String>) -> Self {
        self.change(|it| it.badges.push(icon.into()))
    }

    /// Puts it into a cluster.
    pub fn inside(self, cluster: Cluster<'d>) -> Self {
        self.change(|it| it.cluster = Some(cluster.index))
    }

    fn change(self, change: impl FnOnce(&mut graph::Node)) -> Self {
        self.diagram.change(|graph| change(&mut graph.nodes[self.index]));
        self
    }
}

impl<'d> Cluster<'d> {
    /// Adds a node to it, as [`Diagram::node`] does.
    pub fn node(self, label: impl AsRef<str>) -> Node<'d> {
        self.diagram.add_node(label.as_ref(), Some(self.index))
    }

    /// Adds a cluster inside of it.
    pub fn cluster(self, label: impl Into<String>) -> Cluster<'d> {
        self.diagram.add_cluster(label.into(), Some(self.index))
    }

    /// Fills it, and hands on what the function makes: usually the nodes that it added.
    pub fn holding<T>(self, fill: impl FnOnce(Self) -> T) -> T {
        fill(self)
    }

    /// Names the icon before its title.
    pub fn icon(self, name: impl Into<String>) -> Self {
        self.change(|it| it.icon = name.into())
    }

    /// Sets the remark behind its title.
    pub fn note(self, text: impl Into<String>) -> Self {
        self.change(|it| it.note = text.into())
    }

    /// Sets the direction of reading inside of it.
    pub fn direction(self, direction: Direction) -> Self {
        self.change(|it| it.direction = Some(direction))
    }

    fn change(self, change: impl FnOnce(&mut graph::Cluster)) -> Self {
        self.diagram.change(|graph| change(&mut graph.clusters[self.index]));
        self
    }
}

/// What can be said of nodes and clusters alike.
macro_rules! common {
    ($handle:ident, $list:ident) => {
        impl $handle<'_> {
            /// Gives it an id of one's own instead of the one made from its label. Where that one
            /// is taken, a number follows.
            pub fn id(self, id: impl AsRef<str>) -> Self {
                let mut state = self.diagram.state.borrow_mut();
                let old = std::mem::take(&mut state.graph.$list[self.index].id);
                state.ids.remove(&old);
                state.graph.$list[self.index].id = state.unique(id.as_ref());
                self
            }

            /// Sets its tint.
            pub fn tone(self, tone: u8) -> Self {
                self.change(|it| it.tone = Tone(tone))
            }

            /// Hints at its place: what has a smaller tier stands nearer to the beginning.
            pub fn tier(self, tier: i32) -> Self {
                self.change(|it| it.tier = Some(tier))
            }

            /// Sets where a click on it leads.
            pub fn link(self, address: impl Into<String>) -> Self {
                self.change(|it| it.link = Some(address.into()))
            }

            /// Adds what its tooltip tells.
            pub fn detail(self, name: impl Into<String>, value: impl Into<String>) -> Self {
                self.change(|it| it.details.push((name.into(), value.into())))
            }
        }
    };
}

common!(Node, nodes);
common!(Cluster, clusters);
