//! Who may do what, and how much of it.

use super::{Apply, Behaviour, Fails, No, Refused, Says};

pub(super) const ALL: &[Behaviour] = &[
    Behaviour {
        what: "nobody may do anything before they are let",
        steps: &[
            No("auth can-i list pods --as=somebody"),
            Fails("get pods --as=somebody", "cannot list resource"),
        ],
    },
    Behaviour {
        what: "a role lets do what it says, where it is bound, and no more",
        steps: &[
            Says("create role reads --verb=get,list --resource=pods", "created"),
            Says("create rolebinding reads --role=reads --serviceaccount=NAMESPACE:default", "created"),
            Says("auth can-i list pods --as=system:serviceaccount:NAMESPACE:default", "yes"),
            No("auth can-i delete pods --as=system:serviceaccount:NAMESPACE:default"),
            No("auth can-i list pods --as=system:serviceaccount:NAMESPACE:default --namespace kube-system"),
        ],
    },
    Behaviour {
        what: "a role of the cluster that is bound in a namespace holds there",
        steps: &[
            Says("create rolebinding views --clusterrole=view --user=viewer", "created"),
            Says("auth can-i get configmaps --as=viewer", "yes"),
            No("auth can-i get secrets --as=viewer"),
            No("auth can-i get configmaps --as=viewer --namespace default"),
        ],
    },
    Behaviour {
        what: "nobody gives more than they have",
        steps: &[
            Says("create rolebinding edits --clusterrole=admin --user=owner", "created"),
            Fails("create role all --verb=* --resource=nodes --as=owner", "attempting to grant"),
        ],
    },
    Behaviour {
        what: "a token is made for whoever is bound to a service account",
        steps: &[
            Says("create token default", "eyJ"),
            Fails("create token nobody", "not found"),
        ],
    },
    Behaviour {
        what: "every namespace is told who the API is",
        steps: &[Says("get configmap kube-root-ca.crt -o jsonpath={.data}", "BEGIN CERTIFICATE")],
    },
    Behaviour {
        what: "a quota lets no more be made",
        steps: &[
            Apply("{ apiVersion: v1, kind: ResourceQuota, metadata: { name: a }, spec: { hard: { count/secrets: '1' } } }"),
            Says("get resourcequota a -o jsonpath={.status.hard}", "count/secrets"),
            Says("create secret generic one", "created"),
            Fails("create secret generic two", "exceeded quota"),
        ],
    },
    Behaviour {
        what: "limits are given to whoever has none, and held",
        steps: &[
            Apply("{ apiVersion: v1, kind: LimitRange, metadata: { name: a }, spec: { limits: [{ type: Container,
                default: { cpu: 200m }, defaultRequest: { cpu: 10m }, max: { cpu: '1' } }] } }"),
            Apply("{ apiVersion: v1, kind: Pod, metadata: { name: a }, spec: { containers: [{ name: it, DEMO }] } }"),
            Says("get pod a -o jsonpath={.spec.containers[0].resources.requests.cpu}", "10m"),
            Refused("{ apiVersion: v1, kind: Pod, metadata: { name: b }, spec: { containers: [{ name: it, DEMO,
                resources: { limits: { cpu: '2' } } }] } }", "maximum cpu usage"),
        ],
    },
    Behaviour {
        what: "no pod takes its node over",
        steps: &[
            Refused("{ apiVersion: v1, kind: Pod, metadata: { name: a }, spec: { containers: [{ name: it, DEMO,
                securityContext: { privileged: true } }] } }", "violates PodSecurity"),
            Refused("{ apiVersion: v1, kind: Pod, metadata: { name: a }, spec: { hostNetwork: true,
                containers: [{ name: it, DEMO }] } }", "violates PodSecurity"),
        ],
    },
    Behaviour {
        what: "a policy of one's own refuses",
        steps: &[
            Apply("{ apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicy,
                metadata: { name: NAMESPACE }, spec: { matchConstraints: { resourceRules: [{ apiGroups: [''],
                apiVersions: [v1], operations: [CREATE], resources: [configmaps] }] },
                validations: [{ expression: \"object.metadata.name != 'forbidden'\", message: it is forbidden }] } }"),
            Apply("{ apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicyBinding,
                metadata: { name: NAMESPACE }, spec: { policyName: NAMESPACE, validationActions: [Deny],
                matchResources: { namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: NAMESPACE } } } } }"),
            // It holds as soon as every API has heard of it.
            Fails("create configmap forbidden --dry-run=server", "it is forbidden"),
            Says("create configmap another", "created"),
            Says("delete validatingadmissionpolicybinding,validatingadmissionpolicy NAMESPACE", "deleted"),
        ],
    },
];
