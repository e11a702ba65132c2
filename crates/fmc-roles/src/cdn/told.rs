//! What follows from the cloud for whoever runs the edge.

use super::api::{
    FREE_RULESET, Item, PERIOD, Parameters, RateLimit, Record, Records, Rule, Ruleset, Settings,
    Ttl,
};
use fmc_config::Cause;
use fmc_config::tree::{All, Because};
use fmc_model::Rate;
use fmc_model::cloud::{NameRecord, Zone, ZoneKind};
use fmc_model::role::{Linked, RecordData};

/// Names of files whose content is the same for every visitor, by what they end with; all of them are
/// among those that Cloudflare keeps by itself
/// (<https://developers.cloudflare.com/cache/concepts/default-cache-behavior/>).
pub(super) const STATIC: [&str; 20] = [
    "avif", "bmp", KEPT, "eot", "gif", "ico", "jpeg", "jpg", "js", "mp3", "mp4", "otf", "pdf",
    "png", "svg", "ttf", "webm", "webp", "woff", "woff2",
];

/// The one of them that is tried.
pub(super) const KEPT: &str = "css";

/// Where Let's Encrypt asks for the proof of whose a name is
/// ([RFC 8555 §8.3](https://www.rfc-editor.org/rfc/rfc8555#section-8.3)).
const CHALLENGE: &str = "/.well-known/acme-challenge/";

/// Letters of a comment, for which the free plan has room
/// (<https://developers.cloudflare.com/dns/manage-dns-records/reference/record-attributes/>).
const COMMENT: usize = 100;

/// What a rule of the cache does.
const ACTION: &str = "set_cache_settings";

/// What is public, and how it is reached.
pub(super) struct Sites<'a> {
    on: &'a Linked<'a>,
    zone: Option<&'a Zone>,
    /// Whether the origin gets its certificates from Let's Encrypt.
    acme: bool,
}

impl<'a> Sites<'a> {
    pub(super) fn of(on: &'a Linked<'a>) -> Self {
        let zone = on.cloud.zones.iter().find(|it| it.kind == ZoneKind::Public);
        let ingress = on.cloud.hosts.values().flat_map(|it| &it.roles);
        let mut settings = ingress.filter_map(|it| it.settings.get("acme")).peekable();
        let acme = settings.peek().is_some() && settings.all(|it| it == "true");
        Self { on, zone, acme }
    }

    /// Records of public names.
    fn published(&self) -> impl Iterator<Item = &'a NameRecord> + use<'a> {
        self.zone.into_iter().flat_map(|it| &it.records)
    }

    fn whole(&self, record: &NameRecord) -> String {
        let domain = &self.on.cloud.domain;
        if record.name == "@" { domain.to_string() } else { format!("{}.{domain}", record.name) }
    }

    /// Public names, each once and in order.
    pub(super) fn names(&self) -> Vec<String> {
        let mut all: Vec<String> = self.published().map(|it| self.whole(it)).collect();
        all.sort();
        all.dedup();
        all
    }

    /// Addresses of the origin, each once.
    pub(super) fn origins(&self) -> Vec<std::net::IpAddr> {
        let mut all = Vec::new();
        for record in self.published() {
            let address = match record.data {
                RecordData::A(it) => it.into(),
                RecordData::Aaaa(it) => it.into(),
                _ => continue,
            };
            if !all.contains(&address) {
                all.push(address);
            }
        }
        all
    }

    pub(super) fn records(&self) -> Records {
        let posts = self.published().filter_map(|it| {
            let (kind, content) = match &it.data {
                RecordData::A(address) => ("A", address.to_string()),
                RecordData::Aaaa(address) => ("AAAA", address.to_string()),
                _ => return None,
            };
            let (name, proxied) = (self.whole(it), it.proxied);
            let comment = format!("fmc: {}", self.on.cloud.name);
            let comment = comment.chars().take(COMMENT).collect();
            let record = Record { kind, name, content, ttl: 1, proxied, comment };
            Some(Because(record, self.on.cause_at(&it.origin)))
        });
        Records { posts: All(posts.collect()) }
    }

    /// The edge checks the certificate of the origin where a public authority issues it. Requests are
    /// sent to the secure port by the origin and not by the edge: Let's Encrypt asks at the other one.
    pub(super) fn settings(&self, shows: bool) -> Settings {
        let item = |id, value: &str| Item { id, value: value.to_owned() };
        Settings {
            items: vec![
                item("ssl", if self.acme { "strict" } else { "full" }),
                item("always_use_https", "off"),
                item("min_tls_version", "1.2"),
                item("tls_1_3", "on"),
                item("tls_client_auth", if shows { "on" } else { "off" }),
            ],
        }
    }

    /// Rules of our own: what no site serves and everybody looks for is turned away, and the proof of
    /// whose a name is goes through whatever else is said.
    pub(super) fn custom(&self, waf: bool) -> Ruleset {
        let cause = self.on.cause();
        let mut rules = Vec::new();
        if self.names().is_empty() {
            return ruleset("Rules of fmc", rules, &cause);
        }
        if self.acme {
            let parameters = Parameters {
                ruleset: Some("current"),
                phases: vec!["http_ratelimit", "http_request_firewall_managed"],
                ..Parameters::none()
            };
            rules.push(Rule {
                parameters: Some(parameters),
                ..self.rule(
                    "fmc_acme_challenge",
                    "Let's Encrypt asks whose a name is",
                    "skip",
                    &format!("starts_with(http.request.uri.path, \"{CHALLENGE}\")"),
                )
            });
        }
        if waf {
            let hidden = "http.request.uri.path contains \"/.\" and not \
                          starts_with(http.request.uri.path, \"/.well-known/\")";
            let what = "Files that nobody publishes on purpose: .git, .env";
            rules.push(self.rule("fmc_hidden_files", what, "block", hidden));
            let methods = "http.request.method in {\"CONNECT\" \"TRACE\" \"TRACK\"}";
            rules.push(self.rule("fmc_methods", "Methods that no site serves", "block", methods));
        }
        ruleset("Rules of fmc", rules, &cause)
    }

    /// The provider's own rules.
    pub(super) fn managed(&self, waf: bool) -> Ruleset {
        let parameters = Parameters { id: Some(FREE_RULESET), ..Parameters::none() };
        let rule = waf.then(|| Rule {
            parameters: Some(parameters),
            expression: "true".to_owned(),
            ..self.rule("fmc_managed", "The rules that Cloudflare keeps", "execute", "true")
        });
        ruleset("Rules of Cloudflare", rule.into_iter().collect(), &self.on.cause())
    }

    /// How many requests one address may make. The free plan has one such rule, which may ask for
    /// nothing but the path, so it holds of all names of the zone.
    pub(super) fn rate(&self, rate: Option<Rate>) -> Ruleset {
        let rule = rate.map(|it| Rule {
            expression: "starts_with(http.request.uri.path, \"/\")".to_owned(),
            rate: Some(RateLimit {
                characteristics: vec!["cf.colo.id", "ip.src"],
                period: PERIOD,
                requests: in_seconds(it, PERIOD),
                timeout: PERIOD,
            }),
            ..self.rule("fmc_rate_limit", &format!("At most {it} for one visitor"), "block", "true")
        });
        ruleset("Rates of fmc", rule.into_iter().collect(), &self.on.cause())
    }

    /// What is kept at the edge, as long as the origin says.
    pub(super) fn cache(&self, cache: bool) -> Ruleset {
        let ttl = || Some(Ttl { mode: "respect_origin" });
        let kept =
            Parameters { cache: Some(true), edge: ttl(), browser: ttl(), ..Parameters::none() };
        let passed = Parameters { cache: Some(false), ..Parameters::none() };
        if self.names().is_empty() {
            return ruleset("Cache of fmc", Vec::new(), &self.on.cause());
        }
        let list = STATIC.map(|it| format!("\"{it}\"")).join(" ");
        let is_static = format!("http.request.uri.path.extension in {{{list}}}");
        let mut rules = Vec::new();
        let rule = self.rule("fmc_others", "Pages may be another for each visitor", ACTION, "");
        rules.push(Rule { parameters: Some(passed), ..rule });
        if cache {
            // Of several rules the last one that holds wins.
            let what = "Files that are the same for every visitor";
            let rule = self.rule("fmc_static", what, ACTION, &is_static);
            rules.push(Rule { parameters: Some(kept), ..rule });
        }
        ruleset("Cache of fmc", rules, &self.on.cause())
    }

    /// A rule for requests to public names of the cloud, or some of them: what else is in the zone is
    /// left alone.
    fn rule(&self, reference: &'static str, what: &str, action: &'static str, which: &str) -> Rule {
        let names: Vec<String> = self.names().iter().map(|it| format!("\"{it}\"")).collect();
        let some = if which.is_empty() { String::new() } else { format!(" and {which}") };
        Rule {
            reference,
            description: what.to_owned(),
            expression: format!("http.host in {{{}}}{some}", names.join(" ")),
            action,
            parameters: None,
            rate: None,
            enabled: true,
        }
    }
}

fn ruleset(what: &str, rules: Vec<Rule>, cause: &Cause) -> Ruleset {
    let rules = rules.into_iter().map(|it| Because(it, cause.clone())).collect();
    Ruleset { description: what.to_owned(), rules: All(rules) }
}

/// How many events of a rate there may be in so many seconds: at least one, and rather one more than
/// one less.
fn in_seconds(rate: Rate, seconds: u64) -> u64 {
    let (count, per) = (u64::from(rate.count), rate.per.0.max(1));
    (count * seconds * 1000).div_ceil(per).max(1)
}

/// How many requests may come at once before one more is too many: those that the edge counts
/// together.
pub(super) fn burst(rate: Rate) -> u64 {
    in_seconds(rate, PERIOD)
}

#[cfg(test)]
mod tests {
    use super::*;
    use fmc_model::read::Word;

    #[test]
    fn rates_are_counted_for_as_long_as_the_plan_counts() {
        let of = |text: &str| in_seconds(Rate::parse(text).expect("a rate"), PERIOD);
        assert_eq!([of("100/s"), of("600/m"), of("1/m"), of("7/m")], [1000, 100, 1, 2]);
    }
}
