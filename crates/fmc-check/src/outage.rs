//! How long it takes until others do the work of what is lost, from the timers that were decided.
//!
//! A loss may fall anywhere between two ticks of a timer, so what is predicted is an interval. It tells for
//! how long a new connection does not come about; one that was there may have to be made again.

use fmc_model::cloud::VrrpTimers;
use fmc_model::setup::RelayCheck;
use fmc_model::{Duration, Text, text};

/// A predicted outage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outage {
    /// At the least.
    pub least: Duration,
    /// At the most.
    pub most: Duration,
    /// How the most comes about: `3 × 1s adverts + 156/256 × 1s`.
    pub sum: Text,
}

/// How a member of a group leaves that holds a virtual address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaves {
    /// Without a word: its host or its interface is gone.
    Silently,
    /// Its check fails, and what that adds to its priority; zero takes it out altogether.
    Checked(i16),
    /// What holds the address stops: in order, with a word, or without one.
    Stopped,
}

/// How long a virtual address is with nobody until a member of this priority has it.
///
/// A member waits for `3 × advert + (256 − priority)/256 × advert` since it heard the last advert of the
/// holder ([RFC 9568 §6.1](https://www.rfc-editor.org/rfc/rfc9568#section-6.1)), which is up to one advert
/// old when the holder goes. A failed check is noticed by the `fall`th one, each of which may take its
/// timeout; then the holder says a lower priority, which the others do not count as an advert, or is out
/// and says so, upon which they wait for the fraction alone.
pub fn moves(timers: &VrrpTimers, leaves: Leaves, next: u8) -> Outage {
    let advert = timers.advert;
    let rank = 256 - u64::from(next);
    let skew = advert.0.saturating_mul(rank).div_ceil(256);
    let silent = Outage {
        least: Duration(advert.0.saturating_mul(2).saturating_add(skew)),
        most: Duration(advert.0.saturating_mul(3).saturating_add(skew)),
        sum: text!(
            "3 adverts × {advert} + {rank}/256 × {advert}",
            "3 anuncios × {advert} + {rank}/256 × {advert}"
        ),
    };
    let weight = match leaves {
        Leaves::Silently => return silent,
        Leaves::Stopped => return Outage { least: Duration(0), ..silent },
        Leaves::Checked(weight) => weight,
    };
    let VrrpTimers { interval, timeout, .. } = *timers;
    // Keepalived checks at whole seconds.
    let interval = Duration(interval.0.div_ceil(1000).max(1).saturating_mul(1000));
    let fall = u64::from(timers.fall.max(1));
    let noticed = Outage {
        least: Duration(interval.0.saturating_mul(fall - 1)),
        most: Duration(interval.0.saturating_mul(fall).saturating_add(timeout.0)),
        sum: text!(
            "{fall} × {interval} between checks + {timeout} timeout",
            "{fall} × {interval} entre comprobaciones + {timeout} de plazo"
        ),
    };
    let then = if weight == 0 {
        let sum = text!("{rank}/256 × {advert}", "{rank}/256 × {advert}");
        Outage { least: Duration(0), most: Duration(skew), sum }
    } else {
        silent
    };
    noticed.then(&then)
}

/// How long connections that are passed on to somebody who is gone do not come about.
///
/// Who tries again takes another one after the time that connecting may take; it is at once where a host
/// is there and refuses. Who does not loses what goes there until its checks notice.
pub fn passes_by(check: &RelayCheck) -> Outage {
    if let Some(connect) = check.connect {
        let sum = text!(
            "{connect} to connect, and then another one",
            "{connect} para conectar, y luego otro"
        );
        return Outage { least: Duration(0), most: connect, sum };
    }
    Outage { least: Duration(0), ..notices(check) }
}

/// How long somebody who passes connections on still sends some of them to who is gone without a word.
///
/// Each check of somebody who is silent takes its timeout, and the next one comes an interval after that;
/// the first begins up to an interval after the loss. Until then connections come late by what connecting
/// may take, or fail where nobody tries again; so do those that are on their way when it is noticed, for
/// whoever passes on then gives up all that are with who is gone.
pub fn notices(check: &RelayCheck) -> Outage {
    let RelayCheck { interval, fall, timeout, .. } = *check;
    let fall = u64::from(fall.max(1));
    let timeouts = timeout.0.saturating_mul(fall);
    Outage {
        least: Duration(interval.0.saturating_mul(fall - 1).saturating_add(timeouts)),
        most: Duration(interval.0.saturating_mul(fall).saturating_add(timeouts)),
        sum: text!(
            "{fall} × {interval} between checks + {fall} × {timeout} timeout",
            "{fall} × {interval} entre comprobaciones + {fall} × {timeout} de plazo"
        ),
    }
}

/// Which end of a tunnel is back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Back {
    /// The one that calls the other.
    Caller,
    /// The one that is called and calls nobody.
    Listener,
    /// One of two that call each other.
    Both,
}

/// Times of WireGuard that nobody can set (§6 of its
/// [paper](https://www.wireguard.com/papers/wireguard.pdf)): after so long a session is made anew with the
/// next packet; a handshake that nobody answered is tried again after so long, up to a third of a second
/// later; and so long somebody who sent waits for any packet of the other before he thinks of one.
const REKEY_AFTER: Duration = Duration::seconds(120);
const REKEY_TIMEOUT: Duration = Duration::seconds(5);
const KEEPALIVE_TIMEOUT: Duration = Duration::seconds(10);
const REKEY_JITTER: Duration = Duration::millis(334);

/// How long a tunnel carries nothing after one of its ends that was gone is back.
///
/// Whoever has a `keepalive` calls as soon as it is there, and calls again where nobody answered. Whoever
/// only listens cannot: it has forgotten where the others are, and its peer goes on with a session that it
/// no longer has. What that one sends is lost without a word; it begins anew with its first packet after
/// the session got old, which is a keepalive at the latest. Where it sends anything but those it notices
/// after 15 seconds, but nobody can count on that.
///
/// Where both listen and know where the other is, either calls as soon as it sends, and who stayed begins
/// anew when what it sent was not answered.
pub fn returns(end: Back, keepalive: Option<Duration>) -> Option<Outage> {
    if end == Back::Both {
        return Some(Outage {
            least: Duration(0),
            most: Duration(KEEPALIVE_TIMEOUT.0 + REKEY_TIMEOUT.0 + REKEY_JITTER.0),
            sum: text!(
                "{KEEPALIVE_TIMEOUT} without an answer + {REKEY_TIMEOUT} until a handshake is tried + {REKEY_JITTER}",
                "{KEEPALIVE_TIMEOUT} sin respuesta + {REKEY_TIMEOUT} hasta probar un saludo + {REKEY_JITTER}"
            ),
        });
    }
    let keepalive = keepalive.filter(|it| it.0 > 0)?;
    Some(if end == Back::Caller {
        Outage {
            least: Duration(0),
            most: Duration(REKEY_TIMEOUT.0 + REKEY_JITTER.0),
            sum: text!(
                "{REKEY_TIMEOUT} until a handshake is tried again + {REKEY_JITTER}",
                "{REKEY_TIMEOUT} hasta repetir un saludo + {REKEY_JITTER}"
            ),
        }
    } else {
        Outage {
            least: Duration(0),
            most: Duration(REKEY_AFTER.0.saturating_add(keepalive.0)),
            sum: text!(
                "{REKEY_AFTER} until a session is made anew + {keepalive} keepalive",
                "{REKEY_AFTER} hasta rehacer una sesión + {keepalive} de keepalive"
            ),
        }
    })
}

/// How long the old address of a name is still asked for after it got another one.
pub fn renamed(ttl: Duration) -> Outage {
    let sum = text!("{ttl} in caches", "{ttl} en cachés");
    Outage { least: Duration(0), most: ttl, sum }
}

impl Outage {
    /// This one, and after it another one.
    fn then(&self, next: &Self) -> Self {
        let join = |a: &str, b: &str| format!("{a} + {b}").into();
        Self {
            least: Duration(self.least.0.saturating_add(next.least.0)),
            most: Duration(self.most.0.saturating_add(next.most.0)),
            sum: Text {
                en: join(&self.sum.en, &next.sum.en),
                es: join(&self.sum.es, &next.sum.es),
            },
        }
    }
}

/// A time as people read it: to a hundredth of a second.
pub fn seconds(time: Duration) -> String {
    let hundredths = time.0.div_ceil(10);
    let (whole, rest) = (hundredths / 100, hundredths % 100);
    match rest {
        0 => format!("{whole}s"),
        _ => format!("{whole}.{rest:02}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timers(advert: u64, fall: u8) -> VrrpTimers {
        let [advert, interval, timeout] = [advert, 1000, 1000].map(Duration::millis);
        VrrpTimers { advert, interval, timeout, fall, rise: 2 }
    }

    /// How late the client itself was with nothing lost, in milliseconds.
    const NOISE: u64 = 60;

    fn holds(predicted: &Outage, measured: u64) -> bool {
        (predicted.least.0..=predicted.most.0 + NOISE).contains(&measured)
    }

    /// How many milliseconds a member of priority 100 took with keepalived 2.2.7, a client connecting anew
    /// every 3 ms. Runs are left out in which the client waited for the second that it waits for an answer.
    #[test]
    fn what_was_measured_lies_in_what_is_predicted() {
        for (advert, leaves, measured) in [
            (1000, Leaves::Silently, &[3273, 3236, 3280][..]),
            (1000, Leaves::Checked(-30), &[4379, 4386, 4322]),
            (1000, Leaves::Stopped, &[677, 831, 1047, 59, 847, 655]),
            (100, Leaves::Silently, &[323, 319]),
            (100, Leaves::Checked(-30), &[1568, 1469, 1498]),
            (100, Leaves::Stopped, &[84, 108, 117, 60, 70]),
        ] {
            let predicted = moves(&timers(advert, 2), leaves, 100);
            for it in measured {
                assert!(holds(&predicted, *it), "{it} of {leaves:?}: {predicted:?}");
            }
        }
        // A server behind HAProxy whose link went down: the longest gaps of three runs.
        let time = Duration::seconds(1);
        let check = RelayCheck { interval: time, fall: 2, timeout: time, connect: Some(time) };
        assert!(holds(&passes_by(&check), 1010));
        // Three that serve the API of a Kubernetes, one of which was cut off: when the last of those writes began that
        // were sent to it, in four runs.
        for measured in [3249, 3552, 3635, 3648] {
            assert!(holds(&notices(&check), measured), "{measured}: {:?}", notices(&check));
        }
    }

    #[test]
    fn the_sum_is_shown_and_right() {
        let told = moves(&timers(1000, 2), Leaves::Checked(-30), 100);
        assert_eq!(
            told.sum.en,
            "2 × 1s between checks + 1s timeout + 3 adverts × 1s + 156/256 × 1s"
        );
        assert_eq!((told.least.0, told.most.0), (3610, 6610));
        let out = moves(&timers(1000, 2), Leaves::Checked(0), 100);
        assert_eq!((out.least.0, out.most.0), (1000, 3610));
        let check = |connect| RelayCheck {
            interval: Duration::seconds(3),
            fall: 1,
            timeout: Duration::seconds(2),
            connect,
        };
        assert_eq!(passes_by(&check(None)).most, Duration::seconds(5));
        let twice = RelayCheck { fall: 2, ..check(None) };
        let told = notices(&twice);
        assert_eq!((told.least.0, told.most.0), (7000, 10_000));
        assert_eq!(told.sum.en, "2 × 3s between checks + 2 × 2s timeout");
        let connect = Some(Duration::seconds(1));
        assert_eq!(passes_by(&check(connect)).most, Duration::seconds(1));
        assert_eq!(
            [3610, 250, 2000, 1].map(|it| seconds(Duration(it))),
            ["3.61s", "0.25s", "2s", "0.01s"]
        );
    }

    #[test]
    fn a_tunnel_is_back_when_its_caller_calls() {
        let most = |end, keepalive| returns(end, keepalive).map(|it| it.most.0);
        let every = Some(Duration::seconds(25));
        assert_eq!(most(Back::Caller, every), Some(5334));
        assert_eq!(most(Back::Listener, every), Some(145_000));
        assert_eq!(most(Back::Both, None), Some(15_334));
        // Who never says that it is there is not waited for: nobody knows when it sends.
        assert_eq!(
            (most(Back::Listener, None), most(Back::Caller, Some(Duration(0)))),
            (None, None)
        );
    }
}
