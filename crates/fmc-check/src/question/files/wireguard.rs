//! Files of WireGuard by hand, as `wg` and `wg-quick` read them.

use super::by_hand::written;
use crate::question::Subject;
use fmc_config::Place;
use fmc_model::cloud::Host;
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;

/// A file of a tunnel.
pub(in crate::question) struct TunnelFile<'c> {
    /// The first host that has it.
    pub(in crate::question) host: &'c Host,
    /// Its path.
    pub(in crate::question) path: &'c str,
    /// Its peers.
    pub(in crate::question) peers: Vec<Peer>,
    /// The first line that is neither a section nor a key with a value.
    pub(in crate::question) unread: Option<usize>,
    /// Where it was written.
    pub(in crate::question) place: Place,
}

/// A peer in it.
pub(in crate::question) struct Peer {
    /// The line on which it begins.
    pub(in crate::question) line: usize,
    /// What lies behind it.
    pub(in crate::question) allowed: Vec<IpNet>,
    /// Where it is called, where that is an address.
    pub(in crate::question) endpoint: Option<IpAddr>,
}

/// Every file of a tunnel that a person wrote.
pub(in crate::question) fn tunnels_by_hand<'c>(subject: &Subject<'c>) -> Vec<TunnelFile<'c>> {
    let mut all = Vec::new();
    for it in written(subject) {
        let std::borrow::Cow::Borrowed(path) = &it.what else { continue };
        let is_conf = Path::new(path).extension().is_some_and(|it| it == "conf");
        let is_one = is_conf && it.text.contains("[Peer]");
        let Some(host) = it.hosts.first().filter(|_| is_one) else { continue };
        let (peers, unread) = read(it.text);
        all.push(TunnelFile { host, path, peers, unread, place: it.place });
    }
    all
}

fn read(text: &str) -> (Vec<Peer>, Option<usize>) {
    let (mut peers, mut unread): (Vec<Peer>, Option<usize>) = (Vec::new(), None);
    let mut in_peer = false;
    for (line, number) in text.lines().zip(1..) {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        if line.starts_with('[') {
            in_peer = line.eq_ignore_ascii_case("[peer]");
            if in_peer {
                peers.push(Peer { line: number, allowed: Vec::new(), endpoint: None });
            }
            continue;
        }
        let Some((key, value)) = line.split_once('=').filter(|it| is_key(it.0.trim())) else {
            unread = unread.or(Some(number));
            continue;
        };
        let Some(peer) = peers.last_mut().filter(|_| in_peer) else { continue };
        match key.trim().to_lowercase().as_str() {
            "allowedips" => {
                peer.allowed.extend(value.split(',').filter_map(|it| prefix(it.trim())));
            }
            "endpoint" => peer.endpoint = value.trim().parse::<SocketAddr>().ok().map(|it| it.ip()),
            _ => {}
        }
    }
    (peers, unread)
}

/// Keys of `wg` and of `wg-quick` are single words of letters.
fn is_key(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|it| it.is_ascii_alphanumeric())
}

fn prefix(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peers_are_read() {
        let text = "[Interface]\nPostUp = a\n  iptables -A \\\n[Peer] # one\nAllowedIPs=10.8.0.2, fd00::/64\n\
                    Endpoint = [fd00::1]:51820\n";
        let (peers, unread) = read(text);
        assert_eq!(unread, Some(3));
        let [peer] = &peers[..] else { panic!("one peer") };
        assert_eq!(peer.line, 4);
        assert_eq!(peer.allowed.len(), 2);
        assert_eq!(peer.endpoint, Some("fd00::1".parse().expect("an address")));
    }
}
