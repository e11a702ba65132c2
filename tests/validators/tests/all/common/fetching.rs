//! What hosts fetch, from a server of nothing but these tests.

use super::tools::{PATIENCE, Verdict, one, run};
use super::{Given, Stage, told};
use fmc_sys::{Command, Placed, Process, Sandbox};
use std::collections::BTreeSet;

pub(crate) const LIST: &str = "/etc/fmc/programs";
pub(crate) const SCRIPT: &str = "/etc/fmc/fetch-programs.sh";

/// Serves what lies below `/srv`, at a port of the loopback interface. What lies below `/srv/short` breaks
/// off in the middle, as a connection does that is lost.
const SERVER: &str = r#"
import http.server, sys
class Handler(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        path = self.translate_path(self.path)
        try:
            data = open(path, "rb").read()
        except OSError:
            return self.send_error(404)
        self.send_response(200)
        self.send_header("Content-Length", len(data))
        self.end_headers()
        self.wfile.write(data[: len(data) // 2] if "/short/" in path else data)
server = http.server.HTTPServer(("127.0.0.1", 8080), lambda *a: Handler(*a, directory="/srv"))
print("listening", file=sys.stderr, flush=True)
server.serve_forever()
"#;

/// The server, as a file of the sandbox.
pub(crate) fn server_file() -> Placed {
    Placed::new("/in/server.py", SERVER)
}

/// The server, once it listens.
pub(crate) fn serve(on: &Sandbox) -> Process<'_> {
    one(&Command::new("ip").args(["link", "set", "lo", "up"]), on).expect("a loopback interface");
    let command = Command::new("python3").arg("/in/server.py");
    let mut server = on.spawn(&command).expect("a server");
    let up = server.wait_until(PATIENCE, |it| it.talk().contains("listening")).expect("watched");
    assert!(up, "{}", told(&command, server.so_far()));
    server
}

/// What fetches reads every line of a list: it asks for each address with its own name, and for no
/// other; and it says that it got nothing where there is no network.
pub(crate) fn list(file: &Given, stage: &Stage<'_>) -> Verdict {
    let on = &stage.on;
    // What asks writes down what it was asked for.
    let asked = "for last; do :; done\necho \"$last\" >> /tmp/asked\nexit 6\n";
    let curl = "mkdir -p /tmp/bin && cat > /tmp/bin/curl && chmod 755 /tmp/bin/curl";
    one(&Command::new("sh").args(["-ec", curl]).input(format!("#!/bin/sh\n{asked}")), on)?;
    let fetch = Command::new("/bin/sh")
        .args([SCRIPT, "--once"])
        .env("PATH", "/tmp/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    let outcome = run(&fetch, on)?;
    let talk = outcome.talk();
    let lines: Vec<&str> = file.text.lines().filter(|it| !it.starts_with('#')).collect();
    if outcome.success() || talk.lines().count() != lines.len() {
        return Err(told(&fetch, &outcome));
    }
    let asked = run(&Command::new("cat").arg("/tmp/asked"), on)?.text();
    let asked: BTreeSet<&str> = asked.lines().collect();
    let downloads = &stage.cloud.setup(stage.host.id).downloads;
    let wanted: BTreeSet<&str> = downloads.iter().map(|it| it.url.as_str()).collect();
    if asked != wanted {
        return Err(format!("{asked:?} is asked for, and not {wanted:?}"));
    }
    for (it, line) in downloads.iter().zip(talk.lines()) {
        if line != format!("{} {}: cannot be fetched from {}", it.program, it.version, it.url) {
            return Err(talk);
        }
    }
    // The digests and the places are those of the model.
    for (it, line) in downloads.iter().zip(lines) {
        let words: Vec<&str> = line.split(' ').collect();
        let places: Vec<&str> =
            words[4..].iter().filter_map(|it| it.split_once('=').map(|it| it.1)).collect();
        let wanted: Vec<&str> = it.installs.iter().map(|it| it.path.as_str()).collect();
        if words[2] != it.sha256 || places != wanted {
            return Err(line.to_owned());
        }
    }
    Ok(())
}
