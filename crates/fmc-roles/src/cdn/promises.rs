//! What the edge promises, as somebody in the Internet sees it: each promise is tried on what stands in for it.

use super::stand_in::Edge;
use super::told::{KEPT, burst};
use fmc_model::cloud::{End, NetworkKind, Outside};
use fmc_model::role::{Configuration, Linked};
use fmc_model::setup::{Answer, Attempt, Request, Visitor};
use fmc_model::{Text, text};
use std::net::IpAddr;

/// What a database would understand and no site asks for: the core rule set knows it by many rules (942100 is
/// the first).
const INJECTION: &str = "/?id=1%27%20OR%20%271%27%3D%271%27%20--%20";

/// How many requests a flood may take at the most: one of more would keep this machine from everything else,
/// and is not tried.
const MOST: u64 = 2_000;

/// How many requests one visitor must be allowed at once, so that trying is no flood itself.
const LEAST: u64 = 20;

/// How many requests a flood may go on for while somebody else is served.
const MEANWHILE: u32 = 4_000;

/// What is said of an edge, by whom `header` is shown that tells whether an answer was kept.
pub(super) fn probes(
    edge: &Edge<'_>,
    on: &Linked<'_>,
    header: &'static str,
    out: &mut Configuration,
) {
    let known = edge.sites.names();
    let public = on.cloud.apps.values().filter(|it| it.public).flat_map(|it| &it.names);
    let Some(name) = public.into_iter().find(|it| known.contains(it)) else { return };
    // Where few requests are a flood, trying something of the edge would be one.
    let is_calm = edge.rate.is_none_or(|it| burst(it) >= LEAST);
    let request = |path: &str, expects| Request {
        visitor: Visitor::Usual,
        name: name.clone(),
        at: None,
        path: path.to_owned(),
        times: 1,
        goes_on: false,
        expects,
    };
    let page = || request("/", Answer::Status(200));
    let file = format!("/fmc-probe.{KEPT}");
    if edge.cache && is_calm {
        let twice = Request { times: 2, ..request(&file, Answer::Header(header, "HIT")) };
        out.probe(
            text!("the edge keeps {file} of {name}", "el borde guarda {file} de {name}"),
            Attempt::Requests(vec![twice]),
        );
    }
    if edge.waf && is_calm {
        let injected = request(INJECTION, Answer::Status(403));
        out.probe(
            text!(
                "the edge turns away who injects SQL into {name}",
                "el borde rechaza a quien inyecta SQL en {name}"
            ),
            Attempt::Requests(vec![page(), injected]),
        );
    }
    if let Some(rate) = edge.rate.filter(|it| (LEAST..=MOST).contains(&burst(*it))) {
        let path = if edge.cache { file.as_str() } else { "/" };
        // It lets through what came together, and as much more as time passes. Whoever is counted together
        // with a flood that goes on finds no room in between.
        let times = u32::try_from(burst(rate) * 4).unwrap_or(u32::MAX).saturating_add(MEANWHILE);
        let (visitor, goes_on) = (Visitor::Other, true);
        let flood = Request { visitor, times, goes_on, ..request(path, Answer::Status(429)) };
        out.probe(
            text!(
                "a flood from one visitor of {name} is stopped, and another visitor is served",
                "la avalancha de un visitante de {name} se detiene, y se atiende a otro"
            ),
            // Once somebody may be lucky who is counted together with it.
            Attempt::Requests(vec![flood, page(), page(), page()]),
        );
    }
    let closed: Vec<Request> = edge
        .sites
        .origins()
        .into_iter()
        .filter(|it| !is_open(on, *it))
        .map(|it| Request { at: Some(it), ..request("/", Answer::Nothing) })
        .collect();
    if !closed.is_empty() {
        out.probe(
            Text::of(
                "the origin answers nobody but the edge",
                "el origen no responde a nadie más que al borde",
            ),
            Attempt::Requests(is_calm.then(page).into_iter().chain(closed).collect()),
        );
    }
}

/// Whether some flow lets people of the Internet come to an address without an edge.
fn is_open(on: &Linked<'_>, origin: IpAddr) -> bool {
    let cloud = on.cloud;
    let is_public = |it: &Outside| {
        let mut networks = it.networks.iter().filter_map(|it| cloud.networks.get(it));
        networks.any(|it| it.kind == NetworkKind::Public)
    };
    let has = |end: &End| {
        let hosts = cloud.hosts_at(end).into_iter().flat_map(fmc_model::cloud::HostSet::iter);
        let mut hosts = hosts.map(|it| cloud.host(it)).filter(|it| !it.managed);
        hosts.any(|it| it.addresses().any(|it| it == origin))
    };
    let mut flows = cloud.flows.iter();
    flows.any(|flow| {
        let End::Outside(name) = &flow.from else { return false };
        cloud.outside.get(name).is_some_and(is_public)
            && has(&flow.to)
            && flow.ports.iter().any(|it| (it.first..=it.last).contains(&443))
    })
}
