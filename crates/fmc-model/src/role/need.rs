//! What a role needs of others, and how those others are named.

use crate::read::{At, Bad, Word, closest};
use crate::{Ports, Text, notation};
use fmc_config::Place;
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::fmt;

/// A service that a host must reach.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Need {
    /// The service, by the name under which it is offered.
    pub service: Cow<'static, str>,
    /// Who must be reached.
    pub target: Target,
    /// Who does the reaching.
    pub source: Source,
    /// Why.
    pub why: Text,
    /// Whether the one who needs it starts only when it is there.
    pub before_start: bool,
    /// Whether the one who needs it answers nobody while it is away.
    pub vital: bool,
    /// Whether it is an error that nobody offers it.
    pub required: bool,
    /// The role that usually offers it, for the advice.
    pub offered_by: &'static str,
    /// Where a person wrote it, if one did.
    pub written: Option<At<()>>,
}

/// Whom a need is directed at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// Whoever offers the service, by its virtual address where there is one.
    Offered,
    /// Each one who offers the service, at its own address.
    EachOffered,
    /// The other hosts that have the same role.
    Peers,
    /// Those whom a person named.
    Selected(At<Selector>),
    /// Pods, wherever they run.
    Pods,
    /// Somebody outside of the cloud, by names or addresses, at ports.
    Outside(Vec<Cow<'static, str>>, Vec<Ports>),
}

/// Who does the reaching.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// The host itself.
    Host,
    /// The pods that run on the host.
    Pods,
}

impl Need {
    /// The host needs `service` of whoever offers it, because of `why`.
    pub fn of(service: impl Into<Cow<'static, str>>, why: Text) -> Self {
        Self {
            service: service.into(),
            target: Target::Offered,
            source: Source::Host,
            why,
            before_start: false,
            vital: false,
            required: false,
            offered_by: "service",
            written: None,
        }
    }

    /// Directed at others than whoever offers it.
    pub fn to(mut self, target: Target) -> Self {
        self.target = target;
        self
    }

    /// It is the pods on the host that need it.
    pub fn from_pods(mut self) -> Self {
        self.source = Source::Pods;
        self
    }

    /// The host's role starts only when it is there.
    pub fn before_start(mut self) -> Self {
        self.before_start = true;
        self
    }

    /// The host's role answers nobody while it is away. What only starts with it, and then goes on with
    /// what it knows, is not vital; nor are names, the time, updates and administration.
    pub fn vital(mut self) -> Self {
        self.vital = true;
        self
    }

    /// A person wrote it here.
    pub fn written_at(mut self, place: Place) -> Self {
        self.written = Some(At::new((), place));
        self
    }

    /// A cloud without it is in error; the role that usually offers it is for the advice.
    pub fn required(mut self, offered_by: &'static str) -> Self {
        self.required = true;
        self.offered_by = offered_by;
        self
    }
}

/// Hosts, people or networks as a person names them: a name, a pattern (`worker*`, `worker[1-3]`),
/// or one with its kind before it (`role:worker`, `group:ingress`) where names collide.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Selector {
    /// The kind before the colon, if one was written.
    pub kind: Option<SelectorKind>,
    /// The name or pattern.
    pub pattern: String,
}

/// What a selector may be made to mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SelectorKind {
    /// Hosts by name or pattern.
    Host,
    /// Hosts that have a role.
    Role,
    /// Hosts of a group.
    Group,
    /// A virtual address.
    Vip,
    /// What is published under this name.
    App,
    /// People outside.
    Outside,
    /// Everybody in a network.
    Network,
}

/// How many patterns with `*` or `?` one word may stand for: each is held against every host.
const MAX_PATTERNS: usize = 1000;

/// Every kind with its word, in the order in which a bare name is looked up.
pub(crate) const SELECTOR_KINDS: [(&str, SelectorKind); 7] = [
    ("host", SelectorKind::Host),
    ("vip", SelectorKind::Vip),
    ("app", SelectorKind::App),
    ("outside", SelectorKind::Outside),
    ("group", SelectorKind::Group),
    ("role", SelectorKind::Role),
    ("network", SelectorKind::Network),
];

impl Selector {
    /// The host, group, role … of this name.
    pub fn named(name: &str) -> Self {
        Self { kind: None, pattern: name.to_owned() }
    }

    /// Whether it is a pattern rather than a name.
    pub fn is_pattern(&self) -> bool {
        self.pattern.contains(['*', '?', '[', ','])
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(it) = self.kind.and_then(|kind| SELECTOR_KINDS.iter().find(|it| it.1 == kind)) {
            write!(f, "{}:", it.0)?;
        }
        f.write_str(&self.pattern)
    }
}

impl Word for Selector {
    fn what() -> Text {
        Text::of(
            "a name or a pattern such as `worker*`, `worker[1-3]` or `role:worker`",
            "un nombre o un patrón como `worker*`, `worker[1-3]` o `role:worker`",
        )
    }

    fn parse(text: &str) -> Result<Self, Bad> {
        let (kind, pattern) = match text.split_once(':') {
            Some((word, pattern)) => {
                let Some(kind) = SELECTOR_KINDS.iter().find(|it| it.0 == word) else {
                    let near = closest(word, SELECTOR_KINDS.map(|it| it.0));
                    let meant = near.map(|it| format!("{it}:{pattern}"));
                    return Err(Bad { instead: meant, ..Bad::word() });
                };
                (Some(kind.1), pattern)
            }
            None => (None, text),
        };
        let allowed = |it: char| {
            it.is_ascii_lowercase()
                || it.is_ascii_digit()
                || matches!(it, '-' | '*' | '?' | '[' | ']' | ',')
        };
        if pattern.is_empty() || !pattern.chars().all(allowed) {
            let meant = text.to_lowercase().replace('_', "-");
            let near = meant != text && Self::parse(&meant).is_ok();
            return Err(if near { Bad::word().instead(meant) } else { Bad::word() });
        }
        let names = notation::expand(pattern).map_err(|bad| {
            let kind = &text[..text.len() - pattern.len()];
            Bad { instead: bad.instead.map(|it| format!("{kind}{it}")), ..bad }
        })?;
        if pattern.contains(['*', '?']) && names.len() > MAX_PATTERNS {
            return Err(Bad::because(crate::text!(
                "`{pattern}` stands for more than {MAX_PATTERNS} patterns",
                "`{pattern}` representa más de {MAX_PATTERNS} patrones"
            )));
        }
        Ok(Self { kind, pattern: pattern.to_owned() })
    }

    fn schema() -> Json {
        json!({
            "type": "string",
            "pattern": "^((host|vip|app|outside|group|role|network):)?[a-z0-9*?\\[\\],-]+$",
        })
    }
}
