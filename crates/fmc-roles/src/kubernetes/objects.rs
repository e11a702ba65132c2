//! Objects of the cluster that follow from the cloud: what roles on other hosts need of Kubernetes. A
//! control plane applies them (<https://kubernetes.io/docs/reference/kubernetes-api/>).

use super::service::Service;
use super::volumes::{PersistentVolume, PersistentVolumeClaim};
use super::workload::{DaemonSet, Deployment, ServiceAccount};
use fmc_config::tree::{Named, Shape, Tree, TreeStyle, Typed};
use fmc_config::{Cause, Value, typed};

/// The folder of their files.
pub(crate) const OBJECTS: &str = "/etc/kubernetes/objects";

/// An object, as a file in [`OBJECTS`].
pub(crate) struct Object<'c> {
    /// Its file.
    pub(crate) path: String,
    /// Whether it says what nobody else may know.
    pub(crate) is_secret: bool,
    /// Makes what it says, for whoever wants to know.
    pub(crate) tree: Box<dyn FnOnce() -> Tree + 'c>,
}

/// A kind of object.
pub(super) trait Kind: Typed {
    /// Its version.
    const VERSION: &'static str;
    /// Its name.
    const KIND: &'static str;
    /// What needs what comes before it: files are applied by their names.
    const RANK: u8;
}

typed! {
    /// What every object says of itself.
    pub(crate) struct About {
        /// Its name.
        name: String = "name",
        /// The namespace that it is in.
        namespace: Option<&'static str> = "namespace",
        /// What it is labelled with.
        labels: Named<String> = "labels",
        /// What else is to be known of it.
        annotations: Named<String> = "annotations",
    }

    /// A namespace.
    pub(crate) struct Namespace {
        /// Its version.
        version: &'static str = "apiVersion",
        /// Its kind.
        kind: &'static str = "kind",
        /// What it says of itself.
        about: About = "metadata",
    }

    /// A node, of which its kubelet says the rest.
    pub(crate) struct Node {
        /// Its version.
        version: &'static str = "apiVersion",
        /// Its kind.
        kind: &'static str = "kind",
        /// What it says of itself.
        about: About = "metadata",
        /// What is wanted of it.
        what: Option<Wanted> = "spec",
    }

    /// What is wanted of a node.
    pub(crate) struct Wanted {
        /// Whom it keeps away.
        taints: Vec<Taint> = "taints",
    }

    /// What keeps pods away from a node that do not say that they bear it
    /// (<https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/>).
    pub(crate) struct Taint {
        /// What it is called.
        key: &'static str = "key",
        /// What it does.
        effect: &'static str = "effect",
    }

    /// Settings of some program.
    pub(crate) struct ConfigMap {
        /// Its version.
        version: &'static str = "apiVersion",
        /// Its kind.
        kind: &'static str = "kind",
        /// What it says of itself.
        about: About = "metadata",
        /// Files by their names.
        data: Named<String> = "data",
    }

    /// What nobody else may know.
    pub(crate) struct Secret {
        /// Its version.
        version: &'static str = "apiVersion",
        /// Its kind.
        kind: &'static str = "kind",
        /// What it says of itself.
        about: About = "metadata",
        /// Its parts by their names, as text.
        data: Named<Value> = "stringData",
    }

    /// What somebody may do.
    pub(crate) struct ClusterRole {
        /// Its version.
        version: &'static str = "apiVersion",
        /// Its kind.
        kind: &'static str = "kind",
        /// What it says of itself.
        about: About = "metadata",
        /// What.
        rules: Vec<Permission> = "rules",
    }

    /// Something that may be done.
    pub(crate) struct Permission {
        /// With resources of these groups; the first one has no name.
        groups: Vec<String> = "apiGroups",
        /// With these.
        resources: Vec<&'static str> = "resources",
        /// This.
        verbs: Vec<&'static str> = "verbs",
    }

    /// Who may do it.
    pub(crate) struct ClusterRoleBinding {
        /// Its version.
        version: &'static str = "apiVersion",
        /// Its kind.
        kind: &'static str = "kind",
        /// What it says of itself.
        about: About = "metadata",
        /// What.
        role: Reference = "roleRef",
        /// Who.
        subjects: Vec<Reference> = "subjects",
    }

    /// Another object, or a user.
    pub(crate) struct Reference {
        /// The group of its kind, where that has a name.
        group: Option<&'static str> = "apiGroup",
        /// Its kind.
        kind: &'static str = "kind",
        /// Its name.
        name: String = "name",
        /// The namespace that it is in.
        namespace: Option<&'static str> = "namespace",
    }

    /// Who serves sites.
    pub(crate) struct IngressClass {
        /// Its version.
        version: &'static str = "apiVersion",
        /// Its kind.
        kind: &'static str = "kind",
        /// What it says of itself.
        about: About = "metadata",
        /// Who.
        what: Controller = "spec",
    }

    /// Who serves sites.
    pub(crate) struct Controller {
        /// Its name.
        controller: &'static str = "controller",
    }
}

macro_rules! kinds {
    ($($type:ident $version:literal $rank:literal,)*) => {
        $(
            impl Kind for $type {
                const VERSION: &'static str = $version;
                const KIND: &'static str = stringify!($type);
                const RANK: u8 = $rank;
            }
        )*

        /// What a file of [`OBJECTS`] may look like.
        pub(crate) fn shape_of_object(path: &str) -> Option<Shape> {
            let name = path.strip_prefix(OBJECTS)?.strip_prefix('/')?;
            match name.split('-').nth(1)? {
                $(kind if kind == stringify!($type).to_lowercase() => Some($type::shape()),)*
                _ => None,
            }
        }
    };
}

kinds! {
    Namespace "v1" 0,
    ClusterRole "rbac.authorization.k8s.io/v1" 1,
    ClusterRoleBinding "rbac.authorization.k8s.io/v1" 2,
    ConfigMap "v1" 1,
    IngressClass "networking.k8s.io/v1" 1,
    Node "v1" 1,
    PersistentVolume "v1" 1,
    PersistentVolumeClaim "v1" 1,
    Secret "v1" 1,
    ServiceAccount "v1" 1,
    DaemonSet "apps/v1" 2,
    Deployment "apps/v1" 2,
    Service "v1" 1,
}

const RBAC: &str = "rbac.authorization.k8s.io";

pub(super) fn object<'c, T: Kind>(
    name: &str,
    cause: &Cause,
    make: impl FnOnce(About) -> T + 'c,
) -> Object<'c> {
    let (rank, kind) = (T::RANK, T::KIND.to_lowercase());
    let path = format!("{OBJECTS}/{rank}-{kind}-{name}.yaml");
    let (name, cause) = (name.to_owned(), cause.clone());
    let tree = move || Tree::of(TreeStyle::Yaml, &make(called(&name)), &cause);
    Object { path, is_secret: T::KIND == Secret::KIND, tree: Box::new(tree) }
}

fn called(name: &str) -> About {
    let (labels, annotations) = (Named::default(), Named::default());
    About { name: name.to_owned(), namespace: None, labels, annotations }
}

/// A namespace.
pub(crate) fn namespace<'c>(name: &str, cause: &Cause) -> Object<'c> {
    let (version, kind) = (Namespace::VERSION, Namespace::KIND);
    object(name, cause, move |about| Namespace { version, kind, about })
}

/// A file of settings in a namespace.
pub(crate) fn settings<'c>(
    (namespace, name): (&'static str, &str),
    (file, text): (&'static str, impl FnOnce() -> String + 'c),
    cause: &Cause,
) -> Object<'c> {
    let (version, kind) = (ConfigMap::VERSION, ConfigMap::KIND);
    object(name, cause, move |about| {
        let about = About { namespace: Some(namespace), ..about };
        ConfigMap { version, kind, about, data: Named(vec![(file.to_owned(), text())]) }
    })
}

/// Who may do something.
pub(crate) enum Who {
    /// A user who shows a certificate.
    User,
    /// Pods with this account, in this namespace.
    Account(&'static str),
}

/// The rights of a user, or of an account, under its name.
pub(crate) fn rights<'c>(
    who: Who,
    user: &'static str,
    rules: &[(&str, &[&'static str], &[&'static str])],
    cause: &Cause,
) -> [Object<'c>; 2] {
    let rules = rules.iter().map(|(group, resources, verbs)| Permission {
        groups: vec![(*group).to_owned()],
        resources: resources.to_vec(),
        verbs: verbs.to_vec(),
    });
    let rules = rules.collect();
    let refer = |group, kind, namespace| {
        let name = user.to_owned();
        Reference { group, kind, name, namespace }
    };
    let role = move |about| ClusterRole {
        version: ClusterRole::VERSION,
        kind: ClusterRole::KIND,
        about,
        rules,
    };
    let binding = move |about| ClusterRoleBinding {
        version: ClusterRoleBinding::VERSION,
        kind: ClusterRoleBinding::KIND,
        about,
        role: refer(Some(RBAC), ClusterRole::KIND, None),
        subjects: vec![match who {
            Who::User => refer(Some(RBAC), "User", None),
            Who::Account(namespace) => refer(None, ServiceAccount::KIND, Some(namespace)),
        }],
    };
    [object(user, cause, role), object(user, cause, binding)]
}

/// Who serves the Ingress objects of a class.
pub(crate) fn ingress_class<'c>(name: &str, controller: &'static str, cause: &Cause) -> Object<'c> {
    let (version, kind) = (IngressClass::VERSION, IngressClass::KIND);
    let what = Controller { controller };
    object(name, cause, move |about| IngressClass { version, kind, about, what })
}
