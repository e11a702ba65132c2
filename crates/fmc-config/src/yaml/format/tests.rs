use super::*;

fn check(text: &str, expected: &str) {
    let printed = format(text).unwrap_or_else(|error| panic!("{text:?}: {error:?}"));
    assert_eq!(printed, expected, "from {text:?}");
    assert_eq!(format(&printed).as_deref(), Ok(expected), "twice, from {text:?}");
}

#[test]
fn the_example_of_the_header() {
    check(
        "networks:\n  lan:   {cidr: 192.168.0.0/24, gateway: 192.168.0.1}   # why\n",
        "networks:\n  lan: { cidr: 192.168.0.0/24, gateway: 192.168.0.1 }  # why\n",
    );
}

#[test]
fn lines_and_space() {
    for (text, expected) in [
        ("", ""),
        (" \n\n", ""),
        ("---\n", ""),
        ("--- # x\n", "# x\n"),
        ("a: 1", "a: 1\n"),
        ("\u{feff}a: 1\r\n\r\n\r\nb:\t2\t\r\n", "a: 1\n\nb: 2\n"),
        ("a: 1\rb: 2\r", "a: 1\nb: 2\n"),
        ("\n\n# x\n\n\na: 1   \n\n\n", "# x\n\na: 1\n"),
        ("a: 1\n...\n# x\n", "a: 1\n# x\n"),
        ("a:      1\nbbbb:   2\n", "a: 1\nbbbb: 2\n"),
        ("a:\n\n  b: 1\n", "a:\n  b: 1\n"),
    ] {
        check(text, expected);
    }
}

#[test]
fn blocks() {
    for (text, expected) in [
        ("a:\n- b\n-   c\n", "a:\n  - b\n  - c\n"),
        ("a:\n      b:\n       c: 1\n", "a:\n  b:\n    c: 1\n"),
        ("-\n  a: 1\n  b:\n  - 2\n", "- a: 1\n  b:\n    - 2\n"),
        ("-   - a\n    - b\n-\n- - - c\n", "- - a\n  - b\n-\n- - - c\n"),
        ("a:\n- b:\n  - c:\n    - d: 1\n", "a:\n  - b:\n      - c:\n          - d: 1\n"),
        ("? a\n: 1\n? b\n", "a: 1\nb:\n"),
        ("? \n: 1\n", "?\n: 1\n"),
        ("? &x\n: - 1\n", "? &x\n:\n  - 1\n"),
        ("a: ~\nb: null\nc:\n", "a: ~\nb: null\nc:\n"),
    ] {
        check(text, expected);
    }
}

#[test]
fn flow() {
    for (text, expected) in [
        ("{}", "{}\n"),
        ("a: [ ]\nb: {\n}\n", "a: []\nb: {}\n"),
        ("{a: 1,b: [x,y],}", "{ a: 1, b: [x, y] }\n"),
        ("{a, b: , c: &x , d: *x}", "{ a: , b: , c: &x , d: *x }\n"),
        ("[a: 1, b: , {c}, [ ]]", "[a: 1, b: , { c: }, []]\n"),
        ("[a: ]", "[a: ]\n"),
        ("{\"a\":1, 'b':'c'}", "{ \"a\": 1, 'b': 'c' }\n"),
        ("{? : 1}", "{ ? : 1 }\n"),
        ("[?, {a: ?}]", "[\"?\", { a: \"?\" }]\n"),
        ("a: {\n  b: 1,\n\n  c: 2 }\n", "a: { b: 1, c: 2 }\n"),
        ("a: {\n  b: 1, # x\n\n  c: [2] }\n", "a:\n  b: 1  # x\n  c: [2]\n"),
        ("- {a: 1} # x\n", "- { a: 1 }  # x\n"),
        ("- {a: 1 # x\n  } # y\n", "# y\n- a: 1  # x\n"),
        ("- { # x\n  a: 1 }\n", "# x\n- a: 1\n"),
        ("- { # x\n  }\n", "# x\n- {}\n"),
        ("[a, # x\n b]\n# y\n", "- a  # x\n- b\n# y\n"),
    ] {
        check(text, expected);
    }
}

#[test]
fn comments() {
    for (text, expected) in [
        ("a: 1 #x\t\n", "a: 1  #x\n"),
        ("a: #x\n  1\n", "#x\na: 1\n"),
        ("a:\n  #x\n  1 #y\n", "#x\na: 1  #y\n"),
        ("a: #x\n- 1\n", "a:  #x\n  - 1\n"),
        ("a: 1\n  # x\nb: 2\n", "a: 1\n# x\nb: 2\n"),
        ("a:\n  b: 1\n  # x\n # y\nc: 2\n", "a:\n  b: 1\n  # x\n# y\nc: 2\n"),
        ("a:\n    b: 1\n    # x\n", "a:\n  b: 1\n  # x\n"),
        ("a:\n- b\n# x\n- c\n# y\n", "a:\n  - b\n  # x\n  - c\n# y\n"),
        ("a:\n- b: 1\n  # x\n- c\n", "a:\n  - b: 1\n    # x\n  - c\n"),
        ("a:\n  # x\nb: 1\n", "a:\n  # x\nb: 1\n"),
        ("- # x\n  # y\n  a: 1\n", "# x\n# y\n- a: 1\n"),
        ("- &a # x\n  # y\n  b: 1\n", "- &a  # x\n  # y\n  b: 1\n"),
        ("a: # x\n  &b # y\n  c: 1\n", "# x\na: &b  # y\n  c: 1\n"),
        ("? a # x\n# y\n: 1\n", "# x\n# y\na: 1\n"),
        ("a: 1\n\n# x\n\nb: 2\n", "a: 1\n\n# x\n\nb: 2\n"),
        ("a: 'x\n  y' # z\n", "a: 'x\n  y'  # z\n"),
    ] {
        check(text, expected);
    }
}

#[test]
fn scalars() {
    for (text, expected) in [
        ("a: x\n    y\n\n  z\n", "a: x\n  y\n\n  z\n"),
        ("[x\n  y, \"x\n\n  y\", 'it''s\n  y']", "[x y, \"x\\ny\", 'it''s y']\n"),
        ("a: \"x\\  \n  y\"\n", "a: \"x  y\"\n"),
        ("a: \"\\u00f1\\x41\"\n", "a: \"\\u00f1\\x41\"\n"),
        ("  --- x\n", "\"--- x\"\n"),
        ("a: |\n x\n\n  y\n\n\nb: 1\n", "a: |\n  x\n\n   y\n\nb: 1\n"),
        ("a: |+\n x\n\n\nb: 1\n", "a: |+\n  x\n\n\nb: 1\n"),
        ("a: |-1\n   x\n", "a: |2-\n    x\n"),
        ("a: >- # z\n     x\n     y\n\n       z\n", "a: >-  # z\n  x\n  y\n\n    z\n"),
        ("a: >+\n x\n\n", "a: >+\n  x\n\n"),
        ("- |\n# x\n- >\n\n", "- |\n# x\n- >\n"),
        ("a: |2 # x\n\n     \nb: 1\n", "a: \"\\n   \\n\"  # x\n\nb: 1\n"),
        ("|\n...\n# x\n", "\"\"\n# x\n"),
    ] {
        check(text, expected);
    }
}

#[test]
fn anchors() {
    for (text, expected) in [
        ("&a\nb:   1\n", "&a\nb: 1\n"),
        ("&a b: *a\n", "&a b: *a\n"),
        ("- &a   b\n- *a\n- &c\n", "- &a b\n- *a\n- &c\n"),
        ("a: &b   {c: 1}\n*b : 1\n", "a: &b { c: 1 }\n*b : 1\n"),
        ("- &a\n  - b\n- &c\n  d: 1\n", "- &a\n  - b\n- &c\n  d: 1\n"),
    ] {
        check(text, expected);
    }
}

#[test]
fn long_lines() {
    let words = ["w".repeat(60), "w".repeat(47)];
    let text = format!("a: {{b: {}, {}}}", words[0], words[1]);
    let kept = format!("a: {{ b: {}, {}: }}\n", words[0], words[1]);
    assert_eq!(kept.len(), 121);
    check(&text, &kept);
    let text = format!("a: {{b: {}, {}x}}", words[0], words[1]);
    check(&text, &format!("a:\n  b: {}\n  {}x:\n", words[0], words[1]));
    let word = "ñ".repeat(60);
    let text = format!("- [{word}, {{a: {word}}}]");
    check(&text, &format!("- - {word}\n  - {{ a: {word} }}\n"));
}

#[test]
fn refusals() {
    let too_deep = "[".repeat(100) + &"]".repeat(100);
    for (text, at, expected) in [
        ("a: [1\n", 3, "Syntax("),
        ("a: !!str 1\n", 9, "Tag("),
        ("a:\n\tb: 1\n", 3, "Tab"),
        ("a: 1\n---\nb: 2\n", 5, "SecondDocument"),
        ("? [a]\n: 1\n", 2, "ComplexKey"),
        ("a: \0\n", 3, "Binary"),
        ("a: &b [*b]\n", 7, "AliasInItself"),
        (&too_deep, 64, "TooDeep"),
    ] {
        let error = format(text).expect_err(text);
        assert_eq!(error.at, at, "{text:?}: {error:?}");
        let FormatErrorKind::Unreadable(kind) = &error.kind else { panic!("{text:?}: {error:?}") };
        assert!(format!("{kind:?}").starts_with(expected), "{text:?}: {error:?}");
    }
}

#[test]
fn what_only_the_reader_minds_is_printed() {
    check("a:  on\na: 012\n<<:  *b\n", "a: on\na: 012\n<<: *b\n");
}

#[test]
fn a_change_is_found() {
    let before = "a: 1 # x\nb: [c, '1', &d e, *d]\n";
    assert_eq!(compare::difference(before, read(0, before).0.as_ref(), before), None);
    for (after, at) in [
        ("a: 1 # y\nb: [c, '1', &d e, *d]\n", 5),
        ("a: 1\nb: [c, '1', &d e, *d]\n", 5),
        ("a: 2 # x\nb: [c, '1', &d e, *d]\n", 3),
        ("a: 1 # x\nb: [c, 1, &d e, *d]\n", 16),
        ("a: 1 # x\nb: [c, '1', &f e, *f]\n", 21),
        ("a: 1 # x\nb: [c, '1', &d e, e]\n", 27),
        ("a: 1 # x\nb: [c, '1', &d e, *d, f]\n", 0),
        ("b: [c, '1', &d e, *d]\na: 1 # x\n", 0),
        ("a: 1 # x\nb: [c, '1', &d e, *d\n", 27),
    ] {
        let found = compare::difference(before, read(0, before).0.as_ref(), after);
        assert!(found.is_some(), "{after:?}");
        if at > 0 {
            assert_eq!(found, Some(at), "{after:?}");
        }
    }
}
