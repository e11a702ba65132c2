//! The first start of a Flatcar host: the real Ignition fills it from the configuration that was built, and every
//! file that it made is held against the one in the folder of the host.

use super::Part;
use fmc_build::{HostTree, Node};
use fmc_model::cloud::System;
use fmc_sys::{Command, Failure, Host as _, Outcome, Placed, Sandbox};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// What a host is started from for the first time.
#[derive(Clone, Debug, PartialEq)]
pub struct Ignition {
    /// The configuration that was built, but for what it would fetch: that is here already.
    config: String,
    /// The files that it must make. Those that hold a secret, or a certificate, are left out of it.
    files: Vec<Placed>,
    /// The links that it must make: path and target.
    links: Vec<(String, String)>,
}

const PROGRAM: &str = "/usr/lib/dracut/modules.d/30ignition/ignition";

/// The configuration, and the folder of what is there for its run alone.
const CONFIG: &str = "/run/fmc-ignition/config.ign";
const FOLDER: &str = "/run/fmc-ignition";

/// What Flatcar's first start has and the root has not: its user, and labels of `SELinux`, which are set by a
/// program that does nothing.
const BEFORE: &str = "set -e
id {user} > /dev/null 2>&1 || useradd --create-home {user}
mkdir -p {folder}/bin /etc/selinux/targeted/contexts/files
printf 'SELINUX=permissive\\nSELINUXTYPE=targeted\\n' > /etc/selinux/config
: > /etc/selinux/targeted/contexts/files/file_contexts
printf '#!/bin/sh\\nexit 0\\n' > {folder}/bin/setfiles
chmod 755 {folder}/bin/setfiles";

/// What is taken away again.
const AFTER: &str = "rm -rf {folder} /etc/selinux";

impl Ignition {
    /// That of a host, if it is started by one.
    ///
    /// # Errors
    /// What was built for it cannot be read.
    pub(crate) fn of(name: &str, tree: &HostTree) -> Result<Option<Self>, Failure> {
        let Some(Node::File(config)) = tree.artifacts.get(&format!("{name}.ign")) else {
            return Ok(None);
        };
        let failed = |it: serde_json::Error| Failure::Wrong(format!("{name}.ign: {it}"));
        let mut config: Value = serde_json::from_str(config.printed.text()).map_err(failed)?;
        if let Some(files) = config["storage"]["files"].as_array_mut() {
            files.retain(|it| {
                let source = it["contents"]["source"].as_str();
                source.is_none_or(|it| it.starts_with("data:"))
            });
        }
        let (mut files, mut links) = (Vec::new(), Vec::new());
        for (path, node) in &tree.nodes {
            match node {
                Node::Link(to) => links.push((path.clone(), to.clone())),
                Node::File(file) if !file.printed.holes().is_empty() => {}
                Node::File(file) => {
                    let placed = Placed::new(path, file.printed.text()).mode(file.mode.into());
                    files.push(placed.owner(file.owner.clone()));
                }
            }
        }
        Ok(Some(Self { config: config.to_string(), files, links }))
    }

    /// Whether it makes this very file.
    pub(super) fn makes(&self, file: &Placed) -> bool {
        self.files.contains(file)
    }

    /// Has it fill a host on which nothing of ours is yet. What does not belong to the part of the host here is
    /// taken away again.
    ///
    /// # Errors
    /// It refuses its configuration, or makes something else than was built.
    pub(super) fn fill(&self, part: &Part, sandbox: &Sandbox) -> Result<(), Failure> {
        script(BEFORE, sandbox)?;
        sandbox.place(vec![Placed::new(CONFIG, self.config.as_str()).mode(0o600)])?;
        for stage in ["fetch", "files"] {
            let cache = format!("{FOLDER}/cache");
            let state = format!("{FOLDER}/state");
            let apply = Command::new(PROGRAM)
                .args(["-platform", "file", "-root", "/", "-log-to-stdout"])
                .args(["-config-cache", &cache, "-state-file", &state, "-stage", stage])
                .env("IGNITION_CONFIG_FILE", CONFIG)
                .env("PATH", format!("{FOLDER}/bin:/usr/sbin:/usr/bin:/sbin:/bin"));
            sandbox.run(&apply)?.ok()?;
        }
        script(AFTER, sandbox)?;
        let (files, links) = (self.files.clone(), self.links.clone());
        let wrong = sandbox.inside(move || {
            let files = files.iter().filter(|it| !it.is_there());
            let files = files.map(|it| it.path().display().to_string());
            let is_there = |(path, to): &&(String, String)| {
                std::fs::read_link(path).is_ok_and(|it| it == Path::new(to))
            };
            let links = links.iter().filter(|it| !is_there(it)).map(|it| it.0.clone());
            files.chain(links).collect::<Vec<String>>()
        })?;
        if !wrong.is_empty() {
            let wrong = wrong.join(", ");
            return Err(Failure::Wrong(format!("Ignition did not make as it was built: {wrong}")));
        }
        self.forget(part, sandbox)
    }

    /// Takes away what it made and is not part of the host here.
    fn forget(&self, part: &Part, sandbox: &Sandbox) -> Result<(), Failure> {
        let files = part.files.iter().map(Placed::path);
        let links = part.links.iter().map(|it| Path::new(&it.0));
        let wanted: BTreeSet<&Path> = files.chain(links).collect();
        let made = self.files.iter().map(Placed::path);
        let made = made.chain(self.links.iter().map(|it| Path::new(&it.0)));
        let other = made.filter(|it| !wanted.contains(it)).map(Path::to_owned);
        let other: Vec<_> = other.collect();
        sandbox.inside(move || {
            other.iter().try_for_each(|it| {
                std::fs::remove_file(it).map_err(|source| {
                    let what = format!("taking {} away", it.display());
                    Failure::System { what, source }
                })
            })
        })?
    }
}

fn script(text: &str, sandbox: &Sandbox) -> Result<Outcome, Failure> {
    let user = System::Flatcar.administrator();
    let text = text.replace("{folder}", FOLDER).replace("{user}", user);
    sandbox.run(&Command::new("sh").args(["-c", &text]))?.ok()
}
