//! Files whose daemons start with keys that they do not know: they are read again, strictly.

use super::tools::Verdict;
use fmc_config::FileId;
use fmc_config::tree::Shape;

/// Nothing is in a file that its shape does not know.
pub(crate) fn check(path: &str, text: &str, shape: &Shape) -> Verdict {
    if path == "/etc/ganesha/ganesha.conf" {
        return ganesha(text, &shape.paths());
    }
    let (node, faults) = fmc_config::yaml::read(FileId::default(), text);
    let node = node.filter(|_| faults.is_empty()).ok_or_else(|| format!("{faults:?}"))?;
    shape.check(&node).map_err(|it| format!("{path} knows no `{it}`"))
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
