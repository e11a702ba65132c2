//! Whether those who hold an address by turns hear each other.

use crate::ends;
use crate::packet::Packet;
use crate::question::{Question, Subject};
use crate::walk::{self, Connection};
use crate::way::{Fate, Sender};
use fmc_model::cloud::{Host, Vip};
use fmc_model::{Code, Diagnostic, Ports, Protocol, Severity, Words, text};
use ipnet::IpNet;

pub(super) const QUESTION: Question = Question { code: CODE, ask };

/// Adverts that do not arrive.
const CODE: Code = Code {
    id: "FMC1003",
    severity: Severity::Error,
    title: Words("adverts that nobody hears", "anuncios que nadie oye"),
    reason: Words(
        "Members of a group know by its adverts (protocol 112) that the holder of an address is \
         there. One whose firewall drops them takes the address too: two hosts answer at it, each \
         for a part of all connections, for as long as the rule stands.",
        "Los miembros de un grupo saben por sus anuncios (protocolo 112) que quien tiene la \
         dirección está ahí. Uno cuyo cortafuegos los descarta la toma también: dos hosts \
         responden en ella, cada uno a una parte de las conexiones, mientras exista la regla.",
    ),
    failing: "\
version: 1
name: available
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
vips: { ingress: { address: 192.168.0.10, serves: traefik } }
hosts:
  lb1: { os: debian, nics: { lan: 11 }, roles: { traefik: , keepalived: { vips: [ingress] } } }
  lb2:
    os: debian
    nics: { lan: 12 }
    roles: { traefik: , keepalived: { vips: [ingress] } }
    firewall: [{ verdict: drop, from: lb1, reason: it has no business here }]
",
    mended: "\
version: 1
name: available
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
vips: { ingress: { address: 192.168.0.10, serves: traefik } }
hosts:
  lb1: { os: debian, nics: { lan: 11 }, roles: { traefik: , keepalived: { vips: [ingress] } } }
  lb2:
    os: debian
    nics: { lan: 12 }
    roles: { traefik: , keepalived: { vips: [ingress] } }
    firewall: [{ verdict: drop, from: lb1, for: ssh, reason: it has no business here }]
",
};

fn ask(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    for vip in subject.cloud.vips.values() {
        let hosts = || vip.members.iter().filter_map(|it| subject.cloud.hosts.get(&it.host));
        for (one, other) in hosts().flat_map(|one| hosts().map(move |other| (one, other))) {
            let unheard = if one.id == other.id { None } else { unheard(subject, vip, one, other) };
            found.extend(unheard);
        }
    }
    found
}

/// Whether what one member says does not come to another.
fn unheard(subject: &Subject<'_>, vip: &Vip, one: &Host, other: &Host) -> Option<Diagnostic> {
    let network = vip.network.as_ref()?;
    let v4 = vip.addresses.first()?.is_ipv4();
    let address = |host: &Host| {
        let nic = host.nic(network)?;
        nic.addresses.iter().map(IpNet::addr).find(|it| it.is_ipv4() == v4)
    };
    let (source, destination) = (address(one)?, address(other)?);
    let payload = ends::payload(&Ports::whole(Protocol::Vrrp));
    let packet = Packet { source, destination, payload };
    let mut connection = Connection::default();
    let way = walk::send(&subject.machines, Sender::Host(one.id), packet, &mut connection);
    if way.fate != Fate::DeniedIn {
        return None;
    }
    let (name, from, to) = (&vip.name, &one.name, &other.name);
    let rule = way.steps.last().and_then(|it| it.rule).map(|it| it.rule().cause.place);
    let place = rule.unwrap_or(other.origin.place);
    Some(
        CODE.at(
            place,
            text!(
                "{to} drops what {from} says of `{name}`: both will hold it",
                "{to} descarta lo que {from} dice de `{name}`: la tendrán ambos"
            ),
        )
        .label(vip.origin.place, text!("the address is here", "la dirección está aquí"))
        .hint(text!(
            "name in `for:` what the rule is to drop, or let members in before it",
            "nombre en `for:` lo que la regla debe descartar, o deje pasar antes a los miembros"
        )),
    )
}
