//! Objects that are written one after the other, and what became of each.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Begins to write another object twenty times in a second, whatever became of those before, each by a connection of its
/// own, and says of each when it ended, how long it took, and how it ended. Who is not answered hangs for a while beside
/// those that come after him: his patience is no part of what is measured, and bounds how many there are at once.
pub(super) const WRITE: &str = r#"
token=$(cat /run/losses-token); n=0
while [ ! -e /run/losses-end ]; do
    n=$((n + 1))
    {
        told=$(curl -s -o /dev/null -w '%{time_total} %{http_code}' --max-time 4 \
            --cacert /etc/fmc/pki/kubernetes/ca.crt -H "Authorization: Bearer $token" \
            -H 'Content-Type: application/json' \
            -d '{"metadata":{"name":"n'$n'"}}' \
            https://ADDRESS:6443/api/v1/namespaces/NAMESPACE/configmaps)
        echo "$(date +%s%3N) $n $told"
    } &
    sleep 0.05
done
wait
"#;

/// So many writes in a row that were acknowledged tell that nobody notices a loss any more.
pub(super) const STEADY: usize = 40;

/// What became of a write, with times in milliseconds.
pub(super) struct Write {
    pub(super) begin: u64,
    pub(super) end: u64,
    pub(super) number: u64,
    pub(super) acknowledged: bool,
}

/// What was written, by number. The last line may be on its way.
pub(super) fn lines(said: &Path) -> Vec<Write> {
    let text = fs::read_to_string(said).unwrap_or_default();
    let whole = text.rsplit_once('\n').map_or("", |it| it.0);
    let read = |it: &str| {
        let mut words = it.split(' ');
        let end: u64 = words.next()?.parse().ok()?;
        let number = words.next()?.parse().ok()?;
        let took = Duration::try_from_secs_f64(words.next()?.parse().ok()?).ok()?;
        let begin = end - u64::try_from(took.as_millis()).ok()?;
        Some(Write { begin, end, number, acknowledged: words.next()? == "201" })
    };
    let mut all: Vec<Write> = whole.lines().filter_map(read).collect();
    all.sort_unstable_by_key(|it| it.number);
    all
}

/// The time by which writes are told.
pub(super) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is later than 1970");
    u64::try_from(since.as_millis()).expect("it is earlier than that")
}
