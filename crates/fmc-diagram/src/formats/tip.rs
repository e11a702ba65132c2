//! What a tooltip tells of a part of the picture.

use super::paint::Group;
use crate::scene::{Scene, Text};
use std::collections::HashMap;

/// The names of all that edges can touch, for the tooltips of edges.
#[derive(Debug)]
pub struct Names<'a>(HashMap<&'a str, &'a str>);

impl<'a> Names<'a> {
    /// The names of a scene.
    pub fn new(scene: &'a Scene) -> Self {
        let clusters = scene.clusters.iter().map(|it| (it.id.as_str(), first(&it.texts)));
        let nodes = scene.nodes.iter().map(|it| (it.id.as_str(), first(&it.texts)));
        Self(clusters.chain(nodes).collect())
    }

    /// What is called by this id; the id itself where it has no name.
    pub fn of<'b>(&'b self, id: &'b str) -> &'b str {
        self.0.get(id).copied().filter(|it| !it.is_empty()).unwrap_or(id)
    }

    /// The tooltip of a group: its name, then its details, a line each. Empty where there is no name.
    pub fn tip(&self, group: Group<'_>) -> String {
        let (mut tip, details): (String, &[(String, String)]) = match group {
            Group::Cluster(it) => (self.of(&it.id).to_owned(), &it.details),
            Group::Node(it) => (self.of(&it.id).to_owned(), &it.details),
            Group::Edge(it, _) => {
                let mut tip = format!("{} → {}", self.of(&it.from), self.of(&it.to));
                for text in &it.label {
                    tip.push('\n');
                    tip.push_str(&text.content);
                }
                (tip, &it.details)
            }
            Group::Legend(_) | Group::Heading => (String::new(), &[]),
        };
        for (name, value) in details {
            tip.push('\n');
            tip.push_str(name);
            tip.push_str(": ");
            tip.push_str(value);
        }
        tip
    }
}

fn first(texts: &[Text]) -> &str {
    texts.first().map_or("", |it| it.content.as_str())
}
