//! From where somebody asks: from inside of their own sandbox, or of a pod.
//!
//! A pod is made as a node makes all of its pods, by the program and the file that it would use
//! (<https://www.cni.dev/docs/spec/>), and does nothing: it is there for whoever asks from inside of it, and gone
//! afterwards. Whether a real Kubernetes runs beside it is all the same.

use crate::stage::{Player, Stage};
use fmc_sys::{Command, Failure, Host as _, Sandbox};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

/// The name of the pod, and of its network.
const NAME: &str = "fmc-rehearsal";

/// Where names of networks are (ip-netns(8)).
const NETWORKS: &str = "/run/netns";

/// Where a node looks for the file of its network, and where the programs are that such a file names.
const FILES: &str = "/etc/cni/net.d";
const PROGRAMS: &str = "/usr/lib/cni";

/// Whoever asks, from where they do.
pub(super) enum Asker<'s> {
    Own(&'s Sandbox),
    Pod(Pod<'s>),
}

impl<'s> Asker<'s> {
    /// That of somebody.
    ///
    /// # Errors
    /// A node can make no pod.
    pub(super) fn of(player: Player, stage: &'s Stage) -> Result<Self, Failure> {
        match player {
            Player::Pod(host) => {
                let host = Player::Host(host);
                Pod::make(&stage.players[&host]).map(Self::Pod)
            }
            _ => Ok(Self::Own(&stage.players[&player])),
        }
    }

    /// The sandbox: that of its node, for a pod.
    pub(super) fn host(&self) -> &'s Sandbox {
        match self {
            Self::Own(it) => it,
            Self::Pod(it) => it.node,
        }
    }

    /// Starts a thread whose network it is.
    pub(super) fn thread<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<JoinHandle<T>, Failure> {
        match self {
            Self::Own(it) => it.thread(work),
            Self::Pod(it) => it.node.thread_of(&network(), work),
        }
    }
}

fn network() -> PathBuf {
    Path::new(NETWORKS).join(NAME)
}

/// A pod with nothing in it, which goes with this value.
pub(super) struct Pod<'s> {
    node: &'s Sandbox,
    /// What each program was told, in their order.
    told: Vec<(String, Value)>,
}

impl<'s> Pod<'s> {
    fn make(node: &'s Sandbox) -> Result<Self, Failure> {
        // The first by its name, as the runtime of containers has it.
        let list = format!("cat \"$(ls {FILES}/*.conflist | head -n 1)\"");
        let list = node.run(&Command::new("sh").args(["-c", &list]))?.ok()?.text();
        let list: Value = serde_json::from_str(&list)
            .map_err(|it| Failure::Wrong(format!("the network of pods: {it}")))?;
        node.run(&Command::new("ip").args(["netns", "add", NAME]))?.ok()?;
        let mut pod = Self { node, told: Vec::new() };
        let mut before = Value::Null;
        for plugin in list["plugins"].as_array().into_iter().flatten() {
            let program = plugin["type"].as_str().unwrap_or_default().to_owned();
            let mut told = plugin.clone();
            (told["name"], told["cniVersion"]) = (list["name"].clone(), list["cniVersion"].clone());
            if !before.is_null() {
                told["prevResult"] = before;
            }
            let command = command("ADD", &program, &told);
            pod.told.push((program, told));
            let answer = node.run(&command)?;
            let said = answer.text();
            answer.ok()?;
            before = serde_json::from_str(&said).unwrap_or_else(|_| json!({}));
        }
        // A link of its own, and that to itself.
        let up = ["-n", NAME, "link", "set", "lo", "up"];
        node.run(&Command::new("ip").args(up))?.ok()?;
        Ok(pod)
    }
}

impl Drop for Pod<'_> {
    fn drop(&mut self) {
        // Where the node is gone, so is all of it.
        for (program, told) in self.told.iter().rev() {
            let _ = self.node.run(&command("DEL", program, told));
        }
        let _ = self.node.run(&Command::new("ip").args(["netns", "delete", NAME]));
    }
}

/// Asks a program of the network of pods for something.
fn command(what: &str, program: &str, told: &Value) -> Command {
    Command::new(format!("{PROGRAMS}/{program}"))
        .env("CNI_COMMAND", what)
        .env("CNI_CONTAINERID", NAME)
        .env("CNI_NETNS", network().display().to_string())
        .env("CNI_IFNAME", "eth0")
        .env("CNI_PATH", PROGRAMS)
        .input(told.to_string())
}
