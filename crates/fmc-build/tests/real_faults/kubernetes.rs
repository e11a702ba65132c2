//! What masters, nodes and whoever speaks with them are told.

use crate::{CLOUDS, after, lines};
use std::collections::{BTreeMap, BTreeSet};

/// L33: masters differ in nothing but who they are.
#[test]
fn masters_are_told_the_same() {
    let mut seen = 0;
    for it in CLOUDS.iter() {
        let masters: Vec<_> = it.hosts().filter(|it| it.1.has_role("control-plane")).collect();
        let told: Vec<BTreeMap<&str, BTreeSet<String>>> = masters
            .iter()
            .map(|(_, host)| {
                let units = it.files_of(host).filter(|it| {
                    it.0.starts_with("/etc/systemd/system/kube-") && it.0.ends_with(".service")
                });
                // Where a node is, is its own.
                let is_of_node =
                    |it: &str| it.ends_with("/kube-proxy.yaml") || it.ends_with("/kubelet.yaml");
                let documents = it.files_of(host).filter(|it| !is_of_node(it.0)).filter(|it| {
                    it.0.starts_with("/etc/kubernetes/") && it.0.rsplit('.').next() == Some("yaml")
                });
                // A member of etcd asks itself first; all are asked by all.
                let words = |text: &str| {
                    let words = lines(text).flat_map(|it| it.split([' ', ',']));
                    let mut words: BTreeSet<String> = words
                        .map(|it| it.trim_start_matches("--etcd-servers="))
                        .map(str::to_owned)
                        .collect();
                    for own in host.addresses() {
                        words.remove(&format!("--advertise-address={own}"));
                        words.remove(&format!("https://{own}:2379"));
                    }
                    words.retain(|it| !it.starts_with("https://") || !it.ends_with(":2379"));
                    words
                };
                units.chain(documents).map(|it| (it.0, words(it.1))).collect()
            })
            .collect();
        for (other, (at, _)) in told.iter().zip(&masters).skip(1) {
            assert_eq!(*other, told[0], "{at}");
            assert!(other.len() > 5, "{at}: {other:?}");
            seen += 1;
        }
    }
    assert!(seen > 3, "{seen}");
}

/// L33, L36: whoever speaks with the API of Kubernetes knows whom it speaks with and is known by a
/// certificate; there is no token.
#[test]
fn clients_of_the_api_have_certificates_and_no_token() {
    let mut seen = 0;
    for it in CLOUDS.iter() {
        for (at, host) in it.hosts() {
            for (path, text) in it.files_of(host) {
                assert!(!text.contains("insecure-skip-tls-verify"), "{at} {path}");
                if !lines(text).any(|it| it == "current-context: cloud") {
                    continue;
                }
                for key in ["certificate-authority: ", "client-certificate: ", "client-key: "] {
                    assert_eq!(after(text, key).count(), 1, "{at} {path}: {key}");
                }
                assert!(!text.contains("token"), "{at} {path}");
                seen += 1;
            }
        }
    }
    assert!(seen > 20, "{seen}");
}

/// L35: masters run what they are for and nobody else's pods, so no volume of Longhorn lies there.
#[test]
fn masters_keep_away_what_is_not_theirs_unless_they_are_workers_too() {
    let mut seen = 0;
    for it in CLOUDS.iter() {
        for (at, host) in it.hosts().filter(|it| it.1.has_role("control-plane")) {
            let kubelet = it.file(host, "/etc/kubernetes/kubelet.yaml").expect("it is a node");
            let object = format!("/etc/kubernetes/objects/1-node-{}.yaml", host.name);
            let object = it.file(host, &object).expect("it is a node");
            let is_open = host.has_role("worker");
            assert_eq!(kubelet.contains("registerWithTaints:"), !is_open, "{at}");
            assert_eq!(object.contains("effect: NoSchedule"), !is_open, "{at}");
            assert_eq!(object.contains("node.longhorn.io/"), host.has_role("longhorn"), "{at}");
            seen += 1;
        }
    }
    assert!(seen > 5, "{seen}");
}

/// L22, L23: a balancer before the API asks whether it is ready, and lets watches live that say
/// nothing for minutes. One example has shorter times, written by hand.
#[test]
fn balancers_before_the_api_ask_it_and_let_watches_live() {
    let mut seen = 0;
    for it in CLOUDS.iter().filter(|it| it.name != "as-deployed") {
        for (at, host) in it.hosts() {
            let Some(told) = it.file(host, "/etc/haproxy/haproxy.cfg") else { continue };
            let Some((_, backend)) = told.split_once("\nbackend api-kubernetes-api\n") else {
                continue;
            };
            let backend = backend.split("\n\n").next().unwrap_or_default();
            assert!(lines(backend).any(|it| it == "option httpchk"), "{at}: {backend}");
            assert!(lines(backend).any(|it| it.ends_with("uri /readyz")), "{at}: {backend}");
            let defaults = told.split_once("\ndefaults\n").expect(&at).1;
            for side in ["timeout client ", "timeout server "] {
                let time = after(defaults, side).next().expect(&at).trim_end_matches("ms");
                let time: u64 = time.parse().expect("milliseconds");
                // Ten minutes: the API ends a watch after five to ten.
                assert!(time >= 600_000, "{at}: {side}{time}");
            }
            seen += 1;
        }
    }
    assert!(seen > 2, "{seen}");
}

/// L61: an image that a file names has a version, and not whatever is the latest.
#[test]
fn images_have_a_version() {
    let mut seen = 0;
    for it in CLOUDS.iter() {
        for (at, host) in it.hosts() {
            for (path, text) in it.files_of(host) {
                for image in after(text, "sandbox_image = ").chain(after(text, "image: ")) {
                    let image = image.trim_matches('"');
                    let tag = image.rsplit('/').next().and_then(|it| it.split_once(':'));
                    let version = tag.expect(image).1;
                    let is_number =
                        version.starts_with(|it: char| it.is_ascii_digit() || it == 'v');
                    assert!(is_number, "{at} {path}: {image}");
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 5, "{seen}");
}
