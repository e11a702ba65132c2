//! How long Kubernetes needs to go on without a node, or without the controllers of a host that is lost.
//!
//! All of it follows from the flags that are written: what a node says, how often it is looked at, and
//! how long what ran there is kept in mind.

use super::ROLE;
use crate::kubernetes::{HEARTBEATS, LOOKS, TRIES};
use fmc_model::cloud::NODE_PORTS;
use fmc_model::role::{Takeover, Timer, Waits};
use fmc_model::{Duration, Text, text};

/// How much later than its part of a lease the next attempt may come: the leader election of client-go
/// waits up to 1.2 times as long on top of it
/// ([`JitterFactor`](https://pkg.go.dev/k8s.io/client-go/tools/leaderelection#pkg-constants)).
const JITTER: [u64; 2] = [22, 10];

const fn timer(setting: &'static str) -> Option<Timer> {
    Some(Timer { role: ROLE.about.name, setting })
}

/// Until the controllers and the scheduler of another host work.
///
/// The one that works said so up to one attempt before it was lost; another one sees that up to an
/// attempt later, waits for the lease from then on, and tries to have it up to an attempt after that.
pub(super) fn controllers(lease: Duration) -> Takeover {
    let retry = Duration(lease.0 / TRIES);
    let late = Duration(retry.0.saturating_mul(JITTER[0]) / JITTER[1]);
    Takeover {
        what: Text::of("controllers and scheduler", "controladores y planificador"),
        waits: Waits::Nobody,
        least: Duration(lease.0 - retry.0),
        most: Duration(lease.0.saturating_add(late.0.saturating_mul(2))),
        why: text!(
            "{lease} lease + 2 × {late} between attempts",
            "{lease} de concesión + 2 × {late} entre intentos"
        ),
        timer: timer("lease"),
    }
}

/// Until nothing is sent to the pods of a node that is lost.
///
/// It said that it is there up to a heartbeat before it was lost, which is seen with the next look, and
/// that its grace is over is seen with the first look after it. Meanwhile every other node still passes
/// a part of what comes to its ports on to pods there.
pub(super) fn node(grace: Duration) -> Takeover {
    let (heartbeat, look) = (Duration(grace.0 / HEARTBEATS), Duration(grace.0 / LOOKS));
    Takeover {
        what: Text::of("a lost node counts as lost", "un nodo perdido se da por perdido"),
        waits: Waits::Apps(NODE_PORTS),
        least: Duration(grace.0 - heartbeat.0),
        most: Duration(grace.0.saturating_add(2 * look.0)),
        why: text!(
            "{grace} grace + 2 × {look} between looks",
            "{grace} de gracia + 2 × {look} entre miradas"
        ),
        timer: timer("grace"),
    }
}

/// Until the pods of a node that is lost are made anew elsewhere; what they take to start comes after it.
pub(super) fn pods(grace: Duration, eviction: Duration) -> Takeover {
    let lost = node(grace);
    let Text { en, es } = lost.why;
    Takeover {
        what: Text::of("its pods begin elsewhere", "sus pods empiezan en otro"),
        waits: Waits::Nobody,
        least: Duration(lost.least.0.saturating_add(eviction.0)),
        most: Duration(lost.most.0.saturating_add(eviction.0)),
        why: text!("{en} + {eviction} eviction", "{es} + {eviction} de desalojo"),
        timer: timer("eviction"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(takeover: &Takeover, measured: &[u64]) {
        for it in measured {
            let range = takeover.least.0..=takeover.most.0;
            assert!(range.contains(it), "{it}: {takeover:?}");
        }
    }

    /// In milliseconds, of Kubernetes 1.36: a node whose power or whose link was cut, with the times that
    /// are written and with those of upstream (a grace of 50 s, pods that stay for 300 s); and leases that
    /// moved, with the same.
    #[test]
    fn what_was_measured_lies_in_what_is_predicted() {
        let seconds = Duration::seconds;
        holds(&node(seconds(8)), &[7300, 7800]);
        holds(&node(seconds(50)), &[52_100]);
        holds(&pods(seconds(8), seconds(5)), &[12_400]);
        holds(&pods(seconds(50), seconds(300)), &[352_100]);
        holds(&controllers(seconds(5)), &[5100, 6400]);
        holds(&controllers(seconds(15)), &[15_500, 18_400]);
    }

    #[test]
    fn the_sums_are_shown_and_right() {
        let all = [
            controllers(Duration::seconds(5)),
            node(Duration::seconds(8)),
            pods(Duration::seconds(8), Duration::seconds(5)),
        ];
        let told = all.map(|it| (it.least.0, it.most.0, it.why.en.into_owned()));
        let expected = [
            (4000, 9400, "5s lease + 2 × 2200ms between attempts"),
            (6000, 10_000, "8s grace + 2 × 1s between looks"),
            (11_000, 15_000, "8s grace + 2 × 1s between looks + 5s eviction"),
        ];
        assert_eq!(told, expected.map(|it| (it.0, it.1, it.2.to_owned())));
    }
}
