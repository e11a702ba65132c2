//! The line between needing and offering: what the roles said becomes flows.

use super::codes::{NEED_UNMET, NOBODY};
use super::context::Context;
use super::declare::{Declared, some_names};
use super::directory::{Directory, Found};
use super::flows::{Because, Flows, offered};
use crate::cloud::{Asker, End, Host, HostSet, Network, Vip};
use crate::role::{Need, Site, Source, Target};
use crate::{Name, Ports, Protocol, Text, text};
use fmc_config::Place;
use fmc_config::maps::IndexMap;

/// The parts of the cloud that flows are made from.
pub(crate) struct Linker<'a, 'c> {
    pub(crate) hosts: &'a [Host],
    pub(crate) site: &'a Site,
    pub(crate) networks: &'a IndexMap<Name, Network>,
    pub(crate) declared: &'a Declared,
    pub(crate) directory: &'a Directory,
    pub(crate) context: &'a mut Context<'c>,
    pub(crate) flows: Flows,
    /// What waits for what at the start: who (a role and its hosts) waits for whom.
    pub(crate) waits: Vec<StartWait>,
}

/// Hosts of a role that start after the providers of a service.
pub(crate) struct StartWait {
    pub(crate) role: &'static str,
    pub(crate) hosts: HostSet,
    pub(crate) on: Vec<(&'static str, HostSet)>,
    pub(crate) why: Text,
    pub(crate) place: Place,
}

impl Linker<'_, '_> {
    /// What the roles need.
    pub(crate) fn needs(&mut self) {
        let declared = self.declared;
        for said in &declared.needs {
            let need = &said.what;
            let from = match need.source {
                Source::Host => End::Hosts(said.hosts.clone()),
                Source::Pods => End::Pods(said.hosts.intersection(&declared.pod_hosts)),
            };
            let Some(targets) = self.targets(need, said.role, &said.hosts) else { continue };
            if targets.is_empty() && need.required {
                self.unmet(need, said.role, &said.hosts, said.place);
            }
            for (to, ports) in &targets {
                let because = self.because(said.role, said.place, &need.why);
                let because = Because { vital: need.vital, ..because };
                self.flows.add(
                    from.clone(),
                    to.clone(),
                    &need.service,
                    ports.clone(),
                    because,
                    self.context,
                );
            }
            if need.before_start {
                let on: Vec<_> =
                    targets.iter().flat_map(|it| self.providers(&it.0, &need.service)).collect();
                self.waits.push(StartWait {
                    role: said.role,
                    hosts: said.hosts.clone(),
                    on,
                    why: need.why.clone(),
                    place: said.place,
                });
            }
        }
        for said in &declared.after {
            let Some(others) = self.directory.by_role.get(said.what.role) else { continue };
            let on = if said.what.here { others.intersection(&said.hosts) } else { others.clone() };
            self.waits.push(StartWait {
                role: said.role,
                hosts: said.hosts.clone(),
                on: vec![(said.what.role, on)],
                why: said.what.why.clone(),
                place: said.place,
            });
        }
    }

    pub(crate) fn because<'t>(&self, role: &str, place: Place, why: &'t Text) -> Because<'t> {
        Because { asker: Asker::Role(role.to_owned()), place, why, slo: None, vital: false }
    }

    /// Who must be reached, at which ports; `None` where they were named and are not there.
    fn targets(
        &mut self,
        need: &Need,
        role: &'static str,
        hosts: &HostSet,
    ) -> Option<Vec<(End, Vec<Ports>)>> {
        let offers = &self.declared.offers;
        Some(match &need.target {
            Target::Offered => self.by_address_or_host(&need.service),
            Target::EachOffered => offered(offers, &need.service, None)
                .into_iter()
                .map(|(offer, hosts)| (End::Hosts(hosts), offer.ports.clone()))
                .collect(),
            Target::Peers => {
                let peers = self.directory.by_role.get(role).unwrap_or(hosts);
                offered(offers, &need.service, Some(peers))
                    .into_iter()
                    .map(|(offer, hosts)| (End::Hosts(hosts), offer.ports.clone()))
                    .collect()
            }
            Target::Selected(selector) => {
                let found = self.directory.find(selector, self.context)?;
                self.ends_of(&found, &need.service)
            }
            Target::Pods => {
                vec![(
                    End::Pods(self.declared.pod_hosts.clone()),
                    vec![Ports::whole(Protocol::Any)],
                )]
            }
            Target::Outside(names, ports) => {
                let names = names.iter().map(ToString::to_string).collect();
                vec![(End::Internet(names), ports.clone())]
            }
        })
    }

    /// Whoever offers a service: behind a virtual address where one serves their role.
    pub(crate) fn by_address_or_host(&self, service: &str) -> Vec<(End, Vec<Ports>)> {
        offered(&self.declared.offers, service, None)
            .into_iter()
            .flat_map(|(offer, hosts)| {
                let met = if offer.each {
                    vec![End::Hosts(hosts)]
                } else {
                    self.met_at(&offer.role, &hosts)
                };
                met.into_iter().map(|it| (it, offer.ports.clone()))
            })
            .collect()
    }

    /// Where hosts of a role are met: at the virtual addresses that somebody holds for them, else at
    /// their own.
    pub(crate) fn met_at(&self, role: &str, hosts: &HostSet) -> Vec<End> {
        let serves = |it: &&Vip| it.serves.as_deref() == Some(role) && !it.hosts.is_empty();
        let vips: Vec<End> =
            self.site.vips.values().filter(serves).map(|it| End::Vip(it.name.clone())).collect();
        if vips.is_empty() { vec![End::Hosts(hosts.clone())] } else { vips }
    }

    /// The ends that a word of a person stands for, as far as they offer a service.
    pub(crate) fn ends_of(&self, found: &Found, service: &str) -> Vec<(End, Vec<Ports>)> {
        let offers = &self.declared.offers;
        let hosts = match found {
            Found::Vip(name) => {
                let vip = self.site.vips.get(name);
                return offers
                    .iter()
                    .filter(|it| it.service == service && vip.is_some_and(|vip| it.is_at(vip)))
                    .map(|it| (End::Vip(name.clone()), it.ports.clone()))
                    .collect();
            }
            Found::Role(role, hosts) => {
                return offered(offers, service, Some(hosts))
                    .into_iter()
                    .flat_map(|(offer, hosts)| {
                        let own = offer.role == *role && !offer.each;
                        let ends =
                            if own { self.met_at(role, &hosts) } else { vec![End::Hosts(hosts)] };
                        ends.into_iter().map(|it| (it, offer.ports.clone()))
                    })
                    .collect();
            }
            Found::Hosts(hosts) => hosts,
            Found::App(_) | Found::Outside(_) | Found::Network(_) => return Vec::new(),
        };
        offered(offers, service, Some(hosts))
            .into_iter()
            .map(|(offer, hosts)| (End::Hosts(hosts), offer.ports.clone()))
            .collect()
    }

    /// The roles and hosts that must be up for an end to answer.
    fn providers(&self, end: &End, service: &str) -> Vec<(&'static str, HostSet)> {
        let role_of = |name: &str| self.directory.by_role.get_key_value(name).map(|it| *it.0);
        let serving = |hosts: &HostSet| -> Vec<(&'static str, HostSet)> {
            offered(&self.declared.offers, service, Some(hosts))
                .into_iter()
                .filter_map(|(offer, hosts)| Some((role_of(&offer.role)?, hosts)))
                .collect()
        };
        match end {
            End::Hosts(hosts) => serving(hosts),
            End::Vip(name) => {
                let Some(vip) = self.site.vips.get(name) else { return Vec::new() };
                let mut all = Vec::new();
                if let Some((role, hosts)) =
                    vip.serves.as_deref().and_then(|it| self.directory.by_role.get_key_value(it))
                {
                    all.push((*role, hosts.clone()));
                }
                all.extend(self.holders(vip));
                all
            }
            End::Pods(_) | End::Outside(_) | End::Network(_) | End::Internet(_) => Vec::new(),
        }
    }

    /// The roles by which hosts hold a virtual address and balance behind it.
    pub(crate) fn holders(&self, vip: &Vip) -> Vec<(&'static str, HostSet)> {
        let mut all: Vec<(&'static str, HostSet)> = Vec::new();
        let mut add = |role: &'static str, id| match all.iter_mut().find(|it| it.0 == role) {
            Some(it) => it.1.insert(id),
            None => all.push((role, HostSet::of(&self.directory.names, [id]))),
        };
        for membership in self.declared.members.iter().filter(|it| it.member.vip.value == vip.name)
        {
            add(membership.role, membership.host);
        }
        for id in vip.hosts.iter() {
            if let Some((role, _, _)) = self.declared.balancers.get(&id) {
                add(role, id);
            }
        }
        all
    }

    fn unmet(&mut self, need: &Need, role: &str, hosts: &HostSet, place: Place) {
        let service = &need.service;
        let names = some_names(self.hosts, hosts);
        let giver = need.offered_by;
        let place = need.written.map_or(place, |it| it.place);
        let Target::Selected(of) = &need.target else {
            self.context.report(
                NEED_UNMET
                    .at(
                        place,
                        text!(
                            "`{role}` on {names} needs `{service}`, which no host offers",
                            "`{role}` en {names} necesita `{service}`, que ningún host ofrece"
                        ),
                    )
                    .hint(text!("give a host the role `{giver}`", "dé a un host el rol `{giver}`")),
            );
            return;
        };
        let whom = &of.value.pattern;
        self.context.report(
            NEED_UNMET
                .at(
                    of.place,
                    text!(
                        "`{role}` on {names} needs `{service}`, which {whom} does not offer",
                        "`{role}` en {names} necesita `{service}`, que {whom} no ofrece"
                    ),
                )
                .hint(text!(
                    "give {whom} the role `{giver}`, or name somebody who has it",
                    "dé a {whom} el rol `{giver}`, o nombre a quien lo tenga"
                )),
        );
    }

    /// Others whom an offering host lets in by its own word.
    pub(crate) fn admissions(&mut self) {
        let declared = self.declared;
        for said in &declared.admissions {
            let admission = &said.what;
            let found = if admission.written {
                self.directory.find(&admission.from, self.context)
            } else {
                self.directory.look_up(&admission.from).ok()
            };
            let Some(found) = found else { continue };
            let Some(from) = self.beginning(&found, &admission.from) else { continue };
            for (offer, hosts) in offered(&declared.offers, &admission.service, Some(&said.hosts)) {
                let to = End::Hosts(hosts);
                if let (true, End::Hosts(clients)) = (admission.pods, &from) {
                    let pods = End::Pods(clients.intersection(&declared.pod_hosts));
                    let because = self.because(said.role, said.place, &admission.why);
                    self.flows.add(
                        pods,
                        to.clone(),
                        &admission.service,
                        offer.ports.clone(),
                        because,
                        self.context,
                    );
                }
                let because = self.because(said.role, said.place, &admission.why);
                self.flows.add(
                    from.clone(),
                    to,
                    &admission.service,
                    offer.ports.clone(),
                    because,
                    self.context,
                );
            }
        }
    }

    /// The end at which a flow begins; what is only ever an address cannot begin one.
    pub(crate) fn beginning(
        &mut self,
        found: &Found,
        selector: &crate::read::At<crate::role::Selector>,
    ) -> Option<End> {
        match found {
            Found::Hosts(hosts) | Found::Role(_, hosts) => Some(End::Hosts(hosts.clone())),
            Found::Outside(name) => Some(End::Outside(name.clone())),
            Found::Network(name) => Some(End::Network(name.clone())),
            Found::Vip(_) | Found::App(_) => {
                let word = &selector.value;
                let diagnostic = NOBODY.at(
                    selector.place,
                    text!(
                        "`{word}` is an address, and nobody comes from it",
                        "`{word}` es una dirección, y nadie viene de ella"
                    ),
                );
                let meant = self.directory.hosts_called(word);
                self.context.report(match &meant {
                    Some((written, _)) => diagnostic.mend(
                        text!("name the hosts: `{written}`", "nombre los hosts: `{written}`"),
                        selector.place,
                        written,
                    ),
                    None => diagnostic.hint(text!(
                        "name the hosts: `role:…` or `group:…`",
                        "nombre los hosts: `role:…` o `group:…`"
                    )),
                });
                meant.map(|it| End::Hosts(it.1))
            }
        }
    }
}
