//! Whose programs of Kubernetes run: those that somebody brings (`--kubernetes-bin`), or those that were built here.

use crate::CouldNot;
use crate::input::Read;
use crate::output::Output;
use fmc_components::{Component, When};
use fmc_model::cloud::Releases;
use fmc_rehearse::brought::{self, Brought, Refused, Trouble};
use fmc_rehearse::service::Components;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The components whose programs people may bring themselves.
const OF_KUBERNETES: [&str; 2] = ["etcd", "kubernetes"];

/// The programs of a real Kubernetes.
#[derive(Clone)]
pub(super) struct Programs {
    brought: Option<Brought>,
    /// Those that were built here, each with its version.
    built: BTreeMap<String, String>,
}

impl Programs {
    /// Those of the list of components.
    pub(super) fn built() -> Result<Self, CouldNot> {
        Ok(Self::of(&fmc_components::list().map_err(CouldNot::new)?, None))
    }

    /// Those that somebody brings, and of the list what these lack.
    pub(super) fn brought(brought: Brought) -> Result<Self, CouldNot> {
        Ok(Self::of(&fmc_components::list().map_err(CouldNot::new)?, Some(brought)))
    }

    /// What is known of them from the list of components, and from whoever brings some.
    fn of(list: &[Component], brought: Option<Brought>) -> Self {
        let own = list.iter().filter(|it| OF_KUBERNETES.contains(&it.name.as_str()));
        let all = own.flat_map(|it| it.programs().into_iter().map(|name| (name, &it.version)));
        let is_built =
            |name: &str| brought.as_ref().is_none_or(|it| !it.programs.contains_key(name));
        let built = all.filter(|it| is_built(it.0));
        let built = built.map(|(name, version)| (name.to_owned(), version.clone())).collect();
        Self { brought, built }
    }

    /// Whether anything of a component is still to be built.
    pub(super) fn wants(&self, component: &Component) -> bool {
        let programs = component.programs();
        component.fetched == When::Asked
            && (!OF_KUBERNETES.contains(&component.name.as_str())
                || programs.iter().any(|it| self.built.contains_key(*it)))
    }

    /// Puts what was brought in the place of what was built.
    pub(super) fn put(&self, components: &mut Components) {
        let programs = self.brought.iter().flat_map(|it| &it.programs);
        components.extend(programs.map(|(name, it)| ((*name).to_owned(), it.path.clone())));
    }

    /// For which releases files are written.
    fn releases(&self) -> Releases {
        self.brought.as_ref().map_or_else(Releases::default, |it| it.releases)
    }

    /// For people.
    pub(super) fn text(&self, output: &Output) -> String {
        let mut text = String::from("\n");
        let heading = output
            .say("whose programs of Kubernetes run", "de quién son los programas de Kubernetes");
        let _ = writeln!(text, "{heading}:");
        if let Some(brought) = &self.brought {
            let all = brought.programs.iter().map(|(name, it)| (*name, it.version.as_str()));
            let yours = output.say("yours, of", "suyos, de");
            let _ = writeln!(text, "  {yours} {}: {}", brought.folder.display(), listed(all));
        }
        if !self.built.is_empty() {
            let all = self.built.iter().map(|(name, version)| (name.as_str(), version.as_str()));
            let built = output.say("components of fmc", "componentes de fmc");
            let _ = writeln!(text, "  {built}: {}", listed(all));
        }
        let (written, usual) = (self.releases(), Releases::default());
        if written != usual {
            let Releases { control, nodes } = written;
            let here = output.say(
                "flags and files are written for them, and not as `fmc build` writes them",
                "opciones y ficheros se escriben para ellos, y no como los escribe `fmc build`",
            );
            let other = usual.control;
            let _ =
                writeln!(text, "  {here}: 1.{control}, kubelet 1.{nodes}; `fmc build`: 1.{other}");
        }
        text
    }

    /// For machines.
    pub(super) fn json(&self) -> Value {
        let brought = self.brought.iter().flat_map(|of| {
            let told = |(name, it): (&&str, &brought::Program)| json!({ "name": name, "version": it.version, "from": of.folder });
            of.programs.iter().map(told)
        });
        let built = self
            .built
            .iter()
            .map(|(name, version)| json!({ "name": name, "version": version, "from": null }));
        let Releases { control, nodes } = self.releases();
        json!({
            "programs": brought.chain(built).collect::<Vec<_>>(),
            "written_for": { "control": format!("1.{control}"), "nodes": format!("1.{nodes}") },
        })
    }
}

/// Programs, those of one version together.
fn listed<'a>(all: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut by_version: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, version) in all {
        by_version.entry(version).or_default().push(name);
    }
    let told = by_version.iter().map(|(version, names)| format!("{} {version}", names.join(", ")));
    told.collect::<Vec<_>>().join("; ")
}

impl Read {
    /// The same with files that are written for these programs.
    pub(super) fn written_for(self, programs: Option<&Programs>) -> Self {
        let releases = programs.map(Programs::releases).unwrap_or_default();
        Self { cloud: self.cloud.map(|it| it.written_for(releases)), ..self }
    }
}

/// The programs in a folder, before anything else is done.
pub(super) fn found(
    folder: Option<&Path>,
    output: &Output,
) -> Result<Option<BTreeMap<&'static str, PathBuf>>, CouldNot> {
    let found = folder.map(brought::find).transpose();
    found.map_err(|it| refused(&it, output))
}

/// Asks them what they are, over the root of hosts.
pub(super) fn asked(
    root: &Path,
    folder: &Path,
    found: BTreeMap<&'static str, PathBuf>,
    output: &Output,
) -> Result<Brought, CouldNot> {
    brought::ask(root, &whole(folder), found).map_err(|it| match it {
        Trouble::Refused(it) => refused(&it, output),
        Trouble::Failed(it) => it.into(),
    })
}

fn refused(it: &Refused, output: &Output) -> CouldNot {
    let language = output.language();
    let what = format!("--kubernetes-bin: {}", it.what.get(language));
    let instead = output.say(
        "or leave --kubernetes-bin out: `--kubernetes` builds them",
        "o prescinda de --kubernetes-bin: `--kubernetes` los compila",
    );
    CouldNot::new(what).hint(format!("{}; {instead}", it.mend.get(language)))
}

/// A folder as it is from every other one.
pub(super) fn whole(folder: &Path) -> PathBuf {
    std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use fmc_rehearse::brought::Program;

    fn brought(names: &[&'static str], minor: u16) -> Brought {
        let program = |name: &&'static str| {
            let path = PathBuf::from(format!("/mine/{name}"));
            (*name, Program { path, version: format!("v1.{minor}.1") })
        };
        Brought {
            folder: "/mine".into(),
            programs: names.iter().map(program).collect(),
            releases: Releases { control: minor, nodes: minor },
        }
    }

    const ALL: [&str; 6] = [
        "kube-apiserver",
        "kube-controller-manager",
        "kube-proxy",
        "kube-scheduler",
        "kubectl",
        "kubelet",
    ];

    #[test]
    fn what_is_brought_is_not_built() {
        let list = fmc_components::list().expect("a list");
        let wanted = |it: &Programs| -> Vec<String> {
            list.iter().filter(|one| it.wants(one)).map(|it| it.name.clone()).collect()
        };
        let none = Programs::of(&list, None);
        assert_eq!(wanted(&none), ["cluster-dns", "demo", "etcd", "kubernetes", "longhorn-engine"]);
        let mine = Programs::of(&list, Some(brought(&ALL, 36)));
        assert_eq!(wanted(&mine), ["cluster-dns", "demo", "etcd", "longhorn-engine"]);
        let all = [&ALL[..], &["etcd", "etcdctl"]].concat();
        assert_eq!(
            wanted(&Programs::of(&list, Some(brought(&all, 36)))),
            ["cluster-dns", "demo", "longhorn-engine"]
        );
        let mut components = Components::from([("kubelet".to_owned(), "/built".into())]);
        mine.put(&mut components);
        assert_eq!(components["kubelet"], Path::new("/mine/kubelet"));
    }

    /// What is only for a role is for one that there is.
    #[test]
    fn roles_of_components_are_roles() {
        let list = fmc_components::list().expect("a list");
        for role in list.iter().filter_map(|it| it.role.as_deref()) {
            assert!(fmc_roles::ROLES.iter().any(|it| it.about.name == role), "{role}");
        }
    }

    #[test]
    fn whose_programs_run_is_told() {
        let list = fmc_components::list().expect("a list");
        let told = |it: &Programs| it.text(&Output::new(None));
        let none = told(&Programs::of(&list, None));
        assert!(none.contains(&ALL.join(", ")) && !none.contains("1.34"), "{none}");
        let mine = Programs::of(&list, Some(brought(&ALL, 34)));
        let text = told(&mine);
        assert!(text.contains(&format!("/mine: {} v1.34.1\n", ALL.join(", "))), "{text}");
        assert!(text.contains(": etcd, etcdctl 3."), "{text}");
        assert!(text.contains("kubelet 1.34; `fmc build`: 1.36"), "{text}");
        let json = mine.json();
        assert_eq!(json["programs"][0]["from"], "/mine");
        assert_eq!(json["written_for"]["nodes"], "1.34");
    }
}
