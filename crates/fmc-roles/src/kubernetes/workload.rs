//! What runs in a cluster and how it is met, as its objects say it
//! (<https://kubernetes.io/docs/reference/kubernetes-api/>).

use super::objects::About;
use super::{CONTROL_PLANE, Taint, quantity};
use fmc_config::tree::Named;
use fmc_config::typed;
use fmc_model::{Bytes, Cores};

typed! {
    /// A pod on each of some nodes
    /// (<https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/daemon-set-v1/>).
    pub(crate) struct DaemonSet {
        /// Its version.
        version: &'static str = "apiVersion",
        /// Its kind.
        kind: &'static str = "kind",
        /// What it says of itself.
        about: About = "metadata",
        /// What runs.
        what: Daemons = "spec",
    }

    /// So many pods, wherever
    /// (<https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/deployment-v1/>).
    pub(crate) struct Deployment {
        /// Its version.
        version: &'static str = "apiVersion",
        /// Its kind.
        kind: &'static str = "kind",
        /// What it says of itself.
        about: About = "metadata",
        /// What runs.
        what: Replicas = "spec",
    }

    /// What runs so many times.
    pub(crate) struct Replicas {
        /// How many.
        count: u64 = "replicas",
        /// Which pods are of it.
        selector: Selector = "selector",
        /// What each pod is.
        template: Template = "template",
    }

    /// Who a pod is to the API.
    pub(crate) struct ServiceAccount {
        /// Its version.
        version: &'static str = "apiVersion",
        /// Its kind.
        kind: &'static str = "kind",
        /// What it says of itself.
        about: About = "metadata",
    }

    /// What runs on each of some nodes.
    pub(crate) struct Daemons {
        /// Which pods are of it.
        selector: Selector = "selector",
        /// How others take their place.
        update: Update = "updateStrategy",
        /// What each pod is.
        template: Template = "template",
    }

    /// How pods are replaced.
    pub(crate) struct Update {
        /// One after the other.
        rolling: Rolling = "rollingUpdate",
    }

    /// How pods are replaced one after the other.
    pub(crate) struct Rolling {
        /// On how many nodes there may be one too many.
        more: u64 = "maxSurge",
        /// On how many nodes there may be none.
        fewer: u64 = "maxUnavailable",
    }

    /// Which pods are meant.
    pub(crate) struct Selector {
        /// Those with these labels.
        labels: Named<String> = "matchLabels",
    }

    /// What each pod is.
    pub(crate) struct Template {
        /// What it says of itself.
        about: Labels = "metadata",
        /// What it is made of.
        what: Pod = "spec",
    }

    /// What a pod says of itself.
    pub(crate) struct Labels {
        /// What it is labelled with.
        labels: Named<String> = "labels",
    }

    /// What a pod is made of
    /// (<https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/>).
    pub(crate) struct Pod {
        /// Who it is to the API, where it is anybody.
        account: Option<&'static str> = "serviceAccountName",
        /// Whether it is told of all services around it by variables.
        told: bool = "enableServiceLinks",
        /// Whether it is given a token for the API.
        token: bool = "automountServiceAccountToken",
        /// Whom it asks for names, where that is not the cluster.
        names: Option<&'static str> = "dnsPolicy",
        /// What it comes before when there is too little for all.
        priority: Option<&'static str> = "priorityClassName",
        /// Where it may run.
        place: Option<Affinity> = "affinity",
        /// What keeps others away, and not it.
        bears: Vec<Toleration> = "tolerations",
        /// How it is spread.
        spread: Vec<Spread> = "topologySpreadConstraints",
        /// What runs in it.
        containers: Vec<Container> = "containers",
        /// What containers find besides their images.
        volumes: Vec<Volume> = "volumes",
    }

    /// What keeps others away from nodes, and not these pods.
    pub(crate) struct Toleration {
        /// What it is called.
        key: &'static str = "key",
        /// Which of them: whatever its value.
        operator: &'static str = "operator",
        /// What it does.
        effect: &'static str = "effect",
    }

    /// How pods are spread.
    pub(crate) struct Spread {
        /// By how many one place may have more than another.
        most: u64 = "maxSkew",
        /// The label of nodes that says which place.
        by: &'static str = "topologyKey",
        /// What becomes of one that does not fit.
        otherwise: &'static str = "whenUnsatisfiable",
        /// Which pods are meant.
        selector: Selector = "labelSelector",
    }

    /// Files that containers find.
    pub(crate) struct Volume {
        /// Its name.
        name: String = "name",
        /// The files of settings that it is.
        settings: Option<Settings> = "configMap",
        /// The files of a secret that it is.
        secret: Option<Hidden> = "secret",
        /// What was claimed.
        claim: Option<Claimed> = "persistentVolumeClaim",
    }

    /// Files of a secret.
    pub(crate) struct Hidden {
        /// Its object.
        name: String = "secretName",
        /// Which of them.
        files: Vec<HiddenFile> = "items",
    }

    /// A file of a secret.
    pub(crate) struct HiddenFile {
        /// What it is called there.
        key: &'static str = "key",
        /// What it is called here.
        path: &'static str = "path",
    }

    /// Room for files that was claimed.
    pub(crate) struct Claimed {
        /// The claim.
        name: String = "claimName",
    }

    /// Files of settings.
    pub(crate) struct Settings {
        /// Their object.
        name: &'static str = "name",
    }

    /// Where a pod may run.
    pub(crate) struct Affinity {
        /// On which nodes.
        nodes: Nodes = "nodeAffinity",
    }

    /// On which nodes a pod may run.
    pub(crate) struct Nodes {
        /// On these and no others.
        required: Terms = "requiredDuringSchedulingIgnoredDuringExecution",
    }

    /// Nodes for which one of these holds.
    pub(crate) struct Terms {
        /// What.
        terms: Vec<Term> = "nodeSelectorTerms",
    }

    /// Nodes for which all of these hold.
    pub(crate) struct Term {
        /// What.
        expressions: Vec<Expression> = "matchExpressions",
    }

    /// Nodes whose label has one of these values.
    pub(crate) struct Expression {
        /// The label.
        key: &'static str = "key",
        /// How it is compared.
        operator: &'static str = "operator",
        /// The values.
        values: Vec<String> = "values",
    }

    /// What runs in a pod.
    pub(crate) struct Container {
        /// Its name.
        name: String = "name",
        /// Its image.
        image: String = "image",
        /// When it is fetched.
        fetch: &'static str = "imagePullPolicy",
        /// The words that it is started with.
        arguments: Vec<&'static str> = "args",
        /// What it is told.
        environment: Vec<Variable> = "env",
        /// Where it listens.
        ports: Vec<ContainerPort> = "ports",
        /// How it is known that it answers.
        ready: Check = "readinessProbe",
        /// How it is known that it goes on.
        alive: Option<Check> = "livenessProbe",
        /// What it may.
        rights: Rights = "securityContext",
        /// What it finds besides its image, and where.
        mounts: Vec<Mount> = "volumeMounts",
        /// What it takes.
        takes: Option<Resources> = "resources",
    }

    /// What a container takes of its node.
    pub(crate) struct Resources {
        /// What is kept for it.
        kept: Amounts = "requests",
        /// The most that it may have.
        most: Option<Amounts> = "limits",
    }

    /// Amounts of processors and memory.
    pub(crate) struct Amounts {
        /// Of processors.
        cpu: Option<String> = "cpu",
        /// Of memory.
        memory: Option<String> = "memory",
    }

    /// Where a container finds something.
    pub(crate) struct Mount {
        /// What.
        name: String = "name",
        /// Where.
        path: String = "mountPath",
        /// Whether it may only read it.
        read_only: Option<bool> = "readOnly",
    }

    /// Something that a container is told.
    pub(crate) struct Variable {
        /// Its name.
        name: &'static str = "name",
        /// What it is, where it is known beforehand.
        value: Option<String> = "value",
        /// Where it is taken from.
        from: Option<Source> = "valueFrom",
    }

    /// Where something is taken from that a container is told.
    pub(crate) struct Source {
        /// From what the pod says of itself.
        field: Option<Field> = "fieldRef",
        /// From a secret.
        secret: Option<Key> = "secretKeyRef",
    }

    /// A part of a secret.
    pub(crate) struct Key {
        /// Its object.
        name: String = "name",
        /// Which part.
        key: &'static str = "key",
    }

    /// Something that a pod says of itself.
    pub(crate) struct Field {
        /// What.
        path: &'static str = "fieldPath",
    }

    /// Where a container listens.
    pub(crate) struct ContainerPort {
        /// Its port.
        port: u64 = "containerPort",
        /// Its protocol, where that is not TCP.
        protocol: Option<&'static str> = "protocol",
    }

    /// How it is known that a container answers.
    pub(crate) struct Check {
        /// By a request.
        request: Request = "httpGet",
        /// How often, in seconds.
        period: u64 = "periodSeconds",
    }

    /// A request.
    pub(crate) struct Request {
        /// For what.
        path: String = "path",
        /// To which port.
        port: u64 = "port",
    }

    /// What a container may.
    pub(crate) struct Rights {
        /// Whether a program of it may gain more than it has.
        gains: bool = "allowPrivilegeEscalation",
        /// Whether it may be root.
        not_root: Option<bool> = "runAsNonRoot",
        /// Whether its files stay as they are.
        read_only: Option<bool> = "readOnlyRootFilesystem",
        /// Which rights of root it has.
        capabilities: Option<Capabilities> = "capabilities",
        /// What it may ask of the kernel.
        calls: Calls = "seccompProfile",
    }

    /// Rights of root.
    pub(crate) struct Capabilities {
        /// Which of them it has not.
        drop: Vec<&'static str> = "drop",
    }

    /// What a container may ask of the kernel.
    pub(crate) struct Calls {
        /// Which list says so.
        kind: &'static str = "type",
    }
}

impl Toleration {
    /// That of pods that may run beside a control plane.
    pub(super) fn of_masters() -> Self {
        let Taint { key, effect } = CONTROL_PLANE;
        Self { key, operator: "Exists", effect }
    }
}

impl Resources {
    /// So much is kept, and no more memory than that may be had; `None` where nothing is asked for.
    pub(crate) fn asked(cpu: Option<Cores>, memory: Option<Bytes>) -> Option<Self> {
        let bytes = memory.map(quantity);
        let most = bytes.clone().map(|it| Amounts { cpu: None, memory: Some(it) });
        let kept = Amounts { cpu: cpu.map(|it| it.to_string()), memory: bytes };
        (cpu.is_some() || memory.is_some()).then_some(Self { kept, most })
    }
}

impl Volume {
    /// One that is nothing yet.
    pub(super) fn called(name: impl Into<String>) -> Self {
        Self { name: name.into(), settings: None, secret: None, claim: None }
    }
}
