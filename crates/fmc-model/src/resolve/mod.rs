//! From what was written to what it means: two fixed passes over the roles and no fixpoint.
//!
//! Names, addresses and who has which role come first; then every role declares; then flows, routes,
//! names, certificates and the order of starting are linked from what they said. Every pass returns a
//! value and reports what is wrong; none of them stops.

mod access;
mod addresses;
mod apps;
mod base;
mod basics;
mod bridges;
pub mod codes;
mod context;
mod declare;
mod directory;
mod expand;
mod finish;
mod flows;
mod link;
mod names;
mod networks;
mod order;
mod outside;
mod placement;
mod pods;
mod programs;
mod routes;
mod shared;
mod suppress;
mod vips;
mod volumes;

use crate::cloud::{Cloud, HostNames, Programs};
use crate::configure::Deferred;
use crate::load::Loaded;
use crate::role::{Kind, Site};
use crate::spec::{CloudSpec, LabelLanguage};
use crate::{Date, Diagnostics, TimeZone};
pub use directory::Found;

use addresses::Taken;
use context::Context;
use directory::Directory;
use link::Linker;
use names::Named;
use order::Starting;

/// Makes the cloud out of what was read, with everything that is wrong with it, sorted by place.
///
/// The cloud is there whenever a file could be read at all, so that a picture can be drawn of it; it
/// may be acted upon only if no diagnostic is an error. `today` decides which suppressions hold.
pub fn resolve(loaded: &Loaded, roles: &[Kind], today: Date) -> (Option<Cloud>, Diagnostics) {
    let mut context = Context::new(&loaded.sources, loaded.diagnostics.clone());
    let Some(spec) = &loaded.spec else {
        return (None, context.diagnostics.sorted());
    };
    let mut cloud = make(spec, roles, &mut context);
    cloud.suppressions = suppress::suppressions(spec, &mut context);
    cloud.overrides = std::mem::take(&mut context.overrides);
    cloud.additions = std::mem::take(&mut context.additions);
    let diagnostics = suppress::apply(&cloud.suppressions, context.diagnostics, today);
    (Some(cloud), diagnostics.sorted())
}

fn make(spec: &CloudSpec, roles: &[Kind], context: &mut Context<'_>) -> Cloud {
    basics::head(spec, context);
    let domain = basics::domain(spec);
    let kubernetes = basics::kubernetes(spec, context);
    let programs = programs::programs(spec, context);
    let mut networks = networks::networks(spec, context);
    let mut taken = Taken::default();
    vips::take(spec, &networks, &mut taken);
    let mut expanded = expand::expand(spec, &domain, &networks, &mut taken, context);
    let outside = outside::outside(spec, &networks, &mut taken, context);
    shared::interfaces(&expanded, context);
    let names = HostNames::new(expanded.hosts.iter().map(|it| it.name.clone()).collect());
    let vips = vips::vips(spec, &networks, &names, context);
    let mut directory = Directory {
        hosts: directory::index(&expanded.hosts),
        by_role: directory::by_role(&expanded.hosts, &names),
        groups: fmc_config::maps::IndexMap::default(),
        outside: outside.keys().cloned().collect(),
        networks: networks.keys().cloned().collect(),
        vips: vips.keys().cloned().collect(),
        apps: spec.apps.keys().map(|it| it.value.clone()).collect(),
        roles: roles.iter().map(|it| it.about.name).collect(),
        names: names.clone(),
    };
    let groups = apps::groups(spec, &mut directory, context);
    let apps = apps::apps(spec, &domain, &directory, &networks, &outside, context);
    let mut site = Site {
        domain: domain.clone(),
        kubernetes: kubernetes.clone(),
        networks: networks.clone(),
        vips,
        apps,
        outside,
        by_role: directory.by_role.clone(),
    };

    let declared = declare::declare(&mut expanded, &names, &site, context);

    for (network, end) in &declared.tunnels {
        if let Some(network) = networks.get_mut(network) {
            network.ends.push(end.clone());
        }
    }
    placement::place(&mut expanded, &directory.hosts, &declared.hypervisors, &networks, context);
    let vip_addresses: Vec<_> = site.vips.values().flat_map(|it| it.addresses.clone()).collect();
    placement::gateways(&mut expanded, &declared, &mut networks, &vip_addresses, context);
    bridges::bridges(&mut expanded, &networks);
    taken.settle(&networks, context);
    shared::ports(&declared, &expanded.hosts, context);
    finish::taken_gateways(&networks, &taken, &vip_addresses, &expanded.hosts, context);
    vips::members(spec, &mut site, &declared, &expanded.hosts, &names, context);
    pods::pods(spec, &mut expanded, &declared, &kubernetes, &networks, context);
    pods::apps(spec, &site.apps, &declared, context);
    let has_pods = !declared.pod_hosts.is_empty();
    routes::routes(&mut expanded, &networks, &declared, has_pods.then_some(&kubernetes));

    let mut linker = Linker {
        hosts: &expanded.hosts,
        site: &site,
        networks: &networks,
        declared: &declared,
        directory: &directory,
        context,
        flows: flows::Flows::default(),
        waits: Vec::new(),
    };
    linker.access(spec);
    linker.apps(spec);
    linker.visits();
    linker.groups();
    linker.needs();
    linker.admissions();
    linker.volumes(spec);
    linker.base();
    let inside = linker.programs(spec);
    let early = linker.early();
    let waits = std::mem::take(&mut linker.waits);
    let flows = std::mem::take(&mut linker.flows.list);

    finish::resolvers(&mut expanded.hosts, &declared, &flows, &names);
    finish::firewall(&mut expanded, &directory, &site.apps, &declared, context);
    let after = finish::written_order(&expanded, &directory, context);
    let starting = Starting {
        hosts: &expanded.hosts,
        ids: &directory.hosts,
        names: &names,
        declared: &declared,
        waits: &waits,
        early: &early,
        after: &after,
    };
    let order = order::order(&starting, context);
    let named = Named {
        domain: &domain,
        hosts: &expanded.hosts,
        vips: &site.vips,
        apps: &site.apps,
        networks: &networks,
        declared: &declared,
        spec,
    };
    let zones = named.zones(context);
    // A control plane has its addresses before it has a node.
    let has_api = declared.offers.iter().any(|it| it.service == "kubernetes-api");
    let has_kubernetes = has_pods || has_api;
    let name = spec.name.as_ref().map_or_else(String::new, |it| it.value.clone());
    Cloud {
        version: spec.version.as_ref().map_or(1, |it| it.value),
        title: spec.title.as_ref().map_or_else(|| name.clone(), |it| it.value.clone()),
        name,
        note: spec.note.as_ref().map(|it| it.value.clone()),
        language: spec.language.unwrap_or(LabelLanguage::English).word(),
        timezone: spec.timezone.as_ref().map_or(TimeZone::UTC, |it| it.value.clone()),
        kubernetes: has_kubernetes.then(|| kubernetes.clone()),
        pod_routes: pods::pod_routes(&expanded.hosts),
        certificates: finish::certificates(&expanded.hosts, &declared),
        failure_domains: placement::failure_domains(&expanded.hosts, &directory.hosts, &names),
        redundancy: finish::redundancy(&expanded.hosts, &directory, &declared),
        offers: declared.offers.clone(),
        programs: Programs { inside, ..programs },
        networks,
        outside: site.outside,
        hosts: expanded.hosts.into_iter().map(|it| (it.name.clone(), it)).collect(),
        vips: site.vips,
        apps: site.apps,
        groups,
        flows,
        zones,
        order,
        domain,
        overrides: Vec::new(),
        additions: Vec::new(),
        suppressions: Vec::new(),
        names,
        deferred: Deferred::new(expanded.entries, expanded.entry_of),
    }
}
