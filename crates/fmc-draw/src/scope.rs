//! What every view looks at: the cloud, its cards, its language, and the traffic that is asked for.

use crate::cards::Cards;
use crate::traffic::{Side, Traffic, traffic};
use fmc_diagram::graph::Tone;
use fmc_model::cloud::{Host, HostId, Network, NetworkKind, Vip};
use fmc_model::{Cloud, Language, Name, Words};

/// A cloud as a view looks at it.
pub(crate) struct Scope<'a> {
    pub(crate) cloud: &'a Cloud,
    /// The language of the cloud's labels, and so of the words that are added to them.
    pub(crate) language: Language,
    pub(crate) cards: Cards,
    pub(crate) focus: Option<HostId>,
    /// Who may reach whom, as far as the focus has to do with it.
    pub(crate) traffic: Vec<Traffic<'a>>,
    /// How many machines belong to the cloud.
    ours: usize,
}

impl<'a> Scope<'a> {
    pub(crate) fn new(cloud: &'a Cloud, focus: Option<HostId>) -> Self {
        let language = match cloud.language {
            "es" => Language::Spanish,
            _ => Language::English,
        };
        let cards = Cards::new(cloud, focus);
        let traffic = traffic(cloud, &cards, focus);
        let ours = cloud.hosts.values().filter(|it| !it.managed).count();
        Self { cloud, language, cards, focus, traffic, ours }
    }

    /// The words in the language of the cloud.
    pub(crate) fn say(&self, en: &'static str, es: &'static str) -> &'static str {
        Words(en, es).get(self.language)
    }

    /// The hosts of a card.
    pub(crate) fn hosts(&self, card: usize) -> impl Iterator<Item = &'a Host> + '_ {
        self.cards.all[card].iter().map(|it| self.cloud.host(*it))
    }

    /// The first host of a card, which speaks for the others.
    pub(crate) fn first(&self, card: usize) -> &'a Host {
        self.cloud.host(self.cards.all[card][0])
    }

    /// The id of a card's node.
    pub(crate) fn card_id(&self, card: usize) -> String {
        let first = &self.first(card).name;
        match self.cards.all[card].as_slice() {
            [_] => format!("host:{first}"),
            hosts => {
                let last = &self.cloud.host(hosts[hosts.len() - 1]).name;
                format!("hosts:{first}..{last}")
            }
        }
    }

    /// The network by which a host is known: that of its first interface with an address.
    pub(crate) fn home(&self, host: &Host) -> Option<&'a Network> {
        let nic = host.nics.iter().find(|it| !it.addresses.is_empty()).or(host.nics.first())?;
        self.cloud.networks.get(&nic.network)
    }

    /// The tint of a network: each has its own, and what is public has none.
    pub(crate) fn tone(&self, network: &Network) -> Tone {
        let ours = |it: &&Network| it.kind != NetworkKind::Public;
        let at = self.cloud.networks.values().filter(ours).position(|it| it.name == network.name);
        Tone(at.map_or(0, |it| (it + 1).min(255) as u8))
    }

    /// The tint of a card.
    pub(crate) fn card_tone(&self, card: usize) -> Tone {
        self.home(self.first(card)).map(|it| self.tone(it)).unwrap_or_default()
    }

    /// The tint that all these cards share, if they do.
    pub(crate) fn common_tone(&self, cards: impl Iterator<Item = usize>) -> Tone {
        let mut tones: Vec<Tone> = cards.map(|it| self.card_tone(it)).collect();
        tones.dedup();
        if let [one] = tones.as_slice() { *one } else { Tone::default() }
    }

    /// The host that holds a virtual address as long as nothing is wrong.
    pub(crate) fn holder(&self, vip: &Vip) -> Option<HostId> {
        let name: &Name = &vip.members.first()?.host;
        self.cloud.hosts.get(name).map(|it| it.id)
    }

    /// The cards of the hosts that hold a virtual address or wait for it, the holder first.
    pub(crate) fn members(&self, vip: &Vip) -> Vec<usize> {
        let mut cards: Vec<usize> = Vec::new();
        for member in &vip.members {
            let Some(host) = self.cloud.hosts.get(&member.host) else { continue };
            let card = self.cards.of(host.id);
            if !cards.contains(&card) {
                cards.push(card);
            }
        }
        cards
    }

    /// Whether nearly every machine is on this side.
    pub(crate) fn is_everybody(&self, side: &Side<'_>) -> bool {
        let hosts: usize = side.cards().iter().map(|it| self.cards.all[*it].len()).sum();
        // Two of three machines, and at least so many that a line for each would be a thicket.
        hosts >= 6 && hosts * 3 >= self.ours * 2
    }
}
