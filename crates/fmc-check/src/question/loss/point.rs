//! What a single loss takes from everybody who needs it.

use crate::loss::{After, Element, INTERNET, Lost, Told, words};
use crate::question::{Question, Subject};
use fmc_model::cloud::{FailureDomain, Host, HostId, Network, Origin, RedundancyGroup};
use fmc_model::role::Redundancy;
use fmc_model::{Code, Diagnostic, Severity, Text, Words, text};
use rayon::prelude::*;

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// One loss is enough.
const CODE: Code = Code {
    id: "FMC0901",
    severity: Severity::Warning,
    title: Words("single point of failure", "punto único de fallo"),
    reason: Words(
        "When this one is lost, somebody no longer reaches what nothing else gives them. Each host \
         is taken away with all that runs on it, then each thing that runs, each interface and each \
         gateway with the line behind it; flows are walked through what is generated, and what \
         needs something that is gone counts as gone, but for what goes on without: names, the \
         time, updates and administration stop nobody, and are told for themselves. What somebody \
         else runs, a content delivery network or the Internet, is not asked about.",
        "Cuando esto se pierde, alguien deja de llegar a lo que nada más le da. Se quita cada host \
         con todo lo que se ejecuta en él, luego cada cosa que se ejecuta, cada interfaz y cada \
         puerta de enlace con la línea que tiene detrás; los flujos se siguen por lo generado, y \
         lo que necesita algo que falta se da por perdido, salvo lo que sigue sin ello: los \
         nombres, la hora, las actualizaciones y la administración no detienen a nadie, y se dicen \
         aparte. Por lo que lleva otro, como una red de distribución de contenidos o Internet, no \
         se pregunta.",
    ),
    failing: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
outside: { family: { nics: lan } }
hosts:
  server: { os: debian, nics: { lan: 11 }, roles: { service: { ports: { wiki: tcp/8080 }, redundancy: any-of } } }
access:
  - family -> role:service: wiki
",
    mended: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
outside: { family: { nics: lan } }
hosts:
  server[1-2]: { os: debian, nics: { lan: 11+ }, roles: { service: { ports: { wiki: tcp/8080 }, redundancy: any-of } } }
access:
  - family -> role:service: wiki
",
};

/// How many reasons are told why something stops: what follows from them can be told from these.
const REASONS: usize = 3;

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let losses = subject.losses();
    losses.elements().par_iter().filter_map(|it| without(subject, *it)).collect()
}

fn without(subject: &Subject<'_>, element: Element) -> Option<Diagnostic> {
    let is_told = match element {
        Element::Host(_) | Element::Gateway(_) | Element::Service(..) => true,
        // The interface of a guest is a part of its machine.
        Element::Link(id, _) => subject.cloud.host(id).runs_on.is_none(),
        // What carries a network is not described: its machines are, and its way out.
        Element::Network(_) => false,
    };
    if !is_told {
        return None;
    }
    let after = subject.losses().lose(&[element]);
    if !subject.losses().kills(&after) {
        return None;
    }
    match element {
        Element::Host(id) => host(subject, subject.cloud.host(id), &after),
        Element::Gateway(at) => gateway(subject, &subject.cloud.networks[at], &after),
        Element::Service(id, _) | Element::Link(id, _) => {
            part(subject, subject.cloud.host(id), element, &after)
        }
        Element::Network(_) => None,
    }
}

fn host(subject: &Subject<'_>, host: &Host, after: &After) -> Option<Diagnostic> {
    let losses = subject.losses();
    let told = losses.tell(after);
    if told.lost.is_empty() {
        return None;
    }
    let guests = subject.cloud.failure_domains.iter().find(|it| it.machine == host.name);
    let guests = guests.filter(|it| it.hosts.len() > 1);
    // What only falls with one of its guests is told of that one.
    let same =
        |id: HostId| id != host.id && losses.lost(&losses.lose(&[Element::Host(id)])) == told.lost;
    if guests.is_some_and(|it| it.hosts.iter().any(same)) {
        return None;
    }
    let name = &host.name;
    let Text { en, es } = words::lost(&told.lost);
    let found =
        CODE.at(host.origin.place, text!("without {name} there is {en}", "sin {name} no hay {es}"));
    let found = reasons(subject, &told, kept(&host.origin, &told, found));
    let found = tunnels(subject, host, &told, found);
    let found = match guests {
        Some(domain) => together(subject, domain, &told, found),
        None => found.hint(instead(subject, host)),
    };
    Some(accept(found))
}

/// What is left to people, where some have nothing any more.
fn kept(origin: &Origin, told: &Told, found: Diagnostic) -> Diagnostic {
    let nothing = told.lost.iter().any(|it| it.what.is_empty());
    if !nothing || told.kept.is_empty() {
        return found;
    }
    let Text { en, es } = words::kept(&told.kept);
    found.label(origin.place, text!("there still is {en}", "sigue habiendo {es}"))
}

/// The tunnels that others call a host by, where each of them is as much by itself.
fn tunnels(subject: &Subject<'_>, host: &Host, told: &Told, found: Diagnostic) -> Diagnostic {
    let losses = subject.losses();
    let networks = subject.cloud.networks.values().enumerate();
    let called = networks.filter(|(_, network)| {
        network.ends.iter().any(|it| it.host == host.name && it.listens.is_some())
    });
    let as_much =
        called.filter(|(at, _)| losses.lost(&losses.lose(&[Element::Network(*at)])) == told.lost);
    as_much.fold(found, |found, (_, network)| {
        let text = text!("as much is lost with this tunnel", "con este túnel se pierde lo mismo");
        found.label(network.origin.place, text)
    })
}

/// Why what is there stops.
fn reasons(subject: &Subject<'_>, told: &Told, mut found: Diagnostic) -> Diagnostic {
    let mut said: Vec<&Text> = Vec::new();
    for stopped in &told.stopped {
        if said.contains(&&stopped.why) || said.len() == REASONS {
            continue;
        }
        said.push(&stopped.why);
        let host = subject.cloud.host(stopped.host);
        let role = host.roles.iter().find(|it| it.name == stopped.what);
        let app = subject.cloud.apps.get(stopped.what.as_str());
        let place = role.map(|it| it.origin.place).or(app.map(|it| it.origin.place));
        let Text { en, es } = &stopped.why;
        found = found.label(
            place.unwrap_or(host.origin.place),
            text!("answers nobody then: {en}", "entonces no responde a nadie: {es}"),
        );
    }
    found
}

/// What falls with a machine although its hosts stand in for each other.
fn together(
    subject: &Subject<'_>,
    domain: &FailureDomain,
    told: &Told,
    found: Diagnostic,
) -> Diagnostic {
    let stops = |it: &&RedundancyGroup| {
        let several = it.kind != Redundancy::Single && it.hosts.len() > 1;
        several && told.groups.iter().any(|lost| lost.role == it.role && lost.left.0 == 0)
    };
    let groups: Vec<&RedundancyGroup> = subject.cloud.redundancy.iter().filter(stops).collect();
    let falls = |it: &RedundancyGroup| it.hosts.minus(&domain.hosts).is_empty();
    let whole: Vec<&str> = groups.iter().filter(|it| falls(it)).map(|it| it.role).collect();
    let half = groups.iter().filter(|it| it.kind == Redundancy::Quorum && !falls(it));
    let half: Vec<&str> = half.map(|it| it.role).collect();
    let (name, place) = (&domain.machine, found.place);
    let mut found = found;
    if !whole.is_empty() {
        let Text { en, es } = words::names(&whole);
        found = found.label(
            place,
            text!(
                "every host with {en} runs here: they stand in for each other until it is gone",
                "todo host con {es} se ejecuta aquí: se sustituyen entre sí hasta que falte"
            ),
        );
    }
    if !half.is_empty() {
        let Text { en, es } = words::names(&half);
        found = found.label(
            place,
            text!(
                "half or more of the members of {en} run here",
                "la mitad o más de los miembros de {es} se ejecutan aquí"
            ),
        );
        return found.hint(text!(
            "have so many members on as many machines that {name} has less than half of them",
            "tenga tantos miembros en tantas máquinas que {name} tenga menos de la mitad"
        ));
    }
    found.hint(text!(
        "let hosts that stand in for each other run on another machine than {name} too, by `runs_on:`",
        "que hosts que se sustituyen entre sí se ejecuten también en otra máquina que {name}, con `runs_on:`"
    ))
}

/// What would stand in for a host.
fn instead(subject: &Subject<'_>, host: &Host) -> Text {
    let losses = subject.losses();
    let harmful = |at: &usize| {
        let element = Element::Service(host.id, *at);
        losses.has(element) && !losses.lost(&losses.lose(&[element])).is_empty()
    };
    let mut roles: Vec<usize> = (0..host.roles.len()).filter(harmful).collect();
    if roles.is_empty() {
        roles = (0..host.roles.len()).collect();
    }
    let alone = |at: &usize| {
        let kinds = &subject.cloud.redundancy;
        let kind = kinds.iter().find(|it| it.role == host.roles[*at].name).map(|it| it.kind);
        kind.is_none_or(|it| it == Redundancy::Single)
    };
    let name = |at: &usize| host.roles[*at].name;
    // Of packets that it passes on nothing runs, and yet they need it.
    let passes = |at: &usize| {
        let runs = losses.elements().contains(&Element::Service(host.id, *at));
        host.forwards && !runs && !roles.contains(at) && alone(at)
    };
    let passing: Vec<usize> = (0..host.roles.len()).filter(passes).collect();
    let all = roles.iter().copied().chain(passing);
    let (alone, others): (Vec<usize>, Vec<usize>) = all.partition(alone);
    if others.is_empty() && alone.is_empty() {
        return text!(
            "let what {host} serves be served by a second host too",
            "que lo que sirve {host} lo sirva también un segundo host",
            host = host.name
        );
    }
    if others.is_empty() {
        let alone: Vec<&str> = alone.iter().map(name).collect();
        let Text { en, es } = words::names(&alone);
        return text!(
            "no other host can stand in for {en}: keep what it takes to make it anew, a copy of its data and `fmc build`",
            "ningún otro host puede sustituir a {es}: guarde lo necesario para rehacerlo, una copia de sus datos y `fmc build`"
        );
    }
    let others: Vec<&str> = others.iter().map(name).collect();
    let Text { en, es } = words::names(&others);
    if alone.is_empty() {
        return text!("give {en} to a second host too", "dé {es} también a un segundo host");
    }
    let alone: Vec<&str> = alone.iter().map(name).collect();
    let Text { en: one, es: uno } = words::names(&alone);
    text!(
        "give {en} to a second host too; none can stand in for {one}: keep what it takes to make it anew",
        "dé {es} también a un segundo host; ninguno puede sustituir a {uno}: guarde lo necesario para rehacerlo"
    )
}

/// A gateway with the line behind it counts where more is lost than the world.
fn gateway(subject: &Subject<'_>, network: &Network, after: &After) -> Option<Diagnostic> {
    let told = subject.losses().tell(after);
    let to_world = |it: &Lost| it.what.iter().all(|it| it.what == INTERNET) && !it.what.is_empty();
    if told.lost.iter().all(to_world) {
        return None;
    }
    let Text { en, es } = words::lost(&told.lost);
    let gateways: Vec<String> = network.gateways.iter().map(ToString::to_string).collect();
    let (gateway, name) = (gateways.join(", "), &network.name);
    let found = CODE.at(
        network.origin.place,
        text!(
            "without {gateway}, the gateway of {name}, or the line behind it there is {en}",
            "sin {gateway}, la puerta de enlace de {name}, o la línea que tiene detrás no hay {es}"
        ),
    );
    let found = reasons(subject, &told, kept(&network.origin, &told, found));
    let found = found.hint(text!(
        "have a second line, behind a router of its own",
        "tenga una segunda línea, tras un router propio"
    ));
    Some(accept(found))
}

/// What runs on a host, or an interface of it, counts where the loss of it does more than that of the
/// whole host: an address that moves with the host stays with it.
fn part(subject: &Subject<'_>, host: &Host, element: Element, after: &After) -> Option<Diagnostic> {
    let losses = subject.losses();
    let whole = losses.lose(&[Element::Host(host.id)]);
    if !losses.exceeds(after, &whole) {
        return None;
    }
    let told = losses.tell(after);
    if told.lost.is_empty() {
        return None;
    }
    let origin = match element {
        Element::Service(_, at) => &host.roles[at].origin,
        Element::Link(_, at) => &host.nics[at].origin,
        _ => &host.origin,
    };
    let (name, host) = (losses.name(element), &host.name);
    let Text { en, es } = words::lost(&told.lost);
    let found = CODE.at(
        origin.place,
        text!("without {name} alone there is {en}", "sin {name} solo no hay {es}"),
    );
    let found = reasons(subject, &told, kept(origin, &told, found)).hint(text!(
        "others would do its work if {host} were gone, and do not notice that this is: let an address move when it is",
        "otros harían su trabajo si {host} faltara, y no notan que falta esto: que una dirección se mueva cuando falte"
    ));
    Some(accept(found))
}

/// That it may be so on purpose. What is quoted is in no other finding.
fn accept(found: Diagnostic) -> Diagnostic {
    let about = |text: &str| {
        let words: Vec<&str> = text.split(' ').collect();
        let end = words.iter().position(|it| it.ends_with(',') || ["there", "alone"].contains(it));
        let end = end.or(words.iter().position(|it| ["no", "solo"].contains(it)));
        words[..=end.unwrap_or(words.len() - 1)].join(" ")
    };
    let (en, es) = (about(&found.message.en), about(&found.message.es));
    found.hint(text!(
        "or accept it: `suppress: [{{ code: FMC0901, about: \"{en}\", reason: … }}]`",
        "o acéptelo: `suppress: [{{ code: FMC0901, about: \"{es}\", reason: … }}]`"
    ))
}
