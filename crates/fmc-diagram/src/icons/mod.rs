//! Icons by name: brands, general signs and our own, all as vector shapes.
//!
//! A name is one of
//! * a short one: `cloudflare`, `users`, `vip` (our own drawings first, then brands, then signs),
//! * one with the name of its collection: `si:cloudflare` of simple-icons, `lucide:server` of Lucide,
//! * the name of an image or a class of the Python library `diagrams`:
//!   `onprem/network/traefik.png`, with or without a path before it, or
//!   `diagrams.onprem.network.Traefik`.

mod categories;
mod import;
mod markup;
mod names;
mod own;
mod paint;
mod python;
mod shape;
mod sheet;
mod tables;

pub use import::{Advice, IconError, from_bytes, from_png, from_svg};
pub use paint::{CONTRAST, DARK_CARD, LIGHT_CARD, Paint, contrast};
pub use python::{Match, python, python_names};
pub use shape::{Cap, Command, FillRule, Join, Path, Shape, Stroke};
pub use sheet::{LoadReport, load_report, sheet};

use crate::scene::Rect;
use names::Found;
use std::collections::BTreeMap;
use std::sync::Arc;

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
    /// A PNG file that holds the pixels and nothing else.
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

    /// Whether there is an icon of this name, which is told sooner than what it looks like.
    pub fn has(&self, name: &str) -> bool {
        self.own.contains_key(name) || found(name).is_some()
    }

    /// The icons of the user, in the order of their names.
    pub fn own(&self) -> impl Iterator<Item = &Icon> {
        self.own.values()
    }
}

/// The icon of this name. Upper and lower case are the same, and a short name may hold `-`, `_`,
/// `.` and spaces where its collection has none: `GitHub Actions` is `githubactions`.
pub fn find(name: &str) -> Option<Icon> {
    found(name).and_then(|it| it.icon())
}

fn found(name: &str) -> Option<Found> {
    let name = name.trim().to_lowercase();
    Found::named(&name).or_else(|| Found::named(&python(&name)?.icon))
}

/// The name that is most like one that means nothing, for who wrote it to be asked whether that was
/// meant. Nothing where none is near.
pub fn similar(name: &str) -> Option<&'static str> {
    names::similar(&name.trim().to_lowercase())
}

/// Every icon that comes with the program: ours, then the brands, then Lucide's signs.
pub fn all() -> Vec<Listed> {
    let mut all: Vec<_> = Found::all().map(|it| it.listed()).collect();
    all.sort_by(|one, other| (one.source, &one.name).cmp(&(other.source, &other.name)));
    all
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
