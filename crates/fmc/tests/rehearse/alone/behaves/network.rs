//! Who is met, and by which name.

use super::{Apply, Behaviour, Fails, Says};

pub(super) const ALL: &[Behaviour] = &[
    Behaviour {
        what: "a service is met by its name and its address, by the port that its pods give a name",
        steps: &[
            Apply("{ apiVersion: v1, kind: Service, metadata: { name: met }, spec: { selector: { app: a },
                ports: [{ port: 80, targetPort: web }] } }"),
            Apply("{ apiVersion: v1, kind: Pod, metadata: { name: a, labels: { app: a } }, spec: { containers: [{ name: it, DEMO,
                ports: [{ name: web, containerPort: 8080 }] }] } }"),
            Says("exec a -- /demo get http://met/healthz", "ok"),
            Says("exec a -- /demo get http://met.NAMESPACE.svc/healthz", "ok"),
            Says("exec a -- /demo print MET_SERVICE_PORT KUBERNETES_SERVICE_PORT", "80\n443"),
        ],
    },
    Behaviour {
        what: "a service without an address of its own has those of its pods",
        steps: &[
            Apply("{ apiVersion: apps/v1, kind: StatefulSet, metadata: { name: a }, spec: { replicas: 2, serviceName: all,
                podManagementPolicy: Parallel, selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } },
                spec: { containers: [{ name: it, DEMO }] } } } }"),
            Apply("{ apiVersion: v1, kind: Service, metadata: { name: all }, spec: { clusterIP: None, selector: { app: a },
                ports: [{ port: 8080 }] } }"),
            Says("rollout status statefulset/a --timeout=2s", "complete"),
            Says("exec a-0 -- /demo names all", "2 ["),
            Says("exec a-0 -- /demo get http://a-1.all:8080/healthz", "ok"),
        ],
    },
    Behaviour {
        what: "who is not ready is met by nobody, and once it is it is met",
        steps: &[
            Apply("{ apiVersion: v1, kind: Pod, metadata: { name: a, labels: { app: a } }, spec: { volumes: [{ name: state, emptyDir: {} }],
                containers: [{ name: it, DEMO, volumeMounts: [{ name: state, mountPath: /state }],
                  readinessProbe: { exec: { command: [/demo, read, /state/ready] }, periodSeconds: 1 } }] } }"),
            Apply("{ apiVersion: v1, kind: Service, metadata: { name: met }, spec: { selector: { app: a },
                ports: [{ port: 80, targetPort: 8080 }] } }"),
            Says("get endpointslices -l kubernetes.io/service-name=met -o jsonpath={.items[*].endpoints[*].conditions.ready}", "false"),
            Fails("exec a -- /demo get http://met/healthz", "connection refused"),
            Says("exec a -- /demo write /state/ready yes", ""),
            Says("get endpointslices -l kubernetes.io/service-name=met -o jsonpath={.items[*].endpoints[*].conditions.ready}", "true"),
            Says("exec a -- /demo get http://met/healthz", "ok"),
        ],
    },
    Behaviour {
        what: "a service stands for whoever is named by hand",
        steps: &[
            Apply("{ apiVersion: v1, kind: Pod, metadata: { name: a }, spec: { containers: [{ name: it, DEMO }] } }"),
            Apply("{ apiVersion: v1, kind: Service, metadata: { name: met }, spec: { ports: [{ port: 80 }] } }"),
            Apply("{ apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: { name: met-1,
                labels: { kubernetes.io/service-name: met } }, addressType: IPv4, ports: [{ port: 8080 }],
                endpoints: [{ addresses: [192.0.2.7] }] }"),
            Says("get endpointslices -l kubernetes.io/service-name=met -o jsonpath={.items[*].endpoints[*].addresses}", "192.0.2.7"),
            Says("exec a -- /demo names met", "1 ["),
        ],
    },
    Behaviour {
        what: "a service may be another name",
        steps: &[
            Apply("{ apiVersion: v1, kind: Pod, metadata: { name: a }, spec: { containers: [{ name: it, DEMO }] } }"),
            Apply("{ apiVersion: v1, kind: Service, metadata: { name: other }, spec: { type: ExternalName,
                externalName: kubernetes.default.svc.cluster.local } }"),
            Says("exec a -- /demo names other", "1 ["),
        ],
    },
    Behaviour {
        what: "a port of the nodes is one service's",
        steps: &[
            Says("create service nodeport a --tcp=80", "created"),
            Says("get service a -o jsonpath={.spec.ports[0].nodePort}", "3"),
            Apply("{ apiVersion: v1, kind: Service, metadata: { name: b }, spec: { type: NodePort, ports: [{ port: 80, nodePort: 30080 }] } }"),
            Fails("create service nodeport c --tcp=80 --node-port=30080", "provided port is already allocated"),
        ],
    },
    Behaviour {
        what: "the API is a service that pods meet by its name",
        steps: &[
            Apply("{ apiVersion: v1, kind: Pod, metadata: { name: a }, spec: { containers: [{ name: it, DEMO }] } }"),
            Says("exec a -- /demo names kubernetes.default", "1 ["),
            Says("get endpointslices --namespace default -l kubernetes.io/service-name=kubernetes -o jsonpath={.items[*].ports[*].port}", "6443"),
        ],
    },
    Behaviour {
        what: "a way from outside is written down for whoever opens it",
        steps: &[
            Says("create ingress a --class=none --rule=a.invalid/*=met:80", "created"),
            Says("get ingress a -o jsonpath={.spec.rules[0].http.paths[0].pathType}", "Prefix"),
            Fails("create ingress b --class=none --rule=a_b/*=met:80", "Invalid value"),
        ],
    },
];
