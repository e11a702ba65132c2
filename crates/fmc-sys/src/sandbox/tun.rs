//! An interface at whose other end we are ourselves, packet by packet.

use super::net::{Link, Netlink};
use crate::Failure;
use crate::failure::Doing;
use rustix::fs::{Mode, OFlags, open};
use rustix::io::Errno;
use std::os::fd::{AsRawFd, OwnedFd};

/// The longest packet that there is: its length has 16 bits, and version 6 does not count the header.
const LONGEST: usize = 65_535 + 40;

/// An interface of a sandbox at whose other end its holder is
/// (<https://www.kernel.org/doc/html/latest/networking/tuntap.html>). Packets are whole ones of the Internet
/// protocol, with no header of a link before them, so nobody has to be asked for neighbours.
///
/// The kernel handles what comes in before [`send`](Self::send) returns, unless it is busy: what it forwards
/// or answers by itself can be [received](Self::receive) right after, or soon.
#[derive(Debug)]
pub struct Tun {
    device: OwnedFd,
    name: String,
}

impl Tun {
    /// Makes it in the namespace of this thread.
    pub(super) fn make(link: &Link) -> Result<Self, Failure> {
        link.check()?;
        let name = link.name().to_owned();
        let path = "/dev/net/tun";
        let flags = OFlags::RDWR | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let device = open(path, flags, Mode::empty()).doing(format!("opening {path}"))?;
        attach(&device, &name).doing(format!("making the link `{name}`"))?;
        let here = Netlink::open()?;
        here.bring_up(&name, None)?;
        link.dress(&here)?;
        Ok(Self { device, name })
    }

    /// Has a packet come in by the interface.
    pub fn send(&self, packet: &[u8]) -> Result<(), Failure> {
        let what = || format!("sending a packet into `{}`", self.name);
        let written = rustix::io::write(&self.device, packet).map_err(std::io::Error::from);
        written.doing(what()).map(|_| ())
    }

    /// The next packet that left by the interface, if there is one.
    pub fn receive(&self) -> Result<Option<Vec<u8>>, Failure> {
        let mut packet = vec![0; LONGEST];
        match rustix::io::read(&self.device, &mut *packet) {
            Ok(length) => {
                packet.truncate(length);
                Ok(Some(packet))
            }
            Err(Errno::AGAIN) => Ok(None),
            Err(error) => Err(error).doing(format!("receiving a packet from `{}`", self.name)),
        }
    }
}

/// Makes the interface, which is there as long as the descriptor is.
#[expect(unsafe_code, reason = "rustix has no such request")]
fn attach(device: &OwnedFd, name: &str) -> Result<(), std::io::Error> {
    // SAFETY: it is plain data, of which zero is a value.
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    for (to, from) in request.ifr_name.iter_mut().zip(name.bytes()) {
        *to = from as libc::c_char;
    }
    let flags = libc::IFF_TUN | libc::IFF_NO_PI;
    request.ifr_ifru.ifru_flags = flags as libc::c_short;
    // SAFETY: the kernel reads and writes one `ifreq` for this request, and that is what it is given.
    let done = unsafe { libc::ioctl(device.as_raw_fd(), libc::TUNSETIFF, &raw mut request) };
    if done < 0 { Err(std::io::Error::last_os_error()) } else { Ok(()) }
}
