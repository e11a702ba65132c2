//! What a sandbox is to be, before there is one.

use super::keeper::Keeper;
use super::net::Link;
use super::{Placed, Sandbox};
use crate::{Command, Failure, Host};
use ipnet::IpNet;
use std::net::IpAddr;
use std::path::PathBuf;

/// A description of a sandbox. [`start`](Self::start) makes it.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The folder that is its `/`, below what is written; `None` for this machine's own tree.
    pub(super) root: Option<PathBuf>,
    pub(super) hostname: Option<String>,
    pub(super) links: Vec<Link>,
    pub(super) routes: Vec<(IpNet, IpAddr)>,
    pub(super) sysctls: Vec<(String, String)>,
    pub(super) files: Vec<Placed>,
    pub(super) binds: Vec<Bind>,
    pub(super) first: Option<PathBuf>,
    ruleset: Option<String>,
}

/// Something outside that is also to be seen inside.
#[derive(Clone, Debug)]
pub(super) struct Bind {
    pub(super) outside: PathBuf,
    pub(super) inside: PathBuf,
    pub(super) writable: bool,
}

impl Setup {
    /// A sandbox whose `/` is this folder. The folder itself is only read: what is written inside
    /// lies above it, in memory, and is gone with the sandbox. The network is its own, and empty
    /// but for the loopback interface.
    pub fn over(root: impl Into<PathBuf>) -> Self {
        Self { root: Some(root.into()), ..Self::machine() }
    }

    /// A sandbox of processes alone: files, network, name and environment are this machine's, and
    /// what is written stays. It is for what must not outlive us: a download, a build.
    pub fn machine() -> Self {
        Self {
            root: None,
            hostname: None,
            links: Vec::new(),
            routes: Vec::new(),
            sysctls: Vec::new(),
            files: Vec::new(),
            binds: Vec::new(),
            first: None,
            ruleset: None,
        }
    }

    /// The name of the host.
    pub fn hostname(mut self, name: impl Into<String>) -> Self {
        self.hostname = Some(name.into());
        self
    }

    /// Adds a network interface.
    pub fn link(mut self, link: Link) -> Self {
        self.links.push(link);
        self
    }

    /// Adds a route to a network by a neighbour.
    pub fn route(mut self, to: IpNet, via: IpAddr) -> Self {
        self.routes.push((to, via));
        self
    }

    /// Sets a kernel parameter of the network, such as `net.ipv4.ip_forward`, before the links are
    /// made. Others are the whole machine's, and refused.
    pub fn sysctl(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.sysctls.push((name.into(), value.into()));
        self
    }

    /// Adds a file.
    pub fn file(mut self, file: Placed) -> Self {
        self.files.push(file);
        self
    }

    /// Adds files.
    pub fn files(mut self, files: impl IntoIterator<Item = Placed>) -> Self {
        self.files.extend(files);
        self
    }

    /// Shows a file or folder of this machine inside, to be read only.
    pub fn bind(mut self, outside: impl Into<PathBuf>, inside: impl Into<PathBuf>) -> Self {
        self.binds.push(Bind { outside: outside.into(), inside: inside.into(), writable: false });
        self
    }

    /// Shows a file or folder of this machine inside, to be written too; what is written stays.
    pub fn bind_writable(
        mut self,
        outside: impl Into<PathBuf>,
        inside: impl Into<PathBuf>,
    ) -> Self {
        self.binds.push(Bind { outside: outside.into(), inside: inside.into(), writable: true });
        self
    }

    /// The program that its first process becomes when it is told to ([`Sandbox::boot`]), with all rights of root:
    /// what it may not have is for the program itself to give up.
    pub fn first_process(mut self, program: impl Into<PathBuf>) -> Self {
        self.first = Some(program.into());
        self
    }

    /// Loads an nftables ruleset with the root's own `nft`, after everything else is there.
    pub fn ruleset(mut self, ruleset: impl Into<String>) -> Self {
        self.ruleset = Some(ruleset.into());
        self
    }

    /// Makes the sandbox. Where anything fails, nothing of it is left.
    pub fn start(self) -> Result<Sandbox, Failure> {
        self.check()?;
        let ruleset = self.ruleset.clone();
        let sandbox = Sandbox { keeper: Keeper::start(self)? };
        if let Some(ruleset) = ruleset {
            sandbox.run(&Command::new("nft").args(["-f", "-"]).input(ruleset))?.ok()?;
        }
        Ok(sandbox)
    }

    /// What can be told to be wrong before anything is made.
    fn check(&self) -> Result<(), Failure> {
        for link in &self.links {
            link.check()?;
        }
        for file in &self.files {
            file.check()?;
        }
        if let Some((name, _)) = self.sysctls.iter().find(|it| !it.0.starts_with("net.")) {
            let why = "it is the whole machine's: a network namespace has only those of `net.`";
            return Err(Failure::Wrong(format!("`{name}` cannot be set in a sandbox: {why}")));
        }
        let bare = self.hostname.is_none()
            && self.links.is_empty()
            && self.routes.is_empty()
            && self.sysctls.is_empty()
            && self.files.is_empty()
            && self.binds.is_empty()
            && self.first.is_none()
            && self.ruleset.is_none();
        if self.root.is_none() && !bare {
            let why = "only one over a root can have a name, links, files or rules of its own";
            return Err(Failure::Wrong(format!(
                "a sandbox of this machine shares everything: {why}"
            )));
        }
        Ok(())
    }
}
