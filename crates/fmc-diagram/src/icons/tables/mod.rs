//! The icons of the crates as tables that cost nothing until they are asked.
//!
//! The crates keep each icon as a static of many references. Hundreds of thousands of bytes of them
//! would have to be relocated at every start of the program, so the compiler copies the drawings
//! into one text here, with the offset of each, and drops the statics.

mod brands;
mod lucide;

/// The icons of one crate, in the order of their names.
pub(super) struct Table {
    text: &'static [u8],
    starts: &'static [u32],
}

/// One icon of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its name in its collection.
    pub(super) name: &'static str,
    /// What people call it.
    pub(super) title: &'static str,
    /// The brand's colour as hexadecimal RGB; empty for those that are drawn in ink.
    pub(super) colour: &'static str,
    /// Its SVG elements.
    pub(super) data: &'static str,
}

pub(super) static BRANDS: Table = Table { text: &BRANDS_TEXT, starts: &BRANDS_STARTS };
pub(super) static LUCIDE: Table = Table { text: &LUCIDE_TEXT, starts: &LUCIDE_STARTS };

static BRANDS_TEXT: [u8; length(&brands::ICONS)] = join(&brands::ICONS);
static BRANDS_STARTS: [u32; brands::ICONS.len() + 1] = starts(&brands::ICONS);
static LUCIDE_TEXT: [u8; length(&lucide::ICONS)] = join(&lucide::ICONS);
static LUCIDE_STARTS: [u32; lucide::ICONS.len() + 1] = starts(&lucide::ICONS);

impl Table {
    /// How many icons there are.
    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = Entry> {
        (0..self.len()).filter_map(|index| self.entry(index))
    }

    /// The one of this name.
    pub(super) fn find(&self, name: &str) -> Option<Entry> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            // The drawing of what is only passed on the way is not looked at.
            let record = self.record(middle)?;
            let length = record.iter().position(|it| *it == b'|')?;
            match record[..length].cmp(name.as_bytes()) {
                std::cmp::Ordering::Equal => return self.entry(middle),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        None
    }

    fn record(&self, index: usize) -> Option<&'static [u8]> {
        let (start, end) = (*self.starts.get(index)?, *self.starts.get(index + 1)?);
        self.text.get(start as usize..end as usize)
    }

    fn entry(&self, index: usize) -> Option<Entry> {
        let record = std::str::from_utf8(self.record(index)?).ok()?;
        let (head, data) = record.split_once('\n')?;
        let (name, rest) = head.split_once('|')?;
        let (title, colour) = rest.split_once('|')?;
        Some(Entry { name, title, colour, data })
    }
}

/// How long the text of these icons is: head, line feed and drawing of each.
const fn length(icons: &[(&str, &str)]) -> usize {
    let mut sum = 0;
    let mut index = 0;
    while index < icons.len() {
        sum += icons[index].1.len() + 1 + icons[index].0.len();
        index += 1;
    }
    sum
}

const fn starts<const N: usize>(icons: &[(&str, &str)]) -> [u32; N] {
    let mut starts = [0; N];
    let mut index = 0;
    while index < icons.len() {
        let size = icons[index].1.len() + 1 + icons[index].0.len();
        starts[index + 1] = starts[index] + size as u32;
        index += 1;
    }
    starts
}

const fn join<const N: usize>(icons: &[(&str, &str)]) -> [u8; N] {
    let mut text = [b'\n'; N];
    let mut at = 0;
    let mut index = 0;
    while index < icons.len() {
        let (data, head) = icons[index];
        copy(&mut text, at, head.as_bytes());
        at += head.len() + 1;
        copy(&mut text, at, data.as_bytes());
        at += data.len();
        index += 1;
    }
    text
}

const fn copy(text: &mut [u8], at: usize, piece: &[u8]) {
    let (_, rest) = text.split_at_mut(at);
    let (place, _) = rest.split_at_mut(piece.len());
    place.copy_from_slice(piece);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_is_found_by_its_name() {
        for (table, count) in [(&BRANDS, 3291), (&LUCIDE, 1599)] {
            assert_eq!(table.iter().count(), count);
            for entry in table.iter() {
                assert_eq!(table.find(entry.name), Some(entry));
            }
        }
        assert_eq!(BRANDS.find("no such brand"), None);
    }

    #[test]
    fn colours_are_six_digits_or_none() {
        for entry in BRANDS.iter() {
            assert!(
                u32::from_str_radix(entry.colour, 16).is_ok() && entry.colour.len() == 6,
                "{entry:?}"
            );
        }
        assert!(LUCIDE.iter().all(|it| it.colour.is_empty()));
    }
}
