//! The head of the file: version, name, domain, the addresses of Kubernetes.

use super::codes::{BAD_PREFIX, NO_HOSTS};
use super::context::Context;
use crate::cloud::{Kubernetes, Releases};
use crate::read::{At, codes};
use crate::spec::{CloudSpec, KubernetesSpec};
use crate::{Domain, Image, Prefix, text};
use ipnet::IpNet;

/// The addresses of pods where nobody wrote others.
pub(crate) const USUAL_PODS: &str = "10.42.0.0/16";
/// The addresses of services where nobody wrote others.
pub(crate) const USUAL_SERVICES: &str = "10.43.0.0/16";

/// The image of CoreDNS where nobody wrote another one.
const USUAL_DNS: &str = "registry.k8s.io/coredns/coredns:v1.13.1";

/// The version of the language that is read.
const VERSION: u32 = 1;

/// Checks what must stand at the head of the file.
pub(crate) fn head(spec: &CloudSpec, context: &mut Context<'_>) {
    let start = spec.place.before();
    match &spec.version {
        None if spec.unread.has("version") => {}
        None => missing("version", &format!("version: {VERSION}"), spec, context),
        Some(version) if version.value != VERSION => {
            let found = version.value;
            context.report(
                codes::VERSION
                    .at(
                        version.place,
                        text!(
                            "version {found} of the language is not known here",
                            "aquí no se conoce la versión {found} del lenguaje"
                        ),
                    )
                    .mend(
                        text!("write `version: {VERSION}`", "escriba `version: {VERSION}`"),
                        version.place,
                        "1",
                    ),
            );
        }
        Some(_) => {}
    }
    if spec.name.is_none() && !spec.unread.has("name") {
        missing("name", "name: home", spec, context);
    }
    let unread = spec.unread.has("hosts") || spec.unread.has("networks");
    if spec.hosts.is_empty() && spec.networks.is_empty() && !unread {
        context.report(
            NO_HOSTS
                .at(start, text!("there is nothing in this cloud", "no hay nada en esta nube"))
                .hint(text!("add `networks:` and `hosts:`", "añada `networks:` y `hosts:`")),
        );
    }
}

/// Says that a key is missing at the head of the file; `line` would do.
fn missing(key: &str, line: &str, spec: &CloudSpec, context: &mut Context<'_>) {
    let diagnostic = codes::MISSING_KEY
        .at(spec.place.before(), text!("the cloud needs a `{key}`", "a la nube le falta `{key}`"));
    let hint = text!("add `{line}`", "añada `{line}`");
    let edit = context.first_line(spec.place, line);
    context.report(match edit {
        Some((place, text)) => diagnostic.mend(hint, place, text),
        None => diagnostic.hint(hint),
    });
}

/// The domain of all hosts.
pub(crate) fn domain(spec: &CloudSpec) -> Domain {
    if let Some(domain) = &spec.domain {
        return domain.value.clone();
    }
    // `internal` is set aside for private use by ICANN's resolution 2024.07.29.06.
    let name = spec.name.as_ref().map_or("cloud", |it| it.value.as_str()).to_lowercase();
    let label: String =
        name.chars().filter(|it| it.is_ascii_alphanumeric() || *it == '-').take(40).collect();
    let label = label.trim_matches('-');
    Domain::new(&format!("{}.internal", if label.is_empty() { "cloud" } else { label }))
}

/// The addresses of Kubernetes, whether there is one or not.
pub(crate) fn kubernetes(spec: &CloudSpec, context: &mut Context<'_>) -> Kubernetes {
    let written = spec.kubernetes.as_ref();
    let pods = prefixes(written.map(|it| &it.pods.0), USUAL_PODS);
    let services = prefixes(written.map(|it| &it.services.0), USUAL_SERVICES);
    if let Some(written) = written {
        check(written, context);
    }
    let lengths = written.map(|it| it.node_prefix.0.as_slice()).unwrap_or_default();
    let node_prefixes = pods
        .iter()
        .enumerate()
        .map(|(index, prefix)| {
            let usual = match prefix {
                IpNet::V4(_) => 24.max(prefix.prefix_len()),
                IpNet::V6(_) => 64.max(prefix.prefix_len()),
            };
            let Some(length) = lengths.get(index) else { return usual };
            if (prefix.prefix_len()..=prefix.max_prefix_len() - 2).contains(&length.value) {
                return context.choose(|| format!("node_prefix of {prefix}"), usual, Some(length));
            }
            let value = length.value;
            context.report(
                BAD_PREFIX
                    .at(
                        length.place,
                        text!(
                            "/{value} is no part of {prefix} that a node could use",
                            "/{value} no es una parte de {prefix} que un nodo pueda usar"
                        ),
                    )
                    .mend(
                        text!("write {usual}", "escriba {usual}"),
                        length.place,
                        usual.to_string(),
                    ),
            );
            usual
        })
        .collect();
    let domain = written.and_then(|it| it.domain.as_ref());
    let dns = written.and_then(|it| it.dns.as_ref());
    Kubernetes {
        pods,
        node_prefixes,
        services,
        domain: domain.map_or_else(|| "cluster.local".to_owned(), |it| it.value.to_string()),
        dns: dns.map_or_else(|| Image::usual(USUAL_DNS), |it| it.value.clone()),
        releases: Releases::default(),
    }
}

fn prefixes(written: Option<&Vec<At<Prefix>>>, usual: &str) -> Vec<IpNet> {
    let written: Vec<IpNet> = written.into_iter().flatten().map(|it| it.value.0).collect();
    if written.is_empty() { usual.parse().into_iter().collect() } else { written }
}

fn check(written: &KubernetesSpec, context: &mut Context<'_>) {
    for list in [&written.pods, &written.services] {
        for (index, prefix) in list.iter().enumerate() {
            let same_version =
                |it: &At<Prefix>| it.value.0.addr().is_ipv4() == prefix.value.0.addr().is_ipv4();
            if list.iter().take(index).any(same_version) {
                context.report(
                    BAD_PREFIX
                        .at(
                            prefix.place,
                            text!(
                                "two prefixes of the same version of the Internet protocol",
                                "dos prefijos de la misma versión del protocolo de Internet"
                            ),
                        )
                        .hint(text!("keep one of each version", "deje uno de cada versión")),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::Word as _;

    #[test]
    fn the_usual_image_is_one() {
        assert_eq!(Image::parse(USUAL_DNS), Ok(Image::usual(USUAL_DNS)));
    }
}
