//! What a rehearsal runs in place of the API of Kubernetes, unless it is asked for the real one: nginx at its port
//! (<https://nginx.org/en/docs/>). Balancers find it well, and clients believe its certificate.

use super::API_PORT;
use fmc_config::blocks::{BlockStyle, Blocks};
use fmc_model::role::{Configuration, Linked};
use fmc_model::setup::{Command, Process, Ready};

/// Beside any other nginx of a host.
const FILE: &str = "/etc/fmc/stand-in/api.conf";

/// Answers like an API that is ready, and knows no object.
pub(crate) fn api(on: &Linked<'_>, out: &mut Configuration) {
    let own = out.credential("kubernetes", "kube-apiserver", "root");
    let nginx = out.program("nginx");
    let cause = on.cause();
    let mut file = Blocks::new(BlockStyle::Terminated);
    file.add(["user", &*nginx.user], &cause);
    file.add(["worker_processes", "1"], &cause);
    file.add(["pid", "/run/stand-in-api.pid"], &cause);
    file.add(["error_log", "stderr"], &cause);
    file.block(["events"], &cause).with(["worker_connections", "1024"]);
    let http = file.block(["http"], &cause);
    http.with(["access_log", "off"]).with(["server_tokens", "off"]);
    let server = http.inner(["server"], &cause);
    for address in [API_PORT.to_string(), format!("[::]:{API_PORT}")] {
        server.with(["listen", &address, "ssl"]);
    }
    server.with(["ssl_certificate", &own.certificate()]);
    server.with(["ssl_certificate_key", &own.key()]);
    server.with(["default_type", "text/plain"]);
    for path in ["/readyz", "/livez", "/healthz"] {
        server.inner(["location", "=", path], &cause).with(["return", "200", "ok"]);
    }
    server.inner(["location", "/"], &cause).with(["return", "404"]);
    out.file(FILE, file);
    let command = Command::new(nginx.path.clone(), ["-c", FILE, "-g", "daemon off;"]);
    let mut process = Process::daemon("stand-in-api", command, Ready::Started, cause)
        .described("stands in for the API of Kubernetes", "https://nginx.org/en/docs/");
    process.check = Some(Command::new(nginx.path, ["-q", "-t", "-c", FILE]));
    process.files = vec![FILE.to_owned()];
    out.process(process);
}
