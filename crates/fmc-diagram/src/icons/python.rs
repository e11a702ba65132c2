//! The names of the Python library `diagrams`: its images and its classes, each with an icon of ours.
//!
//! What has a mark that may be used is drawn with it. The services of the big clouds have none; each
//! is drawn as the sign of its category, and the caller is told so.

use super::categories::category;
use super::names::{Found, alias};

/// Paths of all images of the library, in order, each with the classes that its name does not tell.
const IMAGES: &str = include_str!("../../assets/icons/diagrams.txt");

/// How well an icon fits the name it was found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// It is the thing's own mark, that of the project it belongs to, or the sign of just this thing.
    Exact,
    /// It is the sign of the category to which the thing belongs.
    Category {
        /// The category, which is also the name of the icon.
        category: &'static str,
    },
}

/// What a name of the Python library means here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PythonIcon {
    /// The name of our icon.
    pub icon: String,
    /// How well it fits.
    pub fit: Match,
}

/// The icon for an image or a class of the library: `onprem/network/traefik.png`, with or without
/// its ending and a path before it, or `diagrams.onprem.network.Traefik`. Images that a later version
/// of the library brings are judged by their folder; a name of another shape has no icon.
pub fn python(name: &str) -> Option<PythonIcon> {
    let name = name.trim().to_lowercase().replace('\\', "/");
    let path = match name.strip_prefix("diagrams.") {
        Some(class) if !name.contains('/') => image_of_class(class)?,
        _ => path_of_image(&name)?,
    };
    let (folder, stem) = path.rsplit_once('/')?;
    let provider = folder.split('/').next()?;
    if let Some(icon) = mark(provider, folder, stem, path) {
        return Some(PythonIcon { icon, fit: Match::Exact });
    }
    let category = category(folder, stem);
    Some(PythonIcon { icon: category.to_owned(), fit: Match::Category { category } })
}

/// Every image of the library, as its path without the ending, in order.
pub fn python_names() -> impl Iterator<Item = &'static str> {
    IMAGES.lines().map(|it| it.split_once(' ').map_or(it, |it| it.0))
}

/// The part of a path that names an image of the library.
fn path_of_image(name: &str) -> Option<&str> {
    let name = name.strip_suffix(".png").unwrap_or(name);
    let name = name.rsplit_once("resources/").map_or(name, |it| it.1);
    // Three steps of it, as in `onprem/network/traefik`, or two for the provider's own mark.
    let starts: Vec<usize> = name.rmatch_indices('/').map(|it| it.0 + 1).chain([0]).collect();
    [2, 1].into_iter().filter_map(|it| name.get(*starts.get(it)?..)).find(|path| {
        let provider = path.split('/').next().unwrap_or_default();
        !provider.is_empty() && !lines_in(provider).is_empty()
    })
}

/// The image of a class, named without `diagrams.`: `onprem.network.traefik`.
fn image_of_class(class: &str) -> Option<&'static str> {
    let (module, class) = class.rsplit_once('.')?;
    let folder = module.replace('.', "/");
    lines_in(&folder).lines().find_map(|line| {
        let mut words = line.split(' ');
        let path = words.next()?;
        let stem = path.strip_prefix(folder.as_str())?.strip_prefix('/')?;
        let plain = stem.bytes().filter(u8::is_ascii_alphanumeric).eq(class.bytes());
        (plain || words.any(|it| it.eq_ignore_ascii_case(class))).then_some(path)
    })
}

/// The lines of the images from the first one in this folder on; nothing where there is none.
fn lines_in(folder: &str) -> &'static str {
    let inside =
        |at: usize| IMAGES[at..].strip_prefix(folder).is_some_and(|it| it.starts_with('/'));
    // The list is in order, so its half is halved again and again. A place in it is a start of a line.
    let (mut low, mut high) = (0, IMAGES.len());
    while low < high {
        let middle = usize::midpoint(low, high);
        let start = IMAGES[..middle].rfind('\n').map_or(0, |it| it + 1).max(low);
        let line = IMAGES[start..].lines().next().unwrap_or_default();
        // The slash after a folder decides between it and a longer name.
        if *line < *format!("{folder}/") {
            low = start + line.len() + 1;
        } else {
            high = start;
        }
    }
    if low < IMAGES.len() && inside(low) { &IMAGES[low..] } else { "" }
}

/// Providers whose images are named for products that have marks of their own. In the others, an
/// image's name is that of a service, and a brand of the same name is another thing.
const OF_BRANDS: &[&str] =
    &["elastic", "firebase", "generic", "gis", "k8s", "onprem", "programming", "saas"];

fn mark(provider: &str, folder: &str, stem: &str, path: &str) -> Option<String> {
    if let Some(alias) = alias(path) {
        return Some(alias.to_owned());
    }
    let name = |it: Found| it.listed().name;
    if stem == provider {
        return Found::brand(stem).map(name);
    }
    if !OF_BRANDS.contains(&provider) {
        return None;
    }
    // Signs of a flow chart are named like brands, but are none.
    if folder == "programming/flowchart" {
        return Found::own(stem).map(name);
    }
    Found::named(stem).map(name).filter(|it| !it.starts_with("lucide:"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn check(name: &str, expected: &str) {
        let found = python(name);
        assert_eq!(found.as_ref().map(|it| it.icon.as_str()), Some(expected), "{name}");
    }

    #[test]
    fn every_image_of_the_library_has_an_icon() {
        let (mut exact, mut categories, mut missing) = (0, BTreeMap::new(), Vec::new());
        for name in python_names() {
            let Some(found) = python(name).filter(|it| Found::named(&it.icon).is_some()) else {
                missing.push(name);
                continue;
            };
            match found.fit {
                Match::Exact => exact += 1,
                Match::Category { category } => *categories.entry(category).or_insert(0) += 1,
            }
        }
        let by_category: usize = categories.values().sum();
        let told = format!("{exact} exact, by category {categories:?}, missing {missing:?}");
        assert_eq!((exact + by_category, missing.len()), (2457, 0), "{told}");
        assert!(exact >= 250, "{told}");
        // The sign that says nothing is for those that say nothing themselves.
        assert!(categories["general"] <= 60, "{told}");
    }

    #[test]
    fn the_list_is_in_order() {
        let names: Vec<_> = python_names().collect();
        assert!(names.is_sorted() && IMAGES.is_ascii());
    }

    #[test]
    fn images_are_found_however_they_are_written() {
        for name in [
            "onprem/network/traefik",
            "onprem/network/traefik.png",
            "resources/onprem/network/traefik.png",
            "/usr/lib/python3/site-packages/resources/onprem/network/traefik.png",
            "C:\\Python\\Lib\\site-packages\\resources\\onprem\\network\\traefik.png",
            "diagrams.onprem.network.Traefik",
        ] {
            check(name, "si:traefikproxy");
        }
        check("aws/aws.png", "cloud");
        check("k8s/k8s.png", "si:kubernetes");
    }

    #[test]
    fn classes_are_found_by_any_of_their_names() {
        check("diagrams.onprem.client.Users", "users");
        check("diagrams.k8s.compute.Pod", "pod");
        check("diagrams.onprem.network.HAProxy", "si:haproxy");
        check("diagrams.onprem.proxmox.ProxmoxVE", "si:proxmox");
        check("diagrams.aws.database.RDS", "database");
        check("diagrams.generic.network.Firewall", "firewall");
        check("diagrams.alibabacloud.compute.ECS", "server");
    }

    #[test]
    fn a_service_is_not_taken_for_a_brand_of_its_name() {
        // Swift and Keystone of OpenStack are neither the language nor the content manager.
        check("openstack/storage/swift", "storage");
        assert_eq!(
            python("aws/compute/lambda.png").map(|it| it.fit),
            Some(Match::Category { category: "function" })
        );
    }

    #[test]
    fn what_is_no_name_of_the_library_has_no_icon() {
        for name in [
            "",
            "/",
            "//",
            "traefik",
            "diagrams.",
            "diagrams.a.b.C",
            "a/b/c.png",
            "ä/ö",
            "../../etc/passwd",
        ] {
            assert_eq!(python(name), None, "{name}");
        }
    }

    #[test]
    fn an_image_of_a_later_version_is_judged_by_its_folder() {
        check("onprem/database/brand-new.png", "database");
        check("onprem/network/wireguard.png", "si:wireguard");
    }
}
