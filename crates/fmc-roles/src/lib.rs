//! Every role that a host can play, one file each.
//!
//! A file says, in this order: what the role is, the smallest cloud that has it, the upstream manual,
//! its settings, and what follows from having it. [`ROLES`] is the whole registry; tests run over
//! all of it. `docs/adding-a-role.md` walks through a new one.

mod bastion;
mod cdn;
mod chrony;
mod control_plane;
mod coredns;
mod etcd;
mod freeipa;
mod haproxy;
mod hypervisor;
mod keepalived;
mod kubernetes;
mod longhorn;
mod nfs;
mod postgres;
mod probes;
mod router;
mod service;
mod traefik;
mod wireguard;
mod worker;

use fmc_config::tree::{Shape, Typed};
use fmc_model::role::Kind;

/// Every role, from the Internet inwards and from people to data.
pub const ROLES: &[Kind] = &[
    cdn::ROLE,
    wireguard::ROLE,
    router::ROLE,
    hypervisor::ROLE,
    bastion::ROLE,
    traefik::ROLE,
    haproxy::ROLE,
    keepalived::ROLE,
    etcd::ROLE,
    control_plane::ROLE,
    worker::ROLE,
    longhorn::ROLE,
    nfs::ROLE,
    coredns::ROLE,
    chrony::ROLE,
    postgres::ROLE,
    freeipa::ROLE,
    service::ROLE,
];

/// What a file may look like whose daemon would start with keys that it does not know, by its path.
pub fn shape_of(path: &str) -> Option<Shape> {
    Some(match path {
        cdn::api::RECORDS => cdn::api::Records::shape(),
        cdn::api::SETTINGS => cdn::api::Settings::shape(),
        cdn::api::CUSTOM | cdn::api::MANAGED | cdn::api::RATE | cdn::api::CACHE => {
            cdn::api::Ruleset::shape()
        }
        freeipa::stand_in::CLIENT => freeipa::stand_in::Client::shape(),
        freeipa::stand_in::KDC => freeipa::stand_in::Server::shape(),
        freeipa::stand_in::INSTANCE => freeipa::stand_in::Instance::shape(),
        etcd::FILE => etcd::File::shape(),
        nfs::FILE => nfs::Ganesha::shape(),
        traefik::STATIC => traefik::Static::shape(),
        traefik::SITES => traefik::Dynamic::shape(),
        traefik::KUBECONFIG => kubernetes::KubeConfig::shape(),
        control_plane::AUTHENTICATION => control_plane::Authentication::shape(),
        control_plane::ADMISSION => control_plane::Admission::shape(),
        control_plane::AUDIT => control_plane::Audit::shape(),
        control_plane::ENCRYPTION => control_plane::Encryption::shape(),
        worker::CONTAINERD => worker::Containerd::shape(),
        worker::NETWORK => worker::Network::shape(),
        worker::KUBELET => worker::Kubelet::shape(),
        worker::PROXY => worker::Proxy::shape(),
        _ if kubernetes::KUBECONFIGS.contains(&path) => kubernetes::KubeConfig::shape(),
        _ => return kubernetes::shape_of_object(path),
    })
}

// The walk through a new role is compiled and run as it stands.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/adding-a-role.md")]
struct AddingARole;
