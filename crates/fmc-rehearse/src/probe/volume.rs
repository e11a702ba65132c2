//! Whether what is kept on several nodes outlives them: a volume of Longhorn, by its engine
//! (<https://github.com/longhorn/longhorn-engine>). One pod is the engine, which takes what is written and reads it
//! again, and pods on the nodes keep a copy each. Where Longhorn's managers would start and mend them, this does.

use super::attempt::run;
use super::kubectl::Kubectl;
use super::pods::{labels, nodes};
use crate::rehearsal::Live;
use crate::service::{DEMO, ENGINE, ENGINE_DATA};
use fmc_model::cloud::{Host, HostId};
use fmc_model::role::Redundancy;
use fmc_model::{Cloud, Text, text};
use fmc_sys::Command;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// The namespace, and everything in it.
const NAME: &str = "fmc-rehearsal-volume";

/// The engine, as its pod and as what the pods of copies are told of it.
const CONTROLLER: &str = "engine";

/// What the volume is called, and the same in base64: by that it is asked for.
const VOLUME: (&str, &str) = ("fmc", "Zm1j");

/// How big it is: enough for what is written.
const SIZE: &str = "16m";

/// Where copies listen, and at what follows; the engine does at the port before.
const COPY: u16 = 9502;

/// Where the engine takes what is written, and gives it back: in its own pod alone.
const DEVICE: &str = "http://localhost:9414/v1/volumes";

/// What is written at once, and the words of base64 of which it consists: no rest is left of either.
const BLOCK: usize = 1536;
const FIRST: &str = "Once";
const SECOND: &str = "then";

/// How long it may take until a copy that is gone is known to be, or one that begins is there.
const SOON: Duration = Duration::from_secs(20);

/// How long a copy may take to be mended: some ten seconds of rests, and what a busy machine adds.
const MENDING: Duration = Duration::from_secs(90);

/// By what nodes are known that keep volumes (`node.longhorn.io` of Longhorn's own settings).
const KEEPS: (&str, &str) = ("node.longhorn.io/create-default-disk", "config");

/// On how many nodes a volume lies that outlives one of them, where there are such.
pub(super) fn replicas(live: &Live<'_>, cloud: &Cloud) -> Option<usize> {
    let counts = cloud.redundancy.iter().filter_map(|it| match it.kind {
        Redundancy::Replicas(count) => Some(usize::from(count)),
        _ => None,
    });
    let all = keepers(live, cloud).count();
    counts.map(|it| it.min(all)).max().filter(|it| *it > 1)
}

/// The nodes that may keep a copy.
fn keepers<'c>(live: &'c Live<'_>, cloud: &'c Cloud) -> impl Iterator<Item = &'c Host> {
    nodes(live, cloud).filter(|it| live.parts[&it.id].programs.iter().any(|it| it.1 == ENGINE))
}

/// Writes to a volume, kills a copy of it, writes on, reads, has the copy mended, kills all others, and reads again:
/// what it says then is what was mended. All of it is taken away afterwards; where something fails, all stays for
/// whoever looks.
pub(super) fn outlives(
    api: HostId,
    count: usize,
    live: &Live<'_>,
    cloud: &Cloud,
) -> Result<(), Text> {
    let kubectl = Kubectl::on(api, NAME, live, cloud);
    let here = kubectl.of(&["get", "pod", CONTROLLER, "--ignore-not-found", "--output", "name"])?;
    // Copies that an earlier attempt has left belong to its engine.
    if !here.trim().is_empty() {
        kubectl.of(&["delete", "deployment,pod", "--all", "--now", "--timeout=20s"])?;
    }
    let is_six =
        keepers(live, cloud).any(|it| it.pods.first().is_some_and(|it| it.addr().is_ipv6()));
    kubectl.apply(&copies(count, is_six))?;
    kubectl.of(&["rollout", "status", &format!("deployment/{NAME}"), "--timeout=2s"])?;
    let shown =
        r#"jsonpath={range .items[*]}{.metadata.name} {.spec.nodeName} {.status.podIP}{"\n"}{end}"#;
    let shown =
        kubectl.of(&["get", "pods", "--selector", &format!("app={NAME}"), "--output", shown])?;
    let copies: Vec<Copy<'_>> = shown.lines().filter_map(Copy::of).collect();
    let [first, others @ ..] = &copies[..] else { return Err(missing(0, count)) };
    if copies.len() != count {
        return Err(missing(copies.len(), count));
    }
    kubectl.apply(&engine(&copies, is_six))?;
    let engine = Engine { kubectl: &kubectl, is_six };
    until(SOON, || engine.is_whole(count)).map_err(|it| engine.said().unwrap_or(it))?;

    engine.write(0, FIRST)?;
    first.kill(live, cloud)?;
    engine.write(1, SECOND)?;
    until(SOON, || engine.has_noticed(first))?;
    engine.says_all()?;

    engine.ask(&["rm", &first.address])?;
    // Its node starts the copy again, with what it still had of the volume.
    until(SOON, || engine.add(first))?;
    until(SOON, || engine.is_whole(count))?;
    others.iter().try_for_each(|it| it.kill(live, cloud))?;
    engine.says_all()?;

    // Who is just being started again would make a folder anew that is taken away.
    kubectl.of(&["delete", "deployment,pod", "--all", "--now", "--timeout=20s"])?;
    keepers(live, cloud).try_for_each(|it| {
        let data = format!("{ENGINE_DATA}/{NAME}");
        run(&Command::new("rm").args(["-rf", &data]), live.stage.host(it.id)).map(|_| ())
    })?;
    kubectl.clear()
}

fn missing(count: usize, of: usize) -> Text {
    text!("there are {count} copies of {of}", "hay {count} copias de {of}")
}

/// Tries something again until it succeeds; what it said last, where that takes too long.
fn until(patience: Duration, attempt: impl Fn() -> Result<(), Text>) -> Result<(), Text> {
    let end = Instant::now() + patience;
    loop {
        match attempt() {
            Err(why) if Instant::now() > end => return Err(why),
            Err(_) => std::thread::sleep(Duration::from_millis(200)),
            Ok(()) => return Ok(()),
        }
    }
}

/// A pod that keeps a copy.
struct Copy<'s> {
    pod: &'s str,
    node: &'s str,
    /// As the engine calls it.
    address: String,
}

impl<'s> Copy<'s> {
    fn of(line: &'s str) -> Option<Self> {
        let mut words = line.split(' ');
        let (pod, node) = (words.next()?, words.next()?);
        let address = words.next()?.parse().ok()?;
        let address = format!("tcp://{}", std::net::SocketAddr::new(address, COPY));
        Some(Self { pod, node, address })
    }

    /// Ends it as a crash would.
    fn kill(&self, live: &Live<'_>, cloud: &Cloud) -> Result<(), Text> {
        let node = cloud.hosts.values().find(|it| it.name.as_str() == self.node);
        let node = node.ok_or_else(|| Text::same(self.node))?;
        let named = format!("replica-instance-name {}", self.pod);
        let kill = Command::new("pkill").args(["-KILL", "--full", &named]);
        run(&kill, live.stage.host(node.id)).map(|_| ())
    }
}

/// What takes what is written.
struct Engine<'s> {
    kubectl: &'s Kubectl<'s>,
    is_six: bool,
}

impl Engine<'_> {
    /// How its own client is told something.
    fn own<'w>(&self, words: &[&'w str]) -> Vec<&'w str> {
        let url = if self.is_six { "[::1]:9501" } else { "127.0.0.1:9501" };
        let own = ["exec", CONTROLLER, "--", ENGINE_INSIDE, "--url", url, "--volume-name"];
        let own = own.into_iter().chain([VOLUME.0, "--engine-instance-name", CONTROLLER]);
        own.chain(words.iter().copied()).collect()
    }

    /// What that says to something.
    fn ask(&self, words: &[&str]) -> Result<String, Text> {
        self.kubectl.of(&self.own(words))
    }

    /// Why it could not have one of its copies, as it wrote down the last time.
    fn said(&self) -> Option<Text> {
        let log = self.kubectl.of(&["logs", CONTROLLER, "--tail=50"]).ok()?;
        let mut why = log.lines().rev().filter_map(|it| it.split_once(" error="));
        why.next().map(|(_, it)| text!("the engine: {it}", "el motor: {it}"))
    }

    /// In which state each copy is, by its address: `RW` is one that is read from.
    fn modes(&self) -> Result<BTreeMap<String, String>, Text> {
        let shown = self.ask(&["ls"])?;
        let lines = shown.lines().skip(1).map(str::split_whitespace);
        Ok(lines.filter_map(|mut it| Some((it.next()?.into(), it.next()?.into()))).collect())
    }

    fn is_whole(&self, count: usize) -> Result<(), Text> {
        let modes = self.modes()?;
        let whole = modes.values().filter(|it| *it == "RW").count();
        if whole == count { Ok(()) } else { Err(missing(whole, count)) }
    }

    fn has_noticed(&self, copy: &Copy<'_>) -> Result<(), Text> {
        let (modes, node) = (self.modes()?, copy.node);
        let mode = modes.get(&copy.address).map_or("", String::as_str);
        if mode == "ERR" {
            return Ok(());
        }
        Err(text!(
            "the copy on {node} ended, and its mode is `{mode}`",
            "la copia de {node} acabó, y su modo es `{mode}`"
        ))
    }

    /// Has a copy follow the others again.
    fn add(&self, copy: &Copy<'_>) -> Result<(), Text> {
        let sizes = ["add", "--size", SIZE, "--current-size", SIZE, "--replica-instance-name"];
        let words = [&sizes[..], &[copy.pod, &copy.address]].concat();
        self.kubectl.of_within(MENDING, &self.own(&words)).map(|_| ())
    }

    fn write(&self, block: usize, word: &str) -> Result<(), Text> {
        let data = word.repeat(BLOCK / 3);
        let what = json!({ "offset": block * BLOCK, "length": BLOCK, "data": data });
        self.post("writeat", &what).map(|_| ())
    }

    /// Whether everything is there that was written.
    fn says_all(&self) -> Result<(), Text> {
        for (block, word) in [FIRST, SECOND].into_iter().enumerate() {
            // Numbers are words to whoever reads.
            let (offset, length) = ((block * BLOCK).to_string(), BLOCK.to_string());
            let said = self.post("readat", &json!({ "offset": offset, "length": length }))?;
            let said: Value = serde_json::from_str(&said).unwrap_or_default();
            let said = said["data"].as_str().unwrap_or_default();
            if said != word.repeat(BLOCK / 3) {
                let said = said.get(..12).unwrap_or_default();
                return Err(text!(
                    "block {block} says `{said}…` and not `{word}…`",
                    "el bloque {block} dice `{said}…` y no `{word}…`"
                ));
            }
        }
        Ok(())
    }

    fn post(&self, action: &str, what: &Value) -> Result<String, Text> {
        let url = format!("{DEVICE}/{}?action={action}", VOLUME.1);
        self.kubectl.of(&["exec", CONTROLLER, "--", "/demo", "post", &url, &what.to_string()])
    }
}

/// Where pods find the engine, and where they keep what is theirs.
const ENGINE_INSIDE: &str = "/longhorn";
const DATA_INSIDE: &str = "/data";

/// So many pods that keep a copy, each on a node of its own.
fn copies(count: usize, is_six: bool) -> Value {
    let space = json!({
        "apiVersion": "v1", "kind": "Namespace",
        // They use folders of their nodes.
        "metadata": { "name": NAME, "labels": { "pod-security.kubernetes.io/enforce": "privileged" } },
    });
    let labels = labels(NAME);
    let apart = json!({ "podAntiAffinity": { "requiredDuringSchedulingIgnoredDuringExecution": [{
        "labelSelector": { "matchLabels": labels }, "topologyKey": "kubernetes.io/hostname",
    }]}});
    let listen = if is_six { format!("[$(IP)]:{COPY}") } else { format!("$(IP):{COPY}") };
    let words = [
        "--volume-name",
        VOLUME.0,
        "replica",
        "--listen",
        &listen,
        "--size",
        SIZE,
        "--replica-instance-name",
        "$(POD)",
        DATA_INSIDE,
    ];
    let mut pod = pod(&words);
    pod["affinity"] = apart;
    // The engine goes on without whoever does not listen yet.
    pod["containers"][0]["readinessProbe"] =
        json!({ "tcpSocket": { "port": COPY }, "periodSeconds": 1 });
    pod["containers"][0]["volumeMounts"]
        .as_array_mut()
        .expect("a list")
        .push(json!({ "name": "data", "mountPath": DATA_INSIDE, "subPathExpr": "$(POD)" }));
    let data = json!({ "path": format!("{ENGINE_DATA}/{NAME}"), "type": "DirectoryOrCreate" });
    pod["volumes"]
        .as_array_mut()
        .expect("a list")
        .push(json!({ "name": "data", "hostPath": data }));
    let set = json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": { "name": NAME, "namespace": NAME },
        "spec": {
            "replicas": count,
            "selector": { "matchLabels": labels },
            "template": { "metadata": { "labels": labels }, "spec": pod },
        },
    });
    json!({ "apiVersion": "v1", "kind": "List", "items": [space, set] })
}

/// The pod that uses copies.
fn engine(copies: &[Copy<'_>], is_six: bool) -> Value {
    let listen = if is_six { "[::]:9501" } else { "0.0.0.0:9501" };
    let own = [
        "--volume-name",
        VOLUME.0,
        "--engine-instance-name",
        CONTROLLER,
        "controller",
        "--listen",
        listen,
        "--size",
        SIZE,
        "--current-size",
        SIZE,
        "--frontend",
        "rest",
    ];
    let all = copies.iter().flat_map(|it| ["--replica", it.address.as_str()]);
    let words: Vec<&str> = own.into_iter().chain(all).chain([VOLUME.0]).collect();
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": { "name": CONTROLLER, "namespace": NAME },
        "spec": pod(&words),
    })
}

/// A pod that runs the engine of its node, with words.
fn pod(words: &[&str]) -> Value {
    let field = |name: &str, path: &str| json!({ "name": name, "valueFrom": { "fieldRef": { "fieldPath": path } } });
    let rights = json!({
        "allowPrivilegeEscalation": false,
        "capabilities": { "drop": ["ALL"] },
        // The folders of a node are root's.
        "runAsUser": 0,
        "seccompProfile": { "type": "RuntimeDefault" },
    });
    let container = json!({
        "name": "engine",
        "image": DEMO,
        "imagePullPolicy": "Never",
        "command": [ENGINE_INSIDE],
        "args": words,
        "securityContext": rights,
        "env": [field("IP", "status.podIP"), field("POD", "metadata.name")],
        "volumeMounts": [{ "name": "engine", "mountPath": ENGINE_INSIDE, "readOnly": true }],
    });
    json!({
        "automountServiceAccountToken": false,
        "terminationGracePeriodSeconds": 1,
        "nodeSelector": { KEEPS.0: KEEPS.1 },
        "tolerations": [{ "operator": "Exists", "effect": "NoSchedule" }],
        "containers": [container],
        "volumes": [{ "name": "engine", "hostPath": { "path": ENGINE, "type": "File" } }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A copy is called by the address of its pod, of either version; one without an address is none yet.
    #[test]
    fn copies_are_called_by_their_pods() {
        let address = |line| Copy::of(line).map(|it| it.address);
        assert_eq!(address("a worker1 10.42.1.2").as_deref(), Some("tcp://10.42.1.2:9502"));
        assert_eq!(address("a worker1 fd00::2").as_deref(), Some("tcp://[fd00::2]:9502"));
        assert_eq!(address("a worker1 "), None);
    }

    /// The engine is told of all copies before the name of the volume, where its own program looks for it.
    #[test]
    fn the_engine_is_told_of_all_copies() {
        let lines = ["a worker1 10.42.1.2", "b worker2 10.42.2.2"];
        let copies: Vec<Copy<'_>> = lines.into_iter().filter_map(Copy::of).collect();
        let pod = engine(&copies, false);
        let words = pod["spec"]["containers"][0]["args"].as_array().expect("words");
        let last: Vec<_> = words.iter().rev().take(5).rev().filter_map(Value::as_str).collect();
        let [one, two] = ["tcp://10.42.1.2:9502", "tcp://10.42.2.2:9502"];
        assert_eq!(last, ["--replica", one, "--replica", two, VOLUME.0]);
    }
}
