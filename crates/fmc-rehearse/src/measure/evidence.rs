//! What is kept of a rehearsal in which something disagrees, for whoever looks for the fault: the rules, routes and
//! sockets of every host, and for pairs that disagree the packets on both sides while they are tried once more.

use super::asked::{self, Target};
use super::asker::Asker;
use super::{Agreement, Disagreement, Matrix, seen};
use crate::stage::{Player, Stage, all as spread};
use fmc_check::machine::Machines;
use fmc_sys::{Command, Failure, Host as _, Outcome, Sandbox};
use std::fs;
use std::path::Path;
use std::time::Duration;

/// Of how many pairs packets are kept: each takes a second, and the first tell of the others.
const PAIRS: usize = 10;

/// How long packets may be under way that somebody waits for.
const UNDER_WAY: Duration = Duration::from_millis(300);

/// How long tcpdump may take to begin.
const BEGINS: Duration = Duration::from_secs(10);

/// What is asked of every host, and the file that keeps the answer.
const ASKED: [(&str, &[&str]); 5] = [
    ("ruleset.nft", &["nft", "-a", "list", "ruleset"]),
    ("addresses.txt", &["ip", "-d", "address"]),
    ("rules.txt", &["ip", "rule"]),
    ("routes.txt", &["ip", "route", "show", "table", "all"]),
    ("sockets.txt", &["ss", "-lntup"]),
];

impl Matrix<'_> {
    /// Keeps it in a folder, with a folder in it for each host, and one for each pair.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn keep_evidence(
        &self,
        machines: &Machines<'_>,
        stage: &Stage,
        agreement: &Agreement,
        folder: &Path,
    ) -> Result<(), Failure> {
        let hosts: Vec<_> = machines.cloud.hosts.values().collect();
        let done = spread(&hosts, |host| {
            let folder = folder.join("hosts").join(host.name.as_str());
            fs::create_dir_all(&folder).map_err(|it| failed(&folder, &it))?;
            for (name, words) in ASKED {
                let command = Command::new(words[0]).args(&words[1..]);
                // A tool that fails has something to say of it.
                let text = stage
                    .host(host.id)
                    .run(&command)
                    .map_or_else(|it| it.to_string(), |it| it.talk());
                let path = folder.join(name);
                fs::write(&path, text).map_err(|it| failed(&path, &it))?;
            }
            Ok(())
        });
        done.into_iter().collect::<Result<(), Failure>>()?;
        for (number, pair) in agreement.disagree.iter().take(PAIRS).enumerate() {
            let name = format!("{:02}-{}-{}", number + 1, plain(&pair.from), plain(&pair.of));
            let folder = folder.join("pairs").join(name);
            fs::create_dir_all(&folder).map_err(|it| failed(&folder, &it))?;
            self.capture(pair, stage, &folder)?;
        }
        Ok(())
    }

    /// Tries a pair again, and keeps what passes on both sides.
    fn capture(&self, pair: &Disagreement, stage: &Stage, folder: &Path) -> Result<(), Failure> {
        let ask = &self.asks[pair.at];
        let to = pair.to;
        let owner = self.owners.get(&to.ip()).map(|it| Player::of(it.0));
        let from = Asker::of(ask.player, stage)?;
        let owner = owner.and_then(|it| stage.players.get(&it)).map(|it| &**it);
        let sides = [("asks", Some(from.host())), ("is-asked", owner)];
        let sides = sides.into_iter().filter_map(|(side, it)| Some((side, it?)));
        let sides: Vec<(&str, &Sandbox)> = sides.collect();
        let mut captures = Vec::new();
        for (side, sandbox) in &sides {
            let inside = format!("/run/fmc-evidence-{side}.pcap");
            // A balancer asks somebody else in its turn: all of that protocol and port is kept.
            let filter = [pair.protocol.to_owned(), "port".to_owned(), to.port().to_string()];
            let filter = [filter.join(" "), "icmp".to_owned(), "icmp6".to_owned()].join(" or ");
            let words = ["--immediate-mode", "-i", "any", "-U", "-w", &inside, &filter];
            let mut process = sandbox.spawn(&Command::new("tcpdump").args(words))?;
            process.wait_until(BEGINS, |it: &Outcome| it.talk().contains("listening on"))?;
            captures.push((side, sandbox, inside, process));
        }
        let datagram = !self.is_tcp(pair.at);
        let own = if datagram { seen::FROM.clone().next_back() } else { None };
        let target = Target { to, datagram, from: own };
        let asks = from.thread(move || asked::patiently(&[target], &[false]))?;
        let _ = asks.join();
        std::thread::sleep(UNDER_WAY);
        for (side, sandbox, inside, process) in captures {
            process.terminate(BEGINS)?;
            let bytes = sandbox.inside(move || fs::read(inside))?.unwrap_or_default();
            let path = folder.join(format!("{side}.pcap"));
            fs::write(&path, bytes).map_err(|it| failed(&path, &it))?;
        }
        let told = serde_json::to_string_pretty(pair).unwrap_or_default();
        let path = folder.join("answers.json");
        fs::write(&path, told + "\n").map_err(|it| failed(&path, &it))
    }
}

fn failed(path: &Path, why: &std::io::Error) -> Failure {
    Failure::Wrong(format!("keeping {}: {why}", path.display()))
}

/// A name as that of a folder.
fn plain(name: &str) -> String {
    name.chars().map(|it| if it.is_alphanumeric() { it } else { '-' }).collect()
}
