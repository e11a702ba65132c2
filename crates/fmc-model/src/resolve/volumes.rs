//! Folders of other hosts that pods of apps find in theirs. A node mounts them for its pods, so it is the node that
//! comes to whoever shares them.

use super::codes::NOT_OFFERED;
use super::flows::Because;
use super::link::Linker;
use crate::cloud::{Asker, End};
use crate::read::At;
use crate::role::{Selector, SelectorKind};
use crate::spec::CloudSpec;
use crate::{Name, Shared, text};

/// The service by which folders are shared.
const SERVICE: &str = "nfs";

impl Linker<'_, '_> {
    /// What apps in pods find of other hosts. It comes behind what those let in by their own word: an export is
    /// their affair, and keeps its name.
    pub(crate) fn volumes(&mut self, spec: &CloudSpec) {
        for (name, app) in &spec.apps {
            for shared in app.pods.iter().flat_map(|it| it.value.volumes.values()) {
                self.volume(&name.value, shared);
            }
        }
    }

    fn volume(&mut self, name: &Name, shared: &At<Shared>) {
        let Some(own) = self.site.apps.get(name) else { return };
        let host = &shared.host;
        let place = At::new(shared.to_string(), shared.place).part(0, host.as_str().len());
        let pattern = host.to_string();
        let selector = At::new(Selector { kind: Some(SelectorKind::Host), pattern }, place);
        let Some(found) = self.directory.find(&selector, self.context) else { return };
        let targets = self.ends_of(&found, SERVICE);
        if targets.is_empty() {
            let diagnostic = NOT_OFFERED.at(
                place,
                text!(
                    "`{host}` does not offer `{SERVICE}`, by which pods of `{name}` would find {folder}",
                    "`{host}` no ofrece `{SERVICE}`, por el que los pods de `{name}` encontrarían {folder}",
                    folder = shared.folder
                ),
            );
            self.context.report(diagnostic.hint(text!(
                "give {host} the role `{SERVICE}`, or name somebody who has it",
                "dé a {host} el rol `{SERVICE}`, o nombre a quien lo tenga"
            )));
        }
        let why = text!(
            "pods of {name} keep files in {shared}",
            "los pods de {name} guardan ficheros en {shared}",
            shared = shared.value
        );
        for (to, ports) in targets {
            let because = Because {
                asker: Asker::App(name.to_string()),
                place: shared.place,
                why: &why,
                slo: None,
                // No pod starts without what it mounts.
                vital: true,
            };
            let from = End::Hosts(own.hosts.clone());
            self.flows.add(from, to, SERVICE, ports, because, self.context);
        }
    }
}
