//! Faults that are planted into good files: the tools see them, so the other tests are known to bite.

use crate::common::{EXAMPLES, cloud, files, hosts, secrets, spread, stage, tools};

const RECORDS: &str = "/dns_records/batch.json";
const PROGRAMS: &str = "/etc/fmc/programs";
const FETCH: &str = "/etc/fmc/fetch-programs.sh";
const RATE: &str = "/rulesets/phases/http_ratelimit/entrypoint.json";
const CUSTOM: &str = "/rulesets/phases/http_request_firewall_custom/entrypoint.json";
const FREEIPA: &str = "/etc/fmc/freeipa/install.options";
const SSHD: &str = "/etc/ssh/sshd_config";
const POSTGRES: &str = "/etc/fmc/postgresql/postgresql.conf";
const HBA: &str = "/etc/fmc/postgresql/pg_hba.conf";
const GANESHA: &str = "/etc/ganesha/ganesha.conf";
const ETCD: &str = "/etc/etcd/etcd.yml";
const TRAEFIK: &str = "/etc/traefik/traefik.yml";
const SITES: &str = "/etc/traefik/sites/fmc.yml";
const COREFILE: &str = "/etc/coredns/Corefile";
const MOUNT: &str = "/etc/systemd/system/srv.mount";
const PROFILE: &str = "/etc/NetworkManager/system-connections/fmc-br-lan.nmconnection";
const ZONE: &str = "/etc/coredns/zones/cefaslocalserver.com.zone";
const CONTAINERD: &str = "/etc/containerd/config.toml";
const PODS: &str = "/etc/cni/net.d/10-fmc.conflist";
const KUBELET: &str = "/etc/kubernetes/kubelet.yaml";
const PROXY: &str = "/etc/kubernetes/kube-proxy.yaml";
const SCHEDULER: &str = "/etc/kubernetes/scheduler.conf";
const ROLE: &str = "/etc/kubernetes/objects/1-clusterrole-traefik.yaml";

/// A host, a file of it, what is replaced in it, and by what.
const FAULTS: [(&str, &str, &str, &str); 146] = [
    ("master1", "/etc/hosts", "10.17.4.21 ", "10.17.4.211 "),
    ("master1", "/etc/hosts", " master1.", " master2."),
    ("master1", "/etc/sysusers.d/fmc.conf", "u etcd - -", "u etcd -1 -"),
    ("master1", "/etc/sysusers.d/fmc.conf", "/var/lib/etcd", "var/lib/etcd"),
    ("master1", "/etc/tmpfiles.d/fmc.conf", "d /var/lib/etcd", "d var/lib/etcd"),
    ("master1", "/etc/tmpfiles.d/fmc.conf", "0700 etcd", "0700 etdc"),
    ("master1", PROGRAMS, "dl.k8s.io", "dl.k9s.io"),
    ("master1", PROGRAMS, "etcd=/opt/bin/etcd ", "etcd=/opt/bim/etcd "),
    ("master1", PROGRAMS, "etcd 3.6.14 ", "etcd "),
    ("master1", FETCH, "done <\"$list\"", "<\"$list\""),
    ("master1", FETCH, "esac || return", "esac esac || return"),
    ("master1", FETCH, "until once; do", "until once do"),
    ("bastion1", "/etc/ssh/authorized_keys.d/ana", "ssh-ed25519", "ssh-ed25591"),
    ("bastion1", "/etc/ssh/authorized_keys.d/ana", "ssh-ed25519 ", "ssh-ed25519"),
    ("worker1", MOUNT, "Where=/srv", "Where=/srw"),
    ("worker1", MOUNT, "What=", "Waht="),
    ("worker1", MOUNT, "[Mount]", "[Mont]"),
    ("physical1", PROFILE, "stp=", "spt="),
    ("physical1", PROFILE, "192.168.0.19/24", "192.168.0.319/24"),
    ("physical1", PROFILE, "[ipv4]", "[ip4]"),
    ("physical1", PROFILE, "type=bridge", "type=brigde"),
    ("cloudflare", RECORDS, "proxied", "proxyed"),
    ("cloudflare", RECORDS, "198.51.100.10", "198.51.100.11"),
    ("cloudflare", RECORDS, "\"posts\": [", "\"posts\": "),
    ("cloudflare", "/settings.json", "strict", "flexible"),
    ("cloudflare", "/settings.json", "tls_client_auth", "tls_client_cert"),
    ("cloudflare", RATE, "\"period\": 10", "\"period\": 60"),
    ("cloudflare", RATE, "characteristics", "characteristicks"),
    ("cloudflare", CUSTOM, "http.host in", "http.hots in"),
    ("cloudflare", CUSTOM, "fmc_methods", "fmc_hidden_files"),
    ("freeipa1", FREEIPA, "--unattended\n", ""),
    ("freeipa1", FREEIPA, "--realm=", "--relm="),
    ("freeipa1", FREEIPA, "10.17.3.15", "10.17.3.16"),
    ("freeipa1", FREEIPA, "directory.key", "directori.key"),
    ("vps", "/etc/fmc/firewall.nft", "jump in-tunnel", "jump in-tunel"),
    ("vps", "/etc/fmc/firewall.nft", "198.51.100.10", "198.51.100.310"),
    ("vps", "/etc/fmc/firewall.nft", "@host-cloudflare", "@hosts-cloudflare"),
    ("vps", "/etc/fmc/firewall.nft", " accept comment", " acceptll comment"),
    ("loadbalancer1", "/etc/haproxy/haproxy.cfg", "default_backend api-", "default_backend apy-"),
    ("loadbalancer1", "/etc/haproxy/haproxy.cfg", "roundrobin", "roundrobbin"),
    ("loadbalancer1", "/etc/haproxy/haproxy.cfg", "server master2", "server master1"),
    ("loadbalancer1", "/etc/haproxy/haproxy.cfg", "10.17.4.21:6443", "10.17.4.210.1:6443"),
    ("loadbalancer1", "/etc/keepalived/keepalived.conf", "interface eth1", "interface eth9"),
    ("loadbalancer1", "/etc/keepalived/keepalived.conf", "priority 110", "priority 300"),
    ("loadbalancer1", "/etc/keepalived/keepalived.conf", "vrrp_version 3", "vrrp_version 2"),
    ("loadbalancer1", "/etc/keepalived/keepalived.conf", "advert_int", "advrt_int"),
    (
        "loadbalancer1",
        "/etc/keepalived/keepalived.conf",
        "/etc/fmc/keepalived",
        "/etc/fmc/kepalived",
    ),
    (
        "physical1",
        "/etc/wireguard/wg0.conf",
        "AllowedIPs = 10.17.0.1/32",
        "AllowedIPs = 10.17.0.1/33",
    ),
    ("physical1", "/etc/wireguard/wg0.conf", "PublicKey = ", "PublicKey = A"),
    ("physical1", "/etc/wireguard/wg0.conf", "PrivateKey", "Address = 10.17.0.2/24\nPrivateKey"),
    ("loadbalancer1", "/etc/systemd/system/haproxy.service", "[Service]", "[Servize]"),
    (
        "loadbalancer1",
        "/etc/systemd/system/haproxy.service",
        "Restart=on-failure",
        "Restart=allways",
    ),
    (
        "loadbalancer1",
        "/etc/systemd/system/haproxy.service",
        "/usr/sbin/haproxy -Ws",
        "/usr/sbin/haproxi -Ws",
    ),
    ("vps", "/etc/sysctl.d/90-fmc.conf", "ip_forward", "ip_forwarding"),
    ("vps", "/etc/sysctl.d/90-fmc.conf", "= 1", "= one"),
    ("vps", "/etc/sysctl.d/90-fmc.conf", "net.ipv4", "net.ipv5"),
    (
        "worker1",
        "/etc/systemd/network/10-fmc-eth0.network",
        "Gateway=10.17.4.1\n",
        "Gateway=10.17.4.1000\n",
    ),
    ("worker1", "/etc/systemd/network/10-fmc-eth0.network", "Destination=", "Destinaton="),
    ("worker1", "/etc/systemd/network/10-fmc-eth0.network", "Name=eth0", "Name=eth1"),
    ("bastion1", "/etc/hosts", "192.168.0.20", "127.0.1.1"),
    ("infra-cluster", COREFILE, "forward . 8", "foward . 8"),
    ("infra-cluster", COREFILE, "8.8.4.4", "8.8.4.444"),
    ("infra-cluster", COREFILE, "bind 10.17.3.11", "bind 10.17.3.12"),
    ("infra-cluster", COREFILE, "4.17.10.in-addr.arpa {", "44.17.10.in-addr.arpa {"),
    ("infra-cluster", COREFILE, "\n. {", "\ncorp.example {"),
    ("infra-cluster", COREFILE, "cefaslocalserver.com.zone", "cefaslocalserver.org.zone"),
    ("infra-cluster", ZONE, "master1 IN A 10.17.4.21", "master1 IN A 10.17.4.2100"),
    ("infra-cluster", ZONE, "infra-cluster IN A 10.17.3.11\n", ""),
    ("infra-cluster", ZONE, "IN SRV 0 100 88", "IN SRV 0 100 host"),
    ("infra-cluster", "/etc/chrony.conf", "makestep", "makesteps"),
    ("infra-cluster", "/etc/chrony.conf", "allow 10.17.4.0", "allow 10.17.40.0"),
    ("infra-cluster", "/etc/chrony.conf", "allow ", "# allow "),
    ("infra-cluster", "/etc/sysusers.d/fmc.conf", "u coredns", "uu coredns"),
    ("bastion1", SSHD, "PasswordAuthentication no", "PasswordAuthentication yes"),
    ("bastion1", SSHD, "PermitRootLogin", "PermitRootLogging"),
    ("bastion1", SSHD, "Match User ana\n  AuthorizedKeysFile /etc/ssh/authorized_keys.d/%u\n", ""),
    ("bastion1", SSHD, "*:22", "*:*"),
    ("bastion1", "/etc/ssh/authorized_keys.d/ana", "AAAAC3NzaC1", "AAAAC3NzaC2"),
    ("bastion1", SSHD, "AllowUsers ana", "AllowUsers anna"),
    ("bastion1", SSHD, "AllowUsers ana", "AllowUsers ana stranger"),
    ("bastion1", SSHD, "AllowUsers ana almalinux", "AllowUsers ana"),
    ("bastion1", SSHD, "Match User almalinux\n", "Match User rocky\n"),
    ("bastion1", "/etc/ssh/authorized_keys.d/almalinux", "AAAAC3NzaC1", "AAAAC3NzaC2"),
    ("bastion1", "/etc/ssh/authorized_keys.d/almalinux", "ssh-ed25519 ", "ssh-ed25519"),
    ("bastion1", "/etc/systemd/system/fmc-firewall.service", "ExecStopPost", "ExecStopPosed"),
    ("postgresql1", "/etc/systemd/system/postgresql-backup.timer", "OnCalendar=*", "OnCalendar=x"),
    ("postgresql1", POSTGRES, "touch recovery.signal", "true"),
    ("postgresql1", POSTGRES, "|| cp", "|| test"),
    ("postgresql1", POSTGRES, "$(date -u +%Y%m%dT%H%M%SZ)", "old"),
    ("postgresql1", POSTGRES, "&& install -d", "&& instal -d"),
    ("loadbalancer1", "/etc/fmc/keepalived/check-api", "exec", "if"),
    ("loadbalancer1", "/etc/systemd/system/fmc-selinux.service", "ConditionSec", "ConditonSec"),
    ("bastion1", "/etc/ssh/ssh_config.d/fmc.conf", "Host master2", "Host master22"),
    ("bastion1", "/etc/tmpfiles.d/fmc.conf", "0700", "0800"),
    ("postgresql1", POSTGRES, "archive_mode", "archiv_mode"),
    ("postgresql1", POSTGRES, "10.17.3.14", "10.17.3.141"),
    ("postgresql1", POSTGRES, "/postgres.crt", "/postgre.crt"),
    ("postgresql1", POSTGRES, "ssl = on\n", ""),
    ("postgresql1", POSTGRES, "%f.part && mv", "%f.part && mw"),
    ("postgresql1", HBA, "scram-sha-256", "scram-sha-255"),
    ("postgresql1", HBA, "hostssl all all 10.42", "hostssl all all 10.43"),
    ("postgresql1", HBA, "host all postgres all reject\n", ""),
    ("postgresql1", HBA, "hostssl", "host"),
    ("storage1", GANESHA, "Squash = Root", "Squach = Root"),
    ("storage1", GANESHA, "Clients = 10.17.3.14", "Clients = 10.17.3.141"),
    ("storage1", GANESHA, "Access_Type = RW", "Access_Type = None"),
    ("storage1", GANESHA, "  FSAL {\n    Name = VFS;\n  }\n", ""),
    ("storage1", GANESHA, "Clients = 10.17.4.24/31", "Clients = *"),
    ("master1", ETCD, "client-cert-auth", "client-crt-auth"),
    ("master1", ETCD, "etcd-server.key", "etcd-serve.key"),
    ("master1", ETCD, "//10.17.4.21:2379", "//10.17.4.211:2379"),
    ("master1", ETCD, "master1=https", "master4=https"),
    ("master1", ETCD, "  trusted-ca-file: /etc/fmc/pki/etcd/ca.crt\n", ""),
    ("worker1", CONTAINERD, "sandbox_image", "sandbox_imag"),
    ("worker1", CONTAINERD, "\"overlayfs\"", "\"overlaysf\""),
    ("worker1", CONTAINERD, "SystemdCgroup = true", "SystemdCgroup = yes"),
    ("worker1", CONTAINERD, "version = 2", "version = 9"),
    ("worker1", PODS, "\"ptp\"", "\"ptpp\""),
    ("worker1", PODS, "10.42.24.0/24", "10.42.25.0/24"),
    ("worker1", PODS, "\"ipam\"", "\"ipm\""),
    ("worker1", PODS, "\"mtu\": 1500", "\"mtu\": 1400"),
    ("worker1", KUBELET, "clientCAFile", "clientCaFile"),
    ("worker1", KUBELET, "kubelet.crt", "kubelt.crt"),
    ("worker1", KUBELET, "kind: KubeletConfiguration\n", ""),
    ("worker1", PROXY, "nodePortAddresses", "nodePortAddress"),
    ("worker1", PROXY, "kube-proxy.conf", "kubeproxy.conf"),
    ("worker1", PROXY, "v1alpha1", "v1"),
    ("master1", SCHEDULER, "certificate-authority", "certificate-autority"),
    ("master1", SCHEDULER, "127.0.0.1", "127.0.0.2"),
    (
        "master1",
        SCHEDULER,
        "client-key: /etc/fmc/pki/kubernetes/kube-s",
        "client-key: /etc/fmc/pki/kubernetes/kube-apis",
    ),
    ("master1", "/etc/kubernetes/admin.conf", "10.17.5.10", "10.17.5.11"),
    ("master1", "/etc/kubernetes/audit.yaml", "omitStages", "omitStage"),
    ("master1", "/etc/kubernetes/encryption.yaml", "secretbox", "secretbx"),
    ("master1", "/etc/kubernetes/admission.yaml", "enforce-version", "enforceVersion"),
    ("master1", "/etc/kubernetes/authentication.yaml", "v1\n", "v2\n"),
    ("master1", ROLE, "resources:", "resource:"),
    ("master1", ROLE, "kind: ClusterRole\n", "kind: Clusterrole\n"),
    ("master1", ROLE, "metadata:\n  name: traefik\n", ""),
    ("loadbalancer1", TRAEFIK, "entryPoints:\n", "entryPointz:\n"),
    ("loadbalancer1", TRAEFIK, "directory: /etc/traefik/sites", "directory: /etc/traefik/site"),
    ("loadbalancer1", SITES, "Host(`", "Hots(`"),
    ("loadbalancer1", SITES, "loadBalancer", "loadBalanser"),
    ("master1", "/etc/fmc/pki/etcd/etcd-server.crt", "BEGIN CERTIFICATE", "BEGIN CERTIFICAT"),
    ("master1", "/etc/fmc/pki/etcd/etcd-server.key", "BEGIN PRIVATE KEY", "BEGIN PUBLIC KEY"),
    ("master1", "/etc/fmc/pki/etcd/etcd-server.key", "-----END", "AAAA-----END"),
    ("master1", "/etc/fmc/pki/etcd/ca.crt", "\nMII", "\nMIJ"),
];

#[test]
fn every_planted_fault_is_seen() {
    let cloud = cloud(EXAMPLES[0].1);
    let (hosts, secrets) = (hosts(&cloud), secrets(&cloud));
    let unseen = spread(&FAULTS, |(name, path, from, to)| {
        let (host, tree) = hosts.iter().find(|it| it.0.name.as_str() == *name).expect(name);
        let mut all = files(tree, &secrets);
        let file = all.iter_mut().find(|it| it.path == *path).expect(path);
        assert!(file.text.contains(from), "{path} does not say {from}");
        file.text = file.text.replace(from, to);
        let file = file.clone();
        let stage = stage(&cloud, host, &all, &secrets);
        stage.alone.set(true);
        let seen = tools::ask(&file, &stage) != Some(Ok(()));
        (!seen).then(|| format!("{name}:{path}: {from} -> {to}"))
    });
    let unseen: Vec<String> = unseen.into_iter().flatten().collect();
    assert!(unseen.is_empty(), "{}", unseen.join("\n"));
}

/// What is wrong where nobody comes but the edge: to the founding cloud's sites operators come too.
#[test]
fn faults_of_an_ingress_behind_an_edge_are_seen() {
    let role = fmc_roles::ROLES.iter().find(|it| it.about.name == "cdn").expect("it");
    let cloud = cloud(role.about.example);
    let (hosts, secrets) = (hosts(&cloud), secrets(&cloud));
    let (host, tree) = hosts.iter().find(|it| it.0.name.as_str() == "web").expect("an ingress");
    for (path, from, to, seen) in [
        (SITES, "", "", false),
        (SITES, "RequireAndVerifyClientCert", "RequestClientCert", true),
        (SITES, "edge-ca.crt", "edge-cb.crt", true),
        ("/etc/traefik/edge-ca.crt", "", "", false),
        ("/etc/traefik/edge-ca.crt", "MIIGCj", "MIIGCk", true),
    ] {
        let mut all = files(tree, &secrets);
        let file = all.iter_mut().find(|it| it.path == path).expect(path);
        assert!(file.text.contains(from), "{path} does not say {from}");
        file.text = file.text.replace(from, to);
        let file = file.clone();
        let stage = stage(&cloud, host, &all, &secrets);
        stage.alone.set(true);
        let told = tools::ask(&file, &stage).expect("a reader");
        assert_eq!(told.is_err(), seen, "{from} -> {to}: {told:?}");
    }
}

/// What is wrong with a bridge: the founding cloud has none that networkd makes.
#[test]
fn faults_in_a_bridge_are_seen() {
    let role = fmc_roles::ROLES.iter().find(|it| it.about.name == "hypervisor").expect("it");
    let cloud = cloud(&role.about.example.replace("os: rocky", "os: debian"));
    let (hosts, secrets) = (hosts(&cloud), secrets(&cloud));
    let (host, tree) = &hosts[0];
    let path = "/etc/systemd/network/10-fmc-br-lan.netdev";
    let faults = [
        ("", "", false),
        ("Kind=bridge", "Kind=brigde", true),
        ("Name=br-lan", "Name=br-lam", true),
        ("[NetDev]", "[NetDef]", true),
    ];
    spread(&faults, |(from, to, seen)| {
        let mut all = files(tree, &secrets);
        let file = all.iter_mut().find(|it| it.path == path).expect(path);
        assert!(file.text.contains(from), "{path} does not say {from}");
        file.text = file.text.replace(from, to);
        let file = file.clone();
        let stage = stage(&cloud, host, &all, &secrets);
        stage.alone.set(true);
        let told = tools::ask(&file, &stage).expect("a reader");
        assert_eq!(told.is_err(), *seen, "{from} -> {to}: {told:?}");
    });
}
