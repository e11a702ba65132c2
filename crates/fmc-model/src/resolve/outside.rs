//! People and machines outside: the networks from which they come, their addresses and their keys.

use super::addresses::{self, Claimant, Taken};
use super::codes::UNKNOWN_NETWORK;
use super::context::Context;
use crate::cloud::{Network, Outside, Person};
use crate::read::{At, codes, did_you_mean};
use crate::spec::CloudSpec;
use crate::{Name, WireguardKey, text};
use fmc_config::maps::IndexMap;

/// People and machines outside, with their addresses.
pub(crate) fn outside(
    spec: &CloudSpec,
    networks: &IndexMap<Name, Network>,
    taken: &mut Taken,
    context: &mut Context<'_>,
) -> IndexMap<Name, Outside> {
    let mut all = IndexMap::default();
    let mut keys: IndexMap<&WireguardKey, &Name> = IndexMap::default();
    for (name, written) in &spec.outside {
        context.added(
            || text!("{name} outside", "{name} fuera", name = name.value),
            written.added.as_ref(),
        );
        let mut own: Vec<&Network> = Vec::new();
        for nic in &written.nics {
            if let Some(network) = networks.get(nic.as_str()) {
                own.push(network);
                continue;
            }
            let diagnostic = UNKNOWN_NETWORK.at(
                nic.place,
                text!(
                    "there is no network `{name}`",
                    "no hay ninguna red `{name}`",
                    name = nic.value
                ),
            );
            let known: Vec<&str> = networks.keys().map(Name::as_str).collect();
            context.report(did_you_mean(diagnostic, nic.as_str(), nic.place, &known));
        }
        let mut people: Vec<Person> = Vec::new();
        for person in &written.people {
            let who = person.name.value.to_string();
            context.added(|| text!("person {who}", "persona {who}"), person.added.as_ref());
            if people.iter().any(|it| it.name == person.name.value) {
                context.report(
                    codes::TWICE
                        .at(
                            person.name.place,
                            text!(
                                "there are two people called `{who}`",
                                "hay dos personas llamadas `{who}`"
                            ),
                        )
                        .hint(text!(
                            "give one of them another name",
                            "dé otro nombre a una de ellas"
                        )),
                );
            }
            if let Some(key) = &person.wireguard_key
                && let Some(other) = keys.insert(&key.value, &person.name.value)
            {
                context.report(
                    codes::TWICE
                        .at(
                            key.place,
                            text!(
                                "{who} has the WireGuard key of {other}",
                                "{who} tiene la clave de WireGuard de {other}"
                            ),
                        )
                        .hint(text!(
                            "let each of them make a key of their own: whoever is seen with it last \
                             would cut the other one off",
                            "que cada cual haga su propia clave: el último que se viera con ella \
                             cortaría al otro"
                        )),
                );
            }
            let mut addresses = Vec::new();
            for word in &person.address {
                let Some(network) = own.first() else { continue };
                let claimant = Claimant {
                    who: text!("{who}", "{who}"),
                    owner: text!("{who} of {name}", "{who} de {name}", name = name.value),
                    network,
                    word,
                    count: 1,
                };
                addresses.extend(addresses::of_word(&claimant, 0, taken, context));
            }
            people.push(Person {
                name: person.name.value.clone(),
                addresses,
                ssh_keys: person.ssh_key.iter().map(|it| it.value.clone()).collect(),
                wireguard_key: person.wireguard_key.as_ref().map(|it| it.value.clone()),
                origin: context.origin(person.name.place),
            });
        }
        let word = |it: &Option<At<String>>| it.as_ref().map(|it| it.value.clone());
        let outside = Outside {
            name: name.value.clone(),
            label: word(&written.label).unwrap_or_else(|| name.to_string()),
            note: word(&written.note),
            icon: word(&written.icon).unwrap_or_else(|| "users".to_owned()),
            networks: own.iter().map(|it| it.name.clone()).collect(),
            people,
            origin: context.origin(name.place),
        };
        all.insert(name.value.clone(), outside);
    }
    all
}
