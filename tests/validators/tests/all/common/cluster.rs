//! Nodes of Kubernetes: containerd is started with its file, and pods are made by the programs that
//! theirs names.

use super::tools::{PATIENCE, Verdict, one, run};
use super::{Given, Stage, shapes, told};
use fmc_sys::Command;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// As the root of components has it. On other systems it lies elsewhere, where something that does
/// nothing stands in for it.
const CONTAINERD: &str = "/usr/bin/containerd";

/// It knows every key, comes up with the part that serves kubelets, and would run containers and
/// fetch images as the file says.
pub(crate) fn containerd(file: &Given, stage: &Stage<'_>) -> Verdict {
    let on = &stage.on;
    let dump = Command::new(CONTAINERD).args(["--config", &file.path, "config", "dump"]);
    let outcome = run(&dump, on)?;
    if !outcome.success() {
        return Err(told(&dump, &outcome));
    }
    // It writes every value that it will use, and leaves out what it does not know.
    let used = shapes::toml(&outcome.text())?;
    for (path, value) in shapes::toml(&file.text)? {
        match used.get(&path) {
            Some(it) if *it == value => {}
            it => return Err(format!("{path} is {it:?} and not {value}")),
        }
    }
    // Where its folder is a layer in memory, layers of images cannot be put together.
    let folder = "/var/lib/containerd";
    one(&Command::new("mkdir").args(["-p", folder]), on)?;
    one(&Command::new("mount").args(["-t", "tmpfs", "tmpfs", folder]), on)?;
    let command = Command::new(CONTAINERD).args(["--config", &file.path]);
    let mut daemon = on.spawn(&command).map_err(|it| format!("{command}: {it}"))?;
    let booted = daemon
        .wait_until(PATIENCE, |it| it.talk().contains("successfully booted"))
        .map_err(|it| it.to_string())?;
    let list = Command::new("ctr").args(["plugins", "ls", "id==cri"]);
    let outcome = run(&list, on)?;
    let serves = outcome.text().lines().any(|it| it.trim_end().ends_with(" ok"));
    let talk = daemon.terminate(PATIENCE).map_err(|it| it.to_string())?.talk();
    match talk.lines().find(|it| it.contains("failed to load cni during init")) {
        _ if !booted || !serves => Err(format!("{}{talk}", told(&list, &outcome))),
        // It finds the file of the network, and every program that it names.
        Some(line) => Err(line.to_owned()),
        None => Ok(()),
    }
}

/// Two pods are made as the file says. They reach each other and their node through the firewall of
/// the node, at addresses of its own part of the pod network, by packets as large as they may be.
pub(crate) fn network(file: &Given, stage: &Stage<'_>) -> Verdict {
    let on = &stage.on;
    let list: Value = serde_json::from_str(&file.text).map_err(|it| it.to_string())?;
    let mut plugin = list["plugins"][0].clone();
    plugin["name"] = list["name"].clone();
    plugin["cniVersion"] = list["cniVersion"].clone();
    let kind = plugin["type"].as_str().ok_or("no type")?.to_owned();
    for name in ["net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"] {
        one(&Command::new("sysctl").args(["-w", &format!("{name}=1")]), on)?;
    }
    one(&Command::new("nft").args(["-f", "/etc/fmc/firewall.nft"]), on)?;
    let mut pods: Vec<Vec<std::net::IpAddr>> = Vec::new();
    for pod in ["pod1", "pod2"] {
        one(&Command::new("ip").args(["netns", "add", pod]), on)?;
        let add = Command::new(format!("/usr/lib/cni/{kind}"))
            .env("CNI_COMMAND", "ADD")
            .env("CNI_CONTAINERID", pod)
            .env("CNI_NETNS", format!("/run/netns/{pod}"))
            .env("CNI_IFNAME", "eth0")
            .env("CNI_PATH", "/usr/lib/cni")
            .input(plugin.to_string());
        let outcome = run(&add, on)?;
        if !outcome.success() {
            return Err(told(&add, &outcome));
        }
        let result: Value = serde_json::from_str(&outcome.text()).map_err(|it| it.to_string())?;
        let given = result["ips"].as_array().ok_or("no addresses")?.iter();
        let addresses = given.filter_map(|it| it["address"].as_str()?.split('/').next());
        let addresses: Vec<std::net::IpAddr> = addresses.filter_map(|it| it.parse().ok()).collect();
        let own = &stage.host.pods;
        let inside = addresses.iter().all(|it| own.iter().any(|part| part.contains(it)));
        if addresses.len() != own.len() || !inside || result["cniVersion"] != json!("1.0.0") {
            return Err(format!("{pod} has {result}"));
        }
        pods.push(addresses);
    }
    let nic = stage.host.nics.iter().find(|it| !it.addresses.is_empty()).ok_or("no interface")?;
    let mtu = stage.cloud.networks[&nic.network].mtu;
    let node = stage.host.addresses();
    for address in pods[1].iter().copied().chain(node) {
        // Those of a version that pods have none of are reached by none.
        if !stage.host.pods.iter().any(|it| it.addr().is_ipv4() == address.is_ipv4()) {
            continue;
        }
        let size = if address.is_ipv4() { mtu - 28 } else { mtu - 48 };
        let ping = Command::new("ip")
            .args(["netns", "exec", "pod1", "ping", "-c", "1", "-W", "5", "-M", "do", "-s"])
            .args([&size.to_string(), &address.to_string()]);
        one(&ping, on)?;
    }
    Ok(())
}

/// The values of a YAML document by the paths of their keys.
fn values(file: &Given) -> Result<BTreeMap<String, String>, String> {
    let (node, faults) = fmc_config::yaml::read(fmc_config::FileId::default(), &file.text);
    let node = node.filter(|_| faults.is_empty()).ok_or_else(|| format!("{faults:?}"))?;
    let mut all = BTreeMap::new();
    shapes::scalars(&node, "", &mut all);
    Ok(all)
}

/// A document that a program of Kubernetes reads: it is of a kind that there is, an object has a name, and every
/// file that it names is there. The programs themselves read the founding cloud's in a rehearsal.
pub(crate) fn document(file: &Given, stage: &Stage<'_>) -> Verdict {
    let values = values(file)?;
    let value = |key: &str| values.get(key).map(String::as_str).unwrap_or_default();
    let kind = (value("apiVersion"), value("kind"));
    if !KINDS.contains(&kind) {
        return Err(format!("{kind:?} is no kind of document"));
    }
    if file.path.starts_with("/etc/kubernetes/objects/") && value("metadata.name").is_empty() {
        return Err("it has no name".to_owned());
    }
    let made = stage.cloud.setup(stage.host.id);
    let there = |path: &str| {
        stage.files.iter().any(|it| it.path == path) || made.directories.contains_key(path)
    };
    match values.iter().find(|it| it.1.starts_with("/etc/") && !there(it.1)) {
        Some((key, path)) => Err(format!("{key}: there is no {path}")),
        None if kind == ("v1", "Config") => client(&values, stage),
        None => Ok(()),
    }
}

/// Kinds of documents, each in its version
/// (<https://kubernetes.io/docs/reference/config-api/>,
/// <https://kubernetes.io/docs/reference/kubernetes-api/>).
const KINDS: [(&str, &str); 20] = [
    ("kubelet.config.k8s.io/v1beta1", "KubeletConfiguration"),
    ("kubeproxy.config.k8s.io/v1alpha1", "KubeProxyConfiguration"),
    ("apiserver.config.k8s.io/v1", "AuthenticationConfiguration"),
    ("apiserver.config.k8s.io/v1", "AdmissionConfiguration"),
    ("apiserver.config.k8s.io/v1", "EncryptionConfiguration"),
    ("audit.k8s.io/v1", "Policy"),
    ("v1", "Config"),
    ("v1", "ConfigMap"),
    ("v1", "Namespace"),
    ("v1", "Node"),
    ("v1", "PersistentVolume"),
    ("v1", "PersistentVolumeClaim"),
    ("v1", "Secret"),
    ("v1", "Service"),
    ("v1", "ServiceAccount"),
    ("apps/v1", "Deployment"),
    ("apps/v1", "DaemonSet"),
    ("networking.k8s.io/v1", "IngressClass"),
    ("rbac.authorization.k8s.io/v1", "ClusterRole"),
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"),
];

/// Where the certificate of the API is at hand, something answers with it in its place: who has the
/// file believes it, is believed, and nobody else is.
fn client(values: &BTreeMap<String, String>, stage: &Stage<'_>) -> Verdict {
    let on = &stage.on;
    let own = "/etc/fmc/pki/kubernetes/kube-apiserver";
    if !stage.files.iter().any(|it| it.path == format!("{own}.crt")) {
        return Ok(());
    }
    let value = |key: &str| values.get(key).ok_or_else(|| format!("no {key}"));
    let url = value("clusters.0.cluster.server")?;
    let server: std::net::SocketAddr =
        url.trim_start_matches("https://").parse().map_err(|_| url.clone())?;
    one(&Command::new("ip").args(["link", "set", "lo", "up"]), on)?;
    if !server.ip().is_loopback() {
        let length = if server.is_ipv4() { 32 } else { 128 };
        let address = format!("{}/{length}", server.ip());
        one(&Command::new("ip").args(["address", "replace", &address, "dev", "lo"]), on)?;
    }
    let port = server.port().to_string();
    let api = Command::new("openssl")
        .args(["s_server", "-www", "-accept", &port, "-Verify", "1", "-verify_return_error"])
        .args(["-CAfile", "/etc/fmc/pki/kubernetes/ca.crt"])
        .args(["-cert", &format!("{own}.crt"), "-key", &format!("{own}.key")]);
    let mut daemon = on.spawn(&api).map_err(|it| format!("{api}: {it}"))?;
    daemon.wait_until(PATIENCE, |it| it.talk().contains("ACCEPT")).map_err(|it| it.to_string())?;
    let curl = || {
        let ca = value("clusters.0.cluster.certificate-authority")?;
        Ok::<_, String>(Command::new("curl").args(["-sS", "--max-time", "10", "--cacert", ca, url]))
    };
    let known = curl()?
        .args(["--cert", value("users.0.user.client-certificate")?])
        .args(["--key", value("users.0.user.client-key")?]);
    one(&known, on)?;
    let stranger = run(&curl()?, on)?;
    daemon.terminate(PATIENCE).map_err(|it| it.to_string())?;
    if stranger.success() { Err(format!("{url} answers anybody")) } else { Ok(()) }
}

/// The keys of service accounts: one signs, and the other one is what follows from it.
pub(crate) fn account_keys(path: &str, stage: &Stage<'_>) -> Verdict {
    let openssl = |words: &[&str]| run(&Command::new("openssl").args(words), &stage.on);
    let Some(stem) = path.strip_suffix(".pub") else {
        return one(&Command::new("openssl").args(["pkey", "-in", path, "-noout"]), &stage.on);
    };
    let public = openssl(&["pkey", "-pubin", "-in", path, "-pubout"])?;
    let private = openssl(&["pkey", "-in", &format!("{stem}.key"), "-pubout"])?;
    if public.success() && public.text() == private.text() {
        Ok(())
    } else {
        Err(format!("{path}: {public:?}"))
    }
}
