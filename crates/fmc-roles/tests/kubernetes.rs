//! What masters and nodes of Kubernetes are told: what must hold of their files, their flags and their
//! units, in the founding cloud and in others.

mod common;
#[path = "common/setups.rs"]
mod setups;

use fmc_config::tree::Shape;
use fmc_config::{FileId, yaml};
use fmc_model::Cloud;
use fmc_model::cloud::{Kubernetes, Releases};
use fmc_model::setup::{Attempt, Entry, Ready, Restart, Run, Setup};
use fmc_roles::shape_of;
use setups::{cloud, says, setup, text};

const FOUNDING: &str = include_str!("../../../examples/flatcarmicrocloud.yaml");

/// Another kind of cluster: see its first lines.
const OTHER: &str = include_str!("../../../tests/validators/clouds/cluster.yaml");

/// The words of a command that stays.
fn words(setup: &Setup, name: &str) -> Vec<String> {
    let process = setup.processes.iter().find(|it| it.name == name).expect(name);
    match &process.run {
        Run::Daemon(command, _) => {
            std::iter::once(&command.program).chain(&command.arguments).map(Clone::clone).collect()
        }
        Run::Once { .. } => panic!("{name} ends"),
    }
}

#[track_caller]
fn has(words: &[String], wanted: &[&str]) {
    for it in wanted {
        assert!(words.iter().any(|word| word == it), "no {it} in {words:#?}");
    }
}

#[test]
fn a_master_serves_the_api() {
    let cloud = cloud(FOUNDING);
    let master = setup(&cloud, "master2");
    let flags = words(master, "kube-apiserver");
    has(
        &flags,
        &[
            "/opt/bin/kube-apiserver",
            "--advertise-address=10.17.4.22",
            // Its own member first, at an address that no network takes away.
            "--etcd-servers=https://127.0.0.1:2379,https://10.17.4.21:2379,https://10.17.4.23:2379",
            "--service-cluster-ip-range=10.43.0.0/16",
            "--authorization-mode=Node,RBAC",
            "--authentication-config=/etc/kubernetes/authentication.yaml",
            "--encryption-provider-config=/etc/kubernetes/encryption.yaml",
            "--requestheader-allowed-names=front-proxy-client",
            "--requestheader-client-ca-file=/etc/fmc/pki/front-proxy/ca.crt",
            "--enable-aggregator-routing=true",
            "--default-not-ready-toleration-seconds=5",
            "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
        ],
    );
    assert!(!flags.iter().any(|it| it.starts_with("--anonymous-auth")), "both are refused");
    for (name, user, ready) in [
        ("kube-apiserver", "kube-apiserver", Ready::Notifies),
        ("kube-controller-manager", "kube-controller-manager", Ready::Started),
        ("kube-scheduler", "kube-scheduler", Ready::Started),
    ] {
        let process = master.processes.iter().find(|it| it.name == name).expect(name);
        assert_eq!((process.user.as_str(), process.restart), (user, Restart::Always));
        assert!(matches!(&process.run, Run::Daemon(_, it) if *it == ready), "{name}");
        assert!(master.users.contains_key(user));
    }
    // The key of service accounts is on every master the same, and each of its two readers has it
    // alone.
    for (path, owner) in [
        ("/etc/kubernetes/kube-apiserver/service-accounts.key", "kube-apiserver"),
        ("/etc/kubernetes/kube-controller-manager/service-accounts.key", "kube-controller-manager"),
        ("/etc/kubernetes/encryption.yaml", "kube-apiserver"),
    ] {
        let Some(Entry::File(file)) = master.entries.get(path) else { panic!("no {path}") };
        assert_eq!((file.mode, file.owner.as_str()), (0o600, owner));
        let printed = file.document.print(&[], &file.cause);
        assert!(printed.is_secret(), "{path}");
        assert_eq!(text(setup(&cloud, "master1"), path), printed.text());
    }
    let scheduler = words(master, "kube-scheduler");
    has(&scheduler, &["--leader-elect-lease-duration=5s", "--leader-elect-renew-deadline=4s"]);
    let api = "server: \"https://127.0.0.1:6443\"";
    says(master, "/etc/kubernetes/scheduler.conf", &[api]);
    says(master, "/etc/kubernetes/admin.conf", &["server: \"https://10.17.5.10:6443\""]);
    assert!(master.probes.iter().any(|it| matches!(it.attempt, Attempt::Command(_))));
}

#[test]
fn a_node_runs_pods() {
    let cloud = cloud(FOUNDING);
    let node = setup(&cloud, "worker2");
    let kubelet = words(node, "kubelet");
    has(&kubelet, &["--hostname-override=worker2", "--node-ip=10.17.4.25"]);
    says(
        node,
        "/etc/kubernetes/kubelet.yaml",
        &[
            "mode: Webhook",
            "- \"10.43.0.10\"",
            "maxPods: 110",
            // A quarter of the time after which it counts as lost, and all of it.
            "nodeStatusUpdateFrequency: \"2s\"",
            "nodeLeaseDurationSeconds: 8",
            "cgroupDriver: systemd",
        ],
    );
    let unit = node.processes.iter().find(|it| it.name == "kubelet").expect("a unit");
    assert_eq!(unit.environment["HTTP2_READ_IDLE_TIMEOUT_SECONDS"], "2");
    assert_eq!(unit.after, ["containerd"]);
    says(node, "/etc/kubernetes/kubelet.conf", &["server: \"https://10.17.5.10:6443\""]);
    says(
        node,
        "/etc/kubernetes/kube-proxy.yaml",
        &["mode: nftables", "clusterCIDR: \"10.42.0.0/16\""],
    );
    let network = text(node, "/etc/cni/net.d/10-fmc.conflist");
    assert!(
        network.contains("\"subnet\": \"10.42.25.0/24\"") && network.contains("\"type\": \"ptp\"")
    );
    assert_eq!(node.sysctls["net.ipv4.ip_forward"].value, "1");
    assert!(node.modules.contains_key("overlay") && node.modules.contains_key("iscsi_tcp"));
    let unit = text(node, "/etc/systemd/system/containerd.service");
    assert!(unit.contains("\nKillMode=process\nDelegate=yes\nTasksMax=infinity\n"), "{unit}");
}

#[test]
fn another_cloud_is_another_cluster() {
    let cloud = cloud(OTHER);
    let master = setup(&cloud, "master1");
    has(
        &words(master, "kube-apiserver"),
        &[
            "/usr/local/bin/kube-apiserver",
            "--etcd-servers=https://10.1.0.11:2379,https://10.1.0.12:2379,https://10.1.0.13:2379",
            "--service-cluster-ip-range=10.60.0.0/24,fd60::/112",
            "--service-account-issuer=https://kubernetes.default.svc.inside.example",
            "--default-unreachable-toleration-seconds=2",
        ],
    );
    has(
        &words(master, "kube-controller-manager"),
        &[
            "--cluster-cidr=10.50.0.0/20,fd50::/48",
            "--node-monitor-grace-period=40s",
            "--node-monitor-period=5s",
            "--leader-elect-lease-duration=10s",
            "--leader-elect-renew-deadline=8s",
        ],
    );
    let name = "master1/kube-apiserver";
    let serving = cloud.certificates.iter().find(|it| it.name == name).expect(name);
    for service in ["10.60.0.1", "fd60::1"] {
        assert!(serving.addresses.contains(&service.parse().expect("an address")), "{service}");
    }
    let admin = "/etc/kubernetes/admin.conf";
    says(setup(&cloud, "master2"), admin, &["server: \"https://10.2.0.22:6443\""]);
    // Without a virtual address, the first master at the address that both are beside.
    let node = setup(&cloud, "flat");
    says(node, "/etc/kubernetes/kubelet.conf", &["server: \"https://10.1.0.21:6443\""]);
    // 64 addresses, of which three are nobody's.
    let lines =
        ["maxPods: 61", "- \"10.60.0.10\"", "- \"fd60::a\"", "clusterDomain: inside.example"];
    says(node, "/etc/kubernetes/kubelet.yaml", &lines);
    says(node, "/etc/kubernetes/kubelet.yaml", &["nodeStatusUpdateFrequency: \"10s\""]);
    has(&words(node, "kubelet"), &["--node-ip=10.1.0.31,fd01::1f"]);
    let network = text(node, "/etc/cni/net.d/10-fmc.conflist");
    for part in ["\"mtu\": 1400", "\"subnet\": \"fd50:", "\"dst\": \"::/0\""] {
        assert!(network.contains(part), "{part}: {network}");
    }
    assert_eq!(node.sysctls["net.ipv6.conf.all.forwarding"].value, "1");
    for (host, plugins, pause) in [
        ("flat", "/opt/cni/bin", "registry.k8s.io/"),
        ("alma", "/usr/libexec/cni", "images.example/"),
        ("deb", "/usr/lib/cni", "registry.k8s.io/"),
        ("rocky", "/usr/libexec/cni", "registry.k8s.io/"),
    ] {
        let file = text(setup(&cloud, host), "/etc/containerd/config.toml");
        assert!(file.contains(&format!("bin_dir = \"{plugins}\"")), "{host}: {file}");
        assert!(file.contains(&format!("sandbox_image = \"{pause}pause:")), "{host}: {file}");
    }
    // Ports of nodes are served in every network of the node: balancers may be in any.
    let proxy = "/etc/kubernetes/kube-proxy.yaml";
    says(
        setup(&cloud, "deb"),
        proxy,
        &["- \"10.1.0.0/24\"", "- \"fd01::/64\"", "- \"10.2.0.0/24\""],
    );
}

/// The first service is the API itself, at the address that its certificate has: before there is a
/// node, too.
#[test]
fn a_control_plane_without_nodes_has_the_addresses_that_they_will_find() {
    let kind = fmc_roles::ROLES.iter().find(|it| it.about.name == "control-plane").expect("it");
    let cloud = cloud(kind.about.example);
    let flags = words(setup(&cloud, "master3"), "kube-apiserver");
    has(&flags, &["--service-cluster-ip-range=10.43.0.0/16"]);
    let serving = cloud.certificates.iter().find(|it| it.name == "master3/kube-apiserver");
    assert!(serving.expect("it").addresses.contains(&"10.43.0.1".parse().expect("an address")));
}

#[test]
fn volumes_lie_where_there_is_a_disk_for_them() {
    let cloud = cloud(OTHER);
    let (with, without) = (setup(&cloud, "deb"), setup(&cloud, "rocky"));
    assert_eq!(with.mounts["/srv"].what, "/dev/sdb");
    assert_eq!(with.mounts["/var/lib/longhorn"].what, "/srv/longhorn");
    assert!(without.mounts.is_empty());
    says(with, "/etc/iscsi/initiatorname.iscsi", &["InitiatorName=iqn.2020-01.example.other:deb"]);
    assert!(with.packages.iter().any(|it| it == "open-iscsi"));
    assert!(without.packages.iter().any(|it| it == "iscsi-initiator-utils"));
    let master = setup(&cloud, "master2");
    let objects = "/etc/kubernetes/objects";
    let settings = text(master, &format!("{objects}/1-configmap-longhorn-default-setting.yaml"));
    // Two nodes keep volumes, so no volume lies on three.
    assert!(settings.contains("default-replica-count: 2\\n"), "{settings}");
    assert!(settings.contains("create-default-disk-labeled-nodes: true\\n"), "{settings}");
    let node = text(master, &format!("{objects}/1-node-deb.yaml"));
    // 40GiB of the disk are for others.
    assert!(node.contains("\\\"storageReserved\\\":42949672960"), "{node}");
    let apply = master.processes.iter().find(|it| it.name == "kubernetes-objects").expect("a unit");
    assert_eq!(apply.restart, Restart::OnFailure);
    // A cluster that keeps no volumes says nothing of them.
    let plain = OTHER.replace(", longhorn:", "").replace("{ disk: 60GiB, device: /dev/sdb } ", "");
    let plain = self::cloud(&plain);
    let master = setup(&plain, "master1");
    assert!(master.entries.keys().any(|it| it.starts_with(objects)));
    assert!(!master.entries.keys().any(|it| it.contains("longhorn") || it.contains("-node-deb")));
}

#[test]
fn traefik_may_read_sites_and_no_more() {
    let cloud = cloud(FOUNDING);
    let role = text(setup(&cloud, "master1"), "/etc/kubernetes/objects/1-clusterrole-traefik.yaml");
    assert!(role.contains("- endpointslices") && role.contains("- ingresses/status"), "{role}");
    for never in ["create", "delete", "patch", "\"*\""] {
        assert!(!role.contains(never), "{never}: {role}");
    }
}

/// What pods say to a port of their own node was rewritten before the firewall sees it: who may reach pods may not
/// for that reason reach them so, wherever the node is met.
#[test]
fn pods_meet_no_ports_of_their_own_node() {
    let worker = fmc_roles::ROLES.iter().find(|it| it.about.name == "worker").expect("it");
    let text_of = |more: &str| {
        let roles = "roles: { worker: , keepalived: { vips: [held] } }";
        let vips = "vips: { held: { address: 10.17.4.9, serves: worker } }\n";
        let cloud =
            self::cloud(&(worker.about.example.replace("roles: { worker: }", roles) + vips + more));
        text(setup(&cloud, "worker1"), "/etc/fmc/firewall.nft")
    };
    let dropped = "iifname != \"eth0\" ip saddr 10.42.24.0/24 ct status dnat \
                   ct original ip daddr { 10.17.4.9, 10.17.4.24 } counter drop";
    let app = "apps: { api: { for: nodes, hosts: worker*, port: 30080 } }\n";
    for more in ["", app] {
        let text = text_of(more);
        let at = |what: &str| text.find(what).unwrap_or_else(|| panic!("{what}: {text}"));
        assert!(at(dropped) < at("jump from-own-pods"), "{text}");
        // Whoever else is let in by a flow is.
        assert_eq!(text.contains("ct original proto-dst 30080 accept"), !more.is_empty(), "{text}");
    }
}

/// Every document of Kubernetes has its shape, by which a typo in it is found.
#[test]
fn every_document_is_read_again() {
    let mut count = 0;
    for text in [FOUNDING, OTHER] {
        let cloud = cloud(text);
        for host in cloud.hosts.values() {
            let here = setup(&cloud, host.name.as_str());
            for (path, entry) in &here.entries {
                let Entry::File(file) = entry else { continue };
                let extension = path.rsplit('.').next();
                let document = matches!(extension, Some("yaml" | "conf"));
                if !path.starts_with("/etc/kubernetes/") || !document || path.contains("resolv") {
                    continue;
                }
                let shape: Shape = shape_of(path).unwrap_or_else(|| panic!("{path} has no shape"));
                let text = file.document.print(&[], &file.cause).text().to_owned();
                let check = |text: &str| {
                    let (node, faults) = yaml::read(FileId::default(), text);
                    assert!(faults.is_empty(), "{path}: {faults:?}");
                    shape.check(&node.expect("a document"))
                };
                assert_eq!(check(&text), Ok(()), "{path}");
                assert!(check(&text.replace("kind:", "kynd:")).is_err(), "{path}");
                count += 1;
            }
        }
    }
    assert!(count > 60, "{count}");
}

/// Asked before or not, a cloud that is written for other releases has what these know.
#[test]
fn what_is_written_is_that_of_the_releases_asked_for() {
    let cloud = cloud(FOUNDING);
    let now = words(setup(&cloud, "master1"), "kube-apiserver");
    has(&now, &["--authentication-config=/etc/kubernetes/authentication.yaml"]);
    let same = cloud.clone().written_for(Releases::default());
    assert_eq!(words(setup(&same, "master1"), "kube-apiserver"), now);
    let of = |control| cloud.clone().written_for(Releases { control, nodes: 31 });
    let version = |control| {
        let cloud = of(control);
        let text = text(setup(&cloud, "master1"), "/etc/kubernetes/authentication.yaml");
        text.lines().find(|it| it.starts_with("apiVersion")).expect("a version").to_owned()
    };
    assert_eq!(version(33), "apiVersion: apiserver.config.k8s.io/v1beta1");
    assert_eq!(version(34), "apiVersion: apiserver.config.k8s.io/v1");
    let old = of(31);
    let flags = words(setup(&old, "master1"), "kube-apiserver");
    has(&flags, &["--anonymous-auth=true"]);
    assert!(!flags.iter().any(|it| it.starts_with("--authentication-config")), "{flags:#?}");
    // A node begins in the same way, whichever of these it is of.
    let node =
        |cloud: &Cloud| ["kubelet", "kube-proxy"].map(|it| words(setup(cloud, "worker1"), it));
    assert_eq!(node(&old), node(&cloud));
}

/// What pods are kept is what they ask for, and nothing where they ask for nothing.
#[test]
fn pods_of_apps_ask_for_what_is_written() {
    let asking = |more: &str| {
        let pods = "port: 9898,";
        assert!(FOUNDING.contains(pods));
        let cloud = cloud(&FOUNDING.replace(pods, &format!("port: 9898{more},")));
        text(setup(&cloud, "master1"), "/etc/kubernetes/objects/2-daemonset-web.yaml")
    };
    let all = asking(", cpu: 0.25, memory: 64MiB");
    let expected = "resources:
            requests:
              cpu: \"250m\"
              memory: \"64Mi\"
            limits:
              memory: \"64Mi\"
";
    assert!(all.contains(expected), "{all}");
    let one = asking(", cpu: 2");
    assert!(one.contains("cpu: \"2\"\n") && !one.contains("limits:"), "{one}");
    assert!(!asking("").contains("resources:"));
    // What is counted of a node is what its kubelet keeps.
    let cloud = cloud(FOUNDING);
    let (cpu, memory) = Kubernetes::RESERVED;
    let kept = [format!("cpu: \"{cpu}\""), format!("memory: \"{}Mi\"", memory.0 >> 20)];
    let kept = kept.each_ref().map(String::as_str);
    says(setup(&cloud, "worker1"), "/etc/kubernetes/kubelet.yaml", &kept);
}
