//! What works from end to end: what the roles say tells that they do, who holds what moves, and what the world
//! opens.

mod attempt;
mod held;
mod kubectl;
mod names;
mod pods;
mod volume;
mod web;

use crate::rehearsal::Live;
use crate::stage::{Player, all_by};
use crate::why::told;
use attempt::attempt;
use fmc_check::machine::Machines;
use fmc_model::cloud::{App, Host, HostId, NetworkKind, Vip};
use fmc_model::setup::Probe;
use fmc_model::{Text, text};
use fmc_sys::Failure;
use held::held;
use names::named;
use pods::{api, class, pods, scaled, site};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use volume::{outlives, replicas};
use web::opened;

/// How long it may take until something works, on a busy machine.
pub const CAP: Duration = Duration::from_secs(90);

/// How long at the most nothing new may succeed once it is known that something failed for good: most of what does
/// not work by then never will, and whoever waits wants to be told.
const AFTER_LOSS: Duration = Duration::from_secs(10);

/// The part of all the time for which nothing new may succeed where everything runs: much longer than an ingress rests
/// between two looks at who answers for it, where nobody says otherwise.
const STILL: u32 = 3;

/// Between two attempts: at first, and at the most. Who waits long is not asked ever so often.
const AGAIN: Duration = Duration::from_millis(150);

/// Between two attempts of any: those of a hundred hosts would take the processors from what they wait for. Most
/// are a program that is started, which costs about as much.
const PACE: Duration = Duration::from_millis(15);
const SELDOM: Duration = Duration::from_secs(1);

/// How many are tried at the same time.
const AT_ONCE: usize = 100;

/// How long whoever asks lets everything start before it asks what might be there already, at the most; and how long the
/// site of pods is waited for with all else.
const TOGETHER: Duration = Duration::from_secs(20);
const WITH_PODS: Duration = Duration::from_secs(40);

/// How long one attempt may take.
const ATTEMPT: Duration = Duration::from_secs(4);

/// How long at least somebody waits who opens something, and the part of the time waited so far that an attempt may
/// take, and a rest between two. At first nobody is there to answer, and who waited long for that would see late
/// that somebody is.
const SOON: Duration = Duration::from_millis(500);
const PART: u32 = 8;

/// What came of a probe.
#[derive(Clone, Debug)]
pub struct Probed {
    /// From where it was tried: [`told`](crate::stage::told) says it to people.
    pub from: String,
    /// What works if it succeeds.
    pub what: Text,
    /// What was said last where it did not.
    pub failed: Option<Text>,
    /// Whether it is somebody in the Internet who opens something.
    pub opens: bool,
    /// Seconds from the start of the rehearsal until it was known.
    pub after: f64,
}

impl Probed {
    /// That people could not call their tunnels.
    pub fn people(why: &Failure, live: &Live<'_>) -> Self {
        Self {
            from: String::new(),
            what: Text::of("people call their tunnels", "las personas llaman a sus túneles"),
            failed: Some(told(why)),
            opens: false,
            after: live.began.elapsed().as_secs_f64(),
        }
    }
}

/// A probe and from where it is tried.
enum Trial<'c> {
    OfRole(HostId, &'c Probe),
    Held(&'c Vip),
    Named(HostId),
    /// By this host of the control plane: of pods on every node, and of those that become more and fewer.
    Pods(HostId),
    Scaled(HostId),
    /// The same, of a volume that lies on so many nodes.
    Volume(HostId, usize),
    /// The same, of a site below a name of this app.
    Site(HostId, usize),
    Opened(usize, &'c App),
}

/// Tries all of them at the same time, each until it succeeds or `cap` is over, or nobody wants to know any more.
/// They are given up sooner where nothing is on its way any more and nothing new succeeds.
pub fn all(
    live: &Live<'_>,
    machines: &Machines<'_>,
    cap: Duration,
    has_enough: &(dyn Fn() -> bool + Sync),
) -> Vec<Probed> {
    let cloud = machines.cloud;
    let mut trials = Vec::new();
    for host in cloud.hosts.values() {
        // What stands in for a role says itself what it does of it.
        let stands_in = cloud.setup(host.id).stand_in.iter().flat_map(|it| &it.probes);
        trials.extend(stands_in.map(|it| Trial::OfRole(host.id, it)));
        if host.managed {
            continue;
        }
        let part = &live.parts[&host.id];
        // What does not run here as it would elsewhere is not asked for.
        let runs = |it: &&Probe| !part.partly.contains(&*it.cause.by);
        let own = cloud.setup(host.id).probes.iter().filter(runs);
        trials.extend(own.map(|it| Trial::OfRole(host.id, it)));
    }
    let asks = |it: &&Host| it.resolvers.iter().any(|it| machines.owner(*it).is_some());
    trials.extend(cloud.hosts.values().filter(asks).map(|it| Trial::Named(it.id)));
    trials.extend(api(live, cloud).into_iter().flat_map(|it| [Trial::Pods(it), Trial::Scaled(it)]));
    let kept = api(live, cloud).zip(replicas(live, cloud));
    trials.extend(kept.map(|(api, count)| Trial::Volume(api, count)));
    trials.extend(cloud.vips.values().filter(|it| !it.members.is_empty()).map(Trial::Held));
    if cloud.networks.values().any(|it| it.kind == NetworkKind::Public) {
        let public = || cloud.apps.values().enumerate().filter(|it| it.1.public);
        trials.extend(public().map(|(at, app)| Trial::Opened(at, app)));
        let api = api(live, cloud).filter(|it| class(live, *it).is_some());
        let named = public().find(|it| !it.1.names.is_empty());
        trials.extend(api.zip(named).map(|(api, (at, _))| Trial::Site(api, at)));
    }
    // Whether anything is open to the world by now, where anything is to be.
    let is_open = AtomicBool::new(!trials.iter().any(|it| matches!(it, Trial::Opened(..))));
    // Pods begin long after the programs that start them, and nobody tells of that.
    let has_pods = trials.iter().any(|it| matches!(it, Trial::Pods(_)));
    let (still, after_loss) = if has_pods { (cap, cap / STILL) } else { (cap / STILL, AFTER_LOSS) };
    let together = if has_pods { WITH_PODS } else { TOGETHER };
    // When something succeeded the last time, or was on its way to; and since when something has failed for good.
    let (moved, lost) = (Mutex::new(Instant::now()), Mutex::new(None));
    let move_on = || *moved.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    let stands_still = || {
        let (is_lost, is_settled) = (live.is_lost(), live.is_settled());
        if !is_lost && !is_settled {
            move_on();
        }
        let mut lost = lost.lock().unwrap_or_else(PoisonError::into_inner);
        // What failed may begin again after all.
        *lost = is_lost.then(|| lost.unwrap_or_else(Instant::now));
        let since = moved.lock().unwrap_or_else(PoisonError::into_inner).elapsed();
        since > still || lost.is_some_and(|it| since.min(it.elapsed()) > after_loss)
    };
    let again = AGAIN.max(PACE * u32::try_from(trials.len()).unwrap_or(u32::MAX));
    // Who waits for something keeps nobody else from trying.
    all_by(AT_ONCE, &trials, |trial| {
        let (from, what) = trial.told(machines);
        let until = Instant::now() + cap;
        // What people wait for is seen as soon as it is there.
        let opens = matches!(trial, Trial::Opened(..));
        let mut rest = if opens { AGAIN } else { again };
        let began = Instant::now();
        loop {
            let waited = began.elapsed();
            // What waits for pods is not kept from the processors by whoever could ask as well when they are there.
            let is_early = || {
                let is_open = is_open.load(Ordering::Relaxed);
                let waits = has_pods && !is_open && !trial.is_first() && !live.is_lost();
                waited < together && (waits || !trial.may_succeed(live, is_open))
            };
            if !has_enough() && is_early() {
                std::thread::sleep(AGAIN);
                continue;
            }
            // It costs a look at everything, so those alone ask that wait longer than most.
            let is_last = Instant::now() > until || waited > ATTEMPT && stands_still();
            let patience = ATTEMPT.min(SOON.max(began.elapsed() / PART));
            let failed = trial.attempt(live, machines, patience).err();
            if failed.is_none() {
                move_on();
                is_open.fetch_or(opens, Ordering::Relaxed);
            }
            if failed.is_none() || is_last || has_enough() {
                let after = live.began.elapsed().as_secs_f64();
                return Probed { from, what, failed, opens, after };
            }
            std::thread::sleep(rest);
            rest = if opens {
                SELDOM.min(AGAIN.max(began.elapsed() / PART / 2))
            } else {
                SELDOM.max(again).min(rest * 5 / 4)
            };
        }
    })
}

impl Trial<'_> {
    fn told(&self, machines: &Machines<'_>) -> (String, Text) {
        match self {
            Self::OfRole(host, probe) => {
                (machines.cloud.host(*host).name.to_string(), probe.what.clone())
            }
            Self::Held(vip) => {
                let name = &vip.name;
                let what = text!("exactly one holds {name}", "exactamente uno tiene {name}");
                (vip.name.to_string(), what)
            }
            Self::Named(host) => {
                let name = machines.cloud.host(*host).name.to_string();
                (
                    name,
                    Text::of(
                        "it resolves every name of the cloud, and every address",
                        "resuelve todos los nombres de la nube, y todas las direcciones",
                    ),
                )
            }
            Self::Pods(host) => {
                let name = machines.cloud.host(*host).name.to_string();
                let what = Text::of(
                    "pods start on every node, and every node and every pod meets all of them and their service",
                    "arrancan pods en todos los nodos, y cada nodo y cada pod los encuentra a todos y su servicio",
                );
                (name, what)
            }
            Self::Scaled(host) => {
                let name = machines.cloud.host(*host).name.to_string();
                let what = Text::of(
                    "a deployment becomes as many pods as it is told, and fewer again",
                    "un despliegue pasa a tener tantos pods como se le dice, y luego menos",
                );
                (name, what)
            }
            Self::Volume(host, count) => {
                let name = machines.cloud.host(*host).name.to_string();
                let what = text!(
                    "a volume on {count} nodes outlives a copy of it, is whole again, and outlives all others",
                    "un volumen en {count} nodos sobrevive a una copia suya, vuelve a estar entero y sobrevive a las demás"
                );
                (name, what)
            }
            Self::Site(_, at) => {
                let names = &machines.cloud.apps[*at].names;
                let name = names.first().map_or("", String::as_str);
                let what = text!(
                    "the world opens what an Ingress object says of {name}",
                    "el mundo abre lo que un objeto Ingress dice de {name}"
                );
                (Player::Internet.name(machines.cloud), what)
            }
            Self::Opened(_, app) => {
                let name = app.names.first().map_or(app.name.as_str(), String::as_str);
                let what = text!("the world opens https://{name}", "el mundo abre https://{name}");
                (Player::Internet.name(machines.cloud), what)
            }
        }
    }

    /// Whether it is what everybody waits for, or costs nothing.
    fn is_first(&self) -> bool {
        matches!(self, Self::Held(_) | Self::Opened(..))
    }

    /// Whether it makes sense to try yet. As long as everything is on its way, a program that asks for it in vain only
    /// takes the processors from it; what the edge does with those who come is seen once somebody can come.
    fn may_succeed(&self, live: &Live<'_>, is_open: bool) -> bool {
        match self {
            Self::OfRole(host, _) if live.plan.machines.cloud.host(*host).managed => is_open,
            // Nobody waits for them who waits for the site.
            Self::Site(..) | Self::Volume(..) if !is_open => false,
            Self::OfRole(..)
            | Self::Named(_)
            | Self::Pods(_)
            | Self::Scaled(_)
            | Self::Volume(..)
            | Self::Site(..) => !live.is_starting(),
            Self::Held(_) | Self::Opened(..) => true,
        }
    }

    fn attempt(
        &self,
        live: &Live<'_>,
        machines: &Machines<'_>,
        patience: Duration,
    ) -> Result<(), Text> {
        match self {
            Self::OfRole(host, probe) => attempt(probe, *host, live, machines),
            Self::Held(vip) => held(vip, live, machines),
            Self::Named(host) => named(*host, live, machines),
            Self::Pods(host) => pods(*host, live, machines.cloud),
            Self::Scaled(host) => scaled(*host, live, machines.cloud),
            Self::Volume(host, count) => outlives(*host, *count, live, machines.cloud),
            Self::Site(host, at) => site(*host, *at, live, machines, patience),
            Self::Opened(at, _) => opened(*at, live, machines, patience),
        }
    }
}
