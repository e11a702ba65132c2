//! Anything else: what it serves, what it needs, how it is started. Written in YAML alone.

use fmc_model::codes::ROLE_SETTING;
use fmc_model::read::{At, Map, OneOrMany, Read, Reader, Schemas, Unread};
use fmc_model::role::{
    About, Configuration, Declaration, Kind, Linked, Member, Minimum, Need, Redundancy, Role,
    Selector, Target,
};
use fmc_model::setup::{Command, Process, Ready};
use fmc_model::yaml::{Node, Value};
use fmc_model::{Json, Name, Ports, ServiceWord, Text, Words, json, record, text, words};

pub(crate) const ROLE: Kind = Kind::of::<Service>(&About {
    name: "service",
    label: "Service",
    icon: "service",
    summary: Words(
        "anything else: ports, needs and a command",
        "cualquier otra cosa: puertos, necesidades y una orden",
    ),
    manual: "https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html",
    systems: &[],
    minimum: Minimum::of(1, 64, 1),
    example: "\
version: 1
name: queue
networks: { lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 } }
hosts:
  broker:
    os: debian
    nics: { lan: 31 }
    roles: { service: { ports: { mqtt: tcp/1883 }, command: /usr/sbin/mosquitto } }
  sensor:
    os: debian
    nics: { lan: 32 }
    roles: { service: { needs: [mqtt], command: /usr/local/bin/sensor } }
",
});

words! {
    /// How hosts that have it stand in for each other.
    pub enum StandIn {
        /// Not at all.
        Single = "single",
        /// Any one of them will do.
        AnyOf = "any-of",
        /// One works, the others wait.
        Failover = "failover",
        /// More than half of them must be there.
        Quorum = "quorum",
    }
}

record! {
    /// A service of one's own.
    pub struct Service ("role `service`", "rol `service`") {
        /// What it serves: names of services, each with its port or ports (`tcp/8080`).
        ports: Map<OneOrMany<At<ServiceWord>>>,
        /// Services that it needs of others.
        needs: Vec<NeedSpec>,
        /// The command that starts it.
        command: Option<At<String>>,
        /// The user that runs it; `root` if left out.
        user: Option<At<Name>>,
        /// How hosts that have it stand in for each other: `single` (if left out), `any-of`, `failover` or `quorum`.
        redundancy: Option<At<StandIn>>,
    }
}

record! {
    /// A need in its long form.
    pub struct LongNeed ("a need", "una necesidad") {
        /// The service.
        service: At<Name>,
        /// Of whom; whoever offers it if left out.
        of: Option<At<Selector>>,
        /// Why.
        why: Option<At<String>>,
        /// Whether it starts only when the service is there; `false` if left out.
        before_start: Option<At<bool>>,
    }
}

/// A service that is needed: its name, or a map.
#[derive(Clone, Debug)]
pub(crate) struct NeedSpec(LongNeed);

impl Read for NeedSpec {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if let Value::Map(_) = node.value {
            return LongNeed::read(node, reader).map(Self);
        }
        let service = At::<Name>::read(node, reader)?;
        let place = node.place;
        let unread = Unread::default();
        Some(Self(LongNeed { place, unread, service, of: None, why: None, before_start: None }))
    }

    fn schema(schemas: &mut Schemas) -> Json {
        let short = At::<Name>::schema(schemas);
        let long = LongNeed::schema(schemas);
        json!({ "anyOf": [short, long] })
    }
}

impl Role for Service {
    fn declare(&self, _: &Member<'_>, out: &mut Declaration) {
        out.redundancy(match self.redundancy.map(|it| it.value) {
            None | Some(StandIn::Single) => Redundancy::Single,
            Some(StandIn::AnyOf) => Redundancy::AnyOf,
            Some(StandIn::Failover) => Redundancy::Failover,
            Some(StandIn::Quorum) => Redundancy::Quorum,
        });
        for (name, words) in &self.ports {
            let ports: Vec<Ports> = words
                .iter()
                .filter_map(|it| match &it.value {
                    ServiceWord::Ports(ports) => Some(*ports),
                    ServiceWord::Named(word) => {
                        out.report(
                            ROLE_SETTING
                                .at(
                                    it.place,
                                    text!("`{word}` is no port", "`{word}` no es un puerto"),
                                )
                                .hint(text!("write `tcp/8080`", "escriba `tcp/8080`")),
                        );
                        None
                    }
                })
                .collect();
            out.offer_to_all(name.value.to_string(), ports);
        }
        for NeedSpec(need) in &self.needs {
            // The same words for every host, or each would have a flow of its own.
            let why = need.why.as_ref().map_or_else(
                || Text::of("it is written so", "así está escrito"),
                |it| Text::same(&it.value),
            );
            let mut asked = Need::of(need.service.value.to_string(), why)
                .vital()
                .required("service")
                .written_at(need.service.place);
            if let Some(of) = &need.of {
                asked = asked.to(Target::Selected(of.clone()));
            }
            if need.before_start.is_some_and(|it| it.value) {
                asked = asked.before_start();
            }
            out.need(asked);
        }
        if let Some(command) = &self.command {
            out.setting("command", command.value.clone(), Some(command));
        }
        out.setting(
            "user",
            "root".to_owned(),
            self.user.as_ref().map(|it| At::new(it.value.to_string(), it.place)).as_ref(),
        );
    }

    fn configure(&self, on: &Linked<'_>, out: &mut Configuration) {
        let Some(command) = &self.command else { return };
        let mut words = words_of(&command.value).into_iter();
        let Some(program) = words.next() else { return };
        let name = program.rsplit('/').next().unwrap_or_default().to_owned();
        let cause = fmc_config::Cause::new(command.place, on.role.name);
        let mut process =
            Process::daemon(name.clone(), Command::new(program, words), Ready::Started, cause)
                .described(format!("service {name}"), "");
        if let Some(user) = &self.user {
            process.user = user.value.to_string();
        }
        out.process(process);
    }
}

/// The words of a command: parted at blanks, but not inside of quotes.
fn words_of(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let (mut word, mut quote, mut inside) = (String::new(), None, false);
    for it in command.chars() {
        match (quote, it) {
            (Some(open), _) if it == open => quote = None,
            (None, '"' | '\'') => (quote, inside) = (Some(it), true),
            (None, _) if it.is_whitespace() => {
                if inside {
                    words.push(std::mem::take(&mut word));
                }
                inside = false;
            }
            _ => {
                word.push(it);
                inside = true;
            }
        }
    }
    if inside {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::words_of;

    #[test]
    fn commands_are_parted_at_blanks() {
        assert_eq!(words_of(" /bin/a  'b c' d\"e f\" '' "), ["/bin/a", "b c", "de f", ""]);
    }
}
