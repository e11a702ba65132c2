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
        if header.is_empty() {
            let mut out = Printed::default();
            self.begin(cause, &mut out);
            self.print_body(cause, &mut out);
            return out;
        }
        self.print_under(|_| header.to_vec(), cause)
    }

    /// Prints it under a header that follows from its own text.
    pub fn print_under(&self, header: impl FnOnce(&str) -> Vec<String>, cause: &Cause) -> Printed {
        let bare = match self {
            Self::Keys(keys) => keys.bare,
            Self::Tree(tree) => tree.style == TreeStyle::Json,
            Self::Text(_) => true,
            _ => false,
        };
        let mut body = Printed::default();
        if bare {
            self.print_body(cause, &mut body);
            return body;
        }
        if let Self::Libvirt(libvirt) = self {
            // Its header stands inside of it.
            libvirt.print(&[], cause, &mut body);
            let mut out = Printed::default();
            libvirt.print(&header(body.text()), cause, &mut out);
            return out;
        }
        // What stands below something is set off from it, so something stands there meanwhile.
        body.text_line(0, "", cause);
        self.print_body(cause, &mut body);
        body.drop_first_line();
        let text = body.text();
        let header = header(text.strip_prefix('\n').unwrap_or(text));
        let mut out = Printed::default();
        self.begin(cause, &mut out);
        let mark = if let Self::Zone(_) = self { "; " } else { "# " };
        for line in &header {
            out.line(0, cause, |it| {
                it.text(mark);
                it.text(line);
            });
        }
        out.append(body);
        out
    }

    /// What must be its first line, whatever stands above the rest.
    fn begin(&self, cause: &Cause, out: &mut Printed) {
        if matches!(self, Self::Blocks(it) if it.style == BlockStyle::Script) {
            out.text_line(0, "#!/bin/sh", cause);
        }
    }

    /// Its text without a header.
    fn print_body(&self, cause: &Cause, out: &mut Printed) {
        match self {
            Self::Nft(ruleset) => ruleset.print(out),
            Self::Ini(ini) => ini.print(out),
            Self::Blocks(blocks) => blocks.print(out),
            Self::Libvirt(libvirt) => libvirt.print(&[], cause, out),
            Self::Tree(tree) => tree.print(out),
            Self::Zone(zone) => zone.print(cause, out),
            Self::Keys(keys) => keys.print(out, cause),
            Self::Script(text) => out.verbatim(text, cause),
            Self::Text(text) => out.verbatim(text, cause),
        }
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
