//! Whether what may be gone for so long is gone for longer.

use crate::loss::{Element, Late, Losses, Moved, words};
use crate::outage::{Outage, seconds};
use crate::question::{Question, Subject};
use fmc_model::cloud::{Flow, Override, Vip};
use fmc_model::role::Timer;
use fmc_model::{Code, Diagnostic, Duration, Severity, Text, Words, text};

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// A predicted outage is longer than what was allowed.
const CODE: Code = Code {
    id: "FMC1001",
    severity: Severity::Warning,
    title: Words("gone for longer than allowed", "caído más de lo permitido"),
    reason: Words(
        "`slo:` says how long an address or a flow may be gone. What is predicted is an interval, \
         since a loss may fall anywhere between two ticks of a timer, and this is about its upper \
         end: a silent host is noticed after three adverts and a fraction of one, `(256 - \
         priority)/256`; a dead service after `fall` checks, a timeout, and then as late as a \
         silent host; a server behind a balancer after the time to connect, or after the checks of \
         a balancer that tries nothing again; the pods of a node of Kubernetes after its grace; a leader \
         of etcd after an election; a resolver after the patience of who asks. Of several of \
         these the longest counts, for they run at the same time. Two losses at once are asked about \
         too, where both are survived.",
        "`slo:` dice cuánto puede faltar una dirección o un flujo. Lo previsto es un intervalo, \
         pues una pérdida puede caer en cualquier punto entre dos pasos de un temporizador, y esto \
         trata de su extremo superior: un host callado se nota tras tres anuncios y una fracción \
         de uno, `(256 - prioridad)/256`; un servicio muerto tras `fall` comprobaciones, un plazo, \
         y luego tan tarde como un host callado; un servidor tras un balanceador tras el tiempo \
         para conectar, o tras las comprobaciones de uno que no reintenta; los pods de un nodo de \
         Kubernetes tras su gracia; un líder de etcd tras una elección; un resolutor tras la \
         paciencia de quien pregunta. De varios cuenta el más largo, porque transcurren a la vez. \
         También se pregunta por dos pérdidas a la vez, si se sobrevive a ambas.",
    ),
    failing: "\
version: 1
name: available
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
vips: { ingress: { address: 192.168.0.10, serves: traefik, slo: 2s, advert: 1s } }
hosts:
  lb[1-2]: { os: debian, nics: { lan: 11+ }, roles: { traefik: , keepalived: { vips: [ingress] } } }
",
    mended: "\
version: 1
name: available
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
vips: { ingress: { address: 192.168.0.10, serves: traefik, slo: 2s } }
hosts:
  lb[1-2]: { os: debian, nics: { lan: 11+ }, roles: { traefik: , keepalived: { vips: [ingress] } } }
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let cloud = subject.cloud;
    let wanted = cloud.vips.values().any(|it| it.slo.is_some())
        || cloud.flows.iter().any(|it| it.slo.is_some());
    if !wanted {
        return Vec::new();
    }
    let losses = subject.losses();
    let vips = cloud.vips.values().enumerate().filter_map(|(at, it)| vip(subject, losses, at, it));
    let flows = cloud.flows.iter().enumerate();
    let mut found: Vec<Diagnostic> = vips.collect();
    for diagnostic in flows.filter_map(|(at, it)| flow(subject, losses, at, it)) {
        // A line that stands for several flows is told once.
        if found.iter().all(|it| it.place != diagnostic.place) {
            found.push(diagnostic);
        }
    }
    found
}

/// The loss with which something is gone for longer than it may be, and for longest: one alone, or where
/// none of them is that long, two at the same time of those on which it rests. What does not survive a
/// loss is no question of time.
fn worst<T>(
    losses: &Losses<'_>,
    slo: Duration,
    rests_on: impl FnOnce() -> Vec<Element>,
    of: impl Fn(&[Element]) -> Option<T>,
    outage: impl Fn(&T) -> &Outage,
) -> Option<(String, String, T)> {
    let longest = |all: &mut dyn Iterator<Item = Vec<Element>>| {
        let all = all.filter_map(|lost| of(&lost).map(|it| (lost, it)));
        // Of equal ones the first is told.
        all.fold(None, |worst: Option<(Vec<Element>, T)>, it| match worst {
            Some(worst) if outage(&worst.1).most >= outage(&it.1).most => Some(worst),
            _ => Some(it),
        })
    };
    let exceeds = |it: &(Vec<Element>, T)| outage(&it.1).most > slo;
    let one = longest(&mut losses.elements().iter().map(|it| vec![*it])).filter(exceeds);
    let (lost, it) = one.or_else(|| {
        let all = rests_on();
        let pairs = all.iter().enumerate();
        let mut pairs = pairs.flat_map(|(at, one)| all[..at].iter().map(move |it| vec![*it, *one]));
        longest(&mut pairs).filter(exceeds)
    })?;
    let names: Vec<String> = lost.iter().map(|it| losses.name(*it)).collect();
    Some((names.join(" and "), names.join(" y "), it))
}

fn vip(subject: &Subject<'_>, losses: &Losses<'_>, at: usize, vip: &Vip) -> Option<Diagnostic> {
    let slo = vip.slo?;
    let moved = |lost: &[Element]| losses.moves_without(at, lost);
    let rests_on = || losses.vip_rests_on(at);
    let (lost, falta, Moved { outage, .. }) = worst(losses, slo, rests_on, moved, |it| &it.outage)?;
    let name = &vip.name;
    let (most, Text { en, es }) = (seconds(outage.most), &outage.sum);
    let written = written(subject, vip);
    let place = written.first().map_or(vip.origin.place, |it| it.origin.place);
    let found = CODE.at(
        place,
        text!(
            "`{name}` is gone for up to {most} without {lost}, and may be for {slo}: {en}",
            "`{name}` falta hasta {most} sin {falta}, y puede faltar {slo}: {es}"
        ),
    );
    if written.is_empty() {
        let rounded = Duration::seconds(outage.most.0.div_ceil(1000));
        return Some(found.hint(text!(
            "Keepalived checks at whole seconds, and no timers are shorter than these: write `slo: {rounded}`",
            "Keepalived comprueba a segundos enteros, y no hay tiempos más cortos que estos: escriba `slo: {rounded}`"
        )));
    }
    Some(written.into_iter().fold(found, |found, it| {
        let what = it.of.split_once(' ').map_or(it.of.as_str(), |it| it.0);
        let derived = &it.derived;
        found.mend(
            text!(
                "leave `{what}` out, or write {derived}, which follows from the time that it may be gone",
                "omita `{what}`, o escriba {derived}, que se deduce del tiempo que puede faltar"
            ),
            it.origin.place,
            derived.clone(),
        )
    }))
}

/// The timers of a virtual address that were written by hand and make it slower.
fn written<'c>(subject: &Subject<'c>, vip: &Vip) -> Vec<&'c Override> {
    let is_timer = |it: &&Override| {
        ["advert", "interval", "timeout", "fall"]
            .iter()
            .any(|timer| it.of == format!("{timer} of {}", vip.name))
    };
    subject.cloud.overrides.iter().filter(is_timer).collect()
}

fn flow(subject: &Subject<'_>, losses: &Losses<'_>, at: usize, flow: &Flow) -> Option<Diagnostic> {
    let slo = flow.slo?;
    let late = |lost: &[Element]| losses.late(at, &losses.lose(lost));
    let rests_on = || losses.flow_rests_on(at);
    let (lost, falta, Late { what, vip, timer, outage }) =
        worst(losses, slo, rests_on, late, |it| &it.outage)?;
    let origin = &flow.reasons.first()?.origin;
    let most = seconds(outage.most);
    let (Text { en, es }, sum, suma) = (what, &outage.sum.en, &outage.sum.es);
    let asked = words::things(&losses.asked(at), "", ("and", "y"));
    let (to, de) = (asked.en, asked.es);
    let found = CODE.at(
        origin.place,
        text!(
            "{to} is out of reach for up to {most} without {lost}, and may be for {slo}: {en} after {sum}",
            "{de} queda fuera de alcance hasta {most} sin {falta}, y puede quedar {slo}: {es} tras {suma}",
        ),
    );
    let rounded = Duration::seconds(outage.most.0.div_ceil(1000));
    Some(match vip.map(|it| &subject.cloud.vips[it]) {
        Some(vip) if vip.slo.is_none_or(|it| it > slo) => {
            let name = &vip.name;
            found.label(vip.origin.place, text!("its timers decide", "deciden sus tiempos")).hint(
                text!(
                    "write `slo: {slo}` at `{name}` too: its timers follow from it",
                    "escriba `slo: {slo}` también en `{name}`: sus tiempos se deducen de ello"
                ),
            )
        }
        _ => shorter(subject, timer, rounded, found),
    })
}

/// Which timer to make shorter, and where it is.
fn shorter(
    subject: &Subject<'_>,
    timer: Option<Timer>,
    rounded: Duration,
    found: Diagnostic,
) -> Diagnostic {
    let Some(Timer { role, setting }) = timer else {
        return found.hint(text!(
            "these timers are not to be set: write `slo: {rounded}`",
            "esos tiempos no se pueden fijar: escriba `slo: {rounded}`"
        ));
    };
    let cloud = subject.cloud;
    let of = format!("{setting} of {role} on ");
    let written = cloud.overrides.iter().find(|it| it.of.starts_with(&of)).map(|it| &it.origin);
    let roles = || cloud.hosts.values().flat_map(|it| &it.roles);
    let origin = written.or_else(|| roles().find(|it| it.name == role).map(|it| &it.origin));
    let found = match origin {
        Some(origin) => found.label(
            origin.place,
            text!("`{setting}` of `{role}` decides", "decide `{setting}` de `{role}`"),
        ),
        None => found,
    };
    found.hint(text!(
        "write a shorter `{setting}` for `{role}`, or `slo: {rounded}` here",
        "escriba un `{setting}` más corto para `{role}`, o `slo: {rounded}` aquí"
    ))
}
