//! The facts of a cloud as JSON: the same in any locale.

use super::{Topic, Wanted};
use fmc_model::Cloud;
use serde::Serialize;
use serde_json::{Value, json as object};

/// What is wanted, as JSON.
pub(crate) fn json(cloud: &Cloud, wanted: &Wanted<'_>) -> Value {
    match wanted.topic {
        Topic::All => value(cloud),
        Topic::Hosts => value(&cloud.hosts),
        Topic::Host => wanted.name.and_then(|it| cloud.hosts.get(it)).map_or(Value::Null, |host| {
            let mut json = value(host);
            // One host is asked for to see all of it, the routes to its neighbours' pods too.
            json["routes"] = value(&cloud.routes(host));
            json
        }),
        Topic::Networks => value(&cloud.networks),
        Topic::Vips => value(&cloud.vips),
        Topic::Apps => value(&cloud.apps),
        Topic::Flows if wanted.expand => pairs(cloud, wanted),
        Topic::Flows => value(&wanted.flows(cloud)),
        Topic::Flow => value(&cloud.flows.iter().find(|it| Some(it.id.as_str()) == wanted.name)),
        Topic::Names => value(&cloud.zones),
        Topic::Certificates => super::certificates::json(cloud, wanted),
        Topic::Programs => super::programs::json(cloud, wanted),
        Topic::Order => value(&cloud.order),
        Topic::Failures => {
            object!({ "failure_domains": cloud.failure_domains, "redundancy": cloud.redundancy })
        }
        Topic::Losses => super::losses::json(cloud),
        Topic::Settings => cloud
            .hosts
            .iter()
            .map(|(name, host)| {
                let roles: serde_json::Map<String, Value> =
                    host.roles.iter().map(|it| (it.name.to_owned(), value(&it.settings))).collect();
                (name.to_string(), Value::Object(roles))
            })
            .collect(),
        Topic::Overrides => value(&cloud.overrides),
        Topic::Additions => value(&cloud.additions),
    }
}

/// Everything in the model can be written as JSON: its maps have text for keys.
fn value(of: &impl Serialize) -> Value {
    serde_json::to_value(of).unwrap_or_default()
}

/// Flows host by host.
fn pairs(cloud: &Cloud, wanted: &Wanted<'_>) -> Value {
    let mut all = Vec::new();
    for flow in wanted.flows(cloud) {
        let pairs = wanted.pairs(cloud, flow).into_iter();
        all.extend(pairs.map(
            |(from, to)| object!({ "flow": flow.id, "from": from, "to": to, "ports": flow.ports }),
        ));
    }
    Value::Array(all)
}
