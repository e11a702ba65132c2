//! `fmc kubeconfig`: the API of a rehearsed Kubernetes for tools of this machine, whatever they are.

use super::living::{Which, api, ask, process};
use crate::output::Output;
use crate::{CouldNot, Ended, FINE, interrupt};
use clap::Args;
use fmc_rehearse::door;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::OpenOptionsExt as _;
use std::process::{Command, Stdio};
use std::sync::atomic::Ordering;
use std::time::Duration;

/// `fmc kubeconfig`.
#[derive(Args)]
#[command(
    after_help = "The file has the key of whoever administers the cluster, and is for you alone (mode 600). It is good as
long as this command runs, and gone with it.

Examples:
  fmc kubeconfig cloud.kubeconfig                 until Ctrl-C; in another terminal:
  KUBECONFIG=cloud.kubeconfig kubectl get pods -A
  KUBECONFIG=cloud.kubeconfig k9s

Exit codes: 0 fine, 2 could not."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    which: Which,
    /// The port of this machine that leads to the API
    #[arg(long, value_name = "PORT", default_value = "6443")]
    port: u16,
    /// The file that is written; one that is there already is left alone
    file: String,
}

/// A name of the API in its certificates.
const NAME: &str = "kubernetes";

/// How long is waited for somebody to come before it is asked whether it is over.
const LOOK: Duration = Duration::from_millis(100);

/// How long the API may take to let somebody in.
const PATIENCE: Duration = Duration::from_secs(2);

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Ended {
    let (name, status) = ask(&arguments.which, "status", output)?;
    // Whatever else begins to run meanwhile, this one is meant.
    let which = Which::of(name);
    api(&status, output)?;
    let config = config(&which)?;
    let here = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), arguments.port);
    let failed = |it: std::io::Error| {
        let hint = output.say("choose another one by --port", "elija otro con --port");
        CouldNot::new(format!("{here}: {it}")).hint(hint)
    };
    let listener = TcpListener::bind(here).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    let Some((config, to)) = led(&config, listener.local_addr().map_err(failed)?) else {
        return Err(CouldNot::new(output.say(
            "the API of its kubeconfig is at no address",
            "la API de su kubeconfig no está en ninguna dirección",
        )));
    };
    let enough = interrupt::watched(output)?;
    let _written = Written::new(&arguments.file, &config, output)?;
    let until = output.say("leads to the API until Ctrl-C", "lleva a la API hasta Ctrl-C");
    output.talk(&format!("KUBECONFIG={} {until}\n", arguments.file));
    while !enough.load(Ordering::Acquire) {
        match listener.accept() {
            Ok((outer, _)) => {
                // The host may have been made anew since the last one came.
                let (_, status) = ask(&which, "status", output)?;
                let on = api(&status, output).ok().and_then(|it| process(&status, it));
                // Whoever comes while the API is away is sent away, as it would be there.
                if let Some(id) = on
                    && let Ok(Ok(inner)) =
                        fmc_sys::in_network(id, move || TcpStream::connect_timeout(&to, PATIENCE))
                    && outer.set_nonblocking(false).is_ok()
                {
                    door::pass(outer, inner);
                }
            }
            Err(why) if why.kind() == ErrorKind::WouldBlock => std::thread::sleep(LOOK),
            Err(why) => return Err(CouldNot::new(format!("{here}: {why}"))),
        }
    }
    Ok(FINE)
}

/// The kubeconfig of whoever is root on a host of the control plane, with all that it refers to in it.
fn config(which: &Which) -> Result<String, CouldNot> {
    let program = std::env::current_exe().map_err(|it| CouldNot::new(it.to_string()))?;
    let name = which.name();
    let words = ["kubectl", "--name", name, "config", "view", "--raw", "--flatten"];
    let told = Command::new(program).args(words).stdin(Stdio::null()).output();
    let told = told.map_err(|it| CouldNot::new(it.to_string()))?;
    if !told.status.success() {
        return Err(CouldNot::new(String::from_utf8_lossy(&told.stderr).trim().to_owned()));
    }
    String::from_utf8(told.stdout).map_err(|it| CouldNot::new(it.to_string()))
}

/// The same kubeconfig by way of an address of this machine, and where the API is; `None` where it does not say that.
fn led(config: &str, here: SocketAddr) -> Option<(String, SocketAddr)> {
    let (before, rest) = config.split_once("server: https://")?;
    let (to, after) = rest.split_once('\n')?;
    let margin = &before[before.rfind('\n').map_or(0, |it| it + 1)..];
    // The certificate of the API is for its own addresses and names, of which this machine is none.
    let text = format!("{before}server: https://{here}\n{margin}tls-server-name: {NAME}\n{after}");
    Some((text, to.trim_matches(['"', ' ']).parse().ok()?))
}

/// A file with a key in it, which goes when nobody is led there any more.
struct Written<'a>(&'a str);

impl<'a> Written<'a> {
    fn new(path: &'a str, text: &str, output: &Output) -> Result<Self, CouldNot> {
        let failed = |it: std::io::Error| {
            let told = CouldNot::new(format!("{path}: {it}"));
            match it.kind() {
                ErrorKind::AlreadyExists => told.hint(output.say(
                    "name another file: this one may be somebody's",
                    "nombre otro fichero: este puede ser de alguien",
                )),
                _ => told,
            }
        };
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .map_err(failed)?;
        let written = Self(path);
        file.write_all(text.as_bytes()).map_err(failed)?;
        if let Ok(path) = std::path::absolute(path) {
            fmc_sys::give(&path);
        }
        Ok(written)
    }
}

impl Drop for Written<'_> {
    fn drop(&mut self) {
        let _ = fs::remove_file(self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_api_is_led_to_by_this_machine() {
        let config = "clusters:\n- cluster:\n    certificate-authority-data: x\n    server: https://10.17.5.10:6443\n  name: cloud\n";
        let here = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 7443);
        let (text, to) = led(config, here).expect("it says where");
        assert_eq!(to.to_string(), "10.17.5.10:6443");
        let expected =
            "    server: https://127.0.0.1:7443\n    tls-server-name: kubernetes\n  name: cloud\n";
        assert!(text.ends_with(expected), "{text}");
        assert!(led("clusters: []\n", here).is_none());
        assert!(led("server: https://nowhere\n", here).is_none());
        let six = led("    server: https://[fd01::21]:6443\n", here).expect("it says where");
        assert_eq!(six.1.to_string(), "[fd01::21]:6443");
    }
}
