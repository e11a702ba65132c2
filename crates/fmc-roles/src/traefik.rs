//! The ingress: takes requests by name and path and passes them on to whoever serves them.

use fmc_model::read::At;
use fmc_model::role::{
    About, Alive, CertificateRequest, Declaration, Kind, Member, Minimum, Need, Redundancy, Role,
    Stage, Target, Usage, Visit,
};
use fmc_model::{Duration, Ports, Text, Words, record};

pub(crate) const ROLE: Kind = Kind::of::<Traefik>(&About {
    name: "traefik",
    label: "Traefik",
    icon: "traefik",
    summary: Words(
        "takes requests by name and path and passes them on",
        "recibe peticiones por nombre y ruta y las pasa a quien las sirve",
    ),
    manual: "https://doc.traefik.io/traefik/",
    systems: &[],
    minimum: Minimum::of(1, 256, 5),
    example: "\
version: 1
name: home
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  ingress: { os: debian, nics: { lan: 12 }, roles: { traefik: } }
  server: { os: debian, nics: { lan: 21 } }
apps: { wiki: { hosts: server, port: 8080, for: lan } }
",
});

record! {
    /// The ingress.
    pub struct Traefik ("role `traefik`", "rol `traefik`") {
        /// Whether certificates of public names come from Let's Encrypt; `true` if left out and an app is public.
        acme: Option<At<bool>>,
        /// Time between two checks of whoever serves an app; 3s if left out.
        interval: Option<At<Duration>>,
    }
}

impl Role for Traefik {
    fn declare(&self, on: &Member<'_>, out: &mut Declaration) {
        out.redundancy(Redundancy::AnyOf);
        out.offer("http", [Ports::tcp(80)]);
        out.offer("https", [Ports::tcp(443)]);
        out.pass_on(Stage::Ingress);
        out.alive(Alive::Port(8082, "/ping"));
        out.setting("interval", Duration::seconds(3), self.interval.as_ref());
        out.need(
            Need::of("kubernetes-api", Text::of("reads Ingress objects", "lee objetos Ingress"))
                .before_start(),
        );
        if out.setting("acme", on.site.is_public(), self.acme.as_ref()) {
            let why = Text::of(
                "Let's Encrypt proves who owns a public name",
                "Let's Encrypt comprueba de quién es un nombre público",
            );
            out.visited_by(Visit {
                who: "Let's Encrypt".into(),
                service: "http".into(),
                why: why.clone(),
            });
            let names = vec!["acme-v02.api.letsencrypt.org".into()];
            out.need(Need::of("acme", why).to(Target::Outside(names, vec![Ports::tcp(443)])));
        }
        let mut names: Vec<String> =
            on.site.apps.values().flat_map(|it| it.names.iter().cloned()).collect();
        names.push(on.host.fqdn.clone());
        names.dedup();
        let mut addresses: Vec<_> =
            on.site.vips_of("traefik").flat_map(|it| it.addresses.clone()).collect();
        addresses.extend(on.host.primary_addresses());
        out.certificate(CertificateRequest {
            name: "ingress".into(),
            authority: "ingress",
            common_name: names[0].clone(),
            organization: None,
            names,
            addresses,
            usage: Usage::Server,
            why: Text::of(
                "the edge and people inside speak TLS with the ingress",
                "el borde y la gente de dentro hablan TLS con la entrada",
            ),
        });
    }
}
