//! What a libFuzzer process says while it runs.

/// What one process has done so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Progress {
    /// How many inputs were tried.
    pub(super) executions: u64,
    /// How many places in the code were reached.
    pub(super) coverage: u64,
    /// How many inputs are worth keeping.
    pub(super) corpus: u64,
    /// The file in which an input was kept that crashed, hung or ate all memory.
    pub(super) reproducer: Option<String>,
}

impl Progress {
    /// Reads a log, finished or not.
    pub(super) fn read(log: &str) -> Progress {
        let mut progress = Progress::default();
        for line in log.lines() {
            if let Some(rest) = line.strip_prefix('#') {
                progress.status(rest);
            } else if let Some(count) = line.strip_prefix("stat::number_of_executed_units:") {
                progress.executions = count.trim().parse().unwrap_or(progress.executions);
            } else if let Some((_, path)) = line.split_once("Test unit written to ") {
                progress.reproducer = Some(path.trim().to_owned());
            }
        }
        progress
    }

    /// Reads the rest of a line such as `#4096 pulse  cov: 14 ft: 20 corp: 4/15b exec/s: 2048`.
    fn status(&mut self, line: &str) {
        let mut words = line.split_whitespace();
        let Some(Ok(executions)) = words.next().map(str::parse) else { return };
        self.executions = executions;
        while let Some(word) = words.next() {
            let mut number = || {
                let digits = words.next().and_then(|it| it.split('/').next());
                digits.and_then(|it| it.parse().ok())
            };
            match word {
                "cov:" => self.coverage = number().unwrap_or(self.coverage),
                "corp:" => self.corpus = number().unwrap_or(self.corpus),
                _ => {}
            }
        }
    }

    /// This process together with another one on the same target.
    pub(super) fn with(self, other: Progress) -> Progress {
        Progress {
            executions: self.executions + other.executions,
            coverage: self.coverage.max(other.coverage),
            corpus: self.corpus.max(other.corpus),
            reproducer: self.reproducer.or(other.reproducer),
        }
    }
}

/// The part of a log that tells a person why a process died: from its panic on, if it panicked,
/// without status lines, statistics and the input in three encodings.
pub(super) fn last_words(log: &str) -> String {
    const LINES: usize = 30;
    const NOISE: &[&str] =
        &["#", "\t", "stat::", "INFO: ", "WARNING: ", "0x", "Base64: ", "NOTE: "];
    let tells = |it: &&str| !NOISE.iter().any(|start| it.starts_with(start)) && !it.is_empty();
    let telling: Vec<_> = log.lines().filter(tells).collect();
    let panic = telling.iter().position(|it| it.contains("panicked at"));
    let first = panic.unwrap_or(telling.len().saturating_sub(LINES));
    // Below this frame the backtrace is libFuzzer's, the same in every crash.
    let ours = telling[first..].iter().take_while(|it| !it.contains("rust_fuzzer_test_input"));
    ours.take(LINES).flat_map(|it| ["    ", it, "\n"]).collect()
}

/// The input that a process had in hand when it died, from the file in which the target keeps it:
/// a length of eight bytes, little endian, then that many bytes.
pub(super) fn last_input(record: &[u8]) -> Option<&[u8]> {
    let (length, rest) = record.split_first_chunk::<8>()?;
    rest.get(..usize::try_from(u64::from_le_bytes(*length)).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "\
INFO: Seed: 1
#2	INITED cov: 11 ft: 11 corp: 1/1b exec/s: 0 rss: 27Mb
#129	REDUCE cov: 12 ft: 12 corp: 2/2b lim: 4 exec/s: 0 rss: 27Mb L: 1/1 MS: 1 EraseBytes-
#8388608	pulse  cov: 14 ft: 14 corp: 4/15b lim: 4096 exec/s: 2796202 rss: 27Mb
";

    #[test]
    fn progress_is_the_last_status() {
        let progress =
            Progress { executions: 8_388_608, coverage: 14, corpus: 4, reproducer: None };
        assert_eq!(Progress::read(LOG), progress);
        let done = format!("{LOG}Done 9 runs in 6 second(s)\nstat::number_of_executed_units: 9\n");
        assert_eq!(Progress::read(&done).executions, 9);
        assert_eq!(Progress::read("#x\n#\n"), Progress::default());
    }

    #[test]
    fn a_crash_names_its_file_and_its_reason() {
        let log = format!(
            "{LOG}thread panicked at a.rs:1\n==7== ERROR: libFuzzer: deadly signal\n\
             artifact_prefix='x/'; Test unit written to x/crash-0\nstat::peak_rss_mb: 3\n"
        );
        assert_eq!(Progress::read(&log).reproducer.unwrap(), "x/crash-0");
        let log = format!("{}{log}{}", "many words\n".repeat(99), "  at a.rs\n".repeat(99));
        let log = format!("{log}  9: rust_fuzzer_test_input\n");
        let words = last_words(&log);
        assert!(words.starts_with("    thread panicked at a.rs:1\n"), "{words}");
        assert!(!words.contains("stat::"), "{words}");
    }

    #[test]
    fn the_last_input_is_cut_to_its_length() {
        assert_eq!(last_input(b"\x02\0\0\0\0\0\0\0abc"), Some(&b"ab"[..]));
        assert_eq!(last_input(b"\x09\0\0\0\0\0\0\0abc"), None);
        assert_eq!(last_input(b"\x02"), None);
    }
}
