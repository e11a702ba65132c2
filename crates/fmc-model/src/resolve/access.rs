//! What people may reach: access lines, and the way of a visitor to an app.
//!
//! A visitor from the Internet meets the hosts that pass him on, stage by stage: the edge, the entry
//! at the public address, the ingress, and then whoever serves the app. Each hop is a flow. Somebody
//! from inside goes to the ingress at once.

use super::codes::{NO_PATH, NOT_OFFERED};
use super::directory::Found;
use super::flows::{Because, offered, well_known};
use super::link::Linker;
use crate::cloud::{Asker, End, HostSet, NetworkKind};
use crate::read::{At, did_you_mean};
use crate::role::{Selector, Stage};
use crate::spec::{AccessSpec, AppSpec, CloudSpec};
use crate::{Duration, Name, Ports, ServiceWord, Text, text};
use fmc_config::Place;

/// Why somebody walks to an app.
struct Errand<'a> {
    asker: Asker,
    place: Place,
    why: &'a Text,
    slo: Option<Duration>,
}

impl Errand<'_> {
    fn because(&self) -> Because<'_> {
        Because {
            asker: self.asker.clone(),
            place: self.place,
            why: self.why,
            slo: self.slo,
            vital: false,
        }
    }
}

impl Linker<'_, '_> {
    /// Every line of `access:`.
    pub(crate) fn access(&mut self, spec: &CloudSpec) {
        for line in &spec.access {
            let from: Vec<(End, &At<Selector>)> = line
                .from
                .iter()
                .filter_map(|it| {
                    let found = self.directory.find(it, self.context)?;
                    Some((self.beginning(&found, it)?, it))
                })
                .collect();
            for to in &line.to {
                let Some(found) = self.directory.find(to, self.context) else { continue };
                for (end, selector) in &from {
                    self.line(line, (end, selector), (&found, to), spec);
                }
            }
        }
    }

    fn line(
        &mut self,
        line: &AccessSpec,
        (from, from_word): (&End, &At<Selector>),
        (found, to_word): (&Found, &At<Selector>),
        spec: &CloudSpec,
    ) {
        let (who, whom) = (&from_word.value, &to_word.value);
        let why = line.note.as_ref().map_or_else(
            || text!("{who} may reach {whom}", "{who} puede llegar a {whom}"),
            |it| Text::same(&it.value),
        );
        let slo = line.slo.as_ref().map(|it| it.value);
        let what = || text!("access {who} -> {whom}", "acceso {who} -> {whom}");
        self.context.added(what, line.added.as_ref());
        if let Found::App(name) = found {
            let errand = Errand { asker: Asker::Access, place: line.place, why: &why, slo };
            let words: Vec<&At<ServiceWord>> = line.services.iter().collect();
            let Some(app) = spec.apps.get(name.as_str()) else { return };
            let services: Vec<String> = words.iter().map(|it| it.value.to_string()).collect();
            self.visit(from, name, app, &services, &errand);
            return;
        }
        for service in &line.services {
            let because = || Because {
                asker: Asker::Access,
                place: line.place,
                why: &why,
                slo,
                vital: false,
            };
            match &service.value {
                ServiceWord::Ports(ports) => {
                    let Some(to) = self.whole(found) else { continue };
                    self.flows.add(
                        from.clone(),
                        to,
                        &ports.to_string(),
                        vec![*ports],
                        because(),
                        self.context,
                    );
                }
                ServiceWord::Named(name) => {
                    let ends = self.ends_of(found, name);
                    if ends.is_empty() {
                        self.not_offered(found, to_word, service, name, from, &because());
                        continue;
                    }
                    for (to, ports) in ends {
                        self.flows.add(from.clone(), to, name, ports, because(), self.context);
                    }
                }
            }
        }
    }

    /// An end as a whole, whatever it offers.
    fn whole(&self, found: &Found) -> Option<End> {
        match found {
            Found::Hosts(hosts) | Found::Role(_, hosts) => Some(End::Hosts(hosts.clone())),
            Found::Vip(name) => Some(End::Vip(name.clone())),
            Found::Network(name) => Some(End::Network(name.clone())),
            Found::Outside(name) => Some(End::Outside(name.clone())),
            Found::App(_) => None,
        }
    }

    fn not_offered(
        &mut self,
        found: &Found,
        to: &At<Selector>,
        service: &At<ServiceWord>,
        name: &str,
        from: &End,
        because: &Because<'_>,
    ) {
        if let (Some(ports), Some(end @ (End::Hosts(_) | End::Network(_)))) =
            (well_known(name), self.whole(found))
        {
            let because = Because { asker: because.asker.clone(), ..*because };
            self.flows.add(from.clone(), end, name, ports, because, self.context);
            return;
        }
        let target = &to.value;
        if let Found::Vip(vip) = found {
            let serves = self.site.vips.get(vip).and_then(|it| it.serves.as_deref());
            // That nobody has the role that it serves was said where that was written.
            if serves.is_some_and(|it| !self.site.has(it)) {
                return;
            }
        }
        let served: Option<HostSet> = match found {
            Found::Hosts(hosts) | Found::Role(_, hosts) => Some(hosts.clone()),
            Found::Vip(vip) => self
                .site
                .vips
                .get(vip)
                .and_then(|it| self.site.by_role.get(it.serves.as_deref()?).cloned()),
            _ => None,
        };
        let mut known: Vec<&str> = self
            .declared
            .offers
            .iter()
            .filter(|it| {
                served.as_ref().is_some_and(|hosts| !it.hosts.intersection(hosts).is_empty())
            })
            .map(|it| it.service.as_str())
            .collect();
        known.dedup();
        let diagnostic = NOT_OFFERED.at(
            service.place,
            text!("`{target}` does not offer `{name}`", "`{target}` no ofrece `{name}`"),
        );
        self.context.report(did_you_mean(diagnostic, name, service.place, &known));
    }

    /// What apps open by themselves, and what they need.
    pub(crate) fn apps(&mut self, spec: &CloudSpec) {
        let usual = ["https".to_owned(), "http".to_owned()];
        for (name, app) in &spec.apps {
            let label = &name.value;
            let why = text!("{label} is open to them", "{label} está abierta para ellos");
            for who in &app.r#for {
                let Some(found) = self.directory.find(who, self.context) else { continue };
                let Some(from) = self.beginning(&found, who) else { continue };
                // An access line that says more about the same people comes first.
                let said = spec.access.iter().any(|line| {
                    line.from.iter().any(|it| it.value == who.value)
                        && line.to.iter().any(|it| it.pattern == label.as_str())
                });
                if !said {
                    let asker = Asker::App(label.to_string());
                    let errand = Errand { asker, place: who.place, why: &why, slo: None };
                    self.visit(&from, &name.value, app, &usual, &errand);
                }
            }
            self.app_needs(&name.value, app);
        }
    }

    fn app_needs(&mut self, name: &Name, app: &AppSpec) {
        let Some(own) = self.site.apps.get(name) else { return };
        for service in &app.needs {
            let why = text!(
                "{name} works with {service}",
                "{name} trabaja con {service}",
                service = service.value
            );
            let targets = self.by_address_or_host(service.as_str());
            if targets.is_empty() {
                let known: Vec<&str> =
                    self.declared.offers.iter().map(|it| it.service.as_str()).collect();
                let diagnostic = NOT_OFFERED.at(
                    service.place,
                    text!(
                        "no host offers `{service}`",
                        "ningún host ofrece `{service}`",
                        service = service.value
                    ),
                );
                self.context.report(did_you_mean(
                    diagnostic,
                    service.as_str(),
                    service.place,
                    &known,
                ));
            }
            for (to, ports) in targets {
                let because = || Because {
                    asker: Asker::App(name.to_string()),
                    place: service.place,
                    why: &why,
                    slo: None,
                    // A person wrote that it works with it.
                    vital: true,
                };
                let pods = own.hosts.intersection(&self.declared.pod_hosts);
                let bare = own.hosts.minus(&pods);
                self.flows.add(
                    End::Pods(pods),
                    to.clone(),
                    service.as_str(),
                    ports.clone(),
                    because(),
                    self.context,
                );
                self.flows.add(
                    End::Hosts(bare),
                    to,
                    service.as_str(),
                    ports,
                    because(),
                    self.context,
                );
            }
        }
    }

    /// Somebody on the Internet who comes by the way of the visitors, such as an authority that
    /// proves who owns a name.
    pub(crate) fn visits(&mut self) {
        let declared = self.declared;
        for said in &declared.visits {
            let visit = &said.what;
            let from = End::Internet(vec![visit.who.to_string()]);
            let asker = Asker::Role(said.role.to_owned());
            let errand = Errand { asker, place: said.place, why: &visit.why, slo: None };
            let services = [visit.service.to_string()];
            let way = self.way(&from);
            self.walk(&from, &way, &services, &errand);
        }
    }

    fn visit(
        &mut self,
        from: &End,
        name: &Name,
        app: &AppSpec,
        services: &[String],
        errand: &Errand<'_>,
    ) {
        let Some(own) = self.site.apps.get(name) else { return };
        let port = vec![Ports::tcp(app.port.value)];
        let way = self.way(from);
        if own.public && self.is_public(from) && !self.is_met(&way, &own.hosts) {
            self.context.report(
                NO_PATH
                    .at(
                        errand.place,
                        text!("nobody on the Internet can reach `{name}`: no host passes visitors on", "nadie en Internet puede llegar a `{name}`: ningún host pasa a los visitantes"),
                    )
                    .hint(text!(
                        "give a host in the public network the role `router` or `traefik`",
                        "dé a un host de la red pública el rol `router` o `traefik`"
                    )),
            );
        }
        let last = self.walk(from, &way, services, errand);
        let service = format!("app-{name}");
        let to = End::Hosts(own.hosts.clone());
        self.flows.add(last, to, &service, port, errand.because(), self.context);
    }

    /// Walks stage by stage; returns the end that goes on to the app.
    fn walk(
        &mut self,
        from: &End,
        way: &[(&'static str, HostSet)],
        services: &[String],
        errand: &Errand<'_>,
    ) -> End {
        let mut here = from.clone();
        for (role, hosts) in way {
            let met_at = self.met_at(role, hosts);
            for service in services {
                let ports = offered(&self.declared.offers, service, Some(hosts))
                    .first()
                    .map(|it| it.0.ports.clone())
                    .or_else(|| well_known(service))
                    .or_else(|| match crate::read::Word::parse(service) {
                        Ok(ServiceWord::Ports(ports)) => Some(vec![ports]),
                        _ => None,
                    })
                    .unwrap_or_default();
                for there in &met_at {
                    let (from, to) = (here.clone(), there.clone());
                    self.flows.add(
                        from,
                        to,
                        service,
                        ports.clone(),
                        errand.because(),
                        self.context,
                    );
                }
            }
            here = End::Hosts(hosts.clone());
        }
        here
    }

    /// The stages between somebody and an app.
    pub(crate) fn way(&self, from: &End) -> Vec<(&'static str, HostSet)> {
        let stage = |wanted: Stage| {
            self.declared
                .stages
                .iter()
                .filter(move |it| it.0 == wanted)
                .map(|it| (it.1, it.2.clone()))
        };
        let ingress: Vec<_> = stage(Stage::Ingress).collect();
        if !self.is_public(from) {
            return ingress;
        }
        let mut way: Vec<_> = stage(Stage::Edge).collect();
        // An ingress with a public address of its own needs nobody before it.
        let direct = ingress.iter().any(|it| self.on_internet(&it.1));
        if !direct {
            way.extend(stage(Stage::Entry));
        }
        way.extend(ingress);
        way
    }

    /// Whether a visitor from the Internet meets somebody there: the edge, if there is one, and then
    /// whoever takes him in. Further stages are met from inside.
    fn is_met(&self, way: &[(&'static str, HostSet)], own: &HostSet) -> bool {
        let edges = self.declared.stages.iter().filter(|it| it.0 == Stage::Edge).count();
        let takes_in = way.get(edges).map_or(own, |it| &it.1);
        let mut met = way.iter().take(edges).map(|it| &it.1).chain([takes_in]);
        met.all(|it| self.on_internet(it))
    }

    fn is_public(&self, end: &End) -> bool {
        let public =
            |name: &Name| self.networks.get(name).is_some_and(|it| it.kind == NetworkKind::Public);
        match end {
            End::Internet(_) => true,
            End::Network(name) => public(name),
            End::Outside(name) => {
                self.site.outside.get(name).is_some_and(|it| it.networks.iter().any(public))
            }
            End::Hosts(_) | End::Pods(_) | End::Vip(_) => false,
        }
    }

    fn on_internet(&self, hosts: &HostSet) -> bool {
        hosts.iter().any(|id| {
            self.hosts[id.0 as usize].nics.iter().any(|nic| {
                self.networks.get(&nic.network).is_some_and(|it| it.kind == NetworkKind::Public)
            })
        })
    }
}
