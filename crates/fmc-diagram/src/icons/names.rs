//! What a short name means. Finding an icon is cheap; only drawing it reads its shapes.

use super::markup::{self, Look};
use super::own::{self, File};
use super::paint::Paint;
use super::tables::{BRANDS, Entry, LUCIDE};
use super::{Icon, Listed, Source};
use crate::scene::Rect;
use std::cmp::Ordering;

/// Other names of icons, in order.
const ALIASES: &str = include_str!("../../assets/icons/aliases.txt");

/// An icon that was found, but not read yet.
#[derive(Debug, Clone, Copy)]
pub(super) enum Found {
    File(&'static File, Source),
    Entry(Entry, Source),
}

impl Found {
    /// The icon of a name in lower case that is no path and no class.
    pub(super) fn named(name: &str) -> Option<Self> {
        if let Some(name) = name.strip_prefix(Source::SimpleIcons.prefix()) {
            return Self::brand(name);
        }
        if let Some(name) = name.strip_prefix(Source::Lucide.prefix()) {
            return Self::sign(name);
        }
        let dashed = name.replace([' ', '_', '.'], "-");
        let plain = dashed.replace('-', "");
        if plain.is_empty() {
            return None;
        }
        Self::own(&dashed)
            .or_else(|| {
                let meant = alias(&dashed)?;
                Self::own(meant).or_else(|| Self::brand(meant.strip_prefix("si:")?))
            })
            .or_else(|| Self::brand(&plain))
            .or_else(|| Self::brand(&format!("apache{plain}")))
            .or_else(|| Self::sign(&dashed))
    }

    /// One of our own drawings.
    pub(super) fn own(name: &str) -> Option<Self> {
        own::find(own::OWN, name).map(|it| Self::File(it, Source::Own))
    }

    /// A brand of simple-icons.
    pub(super) fn brand(name: &str) -> Option<Self> {
        let file = own::find(own::BRANDS, name).map(|it| Self::File(it, Source::SimpleIcons));
        file.or_else(|| BRANDS.find(name).map(|it| Self::Entry(it, Source::SimpleIcons)))
    }

    fn sign(name: &str) -> Option<Self> {
        LUCIDE.find(name).map(|it| Self::Entry(it, Source::Lucide))
    }

    /// All there are.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let file = |source| move |it| Self::File(it, source);
        let entry = |source| move |it| Self::Entry(it, source);
        own::OWN
            .iter()
            .map(file(Source::Own))
            .chain(own::BRANDS.iter().map(file(Source::SimpleIcons)))
            .chain(BRANDS.iter().map(entry(Source::SimpleIcons)))
            .chain(LUCIDE.iter().map(entry(Source::Lucide)))
    }

    /// Its name, title and source.
    pub(super) fn listed(&self) -> Listed {
        let (name, title, source) = match self {
            Self::File(file, source) => (file.name, file.title(), *source),
            Self::Entry(entry, source) => (entry.name, entry.title, *source),
        };
        Listed { name: format!("{}{name}", source.prefix()), title, source }
    }

    /// The icon as shapes.
    pub(super) fn icon(&self) -> Option<Icon> {
        let (text, look) = match self {
            Self::File(file, _) => (file.svg, Look::filled(Paint::Ink)),
            Self::Entry(entry, Source::SimpleIcons) => {
                (entry.data, Look::filled(markup::rgb(entry.colour).ok()?))
            }
            Self::Entry(entry, _) => (entry.data, Look::lines(Paint::Ink)),
        };
        let shapes = markup::shapes(text, look).ok()?;
        let area = Rect { x: 0.0, y: 0.0, width: 24.0, height: 24.0 };
        let Listed { name, title, source } = self.listed();
        Some(Icon::of_shapes(&name, title, source, area, shapes))
    }
}

/// What another name of an icon, or a path of the Python library, means.
pub(super) fn alias(name: &str) -> Option<&'static str> {
    // The list is in order, so its half is halved again and again. A place in it is a start of a line.
    let (mut low, mut high) = (0, ALIASES.len());
    while low < high {
        let middle = usize::midpoint(low, high);
        let start = ALIASES[..middle].rfind('\n').map_or(0, |it| it + 1).max(low);
        let line = ALIASES[start..].lines().next().unwrap_or_default();
        let (own, meant) = line.split_once(' ').unwrap_or((line, ""));
        match own.cmp(name) {
            // What the file says of itself stands before all names.
            Ordering::Equal if own != "#" => return Some(meant),
            Ordering::Less | Ordering::Equal => low = start + line.len() + 1,
            Ordering::Greater => high = start,
        }
    }
    None
}

/// How alike two names are for one to be meant by the other, between 0 and 1.
const LIKE: f64 = 0.8;

/// The short name that is most like this one; of two equally alike, that which is looked up first.
pub(super) fn similar(name: &str) -> Option<&'static str> {
    let own = own::OWN.iter().chain(own::BRANDS).map(|it| it.name);
    let entries = BRANDS.iter().chain(LUCIDE.iter()).map(|it| it.name);
    let names = own.chain(aliases().map(|it| it.0).filter(|it| !it.contains('/'))).chain(entries);
    names
        .map(|it| (strsim::normalized_damerau_levenshtein(it, name), it))
        .filter(|it| it.0 >= LIKE)
        .reduce(|best, it| if it.0 > best.0 { it } else { best })
        .map(|it| it.1)
}

fn aliases() -> impl Iterator<Item = (&'static str, &'static str)> {
    ALIASES.lines().filter(|it| !it.starts_with('#')).filter_map(|it| it.split_once(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: &str) {
        let found = Found::named(name).map(|it| it.listed().name);
        assert_eq!(found.as_deref(), Some(expected), "{name}");
    }

    #[test]
    fn our_own_come_before_brands_and_brands_before_signs() {
        check("server", "server");
        check("lucide:server", "lucide:server");
        check("haproxy", "si:haproxy");
        check("house", "lucide:house");
        check("si:cloudflare", "si:cloudflare");
    }

    #[test]
    fn a_name_can_be_written_as_people_write_it() {
        check("github actions", "si:githubactions");
        check("load_balancer", "load-balancer");
        check("traefik", "si:traefikproxy");
        check("spark", "si:apachespark");
    }

    #[test]
    fn what_says_nothing_means_nothing() {
        for name in ["", "-", "_ .", "si:", "lucide:", "si:-", "apache:", "no such icon", "#"] {
            assert!(Found::named(name).is_none(), "{name}");
        }
    }

    #[test]
    fn a_slip_of_the_pen_is_understood() {
        for (written, meant) in [
            ("clodflare", "cloudflare"),
            ("kuberentes", "kubernetes"),
            ("load-balancr", "load-balancer"),
            ("sever", "server"),
        ] {
            assert_eq!(similar(written), Some(meant));
        }
        assert_eq!(similar("zzzzzzzzzz"), None);
    }

    #[test]
    fn every_other_name_means_an_icon_and_hides_none() {
        for (name, icon) in aliases() {
            assert!(Found::named(icon).is_some(), "{name} is said to mean {icon}");
            assert_eq!(alias(name), Some(icon), "{name} is not in its place in the list");
            assert!(
                Found::own(name).is_none() && name != icon,
                "{name} is an icon of ours already"
            );
        }
    }
}
