//! What is said of folders that pods find, beyond the two clouds of its explanation.

mod common;

use common::found;

/// Findings that are true of nearly every small cloud: what falls with a single host.
const EVERYWHERE: &[&str] = &["FMC08", "FMC09", "FMC10"];

#[track_caller]
fn check_cloud(yaml: &str, expected: &[&str]) {
    let is_local = |id: &str| !EVERYWHERE.iter().any(|it| id.starts_with(it));
    let told: Vec<String> = found(yaml)
        .iter()
        .filter(|it| is_local(it.code.id))
        .map(|it| format!("{} {}", it.code.id, it.message.en))
        .collect();
    assert_eq!(told, expected, "{yaml}");
}

/// Every host of an app mounts what its pods find, and says so once.
#[test]
fn volumes_are_for_every_host_of_an_app() {
    let with = |exports: &str, hosts: &str| {
        format!(
            "version: 1\nname: cluster\n\
             networks: {{ nodes: {{ cidr: 10.17.4.0/24, gateway: 10.17.4.1 }} }}\nhosts:\n  \
             master1: {{ os: flatcar, nics: {{ nodes: 21 }}, roles: {{ etcd: , control-plane: }} }}\n  \
             worker[1-3]: {{ os: flatcar, nics: {{ nodes: 24+ }}, roles: {{ worker: }} }}\n  \
             storage: {{ os: debian, nics: {{ nodes: 14 }}, roles: {{ worker: , nfs: {{ exports: {{ {exports} }} }} }} }}\n\
             apps:\n  web:\n    hosts: {hosts}\n    port: 30080\n    for: nodes\n    pods:\n      \
             image: docker.io/library/nginx:1.29\n      port: 80\n      \
             volumes: {{ /a: \"storage:/srv/a\", /also/a: \"storage:/srv/a\" }}\n"
        )
    };
    let out =
        "FMC1513 pods of web find /srv/a of storage, which does not share it with worker[2-3]";
    check_cloud(&with("/srv/a: worker1", "worker*"), &[out, out]);
    let none = "FMC1513 pods of web find /srv/a of storage, which shares no such folder";
    check_cloud(&with("/srv/b: worker*", "worker*"), &[none, none]);
    let own = "FMC1513 storage would mount a folder of its own for a pod of web";
    check_cloud(&with("/srv/a: role:worker", "role:worker"), &[own, own]);
    check_cloud(&with("/srv/a/: worker*", "worker1"), &[]);
}
