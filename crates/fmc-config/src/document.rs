//! One type for every format of which files are generated.

use crate::blocks::{BlockStyle, Blocks};
use crate::ini::Ini;
use crate::libvirt::Libvirt;
use crate::nft::Ruleset;
use crate::tree::{Tree, TreeStyle};
use crate::zone::ZoneFile;
use crate::{Cause, Keys, Printed};

/// A document of some format.
#[derive(Clone, Debug, PartialEq)]
pub enum Document {
    /// Rules of a firewall, for `nft -f`.
    Nft(Ruleset),
    /// Sections of keys and values: systemd, NetworkManager, WireGuard, sysctl.
    Ini(Ini),
    /// Statements in sections or braces: HAProxy, Keepalived, and plain lists of words.
    Blocks(Blocks),
    /// What libvirt is told: a network, a pool, a volume or a domain, in XML.
    Libvirt(Box<Libvirt>),
    /// Trees whose keys are typed: etcd, Kubernetes, Traefik, NFS-Ganesha.
    Tree(Tree),
    /// Zones of the DNS.
    Zone(ZoneFile),
    /// Values of secrets: keys, certificates, passwords.
    Keys(Keys),
    /// A script of ours, the same on every host.
    Script(&'static str),
    /// Text that a person wrote. It is theirs, so nothing is added to it.
    Text(String),
}

impl Document {
    /// Prints it under a header of comments. The cause is that of the document as a whole: of its
    /// header, and of whatever belongs to no part.
    pub fn print(&self, header: &[String], cause: &Cause) -> Printed {
        let mut out = Printed::default();
        if let Self::Text(text) = self {
            out.verbatim(text, cause);
            return out;
        }
        if let Self::Libvirt(libvirt) = self {
            libvirt.print(header, cause, &mut out);
            return out;
        }
        if matches!(self, Self::Blocks(it) if it.style == BlockStyle::Script) {
            out.text_line(0, "#!/bin/sh", cause);
        }
        let mark = if let Self::Zone(_) = self { "; " } else { "# " };
        let bare = match self {
            Self::Keys(keys) => keys.bare,
            Self::Tree(tree) => tree.style == TreeStyle::Json,
            _ => false,
        };
        for line in header.iter().filter(|_| !bare) {
            out.line(0, cause, |it| {
                it.text(mark);
                it.text(line);
            });
        }
        match self {
            Self::Nft(ruleset) => ruleset.print(&mut out),
            Self::Ini(ini) => ini.print(&mut out),
            Self::Blocks(blocks) => blocks.print(&mut out),
            Self::Tree(tree) => tree.print(&mut out),
            Self::Zone(zone) => zone.print(cause, &mut out),
            Self::Keys(keys) => keys.print(&mut out, cause),
            Self::Script(text) => out.verbatim(text, cause),
            Self::Libvirt(_) | Self::Text(_) => {}
        }
        out
    }
}

impl From<Ruleset> for Document {
    fn from(it: Ruleset) -> Self {
        Self::Nft(it)
    }
}

impl From<Tree> for Document {
    fn from(it: Tree) -> Self {
        Self::Tree(it)
    }
}

impl From<ZoneFile> for Document {
    fn from(it: ZoneFile) -> Self {
        Self::Zone(it)
    }
}

impl From<Ini> for Document {
    fn from(it: Ini) -> Self {
        Self::Ini(it)
    }
}

impl From<Blocks> for Document {
    fn from(it: Blocks) -> Self {
        Self::Blocks(it)
    }
}

impl From<Libvirt> for Document {
    fn from(it: Libvirt) -> Self {
        Self::Libvirt(Box::new(it))
    }
}

impl From<Keys> for Document {
    fn from(it: Keys) -> Self {
        Self::Keys(it)
    }
}
