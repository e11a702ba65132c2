//! What was written, with its places and nothing inferred.
//!
//! The doc comments of these records are the reference of the language: they become the
//! descriptions of its JSON Schema (`fmc schema`) and of `docs/language.md`.

mod access;
mod host;
mod include;
mod nic;
mod programs;
mod roles;
mod schema;

pub use access::AccessSpec;
pub use host::{FileSpec, FirewallSpec, HostSpec, SizeSpec};
pub(crate) use include::merge;
pub use nic::NicSpec;
pub use programs::{DigestSpec, DigestsSpec, ProgramSpec};
pub use roles::{RoleSpec, RolesSpec};
pub use schema::json_schema;

use crate::cloud::NetworkKind;
use crate::notation::HostPattern;
use crate::read::{At, Map, OneOrMany};
use crate::role::Selector;
use crate::{
    AddressWord, Bytes, Cores, Date, Domain, Duration, Folder, Image, Name, Prefix, Shared, SshKey,
    TimeZone, Url, WireguardKey, record, words,
};
use std::net::IpAddr;

record! {
    /// A cloud: everything that `fmc` draws, checks, builds, rehearses, applies and watches.
    pub struct CloudSpec ("the cloud", "la nube") {
        /// Version of this language; it is 1.
        version: Option<At<u32>>,
        /// Name of the cloud, in any script.
        name: Option<At<String>>,
        /// Title of its picture; the name if left out.
        title: Option<At<String>>,
        /// What is to be said of it.
        note: Option<At<String>>,
        /// Language of the labels in this file: `en` or `es`. Words that `fmc` adds to a picture follow it.
        language: Option<LabelLanguage>,
        /// Domain of all hosts; `<name>.internal` if left out.
        domain: Option<At<Domain>>,
        /// Time zone of all hosts, such as `Europe/Madrid`; `UTC` if left out.
        timezone: Option<At<TimeZone>>,
        /// Other files with the same keys, as seen from this one. Maps are joined, lists follow each other.
        include: OneOrMany<At<String>>,
        /// Addresses of Kubernetes, where the usual ones do not fit.
        kubernetes: Option<KubernetesSpec>,
        /// Programs that are fetched because no package brings them, by name: other versions than those of `fmc show programs`, or one's own.
        programs: Map<ProgramSpec>,
        /// Who has the files of upstream's programs in its place, such as `https://10.17.3.1/fmc`: each below it under its own address without `https://`, as `wget --force-directories` stores them. The digests stay the same.
        mirror: Option<At<Url>>,
        /// Networks, by name.
        networks: Map<NetworkSpec>,
        /// People and machines outside of the cloud, by name.
        outside: Map<OutsideSpec>,
        /// Virtual addresses, each held by one host of a group at a time, by name.
        vips: Map<VipSpec>,
        /// What people open by name: sites and services, by name.
        apps: Map<AppSpec>,
        /// Parts of hosts under a name of their own; a host takes them with `template:`.
        templates: Map<HostSpec>,
        /// Hosts, by name or range (`worker[1-3]`).
        hosts: Map<HostSpec, HostPattern>,
        /// Boxes of the picture, in this order.
        groups: Map<GroupSpec>,
        /// Who may reach what, for people; what machines need of each other follows from their roles. The rest is denied.
        access: Vec<AccessSpec>,
        /// Findings that shall not be shown, each with a reason.
        suppress: Vec<SuppressSpec>,
    }
}

words! {
    /// Language of the labels in a file.
    pub enum LabelLanguage {
        /// English.
        English = "en",
        /// Spanish.
        Spanish = "es",
    }
}

record! {
    /// Addresses of Kubernetes.
    pub struct KubernetesSpec ("`kubernetes`", "`kubernetes`") {
        /// Out of which each node gets a part for its pods; `10.42.0.0/16` if left out. With two versions of the Internet protocol, one of each.
        pods: OneOrMany<At<Prefix>>,
        /// Addresses of services; `10.43.0.0/16` if left out.
        services: OneOrMany<At<Prefix>>,
        /// Length of the prefix of a node's part; 24 (64 for version 6) if left out.
        node_prefix: OneOrMany<At<u8>>,
        /// Domain of services inside the cluster; `cluster.local` if left out.
        domain: Option<At<Domain>>,
        /// The image of CoreDNS, which answers pods for the names of services; `registry.k8s.io/coredns/coredns:v1.13.1` if left out.
        dns: Option<At<Image>>,
    }
}

record! {
    /// A network.
    pub struct NetworkSpec ("a network", "una red") {
        /// What people call it; its name if left out.
        label: Option<At<String>>,
        /// What is to be said of it.
        note: Option<At<String>>,
        /// `public` (the Internet), `private` (a segment of our own; if left out) or `wireguard` (a tunnel).
        kind: Option<At<NetworkKind>>,
        /// Its addresses, such as `10.17.3.0/24`; with two versions of the Internet protocol, one of each.
        cidr: OneOrMany<At<Prefix>>,
        /// Where packets to elsewhere go; the host with the role `router` in it if left out.
        gateway: OneOrMany<At<IpAddr>>,
        /// The largest packet in bytes; 1500, or 1420 in a tunnel, if left out.
        mtu: Option<At<u16>>,
        /// Addresses that somebody else hands out in it, such as `192.168.0.100-192.168.0.254`.
        dhcp: Option<At<String>>,
        /// Why it was added to the design that this file describes.
        added: Option<At<String>>,
    }
}

record! {
    /// People and machines outside of the cloud.
    pub struct OutsideSpec ("an entry of `outside`", "una entrada de `outside`") {
        /// What people call them; their name if left out.
        label: Option<At<String>>,
        /// What is to be said of them.
        note: Option<At<String>>,
        /// Their icon; `users` if left out.
        icon: Option<At<String>>,
        /// The networks from which they come.
        nics: OneOrMany<At<Name>>,
        /// Each of them who is known by name.
        people: Vec<PersonSpec>,
        /// Why they were added to the design that this file describes.
        added: Option<At<String>>,
    }
}

record! {
    /// Somebody who is known by name.
    pub struct PersonSpec ("a person", "una persona") {
        /// Name, as that of an account.
        name: At<Name>,
        /// Address in the tunnel: a host number such as `10`, or a whole address.
        address: OneOrMany<At<AddressWord>>,
        /// Public keys for SSH, one line each as in an `authorized_keys` file.
        ssh_key: OneOrMany<At<SshKey>>,
        /// Their public key for WireGuard, if they keep the private one to themselves; a pair is made for them if left out.
        wireguard_key: Option<At<WireguardKey>>,
        /// Why they were added to the design that this file describes.
        added: Option<At<String>>,
    }
}

record! {
    /// A virtual address. The hosts that hold it name it in their role `keepalived`.
    pub struct VipSpec ("a virtual address", "una dirección virtual") {
        /// What people call it; its name if left out.
        label: Option<At<String>>,
        /// What is to be said of it.
        note: Option<At<String>>,
        /// The address; with two versions of the Internet protocol, one of each.
        address: OneOrMany<At<IpAddr>>,
        /// The role of the hosts that serve behind it, such as `control-plane`.
        serves: Option<At<String>>,
        /// Names in the zone, without the domain; the name of the address if left out.
        names: OneOrMany<At<Name>>,
        /// How long it may be gone at the most; the timers follow from it.
        slo: Option<At<Duration>>,
        /// Virtual router id, 1 to 255; counts from 51 if left out.
        vrid: Option<At<u8>>,
        /// Time between two advertisements; from `slo`, or 1s.
        advert: Option<At<Duration>>,
        /// Time between two checks of the service; from `slo`, or 2s.
        interval: Option<At<Duration>>,
        /// How long a check may take; from `slo`, or 1s.
        timeout: Option<At<Duration>>,
        /// How many failed checks count as a failure; 2 if left out.
        fall: Option<At<u8>>,
        /// How many good checks count as recovery; 2 if left out.
        rise: Option<At<u8>>,
        /// Whether a better member that comes back takes the address back; `true` if left out.
        preempt: Option<At<bool>>,
        /// Why it was added to the design that this file describes.
        added: Option<At<String>>,
    }
}

record! {
    /// What people open by name.
    pub struct AppSpec ("an app", "una app") {
        /// What people call it; its name if left out.
        label: Option<At<String>>,
        /// What is to be said of it.
        note: Option<At<String>>,
        /// Names by which it is opened, without the domain of the cloud; its own name if left out. `@` is the domain itself.
        names: OneOrMany<At<String>>,
        /// The hosts that serve it.
        hosts: OneOrMany<At<Selector>>,
        /// The port at which they do.
        port: At<u16>,
        /// What runs there as pods of Kubernetes, one on each of these hosts; whatever listens at the port by itself, if left out.
        pods: Option<At<PodsSpec>>,
        /// The path that tells whether it is well; `/` if left out.
        health: Option<At<String>>,
        /// Who may open it.
        r#for: OneOrMany<At<Selector>>,
        /// Services that it needs of others, such as `postgresql`. For pods that need it, the role `postgres` makes a database and a user of their own; they are told of it by the variables of libpq (`PGHOST` and others), with a password, over TLS.
        needs: OneOrMany<At<Name>>,
        /// Why it was added to the design that this file describes.
        added: Option<At<String>>,
    }
}

record! {
    /// What pods of an app are made of.
    pub struct PodsSpec ("the pods of an app", "los pods de una app") {
        /// Their image.
        image: At<Image>,
        /// The port at which it listens. It is told by the variable `PORT`, for images that ask, and its node by `NODE`.
        port: At<u16>,
        /// How much of a processor is kept for each of them, such as `100m` (a tenth) or `2`; nothing if left out.
        cpu: Option<At<Cores>>,
        /// How much memory is kept for each of them, which is also the most that it may have; nothing, and no end, if left out.
        memory: Option<At<Bytes>>,
        /// Folders that other hosts share by NFS, by where pods find them: `/data: "storage1:/srv/nfs/shared"`. Each is to be shared with every host of the app. Where they are found is told by the variable `VOLUMES`, with colons between them.
        volumes: Map<At<Shared>, Folder>,
    }
}

record! {
    /// A box of the picture.
    pub struct GroupSpec ("a group", "un grupo") {
        /// Its title; its name if left out.
        label: Option<At<String>>,
        /// What is to be said of it.
        note: Option<At<String>>,
        /// What is in it.
        hosts: OneOrMany<At<Selector>>,
        /// Why it was added to the design that this file describes.
        added: Option<At<String>>,
    }
}

record! {
    /// A finding that shall not be shown.
    pub struct SuppressSpec ("an entry of `suppress`", "una entrada de `suppress`") {
        /// Its code, such as `FMC0402`.
        code: At<String>,
        /// Only where its message holds this text.
        about: Option<At<String>>,
        /// Why it is fine as it is.
        reason: At<String>,
        /// The last day on which it is not shown, in quotes: `"2027-01-31"`.
        until: Option<At<Date>>,
    }
}
