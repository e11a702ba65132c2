//! Icons by name: brands, general signs and our own, all as vector shapes.
//!
//! A name is one of
//! * a short one: `cloudflare`, `users`, `vip` (our own drawings first, then brands, then signs),
//! * one with the name of its collection: `si:cloudflare` of simple-icons, `lucide:server` of Lucide,
//! * the name of an image or a class of the Python library `diagrams`:
//!   `onprem/network/traefik.png`, with or without a path before it, or
//!   `diagrams.onprem.network.Traefik`.

mod import;
mod markup;
mod own;
mod paint;
mod python;
mod shape;
mod sheet;
mod tables;

pub use import::{IconError, from_png, from_svg};
pub use paint::{CONTRAST, DARK_CARD, LIGHT_CARD, Paint, contrast};
pub use python::{Match, python, python_names};
pub use shape::{Cap, Command, FillRule, Join, Path, Shape, Stroke};
pub use sheet::{LoadReport, load_report, sheet};

use crate::scene::Rect;
use markup::Look;
use std::collections::BTreeMap;
use std::sync::Arc;
use tables::{BRANDS, Entry, LUCIDE};

/// An icon, ready to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Icon {
    /// The name by which it is found, with the prefix of its collection where it is not ours.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// Where it comes from.
    pub source: Source,
    /// The area that is drawn, in the units of the shapes.
    pub view_box: Rect,
    /// What it is made of, from the lowest to the uppermost; empty where it is an image.
    pub shapes: Vec<Shape>,
    /// The image to draw instead of shapes.
    pub image: Option<Image>,
}

/// An icon that is an image of the user's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// A PNG file that was decoded once to see that it can be.
    pub png: Arc<[u8]>,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
}

/// Where an icon comes from, which decides its licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Source {
    /// Drawn for this program.
    Own,
    /// The collection of brands simple-icons.
    SimpleIcons,
    /// The collection of general signs Lucide.
    Lucide,
    /// A file of the user's.
    User,
}

impl Source {
    /// The name of the collection.
    pub fn title(self) -> &'static str {
        match self {
            Self::Own => "FlatcarMicroCloud",
            Self::SimpleIcons => "simple-icons",
            Self::Lucide => "Lucide",
            Self::User => "your own",
        }
    }

    /// The licence of the drawing, as SPDX writes it. What a brand's mark may be used for, its owner says.
    pub fn licence(self) -> &'static str {
        match self {
            Self::Own => "MIT",
            Self::SimpleIcons => "CC0-1.0",
            Self::Lucide => "ISC",
            Self::User => "NOASSERTION",
        }
    }

    /// What stands before the names of the collection.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::SimpleIcons => "si:",
            Self::Lucide => "lucide:",
            Self::Own | Self::User => "",
        }
    }
}

/// An icon that can be named, before it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The name by which it is found.
    pub name: String,
    /// What people call it.
    pub title: &'static str,
    /// Where it comes from.
    pub source: Source,
}

/// The icons that can be named in one diagram: the user's own ones, and behind them all others.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Library {
    own: BTreeMap<String, Icon>,
}

impl Library {
    /// Adds an icon of the user's, which takes the place of any other of that name.
    pub fn add(&mut self, icon: Icon) {
        self.own.insert(icon.name.clone(), icon);
    }

    /// The icon of this name: the user's, or the one that comes with the program.
    pub fn find(&self, name: &str) -> Option<Icon> {
        self.own.get(name).cloned().or_else(|| find(name))
    }

    /// The icons of the user, in the order of their names.
    pub fn own(&self) -> impl Iterator<Item = &Icon> {
        self.own.values()
    }
}

/// The icon of this name. Upper and lower case are the same, and a short name may hold `-`, `_`,
/// `.` and spaces where its collection has none: `GitHub Actions` is `githubactions`.
pub fn find(name: &str) -> Option<Icon> {
    let name = name.trim().to_lowercase();
    named(&name).or_else(|| python(&name).and_then(|it| named(&it.icon)))
}

/// Every icon that comes with the program: ours, then the brands, then Lucide's signs.
pub fn all() -> Vec<Listed> {
    let file = |source: Source| {
        move |it: &own::File| Listed {
            name: format!("{}{}", source.prefix(), it.name),
            title: it.title(),
            source,
        }
    };
    let entry = |source: Source| {
        move |it: Entry| Listed {
            name: format!("{}{}", source.prefix(), it.name),
            title: it.title,
            source,
        }
    };
    let mut all: Vec<_> = own::OWN.iter().map(file(Source::Own)).collect();
    let brands = own::BRANDS.iter().map(file(Source::SimpleIcons));
    let mut brands: Vec<_> = brands.chain(BRANDS.iter().map(entry(Source::SimpleIcons))).collect();
    brands.sort_by(|one, other| one.name.cmp(&other.name));
    all.append(&mut brands);
    all.extend(LUCIDE.iter().map(entry(Source::Lucide)));
    all
}

/// The icon of a name in lower case that is no path and no class.
fn named(name: &str) -> Option<Icon> {
    if let Some(name) = name.strip_prefix("si:") {
        return brand(name);
    }
    if let Some(name) = name.strip_prefix("lucide:") {
        return sign(name);
    }
    let dashed = name.replace([' ', '_', '.'], "-");
    let own = |name: &str| own::find(own::OWN, name).and_then(|it| it.icon(Source::Own));
    own(&dashed)
        .or_else(|| match python::alias(&dashed)? {
            it if it.contains(':') => named(it),
            it => own(it),
        })
        .or_else(|| brand(name))
        .or_else(|| brand(&dashed.replace('-', "")))
        .or_else(|| brand(&format!("apache{}", dashed.replace('-', ""))))
        .or_else(|| sign(&dashed))
}

fn brand(name: &str) -> Option<Icon> {
    if let Some(file) = own::find(own::BRANDS, name) {
        let icon = file.icon(Source::SimpleIcons)?;
        return Some(Icon { name: format!("si:{name}"), ..icon });
    }
    let entry = BRANDS.find(name)?;
    let look = Look::filled(markup::rgb(entry.colour).ok()?);
    of_entry(entry, Source::SimpleIcons, look)
}

fn sign(name: &str) -> Option<Icon> {
    of_entry(LUCIDE.find(name)?, Source::Lucide, Look::lines(Paint::Ink))
}

fn of_entry(entry: Entry, source: Source, look: Look) -> Option<Icon> {
    let shapes = markup::shapes(entry.data, look).ok()?;
    let area = Rect { x: 0.0, y: 0.0, width: 24.0, height: 24.0 };
    let name = format!("{}{}", source.prefix(), entry.name);
    Some(Icon::of_shapes(&name, entry.title, source, area, shapes))
}

impl Icon {
    fn of_shapes(name: &str, title: &str, source: Source, area: Rect, shapes: Vec<Shape>) -> Self {
        Self {
            name: name.to_owned(),
            title: title.to_owned(),
            source,
            view_box: area,
            shapes,
            image: None,
        }
    }
}

#[cfg(test)]
mod tests;
