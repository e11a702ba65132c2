//! What a running Kubernetes of the founding cloud does when something of it is lost, while somebody writes numbered
//! objects through its virtual address: for how long nobody's write comes about, and that none is lost which was
//! acknowledged. The cloud is one that is rehearsed already.

mod written;

use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use written::{STEADY, WRITE, Write, lines, now};

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// How long what was healed is left alone before something else is lost.
const REST: Duration = Duration::from_secs(4);

/// Who holds the virtual address of the API, and who could.
const BALANCERS: [&str; 3] = ["k8s-api-lb", "loadbalancer1", "loadbalancer2"];
const ADDRESS: &str = "10.17.5.10";
const MASTERS: [&str; 3] = ["master1", "master2", "master3"];

/// Where objects are written: a node that is never lost.
const WRITER: &str = "storage1";

/// The namespace of all of it.
const NAMESPACE: &str = "losses";

/// A host that nobody hears any more, and that hears nobody; its own processes go on. It is so until the tables go.
/// Without the second one it would still claim its addresses, those that moved among them.
const SILENCE: &str = "table inet lost {
  chain in { type filter hook input priority -500; iifname != \"lo\" drop; }
  chain through { type filter hook forward priority -500; drop; }
  chain out { type filter hook output priority -500; oifname != \"lo\" drop; }
}
table arp lost {
  chain in { type filter hook input priority -500; drop; }
  chain out { type filter hook output priority -500; drop; }
}";
const HEALED: &str = "delete table inet lost; delete table arp lost";

/// A loss, and what came of it.
pub(crate) struct Loss {
    /// What was lost, in words for a table.
    pub(crate) what: String,
    /// Whose row of `fmc show losses` predicts it.
    pub(crate) row: String,
    /// The longest time in which no write was acknowledged, or until pods were elsewhere, in milliseconds.
    pub(crate) gap: u64,
    /// How long after the loss the first one began from which on each was acknowledged, where somebody wrote.
    pub(crate) steady: Option<u64>,
    /// How many writes were not acknowledged.
    pub(crate) failed: usize,
}

impl std::fmt::Display for Loss {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { what, row, gap, steady, failed } = self;
        write!(out, "{what} ({row}): {gap} ms, steady after {steady:?} ms, {failed} in vain")
    }
}

/// A rehearsal of the founding cloud with a Kubernetes, by its name, and how fmc is called.
pub(crate) struct Losing<'a> {
    pub(crate) name: &'a str,
    pub(crate) fmc: fn(&[&str]) -> Command,
    /// A folder for what is said.
    pub(crate) folder: &'a Path,
}

/// Who writes, until there is nobody to read it.
struct Writer<'a> {
    of: &'a Losing<'a>,
    child: Child,
    said: PathBuf,
}

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        let _ = self.of.on(WRITER, "touch /run/losses-end").status();
        let _ = self.child.wait();
    }
}

impl Losing<'_> {
    /// Loses one thing after the other, and heals each: the leader of etcd, the balancer and the one who moves the
    /// virtual address, their host, and a master. That no write is lost is asserted; times are told.
    ///
    /// # Panics
    /// If the API does not answer again, or an acknowledged object is not there.
    pub(crate) fn of_the_api(&self) -> Vec<Loss> {
        // Numbers begin anew.
        self.kubectl(
            &["delete", "namespace", NAMESPACE, "--ignore-not-found", "--timeout=120s"],
            "",
        );
        let writer = self.writer();
        let mut all = Vec::new();
        // Who has the address when nothing is lost has it again before anything else is.
        let usual = self.holder();
        let leader = self.leader();
        all.push(self.lose(
            &writer,
            "the leader of etcd is killed",
            &format!("{leader} (etcd)"),
            || {
                self.said(&leader, "kill -9 $(pidof etcd)");
            },
        ));
        self.is_at(&usual);
        let leader = self.leader();
        all.push(self.cut_off(&writer, "a master is cut off, the leader of etcd", &leader));
        for program in ["haproxy", "keepalived"] {
            self.is_at(&usual);
            let what = format!("{program} is killed where the virtual address is");
            all.push(self.lose(&writer, &what, &format!("{usual} ({program})"), || {
                self.said(&usual, &format!("kill -9 $(pidof {program})"));
            }));
        }
        self.is_at(&usual);
        all.push(self.cut_off(&writer, "the host of the virtual address is cut off", &usual));
        self.is_at(&usual);
        let said = writer.said.clone();
        drop(writer);
        let written: BTreeSet<String> = lines(&said)
            .into_iter()
            .filter(|it| it.acknowledged)
            .map(|it| format!("configmap/n{}", it.number))
            .collect();
        let words = ["get", "configmaps", "--namespace", NAMESPACE, "--output", "name"];
        let there = self.kubectl(&words, "");
        let there: BTreeSet<String> = there.lines().map(str::to_owned).collect();
        let lost: Vec<&String> = written.difference(&there).collect();
        assert!(written.len() > 50, "only {} were written", written.len());
        assert!(lost.is_empty(), "acknowledged and not there: {lost:?}");
        all
    }

    /// Cuts off a worker with a pod on it, while somebody opens the site: that the site is there all the while but for
    /// some moments, and how long it takes until the pod is elsewhere.
    ///
    /// # Panics
    /// If it never is.
    pub(crate) fn of_a_worker(&self, open: &dyn Fn() -> bool) -> [Loss; 2] {
        self.kubectl(&["apply", "--server-side", "--filename", "-"], &deployment().to_string());
        let shown = r#"jsonpath={range .items[*]}{.spec.nodeName} {.status.conditions[?(@.type=="Ready")].status}{"\n"}{end}"#;
        let words = ["get", "pods", "--namespace", NAMESPACE, "--output", shown];
        let ready = || -> Vec<String> {
            let all = self.kubectl(&words, "");
            let ready = all.lines().filter_map(|it| it.strip_suffix(" True"));
            ready.map(str::to_owned).collect()
        };
        let until = Instant::now() + PATIENCE;
        while ready().len() < 2 {
            assert!(Instant::now() < until, "no pods");
            std::thread::sleep(Duration::from_millis(200));
        }
        let lost = ready().into_iter().find(|it| it != WRITER).expect("they are on two nodes");
        self.silence(&lost);
        let start = Instant::now();
        let (mut last, mut gap, mut failed) = (start, Duration::ZERO, 0);
        let replaced = std::thread::scope(|scope| {
            let replaced = scope.spawn(|| {
                while ready().iter().filter(|it| **it != lost).count() < 2 {
                    assert!(start.elapsed() < PATIENCE, "the pod of {lost} is nowhere else");
                    std::thread::sleep(Duration::from_millis(100));
                }
                start.elapsed()
            });
            while !replaced.is_finished() {
                if open() {
                    gap = gap.max(last.elapsed());
                    last = Instant::now();
                } else {
                    failed += 1;
                }
                std::thread::sleep(Duration::from_millis(50));
            }
            replaced.join().expect("it is somewhere else")
        });
        gap = gap.max(last.elapsed());
        self.heal(&lost);
        self.kubectl(
            &["wait", "--for=condition=Ready", &format!("node/{lost}"), "--timeout=60s"],
            "",
        );
        let milliseconds = |it: Duration| u64::try_from(it.as_millis()).unwrap_or(u64::MAX);
        let loss = |what: &str, gap, failed| Loss {
            what: what.to_owned(),
            row: lost.clone(),
            gap: milliseconds(gap),
            steady: None,
            failed,
        };
        [
            loss("a worker is cut off: the site", gap, failed),
            loss("a worker is cut off: its pod is elsewhere, and ready", replaced, 0),
        ]
    }

    /// Has something lost, and waits until nobody who writes notices it any more.
    fn lose(&self, writer: &Writer<'_>, what: &str, row: &str, lose: impl FnOnce()) -> Loss {
        let lost = now();
        lose();
        let until = Instant::now() + PATIENCE;
        let writes = loop {
            let all = lines(&writer.said);
            // As far as each is known: who hangs may yet be in vain.
            let known = all.iter().zip(1..).take_while(|(it, at)| it.number == *at).count();
            let since = all[..known].iter().filter(|it| it.begin >= lost);
            let last: Vec<&Write> = since.rev().take(STEADY).collect();
            if last.len() == STEADY && last.iter().all(|it| it.acknowledged) {
                break all;
            }
            assert!(Instant::now() < until, "{what}: the API does not answer any more");
            std::thread::sleep(Duration::from_millis(100));
        };
        let (good, bad): (Vec<&Write>, Vec<&Write>) = writes.iter().partition(|it| it.acknowledged);
        let mut ends: Vec<u64> = good.iter().map(|it| it.end).collect();
        ends.sort_unstable();
        let before = ends.iter().filter(|it| **it < lost).count();
        let gaps = ends[before.saturating_sub(1)..].windows(2).map(|it| it[1] - it[0]);
        let failed: Vec<u64> = bad.iter().filter(|it| it.end >= lost).map(|it| it.begin).collect();
        let last = failed.iter().max().copied().unwrap_or(0);
        let first = good.iter().map(|it| it.begin).filter(|it| *it > last.max(lost)).min();
        Loss {
            what: what.to_owned(),
            row: row.to_owned(),
            gap: gaps.max().unwrap_or(0),
            steady: first.map(|it| it - lost),
            failed: failed.len(),
        }
    }

    /// The same of a host that nobody hears any more, which is healed again.
    fn cut_off(&self, writer: &Writer<'_>, what: &str, host: &str) -> Loss {
        let loss = self.lose(writer, what, host, || self.silence(host));
        self.heal(host);
        loss
    }

    fn silence(&self, host: &str) {
        self.said(host, &format!("nft '{SILENCE}'"));
    }

    fn heal(&self, host: &str) {
        self.said(host, &format!("nft '{HEALED}'"));
    }

    /// Starts to write, and waits until something was.
    fn writer(&self) -> Writer<'_> {
        self.kubectl(&["apply", "--server-side", "--filename", "-"], &rights().to_string());
        let words = ["create", "token", "writer", "--namespace", NAMESPACE];
        let token = self.kubectl(&words, "");
        self.said(
            WRITER,
            &format!("rm -f /run/losses-end; umask 077; echo {} > /run/losses-token", token.trim()),
        );
        let said = self.folder.join("written");
        let script = WRITE.replace("ADDRESS", ADDRESS).replace("NAMESPACE", NAMESPACE);
        let file = fs::File::create(&said).expect("a file");
        let child = self.on(WRITER, &script).stdout(file).spawn().expect("it can be run");
        let writer = Writer { of: self, child, said };
        let until = Instant::now() + PATIENCE;
        while !lines(&writer.said).iter().any(|it| it.acknowledged) {
            let said = fs::read_to_string(&writer.said).unwrap_or_default();
            assert!(Instant::now() < until, "nothing is written: {said}");
            std::thread::sleep(Duration::from_millis(100));
        }
        writer
    }

    /// The member of etcd that leads, by its own word.
    fn leader(&self) -> String {
        let until = Instant::now() + PATIENCE;
        loop {
            let leads = |it: &&&str| {
                let ask =
                    "curl -s http://127.0.0.1:2381/metrics | grep -q '^etcd_server_is_leader 1'";
                self.on(it, ask).status().expect("it can be run").success()
            };
            if let Some(leader) = MASTERS.iter().find(leads) {
                return (*leader).to_owned();
            }
            assert!(Instant::now() < until, "nobody leads");
        }
    }

    /// Who has the virtual address.
    fn holder(&self) -> String {
        let until = Instant::now() + PATIENCE;
        loop {
            let has = |it: &&&str| {
                let ask = format!("ip -o address | grep -q ' {ADDRESS}/'");
                self.on(it, &ask).status().expect("it can be run").success()
            };
            if let Some(holder) = BALANCERS.iter().find(has) {
                return (*holder).to_owned();
            }
            assert!(Instant::now() < until, "nobody has {ADDRESS}");
        }
    }

    /// Waits a while, and until this host has the virtual address and the API answers there: who was cut off has never
    /// given it up, and others have to hear that it is heard again.
    fn is_at(&self, host: &str) {
        let until = Instant::now() + PATIENCE;
        std::thread::sleep(REST);
        let words = ["kubectl", "--name", self.name, "get", "--raw", "/readyz"];
        let answers = || {
            let mut ask = (self.fmc)(&[&words[..], &["--request-timeout=2s"]].concat());
            ask.output().expect("it can be run").status.success()
        };
        while self.holder() != host || !answers() {
            assert!(Instant::now() < until, "{host} does not have {ADDRESS} again");
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// A script on a host.
    fn on(&self, host: &str, script: &str) -> Command {
        let mut command = (self.fmc)(&["exec", "--name", self.name, host, "sh", "-c", script]);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command
    }

    fn said(&self, host: &str, script: &str) {
        let outcome = self.on(host, script).output().expect("it can be run");
        let told = String::from_utf8_lossy(&outcome.stderr);
        assert!(outcome.status.success(), "{host}: {script}: {told}");
    }

    fn kubectl(&self, words: &[&str], input: &str) -> String {
        let mut command = (self.fmc)(&[&["kubectl", "--name", self.name][..], words].concat());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("it can be run");
        let _ = child.stdin.take().expect("it is piped").write_all(input.as_bytes());
        let outcome = child.wait_with_output().expect("it ends");
        let told = String::from_utf8_lossy(&outcome.stderr);
        assert!(outcome.status.success(), "{words:?}: {told}");
        String::from_utf8(outcome.stdout).expect("UTF-8")
    }
}

/// Whether the site answers at this port of this machine, as a browser would be answered.
pub(crate) fn opens(port: &str) -> bool {
    let url = format!("https://127.0.0.1:{port}/");
    let words = ["-sk", "--fail", "--max-time", "2", "-o", "/dev/null", &url];
    Command::new("curl").args(words).status().expect("curl can be run").success()
}

/// Somebody who may write objects, and nothing else.
fn rights() -> Value {
    let about = json!({ "name": "writer", "namespace": NAMESPACE });
    let rules = json!([{ "apiGroups": [""], "resources": ["configmaps"], "verbs": ["create"] }]);
    let version = "rbac.authorization.k8s.io/v1";
    let role = json!({ "apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "writer" });
    let whom = json!([{ "kind": "ServiceAccount", "name": "writer", "namespace": NAMESPACE }]);
    json!({ "apiVersion": "v1", "kind": "List", "items": [
        { "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": NAMESPACE } },
        { "apiVersion": "v1", "kind": "ServiceAccount", "metadata": about },
        { "apiVersion": version, "kind": "Role", "metadata": about, "rules": rules },
        { "apiVersion": version, "kind": "RoleBinding", "metadata": about,
          "roleRef": role, "subjects": whom },
    ] })
}

/// Two pods, on two nodes.
fn deployment() -> Value {
    let labels = json!({ "app": "moved" });
    let spread = json!([{
        "maxSkew": 1, "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": { "matchLabels": labels },
    }]);
    let container = json!({
        "name": "moved", "image": "fmc.invalid/demo:1", "imagePullPolicy": "Never",
        "readinessProbe": { "httpGet": { "path": "/healthz", "port": 8080 }, "periodSeconds": 1 },
    });
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": { "name": "moved", "namespace": NAMESPACE },
        "spec": { "replicas": 2, "selector": { "matchLabels": labels }, "template": {
            "metadata": { "labels": labels },
            "spec": { "topologySpreadConstraints": spread, "containers": [container] },
        } },
    })
}
