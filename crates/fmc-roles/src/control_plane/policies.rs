//! What the API server is told in files: who is known, what is let in, what is written down, and what
//! is kept encrypted.

use crate::kubernetes::releases;
use fmc_config::tree::{Tree, TreeStyle};
use fmc_config::{Secret, SecretKind, Value, typed};
use fmc_model::role::{Configuration, Linked};
use fmc_model::setup::{Entry, File};

pub(crate) const AUTHENTICATION: &str = "/etc/kubernetes/authentication.yaml";
pub(crate) const ADMISSION: &str = "/etc/kubernetes/admission.yaml";
pub(crate) const AUDIT: &str = "/etc/kubernetes/audit.yaml";
pub(crate) const ENCRYPTION: &str = "/etc/kubernetes/encryption.yaml";

/// Namespaces of what is a part of the machines themselves and may do what it likes with them.
const TRUSTED: [&str; 2] = ["kube-system", crate::longhorn::NAMESPACE];

typed! {
    /// How people and programs are known to the API
    /// (<https://kubernetes.io/docs/reference/access-authn-authz/authentication/>).
    pub(crate) struct Authentication {
        /// The version of this format.
        version: &'static str = "apiVersion",
        /// This format.
        kind: &'static str = "kind",
        /// Those who show nothing.
        anonymous: Anonymous = "anonymous",
    }

    /// Those who show nothing.
    pub(crate) struct Anonymous {
        /// Whether they are answered at all.
        enabled: bool = "enabled",
        /// What they may ask for.
        conditions: Vec<Asked> = "conditions",
    }

    /// Something that is asked for.
    pub(crate) struct Asked {
        /// Its path.
        path: &'static str = "path",
    }

    /// How what is written is judged before it is kept
    /// (<https://kubernetes.io/docs/reference/config-api/apiserver-config.v1/>).
    pub(crate) struct Admission {
        /// The version of this format.
        version: &'static str = "apiVersion",
        /// This format.
        kind: &'static str = "kind",
        /// Who judges, and how.
        plugins: Vec<Judge> = "plugins",
    }

    /// Who judges.
    pub(crate) struct Judge {
        /// Its name.
        name: &'static str = "name",
        /// How it judges.
        how: PodSecurity = "configuration",
    }

    /// What pods may do with their node
    /// (<https://kubernetes.io/docs/tutorials/security/cluster-level-pss/>).
    pub(crate) struct PodSecurity {
        /// The version of this format.
        version: &'static str = "apiVersion",
        /// This format.
        kind: &'static str = "kind",
        /// Where a namespace says nothing else.
        usual: Levels = "defaults",
        /// Who is not judged.
        exempt: Exempt = "exemptions",
    }

    /// What pods may do.
    pub(crate) struct Levels {
        /// What is held.
        enforce: &'static str = "enforce",
        /// In which version of its meaning.
        enforce_version: &'static str = "enforce-version",
        /// What is told to who writes it.
        warn: &'static str = "warn",
        /// In which version of its meaning.
        warn_version: &'static str = "warn-version",
    }

    /// Who is not judged.
    pub(crate) struct Exempt {
        /// Whatever is in these namespaces.
        namespaces: Vec<String> = "namespaces",
    }

    /// What is written down of requests
    /// (<https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/>).
    pub(crate) struct Audit {
        /// The version of this format.
        version: &'static str = "apiVersion",
        /// This format.
        kind: &'static str = "kind",
        /// Of which of its steps nothing is written.
        omit: Vec<&'static str> = "omitStages",
        /// Rules, of which the first counts that fits.
        rules: Vec<Rule> = "rules",
    }

    /// What is written down of some requests.
    pub(crate) struct Rule {
        /// How much.
        level: &'static str = "level",
        /// Requests of these users.
        users: Vec<String> = "users",
        /// Requests that do this.
        verbs: Vec<&'static str> = "verbs",
        /// Requests for these paths.
        paths: Vec<&'static str> = "nonResourceURLs",
        /// Requests for these.
        resources: Vec<Group> = "resources",
    }

    /// Resources of one group.
    pub(crate) struct Group {
        /// The group; the first one has no name.
        group: String = "group",
        /// The resources.
        resources: Vec<&'static str> = "resources",
    }

    /// What is kept encrypted
    /// (<https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/>).
    pub(crate) struct Encryption {
        /// The version of this format.
        version: &'static str = "apiVersion",
        /// This format.
        kind: &'static str = "kind",
        /// What, and how.
        resources: Vec<Encrypted> = "resources",
    }

    /// Resources that are kept encrypted.
    pub(crate) struct Encrypted {
        /// Which.
        resources: Vec<&'static str> = "resources",
        /// How: what is written by the first, what is read by any.
        providers: Vec<Provider> = "providers",
    }

    /// How something is encrypted.
    pub(crate) struct Provider {
        /// By XSalsa20 and Poly1305, with a key of 32 bytes.
        secretbox: Option<Keys> = "secretbox",
        /// Not at all.
        identity: Option<Nothing> = "identity",
    }

    /// Keys.
    pub(crate) struct Keys {
        /// The first writes, any of them reads.
        keys: Vec<Key> = "keys",
    }

    /// A key.
    pub(crate) struct Key {
        /// Its name, which stands beside all that it encrypted.
        name: &'static str = "name",
        /// The key, in base64.
        secret: Value = "secret",
    }

    /// There is nothing to say.
    pub(crate) struct Nothing {}
}

/// Writes the files. The one with the key is read by `user` alone.
pub(super) fn write(on: &Linked<'_>, user: &str, out: &mut Configuration) {
    let cause = &on.cause();
    let known = authentication(releases(on.cloud).control);
    out.file(AUTHENTICATION, Tree::of(TreeStyle::Yaml, &known, cause));
    out.file(ADMISSION, Tree::of(TreeStyle::Yaml, &admission(), cause));
    out.file(AUDIT, Tree::of(TreeStyle::Yaml, &audit(), cause));
    let encryption = Tree::of(TreeStyle::Yaml, &encryption(), cause);
    let file = File::new(encryption, cause).mode(0o600).owner(user);
    out.entry(ENCRYPTION, Entry::File(file));
}

/// Balancers ask whether it is well and show nothing; who shows nothing learns nothing else.
fn authentication(release: u16) -> Authentication {
    let ask = |path| Asked { path };
    Authentication {
        version: match release {
            ..34 => "apiserver.config.k8s.io/v1beta1",
            _ => "apiserver.config.k8s.io/v1",
        },
        kind: "AuthenticationConfiguration",
        anonymous: Anonymous {
            enabled: true,
            conditions: vec![ask("/healthz"), ask("/livez"), ask("/readyz")],
        },
    }
}

/// No pod takes its node over, wherever nobody said that it may.
fn admission() -> Admission {
    let usual = Levels {
        enforce: "baseline",
        enforce_version: "latest",
        warn: "restricted",
        warn_version: "latest",
    };
    let how = PodSecurity {
        version: "pod-security.admission.config.k8s.io/v1",
        kind: "PodSecurityConfiguration",
        usual,
        exempt: Exempt { namespaces: TRUSTED.map(str::to_owned).into() },
    };
    Admission {
        version: "apiserver.config.k8s.io/v1",
        kind: "AdmissionConfiguration",
        plugins: vec![Judge { name: "PodSecurity", how }],
    }
}

/// Who changed what is written down whole. Of what is secret, and of what is only read, it is written
/// who did it; of what the machines tell each other all the time, nothing.
fn audit() -> Audit {
    let rule = |level| Rule {
        level,
        users: Vec::new(),
        verbs: Vec::new(),
        paths: Vec::new(),
        resources: Vec::new(),
    };
    let of = |group: &str, resources: &[&'static str]| Group {
        group: group.to_owned(),
        resources: resources.to_vec(),
    };
    let health = vec!["/healthz*", "/livez*", "/readyz*", "/version"];
    let noise = vec![
        of("", &["events"]),
        of("events.k8s.io", &["events"]),
        of("coordination.k8s.io", &["leases"]),
    ];
    let secret = vec![
        of("", &["configmaps", "secrets", "serviceaccounts/token"]),
        of("authentication.k8s.io", &["tokenreviews"]),
    ];
    let changes = vec!["create", "update", "patch", "delete", "deletecollection"];
    Audit {
        version: "audit.k8s.io/v1",
        kind: "Policy",
        omit: vec!["RequestReceived"],
        rules: vec![
            Rule { paths: health, ..rule("None") },
            Rule { resources: noise, ..rule("None") },
            Rule {
                users: vec!["system:kube-proxy".to_owned()],
                verbs: vec!["get", "list", "watch"],
                ..rule("None")
            },
            Rule { resources: secret, ..rule("Metadata") },
            Rule { verbs: changes, ..rule("RequestResponse") },
            rule("Metadata"),
        ],
    }
}

fn encryption() -> Encryption {
    let secret = Secret::private(SecretKind::Token, "kubernetes/encryption");
    let key = Key { name: "first", secret: Value::Secret(secret) };
    let nothing = Provider { secretbox: None, identity: Some(Nothing {}) };
    Encryption {
        version: "apiserver.config.k8s.io/v1",
        kind: "EncryptionConfiguration",
        resources: vec![Encrypted {
            resources: vec!["secrets"],
            providers: vec![
                Provider { secretbox: Some(Keys { keys: vec![key] }), identity: None },
                // What was written before there was a key is still read.
                nothing,
            ],
        }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_documents_are_those_of_the_release() {
        assert_eq!(authentication(33).version, "apiserver.config.k8s.io/v1beta1");
        assert_eq!(authentication(34).version, "apiserver.config.k8s.io/v1");
    }

    /// A rule that is for everything hides all that come after it.
    #[test]
    fn what_is_secret_is_never_written_down() {
        let rules = audit().rules;
        let of_secrets =
            |it: &Rule| it.resources.iter().any(|it| it.resources.contains(&"secrets"));
        let hidden = rules.iter().position(of_secrets).expect("a rule for secrets");
        assert_eq!(rules[hidden].level, "Metadata");
        assert!(rules[..hidden].iter().all(|it| it.level == "None"));
        let last = rules.last().expect("a rule");
        assert_eq!((last.level, last.verbs.len(), last.resources.len()), ("Metadata", 0, 0));
    }
}
