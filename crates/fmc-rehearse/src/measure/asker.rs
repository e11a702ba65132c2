//! From where somebody asks: from inside of their own sandbox, or of a pod.
//!
//! A pod is made as a node makes all of its pods, by the program and the file that it would use
//! (<https://www.cni.dev/docs/spec/>), and does nothing: it is there for whoever asks from inside of it, and gone
//! afterwards. Whether a real Kubernetes runs beside it is all the same.

use crate::stage::{Player, Stage};
use fmc_model::Text;
use fmc_sys::{Command, Failure, Outcome, Process, Sandbox};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

/// The name of the pod, and of its network.
const NAME: &str = "fmc-rehearsal";

/// Where names of networks are (ip-netns(8)).
const NETWORKS: &str = "/run/netns";

/// Where a node looks for the file of its network, and where systems have the programs that such a file names: what
/// somebody brought by hand comes first.
const FILES: &str = "/etc/cni/net.d";
const PROGRAMS: &str = "/opt/cni/bin:/usr/libexec/cni:/usr/lib/cni";

/// What is said of the pod on its node.
pub(crate) const ASKING_POD: Text = Text::of(
    "an empty pod asks everybody, for pods of any kind",
    "un pod vacío pregunta a todos, por pods de cualquier clase",
);

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
        // The first by its name, of those that the runtime of containers takes for one.
        let list = format!(
            "file=$(ls {FILES} | grep -E '\\.(conf|conflist|json)$' | head -n 1)
[ -n \"$file\" ] || {{ echo 'nothing in {FILES} is of a network' >&2; exit 1; }}
cat \"{FILES}/$file\""
        );
        let list = run(&Command::new("sh").args(["-c", &list]), node)?.text();
        let plugins = plugins(&list)?;
        let mut pod = Self { node, told: Vec::new() };
        run(&Command::new("ip").args(["netns", "add", NAME]), node)?;
        let mut before = None;
        for (program, mut told) in plugins {
            if let Some(before) = before {
                told["prevResult"] = before;
            }
            let command = command("ADD", &program, &told);
            pod.told.push((program, told));
            let said = run(&command, node)?.text();
            before = Some(serde_json::from_str(&said).map_err(|it| unread(&it))?);
        }
        // A link of its own, and that to itself.
        let up = ["-n", NAME, "link", "set", "lo", "up"];
        run(&Command::new("ip").args(up), node)?;
        Ok(pod)
    }
}

/// The programs that a file names, each with what it is told; a file may name a single one.
fn plugins(text: &str) -> Result<Vec<(String, Value)>, Failure> {
    let list: Value = serde_json::from_str(text).map_err(|it| unread(&it))?;
    let several = list["plugins"].as_array().cloned();
    let told = |mut plugin: Value| {
        let program = plugin["type"].as_str().map(str::to_owned);
        let program = program.ok_or_else(|| Failure::Wrong("a plugin has no type".to_owned()))?;
        (plugin["name"], plugin["cniVersion"]) = (list["name"].clone(), list["cniVersion"].clone());
        Ok((program, plugin))
    };
    several.unwrap_or_else(|| vec![list.clone()]).into_iter().map(told).collect()
}

fn unread(why: &serde_json::Error) -> Failure {
    Failure::Wrong(format!("the network of pods: {why}"))
}

/// Runs a command on a node to its end. One that takes too long ends alone, and its host goes on.
fn run(command: &Command, node: &Sandbox) -> Result<Outcome, Failure> {
    node.spawn(command).and_then(Process::wait)?.ok()
}

impl Drop for Pod<'_> {
    fn drop(&mut self) {
        // Where the node is gone, so is all of it.
        for (program, told) in self.told.iter().rev() {
            let _ = run(&command("DEL", program, told), self.node);
        }
        let _ = run(&Command::new("ip").args(["netns", "delete", NAME]), self.node);
    }
}

/// Asks a program of the network of pods for something.
fn command(what: &str, program: &str, told: &Value) -> Command {
    let found = format!("PATH={PROGRAMS}:$PATH exec \"$0\"");
    Command::new("sh")
        .args(["-c", &found, program])
        .env("CNI_COMMAND", what)
        .env("CNI_CONTAINERID", NAME)
        .env("CNI_NETNS", network().display().to_string())
        .env("CNI_IFNAME", "eth0")
        .env("CNI_PATH", PROGRAMS)
        .input(told.to_string())
}

#[cfg(test)]
mod tests {
    use super::plugins;

    #[test]
    fn a_file_names_several_programs_or_one() {
        let several = r#"{ "cniVersion": "1.0.0", "name": "n", "plugins": [{ "type": "a" }, { "type": "b" }] }"#;
        let one = r#"{ "cniVersion": "1.0.0", "name": "n", "type": "a", "mtu": 9 }"#;
        let names = |text| plugins(text).map(|all| all.into_iter().map(|it| it.0).collect());
        assert_eq!(names(several).ok(), Some(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(names(one).ok(), Some(vec!["a".to_owned()]));
        let told = &plugins(several).expect("it is read")[1].1;
        assert_eq!((&told["name"], &told["cniVersion"]), (&"n".into(), &"1.0.0".into()));
        for text in ["", "[1]", "7", r#"{ "plugins": [7] }"#, r#"{ "plugins": [{}] }"#] {
            assert!(plugins(text).is_err(), "{text}");
        }
    }
}
