//! Whoever is asked on a stage: listeners where the processes of its hosts are.

use fmc_check::ends;
use fmc_check::machine::Machines;
use fmc_check::packet::Packet;
use fmc_model::{Ports, Protocol};
use fmc_rehearse::stage::Stage;
use fmc_sys::Failure;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr, TcpListener, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

/// How often whoever answers looks whether it is to end, in nanoseconds.
const LOOK: i64 = 20_000_000;

/// Everybody who listens, until it is dropped.
pub struct Listeners {
    // Its kernel takes connections in for it.
    _segments: Vec<TcpListener>,
    end: Arc<AtomicBool>,
    answers: Option<JoinHandle<()>>,
}

impl Listeners {
    /// Has every host listen where its processes do, of these ports and addresses.
    ///
    /// # Errors
    /// The stage is gone.
    ///
    /// # Panics
    /// Somebody listens there already.
    pub fn start(
        machines: &Machines<'_>,
        stage: &Stage,
        addresses: &[IpAddr],
        ports: &BTreeSet<Ports>,
    ) -> Result<Self, Failure> {
        let (mut segments, mut datagrams) = (Vec::new(), Vec::new());
        for machine in machines.iter() {
            let at = |protocol: Protocol| {
                let mut at: Vec<SocketAddr> = Vec::new();
                for own in addresses.iter().filter(|it| machine.is_own(**it)) {
                    for port in ports.iter().filter(|it| it.protocol == protocol) {
                        // Who asks does not matter to who listens.
                        let payload = ends::payload(port);
                        let packet = Packet { source: *own, destination: *own, payload };
                        if machine.listens(machines.cloud, &packet) {
                            at.push(SocketAddr::new(*own, port.first));
                        }
                    }
                }
                at
            };
            let (tcp, udp) = (at(Protocol::Tcp), at(Protocol::Udp));
            let sandbox = stage.host(machine.host.id);
            let opened = sandbox.inside(move || {
                let tcp = tcp.into_iter().map(|it| TcpListener::bind(it).map_err(|why| (it, why)));
                let udp = udp.into_iter().map(|it| UdpSocket::bind(it).map_err(|why| (it, why)));
                (tcp.collect::<Result<Vec<_>, _>>(), udp.collect::<Result<Vec<_>, _>>())
            })?;
            let name = &machine.host.name;
            segments.extend(opened.0.unwrap_or_else(|it| panic!("{name}: {it:?}")));
            datagrams.extend(opened.1.unwrap_or_else(|it| panic!("{name}: {it:?}")));
        }
        let end = Arc::new(AtomicBool::new(false));
        let ended = Arc::clone(&end);
        let answers = std::thread::spawn(move || answer(&datagrams, &ended));
        Ok(Self { _segments: segments, end, answers: Some(answers) })
    }
}

impl Drop for Listeners {
    fn drop(&mut self) {
        self.end.store(true, Ordering::Relaxed);
        if let Some(thread) = self.answers.take() {
            let _ = thread.join();
        }
    }
}

/// Sends every datagram back.
fn answer(sockets: &[UdpSocket], end: &AtomicBool) {
    let look = Timespec { tv_sec: 0, tv_nsec: LOOK };
    while !end.load(Ordering::Relaxed) {
        let mut watched: Vec<PollFd<'_>> =
            sockets.iter().map(|it| PollFd::new(it, PollFlags::IN)).collect();
        // That it was interrupted is as good as that there is nothing.
        let _ = poll(&mut watched, Some(&look));
        let ready = watched.iter().map(|it| it.revents().contains(PollFlags::IN));
        let ready: Vec<bool> = ready.collect();
        for (socket, _) in sockets.iter().zip(ready).filter(|it| it.1) {
            let mut bytes = [0; 8];
            if let Ok((length, from)) = socket.recv_from(&mut bytes) {
                // What cannot be answered is silence, which is looked at elsewhere.
                let _ = socket.send_to(&bytes[..length], from);
            }
        }
    }
}
