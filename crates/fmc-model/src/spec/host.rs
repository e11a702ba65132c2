//! Hosts as they were written.

use super::{NicSpec, RolesSpec};
use crate::cloud::{Processor, System, Verdict};
use crate::read::{At, Map, OneOrMany};
use crate::role::Selector;
use crate::{Bytes, FileMode, FilePath, Name, Owner, ServiceWord, record};
use std::net::IpAddr;

record! {
    /// A host, or many alike.
    pub struct HostSpec ("a host", "un host") {
        /// What people call it; its name if left out. `{n}` stands for the number out of the range.
        label: Option<At<String>>,
        /// What is to be said of it.
        note: Option<At<String>>,
        /// Its icon; that of its first role if left out.
        icon: Option<At<String>>,
        /// Templates from which it takes what it does not say itself; earlier ones win.
        template: OneOrMany<At<Name>>,
        /// Operating system.
        os: Option<At<System>>,
        /// Architecture of its processors, for which programs are fetched: `x86_64` or `aarch64`; that of the machine it runs on if left out, or `x86_64`.
        processor: Option<At<Processor>>,
        /// Whether somebody else runs it, such as Cloudflare: nothing is built for it.
        managed: Option<At<bool>>,
        /// Its interfaces, by network. The default route leaves by the first that has a gateway.
        nics: Map<NicSpec>,
        /// What it has of processors, memory and disk.
        size: Option<SizeSpec>,
        /// What it is, in the order of importance.
        roles: RolesSpec,
        /// The hypervisor that runs it, or `none`. The only one with all of its networks if left out.
        runs_on: Option<At<Name>>,
        /// Hosts after which it starts, besides those that follow from roles.
        after: OneOrMany<At<Selector>>,
        /// Whom it asks for names, instead of the resolver of the cloud.
        resolvers: OneOrMany<At<IpAddr>>,
        /// Kernel parameters, over the derived ones.
        sysctls: Map<At<String>, String>,
        /// Firewall rules, before the derived ones.
        firewall: Vec<FirewallSpec>,
        /// Files of one's own, by path; they replace generated ones.
        files: Map<FileSpec, FilePath>,
        /// Why it was added to the design that this file describes.
        added: Option<At<String>>,
    }
}

record! {
    /// What a machine has.
    pub struct SizeSpec ("a size", "un tamaño") {
        /// Processors, as the operating system counts them.
        cpus: Option<At<u16>>,
        /// Memory, such as `2GiB`.
        memory: Option<At<Bytes>>,
        /// Disk of the system, such as `50GB`.
        disk: Option<At<Bytes>>,
        /// A second disk for data, such as `40GiB`.
        data: Option<At<Bytes>>,
        /// Why it was added to the design that this file describes.
        added: Option<At<String>>,
    }
}

record! {
    /// A firewall rule of one's own.
    pub struct FirewallSpec ("a firewall rule", "una regla de cortafuegos") {
        /// `accept` or `drop`.
        verdict: At<Verdict>,
        /// From whom; everybody if left out.
        from: OneOrMany<At<Selector>>,
        /// For which services or ports; all if left out.
        r#for: OneOrMany<At<ServiceWord>>,
        /// Why.
        reason: Option<At<String>>,
    }
}

record! {
    /// A file of one's own.
    pub struct FileSpec ("a file", "un fichero") {
        /// Its text.
        text: At<String>,
        /// Its mode in octal, in quotes; `"0644"` if left out.
        mode: Option<At<FileMode>>,
        /// Its owner; `root` if left out.
        owner: Option<At<Owner>>,
    }
}

impl HostSpec {
    /// Takes from `template` what this one does not say. Maps are joined by key.
    pub(crate) fn fill_from(&mut self, template: &Self) {
        fn fill<T: Clone>(own: &mut Option<T>, other: Option<&T>) {
            if own.is_none() {
                *own = other.cloned();
            }
        }
        fn fill_list<T: Clone>(own: &mut OneOrMany<T>, other: &OneOrMany<T>) {
            if own.is_empty() {
                own.0.clone_from(&other.0);
            }
        }
        fn fill_map<T: Clone, K: Clone + Eq + std::hash::Hash>(
            own: &mut Map<T, K>,
            other: &Map<T, K>,
        ) {
            for (key, value) in other {
                if !own.contains_key(key) {
                    own.insert(key.clone(), value.clone());
                }
            }
        }
        self.unread.extend(&template.unread);
        fill(&mut self.label, template.label.as_ref());
        fill(&mut self.note, template.note.as_ref());
        fill(&mut self.icon, template.icon.as_ref());
        fill(&mut self.os, template.os.as_ref());
        fill(&mut self.processor, template.processor.as_ref());
        fill(&mut self.managed, template.managed.as_ref());
        fill_map(&mut self.nics, &template.nics);
        match (&mut self.size, &template.size) {
            (Some(own), Some(other)) => {
                fill(&mut own.cpus, other.cpus.as_ref());
                fill(&mut own.memory, other.memory.as_ref());
                fill(&mut own.disk, other.disk.as_ref());
                fill(&mut own.data, other.data.as_ref());
            }
            (own, other) => fill(own, other.as_ref()),
        }
        self.roles.fill_from(&template.roles);
        fill(&mut self.runs_on, template.runs_on.as_ref());
        fill_list(&mut self.after, &template.after);
        fill_list(&mut self.resolvers, &template.resolvers);
        fill_map(&mut self.sysctls, &template.sysctls);
        if self.firewall.is_empty() {
            self.firewall.clone_from(&template.firewall);
        }
        fill_map(&mut self.files, &template.files);
        fill(&mut self.added, template.added.as_ref());
    }
}
