//! Where pods are met, as objects say it.

use super::objects::About;
use fmc_config::tree::Named;
use fmc_config::typed;

typed! {
    /// Where pods are met
    /// (<https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/>).
    pub(crate) struct Service {
        /// Its version.
        version: &'static str = "apiVersion",
        /// Its kind.
        kind: &'static str = "kind",
        /// What it says of itself.
        about: About = "metadata",
        /// Where.
        what: Met = "spec",
    }

    /// Where pods are met.
    pub(crate) struct Met {
        /// In which way, where they are met from outside.
        kind: Option<&'static str> = "type",
        /// Who answers what comes to a node.
        policy: Option<&'static str> = "externalTrafficPolicy",
        /// At which addresses inside of the cluster, where it matters: the first alone, and all.
        address: Option<String> = "clusterIP",
        /// All of them.
        addresses: Vec<String> = "clusterIPs",
        /// In which versions of the Internet protocol.
        families: &'static str = "ipFamilyPolicy",
        /// Pods with these labels.
        selector: Named<String> = "selector",
        /// At which ports.
        ports: Vec<ServicePort> = "ports",
    }

    /// At which ports pods are met.
    pub(crate) struct ServicePort {
        /// Its name, where there are several.
        name: Option<&'static str> = "name",
        /// Its protocol, where that is not TCP.
        protocol: Option<&'static str> = "protocol",
        /// Inside of the cluster.
        port: u64 = "port",
        /// At the pods.
        target: u64 = "targetPort",
        /// At their nodes, if at all.
        node: Option<u64> = "nodePort",
    }
}
