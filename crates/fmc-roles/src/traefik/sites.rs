//! The sites of a cloud for Traefik: which requests are for which app, who may come, who serves.

use super::files::{
    AllowList, Balancer, ClientAuth, Dynamic, HealthCheck, Http, Login, Middleware, PairOfFiles,
    Router, RouterTls, Server, Service, Store, Tls, TlsOptions,
};
use super::{EDGE_CA, LETS_ENCRYPT, ROLE, USERS};
use crate::cdn::shows_certificate;
use fmc_config::Cause;
use fmc_config::tree::{Because, Named};
use fmc_model::cloud::{App, Asker, End, Flow, HostId, Person, Reason};
use fmc_model::read::Word as _;
use fmc_model::role::Linked;
use fmc_model::setup::{Relay, RelayCheck};
use fmc_model::{Credential, Duration, Name, Ports};
use std::net::SocketAddr;

/// What connections are called that come by the edge.
const EDGE: &str = "edge";

/// What visitors ask an ingress for.
const HTTPS: &str = "https";

/// How long the answer to a check may take.
const CHECK_TIMEOUT: &str = "2s";

/// The file of sites.
pub(super) fn sites(on: &Linked<'_>, certificate: &Credential, edge: bool) -> Dynamic {
    let usual = PairOfFiles { certificate: certificate.certificate(), key: certificate.key() };
    let options = |clients| TlsOptions { oldest: "VersionTLS12", clients };
    let mut all = vec![("default".to_owned(), options(None))];
    if edge {
        // Only whoever has a certificate of the edge's gets to see a site, or that it is there.
        let kind = "RequireAndVerifyClientCert";
        let clients = ClientAuth { authorities: vec![EDGE_CA], kind };
        all.push((EDGE.to_owned(), options(Some(clients))));
    }
    let tls =
        Tls { stores: Named(vec![("default".to_owned(), Store { usual })]), options: Named(all) };
    let mut http = Http {
        routers: Named::default(),
        middlewares: Named::default(),
        services: Named::default(),
    };
    let apps: Vec<&App> = on.cloud.apps.values().filter(|it| !it.hosts.is_empty()).collect();
    for app in &apps {
        site(on, app, edge, &mut http);
    }
    Dynamic { tls, http: (!apps.is_empty()).then_some(http) }
}

fn site(on: &Linked<'_>, app: &App, edge: bool, http: &mut Http) {
    let name = app.name.to_string();
    let cause = on.cause_at(&app.origin);
    let mut middlewares = Vec::new();
    if !app.public {
        for (kind, middleware) in guards(on, app) {
            let name = format!("{name}-{kind}");
            http.middlewares.0.push((name.clone(), Because(middleware, cause.clone())));
            middlewares.push(name);
        }
    }
    let hosts: Vec<String> = app.names.iter().map(|it| format!("Host(`{it}`)")).collect();
    let acme = app.public && on.setting("acme") == Some(true);
    let router = Router {
        rule: hosts.join(" || "),
        entry_points: vec!["https".to_owned()],
        middlewares,
        service: name.clone(),
        tls: RouterTls {
            resolver: acme.then(|| LETS_ENCRYPT.to_owned()),
            options: (edge && app.public).then_some(EDGE),
        },
    };
    http.routers.0.push((name.clone(), Because(router, cause)));
    let service = format!("app-{name}");
    let flow = on.flows_from().find(|it| it.service == service);
    let because = flow.map_or_else(|| on.cause_at(&app.origin), |it| on.cause_of(it));
    let url = |it| Server { url: format!("http://{it}") };
    let interval = on.setting("interval").unwrap_or(Duration::seconds(3));
    let balancer = Balancer {
        servers: servers(on, app).into_iter().map(url).collect(),
        health: HealthCheck {
            path: app.health.clone(),
            interval: format!("{}ms", interval.0),
            timeout: CHECK_TIMEOUT,
        },
    };
    http.services.0.push((name, Because(Service { balancer }, because)));
}

/// Where the requests of an app are passed on to.
fn servers(on: &Linked<'_>, app: &App) -> Vec<SocketAddr> {
    let addresses = app.hosts.iter().filter_map(|it| on.address_of(on.cloud.host(it)));
    addresses.map(|it| SocketAddr::new(it, app.port)).collect()
}

/// Where requests for apps end, and where each is passed on.
pub(super) fn relays(on: &Linked<'_>) -> Vec<Relay> {
    let apps = on.cloud.apps.values().filter(|it| !it.hosts.is_empty());
    // It tries nothing again by itself: what goes to a server that is gone fails until it is noticed.
    let check = RelayCheck {
        interval: on.setting("interval").unwrap_or(Duration::seconds(3)),
        fall: 1,
        timeout: Duration::parse(CHECK_TIMEOUT).unwrap_or(Duration::seconds(2)),
        connect: None,
    };
    let relay = |app: &App| Relay {
        at: Vec::new(),
        ports: Ports::tcp(443),
        to: servers(on, app),
        check: Some(check),
        cause: on.cause_at(&app.origin),
    };
    apps.map(relay).collect()
}

/// Whether nobody but an edge may come to the sites, at once or through whoever passes its visitors on:
/// whoever else was let in, by whichever line, has no certificate to show, and before TLS nothing but the
/// name of a site tells requests apart.
pub(super) fn are_by_edge_alone(on: &Linked<'_>) -> bool {
    let https = |it: &&Flow| it.service == HTTPS;
    on.flows_to().filter(https).all(|flow| match &flow.from {
        End::Hosts(set) => set.iter().all(|it| is_edge(on, it) || passes_edge_on(on, flow, it)),
        _ => false,
    })
}

fn is_edge(on: &Linked<'_>, host: HostId) -> bool {
    shows_certificate(on.cloud.host(host)).is_some()
}

/// Whether a host that sends a flow does so only for an edge that came to it for the same reasons. Who
/// comes to it beside the edge is passed on too.
fn passes_edge_on(on: &Linked<'_>, flow: &Flow, sender: HostId) -> bool {
    let comes = |it: &&Flow| {
        it.service == HTTPS && on.cloud.hosts_at(&it.to).is_some_and(|it| it.contains(sender))
    };
    let before: Vec<&Flow> = on.cloud.flows.iter().filter(comes).collect();
    let are_edges =
        |it: &End| matches!(it, End::Hosts(set) if set.iter().all(|it| is_edge(on, it)));
    let known = |reason: &Reason| before.iter().any(|it| it.reasons.contains(reason));
    before.iter().all(|it| are_edges(&it.from)) && flow.reasons.iter().all(known)
}

/// What stands before a private site: only those for whom it is come to it, from where they are, and
/// they log in where they are known by name.
fn guards(on: &Linked<'_>, app: &App) -> Vec<(&'static str, Middleware)> {
    let mut prefixes: Vec<String> = Vec::new();
    let mut anywhere = false;
    for flow in on.flows_to().filter(|it| is_for(it, &app.name)) {
        match on.sources_of(flow) {
            Some(all) => prefixes.extend(all.iter().map(ToString::to_string)),
            None => anywhere = true,
        }
    }
    prefixes.sort();
    prefixes.dedup();
    let mut guards = Vec::new();
    if !anywhere && !prefixes.is_empty() {
        guards.push(("from", Middleware { from: Some(AllowList { prefixes }), login: None }));
    }
    if audience(on, app).next().is_some() {
        let login = Login { users: USERS, realm: app.label.clone(), remove: true };
        guards.push(("login", Middleware { from: None, login: Some(login) }));
    }
    guards
}

/// Whether a flow is the way of somebody to an app.
fn is_for(flow: &Flow, app: &Name) -> bool {
    flow.reasons.iter().any(|it| it.asked_by == Asker::App(app.to_string()))
}

/// The people for whom an app is and who are known by name.
fn audience<'a>(on: &Linked<'a>, app: &'a App) -> impl Iterator<Item = &'a Person> {
    let cloud = on.cloud;
    app.audience.iter().flat_map(move |it| {
        let name = it.strip_prefix("outside:").unwrap_or(it);
        cloud.outside.get(name).into_iter().flat_map(|it| &it.people)
    })
}

/// Everybody who logs in to some private site, with the reason of their line.
pub(super) fn users(on: &Linked<'_>) -> Vec<(Name, Cause)> {
    let mut all: Vec<(Name, Cause)> = Vec::new();
    for app in on.cloud.apps.values().filter(|it| !it.public) {
        for person in audience(on, app) {
            if all.iter().all(|it| it.0 != person.name) {
                all.push((person.name.clone(), Cause::new(person.origin.place, ROLE.about.name)));
            }
        }
    }
    all
}
