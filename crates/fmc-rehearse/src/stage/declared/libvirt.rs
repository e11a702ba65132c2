//! Networks of libvirt (<https://libvirt.org/formatnetwork.html>), which makes their bridges with the addresses
//! and routes that the host has by them.

use super::lines::At;
use super::{Interface, Source, Way, prefix};
use fmc_sys::Failure;
use ipnet::IpNet;
use roxmltree::{Document, Node};
use std::net::IpAddr;
use std::str::FromStr;

/// What has nothing to do with addresses and routes.
const ELSEWHERE: [&str; 5] = ["description", "dns", "name", "title", "uuid"];

/// The bridge that a network makes; none where it takes one that is there.
pub(super) fn read(file: &Source<'_>) -> Result<Option<(String, Interface)>, Failure> {
    let wrong =
        |it: roxmltree::Error| At::line(file.path, it.pos().row as usize).wrong(&it.to_string());
    let document = Document::parse(file.text).map_err(wrong)?;
    let root = Element { path: file.path, node: document.root_element() };
    if root.name() != "network" {
        return Err(root.unknown());
    }
    let (mut name, mut mode) = (None, None);
    let mut own = Interface { is_bridge: true, ..Interface::default() };
    for node in root.node.children().filter(Node::is_element) {
        let it = Element { path: file.path, node };
        match it.name() {
            "forward" => {
                it.has_only(&["mode"])?;
                mode = it.node.attribute("mode").map(|mode| (it, mode));
            }
            "bridge" => {
                it.has_only(&["name", "stp", "delay"])?;
                name = it.node.attribute("name");
            }
            "mtu" => {
                it.has_only(&["size"])?;
                own.mtu = Some(it.value("size")?);
            }
            "ip" => {
                it.has_only(&["family", "address", "prefix"])?;
                own.addresses.push(it.prefix()?);
            }
            "route" => {
                it.has_only(&["family", "address", "prefix", "gateway", "metric"])?;
                let metric = it.node.has_attribute("metric").then(|| it.value("metric"));
                let via = Some(it.value::<IpAddr>("gateway")?);
                let (to, metric) = (it.prefix()?, metric.transpose()?);
                own.ways.push(Way { to, via, on_link: false, table: None, metric });
            }
            other if ELSEWHERE.contains(&other) => {}
            _ => return Err(it.unknown()),
        }
    }
    match mode {
        Some((_, "bridge")) => Ok(None),
        Some((_, "open")) => {
            let name = name.ok_or_else(|| root.wrong("it makes no bridge with a name"))?;
            Ok(Some((name.to_owned(), own)))
        }
        // In every other mode libvirt makes rules of its own.
        Some((it, mode)) => Err(it.wrong(&format!("a rehearsal does not know the mode {mode}"))),
        None => Err(root.wrong("a rehearsal does not know networks without a mode")),
    }
}

#[derive(Clone, Copy)]
struct Element<'a, 'input> {
    path: &'a str,
    node: Node<'a, 'input>,
}

impl<'a> Element<'a, '_> {
    fn name(self) -> &'a str {
        self.node.tag_name().name()
    }

    fn at(self) -> At<'a> {
        let place = self.node.document().text_pos_at(self.node.range().start);
        At::line(self.path, place.row as usize)
    }

    fn wrong(self, why: &str) -> Failure {
        self.at().wrong(why)
    }

    fn unknown(self) -> Failure {
        self.wrong(&format!("a rehearsal does not know <{}>", self.name()))
    }

    /// Refuses it if it says more than that, or has something in it.
    fn has_only(self, known: &[&str]) -> Result<(), Failure> {
        if let Some(it) = self.node.attributes().find(|it| !known.contains(&it.name())) {
            let (name, own) = (it.name(), self.name());
            return Err(self.wrong(&format!("a rehearsal does not know `{name}` of <{own}>")));
        }
        match self.node.children().find(Node::is_element) {
            Some(node) => Err(Self { path: self.path, node }.unknown()),
            None => Ok(()),
        }
    }

    fn value<T: FromStr>(self, name: &str) -> Result<T, Failure> {
        let value = self.node.attribute(name);
        let value = value.ok_or_else(|| self.wrong(&format!("it needs `{name}` here")))?;
        self.at().read(value)
    }

    fn prefix(self) -> Result<IpNet, Failure> {
        let (address, length): (IpAddr, u8) = (self.value("address")?, self.value("prefix")?);
        prefix(self.at(), &format!("{address}/{length}"))
    }
}
