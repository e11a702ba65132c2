//! What somebody in the Internet asks for by HTTPS.

use super::ATTEMPT;
use super::attempt::{came, run};
use crate::measure::asked::{self, Came, Target};
use crate::rehearsal::Live;
use crate::stage::{PROVIDER, Player, public_address};
use crate::why::{of, told};
use crate::world::whom;
use fmc_check::machine::Machines;
use fmc_model::cloud::HostId;
use fmc_model::setup::{Answer, Request, Visitor};
use fmc_model::{Text, text};
use fmc_sys::{Command, Process, Sandbox};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// The port of HTTPS.
const PORT: u16 = 443;

/// How long a flood may take.
const FLOOD: Duration = Duration::from_secs(30);

/// How long is waited for somebody to take a connection who is not to.
const REFUSAL: Duration = Duration::from_millis(1500);

/// The header that `curl` is to print after each answer, where none is asked for.
const NONE: &str = "x";

/// Somebody in the Internet opens an app by its name, and waits so long for it.
pub(super) fn opened(
    at: usize,
    live: &Live<'_>,
    machines: &Machines<'_>,
    patience: Duration,
) -> Result<(), Text> {
    let (name, to) = whom(machines, at)?;
    let on = &live.stage.players[&Player::Internet];
    let curl = curl(&name, to, patience);
    let curl = curl.args(["-w", "%{http_code}", &format!("https://{name}:{PORT}/")]);
    let code = run(&curl, on)?;
    if code == "200" {
        return Ok(());
    }
    Err(text!("it answers {code}", "responde {code}"))
}

/// Who answers for a path of an app, as it says itself: a pod of ours.
pub(super) fn answered_by(
    at: usize,
    path: &str,
    live: &Live<'_>,
    machines: &Machines<'_>,
    patience: Duration,
) -> Result<String, Text> {
    let (name, to) = whom(machines, at)?;
    let curl = curl(&name, to, patience).arg("--fail");
    let curl = curl.args(["-w", "%header{x-answered-by}"]);
    run(&curl.arg(format!("https://{name}:{PORT}{path}")), &live.stage.players[&Player::Internet])
}

/// `curl` of whoever lives somewhere, whatever the DNS says, and waits so long.
fn curl(name: &str, to: IpAddr, patience: Duration) -> Command {
    let at = if to.is_ipv6() { format!("[{to}]") } else { to.to_string() };
    let longest = patience.as_secs_f64().to_string();
    let curl = Command::new("curl").args(["-sSk", "--max-time", &longest, "-o", "/dev/null"]);
    curl.args(["--resolve", &format!("{name}:{PORT}:{at}")])
}

/// What somebody asks for, of the host whose probe it is or of another one, one after the other.
pub(super) fn requests(
    all: &[Request],
    host: HostId,
    live: &Live<'_>,
    machines: &Machines<'_>,
) -> Result<(), Text> {
    let on = live
        .stage
        .players
        .get(&Player::Internet)
        .ok_or(Text::of("nobody is in the Internet", "no hay nadie en Internet"))?;
    let own = [PROVIDER.0.into(), PROVIDER.1.into()];
    let mut own =
        own.into_iter().filter_map(|it| public_address(machines, machines.cloud.host(host), it));
    let own = own.next();
    let mut floods = Vec::new();
    for it in all {
        let to = it.at.or(own).ok_or(Text::of(
            "nobody in the Internet comes to it",
            "nadie en Internet llega a él",
        ))?;
        let Request { name, path, .. } = it;
        let done = request(it, to, on).map_err(|why| match it.at {
            Some(at) => {
                let Text { en, es } = why;
                text!("https://{name}{path} at {at}: {en}", "https://{name}{path} en {at}: {es}")
            }
            None => of(format!("https://{name}{path}"), &why),
        })?;
        floods.extend(done);
    }
    for flood in floods {
        flood.terminate(Duration::ZERO).map_err(told)?;
    }
    Ok(())
}

/// Asks, until what is expected has come. Who goes on asking is given back.
fn request<'s>(it: &Request, to: IpAddr, on: &'s Sandbox) -> Result<Option<Process<'s>>, Text> {
    let (status, header) = match &it.expects {
        Answer::Nothing => return silence(SocketAddr::new(to, PORT), on).map(|()| None),
        Answer::Status(status) => (Some(status.to_string()), None),
        Answer::Header(name, value) => (None, Some((name, value))),
    };
    let named = header.map_or(NONE, |it| it.0);
    let Request { name, path, times, .. } = it;
    // What stands behind `#` is for the browser, and asked of nobody.
    let again = if *times > 1 { format!("#[1-{times}]") } else { String::new() };
    // What it says there is not kept back.
    let shown = format!("%{{stderr}}%{{http_code}} %header{{{named}}}\n");
    let mut curl = curl(name, to, ATTEMPT).args(["-w", &shown]);
    if it.visitor == Visitor::Other {
        let other: IpAddr = if to.is_ipv4() { PROVIDER.0.into() } else { PROVIDER.1.into() };
        curl = curl.args(["--interface", &other.to_string()]);
    }
    let curl = curl.arg(format!("https://{name}:{PORT}{path}{again}")).limit(FLOOD);
    let is_good = |line: &str| {
        let (code, value) = line.split_once(' ').unwrap_or((line, ""));
        status.as_deref().is_none_or(|it| it == code)
            && header.is_none_or(|it| it.1.eq_ignore_ascii_case(value.trim()))
    };
    let mut asking = on.spawn(&curl).map_err(told)?;
    let came = asking.wait_until(FLOOD, |it| it.talk().lines().any(is_good));
    if came.map_err(told)? {
        return Ok(it.goes_on.then_some(asking));
    }
    let talk = asking.so_far().talk();
    let last = talk.lines().next_back().unwrap_or_default().trim();
    Err(match header {
        _ if last.is_empty() => Text::of("nothing answers", "no responde nada"),
        Some((name, value)) => {
            text!("no {name}: {value}, but {last}", "no {name}: {value}, sino {last}")
        }
        None => {
            let wanted = status.unwrap_or_default();
            text!("it answers {last} and never {wanted}", "responde {last} y nunca {wanted}")
        }
    })
}

/// Nobody takes a connection.
fn silence(to: SocketAddr, on: &Sandbox) -> Result<(), Text> {
    let target = Target { to, datagram: false, from: None };
    match came(on.thread(move || asked::all(&[target], REFUSAL)))? {
        Came::Answered(_) => Err(Text::of("it answers anybody", "responde a cualquiera")),
        Came::Refused | Came::Nothing => Ok(()),
    }
}
