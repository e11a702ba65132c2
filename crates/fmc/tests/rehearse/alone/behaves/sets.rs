//! What keeps as many pods as it is told, or has something done.

use super::{Apply, Behaviour, Fails, Is, Says};

/// Asks for a pod to be taken from its node.
const EVICT: &str = "create --raw /api/v1/namespaces/NAMESPACE/pods/a/eviction -f - < \
    {\"apiVersion\":\"policy/v1\",\"kind\":\"Eviction\",\"metadata\":{\"name\":\"a\",\"namespace\":\"NAMESPACE\"}}";

pub(super) const ALL: &[Behaviour] = &[
    Behaviour {
        what: "a job ends when as many of its pods have succeeded as it is told",
        steps: &[
            Apply("{ apiVersion: batch/v1, kind: Job, metadata: { name: a }, spec: { completions: 3, parallelism: 2,
                template: { spec: { restartPolicy: Never, containers: [{ name: it, DEMO, args: [exit, '0'] }] } } } }"),
            Says("wait --for=condition=Complete job/a --timeout=2s", "met"),
            Is("get job a -o jsonpath={.status.succeeded}", "3"),
        ],
    },
    Behaviour {
        what: "a job that fails too often has failed",
        steps: &[
            Apply("{ apiVersion: batch/v1, kind: Job, metadata: { name: a }, spec: { backoffLimit: 0,
                template: { spec: { restartPolicy: Never, containers: [{ name: it, DEMO, args: [exit, '1'] }] } } } }"),
            Says("wait --for=condition=Failed job/a --timeout=2s", "met"),
            Says("get job a -o jsonpath={.status.conditions[*].reason}", "BackoffLimitExceeded"),
        ],
    },
    Behaviour {
        what: "a job that rests has no pods until it goes on",
        steps: &[
            Apply("{ apiVersion: batch/v1, kind: Job, metadata: { name: a }, spec: { suspend: true,
                template: { spec: { restartPolicy: Never, containers: [{ name: it, DEMO, args: [exit, '0'] }] } } } }"),
            Says("wait --for=condition=Suspended job/a --timeout=2s", "met"),
            Says("get pods -l job-name=a", "No resources"),
            Says(r#"patch job a -p {"spec":{"suspend":false}}"#, "patched"),
            Says("wait --for=condition=Complete job/a --timeout=2s", "met"),
        ],
    },
    Behaviour {
        what: "a job is made of one that comes again and again",
        steps: &[
            Apply("{ apiVersion: batch/v1, kind: CronJob, metadata: { name: a }, spec: { schedule: '0 0 1 1 *', suspend: true,
                jobTemplate: { spec: { template: { spec: { restartPolicy: Never,
                containers: [{ name: it, DEMO, args: [exit, '0'] }] } } } } } }"),
            Says("create job now --from=cronjob/a", "created"),
            Says("wait --for=condition=Complete job/now --timeout=2s", "met"),
        ],
    },
    Behaviour {
        what: "a pod that is gone is made again",
        steps: &[
            Apply("{ apiVersion: apps/v1, kind: ReplicaSet, metadata: { name: a }, spec: { replicas: 1,
                selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } },
                spec: { terminationGracePeriodSeconds: 0, containers: [{ name: it, DEMO }] } } } }"),
            Says("wait --for=jsonpath={.status.readyReplicas}=1 replicaset/a --timeout=2s", "met"),
            Says("label pod -l app=a first=yes", "labeled"),
            Says("delete pod -l app=a", "deleted"),
            Fails("get pod -l first=yes -o jsonpath={.items[0].metadata.name}", "out of bounds"),
            Says("wait --for=condition=Ready pod -l app=a --timeout=2s", "met"),
        ],
    },
    Behaviour {
        what: "another template is rolled out, and what was before is brought back",
        steps: &[
            Apply("{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { replicas: 2,
                selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } },
                spec: { terminationGracePeriodSeconds: 0, containers: [{ name: it, DEMO,
                env: [{ name: WORD, value: old }] }] } } } }"),
            Says("rollout status deployment/a --timeout=2s", "successfully rolled out"),
            Says("set env deployment/a WORD=new", "updated"),
            Says("rollout status deployment/a --timeout=2s", "successfully rolled out"),
            Is("exec deployment/a -- /demo print WORD", "new"),
            Says("get replicasets -l app=a -o jsonpath={.items[*].spec.replicas}", "0"),
            Says("rollout history deployment/a", "2"),
            Says("rollout undo deployment/a", "rolled back"),
            Says("rollout status deployment/a --timeout=2s", "successfully rolled out"),
            Is("exec deployment/a -- /demo print WORD", "old"),
        ],
    },
    Behaviour {
        what: "a template that never comes up leaves what was there",
        steps: &[
            Apply("{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { replicas: 1, progressDeadlineSeconds: 2,
                strategy: { rollingUpdate: { maxUnavailable: 0 } },
                selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } },
                spec: { containers: [{ name: it, DEMO }] } } } }"),
            Says("wait --for=condition=Available deployment/a --timeout=2s", "met"),
            Says("set image deployment/a it=fmc.invalid/none:1", "updated"),
            Fails("rollout status deployment/a --timeout=9s", "exceeded its progress deadline"),
            Is("get deployment a -o jsonpath={.status.availableReplicas}", "1"),
        ],
    },
    Behaviour {
        what: "a rollout that rests changes nothing",
        steps: &[
            Apply("{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { replicas: 1,
                selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } },
                spec: { containers: [{ name: it, DEMO }] } } } }"),
            Says("rollout status deployment/a --timeout=2s", "successfully rolled out"),
            Says("rollout pause deployment/a", "paused"),
            Says("set env deployment/a WORD=new", "updated"),
            Is("get deployment a -o jsonpath={.spec.template.spec.containers[0].env[0].value}", "new"),
            // A second set would be there by the time that its controller has seen the change.
            Is("get deployment a -o jsonpath={.status.observedGeneration}-{.metadata.generation}", "3-3"),
            Is("get replicasets -l app=a -o jsonpath={.items[*].spec.replicas}", "1"),
            Says("rollout resume deployment/a", "resumed"),
            Is("exec deployment/a -- /demo print WORD", "new"),
        ],
    },
    Behaviour {
        what: "a deployment of none has none",
        steps: &[
            Apply("{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a }, spec: { replicas: 1,
                selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } },
                spec: { terminationGracePeriodSeconds: 0, containers: [{ name: it, DEMO }] } } } }"),
            Says("rollout status deployment/a --timeout=2s", "successfully rolled out"),
            Says("scale deployment/a --replicas=0", "scaled"),
            Says("get pods -l app=a", "No resources"),
        ],
    },
    Behaviour {
        what: "members of a set have numbers, and keep their names",
        steps: &[
            Apply("{ apiVersion: apps/v1, kind: StatefulSet, metadata: { name: a }, spec: { replicas: 2, serviceName: a,
                selector: { matchLabels: { app: a } }, template: { metadata: { labels: { app: a } },
                spec: { terminationGracePeriodSeconds: 0, containers: [{ name: it, DEMO }] } } } }"),
            Says("rollout status statefulset/a --timeout=2s", "roll out complete"),
            Is("get pods -l app=a -o jsonpath={.items[*].metadata.name}", "a-0 a-1"),
            Says("delete pod a-1", "deleted"),
            Says("wait --for=condition=Ready pod/a-1 --timeout=2s", "met"),
        ],
    },
    Behaviour {
        what: "a pod is not evicted where too few would be left",
        steps: &[
            Apply("{ apiVersion: v1, kind: Pod, metadata: { name: a, labels: { app: a } },
                spec: { terminationGracePeriodSeconds: 0, containers: [{ name: it, DEMO }] } }"),
            Apply("{ apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: { name: a },
                spec: { minAvailable: 1, selector: { matchLabels: { app: a } } } }"),
            Says("wait --for=condition=Ready pod/a --timeout=2s", "met"),
            Says("wait --for=jsonpath={.status.currentHealthy}=1 poddisruptionbudget/a --timeout=2s", "met"),
            Fails(EVICT, "disruption budget"),
            Says("delete poddisruptionbudget a", "deleted"),
            Says(EVICT, "Success"),
            Fails("get pod a", "not found"),
        ],
    },
];
