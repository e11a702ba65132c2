//! Traefik is started with its files, and its visitors come.

use super::clients::{come_from, own_address, stranger};
use super::edge::get;
use super::tools::{PATIENCE, Verdict, one, run};
use super::{Stage, bracketed, parts, told};
use fmc_config::{FileId, Secret, SecretKind};
use fmc_model::cloud::{App, Asker, End};
use fmc_sys::Command;
use std::net::IpAddr;

/// It comes up and complains of nothing but what cannot be reached from here: Let's Encrypt, the API
/// of Kubernetes. Each site is there, shows a certificate of the cloud, and is open to whom it is
/// for; plain requests are sent to the secure port.
pub(crate) fn traefik(stage: &Stage<'_>) -> Verdict {
    let on = &stage.on;
    let Some(server) = own_address(stage) else { return Ok(()) };
    one(&Command::new("ip").args(["link", "set", "lo", "up"]), on)?;
    let shown = edge(stage)?;
    let mut command =
        Command::new(parts::TRAEFIK_INSIDE).arg("--configFile=/etc/traefik/traefik.yml");
    let here = stage.cloud.setup(stage.host.id);
    let unit = here.processes.iter().find(|it| it.name == "traefik").ok_or("no unit")?;
    for (name, value) in &unit.environment {
        command = command.env(name, value);
    }
    let mut daemon = on.spawn(&command).map_err(|it| format!("{command}: {it}"))?;
    let ask = |words: &[&str]| {
        let curl = Command::new("curl").args(["-s", "-o", "/dev/null", "-w", "%{http_code}"]);
        run(&curl.args(["--max-time", "8"]).args(words), on).map(|it| it.text())
    };
    let start = std::time::Instant::now();
    // It is there before its sites are: the certificate is one of the last things.
    let site = bracketed(server);
    let url = format!("https://{site}/");
    let ca = "/etc/fmc/pki/ingress/ca.crt";
    while ask(&["http://127.0.0.1:8082/ping"])? != "200" || ask(&["--cacert", ca, &url])? != "404" {
        daemon.wait_until(PATIENCE / 100, |_| false).map_err(|it| it.to_string())?;
        if start.elapsed() > PATIENCE || daemon.so_far().status != fmc_sys::Status::Running {
            return Err(told(&command, daemon.so_far()));
        }
    }
    let visit = |app: &App, login: &[&str]| {
        let name = &app.names[0];
        let at = format!("{name}:443:{site}");
        let url = format!("https://{name}/");
        ask(&[&["--cacert", ca, "--resolve", &at, &url], login].concat())
    };
    for app in stage.cloud.apps.values().filter(|it| !it.hosts.is_empty()) {
        let served = |code: &str| matches!(code, "502" | "503" | "504");
        come_from(stranger(server), server, on)?;
        let host = format!("Host: {}", app.names[0]);
        let plain = ask(&["-H", &host, &format!("http://{site}/")])?;
        let mut told = visit(app, &[])?;
        if demands(app, stage) {
            // Whoever does not come by the edge does not even get an answer.
            if told != "000" {
                return Err(format!("{} tells whoever shows no certificate {told}", app.name));
            }
            told = visit(app, &shown)?;
        }
        let right = if app.public { served(&told) } else { told == "403" };
        if !right || !matches!(plain.as_str(), "301" | "308") {
            return Err(format!("{} tells a stranger {told}, and plainly {plain}", app.name));
        }
        let Some(client) = guest(app, stage).filter(|_| !app.public) else { continue };
        come_from(client, server, on)?;
        let told = visit(app, &[])?;
        let known = stage.files.iter().find(|it| it.path == "/etc/traefik/users");
        let Some(users) = known else {
            if served(&told) {
                continue;
            }
            return Err(format!("{} tells {client} {told}", app.name));
        };
        let user = users.text.lines().rfind(|it| !it.starts_with('#')).unwrap_or_default();
        let user = user.split(':').next().unwrap_or_default();
        let password = Secret::private(SecretKind::Login, format!("login/{user}"));
        let password = stage.secrets.value(&password).ok_or("no password was made")?;
        let user = format!("{user}:{password}");
        let with_password = visit(app, &["-u", &user])?;
        if told != "401" || !served(&with_password) {
            return Err(format!("{}: {told}, and {with_password} with a password", app.name));
        }
    }
    daemon.wait_until(PATIENCE / 100, |_| false).map_err(|it| it.to_string())?;
    let talk = daemon.terminate(PATIENCE).map_err(|it| it.to_string())?.talk();
    // The last is advice that it gives to everybody.
    let unreachable = |it: &str| {
        ["acme", "letsencrypt", "kubernetes", "Health check failed", "encoded characters"]
            .iter()
            .any(|word| it.contains(word))
    };
    let wrong = |it: &&str| {
        (it.contains("\"level\":\"error\"") || it.contains("\"level\":\"warn\""))
            && !unreachable(it)
    };
    match talk.lines().find(wrong) {
        Some(line) => Err(line.to_owned()),
        None => Ok(()),
    }
}

/// A certificate as the edge shows it, if one is asked for: Cloudflare's is Cloudflare's, so the one
/// that is made here is trusted in its place.
fn edge(stage: &Stage<'_>) -> Result<Vec<&'static str>, String> {
    let authority = "/etc/traefik/edge-ca.crt";
    if stage.files.iter().all(|it| it.path != authority) {
        return Ok(Vec::new());
    }
    let words =
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=edge";
    let files = ["-keyout", "/run/edge.key", "-out", "/run/edge.crt"];
    one(&Command::new("openssl").args(words.split(' ')).args(files), &stage.on)?;
    one(&Command::new("cp").args(["/run/edge.crt", authority]), &stage.on)?;
    Ok(vec!["--cert", "/run/edge.crt", "--key", "/run/edge.key"])
}

/// Whether a site is shown to nobody who does not come by the edge.
fn demands(app: &App, stage: &Stage<'_>) -> bool {
    let sites = stage.files.iter().find(|it| it.path == "/etc/traefik/sites/fmc.yml");
    let node = sites.and_then(|it| fmc_config::yaml::read(FileId::default(), &it.text).0);
    let way = ["http", "routers", app.name.as_str(), "tls", "options"];
    let mut at = node.as_ref();
    for key in way {
        at = at.and_then(|it| get(it, key));
    }
    at.is_some_and(|it| it.text() == "edge")
}

/// An address from which somebody may come for whom a site is.
fn guest(app: &App, stage: &Stage<'_>) -> Option<IpAddr> {
    let asker = Asker::App(app.name.to_string());
    let flow = stage
        .cloud
        .flows
        .iter()
        .find(|it| it.service == "https" && it.reasons.iter().any(|it| it.asked_by == asker))?;
    match &flow.from {
        End::Outside(name) => {
            let outside = &stage.cloud.outside[name];
            let person = outside.people.iter().flat_map(|it| &it.addresses).next();
            let network = &stage.cloud.networks[outside.networks.first()?];
            let anyone = || network.prefixes.first()?.hosts().last();
            person.map(ipnet::IpNet::addr).or_else(anyone)
        }
        End::Network(name) => stage.cloud.networks[name].prefixes.first()?.hosts().last(),
        _ => None,
    }
}
