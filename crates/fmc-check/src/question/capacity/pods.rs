//! Whether a node has what the pods on it ask for.

use super::alike;
use crate::question::{Question, Subject};
use fmc_config::Place;
use fmc_model::cloud::{App, Host, Kubernetes, Pods};
use fmc_model::{Bytes, Code, Cores, Diagnostic, Severity, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// Pods that ask for more than their node has.
const CODE: Code = Code {
    id: "FMC1107",
    severity: Severity::Warning,
    title: Words("more than a node has for its pods", "más de lo que un nodo tiene para sus pods"),
    reason: Words(
        "Each app with `pods` has one on every host of it, and Kubernetes starts a pod only where all that \
         is asked for is still free. Of a node it gives to pods what is left of its size without what its \
         kubelet keeps for what is no pod (a tenth of a processor and 256 MiB, and beside a control plane half a \
         processor and 1280 MiB) and without the 100 MiB of memory below \
         which it evicts pods; and a pod that answers for names may run on any node. What does not fit stays \
         `Pending`, and at the port of the app on that host nobody answers. The kernel of the machine takes some memory besides, \
         which is not counted: what is told is the least that is missing.",
        "Cada app con `pods` tiene uno en cada uno de sus hosts, y Kubernetes solo arranca un pod donde \
         todavía está libre todo lo que pide. De un nodo da a los pods lo que queda de su tamaño sin lo que su \
         kubelet reserva para lo que no es un pod (una décima de procesador y 256 MiB, y junto a un plano de \
         control medio procesador y 1280 MiB) y sin los 100 MiB de memoria por debajo de \
         los que expulsa pods; y un pod que responde por los nombres puede ejecutarse en cualquier nodo. Lo \
         que no cabe se queda en `Pending`, y en el puerto de la app en ese host no responde nadie. El núcleo de la máquina toma además algo de \
         memoria, que no se cuenta: lo que se dice es lo mínimo que falta.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  names: { os: debian, nics: { lan: 11 }, size: { cpus: 1, memory: 1GiB, disk: 10GB }, roles: { coredns: , chrony: } }
  master: { os: flatcar, nics: { lan: 21 }, size: { cpus: 2, memory: 4GiB, disk: 30GB }, roles: { etcd: , control-plane: } }
  node: { os: flatcar, nics: { lan: 31 }, size: { cpus: 2, memory: 2GiB, disk: 30GB }, roles: { worker: } }
  ingress: { os: debian, nics: { lan: 12 }, size: { cpus: 1, memory: 1GiB, disk: 10GB }, roles: { traefik: } }
apps:
  wiki: { hosts: node, port: 30080, pods: { image: docker.io/library/nginx:1.29, port: 80, cpu: 500m, memory: 2GiB }, for: lan }
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  names: { os: debian, nics: { lan: 11 }, size: { cpus: 1, memory: 1GiB, disk: 10GB }, roles: { coredns: , chrony: } }
  master: { os: flatcar, nics: { lan: 21 }, size: { cpus: 2, memory: 4GiB, disk: 30GB }, roles: { etcd: , control-plane: } }
  node: { os: flatcar, nics: { lan: 31 }, size: { cpus: 2, memory: 2GiB, disk: 30GB }, roles: { worker: } }
  ingress: { os: debian, nics: { lan: 12 }, size: { cpus: 1, memory: 1GiB, disk: 10GB }, roles: { traefik: } }
apps:
  wiki: { hosts: node, port: 30080, pods: { image: docker.io/library/nginx:1.29, port: 80, cpu: 500m, memory: 1GiB }, for: lan }
",
};

/// What pods on a node ask for of something, and by how much it is too little.
#[derive(PartialEq)]
struct Short {
    has: u64,
    asked: u64,
    over: u64,
    /// The app that asks for most, and where it was written.
    most: (String, Place),
}

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let nodes = subject.ours().filter(|it| !it.pods.is_empty());
    let nodes: Vec<(&Host, Vec<(&App, &Pods)>)> =
        nodes.map(|it| (it, on(subject, it))).filter(|it| !it.1.is_empty()).collect();
    let mut found = Vec::new();
    let memory = nodes.iter().filter_map(|(host, pods)| {
        let own = Kubernetes::reserved(host).1;
        let kept = own.0 + Kubernetes::EVICTED_BELOW.0 + dns(host).1.0;
        let short = short(pods, host.size.memory.0, kept, |it| it.memory.map(|it| it.0))?;
        Some((*host, host.size.places.memory, short))
    });
    for (hosts, place, short) in alike(memory) {
        let who = subject.called(hosts);
        let [asked, over] = [short.asked, short.over].map(rounded);
        let has = Bytes(short.has);
        let told = CODE.at(
            place,
            text!(
                "pods on {who} ask for {asked} of memory, and {has} is {over} too little for them, the kubelet and cluster DNS",
                "los pods en {who} piden {asked} de memoria, y a {has} le faltan {over} para ellos, el kubelet y el DNS del clúster"
            ),
        );
        found.push(mended(told, &short.most, &over.to_string()));
    }
    let cpus = nodes.iter().filter_map(|(host, pods)| {
        let kept = u64::from(Kubernetes::reserved(host).0.0) + u64::from(dns(host).0.0);
        let has = u64::from(host.size.cpus) * PARTS;
        let short = short(pods, has, kept, |it| it.cpu.map(|it| it.0.into()))?;
        Some((*host, host.size.places.cpus, short))
    });
    for (hosts, place, short) in alike(cpus) {
        let who = subject.called(hosts);
        let [has, asked, over] = [short.has, short.asked, short.over].map(cores);
        let told = CODE.at(
            place,
            text!(
                "pods on {who} ask for {asked} of processors, and {has} is {over} too little for them, the kubelet and cluster DNS",
                "los pods en {who} piden {asked} de procesadores, y a {has} le faltan {over} para ellos, el kubelet y el DNS del clúster"
            ),
        );
        found.push(mended(told, &short.most, &over.to_string()));
    }
    found
}

/// What a pod takes that answers for names, where one may run.
fn dns(host: &Host) -> (Cores, Bytes) {
    if Kubernetes::is_tainted(host) { (Cores(0), Bytes(0)) } else { Kubernetes::DNS_ASKS }
}

/// In thousandths, as pods ask for them.
const PARTS: u64 = 1000;

fn cores(parts: u64) -> Cores {
    Cores(u32::try_from(parts).unwrap_or(u32::MAX))
}

/// The apps whose pods run on a host.
fn on<'c>(subject: &Subject<'c>, host: &Host) -> Vec<(&'c App, &'c Pods)> {
    let apps = subject.cloud.apps.values().filter(|it| it.hosts.contains(host.id));
    apps.filter_map(|it| Some((it, it.pods.as_ref()?))).collect()
}

/// Whether pods ask for more than a node has, beside what is kept; `None` where they do not, where nobody asks, or
/// where nobody said what it has.
fn short(
    pods: &[(&App, &Pods)],
    has: u64,
    kept: u64,
    of: impl Fn(&Pods) -> Option<u64>,
) -> Option<Short> {
    let asking = pods.iter().filter_map(|(app, pods)| Some((app, of(pods)?)));
    let asked = asking.clone().fold(0_u64, |sum, it| sum.saturating_add(it.1));
    let (app, _) = asking.max_by_key(|it| it.1)?;
    let over = asked.saturating_add(kept).checked_sub(has).filter(|it| *it > 0 && has > 0)?;
    Some(Short { has, asked, over, most: (app.name.to_string(), app.origin.place) })
}

fn mended(told: Diagnostic, (app, at): &(String, Place), over: &str) -> Diagnostic {
    told.label(*at, text!("`{app}` asks for most", "`{app}` es la que más pide")).hint(text!(
        "have pods ask for {over} less, such as those of `{app}`, give the node as much more, or run an app elsewhere",
        "haga que los pods pidan {over} menos, como los de `{app}`, dé al nodo otro tanto, o ejecute una app en otro sitio"
    ))
}

/// In whole mebibytes, the next ones: giving back less than is missing would not be enough.
fn rounded(bytes: u64) -> Bytes {
    Bytes::mib(bytes.div_ceil(Bytes::mib(1).0))
}
