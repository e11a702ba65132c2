//! Many questions at once, from inside of one sandbox.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, bind, connect, getsockname, recv,
    send, socket_with, sockopt,
};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

/// Where to, and by datagrams or by a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// Where to.
    pub to: SocketAddr,
    /// Whether it is a datagram, and no connection.
    pub datagram: bool,
    /// From which port; any, if none is named or that one is taken.
    pub from: Option<u16>,
}

/// What a question came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Came {
    /// Somebody took it, or sent it back; it came from this address.
    Answered(IpAddr),
    /// Nobody listens there.
    Refused,
    /// Nothing came back, or that there is no way.
    Nothing,
}

/// How many are under way at once: each has a descriptor, of which a process has a thousand at least.
const AT_ONCE: usize = 100;

/// How long an answer may take that is not expected. All of it happens on one machine: what takes longer on
/// a busy one is tried again.
const SHORT: Duration = Duration::from_millis(200);

/// How long an answer may take that is expected: longer than an end of a tunnel rests before it calls the other
/// again (5 s and a third of one, `REKEY_TIMEOUT` of WireGuard).
const LONG: Duration = Duration::from_secs(8);

/// Asks all of them from the network of this thread; then, with patience, those that were silent and of which an
/// answer is expected.
///
/// # Panics
/// There are no sockets.
pub fn patiently(to: &[Target], expected: &[bool]) -> Vec<Came> {
    let mut came = all(to, SHORT);
    let is_late = |at: &usize| expected[*at] && came[*at] == Came::Nothing;
    let late: Vec<usize> = (0..to.len()).filter(is_late).collect();
    let again: Vec<Target> = late.iter().map(|it| to[*it]).collect();
    for (at, it) in late.into_iter().zip(all(&again, LONG)) {
        came[at] = it;
    }
    came
}

/// Asks all of them from the network of this thread; what does not answer in time does not
/// answer.
///
/// # Panics
/// There are no sockets.
pub fn all(to: &[Target], patience: Duration) -> Vec<Came> {
    to.chunks(AT_ONCE).flat_map(|it| some(it, patience)).collect()
}

fn some(to: &[Target], patience: Duration) -> Vec<Came> {
    let mut came = vec![Came::Nothing; to.len()];
    let mut open: Vec<(usize, OwnedFd)> = Vec::new();
    for (at, Target { to, datagram, from }) in to.iter().enumerate() {
        let family = if to.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
        let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
        let kind = if *datagram { SocketType::DGRAM } else { SocketType::STREAM };
        let socket = socket_with(family, kind, flags, None).expect("a socket");
        if let Some(port) = from {
            let any: IpAddr = if to.is_ipv4() {
                Ipv4Addr::UNSPECIFIED.into()
            } else {
                Ipv6Addr::UNSPECIFIED.into()
            };
            let _ = bind(&socket, &SocketAddr::new(any, *port));
        }
        let mut sent = connect(&socket, to);
        if *datagram && sent.is_ok() {
            sent = send(&socket, b"?", SendFlags::empty()).map(|_| ());
        }
        match sent {
            Ok(()) | Err(Errno::INPROGRESS) => open.push((at, socket)),
            Err(Errno::CONNREFUSED) => came[at] = Came::Refused,
            // That there is no way is known at once.
            Err(_) => {}
        }
    }
    let until = Instant::now() + patience;
    while !open.is_empty() {
        let left = until.saturating_duration_since(Instant::now());
        let left = Timespec { tv_sec: left.as_secs() as i64, tv_nsec: left.subsec_nanos().into() };
        let mut watched: Vec<PollFd<'_>> =
            open.iter().map(|(at, it)| PollFd::new(it, event(&to[*at]))).collect();
        let ready = match poll(&mut watched, Some(&left)) {
            Ok(0) => break,
            Ok(_) => watched.iter().map(|it| !it.revents().is_empty()).collect::<Vec<bool>>(),
            Err(Errno::INTR) => continue,
            Err(error) => panic!("{error}"),
        };
        drop(watched);
        let mut ready = ready.into_iter();
        open.retain(|(at, socket)| {
            if !ready.next().unwrap_or_default() {
                return true;
            }
            came[*at] = outcome(socket, to[*at].datagram);
            false
        });
    }
    came
}

/// What tells that there is an outcome.
fn event(target: &Target) -> PollFlags {
    if target.datagram { PollFlags::IN } else { PollFlags::OUT }
}

fn outcome(socket: &OwnedFd, datagram: bool) -> Came {
    let told = match sockopt::socket_error(socket) {
        Ok(Ok(())) if datagram => recv(socket, &mut [0; 8], RecvFlags::empty()).map(|_| ()),
        Ok(told) => told,
        Err(error) => Err(error),
    };
    match told {
        Ok(()) => {
            let own = getsockname(socket).ok().and_then(|it| SocketAddr::try_from(it).ok());
            own.map_or(Came::Nothing, |it| Came::Answered(it.ip()))
        }
        Err(Errno::CONNREFUSED) => Came::Refused,
        Err(_) => Came::Nothing,
    }
}
