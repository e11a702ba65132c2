//! What becomes of a pod.

use super::{Apply, Behaviour, Fails, Is, Says};

pub(super) const ALL: &[Behaviour] = &[
    Behaviour {
        what: "a pod that ends well has succeeded, and one that does not has failed",
        steps: &[
            Apply("{ apiVersion: v1, kind: Pod, metadata: { name: good }, spec: { restartPolicy: Never,
                containers: [{ name: it, DEMO, args: [exit, '0'] }] } }"),
            Apply("{ apiVersion: v1, kind: Pod, metadata: { name: bad }, spec: { restartPolicy: Never,
                containers: [{ name: it, DEMO, args: [exit, '7'] }] } }"),
            Is("get pod good -o jsonpath={.status.phase}", "Succeeded"),
            Is("get pod bad -o jsonpath={.status.phase}", "Failed"),
            Is("get pod bad -o jsonpath={.status.containerStatuses[0].state.terminated.exitCode}", "7"),
        ],
    },
    Behaviour {
        what: "what fails begins again where that is asked for",
        steps: &[
            Apply("{ apiVersion: v1, kind: Pod, metadata: { name: a }, spec: { restartPolicy: OnFailure,
                containers: [{ name: it, DEMO, args: [exit, '1'] }] } }"),
            Is("get pod a -o jsonpath={.status.containerStatuses[0].lastState.terminated.exitCode}", "1"),
        ],
    },
    Behaviour {
        what: "what comes first has ended before the rest begins",
        steps: &[
            Apply("{ apiVersion: v1, kind: Pod, metadata: { name: a }, spec: { volumes: [{ name: shared, emptyDir: {} }],
                initContainers: [{ name: first, DEMO, args: [write, /shared/word, said],
                  volumeMounts: [{ name: shared, mountPath: /shared }] }],
                containers: [{ name: it, DEMO, volumeMounts: [{ name: shared, mountPath: /shared }] }] } }"),
            Says("exec a -- /demo read /shared/word", "said"),
        ],
    },
    Behaviour {
        what: "containers of a pod share its folders and its address",
        steps: &[
            Apply("{ apiVersion: v1, kind: Pod, metadata: { name: a }, spec: { volumes: [{ name: shared, emptyDir: {} }],
                containers: [
                  { name: one, DEMO, volumeMounts: [{ name: shared, mountPath: /shared }] },
                  { name: two, DEMO, env: [{ name: PORT, value: '8081' }],
                    volumeMounts: [{ name: shared, mountPath: /shared }] }] } }"),
            Says("wait --for=condition=Ready pod/a --timeout=1s", "met"),
            Says("exec a -c one -- /demo write /shared/word said", ""),
            Says("exec a -c two -- /demo read /shared/word", "said"),
            Says("exec a -c two -- /demo get http://127.0.0.1:8080/healthz", "ok"),
        ],
    },
    Behaviour {
        what: "a pod is told words of maps, of secrets and of itself",
        steps: &[
            Says("create configmap words --from-literal=x=open", "created"),
            Says("create secret generic words --from-literal=x=closed", "created"),
            Apply("{ apiVersion: v1, kind: Pod, metadata: { name: a, labels: { tier: front } }, spec: { containers: [{ name: it, DEMO,
                env: [{ name: OPEN, valueFrom: { configMapKeyRef: { name: words, key: x } } },
                  { name: CLOSED, valueFrom: { secretKeyRef: { name: words, key: x } } },
                  { name: TIER, valueFrom: { fieldRef: { fieldPath: \"metadata.labels['tier']\" } } },
                  { name: OWN, valueFrom: { fieldRef: { fieldPath: status.podIP } } },
                  { name: ALL, value: $(OPEN)-$(TIER) }],
                envFrom: [{ prefix: MAP_, configMapRef: { name: words } }] }] } }"),
            Says("exec a -- /demo print OPEN CLOSED TIER ALL MAP_x", "open\nclosed\nfront\nopen-front\nopen"),
            Says("exec a -- /demo print OWN", "."),
        ],
    },
    Behaviour {
        what: "maps, secrets, labels and tokens are files",
        steps: &[
            Says("create configmap words --from-literal=x=open", "created"),
            Says("create secret generic words --from-literal=x=closed", "created"),
            Apply("{ apiVersion: v1, kind: Pod, metadata: { name: a, labels: { tier: front } }, spec: {
                volumes: [{ name: map, configMap: { name: words } }, { name: secret, secret: { secretName: words } },
                  { name: all, projected: { sources: [
                    { serviceAccountToken: { path: token, audience: fmc, expirationSeconds: 600 } },
                    { downwardAPI: { items: [{ path: labels, fieldRef: { fieldPath: metadata.labels } }] } }] } }],
                containers: [{ name: it, DEMO, volumeMounts: [{ name: map, mountPath: /map },
                  { name: secret, mountPath: /secret }, { name: all, mountPath: /all }] }] } }"),
            Says("exec a -- /demo read /map/x /secret/x /all/labels", "open\nclosed\ntier=\"front\""),
            Says("exec a -- /demo read /all/token", "eyJ"),
        ],
    },
    Behaviour {
        what: "a pod that is not there yet waits for what it is told",
        steps: &[
            Apply("{ apiVersion: v1, kind: Pod, metadata: { name: a }, spec: { containers: [{ name: it, DEMO,
                env: [{ name: X, valueFrom: { configMapKeyRef: { name: later, key: x } } }] }] } }"),
            Says("get pod a -o jsonpath={.status.containerStatuses[0].state.waiting.reason}", "CreateContainerConfigError"),
            Says("create configmap later --from-literal=x=1", "created"),
            Says("exec a -- /demo print X", "1"),
        ],
    },
    Behaviour {
        what: "who does not answer for its life is started again",
        steps: &[
            Apply("{ apiVersion: v1, kind: Pod, metadata: { name: a }, spec: { terminationGracePeriodSeconds: 1, containers: [{ name: it, DEMO,
                livenessProbe: { exec: { command: [/demo, read, /not/there] }, periodSeconds: 1, failureThreshold: 1 } }] } }"),
            Says("get events --field-selector reason=Killing -o jsonpath={.items[*].message}", "failed liveness probe"),
            Says("get pod a -o jsonpath={.status.containerStatuses[0].lastState.terminated.containerID}", "containerd://"),
        ],
    },
    Behaviour {
        what: "a slow start is waited for before life is asked after",
        steps: &[
            Apply("{ apiVersion: v1, kind: Pod, metadata: { name: a }, spec: { volumes: [{ name: state, emptyDir: {} }],
                containers: [{ name: it, DEMO, volumeMounts: [{ name: state, mountPath: /state }],
                  startupProbe: { exec: { command: [/demo, read, /state/begun] }, periodSeconds: 1, failureThreshold: 300 },
                  livenessProbe: { httpGet: { path: /healthz, port: 8080 }, periodSeconds: 1, failureThreshold: 1 } }] } }"),
            Says("get pod a -o jsonpath={.status.containerStatuses[0].started}", "false"),
            Says("exec a -- /demo write /state/begun yes", ""),
            Says("get pod a -o jsonpath={.status.containerStatuses[0].started}", "true"),
        ],
    },
    Behaviour {
        what: "a pod goes only to nodes that it asks for",
        steps: &[
            Apply("{ apiVersion: v1, kind: Pod, metadata: { name: a }, spec: { nodeSelector: { fmc.invalid/is: nowhere },
                containers: [{ name: it, DEMO }] } }"),
            Says("get pod a -o jsonpath={.status.conditions[0].reason}", "Unschedulable"),
            Apply("{ apiVersion: v1, kind: Pod, metadata: { name: b }, spec: { nodeSelector: { kubernetes.io/hostname: worker2 },
                containers: [{ name: it, DEMO }] } }"),
            Is("get pod b -o jsonpath={.spec.nodeName}", "worker2"),
        ],
    },
    Behaviour {
        what: "a pod that asks for more than there is waits",
        steps: &[
            Apply("{ apiVersion: v1, kind: Pod, metadata: { name: a }, spec: { containers: [{ name: it, DEMO,
                resources: { requests: { memory: 900Gi } } }] } }"),
            Says("get pod a -o jsonpath={.status.conditions[0].message}", "Insufficient memory"),
        ],
    },
    Behaviour {
        what: "pods keep away from each other where they are told to, and wait if they cannot",
        steps: &[
            Apply("{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { replicas: 5,
                selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } }, spec: {
                terminationGracePeriodSeconds: 0,
                affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{
                  topologyKey: kubernetes.io/hostname, labelSelector: { matchLabels: { app: a } } }] } },
                containers: [{ name: it, DEMO }] } } } }"),
            // There are four nodes.
            Is("get deployment a -o jsonpath={.status.availableReplicas}", "4"),
            Says("get pods -l app=a --field-selector status.phase=Pending -o name", "pod/a-"),
        ],
    },
    Behaviour {
        what: "a class of priority is a number, and a class that is none is refused",
        steps: &[
            Apply("{ apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: { name: NAMESPACE }, value: 1000 }"),
            Apply("{ apiVersion: v1, kind: Pod, metadata: { name: a }, spec: { priorityClassName: NAMESPACE,
                containers: [{ name: it, DEMO }] } }"),
            Is("get pod a -o jsonpath={.spec.priority}", "1000"),
            Fails("run b --image=x --overrides={\"spec\":{\"priorityClassName\":\"none\"}}", "no PriorityClass"),
            Says("delete priorityclass NAMESPACE", "deleted"),
        ],
    },
    Behaviour {
        what: "what happens to a pod is written down",
        steps: &[
            Apply("{ apiVersion: v1, kind: Pod, metadata: { name: a }, spec: { containers: [{ name: it, DEMO }] } }"),
            Says("get events --field-selector involvedObject.name=a,reason=Scheduled -o name", "event/"),
            Says("get events --field-selector involvedObject.name=a,reason=Started -o name", "event/"),
            Says("logs a", "listening at port 8080"),
        ],
    },
    Behaviour {
        what: "an image that nobody has is told",
        steps: &[
            Apply("{ apiVersion: v1, kind: Pod, metadata: { name: a }, spec: { containers: [{ name: it,
                image: 'fmc.invalid/none:1', imagePullPolicy: Never }] } }"),
            Says("get pod a -o jsonpath={.status.containerStatuses[0].state.waiting.reason}", "ErrImageNeverPull"),
        ],
    },
];
