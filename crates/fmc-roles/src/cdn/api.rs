//! What Cloudflare is told by its API (<https://developers.cloudflare.com/api/>): bodies of requests,
//! within what its free plan allows. Each lies at the path of its request below `/zones/{zone_id}/`.

use fmc_config::tree::{All, Because};
use fmc_config::typed;

/// Body of `POST dns_records/batch`.
pub(crate) const RECORDS: &str = "/dns_records/batch.json";
/// Body of `PATCH settings`.
pub(crate) const SETTINGS: &str = "/settings.json";
/// Body of `PUT rulesets/phases/http_request_firewall_custom/entrypoint`.
pub(crate) const CUSTOM: &str = "/rulesets/phases/http_request_firewall_custom/entrypoint.json";
/// Body of `PUT rulesets/phases/http_request_firewall_managed/entrypoint`.
pub(crate) const MANAGED: &str = "/rulesets/phases/http_request_firewall_managed/entrypoint.json";
/// Body of `PUT rulesets/phases/http_ratelimit/entrypoint`.
pub(crate) const RATE: &str = "/rulesets/phases/http_ratelimit/entrypoint.json";
/// Body of `PUT rulesets/phases/http_request_cache_settings/entrypoint`.
pub(crate) const CACHE: &str = "/rulesets/phases/http_request_cache_settings/entrypoint.json";

/// The rules that Cloudflare keeps for every plan; the id is the same for all zones
/// (<https://developers.cloudflare.com/waf/managed-rules/>).
pub(super) const FREE_RULESET: &str = "77454fe2d30c4220b5701f6fdfb893ba";

/// Seconds for which the free plan counts requests, and for which it turns away who had too many
/// (<https://developers.cloudflare.com/waf/rate-limiting-rules/#availability>).
pub(super) const PERIOD: u64 = 10;

typed! {
    /// Records that are added.
    pub(crate) struct Records {
        /// Each of them.
        posts: All<Because<Record>> = "posts",
    }

    /// A record of the DNS.
    pub(crate) struct Record {
        /// What it says: `A` or `AAAA`.
        kind: &'static str = "type",
        /// Its whole name.
        name: String = "name",
        /// The address of the origin.
        content: String = "content",
        /// How long it may be kept; 1 leaves that to Cloudflare, as it must for what is proxied.
        ttl: u64 = "ttl",
        /// Whether the edge stands before it, and the address is hidden.
        proxied: bool = "proxied",
        /// By which it is found again.
        comment: String = "comment",
    }

    /// Settings of the zone.
    pub(crate) struct Settings {
        /// Each of them.
        items: Vec<Item> = "items",
    }

    /// A setting of the zone.
    pub(crate) struct Item {
        /// Which.
        id: &'static str = "id",
        /// Its value, always as text.
        value: String = "value",
    }

    /// The rules of a phase: all of them, whatever was there before.
    pub(crate) struct Ruleset {
        /// What they are.
        description: String = "description",
        /// Each of them, in order.
        rules: All<Because<Rule>> = "rules",
    }

    /// A rule.
    pub(crate) struct Rule {
        /// By which it stays the same rule when it changes.
        reference: &'static str = "ref",
        /// What it is for.
        description: String = "description",
        /// Which requests are meant.
        expression: String = "expression",
        /// What becomes of them.
        action: &'static str = "action",
        /// More of it.
        parameters: Option<Parameters> = "action_parameters",
        /// How many are too many.
        rate: Option<RateLimit> = "ratelimit",
        /// Whether it holds.
        enabled: bool = "enabled",
    }

    /// More of what becomes of a request.
    pub(crate) struct Parameters {
        /// The rules that are to be applied.
        id: Option<&'static str> = "id",
        /// The rules of this phase that are passed over.
        ruleset: Option<&'static str> = "ruleset",
        /// The phases that are passed over.
        phases: Vec<&'static str> = "phases",
        /// Whether the answer may be kept.
        cache: Option<bool> = "cache",
        /// How long the edge keeps it.
        edge: Option<Ttl> = "edge_ttl",
        /// How long browsers keep it.
        browser: Option<Ttl> = "browser_ttl",
    }

    /// How long something is kept.
    pub(crate) struct Ttl {
        /// Who says so.
        mode: &'static str = "mode",
    }

    /// How many requests are too many.
    pub(crate) struct RateLimit {
        /// Which are counted together: those of one address, in each data centre.
        characteristics: Vec<&'static str> = "characteristics",
        /// Seconds for which they are counted.
        period: u64 = "period",
        /// How many there may be in that time.
        requests: u64 = "requests_per_period",
        /// Seconds for which more are turned away.
        timeout: u64 = "mitigation_timeout",
    }
}

impl Parameters {
    /// None yet.
    pub(super) fn none() -> Self {
        Self { id: None, ruleset: None, phases: Vec::new(), cache: None, edge: None, browser: None }
    }
}
