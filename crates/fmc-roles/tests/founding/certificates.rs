//! Certificates of the founding cloud: who shows one, and by which names and addresses it is known.

use crate::{differences, founding, sorted};
use fmc_model::cloud::Certificate;
use fmc_model::role::Usage;

fn one<'c>(certificates: &'c [Certificate], name: &str) -> &'c Certificate {
    certificates.iter().find(|it| it.name == name).unwrap_or_else(|| panic!("no {name}"))
}

/// All names and addresses by which a certificate is known.
fn known_as(certificate: &Certificate) -> Vec<String> {
    let addresses = certificate.addresses.iter().map(ToString::to_string);
    sorted(certificate.names.iter().cloned().chain(addresses))
}

fn expect(certificate: &Certificate, expected: &[String]) {
    let differences = differences(expected, &known_as(certificate));
    assert!(differences.is_empty(), "{}:\n{}", certificate.name, differences.join("\n"));
}

#[test]
fn the_api_is_known_by_every_way_to_it() {
    let cloud = founding().cloud;
    for number in 1..=3 {
        let certificate = one(&cloud.certificates, &format!("master{number}/kube-apiserver"));
        let expected = [
            "kubernetes".to_owned(),
            "kubernetes.default".to_owned(),
            "kubernetes.default.svc".to_owned(),
            "kubernetes.default.svc.cluster.local".to_owned(),
            "localhost".to_owned(),
            "127.0.0.1".to_owned(),
            // The first address of the services, by which pods find it.
            "10.43.0.1".to_owned(),
            // The virtual address, by which everybody else does.
            "10.17.5.10".to_owned(),
            "k8s-api.cefaslocalserver.com".to_owned(),
            format!("master{number}"),
            format!("master{number}.cefaslocalserver.com"),
            format!("10.17.4.2{number}"),
        ];
        expect(certificate, &expected);
        assert_eq!((certificate.authority, certificate.usage), ("kubernetes", Usage::Server));
    }
}

#[test]
fn members_of_etcd_know_each_other() {
    let cloud = founding().cloud;
    for number in 1..=3 {
        for kind in ["etcd-server", "etcd-peer"] {
            let certificate = one(&cloud.certificates, &format!("master{number}/{kind}"));
            let expected = [
                format!("master{number}"),
                format!("master{number}.cefaslocalserver.com"),
                "localhost".to_owned(),
                "127.0.0.1".to_owned(),
                format!("10.17.4.2{number}"),
            ];
            expect(certificate, &expected);
            // A member is both: it asks the others and answers them.
            assert_eq!((certificate.authority, certificate.usage), ("etcd", Usage::Both));
        }
    }
}

#[test]
fn nodes_ingress_and_database() {
    let cloud = founding().cloud;
    let nodes = [
        ("worker1", "10.17.4.24"),
        ("worker2", "10.17.4.25"),
        ("worker3", "10.17.4.26"),
        ("storage1", "10.17.3.27"),
    ];
    for (node, address) in nodes {
        let certificate = one(&cloud.certificates, &format!("{node}/kubelet"));
        expect(certificate, &[node.into(), format!("{node}.cefaslocalserver.com"), address.into()]);
        assert_eq!(certificate.common_name, format!("system:node:{node}"));
        assert_eq!(certificate.organization, Some("system:nodes"));
        assert_eq!(certificate.usage, Usage::Both);
    }
    for number in 1..=2 {
        let certificate = one(&cloud.certificates, &format!("loadbalancer{number}/ingress"));
        let expected = [
            "cefaslocalserver.com".to_owned(),
            "www.cefaslocalserver.com".to_owned(),
            format!("loadbalancer{number}.cefaslocalserver.com"),
            "10.17.3.30".to_owned(),
            format!("10.17.3.1{}", number + 1),
        ];
        expect(certificate, &expected);
        assert_eq!(certificate.usage, Usage::Server);
    }
    let database = one(&cloud.certificates, "postgresql1/postgres");
    let names = ["postgresql1", "postgresql1.cefaslocalserver.com", "10.17.3.14"];
    expect(database, &names.map(str::to_owned));
    let directory = one(&cloud.certificates, "freeipa1/directory");
    expect(directory, &["freeipa1.cefaslocalserver.com", "10.17.3.15"].map(str::to_owned));
}

#[test]
fn clients_of_the_api_and_of_etcd() {
    let cloud = founding().cloud;
    let clients = [
        ("kube-apiserver-etcd-client", "etcd"),
        ("kube-apiserver-kubelet-client", "kubernetes"),
        ("kube-controller-manager", "kubernetes"),
        ("kube-scheduler", "kubernetes"),
        ("kubernetes-admin", "kubernetes"),
        ("front-proxy-client", "front-proxy"),
    ];
    for number in 1..=2 {
        let name = format!("loadbalancer{number}/traefik-client");
        let ingress = one(&cloud.certificates, &name);
        assert_eq!((ingress.authority, ingress.usage), ("kubernetes", Usage::Client));
        assert!(known_as(ingress).is_empty(), "nobody calls a client");
    }
    for node in ["master1", "master2", "master3", "worker1", "worker2", "worker3", "storage1"] {
        let proxy = one(&cloud.certificates, &format!("{node}/kube-proxy"));
        assert_eq!((proxy.authority, proxy.usage), ("kubernetes", Usage::Client));
        assert_eq!(proxy.common_name, "system:kube-proxy");
    }
    for number in 1..=3 {
        for (name, authority) in clients {
            let certificate = one(&cloud.certificates, &format!("master{number}/{name}"));
            assert_eq!((certificate.authority, certificate.usage), (authority, Usage::Client));
            assert!(known_as(certificate).is_empty(), "nobody calls a client");
        }
    }
}

#[test]
fn each_is_there_once_and_for_a_host_that_is() {
    let cloud = founding().cloud;
    let names = sorted(cloud.certificates.iter().map(|it| &it.name));
    let mut once = names.clone();
    once.dedup();
    assert_eq!(names, once);
    // Three masters with nine, seven nodes with two, two ingresses with two, one database, one directory.
    assert_eq!(names.len(), 3 * 9 + 7 * 2 + 2 * 2 + 1 + 1);
    for certificate in &cloud.certificates {
        assert!(cloud.hosts.contains_key(&certificate.host), "{}", certificate.name);
        assert!(certificate.name.starts_with(&format!("{}/", certificate.host)));
    }
}
