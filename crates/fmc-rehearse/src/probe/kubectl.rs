//! Those who administer a Kubernetes, as the probes of it are.

use super::attempt::run;
use crate::rehearsal::Live;
use fmc_model::cloud::{HostId, System};
use fmc_model::setup::KUBERNETES_ADMIN;
use fmc_model::{Cloud, Text};
use fmc_sys::{Command, Sandbox};
use serde_json::Value;
use std::borrow::Cow;
use std::time::Duration;

/// kubectl, as root of a host of the control plane.
pub(super) struct Kubectl<'s> {
    on: &'s Sandbox,
    path: Cow<'static, str>,
    /// What is ours: a namespace.
    own: &'static str,
}

impl<'s> Kubectl<'s> {
    pub(super) fn on(host: HostId, own: &'static str, live: &'s Live<'_>, cloud: &Cloud) -> Self {
        let system = cloud.host(host).system.unwrap_or(System::Debian);
        Self { on: live.stage.host(host), path: system.program("kubectl").path, own }
    }

    /// What it says to something.
    fn told(&self, words: &[&str], input: &str) -> Result<String, Text> {
        run(&self.command(words).input(input), self.on)
    }

    fn command(&self, words: &[&str]) -> Command {
        Command::new(&*self.path).args(["--kubeconfig", KUBERNETES_ADMIN]).args(words)
    }

    /// The same of what is ours.
    pub(super) fn of(&self, words: &[&str]) -> Result<String, Text> {
        self.told(&[&["--namespace", self.own][..], words].concat(), "")
    }

    /// The same of what may take so long.
    pub(super) fn of_within(&self, limit: Duration, words: &[&str]) -> Result<String, Text> {
        let command = self.command(&[&["--namespace", self.own][..], words].concat());
        run(&command.limit(limit), self.on)
    }

    /// Makes objects, or makes them what they are to be.
    pub(super) fn apply(&self, objects: &Value) -> Result<(), Text> {
        let words = ["apply", "--server-side", "--filename", "-"];
        self.told(&words, &objects.to_string()).map(|_| ())
    }

    /// Takes away what is ours.
    pub(super) fn clear(&self) -> Result<(), Text> {
        self.told(&["delete", "namespace", self.own, "--wait=false"], "").map(|_| ())
    }
}
