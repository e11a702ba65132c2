//! Whoever keeps a rehearsal running: a supervisor for each host. They begin with a cloud, and make another one of
//! it while it runs, by the steps of a plan.

mod step;

use crate::rehearsal::{Live, Place, Plan, dress, make_images, make_shares};
use crate::service::{Board, Chief, Ear, Part, Service, Watched, chief, enter};
use crate::stage::{Declared, Making, Player, Stage, ip, of_parts};
use crate::why::told;
use crate::{state, world};
use fmc_model::cloud::{Host, HostId};
use fmc_model::{Cloud, Text};
use fmc_plan::{Act, State, Step, plan as steps_of};
use fmc_sys::{Failure, Sandbox, Setup};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier, OnceLock};
use std::thread::{Scope, ScopedJoinHandle};
use std::time::{Duration, Instant};
use step::OnStage;

/// How long hosts that are new may take until everything on them is there, on a busy machine.
const CAP: Duration = Duration::from_secs(120);

/// Between two looks.
const LOOK: Duration = Duration::from_millis(20);

/// Whoever keeps a rehearsal running. When it is dropped, everything in it ends.
pub struct Crew<'scope, 'env> {
    scope: &'scope Scope<'scope, 'env>,
    place: &'env Place<'env>,
    board: &'env Board,
    end: &'env AtomicBool,
    /// Whether somebody has had enough of waiting.
    has_enough: &'env (dyn Fn() -> bool + Sync),
    /// The hosts that are watched, by name.
    watches: BTreeMap<String, Watch<'scope>>,
    /// What they are.
    state: State,
    /// What leads in from this machine, and whether it is to be shut.
    door: Option<(Arc<AtomicBool>, ScopedJoinHandle<'scope, ()>)>,
}

struct Watch<'scope> {
    chief: Chief,
    sandbox: Arc<Sandbox>,
    thread: ScopedJoinHandle<'scope, ()>,
}

pub use fmc_run::Done;

/// Has `act` do something with whoever keeps rehearsals of a name running. When that is done all of it is gone.
/// Nobody waits any longer for what comes up when `has_enough` says so.
///
/// # Errors
/// What `act` says.
pub fn perform<T>(
    place: &Place<'_>,
    has_enough: &(dyn Fn() -> bool + Sync),
    act: impl FnOnce(&mut Crew<'_, '_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let (board, end) = (Board::default(), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let (watches, state, door) = (BTreeMap::new(), State::new(), None);
        let (board, end) = (&board, &end);
        act(&mut Crew { scope, place, board, end, has_enough, watches, state, door })
    })
}

impl Drop for Crew<'_, '_> {
    fn drop(&mut self) {
        self.end.store(true, Ordering::Release);
        if let Some((shut, _)) = &self.door {
            shut.store(true, Ordering::Release);
        }
        self.watches.values().for_each(|it| it.sandbox.kill());
    }
}

/// Lets others go on who wait for this one, whichever way it is left.
struct Arrives(Option<Arc<Barrier>>);

impl Drop for Arrives {
    fn drop(&mut self) {
        if let Some(it) = &self.0 {
            it.wait();
        }
    }
}

/// Notes that something could not even begin, unless that is because all of it ends.
fn lost(name: &str, done: Result<(), Failure>, board: &Board, end: &AtomicBool) {
    if let Err(why) = done
        && !end.load(Ordering::Acquire)
    {
        board.lost(name, told(why));
    }
}

impl<'env> Crew<'_, 'env> {
    /// Makes the stage, and starts everything.
    ///
    /// # Errors
    /// There can be no stage.
    pub fn begin<'r>(
        &mut self,
        plan: &'r Plan<'r>,
        parts: BTreeMap<HostId, Part>,
    ) -> Result<Live<'r>, Failure>
    where
        'env: 'r,
    {
        let declared = of_parts(plan.machines.cloud, &parts)?;
        self.staged(Stage::default(), plan, parts, &declared, &BTreeSet::new())
    }

    /// Makes of the cloud that runs on a stage another one, in place. What was done is told, and what of it could
    /// not be.
    ///
    /// # Errors
    /// There can be no such stage: then nothing runs any more.
    pub fn change<'r>(
        &mut self,
        before: Stage,
        plan: &'r Plan<'r>,
        parts: BTreeMap<HostId, Part>,
    ) -> Result<(Live<'r>, Vec<Done>), Failure>
    where
        'env: 'r,
    {
        let declared = of_parts(plan.machines.cloud, &parts)?;
        let mut after = self.state_of(plan, &parts, &declared);
        let mut steps = steps_of(&self.state, &after);
        steps.splice(0..0, self.fallen(plan.machines.cloud, &steps));
        let anew = steps.iter().filter(|it| it.act == Act::Recreate);
        for step in anew.clone() {
            self.leave(&step.host);
        }
        let anew: BTreeSet<&str> = anew.map(|it| it.host.as_str()).collect();
        let names = self.watches.keys().cloned();
        let stays = names.filter(|it| after.contains_key(it) && !anew.contains(it.as_str()));
        let stays: BTreeSet<String> = stays.collect();
        let live = self.staged(before, plan, parts, &declared, &stays)?;
        let new: BTreeSet<&str> =
            after.keys().map(String::as_str).filter(|it| !stays.contains(*it)).collect();
        self.settled(&new, &after);
        let files = live
            .parts
            .iter()
            .map(|(id, part)| (plan.machines.cloud.host(*id).name.to_string(), Arc::clone(part)));
        let mut files: BTreeMap<String, Arc<Part>> = files.collect();
        let cloud = plan.machines.cloud;
        let world = Arc::new(world::part(plan.machines, self.place.door));
        files.insert(Player::Internet.name(cloud), world);
        let mut left = BTreeSet::new();
        let on = |step: &Step| {
            let (host, part) = files.get_key_value(&step.host)?;
            let watch = self.watches.get(host)?;
            let (crew, after) = (&*self, &after);
            Some(OnStage { crew, host: host.as_str(), watch, part, after })
        };
        let gone = |host: &str| _ = left.insert(host.to_owned());
        let done = fmc_run::run(steps, on, gone, self.has_enough);
        left.iter().filter(|it| !files.contains_key(*it)).for_each(|it| self.leave(it));
        // Nobody knows what a step left that failed: the next change makes its host anew.
        for (step, _) in done.iter().filter(|it| it.1.is_some()) {
            if let Some(it) = after.get_mut(&step.host) {
                it.machine.clear();
            }
        }
        self.state = after;
        Ok((live, done))
    }

    /// What is done with hosts that could not even begin, or whose supervisor has ended since.
    fn fallen(&self, cloud: &Cloud, steps: &[Step]) -> Vec<Step> {
        let fell = self.watches.iter().filter(|it| it.1.thread.is_finished()).map(|it| it.0);
        let stays = |name: &&String| cloud.hosts.values().any(|it| it.name.as_str() == **name);
        let is_planned =
            |name: &String| steps.iter().any(|it| it.act == Act::Recreate && it.host == *name);
        let step = |name: &String| {
            let why = Text::of("it could not go on", "no pudo seguir");
            Step { host: name.clone(), act: Act::Recreate, why }
        };
        fell.filter(stays).filter(|it| !is_planned(it)).map(step).collect()
    }

    /// Makes the stage, and has everybody watched who is new on it.
    fn staged<'r>(
        &mut self,
        before: Stage,
        plan: &'r Plan<'r>,
        parts: BTreeMap<HostId, Part>,
        declared: &BTreeMap<HostId, Declared>,
        stays: &BTreeSet<String>,
    ) -> Result<Live<'r>, Failure>
    where
        'env: 'r,
    {
        let began = Instant::now();
        let cloud = plan.machines.cloud;
        make_shares(plan)?;
        make_images(plan)?;
        let dress = |host: &Host, setup: Setup| dress(plan, &parts[&host.id], host, setup);
        let world = world::programs(plan.script.components);
        let making = making(plan, declared, &world, &dress);
        let stage = before.changed_into(&making, &|host| stays.contains(host.name.as_str()))?;
        let wired = began.elapsed();
        if self.state.is_empty() {
            self.state = self.state_of(plan, &parts, declared);
        }
        let parts: BTreeMap<HostId, Arc<Part>> =
            parts.into_iter().map(|(id, part)| (id, Arc::new(part))).collect();
        let is_new = |it: &&Host| stage.made.contains(&Player::of(it.id));
        let new: Vec<&Host> = cloud.hosts.values().filter(is_new).collect();
        // Whoever waits at the barrier waits for all of them: they are complete before the first begins.
        let pairs = new.iter().map(|_| chief()).collect::<Result<Vec<_>, Failure>>()?;
        let entered = Arc::new(Barrier::new(new.len()));
        for (host, pair) in new.into_iter().zip(pairs) {
            let (part, sandbox) = (&parts[&host.id], &stage.players[&Player::of(host.id)]);
            self.watch(host.name.as_str(), part, sandbox, Vec::new(), Some(&entered), pair);
        }
        if stage.made.contains(&Player::Internet) {
            let name = Player::Internet.name(cloud);
            self.leave(&name);
            let part = Arc::new(world::part(plan.machines, self.place.door));
            let addresses = world::addresses(plan.machines);
            let internet = &stage.players[&Player::Internet];
            self.watch(&name, &part, internet, addresses, None, chief()?);
            self.open_door(internet);
        }
        let people = OnceLock::new();
        Ok(Live { stage, board: self.board, parts, began, wired, plan, people })
    }

    /// Has the door of this machine lead into an Internet, and into no other one any more.
    fn open_door(&mut self, internet: &Arc<Sandbox>) {
        let Some(door) = self.place.door else { return };
        if let Some((shut, thread)) = self.door.take() {
            shut.store(true, Ordering::Release);
            let _ = thread.join();
        }
        let shut = Arc::new(AtomicBool::new(false));
        let (internet, board, end) = (Arc::clone(internet), self.board, self.end);
        let until = Arc::clone(&shut);
        let thread =
            self.scope.spawn(move || lost("door", door.serve(&internet, &until), board, end));
        self.door = Some((shut, thread));
    }

    /// Has somebody watched, from the first file on. `entered` is where hosts wait for each other.
    fn watch(
        &mut self,
        name: &str,
        part: &Arc<Part>,
        sandbox: &Arc<Sandbox>,
        addresses: Vec<String>,
        entered: Option<&Arc<Barrier>>,
        (chief, ear): (Chief, Ear),
    ) {
        let (place, board, end) = (self.place, self.board, self.end);
        let (host, part, inside) = (name.to_owned(), Arc::clone(part), Arc::clone(sandbox));
        let entered = entered.cloned();
        let thread = self.scope.spawn(move || {
            // The rest of the Internet is nobody's own: nothing of it is worth keeping.
            let firsts = entered.is_some().then_some(place.firsts);
            // What one host shares is whose it is to be before another one mounts it.
            let arrives = Arrives(entered);
            let done = ip(&inside, &addresses.join("\n")).and_then(|()| enter(&part, &inside));
            drop(arrives);
            let logs = &place.home.logs();
            let (host, part, sandbox) = (host.as_str(), &*part, &*inside);
            let watched = Watched { host, part, firsts, sandbox, logs, board };
            let done = done.and_then(|()| watched.supervise(&ear));
            lost(host, done, board, end);
        });
        let watch = Watch { chief, sandbox: Arc::clone(sandbox), thread };
        self.watches.insert(name.to_owned(), watch);
    }

    /// Lets a host go.
    fn leave(&mut self, name: &str) {
        let Some(watch) = self.watches.remove(name) else { return };
        drop(watch.chief);
        watch.sandbox.kill();
        // What it said when it fell is of no interest.
        let _ = watch.thread.join();
        self.board.forget_host(name);
    }

    /// Waits until everything on some hosts is there, or failed.
    fn settled(&self, hosts: &BTreeSet<&str>, after: &State) {
        let begins = |host: &&&str| after.get(**host).is_some_and(|it| !it.processes.is_empty());
        self.patiently(|services| {
            let of = |host: &&str| services.iter().filter(|it| it.host == *host).count();
            let is_open = |it: &Service| hosts.contains(it.host.as_str()) && it.state.is_open();
            !services.iter().any(is_open) && hosts.iter().filter(begins).all(|it| of(it) > 0)
        });
    }

    /// Waits until what is known of processes is as somebody wants it, or nobody waits any longer; whether it is.
    fn patiently(&self, is_so: impl Fn(&[Service]) -> bool) -> bool {
        let until = Instant::now() + CAP;
        loop {
            if is_so(&self.board.services()) {
                return true;
            }
            if Instant::now() > until || (self.has_enough)() {
                return false;
            }
            std::thread::sleep(LOOK);
        }
    }

    fn state_of(
        &self,
        plan: &Plan<'_>,
        parts: &BTreeMap<HostId, Part>,
        declared: &BTreeMap<HostId, Declared>,
    ) -> State {
        let world = world::part(plan.machines, self.place.door);
        let dress = |_: &Host, setup: Setup| setup;
        state::of(plan, parts, &world, &making(plan, declared, &[], &dress))
    }
}

fn making<'m>(
    plan: &Plan<'m>,
    declared: &'m BTreeMap<HostId, Declared>,
    world: &'m [(std::path::PathBuf, &'static str)],
    dress: &'m (dyn Fn(&Host, Setup) -> Setup + Sync),
) -> Making<'m> {
    let (machines, root, others) = (plan.machines, plan.script.root, plan.others);
    Making { machines, root, declared, others, world, dress }
}
