//! Who is called what: hosts, groups, roles, people, networks, virtual addresses, apps.

use super::codes::{AMBIGUOUS_SIDE, NOBODY, UNKNOWN_NAME};
use super::context::Context;
use crate::cloud::{HostId, HostNames, HostSet};
use crate::notation;
use crate::read::{At, did_you_mean};
use crate::role::{Selector, SelectorKind};
use crate::{Name, text};
use indexmap::{IndexMap, IndexSet};
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
pub(crate) enum Found {
    Hosts(HostSet),
    /// Hosts that were named by what they do, and so may be met at a virtual address.
    Role(&'static str, HostSet),
    Vip(Name),
    App(Name),
    Outside(Name),
    Network(Name),
}

impl Directory {
    /// What a selector means; `None` (and a finding) where it means nothing.
    pub(crate) fn find(&self, selector: &At<Selector>, context: &mut Context<'_>) -> Option<Found> {
        match self.look_up(selector) {
            Ok(found) => Some(found),
            Err(why) => {
                self.complain(selector, &why, context);
                None
            }
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
                context.report(
                    AMBIGUOUS_SIDE
                        .at(
                            selector.place,
                            text!(
                                "`{selector}` is not a host",
                                "`{selector}` no es un host",
                                selector = selector.value
                            ),
                        )
                        .hint(text!(
                            "name hosts, a group or a role here",
                            "nombre aquí hosts, un grupo o un rol"
                        )),
                );
                None
            }
        }
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
        if wants(SelectorKind::Host) {
            if let Some(id) = self.hosts.get(name) {
                return Ok(Found::Hosts(HostSet::of(&self.names, [*id])));
            }
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
        if wants(SelectorKind::Group) {
            if let Some(hosts) = self.groups.get(name) {
                return Ok(Found::Hosts(hosts.clone()));
            }
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
        let expanded = notation::expand(&selector.pattern).map_err(Missing::Notation)?;
        let mut ids = Vec::new();
        for (pattern, _) in expanded {
            if pattern.contains(['*', '?']) {
                ids.extend(
                    self.hosts
                        .iter()
                        .filter(|it| notation::glob(&pattern, it.0.as_str()))
                        .map(|it| *it.1),
                );
            } else {
                ids.push(*self.hosts.get(pattern.as_str()).ok_or(Missing::Name(pattern))?);
            }
        }
        if ids.is_empty() {
            Err(Missing::Nobody)
        } else {
            Ok(Found::Hosts(HostSet::of(&self.names, ids)))
        }
    }

    fn complain(&self, selector: &At<Selector>, why: &Missing, context: &mut Context<'_>) {
        let word = selector.value.to_string();
        let place = selector.place;
        match why {
            Missing::Notation(why) => {
                context.report(UNKNOWN_NAME.at(place, why.clone()).hint(text!(
                    "write a range such as `worker[1-3]`",
                    "escriba un rango como `worker[1-3]`"
                )));
            }
            Missing::Nobody => context.report(
                NOBODY
                    .at(
                        place,
                        text!("`{word}` fits no host", "`{word}` no corresponde a ningún host"),
                    )
                    .hint(text!("name hosts that are there", "nombre hosts que existan")),
            ),
            Missing::Unknown | Missing::Name(_) => {
                let missing = match why {
                    Missing::Name(name) => name.clone(),
                    _ => selector.pattern.clone(),
                };
                let diagnostic = UNKNOWN_NAME.at(
                    place,
                    text!("nothing here is called `{missing}`", "nada se llama aquí `{missing}`"),
                );
                let candidates = self.all_names();
                // An edit replaces the whole word, so it is only offered where that is the name.
                let part = if selector.kind.is_none() && !selector.is_pattern() {
                    place
                } else {
                    fmc_config::Place {
                        start: place.end - (missing.len() as u32).min(place.end),
                        ..place
                    }
                };
                context.report(did_you_mean(diagnostic, &missing, part, &candidates));
            }
        }
    }

    fn all_names(&self) -> Vec<&str> {
        let sets = [&self.vips, &self.apps, &self.outside, &self.networks];
        let mut all: Vec<&str> = self.hosts.keys().map(Name::as_str).collect();
        all.extend(self.groups.keys().map(Name::as_str));
        all.extend(self.by_role.keys());
        all.extend(sets.iter().flat_map(|it| it.iter().map(Name::as_str)));
        all
    }
}

/// Why a selector means nothing.
#[derive(Debug)]
pub(crate) enum Missing {
    /// Nothing has this name.
    Unknown,
    /// No host has this name, out of a range.
    Name(String),
    /// It is a pattern or a role that no host fits.
    Nobody,
    /// It is not a pattern.
    Notation(crate::Text),
}

/// Ids by name, in the order of the file.
pub(crate) fn index(hosts: &[crate::cloud::Host]) -> IndexMap<Name, HostId> {
    hosts.iter().map(|it| (it.name.clone(), it.id)).collect()
}

/// Hosts by role, in the order in which roles first appear.
pub(crate) fn by_role(
    hosts: &[crate::cloud::Host],
    names: &Arc<HostNames>,
) -> IndexMap<&'static str, HostSet> {
    let mut sets: IndexMap<&'static str, HostSet> = IndexMap::new();
    for host in hosts {
        for role in &host.roles {
            sets.entry(role.name).or_insert_with(|| HostSet::empty(names)).insert(host.id);
        }
    }
    sets
}
