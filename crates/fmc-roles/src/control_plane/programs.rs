//! The three programs of the control plane, each with its flags
//! (<https://kubernetes.io/docs/reference/command-line-tools-reference/>).

use super::policies::{ADMISSION, AUDIT, AUTHENTICATION, ENCRYPTION};
use super::{SIGNING, SIGNING_PUBLIC, SIGNING_TO_CONTROLLERS};
use crate::kubernetes::{self, API_PORT, CONTROLLER_MANAGER, Flag, Flags, SCHEDULER};
use fmc_model::cloud::authority_file;
use fmc_model::role::{Configuration, Linked};
use fmc_model::{Credential, Duration};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

pub(super) const AUDIT_FOLDER: &str = "/var/log/kubernetes";

/// The port at which etcd answers clients.
const ETCD: u16 = 2379;

/// Flags of the API server.
mod api {
    use super::Flag;

    pub(super) const ADVERTISED: Flag = Flag::of("advertise-address");
    pub(super) const PORT: Flag = Flag::of("secure-port");
    pub(super) const CERTIFICATE: Flag = Flag::of("tls-cert-file");
    pub(super) const KEY: Flag = Flag::of("tls-private-key-file");
    pub(super) const ETCD: Flag = Flag::of("etcd-servers");
    pub(super) const ETCD_AUTHORITY: Flag = Flag::of("etcd-cafile");
    pub(super) const ETCD_CERTIFICATE: Flag = Flag::of("etcd-certfile");
    pub(super) const ETCD_KEY: Flag = Flag::of("etcd-keyfile");
    pub(super) const SERVICES: Flag = Flag::of("service-cluster-ip-range");
    pub(super) const AUTHORIZATION: Flag = Flag::of("authorization-mode");
    pub(super) const ANONYMOUS: Flag = Flag::of("anonymous-auth").until(32);
    pub(super) const AUTHENTICATION: Flag = Flag::of("authentication-config").since(32);
    pub(super) const CLIENTS: Flag = Flag::of("client-ca-file");
    pub(super) const KUBELETS: Flag = Flag::of("kubelet-certificate-authority");
    pub(super) const KUBELET_CERTIFICATE: Flag = Flag::of("kubelet-client-certificate");
    pub(super) const KUBELET_KEY: Flag = Flag::of("kubelet-client-key");
    pub(super) const KUBELET_ADDRESSES: Flag = Flag::of("kubelet-preferred-address-types");
    pub(super) const ACCOUNT_ISSUER: Flag = Flag::of("service-account-issuer");
    pub(super) const ACCOUNT_KEY: Flag = Flag::of("service-account-key-file");
    pub(super) const ACCOUNT_SIGNING_KEY: Flag = Flag::of("service-account-signing-key-file");
    pub(super) const PROXIES: Flag = Flag::of("requestheader-client-ca-file");
    pub(super) const PROXY_NAMES: Flag = Flag::of("requestheader-allowed-names");
    pub(super) const PROXY_USER: Flag = Flag::of("requestheader-username-headers");
    pub(super) const PROXY_GROUP: Flag = Flag::of("requestheader-group-headers");
    pub(super) const PROXY_EXTRA: Flag = Flag::of("requestheader-extra-headers-prefix");
    pub(super) const PROXY_CERTIFICATE: Flag = Flag::of("proxy-client-cert-file");
    pub(super) const PROXY_KEY: Flag = Flag::of("proxy-client-key-file");
    pub(super) const AGGREGATOR: Flag = Flag::of("enable-aggregator-routing");
    pub(super) const PLUGINS: Flag = Flag::of("enable-admission-plugins");
    pub(super) const ADMISSION: Flag = Flag::of("admission-control-config-file");
    pub(super) const PRIVILEGED: Flag = Flag::of("allow-privileged");
    pub(super) const ENCRYPTION: Flag = Flag::of("encryption-provider-config");
    pub(super) const AUDIT: Flag = Flag::of("audit-policy-file");
    pub(super) const AUDIT_LOG: Flag = Flag::of("audit-log-path");
    pub(super) const AUDIT_DAYS: Flag = Flag::of("audit-log-maxage");
    pub(super) const AUDIT_FILES: Flag = Flag::of("audit-log-maxbackup");
    pub(super) const AUDIT_MEGABYTES: Flag = Flag::of("audit-log-maxsize");
    pub(super) const NOT_READY: Flag = Flag::of("default-not-ready-toleration-seconds");
    pub(super) const UNREACHABLE: Flag = Flag::of("default-unreachable-toleration-seconds");
    pub(super) const PROFILING: Flag = Flag::of("profiling");
}

/// Flags of the controllers, most of which the scheduler has too.
mod controllers {
    use super::Flag;

    pub(super) const KUBECONFIG: Flag = Flag::of("kubeconfig");
    pub(super) const AUTHENTICATION: Flag = Flag::of("authentication-kubeconfig");
    pub(super) const AUTHORIZATION: Flag = Flag::of("authorization-kubeconfig");
    pub(super) const BIND: Flag = Flag::of("bind-address");
    pub(super) const ELECT: Flag = Flag::of("leader-elect");
    pub(super) const LEASE: Flag = Flag::of("leader-elect-lease-duration");
    pub(super) const RENEW: Flag = Flag::of("leader-elect-renew-deadline");
    pub(super) const RETRY: Flag = Flag::of("leader-elect-retry-period");
    pub(super) const CLIENTS: Flag = Flag::of("client-ca-file");
    pub(super) const PROXIES: Flag = Flag::of("requestheader-client-ca-file");
    pub(super) const OWN_ACCOUNTS: Flag = Flag::of("use-service-account-credentials");
    pub(super) const ROOT: Flag = Flag::of("root-ca-file");
    pub(super) const ACCOUNT_KEY: Flag = Flag::of("service-account-private-key-file");
    pub(super) const PODS: Flag = Flag::of("cluster-cidr");
    pub(super) const ALLOCATE: Flag = Flag::of("allocate-node-cidrs");
    pub(super) const SERVICES: Flag = Flag::of("service-cluster-ip-range");
    pub(super) const GRACE: Flag = Flag::of("node-monitor-grace-period");
    pub(super) const PERIOD: Flag = Flag::of("node-monitor-period");
    pub(super) const PROFILING: Flag = Flag::of("profiling");
}

/// The flags of the API server, which runs as `user`.
pub(super) fn api_server(on: &Linked<'_>, user: &str, out: &mut Configuration) -> Option<Flags> {
    let kubernetes = on.cloud.kubernetes.as_ref();
    let own = out.credential("kubernetes", "kube-apiserver", user);
    let etcd = out.credential("etcd", "kube-apiserver-etcd-client", user);
    let kubelets = out.credential("kubernetes", "kube-apiserver-kubelet-client", user);
    let proxy = out.credential("front-proxy", "front-proxy-client", user);
    let domain = kubernetes.map_or("cluster.local", |it| it.domain.as_str());
    let eviction = seconds(on.setting("eviction")?);
    let mut flags = Flags::control(on.cloud);
    flags
        .set(api::ADVERTISED, on.host.primary_addresses().next()?)
        .set(api::PORT, API_PORT)
        .set(api::CERTIFICATE, own.certificate())
        .set(api::KEY, own.key())
        .set(api::ETCD, etcd_members(on).join(","))
        .set(api::ETCD_AUTHORITY, etcd.trusted())
        .set(api::ETCD_CERTIFICATE, etcd.certificate())
        .set(api::ETCD_KEY, etcd.key())
        .set(api::AUTHORIZATION, "Node,RBAC")
        .set(api::ANONYMOUS, true)
        .set(api::AUTHENTICATION, AUTHENTICATION)
        .set(api::CLIENTS, own.trusted())
        .set(api::KUBELETS, kubelets.trusted())
        .set(api::KUBELET_CERTIFICATE, kubelets.certificate())
        .set(api::KUBELET_KEY, kubelets.key())
        .set(api::KUBELET_ADDRESSES, "InternalIP,Hostname")
        .set(api::ACCOUNT_ISSUER, format_args!("https://kubernetes.default.svc.{domain}"))
        .set(api::ACCOUNT_KEY, SIGNING_PUBLIC)
        .set(api::ACCOUNT_SIGNING_KEY, SIGNING)
        .set(api::PROXIES, proxy.trusted())
        .set(api::PROXY_NAMES, proxy.name)
        .set(api::PROXY_USER, "X-Remote-User")
        .set(api::PROXY_GROUP, "X-Remote-Group")
        .set(api::PROXY_EXTRA, "X-Remote-Extra-")
        .set(api::PROXY_CERTIFICATE, proxy.certificate())
        .set(api::PROXY_KEY, proxy.key())
        // Webhooks and extensions are called at their pods, to which this host has routes: that works
        // whether its service proxy does or not.
        .set(api::AGGREGATOR, true)
        .set(api::PLUGINS, "NodeRestriction")
        .set(api::ADMISSION, ADMISSION)
        .set(api::PRIVILEGED, true)
        .set(api::ENCRYPTION, ENCRYPTION)
        .set(api::AUDIT, AUDIT)
        .set(api::AUDIT_LOG, format_args!("{AUDIT_FOLDER}/audit.log"))
        .set(api::AUDIT_DAYS, 30)
        .set(api::AUDIT_FILES, 10)
        .set(api::AUDIT_MEGABYTES, 100)
        .set(api::NOT_READY, eviction)
        .set(api::UNREACHABLE, eviction)
        .set(api::PROFILING, false);
    if let Some(kubernetes) = kubernetes {
        flags.set(api::SERVICES, kubernetes::list(&kubernetes.services));
    }
    Some(flags)
}

/// The flags of the controllers.
pub(super) fn controller_manager(on: &Linked<'_>, own: &Credential) -> Option<Flags> {
    let mut flags = Flags::control(on.cloud);
    client(CONTROLLER_MANAGER, &mut flags);
    leader(on, &mut flags)?;
    let grace: Duration = on.setting("grace")?;
    flags
        .set(controllers::CLIENTS, own.trusted())
        .set(controllers::PROXIES, authority_file("front-proxy"))
        .set(controllers::OWN_ACCOUNTS, true)
        .set(controllers::ROOT, own.trusted())
        .set(controllers::ACCOUNT_KEY, SIGNING_TO_CONTROLLERS)
        // The cloud file says which part of the pod network each node has.
        .set(controllers::ALLOCATE, false)
        .set(controllers::GRACE, kubernetes::go(grace))
        .set(controllers::PERIOD, kubernetes::go(Duration::millis(grace.0 / kubernetes::LOOKS)))
        .set(controllers::PROFILING, false);
    if let Some(kubernetes) = &on.cloud.kubernetes {
        flags
            .set(controllers::PODS, kubernetes::list(&kubernetes.pods))
            .set(controllers::SERVICES, kubernetes::list(&kubernetes.services));
    }
    Some(flags)
}

/// The flags of the scheduler.
pub(super) fn scheduler(on: &Linked<'_>) -> Option<Flags> {
    let mut flags = Flags::control(on.cloud);
    client(SCHEDULER, &mut flags);
    leader(on, &mut flags)?;
    Some(flags)
}

/// It works through the API, which also tells it who asks it something.
fn client(kubeconfig: &str, flags: &mut Flags) {
    flags
        .set(controllers::KUBECONFIG, kubeconfig)
        .set(controllers::AUTHENTICATION, kubeconfig)
        .set(controllers::AUTHORIZATION, kubeconfig)
        .set(controllers::BIND, Ipv4Addr::LOCALHOST);
}

/// One of those on all hosts works, and another one when that one is silent. It has four fifths of
/// the time to say that it is still there, and a fifth is between two attempts.
fn leader(on: &Linked<'_>, flags: &mut Flags) -> Option<()> {
    let lease: Duration = on.setting("lease")?;
    let part =
        |of| kubernetes::go(Duration::millis(lease.0.saturating_mul(of) / kubernetes::TRIES));
    flags
        .set(controllers::ELECT, true)
        .set(controllers::LEASE, part(kubernetes::TRIES))
        .set(controllers::RENEW, part(kubernetes::TRIES - 1))
        .set(controllers::RETRY, part(1));
    Some(())
}

/// Where members of etcd answer: the one on this host first, at an address that no network takes
/// away.
fn etcd_members(on: &Linked<'_>) -> Vec<String> {
    let mut members = Vec::new();
    for host in super::offering(on, "etcd-client") {
        let own = host.id == on.host.id;
        let address = if own {
            Some(IpAddr::V4(Ipv4Addr::LOCALHOST))
        } else {
            host.primary_addresses().next()
        };
        if let Some(address) = address {
            let url = format!("https://{}", SocketAddr::new(address, ETCD));
            members.insert(if own { 0 } else { members.len() }, url);
        }
    }
    members
}

/// Whole seconds, the next ones.
fn seconds(time: Duration) -> u64 {
    time.0.div_ceil(1000)
}
