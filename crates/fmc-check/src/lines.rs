//! Where a rule stands in the file that is generated from it.

use crate::ruleset::RuleAt;
use fmc_build::{HostTree, Node};
use fmc_config::Document;
use fmc_model::setup::{Entry, FIREWALL_RULES, Setup};

/// The path of a host's firewall, and the line (from 1) of one of its rules. `None` where a person wrote
/// the file themselves.
pub fn line_of(setup: &Setup, tree: &HostTree, rule: &RuleAt<'_>) -> Option<(&'static str, usize)> {
    let Some(Entry::File(file)) = setup.entries.get(FIREWALL_RULES) else { return None };
    let Document::Nft(rules) = &file.document else { return None };
    if setup.firewall.as_ref() != Some(rules) {
        return None;
    }
    let path = FIREWALL_RULES;
    let Node::File(file) = tree.nodes.get(path)? else { return None };
    // A chain is a line with its name, one more for where packets come into it, and one for each rule.
    let head = format!("chain {} {{", rule.chain.name);
    let start = file.printed.text().lines().position(|it| it.trim() == head)? + 1;
    Some((path, start + usize::from(rule.chain.base.is_some()) + rule.index + 1))
}
