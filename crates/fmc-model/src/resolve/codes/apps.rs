//! What is wrong with apps that run as pods: one of `FMC05xx`.

use crate::{Code, Severity, Words};

/// An app in pods where there are none.
pub const APP_IN_PODS: Code = Code {
    id: "FMC0512",
    severity: Severity::Error,
    title: Words("app in pods that nobody would meet", "app en pods que nadie encontraría"),
    reason: Words(
        "An app with `pods` is run by Kubernetes, one pod on each of its hosts, and is met at a port of \
         these hosts. So they must be nodes, and the port one of those that nodes pass on to pods (30000 \
         to 32767) that no other such app has.",
        "Una app con `pods` la ejecuta Kubernetes, un pod en cada uno de sus hosts, y se la encuentra \
         en un puerto de esos hosts. Por eso deben ser nodos, y el puerto uno de los que los nodos \
         pasan a pods (de 30000 a 32767) que no tenga otra app así.",
    ),
    failing: "\
version: 1
name: cluster
networks: { nodes: { cidr: 10.17.4.0/24, gateway: 10.17.4.1 } }
hosts:
  master1: { os: flatcar, nics: { nodes: 21 }, roles: { etcd: , control-plane: } }
  worker1: { os: flatcar, nics: { nodes: 24 }, roles: { worker: } }
  ingress: { os: debian, nics: { nodes: 12 }, roles: { traefik: } }
apps:
  web: { hosts: worker1, port: 8080, pods: { image: docker.io/library/nginx:1.29, port: 80 }, for: nodes }
",
    mended: "\
version: 1
name: cluster
networks: { nodes: { cidr: 10.17.4.0/24, gateway: 10.17.4.1 } }
hosts:
  master1: { os: flatcar, nics: { nodes: 21 }, roles: { etcd: , control-plane: } }
  worker1: { os: flatcar, nics: { nodes: 24 }, roles: { worker: } }
  ingress: { os: debian, nics: { nodes: 12 }, roles: { traefik: } }
apps:
  web: { hosts: worker1, port: 30080, pods: { image: docker.io/library/nginx:1.29, port: 80 }, for: nodes }
",
};
