//! What can be said of the way of a packet: who sends it, what happens to it, what becomes of it.

use crate::machine::Next;
use crate::packet::Packet;
use crate::ruleset::RuleAt;
use fmc_config::nft::Hook;
use fmc_model::Words;
use fmc_model::cloud::{HostId, Network, Outside, Person};
use serde::Serialize;

/// Who sends.
#[derive(Clone, Copy, Debug)]
pub enum Sender<'c> {
    /// A process of a host.
    Host(HostId),
    /// A pod on a host.
    Pod(HostId),
    /// Somebody outside who is known by name, through a tunnel.
    Person(&'c Outside, &'c Person, &'c Network),
    /// A device in a network that is no host of the cloud.
    Device(&'c Network),
    /// Somebody in the Internet.
    Internet,
}

/// What became of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It came to a process that listens.
    Delivered,
    /// It came to its host, and nothing listens there.
    NoListener,
    /// The firewall of the host that it was for dropped it.
    DeniedIn,
    /// The firewall of a host on its way dropped it.
    DeniedForward,
    /// A host on its way had no route.
    NoRoute,
    /// A host on its way does not forward.
    NotForwarded,
    /// No peer of a tunnel has its destination behind it.
    NoPeer,
    /// The other end of a tunnel does not take its source from this peer.
    SourceRefused,
    /// Nobody in the network has the address of the neighbour.
    NobodyThere,
    /// It left for the Internet with an address that the Internet does not know.
    PrivateSource,
    /// It left for the Internet, which knows no way to its destination.
    PrivateDestination,
    /// It arrived, and at somebody else than was meant.
    Elsewhere,
    /// It left for the Internet, or for a device that is no host of the cloud, as it should.
    Left,
    /// It left, and its destination lies in the cloud.
    Astray,
    /// It went round in a circle.
    Loop,
    /// A host that knew nothing of the connection dropped the answer.
    Asymmetric,
}

impl Fate {
    /// Whether it came to where it should.
    pub fn is_good(self) -> bool {
        matches!(self, Self::Delivered | Self::Left)
    }

    /// What became of it, in words that follow the packet.
    pub fn words(self) -> Words {
        match self {
            Self::Delivered => Words("arrives", "llega"),
            Self::NoListener => {
                Words("arrives, and nothing listens there", "llega, y nadie escucha ahí")
            }
            Self::DeniedIn => Words(
                "dropped by the firewall of the host that it is for",
                "descartado por el cortafuegos del host al que va",
            ),
            Self::DeniedForward => Words(
                "dropped by the firewall of a host on its way",
                "descartado por el cortafuegos de un host del camino",
            ),
            Self::NoRoute => Words("there is no route", "no hay ruta"),
            Self::NotForwarded => {
                Words("dropped: this host does not forward", "descartado: este host no reenvía")
            }
            Self::NoPeer => Words(
                "no peer of the tunnel has this address behind it (AllowedIPs)",
                "ningún extremo del túnel tiene detrás esta dirección (AllowedIPs)",
            ),
            Self::SourceRefused => Words(
                "dropped by the tunnel: this source does not lie behind the sender (AllowedIPs)",
                "descartado por el túnel: este origen no está detrás de quien envía (AllowedIPs)",
            ),
            Self::NobodyThere => Words("nobody has this address", "nadie tiene esta dirección"),
            Self::PrivateSource => Words(
                "leaves for the Internet with a private source: no answer comes back",
                "sale a Internet con un origen privado: no vuelve ninguna respuesta",
            ),
            Self::Left => Words("leaves the cloud", "sale de la nube"),
            Self::PrivateDestination => Words(
                "leaves for the Internet, which knows no way to this address",
                "sale a Internet, donde nadie sabe llegar a esta dirección",
            ),
            Self::Elsewhere => Words(
                "is not reached: somebody else answers there",
                "no se alcanza: ahí responde otro",
            ),
            Self::Astray => Words(
                "leaves the cloud, though its destination lies in it",
                "sale de la nube, aunque su destino está en ella",
            ),
            Self::Loop => Words("goes round in a circle", "da vueltas en círculo"),
            Self::Asymmetric => Words(
                "the answer takes another way, and is dropped by a host that knows nothing of the question",
                "la respuesta va por otro camino, y la descarta un host que no sabe de la pregunta",
            ),
        }
    }
}

/// Something that happens to a packet.
#[derive(Clone, Debug)]
pub struct Step<'c> {
    /// The host; `None` outside of the cloud.
    pub host: Option<HostId>,
    /// What happens.
    pub event: Event<'c>,
    /// The rule that decided it, if one did.
    pub rule: Option<RuleAt<'c>>,
    /// The packet as it is afterwards.
    pub packet: Packet,
}

/// What happens to a packet at a host.
#[derive(Clone, Debug)]
pub enum Event<'c> {
    /// It is routed.
    Routed(Next<'c>),
    /// Its destination is rewritten; so many others were as good.
    RewrittenTo(usize),
    /// Its source becomes that of the host.
    Masqueraded,
    /// What was rewritten on the way there is put back.
    PutBack,
    /// A tunnel carries it to this peer.
    Tunnelled(String),
    /// The firewall lets it pass.
    Accepted(Hook),
    /// It ends here.
    Ended(Fate),
}

/// A way.
pub struct Way<'c> {
    /// What happened, in order.
    pub steps: Vec<Step<'c>>,
    /// What became of the packet.
    pub fate: Fate,
    /// The host at which it ended, if it ended at one.
    pub at: Option<HostId>,
    /// The packet as it ended.
    pub packet: Packet,
}
