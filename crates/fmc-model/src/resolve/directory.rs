//! Who is called what: hosts, groups, roles, people, networks, virtual addresses, apps.

use super::codes::{AMBIGUOUS_SIDE, NOBODY, UNKNOWN_NAME};
use super::context::Context;
use crate::cloud::{Cloud, Host, HostId, HostNames, HostSet};
use crate::notation;
use crate::read::{At, closest, did_you_mean};
use crate::role::{Selector, SelectorKind};
use crate::{Name, text};
use fmc_config::Place;
use fmc_config::maps::{IndexMap, IndexSet};
use std::sync::Arc;

/// Everything that a selector may name.
pub(crate) struct Directory {
    pub(crate) names: Arc<HostNames>,
    pub(crate) hosts: IndexMap<Name, HostId>,
    pub(crate) by_role: IndexMap<&'static str, HostSet>,
    pub(crate) groups: IndexMap<Name, HostSet>,
    pub(crate) outside: IndexSet<Name>,
    pub(crate) networks: IndexSet<Name>,
    pub(crate) vips: IndexSet<Name>,
    pub(crate) apps: IndexSet<Name>,
    /// Roles that exist, whether a host has them or not.
    pub(crate) roles: Vec<&'static str>,
}

/// What a selector was found to mean.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// Hosts, by their names or as a group.
    Hosts(HostSet),
    /// Hosts that were named by what they do, and so may be met at a virtual address.
    Role(&'static str, HostSet),
    /// Whoever holds a virtual address.
    Vip(Name),
    /// What is published under this name.
    App(Name),
    /// People outside.
    Outside(Name),
    /// Everybody in a network.
    Network(Name),
}

impl Cloud {
    /// What a selector means, in the order in which the file itself is read; `None` where it means
    /// nothing.
    pub fn find(&self, selector: &Selector) -> Option<Found> {
        let names = self.names.clone();
        let directory = Directory {
            hosts: index(self.hosts.values()),
            by_role: by_role(self.hosts.values(), &names),
            groups: self.groups.iter().map(|it| (it.0.clone(), it.1.hosts.clone())).collect(),
            outside: self.outside.keys().cloned().collect(),
            networks: self.networks.keys().cloned().collect(),
            vips: self.vips.keys().cloned().collect(),
            apps: self.apps.keys().cloned().collect(),
            roles: Vec::new(),
            names,
        };
        directory.look_up(selector).ok()
    }
}

impl Directory {
    /// What a selector means. Where it means nothing there is a finding, and what was probably meant
    /// stands in for it, so that one slip casts no shadows.
    pub(crate) fn find(&self, selector: &At<Selector>, context: &mut Context<'_>) -> Option<Found> {
        match self.look_up(selector) {
            Ok(found) => Some(found),
            Err(Missing::Nobody) => self.nobody(selector, context),
            Err(Missing::Unknown) => self.unknown(selector, context),
            Err(Missing::Absent(name, there)) => Some(self.absent(selector, &name, there, context)),
        }
    }

    /// The hosts that a selector means; anything but hosts is a finding.
    pub(crate) fn find_hosts(
        &self,
        selector: &At<Selector>,
        context: &mut Context<'_>,
    ) -> Option<HostSet> {
        match self.find(selector, context)? {
            Found::Hosts(hosts) | Found::Role(_, hosts) => Some(hosts),
            Found::Vip(_) | Found::App(_) | Found::Outside(_) | Found::Network(_) => {
                let word = &selector.value;
                let diagnostic = AMBIGUOUS_SIDE
                    .at(selector.place, text!("`{word}` is not a host", "`{word}` no es un host"));
                let meant = self.hosts_called(word);
                context.report(match &meant {
                    Some((written, _)) => diagnostic.mend(
                        text!("write `{written}`", "escriba `{written}`"),
                        selector.place,
                        written,
                    ),
                    None => diagnostic.hint(text!(
                        "name hosts, a group or a role here",
                        "nombre aquí hosts, un grupo o un rol"
                    )),
                });
                meant.map(|it| it.1)
            }
        }
    }

    /// The group or the role that has the name of something else, as it is to be written, and its
    /// hosts.
    pub(crate) fn hosts_called(&self, selector: &Selector) -> Option<(String, HostSet)> {
        let name = selector.pattern.as_str();
        let group = self.groups.get(name).map(|it| (format!("group:{name}"), it.clone()));
        group.or_else(|| self.by_role.get(name).map(|it| (format!("role:{name}"), it.clone())))
    }

    /// The hosts of all selectors together.
    pub(crate) fn find_all_hosts(
        &self,
        selectors: &[At<Selector>],
        context: &mut Context<'_>,
    ) -> HostSet {
        selectors
            .iter()
            .filter_map(|it| self.find_hosts(it, context))
            .fold(HostSet::empty(&self.names), |all, it| all.union(&it))
    }

    /// What a selector means, without a word where it means nothing.
    pub(crate) fn look_up(&self, selector: &Selector) -> Result<Found, Missing> {
        if selector.is_pattern() {
            return match selector.kind {
                None | Some(SelectorKind::Host) => self.pattern(selector),
                Some(_) => Err(Missing::Unknown),
            };
        }
        let name = selector.pattern.as_str();
        let wants = |kind: SelectorKind| selector.kind.is_none_or(|it| it == kind);
        let own = || Name::new(name);
        if wants(SelectorKind::Host)
            && let Some(id) = self.hosts.get(name)
        {
            return Ok(Found::Hosts(HostSet::of(&self.names, [*id])));
        }
        if wants(SelectorKind::Vip) && self.vips.contains(name) {
            return Ok(Found::Vip(own()));
        }
        if wants(SelectorKind::App) && self.apps.contains(name) {
            return Ok(Found::App(own()));
        }
        if wants(SelectorKind::Outside) && self.outside.contains(name) {
            return Ok(Found::Outside(own()));
        }
        if wants(SelectorKind::Group)
            && let Some(hosts) = self.groups.get(name)
        {
            return Ok(Found::Hosts(hosts.clone()));
        }
        if wants(SelectorKind::Role) {
            if let Some((role, hosts)) = self.by_role.get_key_value(name) {
                return Ok(Found::Role(role, hosts.clone()));
            }
            if self.roles.contains(&name) && !self.networks.contains(name) {
                return Err(Missing::Nobody);
            }
        }
        if wants(SelectorKind::Network) && self.networks.contains(name) {
            return Ok(Found::Network(own()));
        }
        Err(Missing::Unknown)
    }

    fn pattern(&self, selector: &Selector) -> Result<Found, Missing> {
        let expanded = notation::expand(&selector.pattern).map_err(|_| Missing::Unknown)?;
        let mut ids = Vec::new();
        let mut absent = None;
        for (pattern, _) in expanded {
            if pattern.contains(['*', '?']) {
                ids.extend(
                    self.hosts
                        .iter()
                        .filter(|it| notation::glob(&pattern, it.0.as_str()))
                        .map(|it| *it.1),
                );
            } else {
                match self.hosts.get(pattern.as_str()) {
                    Some(id) => ids.push(*id),
                    None => absent = absent.or(Some(pattern)),
                }
            }
        }
        let there = HostSet::of(&self.names, ids);
        match absent {
            Some(name) => Err(Missing::Absent(name, there)),
            None if there.is_empty() => Err(Missing::Nobody),
            None => Ok(Found::Hosts(there)),
        }
    }

    /// A pattern or a role that fits no host.
    fn nobody(&self, selector: &At<Selector>, context: &mut Context<'_>) -> Option<Found> {
        let word = &selector.value;
        let diagnostic = NOBODY.at(
            selector.place,
            text!("`{word}` fits no host", "`{word}` no corresponde a ningún host"),
        );
        let stem =
            |it: &Name| it.as_str().trim_end_matches(|it: char| it.is_ascii_digit()).to_owned();
        let stems: IndexSet<String> =
            self.hosts.keys().map(|it| format!("{}*", stem(it))).collect();
        let near = closest(&word.pattern, stems.iter().map(String::as_str))
            .filter(|_| word.pattern.ends_with('*'));
        let Some(near) = near else {
            context.report(
                diagnostic.hint(text!("name hosts that are there", "nombre hosts que existan")),
            );
            return None;
        };
        context.report(diagnostic.mend(
            text!("did you mean `{near}`?", "¿quiso decir `{near}`?"),
            pattern_place(selector),
            near,
        ));
        self.look_up(&Selector { kind: word.kind, pattern: near.to_owned() }).ok()
    }

    /// A range in which one host is not there.
    fn absent(
        &self,
        selector: &At<Selector>,
        name: &str,
        there: HostSet,
        context: &mut Context<'_>,
    ) -> Found {
        let diagnostic = UNKNOWN_NAME.at(
            selector.place,
            text!("nothing here is called `{name}`", "nada se llama aquí `{name}`"),
        );
        let folded = there.folded();
        context.report(match folded.as_slice() {
            [all] => diagnostic.mend(
                text!("there are: {all}", "hay: {all}"),
                pattern_place(selector),
                all,
            ),
            [] => diagnostic.hint(text!("name hosts that are there", "nombre hosts que existan")),
            some => {
                let list = some.join(", ");
                diagnostic.hint(text!("there are: {list}", "hay: {list}"))
            }
        });
        Found::Hosts(there)
    }

    /// A name that nothing has.
    fn unknown(&self, selector: &At<Selector>, context: &mut Context<'_>) -> Option<Found> {
        let Selector { kind, pattern } = &selector.value;
        let diagnostic = UNKNOWN_NAME.at(
            selector.place,
            text!("nothing here is called `{pattern}`", "nada se llama aquí `{pattern}`"),
        );
        let candidates = self.names_of(*kind);
        let place = if kind.is_none() { selector.place } else { pattern_place(selector) };
        context.report(did_you_mean(diagnostic, pattern, place, &candidates));
        let near = closest(pattern, candidates)?;
        self.look_up(&Selector { kind: *kind, pattern: near.to_owned() }).ok()
    }

    /// Every name of a kind.
    fn names_of(&self, kind: Option<SelectorKind>) -> Vec<&str> {
        let wants = |it: SelectorKind| kind.is_none_or(|kind| kind == it);
        let mut all: Vec<&str> = Vec::new();
        if wants(SelectorKind::Host) {
            all.extend(self.hosts.keys().map(Name::as_str));
        }
        if wants(SelectorKind::Group) {
            all.extend(self.groups.keys().map(Name::as_str));
        }
        if wants(SelectorKind::Role) {
            all.extend(self.by_role.keys());
        }
        for (kind, set) in [
            (SelectorKind::Vip, &self.vips),
            (SelectorKind::App, &self.apps),
            (SelectorKind::Outside, &self.outside),
            (SelectorKind::Network, &self.networks),
        ] {
            all.extend(set.iter().filter(|_| wants(kind)).map(Name::as_str));
        }
        all
    }
}

/// Where the name or pattern of a selector stands, without its kind and without quotes.
fn pattern_place(selector: &At<Selector>) -> Place {
    let (text, length) = (selector.value.to_string(), selector.value.pattern.len());
    // A role that knows the kind by itself gives the place of the name alone.
    if (selector.place.end - selector.place.start) as usize == length {
        return selector.place;
    }
    let kind = text.len() - length;
    At::new(text, selector.place).part(kind, length)
}

/// Why a selector means nothing.
#[derive(Debug)]
pub(crate) enum Missing {
    /// Nothing has this name.
    Unknown,
    /// No host has this name, out of a range; the others are there.
    Absent(String, HostSet),
    /// It is a pattern or a role that no host fits.
    Nobody,
}

/// Ids by name, in the order of the file.
pub(crate) fn index<'h>(hosts: impl IntoIterator<Item = &'h Host>) -> IndexMap<Name, HostId> {
    hosts.into_iter().map(|it| (it.name.clone(), it.id)).collect()
}

/// Hosts by role, in the order in which roles first appear.
pub(crate) fn by_role<'h>(
    hosts: impl IntoIterator<Item = &'h Host>,
    names: &Arc<HostNames>,
) -> IndexMap<&'static str, HostSet> {
    let mut sets: IndexMap<&'static str, HostSet> = IndexMap::default();
    for host in hosts {
        for role in &host.roles {
            sets.entry(role.name).or_insert_with(|| HostSet::empty(names)).insert(host.id);
        }
    }
    sets
}
