//! Files whose daemons start with keys that they do not know: they are read again, strictly.

use super::tools::Verdict;
use fmc_config::FileId;
use fmc_config::tree::Shape;
use fmc_config::yaml::{Node, Value};
use std::collections::BTreeMap;

/// Nothing is in a file that its shape does not know.
pub(crate) fn check(path: &str, text: &str, shape: &Shape) -> Verdict {
    if path == "/etc/ganesha/ganesha.conf" {
        return ganesha(text, &shape.paths());
    }
    if path == "/etc/containerd/config.toml" {
        let known = shape.paths();
        let unknown = toml(text)?.into_keys().find(|it| !known.contains(it));
        return unknown.map_or(Ok(()), |it| Err(format!("{path} knows no `{it}`")));
    }
    if path.contains("krb5") || path.ends_with("/instance.inf") {
        return profile(text, &shape.paths());
    }
    let (node, faults) = fmc_config::yaml::read(FileId::default(), text);
    let node = node.filter(|_| faults.is_empty()).ok_or_else(|| format!("{faults:?}"))?;
    shape.check(&node).map_err(|it| format!("{path} knows no `{it}`"))
}

/// Sections of keys, some of which are blocks under names that are chosen.
fn profile(text: &str, known: &[String]) -> Verdict {
    let (mut section, mut block) = (String::new(), None);
    for line in text.lines().map(str::trim).filter(|it| !it.is_empty() && !it.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
            name.clone_into(&mut section);
        } else if line.ends_with(" = {") {
            block = Some("*");
        } else if line == "}" {
            block.take().ok_or("a brace too many")?;
        } else {
            let key = line.split(" = ").next().unwrap_or(line);
            let path = std::iter::once(section.as_str()).chain(block).chain([key]);
            let path = path.collect::<Vec<_>>().join(".");
            if !known.contains(&path) && !known.contains(&format!("{section}.*")) {
                return Err(format!("there is no `{path}`"));
            }
        }
    }
    if block.is_none() { Ok(()) } else { Err("a block is open".to_owned()) }
}

/// Blocks in braces, one word to a line.
fn ganesha(text: &str, known: &[String]) -> Verdict {
    let mut blocks: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim).filter(|it| !it.is_empty() && !it.starts_with('#')) {
        if let Some(block) = line.strip_suffix(" {") {
            blocks.push(block);
        } else if line == "}" {
            blocks.pop().ok_or("a brace too many")?;
        } else {
            let key = line.split(" = ").next().unwrap_or(line);
            let path = blocks.iter().chain([&key]).copied().collect::<Vec<_>>().join(".");
            if !known.contains(&path) {
                return Err(format!("there is no `{path}`"));
            }
        }
    }
    if blocks.is_empty() { Ok(()) } else { Err(format!("{blocks:?} are open")) }
}

/// The values of a TOML file by the paths of their keys, quotes left out: one to a line, under the
/// whole name of its table, as we and containerd write it.
pub(crate) fn toml(text: &str) -> Result<BTreeMap<String, String>, String> {
    let mut table = String::new();
    let mut values = BTreeMap::new();
    for line in text.lines().map(str::trim).filter(|it| !it.is_empty() && !it.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
            table = format!("{}.", name.replace('"', ""));
        } else {
            let (key, value) = line.split_once(" = ").ok_or(line)?;
            values.insert(format!("{table}{}", key.replace('"', "")), value.to_owned());
        }
    }
    Ok(values)
}

/// Every value of a YAML file with the path of its keys.
pub(crate) fn scalars(node: &Node, path: &str, all: &mut BTreeMap<String, String>) {
    let below =
        |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match &node.value {
        Value::Map(entries) => {
            for (name, it) in entries {
                scalars(it, &below(name.text()), all);
            }
        }
        Value::Seq(items) => {
            for (at, it) in items.iter().enumerate() {
                scalars(it, &below(&at.to_string()), all);
            }
        }
        Value::Scalar(_) => {
            all.insert(path.to_owned(), node.text().to_owned());
        }
    }
}
