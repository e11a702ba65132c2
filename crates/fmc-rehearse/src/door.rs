//! A door from this machine into a rehearsal: whoever opens the port here is somebody in the Internet there.
//!
//! A browser asks for the name that it was given, which is this machine's. So what it meets first is a proxy on
//! the rehearsed Internet, which asks for the app by its own name, and is announced as what it is.

use crate::service::Part;
use crate::world::whom;
use fmc_check::machine::Machines;
use fmc_config::Cause;
use fmc_model::setup::{Command, Process, Ready, Reload};
use fmc_model::{Text, text};
use fmc_sys::{Failure, Placed, Sandbox};
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::time::Duration;

/// Where the proxy listens on the rehearsed Internet.
const INSIDE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8443);

const PROGRAM: &str = "/usr/sbin/nginx";
const FILE: &str = "/etc/fmc/door.conf";
const KEY: &str = "/etc/fmc/door.key";
const CERTIFICATE: &str = "/etc/fmc/door.crt";

/// How long is waited for somebody to come before it is asked whether it is over.
const LOOK: Duration = Duration::from_millis(100);

/// A port of this machine that leads to an app: the first that the world opens in the cloud that runs.
#[derive(Debug)]
pub struct Door {
    listener: TcpListener,
}

/// The first app that the world opens: its name, and where it is asked for.
fn first(machines: &Machines<'_>) -> Option<(String, IpAddr)> {
    let mut public = machines.cloud.apps.values().enumerate().filter(|it| it.1.public);
    public.next().and_then(|(at, _)| whom(machines, at).ok())
}

impl Door {
    /// Takes a port of this machine. Where there is no app that the world opens, there may be one later; but then
    /// nobody misses the port if somebody else has it.
    ///
    /// # Errors
    /// The port is taken.
    pub fn take(machines: &Machines<'_>, port: u16) -> Result<Option<Self>, Failure> {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            Ok(listener) => Ok(Some(Self { listener })),
            Err(_) if first(machines).is_none() => Ok(None),
            Err(why) => Err(Failure::Wrong(format!("port {port} of this machine: {why}"))),
        }
    }

    /// The name of the app that is met.
    pub fn name(&self, machines: &Machines<'_>) -> Option<String> {
        first(machines).map(|it| it.0)
    }

    /// The address that a browser opens.
    pub fn url(&self) -> String {
        let port = self.listener.local_addr().map_or(INSIDE.port(), |it| it.port());
        format!("https://127.0.0.1:{port}/")
    }

    /// What is said of it, by the name of the app.
    pub fn stands_in(name: &str) -> Text {
        text!(
            "a proxy asks for {name} in the place of your browser",
            "un intermediario pide {name} en lugar de su navegador"
        )
    }

    /// What the proxy needs and runs; nothing where the world opens no app.
    pub(crate) fn part(&self, machines: &Machines<'_>, cause: &Cause) -> Part {
        let Some((name, to)) = first(machines) else { return Part::default() };
        Part {
            files: vec![self.file(&name, to)],
            processes: Self::processes(cause),
            ..Part::default()
        }
    }

    fn file(&self, name: &str, to: IpAddr) -> Placed {
        let (url, to) = (self.url(), SocketAddr::new(to, 443));
        let text = format!(
            "worker_processes 1;
pid /run/door.pid;
error_log stderr;
events {{ worker_connections 256; }}
http {{
  access_log off;
  server {{
    listen {INSIDE} ssl;
    ssl_certificate {CERTIFICATE};
    ssl_certificate_key {KEY};
    location / {{
      proxy_http_version 1.1;
      proxy_set_header Host {name};
      proxy_ssl_server_name on;
      proxy_ssl_name {name};
      proxy_redirect https://{name}/ {url};
      proxy_pass https://{to};
    }}
  }}
}}
"
        );
        Placed::new(FILE, text)
    }

    fn processes(cause: &Cause) -> Vec<Process> {
        let words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
        let more = ["-nodes", "-days", "30", "-subj", "/CN=127.0.0.1"];
        let more = more.into_iter().chain(["-addext", "subjectAltName=IP:127.0.0.1"]);
        let files = ["-keyout", KEY, "-out", CERTIFICATE];
        let openssl = Command::new("/usr/bin/openssl", words.into_iter().chain(more).chain(files));
        let made = Process::once("door-certificate", vec![openssl], cause.clone());
        let nginx = Command::new(PROGRAM, ["-c", FILE, "-g", "daemon off;"]);
        let mut proxy = Process::daemon("door", nginx, Ready::Started, cause.clone());
        proxy.after = vec![made.name.clone()];
        proxy.files = vec![FILE.to_owned()];
        proxy.reload = Some(Reload::Signal("HUP"));
        vec![made, proxy]
    }

    /// Lets everybody in who comes, until `end` is set.
    ///
    /// # Errors
    /// The rehearsed Internet is gone.
    pub fn serve(&self, internet: &Sandbox, end: &AtomicBool) -> Result<(), Failure> {
        let failed = |it: std::io::Error| Failure::Wrong(format!("the door: {it}"));
        self.listener.set_nonblocking(true).map_err(failed)?;
        let (come, coming) = channel::<TcpStream>();
        // A socket belongs to the network of the thread that makes it.
        let inside = internet.thread(move || {
            for outer in coming {
                if let Ok(inner) = TcpStream::connect(INSIDE) {
                    pass(outer, inner);
                }
            }
        })?;
        while !end.load(Ordering::Acquire) {
            match self.listener.accept() {
                Ok((stream, _)) => {
                    let _ = stream.set_nonblocking(false);
                    // That nobody takes it any more is seen at the end.
                    let _ = come.send(stream);
                }
                Err(_) => std::thread::sleep(LOOK),
            }
        }
        drop(come);
        let _ = inside.join();
        Ok(())
    }
}

/// Passes everything on, in both directions, each by a thread that ends with it.
pub fn pass(outer: TcpStream, inner: TcpStream) {
    let Ok((outer_too, inner_too)) = outer.try_clone().and_then(|it| Ok((it, inner.try_clone()?)))
    else {
        return;
    };
    std::thread::spawn(move || copy(outer, inner));
    std::thread::spawn(move || copy(inner_too, outer_too));
}

fn copy(mut from: TcpStream, mut to: TcpStream) {
    let mut bytes = [0; 1 << 14];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        if to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    // The other side is told; what it has still to say it may.
    let _ = to.shutdown(Shutdown::Write);
}
