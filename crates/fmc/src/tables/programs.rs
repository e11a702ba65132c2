//! What hosts run, and what brings it: the system, a package, a file that is fetched, or nobody.

use super::{Wanted, table};
use fmc_model::Cloud;
use fmc_model::cloud::{Host, HostSet};
use fmc_model::setup::Download;
use serde_json::{Value, json as object};
use std::collections::BTreeMap;

/// How many digits of a digest a table shows; JSON has all of them.
const SHOWN: usize = 12;

/// What brings a program.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    Image,
    Package(String),
    Fetched { version: String, url: String, sha256: String, own: bool },
    Nothing { path: String },
}

impl Source {
    /// What JSON calls it.
    fn word(&self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Package(_) => "package",
            Self::Fetched { own: false, .. } => "release",
            Self::Fetched { own: true, .. } => "written",
            Self::Nothing { .. } => "nothing",
        }
    }
}

/// A program from one source, with the hosts that have it from there.
type Programs = BTreeMap<(String, Source), HostSet>;

pub(super) fn text(cloud: &Cloud, wanted: &Wanted<'_>) -> String {
    let all = programs(cloud, wanted);
    let rows = all.into_iter().map(|((name, source), hosts)| {
        let (from, version, digest) = match source {
            Source::Image => {
                (wanted.say("the system's image", "la imagen del sistema").to_owned(), None, None)
            }
            Source::Package(package) => {
                let word = wanted.say("package", "paquete");
                (format!("{word} {package}"), None, None)
            }
            Source::Fetched { version, url, sha256, own } => {
                let by_hand = if own { wanted.say(" (written)", " (escrito)") } else { "" };
                (format!("{url}{by_hand}"), Some(version), Some(sha256))
            }
            Source::Nothing { path } => {
                let words = wanted.say("nothing brings it to", "nada lo trae a");
                (format!("{words} {path}"), None, None)
            }
        };
        let digest = digest.map(|it| it[..SHOWN].to_owned()).unwrap_or_default();
        vec![name, version.unwrap_or_default(), digest, hosts.to_string(), from]
    });
    table(
        &[
            wanted.say("program", "programa"),
            wanted.say("version", "versión"),
            "sha256",
            wanted.say("on", "en"),
            wanted.say("from", "de"),
        ],
        rows.collect(),
    )
}

pub(super) fn json(cloud: &Cloud, wanted: &Wanted<'_>) -> Value {
    let all = programs(cloud, wanted).into_iter().map(|((name, source), hosts)| {
        let hosts: Vec<&str> = hosts.names().map(fmc_model::Name::as_str).collect();
        let mut json = object!({ "program": name, "hosts": hosts, "from": source.word() });
        match source {
            Source::Image => {}
            Source::Package(package) => json["package"] = package.into(),
            Source::Fetched { version, url, sha256, .. } => {
                json["version"] = version.into();
                json["url"] = url.into();
                json["sha256"] = sha256.into();
            }
            Source::Nothing { path } => json["path"] = path.into(),
        }
        json
    });
    all.collect()
}

/// What a host fetches, as JSON.
pub(crate) fn download(it: &Download) -> Value {
    let places: Vec<&str> = it.installs.iter().map(|it| it.path.as_str()).collect();
    object!({
        "program": it.program, "version": it.version, "url": it.url, "sha256": it.sha256,
        "installs": places,
    })
}

fn programs(cloud: &Cloud, wanted: &Wanted<'_>) -> Programs {
    let mut all: BTreeMap<(String, Source), Vec<fmc_model::cloud::HostId>> = BTreeMap::new();
    let is_wanted = |it: &&Host| wanted.host.is_none_or(|name| it.name.as_str() == name);
    for host in cloud.hosts.values().filter(is_wanted) {
        let setup = cloud.setup(host.id);
        let Some(system) = host.system.filter(|_| !host.managed) else { continue };
        let mut add = |name: &str, source| {
            all.entry((name.to_owned(), source)).or_default().push(host.id);
        };
        for name in &setup.programs {
            let program = system.program(name);
            match program.package {
                Some(package) => add(name, Source::Package(package.into_owned())),
                None if !program.fetched => add(name, Source::Image),
                None => {}
            }
        }
        for it in &setup.downloads {
            let (version, url) = (it.version.clone(), it.url.clone());
            let (sha256, own) = (it.sha256.clone(), it.written.is_some());
            add(&it.program, Source::Fetched { version, url, sha256, own });
        }
        for it in &setup.missing {
            add(&it.name, Source::Nothing { path: it.path.clone() });
        }
    }
    all.into_iter().map(|(key, ids)| (key, cloud.set_of(ids))).collect()
}
