//! What pods ask for, held against what their nodes have.

mod common;

use common::found;

/// What pods ask for is counted together, on each node on which they are, beside what is kept for the node itself.
#[test]
fn pods_ask_for_no_more_than_their_nodes_have() {
    let cloud = |size: &str, wiki: &str, blog: &str| {
        format!(
            "\
version: 1
name: home
networks: {{ lan: {{ cidr: 192.168.0.0/24, gateway: 192.168.0.1 }} }}
hosts:
  master: {{ os: flatcar, nics: {{ lan: 21 }}, roles: {{ etcd: , control-plane: }} }}
  node[1-2]: {{ os: flatcar, nics: {{ lan: 31+ }}{size}, roles: {{ worker: }} }}
  ingress: {{ os: debian, nics: {{ lan: 12 }}, roles: {{ traefik: }} }}
apps:
  wiki: {{ hosts: node*, port: 30080, pods: {{ image: docker.io/library/nginx:1.29, port: 80{wiki} }}, for: lan }}
  blog: {{ hosts: node1, port: 30081, pods: {{ image: docker.io/library/nginx:1.29, port: 80{blog} }}, for: lan }}
"
        )
    };
    let told = |cloud: &str| {
        let all = found(cloud);
        let own = all.iter().filter(|it| it.code.id == "FMC1107");
        own.map(|it| it.message.en.to_string()).collect::<Vec<_>>()
    };
    let size = ", size: { cpus: 1, memory: 2GiB, disk: 30GB }";
    // To the last bit: 1622 and 426 are 2048, and so are 800, 100 and 100 a whole processor.
    assert!(told(&cloud(size, ", memory: 1622MiB, cpu: 800m", "")).is_empty());
    assert_eq!(
        told(&cloud(size, ", memory: 1622MiB", ", memory: 1B")),
        [
            "pods on node1 ask for 1623MiB of memory, and 2GiB is 1MiB too little for them, the kubelet and cluster DNS"
        ]
    );
    assert_eq!(
        told(&cloud(size, ", cpu: 0.801", "")),
        [
            "pods on node[1-2] ask for 801m of processors, and 1 is 1m too little for them, the kubelet and cluster DNS"
        ]
    );
    // Who asks for nothing is started wherever there is anything, and what was not said is not known.
    assert!(told(&cloud(size, "", "")).is_empty());
    assert!(told(&cloud("", ", cpu: 64, memory: 1TiB", "")).is_empty());
}
