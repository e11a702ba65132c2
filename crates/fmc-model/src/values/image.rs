//! Images of containers.

use crate::read::{Bad, Word};
use crate::{Text, text};
use serde::Serialize;
use serde_json::{Value as Json, json};
use std::fmt;

/// An image of containers with its registry and a tag or a digest, so that it is the same one everywhere and
/// tomorrow (<https://pkg.go.dev/github.com/distribution/reference>).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Image(String);

/// Where images are that are written without a registry.
const USUAL: &str = "docker.io";

impl Image {
    /// One that is written here, and not by a person.
    pub(crate) fn usual(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What nodes look for: where there is a digest, that alone.
    pub fn looked_for(&self) -> String {
        let Some((name, digest)) = self.0.split_once('@') else { return self.0.clone() };
        format!("{}@{digest}", tagged(name).0)
    }
}

impl fmt::Display for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Word for Image {
    fn what() -> Text {
        Text::of(
            "an image with its registry and its tag, such as `docker.io/library/nginx:1.29`",
            "una imagen con su registro y su etiqueta, como `docker.io/library/nginx:1.29`",
        )
    }

    fn parse(text: &str) -> Result<Self, Bad> {
        let (name, digest) = text.split_once('@').map_or((text, None), |it| (it.0, Some(it.1)));
        let (path, tag) = tagged(name);
        let (registry, rest) = path.split_once('/').unwrap_or(("", path));
        let has_registry = registry.contains(['.', ':']) || registry == "localhost";
        let components = if has_registry { rest } else { path };
        if !components.split('/').all(is_component)
            || has_registry && !is_registry(registry)
            || tag.is_some_and(|it| !is_tag(it))
            || digest.is_some_and(|it| !is_digest(it))
        {
            return Err(Bad::word());
        }
        if !has_registry {
            let library = if path.contains('/') { "" } else { "library/" };
            let bad = Bad::because(text!(
                "it does not say of which registry it is",
                "no dice de qué registro es"
            ));
            return Err(bad.instead(format!("{USUAL}/{library}{text}")));
        }
        if registry == USUAL && !rest.contains('/') {
            let bad = Bad::because(text!(
                "{USUAL} keeps it in `library`",
                "{USUAL} la guarda en `library`"
            ));
            return Err(bad.instead(text.replacen(USUAL, &format!("{USUAL}/library"), 1)));
        }
        if tag.is_none_or(|it| it == "latest") && digest.is_none() {
            return Err(Bad::because(text!(
                "without a tag of a version or a digest it is another one tomorrow",
                "sin etiqueta de una versión ni resumen mañana es otra"
            )));
        }
        Ok(Self(text.to_owned()))
    }

    fn schema() -> Json {
        json!({ "type": "string", "pattern": "^(localhost(:[0-9]+)?|[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+(:[0-9]+)?|[A-Za-z0-9-]+:[0-9]+)(/[a-z0-9._-]+)+(:[A-Za-z0-9_][A-Za-z0-9._-]*(@sha256:[0-9a-f]{64})?|@sha256:[0-9a-f]{64})$" })
    }
}

/// A name and its tag.
fn tagged(name: &str) -> (&str, Option<&str>) {
    match name.rsplit_once(':') {
        Some((path, tag)) if !tag.contains('/') => (path, Some(tag)),
        _ => (name, None),
    }
}

fn is_component(text: &str) -> bool {
    let plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit();
    text.starts_with(plain)
        && text.ends_with(plain)
        && text.chars().all(|it| plain(it) || "._-".contains(it))
}

fn is_registry(text: &str) -> bool {
    let (name, port) = text.split_once(':').map_or((text, None), |it| (it.0, Some(it.1)));
    let plain = |it: char| it.is_ascii_alphanumeric() || "-.".contains(it);
    let ends = |it: char| it.is_ascii_alphanumeric();
    name.starts_with(ends)
        && name.ends_with(ends)
        && name.chars().all(plain)
        && port.is_none_or(|it| it.parse::<u16>().is_ok_and(|it| it > 0))
}

fn is_tag(text: &str) -> bool {
    let begins = |it: char| it.is_ascii_alphanumeric() || it == '_';
    let plain = |it: char| begins(it) || "-.".contains(it);
    text.len() <= 128 && text.starts_with(begins) && text.chars().all(plain)
}

fn is_digest(text: &str) -> bool {
    let digits = text.strip_prefix("sha256:").filter(|it| it.len() == 64);
    digits.is_some_and(|it| it.chars().all(|it| it.is_ascii_digit() || ('a'..='f').contains(&it)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_the_same_everywhere_and_tomorrow() {
        let digest = format!("@sha256:{}", "0".repeat(64));
        for good in [
            "docker.io/library/nginx:1.29",
            "ghcr.io/stefanprodan/podinfo:6.7.1",
            "registry.example:5000/a/b_c.d-e:v1",
            "localhost/pause:1",
            &format!("quay.io/a/b{digest}"),
            &format!("quay.io/a/b:1{digest}"),
        ] {
            assert_eq!(Image::parse(good).map(|it| it.to_string()), Ok(good.to_owned()));
        }
        for bad in [
            "",
            "/",
            "docker.io/",
            "docker.io/a",
            "docker.io/A/b:1",
            "docker.io/library/nginx:latest",
            "docker.io/a:1/",
            "docker.io/a:",
            "docker.io/a b:1",
            "docker.io:x/a:1",
            "-.io/a:1",
            "docker.io/a@sha256:1",
            "docker.io//a:1",
            "https://docker.io/a:1",
        ] {
            assert!(Image::parse(bad).is_err(), "{bad}");
        }
        let meant = |text| Image::parse(text).err().and_then(|it| it.instead);
        assert_eq!(meant("docker.io/nginx:1").as_deref(), Some("docker.io/library/nginx:1"));
        let both = Image::parse(&format!("quay.io/a/b:1{digest}")).map(|it| it.looked_for());
        assert_eq!(both, Ok(format!("quay.io/a/b{digest}")));
        assert_eq!(meant("nginx:1.29").as_deref(), Some("docker.io/library/nginx:1.29"));
        assert_eq!(meant("grafana/grafana:12").as_deref(), Some("docker.io/grafana/grafana:12"));
    }
}
