//! The page that shows the gallery, and tells how each picture was made.

use super::pictures::{Made, Picture, Section};
use crate::process::shown;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

/// The page as Markdown.
pub(super) fn write(sections: &[Section]) -> String {
    let mut page = String::from(
        "<!-- Written by `cargo xtask gallery`; what is in it stands in xtask/src/gallery. -->\n\n\
         # Pictures\n\n\
         All of them are made by one command, from the files of this repository:\n\n\
         ```sh\ncargo xtask gallery\n```\n\n\
         They are the golden pictures as well: `cargo xtask gallery --check`, a part of\n\
         `cargo xtask test`, draws them anew, compares every byte, and shows an image of what differs.\n",
    );
    for section in sections {
        // Writing into a string does not fail.
        let _ = write!(page, "\n## {}\n\n{}\n", section.title, section.text);
        for picture in section.pictures {
            let about = sentence(picture.about);
            let target = link(picture.file);
            let _ = write!(page, "\n### {about}\n\n```sh\n{}\n```\n\n", command(picture));
            let is_text = Path::new(picture.file).extension().is_some_and(|it| it == "txt");
            let _ = if is_text {
                writeln!(page, "[{}]({target})", picture.file)
            } else {
                writeln!(page, "![{about}]({target})")
            };
        }
    }
    page
}

/// What a person types for a picture.
fn command(picture: &Picture) -> String {
    let (program, words): (_, Vec<&str>) = match picture.made {
        Made::Draw(words) => ("fmc", [&["draw"], words, &["-o", picture.file]].concat()),
        Made::Example(name) => ("cargo", vec!["run", "-p", "fmc-diagram", "--example", name]),
    };
    shown(Command::new(program).args(words))
}

/// A phrase with a capital letter.
fn sentence(phrase: &str) -> String {
    let mut characters = phrase.chars();
    characters.next().map(|it| it.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

/// The name of a file as the target of a link.
fn link(file: &str) -> String {
    if file.contains(' ') { format!("<{file}>") } else { file.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_picture_is_shown_with_its_command() {
        let pictures = &[
            Picture { file: "a b.png", about: "íconos", made: Made::Example("all") },
            Picture { file: "c.txt", about: "text", made: Made::Draw(&["c.yaml", "--legend"]) },
        ];
        let page = write(&[Section { title: "Some", text: "Of them.", pictures }]);
        for wanted in [
            "\n## Some\n\nOf them.\n",
            "\n### Íconos\n\n```sh\ncargo run -p fmc-diagram --example all\n```\n\n![Íconos](<a b.png>)\n",
            "```sh\nfmc draw c.yaml --legend -o c.txt\n```\n\n[c.txt](c.txt)\n",
        ] {
            assert!(page.contains(wanted), "{wanted}\n{page}");
        }
    }
}
