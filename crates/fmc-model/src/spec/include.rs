//! Joins the specs of included files into one.

use super::CloudSpec;
use crate::read::{At, Map, codes};
use crate::{Diagnostics, text};
use fmc_config::Place;
use std::hash::Hash;

/// Joins `other`, an included file, into `spec`. What both say is an error at the second.
pub(crate) fn merge(spec: &mut CloudSpec, other: CloudSpec, diagnostics: &mut Diagnostics) {
    let twice = &mut |key: &str, place: Place, first: Place| {
        diagnostics.push(
            codes::TWICE
                .at(place, text!("`{key}` is said twice", "`{key}` se dice dos veces"))
                .label(first, text!("first here", "primero aquí"))
                .hint(text!("keep one of the two", "deje uno de los dos")),
        );
    };
    one("version", &mut spec.version, other.version, |a, b| a == b, twice);
    one("name", &mut spec.name, other.name, |_, _| false, twice);
    one("title", &mut spec.title, other.title, |_, _| false, twice);
    one("note", &mut spec.note, other.note, |_, _| false, twice);
    one("domain", &mut spec.domain, other.domain, |_, _| false, twice);
    one("timezone", &mut spec.timezone, other.timezone, |_, _| false, twice);
    spec.language = spec.language.or(other.language);
    match (&spec.kubernetes, other.kubernetes) {
        (Some(first), Some(second)) => twice("kubernetes", second.place, first.place),
        (None, second) => spec.kubernetes = second,
        _ => {}
    }
    one("mirror", &mut spec.mirror, other.mirror, |a, b| a == b, twice);
    map(&mut spec.programs, other.programs, twice);
    map(&mut spec.networks, other.networks, twice);
    map(&mut spec.outside, other.outside, twice);
    map(&mut spec.vips, other.vips, twice);
    map(&mut spec.apps, other.apps, twice);
    map(&mut spec.templates, other.templates, twice);
    map(&mut spec.hosts, other.hosts, twice);
    map(&mut spec.groups, other.groups, twice);
    spec.access.extend(other.access);
    spec.suppress.extend(other.suppress);
}

fn one<T>(
    key: &str,
    own: &mut Option<At<T>>,
    other: Option<At<T>>,
    same: impl Fn(&T, &T) -> bool,
    twice: &mut impl FnMut(&str, Place, Place),
) {
    match (own.as_ref(), other) {
        (Some(first), Some(second)) if !same(first, &second) => {
            twice(key, second.place, first.place);
        }
        (None, second) => *own = second,
        _ => {}
    }
}

fn map<T, K: AsRef<str> + Eq + Hash>(
    own: &mut Map<T, K>,
    other: Map<T, K>,
    twice: &mut impl FnMut(&str, Place, Place),
) {
    for (key, value) in other {
        match own.get_key_value(&key) {
            Some((first, _)) => twice(key.value.as_ref(), key.place, first.place),
            None => {
                own.insert(key, value);
            }
        }
    }
}
