//! What holds of every object, whatever it is of.

use super::{Apply, Behaviour, Conflicts, Fails, Is, Keeps, Refused, Says};

pub(super) const ALL: &[Behaviour] = &[
    Behaviour {
        what: "a change of what was read before another change is refused",
        steps: &[
            Apply("{ apiVersion: v1, kind: ConfigMap, metadata: { name: a }, data: { x: '1' } }"),
            Fails(
                r#"patch configmap a -p {"metadata":{"resourceVersion":"1"},"data":{"x":"2"}}"#,
                "the object has been modified",
            ),
            Is("get configmap a -o jsonpath={.data.x}", "1"),
        ],
    },
    Behaviour {
        what: "what another manages is not taken from them without force",
        steps: &[
            Keeps("one", "{ apiVersion: v1, kind: ConfigMap, metadata: { name: a }, data: { x: '1' } }"),
            Keeps("two", "{ apiVersion: v1, kind: ConfigMap, metadata: { name: a }, data: { b: '1' } }"),
            Conflicts("two", "{ apiVersion: v1, kind: ConfigMap, metadata: { name: a }, data: { x: '2' } }"),
            Is("get configmap a -o jsonpath={.data}", r#"{"b":"1","x":"1"}"#),
        ],
    },
    Behaviour {
        what: "a dry run changes nothing",
        steps: &[
            Says(
                "create configmap a --from-literal=x=1 --dry-run=server",
                "created (server dry run)",
            ),
            Fails("get configmap a", "not found"),
        ],
    },
    Behaviour {
        what: "a key that nobody knows is refused",
        steps: &[Refused(
            "{ apiVersion: v1, kind: ConfigMap, metadata: { name: a }, dada: { x: '1' } }",
            "unknown field",
        )],
    },
    Behaviour {
        what: "a value that is none is refused",
        steps: &[Refused(
            "{ apiVersion: v1, kind: Service, metadata: { name: a }, spec: { ports: [{ port: 70000 }] } }",
            "between 1 and 65535",
        )],
    },
    Behaviour {
        what: "a name that is none is refused",
        steps: &[Fails("create configmap A_b", "a lowercase RFC 1123 subdomain")],
    },
    Behaviour {
        what: "what cannot be changed is not",
        steps: &[
            Apply(
                "{ apiVersion: v1, kind: ConfigMap, metadata: { name: a }, immutable: true, data: { x: '1' } }",
            ),
            Fails(r#"patch configmap a -p {"data":{"x":"2"}}"#, "field is immutable"),
        ],
    },
    Behaviour {
        what: "a change is merged into what is there",
        steps: &[
            Apply("{ apiVersion: v1, kind: ConfigMap, metadata: { name: a }, data: { x: '1', b: '2' } }"),
            Says(r#"patch configmap a --type=merge -p {"data":{"x":null,"z":"3"}}"#, "patched"),
            Is("get configmap a -o jsonpath={.data}", r#"{"b":"2","z":"3"}"#),
        ],
    },
    Behaviour {
        what: "objects are found by their labels",
        steps: &[
            Says("create configmap a", "created"),
            Says("create configmap b", "created"),
            Says("label configmap a tier=front", "labeled"),
            Says("label configmap b tier=back", "labeled"),
            Is("get configmap -l tier=front -o name", "configmap/a"),
            Is("get configmap -l tier!=front,tier -o jsonpath={.items[*].metadata.name}", "b"),
            Is("get configmap -l tier -o jsonpath={.items[*].metadata.name}", "a b"),
            Fails("label configmap a tier=back", "overwrite is false"),
        ],
    },
    Behaviour {
        what: "objects are found by their fields",
        steps: &[
            Says("create configmap a", "created"),
            Is(
                "get configmap --field-selector metadata.name=a -o jsonpath={.items[*].metadata.name}",
                "a",
            ),
            Fails("get configmap --field-selector data.x=1", "is not a known field selector"),
        ],
    },
    Behaviour {
        what: "a namespace keeps its names to itself, and what is in it goes with it",
        steps: &[
            Says("create namespace NAMESPACE-other", "created"),
            Says("create configmap a --from-literal=x=here", "created"),
            Says("create configmap a --from-literal=x=there --namespace NAMESPACE-other", "created"),
            Is("get configmap a -o jsonpath={.data.x}", "here"),
            Says("delete namespace NAMESPACE-other", "deleted"),
            Fails("get configmap a --namespace NAMESPACE-other", "not found"),
            Is("get configmap a -o jsonpath={.data.x}", "here"),
        ],
    },
    Behaviour {
        what: "whoever is held by a finalizer stays until it is gone",
        steps: &[
            Apply(
                "{ apiVersion: v1, kind: ConfigMap, metadata: { name: a, finalizers: [fmc.invalid/held] } }",
            ),
            Says("delete configmap a --wait=false", "deleted"),
            Says("get configmap a -o jsonpath={.metadata.deletionTimestamp}", "T"),
            Says(r#"patch configmap a --type=merge -p {"metadata":{"finalizers":null}}"#, "patched"),
            Fails("get configmap a", "not found"),
        ],
    },
    Behaviour {
        what: "a name is made of its beginning",
        steps: &[
            Apply("{ apiVersion: batch/v1, kind: Job, metadata: { name: a }, spec: { template: { spec: {
                restartPolicy: Never, containers: [{ name: it, DEMO, args: [exit, '0'] }] } } } }"),
            Says("get pods -l job-name=a -o jsonpath={.items[0].metadata.generateName}", "a-"),
        ],
    },
    Behaviour {
        what: "a secret is kept as what it encodes",
        steps: &[
            Apply("{ apiVersion: v1, kind: Secret, metadata: { name: a }, stringData: { x: word } }"),
            Is("get secret a -o jsonpath={.data.x}", "d29yZA=="),
            Is("get secret a -o jsonpath={.type}", "Opaque"),
        ],
    },
    Behaviour {
        what: "a kind of objects is added, and its objects are held to its schema",
        steps: &[
            Apply("{ apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition,
                metadata: { name: things.NAMESPACE.invalid }, spec: { group: NAMESPACE.invalid, scope: Namespaced,
                names: { plural: things, singular: thing, kind: Thing }, versions: [{ name: v1, served: true,
                storage: true, schema: { openAPIV3Schema: { type: object, properties: { spec: { type: object,
                properties: { size: { type: integer, minimum: 1 } } } } } } }] } }"),
            Says("wait --for=condition=Established crd/things.NAMESPACE.invalid --timeout=1s", "met"),
            Says("get things.NAMESPACE.invalid", "No resources"),
            Refused("{ apiVersion: NAMESPACE.invalid/v1, kind: Thing, metadata: { name: a }, spec: { size: 0 } }",
                "greater than or equal to 1"),
            Apply("{ apiVersion: NAMESPACE.invalid/v1, kind: Thing, metadata: { name: a }, spec: { size: 2 } }"),
            Is("get things.NAMESPACE.invalid a -o jsonpath={.spec.size}", "2"),
            Says("delete crd things.NAMESPACE.invalid", "deleted"),
        ],
    },
    Behaviour {
        what: "what belongs to another goes with it",
        steps: &[
            Apply("{ apiVersion: batch/v1, kind: Job, metadata: { name: a }, spec: { suspend: false, template: { spec: {
                restartPolicy: Never, containers: [{ name: it, DEMO, args: [exit, '0'] }] } } } }"),
            Says("get pods -l job-name=a -o jsonpath={.items[0].metadata.ownerReferences[0].kind}", "Job"),
            Says("delete job a", "deleted"),
            Says("get pods -l job-name=a", "No resources"),
        ],
    },
    Behaviour {
        what: "every kind says what its keys are",
        steps: &[Says("explain pod.spec.containers.livenessProbe.httpGet", "FIELDS:")],
    },
    Behaviour {
        what: "a long list comes in parts",
        steps: &[
            Says("create configmap a", "created"),
            Says("get --raw /api/v1/namespaces/NAMESPACE/configmaps?limit=1", "\"continue\":\"e"),
        ],
    },
];
