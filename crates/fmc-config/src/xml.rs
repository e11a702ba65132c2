//! XML: elements with attributes, one tag on a line.

use crate::{Cause, Printed};
use quick_xml::Writer;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};
use std::fmt::Display;

/// An element.
pub(crate) struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    text: Option<String>,
    children: Vec<Element>,
    cause: Cause,
}

impl Element {
    /// An element without anything in it.
    pub(crate) fn new(name: &'static str, cause: &Cause) -> Self {
        let (attributes, children) = (Vec::new(), Vec::new());
        Self { name, attributes, text: None, children, cause: cause.clone() }
    }

    /// With an attribute.
    pub(crate) fn with(mut self, name: &'static str, value: impl Display) -> Self {
        self.attributes.push((name, value.to_string()));
        self
    }

    /// With text in it.
    pub(crate) fn text(mut self, text: impl Display) -> Self {
        self.text = Some(text.to_string());
        self
    }

    /// With an element in it.
    pub(crate) fn child(mut self, child: Self) -> Self {
        self.children.push(child);
        self
    }

    /// With elements in it.
    pub(crate) fn children(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children.extend(children);
        self
    }

    /// With an element in it that has the same cause, and nothing in it but text.
    pub(crate) fn leaf(self, name: &'static str, text: impl Display) -> Self {
        let leaf = Self::new(name, &self.cause).text(text);
        self.child(leaf)
    }

    /// Prints it under a header of comments.
    pub(crate) fn document(&self, header: &[String], out: &mut Printed) {
        for line in header {
            // Two hyphens would end a comment.
            let line = line.replace("--", "- -");
            out.text_line(0, &format!("<!-- {line} -->"), &self.cause);
        }
        self.print(0, out);
    }

    fn print(&self, indent: usize, out: &mut Printed) {
        let attributes = self.attributes.iter().map(|it| (it.0, it.1.as_str()));
        let start = BytesStart::new(self.name).with_attributes(attributes);
        let end = || Event::End(BytesEnd::new(self.name));
        let line = |events: Vec<Event<'_>>| {
            let mut writer = Writer::new(Vec::new());
            for event in events {
                // Nothing that writes to memory fails.
                let _ = writer.write_event(event);
            }
            String::from_utf8_lossy(&writer.into_inner()).into_owned()
        };
        if let Some(text) = &self.text {
            let text = Event::Text(BytesText::new(text));
            out.text_line(indent, &line(vec![Event::Start(start), text, end()]), &self.cause);
        } else if self.children.is_empty() {
            out.text_line(indent, &line(vec![Event::Empty(start)]), &self.cause);
        } else {
            out.text_line(indent, &line(vec![Event::Start(start)]), &self.cause);
            for child in &self.children {
                child.print(indent + 2, out);
            }
            out.text_line(indent, &line(vec![end()]), &self.cause);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FileId, Place};

    #[test]
    fn what_would_be_markup_is_text() {
        let cause = Cause::new(Place { file: FileId::default(), start: 0, end: 1 }, "test");
        let mut out = Printed::default();
        Element::new("a", &cause)
            .with("b", "<\"'&>\n")
            .leaf("c", "x < y & z")
            .child(Element::new("d", &cause))
            .document(&["one -- two".to_owned()], &mut out);
        assert_eq!(
            out.text(),
            "<!-- one - - two -->\n<a b=\"&lt;&quot;&apos;&amp;&gt;&#10;\">\n  <c>x &lt; y &amp; z</c>\n  <d/>\n</a>\n"
        );
        assert_eq!(out.causes().len(), 5);
    }
}
