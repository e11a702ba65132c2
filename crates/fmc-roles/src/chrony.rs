//! The time of the cloud: one host asks the world, all others ask it.

use fmc_config::blocks::{BlockStyle, Blocks};
use fmc_model::cloud::{End, System};
use fmc_model::read::{At, OneOrMany};
use fmc_model::role::{
    About, After, Configuration, Declaration, Kind, Linked, Member, Minimum, Need, Redundancy,
    Role, Target,
};
use fmc_model::setup::{Attempt, Command, Process, Ready};
use fmc_model::{Domain, Ports, Text, Words, record, text};
use ipnet::IpNet;
use std::collections::BTreeSet;

pub(crate) const ROLE: Kind = Kind::of::<Chrony>(&About {
    name: "chrony",
    label: "Chrony",
    icon: "chrony",
    summary: Words("keeps the time of the cloud", "lleva la hora de la nube"),
    manual: "https://chrony-project.org/documentation.html",
    systems: &[System::Almalinux, System::Rocky, System::Debian],
    minimum: Minimum::of(1, 64, 1),
    example: "\
version: 1
name: timed
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  clock: { os: debian, nics: { lan: 11 }, roles: { chrony: } }
  server: { os: debian, nics: { lan: 12 } }
",
});

record! {
    /// The clock of the cloud.
    pub struct Chrony ("role `chrony`", "rol `chrony`") {
        /// Whom it asks; servers of `pool.ntp.org` if left out.
        upstream: OneOrMany<At<Domain>>,
    }
}

const UPSTREAM: [&str; 3] = ["0.pool.ntp.org", "1.pool.ntp.org", "2.pool.ntp.org"];

impl Role for Chrony {
    fn declare(&self, _: &Member<'_>, out: &mut Declaration) {
        out.redundancy(Redundancy::AnyOf);
        out.offer("time", [Ports::udp(123)]);
        let mut upstream: Vec<_> =
            self.upstream.iter().map(|it| it.value.to_string().into()).collect();
        if upstream.is_empty() {
            upstream = UPSTREAM.map(Into::into).into();
        }
        out.need(
            Need::of(
                "time-upstream",
                Text::of("asks the world for the time", "pregunta la hora al mundo"),
            )
            .to(Target::Outside(upstream, vec![Ports::udp(123)])),
        );
        out.after(After {
            role: "coredns",
            here: false,
            why: Text::of(
                "the clocks of the world have names",
                "los relojes del mundo tienen nombres",
            ),
        });
    }

    fn configure(&self, on: &Linked<'_>, out: &mut Configuration) {
        let path = on.system.term("/etc/chrony.conf");
        let program = out.program("chronyd");
        let chronyc = out.program("chronyc").path;
        out.file(path, Self::file(on));
        let nobody = text!("nobody may ask it for the time", "nadie puede preguntarle la hora");
        out.essential(path, &["allow"], nobody);
        let itself = text!("it knows the time from nobody", "no sabe la hora de nadie");
        out.essential(path, &["server ", "pool ", "peer ", "refclock "], itself);
        let command = Command::new(program.path.clone(), ["-n", "-f", path]);
        let mut process =
            Process::daemon(on.system.term("chronyd"), command, Ready::Started, on.cause())
                .described("time of the cloud", ROLE.about.manual);
        process.check = Some(Command::new(program.path, ["-p", "-f", path]));
        process.files = vec![path.to_owned()];
        out.process(process);
        let what = text!("the clock follows those of the world", "el reloj sigue a los del mundo");
        out.probe(what, Attempt::Command(Command::new(chronyc, ["-n", "waitsync", "1", "0.5"])));
    }
}

impl Chrony {
    fn file(on: &Linked<'_>) -> Blocks {
        let cause = on.cause();
        let mut file = Blocks::new(BlockStyle::Indented);
        for flow in on.flows_from().filter(|it| it.service == "time-upstream") {
            let End::Internet(names) = &flow.to else { continue };
            for name in names {
                // A name may stand for many servers, and `pool` takes several of them; of a name
                // that stands for one it takes that.
                file.add(["pool", name, "iburst", "maxsources", "4"], &on.cause_of(flow));
            }
        }
        // The networks of whoever is to ask, and nobody else: chronyd answers nobody who is not named. Which
        // host of them may is the firewall's to say, so that one more of them changes nothing here: chronyd
        // reads its file at its start alone.
        let network = |it: IpNet| {
            let mut all = on.cloud.networks.values().flat_map(|it| &it.prefixes);
            all.find(|net| net.contains(&it)).copied().unwrap_or(it)
        };
        let mut named = BTreeSet::new();
        for flow in on.flows_to().filter(|it| it.service == "time") {
            let cause = on.cause_of(flow);
            let Some(prefixes) = on.sources_of(flow) else {
                file.add(["allow"], &cause);
                continue;
            };
            for prefix in prefixes.into_iter().map(network) {
                if named.insert(prefix) {
                    file.add(["allow", &prefix.to_string()], &cause);
                }
            }
        }
        // If the world cannot be asked, the cloud agrees on a time of its own rather than on none.
        file.add(["local", "stratum", LOCAL_STRATUM], &cause);
        file.add(["makestep", "1", "3"], &cause);
        file.add(["rtcsync"], &cause);
        file.add(["driftfile", "/var/lib/chrony/drift"], &cause);
        // Orders come by the socket of the host alone.
        file.add(["cmdport", "0"], &cause);
        file
    }
}

/// Far below any clock that follows the world, so that it is only believed where there is none.
const LOCAL_STRATUM: &str = "10";
