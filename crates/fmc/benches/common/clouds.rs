//! The clouds that are measured.

use std::fmt::Write as _;

/// A cloud by the name of its row: `founding`, or `written` or `ranges` with a number of hosts.
pub(crate) fn text_of(name: &str) -> String {
    if name == "founding" {
        return include_str!("../../../../examples/flatcarmicrocloud.yaml").to_owned();
    }
    let (kind, count) = name.split_once(' ').expect("a kind and a count");
    generated(count.parse().expect("a count"), kind == "ranges")
}

/// A cloud of `count` hosts.
fn generated(count: usize, ranges: bool) -> String {
    let rest = count - 9;
    let workers = rest / 2;
    let servers = rest - workers;
    let mut text = "\
version: 1
name: generated
domain: example.com
kubernetes: { pods: 10.128.0.0/9 }
networks:
  lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 }
  core: { cidr: 10.1.0.0/16 }
  nodes: { cidr: 10.2.0.0/16 }
  servers: { cidr: 10.3.0.0/16 }
vips: { api: { address: 10.1.0.10, serves: control-plane, slo: 2s } }
hosts:
  metal: { os: rocky, nics: { lan: 10, core: 1, nodes: 1, servers: 1 }, roles: { hypervisor: , router: { uplink: lan } } }
  names: { os: debian, nics: { core: 11 }, roles: { coredns: , chrony: } }
  database: { os: debian, nics: { core: 12 }, roles: { postgres: } }
  bastion: { os: debian, nics: { core: 13 }, roles: { bastion: } }
  balancer[1-2]: { os: debian, nics: { core: 21+ }, roles: { haproxy: , keepalived: { vips: [api] } } }
  master[1-3]: { os: flatcar, nics: { nodes: 11+ }, roles: { etcd: , control-plane: } }
"
    .to_owned();
    let worker =
        "os: flatcar, size: { cpus: 2, memory: 4GiB, disk: 40GB }, roles: { worker: , longhorn: }";
    let server = "os: debian, size: { cpus: 1, memory: 1GiB, disk: 20GB }, roles: { service: { ports: { site: tcp/8080 }, needs: [postgresql], command: /bin/site } }";
    if ranges {
        let _ = writeln!(text, "  worker[1-{workers}]: {{ nics: {{ nodes: 101+ }}, {worker} }}");
        let _ = writeln!(text, "  server[1-{servers}]: {{ nics: {{ servers: 101+ }}, {server} }}");
        return text;
    }
    for index in 1..=workers {
        let _ =
            writeln!(text, "  worker{index}: {{ nics: {{ nodes: {} }}, {worker} }}", 100 + index);
    }
    for index in 1..=servers {
        let _ =
            writeln!(text, "  server{index}: {{ nics: {{ servers: {} }}, {server} }}", 100 + index);
    }
    text
}
