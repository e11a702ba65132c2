//! Programs that are fetched: where from, and the flows by which they come.

use super::context::Context;
use super::flows::Because;
use super::link::Linker;
use crate::cloud::{App, Asker, End, Host, HostSet, Network, Processor, Program, Programs, Vip};
use crate::read::{At, closest, codes, did_you_mean};
use crate::spec::{CloudSpec, DigestSpec, ProgramSpec};
use crate::system::{RELEASES, Release, is_archive, is_known, packed_otherwise, release};
use crate::{Diagnostic, FilePath, Member, Ports, Text, Url, text};
use fmc_config::Place;
use fmc_config::maps::IndexMap;
use std::net::IpAddr;

/// The ports by which every host reaches the Internet anyway, for packages and images.
const USUAL: [u16; 2] = [80, 443];

/// What was written of programs.
pub(crate) fn programs(spec: &CloudSpec, context: &mut Context<'_>) -> Programs {
    let mut written = IndexMap::default();
    for (name, it) in &spec.programs {
        context.added(
            || text!("program {name}", "programa {name}", name = name.value),
            it.added.as_ref(),
        );
        if it.url.is_none() && release(name.as_str()).is_none() {
            if !it.unread.has("url") {
                missing_url(name.as_str(), name.place, context);
            }
            continue;
        }
        if let Some(path) = &it.path {
            check_path(name.as_str(), path, context);
        }
        if let Some(wrong) = wrong_file(name.as_str(), it) {
            context.report(wrong);
        }
        written.insert(name.value.clone(), program(it, name.place, context));
    }
    let mirror = spec.mirror.as_ref().map(|it| it.value.clone());
    // Who has the files is known once everybody has addresses.
    Programs { mirror, inside: Vec::new(), written }
}

fn program(it: &ProgramSpec, place: Place, context: &Context<'_>) -> Program {
    let sha256 = match &it.sha256 {
        DigestSpec::One(one) => [Processor::X86_64, Processor::Aarch64]
            .map(|it| (it, one.value.clone()))
            .into_iter()
            .collect(),
        DigestSpec::Each(each) => {
            let all = [(Processor::X86_64, &each.x86_64), (Processor::Aarch64, &each.aarch64)];
            all.into_iter().filter_map(|(it, at)| Some((it, at.as_ref()?.value.clone()))).collect()
        }
    };
    Program {
        version: it.version.value.clone(),
        url: it.url.as_ref().map(|it| it.value.clone()),
        sha256,
        members: it.members.iter().map(|it| it.value.clone()).collect(),
        path: it.path.as_ref().map(|it| it.value.clone()),
        placed: it.path.as_ref().map(|it| context.origin(it.place)),
        digests: context.origin(it.sha256.place()),
        origin: context.origin(place),
    }
}

/// Where a program is put is where somebody starts it, and a word of the list that a shell reads.
fn check_path(name: &str, path: &At<FilePath>, context: &mut Context<'_>) {
    let plain = |it: char| it.is_ascii_alphanumeric() || "-._/+@".contains(it);
    if is_known(name) {
        let diagnostic = codes::BAD_VALUE.at(
            path.place,
            text!(
                "`{name}` is started from where its system has it",
                "`{name}` se arranca desde donde lo tiene su sistema"
            ),
        );
        context.report(diagnostic.hint(text!("leave `path` out", "quite `path`")));
    } else if let Some(odd) = path.as_str().chars().find(|it| !plain(*it)) {
        let diagnostic = codes::BAD_VALUE.at(
            path.place,
            text!(
                "the path of a program has no `{odd}`",
                "la ruta de un programa no lleva `{odd}`"
            ),
        );
        let hint =
            text!("write one such as `/opt/bin/{name}`", "escriba una como `/opt/bin/{name}`");
        context.report(diagnostic.hint(hint));
    }
}

/// What is written of a file and does not make a program of it.
fn wrong_file(name: &str, it: &ProgramSpec) -> Option<Diagnostic> {
    let upstream = release(name);
    let url = it.url.as_ref().map(|it| it.as_str()).or_else(|| upstream.map(|it| it.url))?;
    if let (Some(own), Some(kind)) = (&it.url, packed_otherwise(url)) {
        let message =
            text!("a file `{kind}` is not unpacked", "un archivo `{kind}` no se desempaqueta");
        let hint = text!(
            "write where a `.tar.gz`, a `.tgz` or the program itself lies",
            "escriba dónde hay un `.tar.gz`, un `.tgz` o el programa mismo"
        );
        return Some(codes::BAD_VALUE.at(own.place, message).hint(hint));
    }
    let first = it.members.first()?;
    if !is_archive(url) {
        let message = text!(
            "only an archive has members, and `{name}` is one file",
            "solo un paquete tiene miembros, y `{name}` es un solo archivo"
        );
        let hint = text!(
            "leave `members` out, or write the `url` of a `.tar.gz` or `.tgz`",
            "quite `members`, o escriba la `url` de un `.tar.gz` o `.tgz`"
        );
        return Some(codes::BAD_VALUE.at(first.place, message).hint(hint));
    }
    let last = |it: &str| it.rsplit('/').next().unwrap_or_default().to_owned();
    let mut before: Vec<&At<Member>> = Vec::new();
    for member in &it.members {
        let called = last(member.as_str());
        if let Some(other) = before.iter().find(|it| last(it.as_str()) == called) {
            let message = text!(
                "two members are called `{called}`, and have one place",
                "dos miembros se llaman `{called}`, y tienen un solo sitio"
            );
            let diagnostic = codes::BAD_VALUE
                .at(member.place, message)
                .label(other.place, text!("the other is here", "el otro está aquí"));
            return Some(diagnostic.hint(text!("leave one of them out", "quite uno de los dos")));
        }
        before.push(member);
    }
    // One alone is the program, whatever the archive calls it, unless there are several by rights.
    let several = before.len() > 1 || upstream.is_some_and(|it| it.members.len() > 1);
    let called = it.path.as_ref().map_or_else(|| name.to_owned(), |it| last(it.as_str()));
    let is_there = before.iter().any(|it| last(it.as_str()) == called);
    if !several || is_there || upstream.is_some_and(Release::is_folder) {
        return None;
    }
    let diagnostic = codes::BAD_VALUE.at(
        first.place,
        text!(
            "no member is called `{called}`, as the program is",
            "ningún miembro se llama `{called}`, como el programa"
        ),
    );
    Some(diagnostic.hint(text!(
        "name the member that is the program too: `…/{called}`",
        "nombre también el miembro que es el programa: `…/{called}`"
    )))
}

fn missing_url(name: &str, place: Place, context: &mut Context<'_>) {
    let diagnostic = codes::MISSING_KEY.at(
        place,
        text!("the program `{name}` needs a `url`", "al programa `{name}` le falta `url`"),
    );
    let known: Vec<&str> = RELEASES.iter().map(|it| it.program).collect();
    // Upstream's own place is known of some, and this may be one of them.
    context.report(if closest(name, known.iter().copied()).is_some() {
        did_you_mean(diagnostic, name, place, &known)
    } else {
        diagnostic.hint(text!("add `url: https://…`", "añada `url: https://…`"))
    });
}

impl Linker<'_, '_> {
    /// How hosts come to who has the files, where that is not the Internet at the ports of packages;
    /// returns the places that somebody in this cloud has.
    pub(crate) fn programs(&mut self, spec: &CloudSpec) -> Vec<Url> {
        let written = spec.programs.values().filter_map(|it| it.url.as_ref());
        let urls: Vec<&At<Url>> = spec.mirror.iter().chain(written).collect();
        let names = &self.directory.names;
        let ours = HostSet::of(names, self.hosts.iter().filter(|it| !it.managed).map(|it| it.id));
        let why = Text::of("programs that no package brings", "programas que ningún paquete trae");
        let mut inside = Vec::new();
        for url in urls {
            let keepers = self.keepers(url);
            let port = url.port();
            if keepers.iter().any(|it| !matches!(it, End::Internet(_))) {
                inside.push(url.value.clone());
            } else if USUAL.contains(&port) {
                continue;
            }
            for to in keepers {
                let from = match &to {
                    End::Hosts(keepers) => ours.minus(keepers),
                    _ => ours.clone(),
                };
                let because = Because {
                    asker: Asker::Host,
                    place: url.place,
                    why: &why,
                    slo: None,
                    vital: false,
                };
                let ports = vec![Ports::tcp(port)];
                self.flows.add(End::Hosts(from), to, "programs", ports, because, self.context);
            }
        }
        inside
    }

    /// Who has the files, as the names of this cloud lead there: one of its hosts, a virtual address,
    /// whoever passes visitors on to an app, somebody in one of its networks, or the Internet.
    fn keepers(&self, url: &Url) -> Vec<End> {
        let host = url.host().trim_end_matches('.').to_ascii_lowercase();
        match host.parse() {
            Ok(address) => vec![self.holder(address)],
            Err(_) => self.named(&host),
        }
    }

    fn holder(&self, address: IpAddr) -> End {
        let names = &self.directory.names;
        if let Some(it) = self.hosts.iter().find(|it| it.addresses().any(|own| own == address)) {
            return End::Hosts(HostSet::of(names, [it.id]));
        }
        if let Some(it) = self.site.vips.values().find(|it| it.addresses.contains(&address)) {
            return End::Vip(it.name.clone());
        }
        let has = |it: &&Network| it.prefixes.iter().any(|it| it.contains(&address));
        let network = self.networks.values().find(has);
        network.map_or(End::Internet(Vec::new()), |it| End::Network(it.name.clone()))
    }

    fn named(&self, name: &str) -> Vec<End> {
        let names = &self.directory.names;
        let domain = self.site.domain.as_str();
        let below = name.strip_suffix(domain).and_then(|it| it.strip_suffix('.')).unwrap_or(name);
        let is_host = |it: &&Host| it.fqdn == name || it.name.as_str() == name;
        if let Some(it) = self.hosts.iter().find(is_host) {
            return vec![End::Hosts(HostSet::of(names, [it.id]))];
        }
        let is_vip = |it: &&Vip| it.names.iter().any(|it| it == below || it == name);
        if let Some(it) = self.site.vips.values().find(is_vip) {
            return vec![End::Vip(it.name.clone())];
        }
        let full = format!("{below}.{domain}");
        let is_app = |it: &&App| it.names.iter().any(|it| it == name || *it == full);
        let Some(app) = self.site.apps.values().find(is_app) else {
            return vec![End::Internet(Vec::new())];
        };
        let own = End::Hosts(app.hosts.clone());
        match self.way(&own).first() {
            Some((role, hosts)) => self.met_at(role, hosts),
            None => vec![own],
        }
    }
}
