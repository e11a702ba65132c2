//! How a program finds Kubernetes, and is known there.

use super::{ADMIN, CONTROLLER_MANAGER, KUBELET, PROXY, SCHEDULER};
use fmc_config::tree::{Tree, TreeStyle};
use fmc_config::{Cause, typed};
use fmc_model::Credential;
use fmc_model::role::Configuration;

/// The files of this kind in the folder of Kubernetes.
pub(crate) const KUBECONFIGS: [&str; 5] = [ADMIN, CONTROLLER_MANAGER, KUBELET, PROXY, SCHEDULER];

typed! {
    /// How a program finds Kubernetes
    /// (<https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/>).
    pub(crate) struct KubeConfig {
        /// The version of this format.
        version: &'static str = "apiVersion",
        /// This format.
        kind: &'static str = "kind",
        /// Clusters.
        clusters: Vec<KubeCluster> = "clusters",
        /// Users.
        users: Vec<KubeUser> = "users",
        /// Who of them goes where.
        contexts: Vec<KubeContext> = "contexts",
        /// The one that is meant.
        current: &'static str = "current-context",
    }

    /// A cluster under its name.
    pub(crate) struct KubeCluster {
        /// Its name.
        name: &'static str = "name",
        /// The cluster.
        cluster: KubeServer = "cluster",
    }

    /// Where a cluster is.
    pub(crate) struct KubeServer {
        /// Its API.
        server: String = "server",
        /// Who issued the API's certificate.
        authority: String = "certificate-authority",
    }

    /// A user under a name.
    pub(crate) struct KubeUser {
        /// The name.
        name: &'static str = "name",
        /// The user.
        user: KubeCredential = "user",
    }

    /// How a user is known.
    pub(crate) struct KubeCredential {
        /// A certificate.
        certificate: String = "client-certificate",
        /// Its key.
        key: String = "client-key",
    }

    /// A context under a name.
    pub(crate) struct KubeContext {
        /// The name.
        name: &'static str = "name",
        /// The context.
        context: KubePair = "context",
    }

    /// Who goes where.
    pub(crate) struct KubePair {
        /// The cluster.
        cluster: &'static str = "cluster",
        /// The user.
        user: &'static str = "user",
    }
}

/// The one cluster that such a file knows.
const CLUSTER: &str = "cloud";

/// The file by which a program finds the API at `server`. It shows a certificate that is renewed,
/// rather than a token that ends after an hour, and checks whom it speaks with.
pub(crate) fn kubeconfig(
    path: &'static str,
    server: String,
    user: &'static str,
    own: &Credential,
    cause: &Cause,
    out: &mut Configuration,
) {
    out.file_by(path, || {
        let server = KubeServer { server, authority: own.trusted() };
        let credential = KubeCredential { certificate: own.certificate(), key: own.key() };
        let context = KubePair { cluster: CLUSTER, user };
        let config = KubeConfig {
            version: "v1",
            kind: "Config",
            clusters: vec![KubeCluster { name: CLUSTER, cluster: server }],
            users: vec![KubeUser { name: user, user: credential }],
            contexts: vec![KubeContext { name: CLUSTER, context }],
            current: CLUSTER,
        };
        Tree::of(TreeStyle::Yaml, &config, cause)
    });
}
