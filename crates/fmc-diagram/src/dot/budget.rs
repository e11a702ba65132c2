//! How much text a graph may hold. A label that is written once, for all edges between two big sets,
//! is drawn for each of them.

use super::place::{Error, Place};

/// So many bytes are more than anybody reads, and little for a machine.
const MOST: usize = 64 << 20;

#[derive(Debug, Default)]
pub(super) struct Budget {
    taken: usize,
}

impl Budget {
    /// Counts the texts of one thing.
    pub(super) fn take<'t>(
        &mut self,
        place: Place,
        lines: impl Iterator<Item = &'t str>,
        link: Option<&'t str>,
        details: &[(String, String)],
    ) -> Result<(), Error> {
        self.taken += lines.chain(link).map(str::len).sum::<usize>();
        self.taken += details.iter().map(|it| it.0.len() + it.1.len()).sum::<usize>();
        if self.taken > MOST {
            let megabytes = MOST >> 20;
            let message = format!("the labels of this graph are longer than {megabytes} MB");
            return Err(Error::new(place, message)
                .hint("a long label in `node [label=…]` or `edge [label=…]` is drawn every time"));
        }
        Ok(())
    }
}
