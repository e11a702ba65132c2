//! What looks like a secret in a text. No value leaves this file: what is found is said by its key alone.

use std::ops::Range;

/// Something in a text that should not be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Find {
    /// Its line, from 1.
    pub(super) line: usize,
    /// What it is.
    pub(super) what: What,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// A private key.
    PrivateKey,
    /// What `crypt` makes of a password.
    Hash,
    /// A token of some service.
    Token,
    /// A password within an address, before `@`.
    InUrl,
    /// The value of this key, which nobody guesses.
    Value(String),
    /// The value of this key, which everybody guesses first.
    Trivial(String),
}

/// Keys whose value is a secret: they end so.
const KEYS: [&str; 13] = [
    "password",
    "passwd",
    "passphrase",
    "auth_pass",
    "_pass",
    "secret",
    "token",
    "apikey",
    "api_key",
    "api-key",
    "access_key",
    "presharedkey",
    "requirepass",
];

/// What is tried first by whoever wants in: the heads of all lists of passwords that were found, and what
/// programs come with.
const TRIVIAL: [&str; 46] = [
    "000000",
    "111111",
    "1234",
    "12345",
    "123456",
    "1234567",
    "12345678",
    "123456789",
    "1234567890",
    "42",
    "abc123",
    "admin",
    "administrator",
    "changeit",
    "changeme",
    "default",
    "demo",
    "dragon",
    "example",
    "grafana",
    "guest",
    "haproxy",
    "iloveyou",
    "keepalived",
    "letmein",
    "login",
    "master",
    "minioadmin",
    "monkey",
    "mysql",
    "p@ssw0rd",
    "pass",
    "passw0rd",
    "password",
    "password1",
    "postgres",
    "qwerty",
    "raspberry",
    "root",
    "s3cret",
    "secret",
    "test",
    "toor",
    "user",
    "welcome",
    "xxxx",
];

/// Words that stand behind such a key and are no value of it: of PAM, of SSH, of databases, of charts.
const NO_VALUES: [&str; 24] = [
    "yes",
    "no",
    "true",
    "false",
    "none",
    "null",
    "on",
    "off",
    "required",
    "requisite",
    "sufficient",
    "optional",
    "include",
    "substack",
    "md5",
    "scram-sha-256",
    "peer",
    "trust",
    "prompt",
    "ask",
    "file",
    "env",
    "enabled",
    "disabled",
];

/// How tokens of well-known services begin, and how long they are at the least.
const TOKENS: [(&str, usize); 10] = [
    ("ghp_", 36),
    ("github_pat_", 40),
    ("glpat-", 20),
    ("xoxb-", 20),
    ("AKIA", 20),
    ("AGE-SECRET-KEY-", 40),
    ("hvs.", 24),
    ("sk_live_", 20),
    ("dop_v1_", 40),
    ("eyJ", 60),
];

/// The length of the shortest of them.
const SHORTEST_TOKEN: usize = 20;

/// Everything that looks like a secret in a text, in order.
pub(super) fn finds(text: &str) -> Vec<Find> {
    let mut found = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        if let Some(what) = in_line(line) {
            found.push(Find { line: number, what });
        }
    }
    found
}

fn in_line(line: &str) -> Option<What> {
    // A word by itself is no value of any key, and this one is too short for a token or a hash.
    let in_word = |it: u8| it.is_ascii_alphanumeric() || b"/_-.".contains(&it);
    if line.len() < SHORTEST_TOKEN && line.bytes().all(in_word) {
        return None;
    }
    let trimmed = line.trim_start();
    if trimmed.starts_with("-----BEGIN ") && trimmed.contains("PRIVATE KEY-----") {
        return Some(What::PrivateKey);
    }
    if let Some((key, value)) = trimmed.split_once('=')
        && matches!(key.trim(), "PrivateKey" | "PresharedKey")
        && is_wireguard_key(value.trim())
    {
        return Some(What::PrivateKey);
    }
    let quoted = |it: char| it.is_whitespace() || "\"'`,;()[]{}<>=".contains(it);
    let parts = || line.split(quoted).filter(|it| !it.is_empty());
    // A hash says how it was made, with `=` and `,` in it.
    let whole = |it: char| it.is_whitespace() || "\"'`".contains(it);
    if line.split(whole).any(is_hash) {
        return Some(What::Hash);
    }
    if parts().any(is_token) {
        return Some(What::Token);
    }
    if parts().any(has_password) {
        return Some(What::InUrl);
    }
    if trimmed.starts_with(['#', ';']) || trimmed.starts_with("//") {
        return None;
    }
    keyed(line)
}

/// Where in a line secrets stand in clear: the values alone where that is sure, else everything behind the
/// first key.
pub(super) fn places(line: &str) -> Vec<Range<usize>> {
    /// More than a line has that anybody reads.
    const MOST: usize = 32;
    let mut found = Vec::new();
    // Lines of a text that is written in one line of YAML, without moving anything.
    let mut rest = line.replace("\\n", "  ");
    for _ in 0..MOST {
        let Some(what) = in_line(&rest) else { return found };
        // What lies between the ends of a key has lines of its own.
        if what == What::PrivateKey && rest.contains("-----BEGIN ") {
            return found;
        }
        let value = match &what {
            What::Value(name) | What::Trivial(name) => value_of(&rest, name),
            _ => None,
        };
        let Some(value) = value else { break };
        // Looked at again without it: there may be another one.
        rest.replace_range(value.clone(), &"*".repeat(value.len()));
        found.push(value);
    }
    let from = line.find([':', '=']).map_or(0, |it| it + 1);
    std::iter::once(from..line.trim_end().len()).collect()
}

/// Where the value behind a key stands.
fn value_of(line: &str, key: &str) -> Option<Range<usize>> {
    let behind = line.find(key)? + key.len();
    let is_between = |it: char| it.is_whitespace() || ":=\"'`".contains(it);
    let start = behind + line[behind..].find(|it| !is_between(it))?;
    let ends = |it: char| it.is_whitespace() || "\"'`,;}])\\".contains(it);
    let length = line[start..].find(ends).unwrap_or(line.len() - start);
    // What is starred already was another one: then nothing is sure.
    (length > 0 && !line[start..start + length].starts_with('*')).then(|| start..start + length)
}

/// 32 bytes in Base64 (<https://www.wireguard.com/xplatform/>).
fn is_wireguard_key(text: &str) -> bool {
    let plain = |it: u8| it.is_ascii_alphanumeric() || it == b'+' || it == b'/';
    text.len() == 44 && text.ends_with('=') && text.bytes().take(43).all(plain)
}

/// crypt(5): a method between dollar signs, salt, hash.
fn is_hash(word: &str) -> bool {
    let methods = ["$1$", "$2a$", "$2b$", "$2y$", "$5$", "$6$", "$7$", "$y$", "$argon2"];
    word.len() >= 24 && methods.iter().any(|it| word.contains(it)) && word.matches('$').count() >= 3
}

fn is_token(word: &str) -> bool {
    let of_k3s = word.strip_prefix("K10").and_then(|it| it.split_once("::"));
    let hex = |it: &str| it.len() >= 32 && it.bytes().all(|it| it.is_ascii_hexdigit());
    of_k3s.is_some_and(|it| hex(it.0))
        || TOKENS.iter().any(|(begin, least)| word.starts_with(begin) && word.len() >= *least)
            && (!word.starts_with("eyJ") || word.matches('.').count() == 2)
}

/// `scheme://user:password@host`.
fn has_password(word: &str) -> bool {
    let Some((_, rest)) = word.split_once("://") else { return false };
    let authority = rest.split('/').next().unwrap_or_default();
    let Some((user, _)) = authority.rsplit_once('@') else { return false };
    user.split_once(':').is_some_and(|(_, it)| !it.is_empty() && !is_elsewhere(it))
}

/// Keys whose names end like those of secrets, and whose values are none.
const NO_KEYS: [&str; 3] = ["nopasswd", "existingsecret", "secretname"];

/// A key whose name says that its value is a secret, and its value: after `=` or `:`, behind an option, or
/// in a line that says nothing else.
fn keyed(line: &str) -> Option<What> {
    let placed = words(line);
    let words: Vec<&str> = placed.iter().map(|it| it.1).collect();
    for (at, pair) in words.windows(2).enumerate() {
        let [key, value] = pair else { continue };
        let lower = key.to_lowercase();
        // HAProxy writes user and password in one.
        let of_statistics = at > 1 && words[..at].ends_with(&["stats", "auth"]);
        if !of_statistics && !KEYS.iter().any(|it| lower.ends_with(it)) {
            continue;
        }
        let behind =
            line[placed[at].0 + key.len()..].trim_start_matches(['"', '\'', '`', ' ', '\t']);
        let given = behind.starts_with(['=', ':']) || key.starts_with('-');
        // What is followed by a value is a key itself, and no value.
        let after = placed.get(at + 1).map_or("", |it| &line[it.0 + value.len()..]);
        if after.starts_with(['=', ':']) || NO_KEYS.iter().any(|it| lower.ends_with(it)) {
            continue;
        }
        if !(given || at == 0 && words.len() <= 3) {
            continue;
        }
        if is_elsewhere(value) || NO_VALUES.contains(&value.to_lowercase().as_str()) {
            continue;
        }
        let name = if of_statistics { "stats auth" } else { key.trim_start_matches('-') };
        let is_password = of_statistics || lower.contains("pass");
        if TRIVIAL.contains(&value.to_lowercase().as_str()) || is_password && value.len() <= 4 {
            return Some(What::Trivial(name.to_owned()));
        }
        if is_random(value) {
            return Some(What::Value(name.to_owned()));
        }
    }
    None
}

/// The words of a line, each with the byte at which it begins.
fn words(line: &str) -> Vec<(usize, &str)> {
    let apart = |it: char| it.is_whitespace() || "=:\"'`,;()[]{}".contains(it);
    let (mut all, mut start) = (Vec::new(), 0);
    for word in line.split(apart) {
        if !word.is_empty() {
            all.push((start, word));
        }
        let end = start + word.len();
        start = end + line[end..].chars().next().map_or(0, char::len_utf8);
    }
    all
}

/// Whether a value only says where the value is: a variable, a path, a placeholder.
fn is_elsewhere(value: &str) -> bool {
    value.starts_with(['$', '/', '%', '<', '&', '*', '@', '!', '.']) || value.contains("://")
}

/// Whether somebody, or a program, made it up to be guessed by nobody: no word is like it.
fn is_random(value: &str) -> bool {
    let has = |test: fn(&u8) -> bool| value.bytes().any(|it| test(&it));
    let letters = has(u8::is_ascii_alphabetic);
    let mixed = has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase);
    value.len() >= 8 && letters && (has(u8::is_ascii_digit) || mixed) && entropy(value) >= 2.5
}

/// Bits of each character, by how often each occurs (Shannon).
fn entropy(text: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in text.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let all = text.len() as f64;
    let shares = counts.iter().filter(|it| **it > 0).map(|it| f64::from(*it) / all);
    shares.map(|it| -it * it.log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::needless_pass_by_value, reason = "it reads like a table")]
    #[track_caller]
    fn check(line: &str, expected: Option<What>) {
        assert_eq!(in_line(line), expected, "{line}");
    }

    #[test]
    fn secrets_are_seen() {
        check("-----BEGIN OPENSSH PRIVATE KEY-----", Some(What::PrivateKey));
        let key = "PrivateKey = AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
        check(key, Some(What::PrivateKey));
        check("core:$6$rounds=4096$abcdefgh$0123456789abcdef:19000:", Some(What::Hash));
        check("token: K100123456789abcdef0123456789abcdef::server:x", Some(What::Token));
        check("url = postgres://app:x9K2-pq@db/app", Some(What::InUrl));
        check("db_password = \"tR7xQ2mm91\"", Some(What::Value("db_password".to_owned())));
    }

    #[test]
    fn what_everybody_guesses_is_seen() {
        check("POSTGRES_PASSWORD=postgres", Some(What::Trivial("POSTGRES_PASSWORD".to_owned())));
        check("    auth_pass 42", Some(What::Trivial("auth_pass".to_owned())));
        check("    stats auth admin:admin", Some(What::Trivial("stats auth".to_owned())));
        check("--password changeme", Some(What::Trivial("password".to_owned())));
    }

    #[test]
    fn what_only_speaks_of_secrets_is_left_alone() {
        check("password: ${DB_PASSWORD}", None);
        check("password_file = /run/secrets/db", None);
        check("PasswordAuthentication no", None);
        check("password required pam_unix.so sha512", None);
        check("token = /var/run/token", None);
        check("imagePullSecret: registry-credentials", None);
        check("# password = tR7xQ2mm91", None);
        check("The password is stored in the vault of the team", None);
        check("max_token: 100", None);
        check("\"password\": null,", None);
        check("url = https://example.com/a:b@c", None);
        check("PublicKey = AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", None);
    }
}
