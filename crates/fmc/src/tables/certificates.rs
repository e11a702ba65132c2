//! Certificates: what they are asked for, and how many days they still hold.

use super::{Wanted, table};
use fmc_config::{Secret, SecretKind};
use fmc_model::cloud::Certificate;
use fmc_model::{Cloud, Date};
use fmc_secrets::{Id, Secrets, Validity};
use serde_json::{Value, json as object};
use std::collections::BTreeSet;

pub(super) fn text(cloud: &Cloud, wanted: &Wanted<'_>) -> String {
    let mut header = vec![
        wanted.say("certificate", "certificado"),
        wanted.say("authority", "autoridad"),
        wanted.say("subject", "sujeto"),
        wanted.say("alternative names", "nombres alternativos"),
    ];
    let mut rows = Vec::new();
    if let Some((secrets, today)) = wanted.made {
        header.push(wanted.say("days left", "días"));
        header.push(wanted.say("until", "hasta"));
        for authority in authorities(cloud) {
            let why = wanted.say("issues certificates", "emite certificados");
            let subject = format!("CN=fmc {authority} authority");
            let itself = wanted.say("itself", "ella misma").to_owned();
            let mut row = vec![authority.to_owned(), itself, subject, String::new()];
            row.extend(days(of(secrets, SecretKind::Authority, authority), today, wanted));
            row.push(why.to_owned());
            rows.push(row);
        }
    }
    header.push(wanted.say("why", "por qué"));
    for it in &cloud.certificates {
        let mut others: Vec<String> = it.names.clone();
        others.extend(it.addresses.iter().map(ToString::to_string));
        let mut row =
            vec![it.name.clone(), it.authority.to_owned(), subject(it), others.join(", ")];
        if let Some((secrets, today)) = wanted.made {
            row.extend(days(of(secrets, SecretKind::Certificate, &it.name), today, wanted));
        }
        row.push(it.why.get(wanted.language).to_owned());
        rows.push(row);
    }
    table(&header, rows)
}

/// The same for machines. What was issued is there only where it was.
pub(super) fn json(cloud: &Cloud, wanted: &Wanted<'_>) -> Value {
    let all = cloud.certificates.iter().map(|it| {
        let mut value = serde_json::to_value(it).unwrap_or_default();
        if let Some((secrets, today)) = wanted.made {
            let issued = |kind, name| {
                of(secrets, kind, name).map(|it| {
                    let (from, until) = (it.from, it.until);
                    object!({ "from": from, "until": until, "days_left": today.days_until(until) })
                })
            };
            value["issued"] = object!(issued(SecretKind::Certificate, &it.name));
            value["authority_issued"] = object!(issued(SecretKind::Authority, it.authority));
        }
        value
    });
    Value::Array(all.collect())
}

fn authorities(cloud: &Cloud) -> BTreeSet<&'static str> {
    cloud.certificates.iter().map(|it| it.authority).collect()
}

fn subject(it: &Certificate) -> String {
    match it.organization {
        Some(organization) => format!("CN={}, O={organization}", it.common_name),
        None => format!("CN={}", it.common_name),
    }
}

fn of(secrets: &Secrets, kind: SecretKind, name: &str) -> Option<Validity> {
    secrets.validity(&Id::of(&Secret::public(kind, name)))
}

/// How many days it still holds, and until when; fewer than none where it is over.
fn days(validity: Option<Validity>, today: Date, wanted: &Wanted<'_>) -> [String; 2] {
    match validity {
        None => [wanted.say("not made yet", "aún no hecho").to_owned(), String::new()],
        Some(it) => [today.days_until(it.until).to_string(), it.until.to_string()],
    }
}
