//! From what hosts are to what they are to be.

use crate::{Act, HostState, State, Step};
use fmc_model::setup::{Process, Run};
use fmc_model::{Text, text};
use std::collections::BTreeSet;

/// Seconds until nobody is led any more to a host that goes: a proxy that watches its files may rest two seconds
/// between two looks (Traefik's `providersThrottleDuration`), and whoever asked before is answered.
const DRAIN: u32 = 3;

/// The steps that make of hosts what they are to be, in the order in which they are safe:
///
/// 1. hosts that are new, and those that must be made anew;
/// 2. on every other host its routes, and what lets packets in: nobody is led to a new host before;
/// 3. there too, everything else: files, and the processes that read them;
/// 4. hosts that are no more, to which nobody is led any longer.
///
/// Where hosts only go, what lets packets in is changed last but for them: nobody is cut off from a host that
/// he is still led to.
pub fn plan(before: &State, after: &State) -> Vec<Step> {
    let mut steps = Vec::new();
    let is_new = |name: &&String| !before.contains_key(*name);
    let comes = after.keys().any(|it| is_new(&it));
    let goes = before.keys().any(|it| !after.contains_key(it));
    for name in after.keys().filter(is_new) {
        let why = Text::of("the cloud file names it now", "el fichero de la nube lo nombra ahora");
        steps.push(Step::new(name, Act::Create, why));
    }
    let mut kept = Vec::new();
    for (name, is) in before {
        let Some(becomes) = after.get(name) else { continue };
        let unset = is.parameters.keys().find(|it| !becomes.parameters.contains_key(*it));
        if is.machine != becomes.machine {
            let why = Text::of(
                "its machine is another one: interfaces, disks or programs",
                "su máquina es otra: interfaces, discos o programas",
            );
            steps.push(Step::new(name, Act::Recreate, why));
        } else if let Some(unset) = unset {
            // What it was before somebody set it is known to nobody.
            let why = text!("{unset} is not set any more", "{unset} ya no se fija");
            steps.push(Step::new(name, Act::Recreate, why));
        } else {
            kept.push(Host { name, is, becomes });
        }
    }
    let letting_in: Vec<Step> = kept.iter().flat_map(Host::network).collect();
    let serving: Vec<Step> = kept.iter().flat_map(Host::services).collect();
    let gone = before.keys().filter(|it| !after.contains_key(*it));
    let drain = gone.take(1).map(|name| {
        let why = Text::of(
            "who reads files by themselves notices",
            "quien lee ficheros por su cuenta se da cuenta",
        );
        Step::new(name, Act::Drain(DRAIN), why)
    });
    if goes && !comes {
        steps.extend(serving.into_iter().chain(drain).chain(letting_in));
    } else {
        steps.extend(letting_in.into_iter().chain(serving).chain(drain));
    }
    for name in before.keys().filter(|it| !after.contains_key(*it)) {
        let why =
            Text::of("the cloud file names it no more", "el fichero de la nube ya no lo nombra");
        steps.push(Step::new(name, Act::Remove, why));
    }
    steps
}

/// A host that stays.
struct Host<'a> {
    name: &'a str,
    is: &'a HostState,
    becomes: &'a HostState,
}

impl Host<'_> {
    /// Its routes, and what is there before any interface: the firewall.
    fn network(&self) -> Vec<Step> {
        let early = self.early();
        let mut steps = Vec::new();
        let missing = |of: &[String], in_: &[String]| -> Vec<String> {
            of.iter().filter(|it| !in_.contains(it)).cloned().collect()
        };
        let mut add = missing(&self.becomes.network, &self.is.network);
        let mut remove = missing(&self.is.network, &self.becomes.network);
        if remove.iter().any(|it| it.contains("address add ")) {
            // With its last address an interface loses every route, and with its first one the others of the
            // same network: all of it is made again.
            add.clone_from(&self.becomes.network);
            remove.clone_from(&self.is.network);
        }
        // What rests on something goes before it.
        remove.reverse();
        let act = Act::Network { remove, add };
        if !matches!(&act, Act::Network { remove, add } if remove.is_empty() && add.is_empty()) {
            let why = Text::of("its neighbours are others", "sus vecinos son otros");
            steps.push(Step::new(self.name, act, why));
        }
        let set: Vec<String> = self
            .becomes
            .parameters
            .iter()
            .filter(|(name, value)| self.is.parameters.get(*name) != Some(value))
            .map(|it| it.0.clone())
            .collect();
        if !set.is_empty() {
            let why = Text::of("its roles ask for others", "sus roles piden otros");
            steps.push(Step::new(self.name, Act::Parameters(set), why));
        }
        steps.extend(self.files(|path| early.contains(path)));
        steps.extend(self.processes(true));
        steps
    }

    fn services(&self) -> Vec<Step> {
        let early = self.early();
        let mut steps = Vec::new();
        if !self.becomes.users.is_subset(&self.is.users) {
            let why = Text::of("something runs as them", "algo se ejecuta con ellos");
            steps.push(Step::new(self.name, Act::Users, why));
        }
        steps.extend(self.files(|path| !early.contains(path)));
        steps.extend(self.processes(false));
        steps
    }

    /// The files of what is there before any interface.
    fn early(&self) -> BTreeSet<&str> {
        let all = self.becomes.processes.iter().filter(|it| it.before_network);
        all.flat_map(|it| &it.files).map(String::as_str).collect()
    }

    fn files(&self, is_meant: impl Fn(&str) -> bool) -> Option<Step> {
        let (is, becomes) = (self.is, self.becomes);
        let meant = |it: &&String| is_meant(it);
        let files = becomes.files.keys().filter(meant).filter(|it| self.is_changed(it));
        let links = becomes.links.keys().filter(meant);
        let links = links.filter(|it| is.links.get(*it) != becomes.links.get(*it));
        let write: Vec<String> = files.chain(links).cloned().collect();
        let there =
            |it: &&String| becomes.files.contains_key(*it) || becomes.links.contains_key(*it);
        let old = is.files.keys().chain(is.links.keys());
        let remove: Vec<String> = old.filter(meant).filter(|it| !there(it)).cloned().collect();
        if write.is_empty() && remove.is_empty() {
            return None;
        }
        let first = write.first().or(remove.first()).cloned().unwrap_or_default();
        let more = write.len() + remove.len() - 1;
        let why = match more {
            0 => Text::same(&first),
            _ => text!("{first} and {more} more", "{first} y {more} más"),
        };
        Some(Step::new(self.name, Act::Files { write, remove }, why))
    }

    fn is_changed(&self, path: &str) -> bool {
        self.is.files.get(path) != self.becomes.files.get(path)
            || self.is.links.get(path) != self.becomes.links.get(path)
    }

    /// What becomes of those processes that are there before any interface, or of all others.
    fn processes(&self, early: bool) -> Vec<Step> {
        let mut steps = Vec::new();
        let named = |all: &'_ [Process], name: &str| all.iter().position(|it| it.name == name);
        for old in self.is.processes.iter().filter(|it| it.before_network == early) {
            if named(&self.becomes.processes, &old.name).is_none() {
                let why = Text::of("no role asks for it any more", "ningún rol lo pide ya");
                steps.push(Step::new(self.name, Act::Stop(old.name.clone()), why));
            }
        }
        for new in self.becomes.processes.iter().filter(|it| it.before_network == early) {
            let Some(at) = named(&self.is.processes, &new.name) else {
                let why = Text::of("a role asks for it now", "un rol lo pide ahora");
                steps.push(Step::new(self.name, Act::Start(new.name.clone()), why));
                continue;
            };
            // What was done once and for all is not done again.
            if new.done.is_some() && matches!(new.run, Run::Once { .. }) {
                continue;
            }
            if !runs_alike(&self.is.processes[at], new) {
                let why = Text::of("it is run in another way", "se ejecuta de otra manera");
                steps.push(Step::new(self.name, Act::Restart(new.name.clone()), why));
                continue;
            }
            let read = new.files.iter().chain(&new.input);
            let changed: Vec<&String> = read.filter(|it| self.is_changed(it)).collect();
            let at_start = |it: &&&String| new.reload.is_none() || new.at_start.contains(*it);
            let anew = changed.iter().find(at_start);
            if let Some(path) = anew.or(changed.first()) {
                let why = text!("{path} is another one", "{path} es otro");
                let name = new.name.clone();
                let act = if anew.is_some() { Act::Restart(name) } else { Act::Reload(name) };
                steps.push(Step::new(self.name, act, why));
            }
        }
        steps
    }
}

/// Whether a process that runs is what another one says, whatever else is said of it.
fn runs_alike(a: &Process, b: &Process) -> bool {
    a.run == b.run
        && a.user == b.user
        && a.environment == b.environment
        && a.input == b.input
        && a.capabilities == b.capabilities
        && a.run_folders == b.run_folders
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cost, FileState};
    use fmc_config::{Cause, Place};
    use fmc_model::setup::{Command, Ready, Reload};

    fn process(name: &str, files: &[&str]) -> Process {
        let cause = Cause::new(Place::default(), "test");
        let mut it = Process::daemon(name, Command::new("/bin/x", [name]), Ready::Started, cause);
        it.files = files.iter().map(|it| (*it).to_owned()).collect();
        it
    }

    fn file(contents: &str) -> FileState {
        FileState { digest: contents.to_owned(), mode: 0o644, owner: "root".to_owned() }
    }

    fn host() -> HostState {
        let mut firewall = process("firewall", &["/rules"]);
        firewall.before_network = true;
        firewall.reload = Some(Reload::Signal("HUP"));
        let mut proxy = process("proxy", &["/proxy"]);
        proxy.reload = Some(Reload::Signal("HUP"));
        HostState {
            machine: "small".into(),
            network: vec!["address add 10.0.0.1/24 dev eth0".into()],
            files: [("/rules", "1"), ("/proxy", "1"), ("/names", "1")]
                .map(|(path, it)| (path.to_owned(), file(it)))
                .into(),
            processes: vec![firewall, process("names", &["/names"]), proxy],
            ..HostState::default()
        }
    }

    fn acts(before: &State, after: &State) -> Vec<(String, Act)> {
        plan(before, after).into_iter().map(|it| (it.host, it.act)).collect()
    }

    fn of(hosts: &[(&str, HostState)]) -> State {
        hosts.iter().map(|(name, it)| ((*name).to_owned(), it.clone())).collect()
    }

    #[test]
    fn nothing_is_done_to_what_is_as_it_should_be() {
        let all = of(&[("a", host()), ("b", host())]);
        assert_eq!(plan(&all, &all), []);
    }

    #[test]
    fn a_process_reads_again_or_begins_again() {
        let mut new = host();
        new.files.insert("/proxy".into(), file("2"));
        new.files.insert("/names".into(), file("2"));
        let write = vec!["/names".to_owned(), "/proxy".to_owned()];
        let all = acts(&of(&[("a", host())]), &of(&[("a", new)]));
        let files = Act::Files { write, remove: Vec::new() };
        let acts = [files, Act::Restart("names".into()), Act::Reload("proxy".into())];
        assert_eq!(all, acts.map(|it| ("a".to_owned(), it)));
    }

    #[test]
    fn what_is_read_at_the_start_alone_costs_a_start() {
        let database = |port: &str, who: &str| {
            let mut it = process("database", &["/settings", "/who"]);
            it.reload = Some(Reload::Signal("HUP"));
            it.at_start = vec!["/settings".to_owned()];
            let files = [("/settings", port), ("/who", who)];
            let files = files.map(|(path, it)| (path.to_owned(), file(it))).into();
            of(&[("a", HostState { files, processes: vec![it], ..HostState::default() })])
        };
        let last = |after: &State| acts(&database("1", "1"), after).pop().map(|it| it.1);
        assert_eq!(last(&database("1", "2")), Some(Act::Reload("database".into())));
        assert_eq!(last(&database("2", "2")), Some(Act::Restart("database".into())));
    }

    #[test]
    fn nobody_is_led_to_a_host_before_it_is_let_in() {
        let mut new = host();
        new.files.insert("/rules".into(), file("2"));
        new.files.insert("/proxy".into(), file("2"));
        let names = |all: &[(String, Act)]| -> Vec<String> {
            all.iter()
                .map(|(host, act)| match act {
                    Act::Create => format!("create {host}"),
                    Act::Remove => format!("remove {host}"),
                    Act::Reload(name) => format!("reload {name}"),
                    Act::Files { write, .. } => format!("write {}", write.join(" ")),
                    other => format!("{other:?}"),
                })
                .collect()
        };
        let one = of(&[("a", host())]);
        let two = of(&[("a", new), ("b", host())]);
        assert_eq!(
            names(&acts(&one, &two)),
            ["create b", "write /rules", "reload firewall", "write /proxy", "reload proxy"]
        );
        assert_eq!(
            names(&acts(&two, &one)),
            [
                "write /proxy",
                "reload proxy",
                "Drain(3)",
                "write /rules",
                "reload firewall",
                "remove b"
            ]
        );
    }

    #[test]
    fn routes_are_added_in_order_and_taken_away_in_the_other() {
        let mut new = host();
        new.network = vec!["address add 10.0.0.2/24 dev eth0".into(), "route add x".into()];
        let remove = host().network;
        let add = new.network.clone();
        let all = acts(&of(&[("a", host())]), &of(&[("a", new)]));
        assert_eq!(all, [("a".to_owned(), Act::Network { remove, add })]);
    }

    #[test]
    fn routes_that_go_with_an_address_are_made_again() {
        let route = || "route add default via 10.0.0.254 dev eth0".to_owned();
        let mut old = host();
        old.network.push(route());
        let mut new = host();
        new.network = vec!["address add 10.0.0.2/24 dev eth0".into(), route()];
        let remove = vec![route(), host().network[0].clone()];
        let add = new.network.clone();
        let all = acts(&of(&[("a", old)]), &of(&[("a", new)]));
        assert_eq!(all, [("a".to_owned(), Act::Network { remove, add })]);
    }

    #[test]
    fn what_was_set_and_is_no_more_costs_the_host() {
        let mut old = host();
        old.parameters.insert("net.ipv4.ip_forward".into(), "1".into());
        let all = acts(&of(&[("a", old.clone())]), &of(&[("a", host())]));
        assert_eq!(all, [("a".to_owned(), Act::Recreate)]);
        let all = acts(&of(&[("a", host())]), &of(&[("a", old)]));
        let set = Act::Parameters(vec!["net.ipv4.ip_forward".into()]);
        assert_eq!(all, [("a".to_owned(), set)]);
    }

    #[test]
    fn what_a_machine_is_costs_the_host() {
        let mut new = host();
        new.machine = "big".into();
        new.files.insert("/rules".into(), file("2"));
        let all = plan(&of(&[("a", host())]), &of(&[("a", new)]));
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].act.clone(), all[0].act.cost()), (Act::Recreate, Cost::Recreate));
    }

    #[test]
    fn what_was_done_once_is_not_done_again() {
        let mut old = host();
        let cause = Cause::new(Place::default(), "test");
        let mut made = Process::once("made", vec![Command::new("/bin/make", ["1"])], cause);
        made.done = Some("/made".into());
        old.processes.push(made.clone());
        let mut new = host();
        made.run = Run::Once { start: vec![Command::new("/bin/make", ["2"])], stop: Vec::new() };
        new.processes.push(made);
        assert_eq!(plan(&of(&[("a", old)]), &of(&[("a", new)])), []);
    }
}
