//! Where a click may lead.

use crate::plain::steers;

/// The address, where a picture may lead there: to the web, to a mail, or to a place beside it. An
/// address that would run a program is no address.
pub fn safe(link: &str) -> Option<&str> {
    let link = link.trim();
    if link.is_empty() || link.chars().any(|it| steers(it) || it.is_whitespace()) {
        return None;
    }
    let head = link.split(['/', '?', '#']).next().unwrap_or_default();
    let Some((scheme, _)) = head.split_once(':') else { return Some(link) };
    let known = ["http", "https", "mailto"].iter().any(|it| scheme.eq_ignore_ascii_case(it));
    known.then_some(link)
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn the_web_mail_and_what_is_near_can_be_reached() {
        for link in
            ["https://a.b/c", "HTTP://a", "mailto:a@b", "../x.html", "#top", "?a=b:c", "a/b:c"]
        {
            assert_eq!(safe(link), Some(link));
        }
        assert_eq!(safe("  #top "), Some("#top"));
    }

    #[test]
    fn programs_cannot() {
        for link in [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "java\nscript:alert(1)",
            "\u{1}javascript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "https://a.b/\u{202e}fdp.exe",
            "",
            ":x",
        ] {
            assert_eq!(safe(link), None, "{link:?}");
        }
    }
}
