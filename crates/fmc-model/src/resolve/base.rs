//! Flows that nobody has to ask for: names, time and updates of every host, and what the holders of
//! a virtual address say to each other and pass on.

use super::flows::{Because, offered, well_known};
use super::link::Linker;
use crate::cloud::{Asker, End, Host, HostSet, NetworkKind};
use crate::{Ports, Protocol, text};

impl Linker<'_, '_> {
    /// What every host of ours needs without being asked: names, time, updates.
    pub(crate) fn base(&mut self) {
        let names = &self.directory.names;
        let ours = HostSet::of(names, self.hosts.iter().filter(|it| !it.managed).map(|it| it.id));
        let place_of = |hosts: &HostSet| {
            let first = hosts.iter().next();
            first.map(|it| self.hosts[it.0 as usize].origin.place).unwrap_or_default()
        };
        let early = self.early();
        for (service, why, outside_why) in [
            (
                "dns",
                text!("every host resolves names", "cada host resuelve nombres"),
                text!(
                    "what must be up before the resolver asks public ones",
                    "lo que debe estar en pie antes que el servidor de nombres pregunta a los públicos"
                ),
            ),
            (
                "time",
                text!("every clock must be right", "cada reloj debe estar en hora"),
                text!(
                    "what must be up before the clock asks public ones",
                    "lo que debe estar en pie antes que el reloj pregunta a los públicos"
                ),
            ),
        ] {
            let providers = offered(&self.declared.offers, service, None);
            let serving: HostSet =
                providers.iter().fold(HostSet::empty(names), |all, it| all.union(&it.1));
            let clients = if serving.is_empty() {
                HostSet::empty(names)
            } else {
                ours.minus(&serving).minus(&early)
            };
            for (offer, hosts) in &providers {
                let place = place_of(&clients);
                let because =
                    Because { asker: Asker::Host, place, why: &why, slo: None, vital: false };
                let (from, to) = (End::Hosts(clients.clone()), End::Hosts(hosts.clone()));
                self.flows.add(from, to, service, offer.ports.clone(), because, self.context);
            }
            let alone = ours.minus(&clients).minus(&serving);
            let place = place_of(&alone);
            let why = if serving.is_empty() { &why } else { &outside_why };
            let because = Because { asker: Asker::Host, place, why, slo: None, vital: false };
            let ports = well_known(service).unwrap_or_default();
            self.flows.add(
                End::Hosts(alone),
                End::Internet(Vec::new()),
                service,
                ports,
                because,
                self.context,
            );
        }
        let why = text!("packages, images and updates", "paquetes, imágenes y actualizaciones");
        let place = place_of(&ours);
        let because = Because { asker: Asker::Host, place, why: &why, slo: None, vital: false };
        let ports = vec![Ports::tcp(80), Ports::tcp(443)];
        self.flows.add(
            End::Hosts(ours),
            End::Internet(Vec::new()),
            "updates",
            ports,
            because,
            self.context,
        );
    }

    /// Hosts that must be up before the resolver and the clock of the cloud are: the machines that
    /// these run on, and hosts on the Internet, which may lose the tunnel and must still find it.
    pub(crate) fn early(&self) -> HostSet {
        let names = &self.directory.names;
        let serving = ["dns", "time"]
            .iter()
            .flat_map(|it| offered(&self.declared.offers, it, None))
            .fold(HostSet::empty(names), |all, it| all.union(&it.1));
        let machines = serving.iter().filter_map(|it| {
            let machine = self.hosts[it.0 as usize].runs_on.as_ref()?;
            self.directory.hosts.get(machine).copied()
        });
        let public = |it: &&Host| {
            it.nics.iter().any(|nic| {
                self.networks.get(&nic.network).is_some_and(|it| it.kind == NetworkKind::Public)
            })
        };
        let on_public = self.hosts.iter().filter(public).map(|it| it.id);
        HostSet::of(names, machines.chain(on_public)).union(&self.declared.hypervisors)
    }

    /// Groups that hold a virtual address: their adverts, and what they pass on to.
    pub(crate) fn groups(&mut self) {
        let site = self.site;
        for vip in site.vips.values() {
            let name = &vip.name;
            if let Some(first) =
                self.declared.members.iter().find(|it| it.member.vip.value == *name)
            {
                let why = text!(
                    "the holders of {name} hear each other",
                    "los que pueden tener {name} se oyen entre sí"
                );
                let because = self.because(first.role, vip.origin.place, &why);
                let end = End::Hosts(vip.hosts.clone());
                let ports = vec![Ports::whole(Protocol::Vrrp)];
                self.flows.add(end.clone(), end, "vrrp", ports, because, self.context);
            }
            let served = vip.serves.as_deref();
            let Some(servers) = served.and_then(|it| self.directory.by_role.get(it)) else {
                continue;
            };
            let balancing = |it: &crate::cloud::HostId| self.declared.balancers.contains_key(it);
            let outer = vip.hosts.minus(servers);
            let from = HostSet::of(&self.directory.names, outer.iter().filter(balancing));
            let Some((balancer, why, place)) =
                from.iter().next().and_then(|it| self.declared.balancers.get(&it))
            else {
                continue;
            };
            for offer in self.declared.offers.iter().filter(|it| it.is_at(vip)) {
                let because = self.because(balancer, *place, why);
                let (from, to) = (End::Hosts(from.clone()), End::Hosts(servers.clone()));
                self.flows.add(
                    from,
                    to,
                    &offer.service,
                    offer.ports.clone(),
                    because,
                    self.context,
                );
            }
        }
    }
}
