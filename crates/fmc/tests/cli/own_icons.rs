//! Icons of the person's own: from a file, from a folder, and as a graph or a cloud names them.

use crate::{FOUNDING, Folder, ROOT, Ran, fmc_in};

/// A red square, and a green one.
const RED: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path fill="#d00000" d="M0 0h9v9H0z"/></svg>"##;
const GREEN: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path fill="#00a000" d="M0 0h9v9H0z"/></svg>"##;

/// A PNG file of one red pixel.
const PIXEL: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0,
    1, 0, 0, 0, 1, 8, 2, 0, 0, 0, 0x90, 0x77, 0x53, 0xde, 0, 0, 0, 12, b'I', b'D', b'A', b'T', 8,
    0xd7, 0x63, 0xf8, 0xcf, 0xc0, 0, 0, 3, 1, 1, 0, 0x18, 0xdd, 0x8d, 0xb0, 0, 0, 0, 0, b'I', b'E',
    b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

/// A cloud of one host with this icon.
fn cloud(icon: &str) -> String {
    format!(
        "version: 1\nname: home\nnetworks: {{ lan: {{ cidr: 10.0.0.0/24, gateway: 10.0.0.1 }} }}\nhosts: {{ a: {{ os: debian, icon: {icon}, nics: {{ lan: 2 }} }} }}\n"
    )
}

fn draw(folder: &Folder, words: &[&str]) -> Ran {
    fmc_in(folder, &[&["draw"], words, &["-o", "a.svg"]].concat())
}

#[test]
fn a_cloud_names_an_icon_of_a_file_or_of_a_folder() {
    let folder = Folder::new();
    folder.write("cloud.yaml", cloud("mine"));
    folder.write("more/mine.svg", RED);
    folder.write("more/other.PNG", PIXEL);
    folder.write("more/readme.txt", "no icon");
    for icons in ["more", "more/mine.svg"] {
        let ran = draw(&folder, &["cloud.yaml", "--icons", icons]);
        assert_eq!((ran.code, ran.err.contains("mine")), (Some(0), false), "{ran:?}");
        assert!(folder.read("a.svg").contains("#d00000"), "{icons}");
    }
    // One that comes later, or is our own, gives way to one of the person's.
    folder.write("cloud.yaml", cloud("server"));
    folder.write("server.svg", GREEN);
    draw(&folder, &["cloud.yaml", "--icons", "more", "--icons", "server.svg"]);
    assert!(folder.read("a.svg").contains("#00a000"));
}

#[test]
fn a_cloud_and_a_graph_name_files_themselves() {
    let folder = Folder::new();
    folder.write("icons/mine.svg", RED);
    folder.write("icons/pixel.png", PIXEL);
    folder.write("cloud.yaml", cloud("icons/mine.svg"));
    assert_eq!(draw(&folder, &["cloud.yaml"]).code, Some(0));
    assert!(folder.read("a.svg").contains("#d00000"));
    // As Python's diagrams writes a node of a class `Custom`.
    let image = folder.path().join("icons/pixel.png");
    folder.write("graph.dot", format!("digraph {{ a [image=\"{}\", label=A] }}", image.display()));
    let ran = draw(&folder, &["graph.dot"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(folder.read("a.svg").contains("data:image/png;base64,iVBORw0KGgo"), "{ran:?}");
    for format in ["b.png", "b.pdf", "b.html"] {
        assert_eq!(fmc_in(&folder, &["draw", "graph.dot", "-o", format]).code, Some(0));
    }
    assert!(folder.read("b.html").contains("data:image/png;base64,iVBORw0KGgo"));
}

#[test]
fn a_bad_file_is_told_and_nothing_is_drawn() {
    let folder = Folder::new();
    folder.write("cloud.yaml", cloud("bad/blank.svg"));
    folder
        .write("bad/blank.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"/>");
    folder.write("bad/broken.png", &PIXEL[..40]);
    folder.write("bad/page.svg", "<html/>");
    let ran = draw(&folder, &["cloud.yaml"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    let said = ran.err.lines().take(2).collect::<Vec<_>>();
    let expected = [
        "error: bad/blank.svg: it is blank: nothing in it has a colour and lies inside the picture",
        "hint: look at it in a browser, and export it anew",
    ];
    assert_eq!(said, expected, "{ran:?}");
    // All bad files of a folder are told at once, in the language of the person.
    let ran = draw(&folder, &["cloud.yaml", "--icons", "bad", "--lang", "es"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    for wanted in ["bad/blank.svg: ", "bad/broken.png: ", "bad/page.svg: ", "pista: "] {
        assert!(ran.err.contains(wanted), "{wanted}: {}", ran.err);
    }
    assert!(!folder.names().contains(&"a.svg".to_owned()));
    for (icons, why) in [("none", "none: "), (".", "no SVG or PNG file is in it")] {
        folder.write("cloud.yaml", cloud("server"));
        let ran = draw(&folder, &["cloud.yaml", "--icons", icons]);
        assert_eq!((ran.code, ran.err.contains(why)), (Some(2), true), "{ran:?}");
    }
}

#[test]
fn a_name_that_means_nothing_is_told() {
    let folder = Folder::new();
    folder.write("cloud.yaml", cloud("traefick"));
    let ran = draw(&folder, &["cloud.yaml"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(
        ran.err.starts_with(
            "`traefick`: there is no icon of this name, so none is drawn; did you mean `traefik`?\n"
        ),
        "{}",
        ran.err
    );
    let founding = fmc_in(&folder, &["draw", &format!("{ROOT}/{FOUNDING}"), "-o", "b.svg"]);
    assert_eq!(founding.err.lines().count(), 1, "{}", founding.err);
}

#[test]
fn they_are_listed_and_stand_on_the_sheet() {
    let folder = Folder::new();
    folder.write("more/mine.svg", RED);
    let listed = fmc_in(&folder, &["icons", "mine", "--icons", "more"]);
    assert!(listed.out.starts_with("mine ") && listed.out.contains("your own"), "{listed:?}");
    let sheet = fmc_in(&folder, &["icons", "mine", "--icons", "more", "--sheet", "s.svg"]);
    assert_eq!(sheet.code, Some(0), "{sheet:?}");
    assert!(sheet.out.ends_with(" loaded\n") && folder.read("s.svg").contains("#d00000"));
}
