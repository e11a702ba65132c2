//! What a tooltip tells of a part of the picture.

use super::paint::Group;
use crate::scene::{Scene, Text};
use std::collections::HashMap;

/// The names of all that edges can touch, for the tooltips of edges.
#[derive(Debug)]
pub struct Names<'a>(HashMap<&'a str, String>);

impl<'a> Names<'a> {
    /// The names of a scene.
    pub fn new(scene: &'a Scene) -> Self {
        let clusters = scene.clusters.iter().map(|it| (it.id.as_str(), name(&it.texts).0));
        let nodes = scene.nodes.iter().map(|it| (it.id.as_str(), name(&it.texts).0));
        Self(clusters.chain(nodes).collect())
    }

    /// What is called by this id; the id itself where it has no name.
    pub fn of<'b>(&'b self, id: &'b str) -> &'b str {
        self.0.get(id).map(String::as_str).filter(|it| !it.is_empty()).unwrap_or(id)
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

/// What the texts of a card or a box begin with, and in how many lines: its name, which may have been
/// broken.
pub fn name(texts: &[Text]) -> (String, usize) {
    let lines: Vec<&str> = (texts.iter())
        .take_while(|it| it.role == texts[0].role)
        .map(|it| it.content.as_str())
        .collect();
    (lines.join(" "), lines.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::TextRole;

    #[test]
    fn a_name_of_several_lines_is_one() {
        let text =
            |role, content: &str| Text { role, content: content.to_owned(), ..Text::default() };
        let title = [text(TextRole::Cluster, "Control"), text(TextRole::Cluster, "Plane")];
        let note = [text(TextRole::Note, "2 of 3")];
        assert_eq!(name(&[&title[..], &note].concat()), ("Control Plane".to_owned(), 2));
        assert_eq!(name(&note), ("2 of 3".to_owned(), 1));
        assert_eq!(name(&[]), (String::new(), 0));
    }
}
