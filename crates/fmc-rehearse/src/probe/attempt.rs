//! What a role says is tried.

use super::ATTEMPT;
use super::held::holders;
use super::web::requests;
use crate::measure::asked::{self, Came, Target};
use crate::rehearsal::Live;
use crate::stage::Player;
use crate::why::{ended, told};
use fmc_check::machine::Machines;
use fmc_config::{Cause, Document};
use fmc_model::cloud::HostId;
use fmc_model::setup::{Attempt, Expect, On, Probe, Step};
use fmc_model::{Ports, Protocol, Text, text};
use fmc_sys::{Command, Failure, Outcome, Placed, Sandbox};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// How long one step of several may take.
const STEP: Duration = Duration::from_secs(20);

/// What a role says is tried from its host.
pub(super) fn attempt(
    probe: &Probe,
    host: HostId,
    live: &Live<'_>,
    machines: &Machines<'_>,
) -> Result<(), Text> {
    let on = live.stage.host(host);
    match &probe.attempt {
        Attempt::Connect(to, ports) => connect(*to, *ports, asks_from(*to, host, live, machines)?),
        Attempt::Ping(to) => {
            let words = ["-c", "1", "-W", "1"].map(str::to_owned);
            run(&Command::new("ping").args(words).arg(to.to_string()), on).map(|_| ())
        }
        Attempt::Command(it) => run(&Command::new(&it.program).args(&it.arguments), on).map(|_| ()),
        Attempt::Steps(steps) => {
            steps.iter().try_for_each(|it| step(it, &probe.cause, host, live, machines))
        }
        Attempt::Requests(all) => requests(all, host, live, machines),
    }
}

/// Where somebody asks for an address of a host: there, or where it is now if it moves. Whoever may have it later
/// is no client of it.
fn asks_from<'l>(
    to: IpAddr,
    host: HostId,
    live: &'l Live<'_>,
    machines: &Machines<'_>,
) -> Result<&'l Sandbox, Text> {
    let mut vips = machines.cloud.vips.values();
    let Some(vip) = vips.find(|it| it.addresses.contains(&to) && it.hosts.contains(host)) else {
        return Ok(live.stage.host(host));
    };
    let holder = holders(vip, to, live, machines)?.first().copied();
    holder.map(|it| live.stage.host(it)).ok_or_else(|| text!("nobody has {to}", "nadie tiene {to}"))
}

fn connect(to: IpAddr, ports: Ports, on: &Sandbox) -> Result<(), Text> {
    let to = SocketAddr::new(to, ports.first);
    if ports.protocol == Protocol::Udp {
        // Who takes it need not answer: that it is not refused is as much as can be known.
        let target = Target { to, datagram: true, from: None };
        let asked = on.thread(move || asked::all(&[target], Duration::from_millis(100)));
        return match came(asked)? {
            Came::Refused => Err(text!("{to} refuses", "{to} rechaza")),
            _ => Ok(()),
        };
    }
    let target = Target { to, datagram: false, from: None };
    match came(on.thread(move || asked::all(&[target], ATTEMPT)))? {
        Came::Answered(_) => Ok(()),
        Came::Refused => Err(text!("{to} refuses", "{to} rechaza")),
        Came::Nothing => Err(text!("{to} does not answer", "{to} no responde")),
    }
}

pub(super) fn came(
    asked: Result<std::thread::JoinHandle<Vec<Came>>, Failure>,
) -> Result<Came, Text> {
    let all = asked.map_err(told)?.join();
    let all = all.unwrap_or_else(|it| std::panic::resume_unwind(it));
    all.first().copied().ok_or_else(|| Text::of("nothing was asked", "no se preguntó nada"))
}

pub(super) fn run(command: &Command, on: &Sandbox) -> Result<String, Text> {
    // One that takes too long ends alone, and its host goes on.
    let outcome = on.spawn(command).and_then(fmc_sys::Process::wait);
    let outcome = outcome.map_err(told)?;
    if outcome.success() {
        return Ok(outcome.text());
    }
    Err(ended_with(&outcome, &outcome.talk()))
}

/// How a command ended, and what it said last.
fn ended_with(outcome: &Outcome, talk: &str) -> Text {
    let (Text { en, es }, last) = (ended(outcome.status), last(talk));
    text!("{en}: {last}", "{es}: {last}")
}

/// The last line that says something.
fn last(talk: &str) -> &str {
    talk.lines().rev().find(|it| !it.trim().is_empty()).unwrap_or_default().trim()
}

/// One of several things that are done.
fn step(
    step: &Step,
    cause: &Cause,
    host: HostId,
    live: &Live<'_>,
    machines: &Machines<'_>,
) -> Result<(), Text> {
    let (player, at) = match &step.on {
        On::Own => (Player::of(host), machines.cloud.host(host).name.as_str()),
        On::Host(other) => (Player::of(*other), machines.cloud.host(*other).name.as_str()),
        On::Person(of, name) => (live.person(of.as_str(), name.as_str(), host)?, name.as_str()),
    };
    let on = live
        .stage
        .players
        .get(&player)
        .ok_or_else(|| text!("{at} is not there", "{at} no está"))?;
    let filled = |it: &Document| {
        let printed = it.print(&[], cause);
        let text = printed.fill(|it| live.secret(it));
        text.map_err(|it| text!("there is no value of {it}", "no hay valor de {it}"))
    };
    let mut files = Vec::new();
    for (path, document) in &step.files {
        files.push(Placed::new(path, filled(document)?).mode(0o600).owner("root"));
    }
    let input = step.input.as_ref().map(filled).transpose()?.unwrap_or_default();
    on.place(files).map_err(told)?;
    let command = Command::new(&step.command.program).args(&step.command.arguments);
    let outcome = on.spawn(&command.input(input).limit(STEP)).and_then(fmc_sys::Process::wait);
    let paths: Vec<String> = step.files.iter().map(|it| it.0.clone()).collect();
    let cleared = on.inside(move || {
        for it in paths {
            // Who goes on has no use for it; that it is gone already is as well.
            let _ = std::fs::remove_file(it);
        }
    });
    let outcome = outcome.map_err(told)?;
    cleared.map_err(told)?;
    let (talk, program) = (outcome.talk(), &step.command.program);
    came_to(&step.expects, &outcome, &talk)
        .map_err(|Text { en, es }| text!("{program} on {at}: {en}", "{program} en {at}: {es}"))
}

/// Whether an outcome is what is expected.
fn came_to(expects: &Expect, outcome: &Outcome, talk: &str) -> Result<(), Text> {
    let failed = || Err(ended_with(outcome, talk));
    match expects {
        Expect::Success if outcome.success() => Ok(()),
        Expect::Says(what) if outcome.success() => {
            let said = outcome.text();
            let said = said.trim();
            if said == what {
                return Ok(());
            }
            Err(text!("it says `{said}` and not `{what}`", "dice `{said}` y no `{what}`"))
        }
        Expect::Success | Expect::Says(_) => failed(),
        Expect::AtMost(after, most) => {
            let rest = talk.split_once(after).and_then(|it| it.1.split_whitespace().next());
            match rest.and_then(|it| it.parse::<f64>().ok()) {
                Some(number) if number.abs() <= *most => Ok(()),
                Some(number) => Err(text!(
                    "{after} {number}, and at most {most}",
                    "{after} {number}, y como mucho {most}"
                )),
                None => failed(),
            }
        }
        Expect::Refusal(_) if outcome.success() => {
            Err(Text::of("it is let in, and must not be", "se le deja entrar, y no debe"))
        }
        Expect::Refusal(words) if words.iter().any(|it| talk.contains(it)) => Ok(()),
        Expect::Refusal(_) => {
            let last = last(talk);
            Err(text!("it is refused otherwise: {last}", "se le rechaza de otro modo: {last}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fmc_sys::Status;

    fn tells(expects: &Expect, code: i32, said: &str) -> Result<(), Text> {
        let status = Status::Exited(code);
        let outcome = Outcome { status, stdout: said.into(), ..Outcome::default() };
        came_to(expects, &outcome, &outcome.talk())
    }

    #[test]
    fn an_outcome_is_what_was_expected_or_says_what_it_is_instead() {
        let says = Expect::Says("one".to_owned());
        let off = Expect::AtMost("wrong by", 0.5);
        let refused = Expect::Refusal(vec!["denied", "rejects"]);
        for (expects, code, said) in [
            (&Expect::Success, 0, "anything"),
            (&says, 0, "one\n"),
            (&off, 1, "System clock wrong by -0.25 seconds"),
            (&refused, 255, "Permission denied (publickey)"),
        ] {
            assert_eq!(tells(expects, code, said), Ok(()), "{expects:?}");
        }
        for (expects, code, said, told) in [
            (&Expect::Success, 2, "no\nway\n", "exit status 2: way"),
            (&says, 0, "two", "it says `two` and not `one`"),
            (&says, 1, "one", "exit status 1: one"),
            (&off, 0, "wrong by 0.75 seconds", "wrong by 0.75, and at most 0.5"),
            (&off, 1, "No suitable source", "exit status 1: No suitable source"),
            (&refused, 0, "denied", "it is let in, and must not be"),
            (&refused, 1, "no route", "it is refused otherwise: no route"),
        ] {
            let why = tells(expects, code, said).expect_err(said);
            assert_eq!(why.en, told, "{expects:?}");
            assert_ne!(why.es, why.en, "{expects:?}");
        }
    }
}
