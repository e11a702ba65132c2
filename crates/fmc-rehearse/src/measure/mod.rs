//! Everybody asks everybody at every port, with real packets; what comes of it is held against what is
//! intended and what is predicted.

mod agreement;
pub mod asked;
mod asker;
mod evidence;
pub mod predicted;
pub mod questions;
mod seen;

use crate::stage::{Player, Stage, all as spread};
use crate::why::told;
pub use agreement::{Agreement, Disagreement, Intended, Measured, Unable};
use asked::{Came, Target};
pub(crate) use asker::ASKING_POD;
use asker::Asker;
use fmc_check::ends::Who;
use fmc_check::intent;
use fmc_check::machine::Machines;
use fmc_check::ports::PortSet;
use fmc_check::reach;
use fmc_check::way::Fate;
use fmc_config::nft::Transport;
use fmc_model::cloud::HostId;
use fmc_model::{Cloud, Ports, Protocol, Text};
use fmc_sys::Failure;
use predicted::{Predicted, predicted};
use questions::Ask;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

/// How often a datagram is sent again that should have come in, and how long each is waited for: together longer
/// than a tunnel waits until it calls again, which is five seconds (`REKEY_TIMEOUT`, `WireGuard`'s paper, 6.1).
const AGAIN: usize = 3;
const REST: Duration = Duration::from_secs(2);

/// How long whoever refuses what is wanted is let be, each time.
const MOMENT: Duration = Duration::from_millis(500);

/// Who asks, whom, by whichever address of those that stay or move, and what for.
type Party = (Player, Option<(u32, bool)>, Ports);

/// All questions about a cloud, with what is intended and predicted of each.
pub struct Matrix<'c> {
    asks: Vec<Ask<'c>>,
    intended: Vec<Intended>,
    predicted: Vec<Predicted>,
    /// Whose address each is, and whether it moves.
    owners: BTreeMap<IpAddr, (HostId, bool)>,
}

impl<'c> Matrix<'c> {
    /// Thinks of all of them.
    pub fn of(machines: &Machines<'c>) -> Self {
        let mut asks = questions::all(machines, |_| false);
        // What a host says to itself crosses no wire.
        asks.retain(|it| match it.who {
            Who::Host(host) => !machines.get(host).is_own(it.question.packet.destination),
            _ => true,
        });
        let mut predicted = spread(&asks, |it| predicted(machines, &it.question));
        // What leaves for the Internet and comes in again is asked by the Internet.
        let mut stays = predicted.iter().map(|it| it.fate != Fate::Left);
        asks.retain(|_| stays.next().unwrap_or_default());
        predicted.retain(|it| it.fate != Fate::Left);
        let targets = reach::targets(machines);
        let is_vip = |it: &reach::Target| matches!(it.kind, reach::TargetKind::Vip(_));
        let owners = targets.iter().map(|it| (it.address, (it.host, is_vip(it)))).collect();
        let mut known: BTreeMap<(Player, IpAddr, bool), [PortSet; 3]> = BTreeMap::new();
        let mut intended = Vec::with_capacity(asks.len());
        for ask in &asks {
            let udp = ask.port.protocol == Protocol::Udp;
            let transport = if udp { Transport::Udp } else { Transport::Tcp };
            let to = ask.question.packet.destination;
            let sets = known.entry((ask.player, to, udp)).or_insert_with(|| {
                let there = targets.iter().filter(|it| it.address == to);
                let mut all: [PortSet; 3] = Default::default();
                for it in there {
                    let asked = [intent::by_hand, intent::required, intent::permitted];
                    let found = asked.map(|of| of(machines.cloud, &ask.who, it, transport));
                    all = std::array::from_fn(|at| all[at].union(&found[at]));
                }
                all
            });
            let port = ask.port.first;
            intended.push(match sets {
                // Rules by hand come before those of flows: whatever they decide is meant.
                [by_hand, ..] if by_hand.contains(port) => Intended::Allowed,
                [_, wanted, _] if wanted.contains(port) => Intended::Wanted,
                [.., allowed] if allowed.contains(port) => Intended::Allowed,
                _ => Intended::Denied,
            });
        }
        let mut all = Self { asks, intended, predicted, owners };
        all.want_once();
        all
    }

    fn party(&self, at: usize) -> Party {
        let ask = &self.asks[at];
        let to = self.owners.get(&ask.question.packet.destination);
        (ask.player, to.map(|(host, moves)| (host.0, *moves)), ask.port)
    }

    /// Whoever is wanted at a host is content with one of its addresses: the others may be reached.
    fn want_once(&mut self) {
        let reached: BTreeSet<_> =
            (0..self.asks.len()).filter(|at| self.comes(*at)).map(|at| self.party(at)).collect();
        for at in 0..self.asks.len() {
            let missed = self.intended[at] == Intended::Wanted && !self.comes(at);
            if missed && reached.contains(&self.party(at)) {
                self.intended[at] = Intended::Allowed;
            }
        }
    }

    /// Whether it should be seen to come in: a connection by what comes back, a datagram where it arrives.
    fn comes(&self, at: usize) -> bool {
        let predicted = &self.predicted[at];
        if self.is_tcp(at) { predicted.came != Came::Nothing } else { predicted.arrives }
    }

    /// The addresses that those have who ask, for the stage.
    pub fn sources(&self) -> BTreeMap<Player, Vec<IpAddr>> {
        questions::sources(&self.asks)
    }

    /// Tries all of them on a stage whose daemons run. `partly` tells of a host whether a role of it does not run
    /// there as it would elsewhere.
    ///
    /// # Errors
    /// The stage is gone.
    ///
    /// # Panics
    /// A thread that asks does.
    pub fn measure(
        &self,
        machines: &Machines<'_>,
        stage: &Stage,
        partly: &dyn Fn(HostId, &str) -> bool,
    ) -> Result<Agreement, Failure> {
        let players: BTreeSet<Player> = self.asks.iter().map(|it| it.player).collect();
        let players: Vec<Player> = players.into_iter().collect();
        let (mut askers, mut unable) = (BTreeMap::new(), BTreeMap::new());
        for (player, it) in players.iter().zip(spread(&players, |it| Asker::of(*it, stage))) {
            match it {
                Ok(it) => drop(askers.insert(*player, it)),
                Err(why) => drop(unable.insert(*player, told(&why))),
            }
        }
        let began = Instant::now();
        let ours: Vec<HostId> =
            machines.cloud.hosts.values().filter(|it| !it.managed).map(|it| it.id).collect();
        for noted in spread(&ours, |it| seen::note(stage.host(*it))) {
            noted?;
        }
        let mut of_player: BTreeMap<Player, Vec<usize>> = BTreeMap::new();
        for (at, ask) in self.asks.iter().enumerate() {
            if askers.contains_key(&ask.player) {
                of_player.entry(ask.player).or_default().push(at);
            }
        }
        let mut came = vec![Came::Nothing; self.asks.len()];
        let mut own = seen::FROM.cycle();
        let mut ports = vec![0; self.asks.len()];
        let mut threads = Vec::new();
        for (player, asks) in of_player {
            let mut to = Vec::new();
            for at in &asks {
                let target = self.target(*at, &mut own);
                ports[*at] = target.from.unwrap_or_default();
                to.push(target);
            }
            let is_expected =
                |at: &usize| self.is_tcp(*at) && self.predicted[*at].came != Came::Nothing;
            let expected: Vec<bool> = asks.iter().map(is_expected).collect();
            let work = move || asked::patiently(&to, &expected);
            threads.push((asks, askers[&player].thread(work)?));
        }
        for (asks, thread) in threads {
            let all = thread.join().unwrap_or_else(|it| std::panic::resume_unwind(it));
            for (at, it) in asks.into_iter().zip(all) {
                came[at] = it;
            }
        }
        let is_seen = |seen: &BTreeSet<seen::Seen>, at: usize| {
            let to = self.asks[at].question.packet.destination;
            seen.contains(&(ports[at], to, self.asks[at].port.first))
        };
        self.ask_refused(machines, &askers, partly, &mut came)?;
        let mut seen = seen::by_all(stage, &ours)?;
        // A datagram is sent once, and may be lost: the first through a tunnel whose ends have yet to meet. The
        // kernel tries connections again by itself.
        for _ in 0..AGAIN {
            let all = 0..self.asks.len();
            let asks = |it: &usize| askers.contains_key(&self.asks[*it].player);
            let lost = all
                .filter(asks)
                .filter(|it| !self.is_tcp(*it) && self.comes(*it) && !is_seen(&seen, *it));
            let lost: Vec<usize> = lost.collect();
            if lost.is_empty() {
                break;
            }
            self.send(&askers, &lost, &ports)?;
            seen.extend(seen::by_all(stage, &ours)?);
        }
        let seconds = began.elapsed().as_secs_f64();
        // Each pod goes by programs of its own.
        std::thread::scope(|scope| {
            for it in askers.into_values() {
                scope.spawn(move || drop(it));
            }
        });
        let mut all = self.judge(machines, (&came, &unable), &|at| is_seen(&seen, at), partly);
        all.seconds = seconds;
        let told = |(from, why): (Player, Text)| Unable { from: from.name(machines.cloud), why };
        all.unable = unable.into_iter().map(told).collect();
        Ok(all)
    }

    /// A process that says no more than that it was started may not listen yet: whom it refuses, and somebody
    /// wants, asks again after a moment.
    fn ask_refused(
        &self,
        machines: &Machines<'_>,
        askers: &BTreeMap<Player, Asker<'_>>,
        partly: &dyn Fn(HostId, &str) -> bool,
        came: &mut [Came],
    ) -> Result<(), Failure> {
        for _ in 0..AGAIN {
            let (all, answered) = (0..self.asks.len(), self.answered(came));
            let is_early = |at: &usize| {
                let offered = self.offered(machines.cloud, *at);
                let is_partly = offered.is_some_and(|(host, role, _)| partly(host, role));
                self.is_tcp(*at) && self.is_silent(*at, came[*at], &answered) && !is_partly
            };
            let early: Vec<usize> = all.filter(is_early).collect();
            if early.is_empty() {
                break;
            }
            std::thread::sleep(MOMENT);
            let no_ports = vec![0; self.asks.len()];
            for (at, it) in self.send(askers, &early, &no_ports)? {
                came[at] = it;
            }
        }
        Ok(())
    }

    /// Who is answered, by whichever address.
    fn answered(&self, came: &[Came]) -> BTreeSet<Party> {
        let is_answered = |at: &usize| matches!(came[*at], Came::Answered(_));
        (0..came.len()).filter(is_answered).map(|at| self.party(at)).collect()
    }

    /// Whether who is wanted, and should answer, refuses. Of a datagram only that tells that nobody is there.
    fn is_silent(&self, at: usize, came: Came, answered: &BTreeSet<Party>) -> bool {
        self.intended[at] == Intended::Wanted
            && matches!(self.predicted[at].came, Came::Answered(_))
            && came == Came::Refused
            && !answered.contains(&self.party(at))
    }

    /// Sends some questions again, datagrams from the same ports, and tells what came of each.
    fn send(
        &self,
        askers: &BTreeMap<Player, Asker<'_>>,
        asks: &[usize],
        ports: &[u16],
    ) -> Result<Vec<(usize, Came)>, Failure> {
        let mut of_player: BTreeMap<Player, (Vec<usize>, Vec<Target>)> = BTreeMap::new();
        for at in asks {
            let target = self.target(*at, &mut std::iter::once(ports[*at]));
            let (which, targets) = of_player.entry(self.asks[*at].player).or_default();
            which.push(*at);
            targets.push(target);
        }
        let mut threads = Vec::new();
        for (player, (which, to)) in of_player {
            threads.push((which, askers[&player].thread(move || asked::all(&to, REST))?));
        }
        let mut came = Vec::with_capacity(asks.len());
        for (which, thread) in threads {
            let all = thread.join().unwrap_or_else(|it| std::panic::resume_unwind(it));
            came.extend(which.into_iter().zip(all));
        }
        Ok(came)
    }

    fn target(&self, at: usize, from: &mut impl Iterator<Item = u16>) -> Target {
        let ask = &self.asks[at];
        let to = SocketAddr::new(ask.question.packet.destination, ask.port.first);
        let datagram = !self.is_tcp(at);
        Target { to, datagram, from: if datagram { from.next() } else { None } }
    }

    fn is_tcp(&self, at: usize) -> bool {
        self.asks[at].port.protocol != Protocol::Udp
    }

    fn judge(
        &self,
        machines: &Machines<'_>,
        (came, unable): (&[Came], &BTreeMap<Player, Text>),
        arrived: &dyn Fn(usize) -> bool,
        partly: &dyn Fn(HostId, &str) -> bool,
    ) -> Agreement {
        let mut all = Agreement::default();
        let answered = self.answered(came);
        let asked = self.asks.iter().enumerate().filter(|it| !unable.contains_key(&it.1.player));
        for (at, ask) in asked {
            all.tried += 1;
            let (intended, predicted) = (self.intended[at], &self.predicted[at]);
            match intended {
                Intended::Denied => all.denied += 1,
                Intended::Wanted | Intended::Allowed => all.allowed += 1,
            }
            let is_tcp = self.is_tcp(at);
            let should = self.comes(at);
            let did = if is_tcp { came[at] != Came::Nothing } else { arrived(at) };
            let is_meant = match intended {
                Intended::Wanted => should,
                Intended::Allowed => true,
                Intended::Denied => !should,
            };
            // What is wanted and comes in must be answered too, by whoever is to be there.
            let is_silent = self.is_silent(at, came[at], &answered);
            // Somebody listens who was not declared.
            let is_somebody =
                is_tcp && predicted.came == Came::Refused && matches!(came[at], Came::Answered(_));
            if is_meant && should == did && !is_somebody {
                let service = self.offered(machines.cloud, at).filter(|_| is_silent);
                match service {
                    _ if !is_silent => continue,
                    Some((host, role, service)) if partly(host, role) => {
                        let host = machines.cloud.host(host).name.to_string();
                        all.unanswered.insert((host, service.to_owned()));
                        continue;
                    }
                    _ => {}
                }
            }
            let measured = match (did, came[at]) {
                (true, Came::Answered(_)) => Measured::Answered,
                (true, Came::Refused) if is_tcp => Measured::Refused,
                (true, _) => Measured::CameIn,
                (false, _) => Measured::Nothing,
            };
            let to = ask.question.packet.destination;
            all.disagree.push(Disagreement {
                from: ask.player.name(machines.cloud),
                to: SocketAddr::new(to, ask.port.first),
                of: self.owner(machines.cloud, to),
                protocol: if is_tcp { "tcp" } else { "udp" },
                intended,
                predicted: should,
                measured,
                way: predicted::way(machines, &ask.question),
                fate: predicted.fate.words(),
                at,
            });
        }
        all
    }

    /// What is asked for: on which host, by which role, and its name.
    fn offered<'m>(&self, cloud: &'m Cloud, at: usize) -> Option<(HostId, &'m str, &'m str)> {
        let ask = &self.asks[at];
        let (host, _) = *self.owners.get(&ask.question.packet.destination)?;
        let holds = |it: &Ports| {
            it.protocol == ask.port.protocol && (it.first..=it.last).contains(&ask.port.first)
        };
        let mut offers = cloud.offers.iter().filter(|it| it.hosts.contains(host));
        let offer = offers.find(|it| it.ports.iter().any(holds))?;
        Some((host, &offer.role, &offer.service))
    }

    fn owner(&self, cloud: &Cloud, address: IpAddr) -> String {
        let vip = cloud.vips.values().find(|it| it.addresses.contains(&address));
        let host = self.owners.get(&address).map(|it| cloud.host(it.0).name.to_string());
        vip.map(|it| it.name.to_string()).or(host).unwrap_or_default()
    }
}
