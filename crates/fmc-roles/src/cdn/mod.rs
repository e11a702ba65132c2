//! A content delivery network before everything public: proxy, cache, web application firewall.
//!
//! Somebody else runs it, so the host that has this role is `managed`. Its packets to the origin come
//! from published prefixes; nobody else may reach the origin.
//!
//! What Cloudflare has to be told is built as bodies of requests to its API, each at the path that the
//! request has below `/zones/{zone_id}/`: records of public names, settings of the zone, and rules that
//! keep the references by which they are known. A rehearsal has nginx in its place.

pub(crate) mod api;
mod promises;
mod stand_in;
mod told;

use fmc_config::Cause;
use fmc_config::blocks::{BlockStyle, Blocks};
use fmc_config::tree::{Tree, TreeStyle, Typed};
use fmc_model::cloud::{Cloud, Host};
use fmc_model::read::{At, OneOrMany};
use fmc_model::role::{
    About, After, Configuration, Declaration, Kind, Linked, Member, Minimum, Redundancy, Role,
    Stage,
};
use fmc_model::setup::Relay;
use fmc_model::{Ports, Prefix, Rate, Text, Words, record, words};
use ipnet::IpNet;
use std::net::SocketAddr;

pub(crate) const ROLE: Kind = Kind::of::<Cdn>(&About {
    name: "cdn",
    label: "Cloudflare",
    icon: "cloudflare",
    summary: Words(
        "stands before public sites: proxy, cache, web application firewall",
        "está delante de los sitios públicos: proxy, caché, cortafuegos de aplicaciones web",
    ),
    manual: "https://developers.cloudflare.com/fundamentals/",
    systems: &[],
    minimum: Minimum::of(0, 0, 0),
    example: "\
version: 1
name: site
networks: { internet: { kind: public } }
outside: { public: { nics: internet } }
hosts:
  edge: { managed: true, nics: { internet: }, roles: { cdn: { cache: static } } }
  web: { os: debian, nics: { internet: 198.51.100.10 }, roles: { traefik: } }
apps: { www: { hosts: web, port: 8080, for: public } }
",
});

words! {
    /// Which rules of the web application firewall are on.
    pub enum Waf {
        /// Those that the provider keeps.
        Managed = "managed",
        /// None.
        None = "none",
    }
}

words! {
    /// What is kept at the edge.
    pub enum Cache {
        /// Files that do not change by visitor.
        Static = "static",
        /// Nothing.
        None = "none",
    }
}

record! {
    /// A content delivery network.
    pub struct Cdn ("role `cdn`", "rol `cdn`") {
        /// Web application firewall: `managed` (if left out) or `none`.
        waf: Option<At<Waf>>,
        /// What is kept at the edge: `static` (if left out) or `none`.
        cache: Option<At<Cache>>,
        /// How many requests one visitor may make, such as `100/s`.
        rate_limit: Option<At<Rate>>,
        /// Prefixes from which it asks the origin; Cloudflare's published ones if left out.
        ranges: OneOrMany<At<Prefix>>,
        /// Whether it shows the origin a certificate of Cloudflare's, without which an ingress shows no
        /// public site to anybody, as long as nobody else may come to it; `true` if left out and `ranges`
        /// are Cloudflare's.
        origin_pulls: Option<At<bool>>,
    }
}

/// Who issues the certificate that Cloudflare shows to origins, until 1 November 2029
/// (<https://developers.cloudflare.com/ssl/origin-configuration/authenticated-origin-pull/set-up/zone-level/>).
/// The digest of it (SHA-256) is `9a1ac2b4be15f9f27eee20a734cba4e9898f61001b3bd7c84b69b56a3e25a2b9`.
/// Everybody's zone shows the same one: that requests come from a published prefix and with it tells
/// that they came through Cloudflare, and not through whose zone.
const ORIGIN_PULL_CA: &str = include_str!("origin-pull-ca.pem");

/// What of it an ingress has as a file, if some edge of a cloud shows its certificate.
pub(crate) fn origin_pulls(cloud: &Cloud, cause: &Cause) -> Option<Blocks> {
    let mut edges = cloud.hosts.values().filter_map(shows_certificate).peekable();
    edges.peek()?;
    // A single one that shows none would be turned away.
    if !edges.all(|it| it) {
        return None;
    }
    let mut file = Blocks::new(BlockStyle::Indented);
    for line in ORIGIN_PULL_CA.lines() {
        file.add(line.split(' '), cause);
    }
    Some(file)
}

/// Whether an edge shows a certificate to origins; `None` for who is no edge.
pub(crate) fn shows_certificate(host: &Host) -> Option<bool> {
    host.roles.iter().find_map(|it| it.settings.get(ORIGIN_PULLS)).map(|it| it == "true")
}

/// The setting that tells so.
const ORIGIN_PULLS: &str = "origin_pulls";

/// Where Cloudflare's requests to an origin come from (<https://www.cloudflare.com/ips/>).
const CLOUDFLARE: [&str; 22] = [
    "173.245.48.0/20",
    "103.21.244.0/22",
    "103.22.200.0/22",
    "103.31.4.0/22",
    "141.101.64.0/18",
    "108.162.192.0/18",
    "190.93.240.0/20",
    "188.114.96.0/20",
    "197.234.240.0/22",
    "198.41.128.0/17",
    "162.158.0.0/15",
    "104.16.0.0/13",
    "104.24.0.0/14",
    "172.64.0.0/13",
    "131.0.72.0/22",
    "2400:cb00::/32",
    "2606:4700::/32",
    "2803:f800::/32",
    "2405:b500::/32",
    "2405:8100::/32",
    "2a06:98c0::/29",
    "2c0f:f248::/32",
];

impl Role for Cdn {
    fn declare(&self, _: &Member<'_>, out: &mut Declaration) {
        out.offer_to_all("http", [Ports::tcp(80)]);
        out.offer_to_all("https", [Ports::tcp(443)]);
        out.pass_on(Stage::Edge);
        out.redundancy(Redundancy::AnyOf);
        let own: Vec<IpNet> = self.ranges.iter().map(|it| it.value.0).collect();
        if own.is_empty() {
            out.sends_from(CLOUDFLARE.iter().filter_map(|it| it.parse().ok()));
        } else {
            out.sends_from(own);
        }
        out.setting(ORIGIN_PULLS, self.ranges.is_empty(), self.origin_pulls.as_ref());
        out.setting("waf", "managed", self.waf.map(|it| At::new(it.word(), it.place)).as_ref());
        out.setting("cache", "static", self.cache.map(|it| At::new(it.word(), it.place)).as_ref());
        if let Some(rate) = &self.rate_limit {
            out.setting("rate_limit", rate.value, Some(rate));
        }
        for role in ["router", "traefik"] {
            let why = Text::of(
                "public names lead somewhere only when the way behind is open",
                "los nombres públicos llevan a algún sitio solo cuando el camino de detrás está abierto",
            );
            out.after(After { role, here: false, why });
        }
    }

    fn instruct(&self, on: &Linked<'_>, out: &mut Configuration) {
        let sites = told::Sites::of(on);
        let (waf, cache, rate) = decided(on);
        tell(on, out, api::RECORDS, &sites.records());
        tell(on, out, api::SETTINGS, &sites.settings(shows(on)));
        tell(on, out, api::CUSTOM, &sites.custom(waf));
        tell(on, out, api::MANAGED, &sites.managed(waf));
        tell(on, out, api::RATE, &sites.rate(rate));
        tell(on, out, api::CACHE, &sites.cache(cache));
        for port in [443, 80] {
            let to = sites.origins().into_iter().map(|it| SocketAddr::new(it, port)).collect();
            let (at, ports, check) = (Vec::new(), Ports::tcp(port), None);
            out.relay(Relay { at, ports, to, check, cause: on.cause() });
        }
    }

    fn stand_in(&self, on: &Linked<'_>, out: &mut Configuration) {
        let sites = &told::Sites::of(on);
        let (waf, cache, rate) = decided(on);
        stand_in::Edge { waf, cache, rate, shows: shows(on), sites }.configure(on, out);
    }
}

/// Whether it shows a certificate to the origin.
fn shows(on: &Linked<'_>) -> bool {
    on.setting(ORIGIN_PULLS) == Some(true)
}

/// Whether requests are looked at, whether answers are kept, and how many requests there may be.
fn decided(on: &Linked<'_>) -> (bool, bool, Option<Rate>) {
    let is = |name, value| on.setting::<String>(name).as_deref() == Some(value);
    (is("waf", "managed"), is("cache", "static"), on.setting("rate_limit"))
}

fn tell(on: &Linked<'_>, out: &mut Configuration, path: &str, body: &impl Typed) {
    out.file(path, Tree::of(TreeStyle::Json, body, &on.cause()));
}
