//! What a rehearsal runs in place of the edge, which nobody can run at home: nginx with `ModSecurity` and
//! its core rule set (<https://nginx.org/en/docs/>, <https://coreruleset.org/docs/>). It takes the same
//! names, asks the same origin, keeps the same files and turns the same requests away.

use super::told::{STATIC, Sites};
use fmc_config::blocks::{BlockStyle, Blocks, Statement};
use fmc_config::{Keys, Secret, SecretKind};
use fmc_model::Rate;
use fmc_model::role::{Configuration, Linked};
use fmc_model::setup::{Command, Entry, File, Process, Ready, Reload};
use std::net::SocketAddr;

const FILE: &str = "/etc/nginx/nginx.conf";
const RULES: &str = "/etc/nginx/fmc-modsecurity.conf";

/// Its own certificate, which nobody issued whom browsers know: the real edge has another.
const FOLDER: &str = "/var/lib/fmc-edge";

/// Who issues its certificate where it shows it to origins: they trust this one in the place of Cloudflare's
/// authority.
const PULLS: &str = "rehearsal-origin-pulls";
const AUTHORITY: &str = "/etc/nginx/fmc-origin-pulls.crt";
const AUTHORITY_KEY: &str = "/etc/nginx/fmc-origin-pulls.key";

/// Where files are kept.
const KEPT: &str = "/var/cache/fmc-edge";

/// How long that is whose origin does not say for how long it holds
/// (<https://developers.cloudflare.com/cache/how-to/configure-cache-status-code/#edge-ttl>).
const KEPT_FOR: &[(&[&str], &str)] = &[
    (&["200", "206", "301"], "120m"),
    (&["302", "303"], "20m"),
    (&["404", "410"], "3m"),
    (&["403"], "1m"),
];

/// The header that tells whether an answer was kept.
const STATUS: &str = "CF-Cache-Status";

/// What the role says of it.
pub(super) struct Edge<'a> {
    pub(super) waf: bool,
    pub(super) cache: bool,
    pub(super) rate: Option<Rate>,
    /// Whether it shows its certificate to the origin: an authority of the rehearsal's issued it, whom origins
    /// trust there in the place of Cloudflare's.
    pub(super) shows: bool,
    pub(super) sites: &'a Sites<'a>,
}

impl Edge<'_> {
    pub(super) fn configure(&self, on: &Linked<'_>, out: &mut Configuration) {
        let nginx = out.program("nginx");
        let openssl = out.program("openssl").path.into_owned();
        let user = nginx.user.clone();
        let module = out.program("nginx-modsecurity").path.into_owned();
        let rules = out.program("modsecurity-crs").path.into_owned();
        let mut files = vec![FILE.to_owned()];
        let trusted = out.authority("ingress");
        out.file(FILE, self.nginx(on, &user, &module, &trusted));
        if self.waf {
            out.file(RULES, modsecurity(on, &rules));
            files.push(RULES.to_owned());
        }
        if self.shows {
            let public = || Secret::public(SecretKind::Authority, PULLS);
            out.instead(super::ORIGIN_PULL_CA.trim_end(), public());
            let private = Secret::private(SecretKind::Authority, PULLS);
            for (path, secret) in [(AUTHORITY, public()), (AUTHORITY_KEY, private)] {
                let file = File::new(Keys::bare(secret), &on.cause()).mode(0o600);
                out.entry(path, Entry::File(file));
            }
        }
        out.directory(FOLDER, 0o700, "root");
        out.directory(KEPT, 0o700, user);
        let (certificate, key) = (certificate(), key());
        let names: Vec<String> = self.sites.names().iter().map(|it| format!("DNS:{it}")).collect();
        let names = format!("subjectAltName=DNS:{},{}", on.host.fqdn, names.join(","));
        let subject = format!("/CN={}", on.host.fqdn);
        let words =
            ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
        let rest = ["-days", "30", "-subj", &subject, "-addext", names.trim_end_matches(',')];
        let files_of = ["-keyout", &key, "-out", &certificate];
        let by: &[&str] =
            if self.shows { &["-CA", AUTHORITY, "-CAkey", AUTHORITY_KEY] } else { &[] };
        let words = words.into_iter().chain(rest).chain(files_of).chain(by.iter().copied());
        let command = Command::new(openssl, words);
        let mut own = Process::once("fmc-edge-certificate", vec![command], on.cause()).described(
            "certificate of the stand-in",
            "https://docs.openssl.org/3.0/man1/openssl-req/",
        );
        own.done = Some(certificate);
        let command = Command::new(nginx.path.clone(), ["-c", FILE, "-g", "daemon off;"]);
        let mut process = Process::daemon("nginx", command, Ready::Started, on.cause())
            .described("stands in for the edge", "https://nginx.org/en/docs/");
        process.check = Some(Command::new(nginx.path, ["-t", "-c", FILE]));
        process.reload = Some(Reload::Signal("HUP"));
        process.after = vec![own.name.clone()];
        process.files = files;
        out.process(own);
        out.process(process);
        super::promises::probes(self, on, STATUS, out);
    }

    fn nginx(&self, on: &Linked<'_>, user: &str, module: &str, trusted: &str) -> Blocks {
        let cause = on.cause();
        let mut file = Blocks::new(BlockStyle::Terminated);
        if self.waf {
            file.add(["load_module", module], &cause);
        }
        file.add(["user", user], &cause);
        file.add(["worker_processes", "1"], &cause);
        file.add(["pid", "/run/nginx.pid"], &cause);
        file.add(["error_log", "stderr"], &cause);
        file.block(["events"], &cause).with(["worker_connections", "1024"]);
        let http = file.block(["http"], &cause);
        http.with(["access_log", "off"]).with(["server_tokens", "off"]);
        http.with(["include", "/etc/nginx/mime.types"]);
        if self.waf {
            http.with(["modsecurity", "on"]).with(["modsecurity_rules_file", RULES]);
        }
        if let Some(rate) = self.rate {
            let (count, unit) = per_second_or_minute(rate);
            let zone = ["limit_req_zone", "$binary_remote_addr", "zone=visitors:10m"];
            let rate = format!("rate={count}r/{unit}");
            http.with(zone.into_iter().map(str::to_owned).chain([rate]));
            http.with(["limit_req_status", "429"]);
        }
        if self.cache {
            http.with(["proxy_cache_path", KEPT, "keys_zone=edge:10m", "max_size=100m"]);
        }
        let origins = self.sites.origins();
        for port in [80, 443] {
            let upstream = http.inner(["upstream".to_owned(), format!("origin-{port}")], &cause);
            for origin in &origins {
                upstream.with(["server".to_owned(), SocketAddr::new(*origin, port).to_string()]);
            }
        }
        // Whoever asks for another name is told nothing.
        let other = http.inner(["server"], &cause);
        listen(other, 80, true);
        listen(other, 443, true);
        other.with(["server_name", "_"]).with(["return", "421"]);
        if !origins.is_empty() {
            for port in [80, 443] {
                self.server(on, port, trusted, http);
            }
        }
        file
    }

    fn server(&self, on: &Linked<'_>, port: u16, trusted: &str, http: &mut Statement) {
        let server = http.inner(["server"], &on.cause());
        listen(server, port, false);
        let names = self.sites.names();
        server.with(std::iter::once("server_name".to_owned()).chain(names));
        if let Some(rate) = self.rate {
            // The real edge counts for some seconds before it turns anybody away.
            let burst = format!("burst={}", super::told::burst(rate));
            server.with(["limit_req", "zone=visitors", &burst, "nodelay"]);
        }
        server.with(["proxy_http_version", "1.1"]);
        server.with(["proxy_set_header", "Host", "$host"]);
        server.with(["proxy_set_header", "X-Forwarded-For", "$remote_addr"]);
        server.with(["proxy_set_header", "X-Forwarded-Proto", "$scheme"]);
        server.with(["proxy_set_header", "CF-Connecting-IP", "$remote_addr"]);
        if port == 443 {
            server.with(["proxy_ssl_server_name", "on"]).with(["proxy_ssl_name", "$host"]);
            server.with(["proxy_ssl_verify", "on"]);
            server.with(["proxy_ssl_trusted_certificate", trusted]);
            if self.shows {
                server.with(["proxy_ssl_certificate", &certificate()]);
                server.with(["proxy_ssl_certificate_key", &key()]);
            }
        }
        let to = if port == 443 { "https://origin-443" } else { "http://origin-80" };
        let cause = on.cause();
        server.inner(["location", "/"], &cause).with(["proxy_pass", to]);
        if self.cache {
            let which = format!("\\.({})$", STATIC.join("|"));
            let kept = server.inner(["location", "~*", &which], &cause);
            kept.with(["proxy_cache", "edge"]).with(["proxy_pass", to]);
            // The same path of another name is another file.
            kept.with(["proxy_cache_key", "$scheme$host$request_uri"]);
            for (statuses, long) in KEPT_FOR {
                let words = std::iter::once("proxy_cache_valid").chain(statuses.iter().copied());
                kept.with(words.chain([*long]));
            }
            let header = ["add_header", STATUS, "$upstream_cache_status", "always"];
            kept.with(header);
        }
        if self.waf {
            server.inner(["location", "~", "/\\.(?!well-known/)"], &cause).with(["return", "403"]);
        }
    }
}

fn certificate() -> String {
    format!("{FOLDER}/edge.crt")
}

fn key() -> String {
    format!("{FOLDER}/edge.key")
}

fn listen(server: &mut Statement, port: u16, usual: bool) {
    for address in [port.to_string(), format!("[::]:{port}")] {
        let tls = (port == 443).then(|| "ssl".to_owned());
        let usual = usual.then(|| "default_server".to_owned());
        let words = ["listen".to_owned(), address].into_iter();
        server.with(words.chain(tls).chain(usual));
    }
    if port == 443 {
        server.with(["ssl_certificate", &certificate()]);
        server.with(["ssl_certificate_key", &key()]);
        server.with(["ssl_protocols", "TLSv1.2", "TLSv1.3"]);
    }
}

/// A rate as nginx takes it: whole numbers by the second or by the minute.
fn per_second_or_minute(rate: Rate) -> (u64, &'static str) {
    let (count, per) = (u64::from(rate.count), rate.per.0.max(1));
    if count * 1000 % per == 0 && count * 1000 >= per {
        (count * 1000 / per, "s")
    } else {
        ((count * 60_000).div_ceil(per).max(1), "m")
    }
}

/// Its settings as the distribution has them, but that it acts; then the core rule set.
fn modsecurity(on: &Linked<'_>, rules: &str) -> Blocks {
    let cause = on.cause();
    let mut file = Blocks::new(BlockStyle::Indented);
    file.add(["Include", "/etc/nginx/modsecurity.conf"], &cause);
    file.add(["SecRuleEngine", "On"], &cause);
    file.add(["SecAuditEngine", "Off"], &cause);
    file.add(["Include", "/etc/modsecurity/crs/crs-setup.conf"], &cause);
    file.add(["Include", &format!("{rules}/*.conf")], &cause);
    file
}
