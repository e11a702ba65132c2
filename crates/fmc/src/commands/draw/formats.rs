//! The formats of pictures: one line of a table each.

use fmc_diagram::formats;
use fmc_diagram::graph::Graph;
use fmc_diagram::icons::Library;
use fmc_diagram::layout::{Medium, place};
use fmc_diagram::scene::Scene;
use fmc_fonts::SystemFonts;

/// A format of pictures.
pub(super) struct Format {
    /// Its name, as `--format` takes it.
    pub(super) name: &'static str,
    /// How the names of its files end, the usual ending first.
    pub(super) endings: &'static [&'static str],
    write: Write,
}

/// How a format is written: from the picture that it is laid out for.
enum Write {
    Paper(fn(&Scene, &Sheet) -> Result<Vec<u8>, String>),
    Terminal(fn(&Scene, &Sheet) -> Result<Vec<u8>, String>),
}

/// What a person may choose of the sheet.
pub(in crate::commands) struct Sheet {
    /// Pixels of an image for each unit of the picture.
    pub(in crate::commands) scale: f64,
    /// How many columns terminal text has.
    pub(in crate::commands) width: usize,
    /// Whether terminal text is drawn with ASCII alone.
    pub(in crate::commands) ascii: bool,
    /// The icons that can be drawn.
    pub(in crate::commands) icons: Library,
}

use Write::{Paper, Terminal};

/// All formats. The first is written where none is asked for.
pub(super) const FORMATS: &[Format] = &[
    Format { name: "png", endings: &["png"], write: Paper(png) },
    Format {
        name: "svg",
        endings: &["svg"],
        write: Paper(|it, sheet| Ok(formats::svg::write_with(it, &sheet.icons).into_bytes())),
    },
    Format { name: "pdf", endings: &["pdf"], write: Paper(pdf) },
    Format {
        name: "html",
        endings: &["html", "htm"],
        write: Paper(|it, sheet| Ok(formats::html::write_with(it, &sheet.icons).into_bytes())),
    },
    Format {
        name: "dot",
        endings: &["dot", "gv"],
        write: Paper(|it, _| Ok(formats::dot::write(it).into_bytes())),
    },
    Format { name: "txt", endings: &["txt"], write: Terminal(txt) },
];

/// An image; what the embedded font cannot draw, a font of this machine does.
fn png(scene: &Scene, sheet: &Sheet) -> Result<Vec<u8>, String> {
    let fonts = SystemFonts::new();
    let options = formats::png::Options {
        scale: sheet.scale,
        fonts: &fonts,
        icons: Some(&sheet.icons),
        ..formats::png::Options::default()
    };
    formats::png::write_with(scene, &options).map_err(|it| it.to_string())
}

/// A page to print; what the embedded font cannot draw, a font of this machine does.
fn pdf(scene: &Scene, sheet: &Sheet) -> Result<Vec<u8>, String> {
    let fonts = SystemFonts::new();
    let options = formats::pdf::Options {
        fonts: &fonts,
        icons: Some(&sheet.icons),
        ..formats::pdf::Options::default()
    };
    formats::pdf::write_with(scene, &options).map_err(|it| it.to_string())
}

/// Text for a terminal.
fn txt(scene: &Scene, sheet: &Sheet) -> Result<Vec<u8>, String> {
    let style = if sheet.ascii { formats::text::Style::Ascii } else { formats::text::Style::Boxes };
    Ok(formats::text::write_with(scene, style).into_bytes())
}

impl Format {
    /// A picture that is laid out already as the bytes of this format.
    pub(super) fn of_scene(&self, scene: &Scene, sheet: &Sheet) -> Result<Vec<u8>, String> {
        match self.write {
            Paper(write) => write(scene, sheet),
            Terminal(_) => Err("it was laid out for paper and cannot be text".to_owned()),
        }
    }
}

/// The names of all formats.
pub(super) fn names() -> Vec<&'static str> {
    FORMATS.iter().map(|it| it.name).collect()
}

/// The format of this name.
pub(super) fn named(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|it| it.name == name)
}

/// The format that the ending of this file's name means.
pub(super) fn by_ending(path: &str) -> Option<&'static Format> {
    let (_, ending) = path.rsplit_once('.')?;
    FORMATS.iter().find(|it| it.endings.iter().any(|it| ending.eq_ignore_ascii_case(it)))
}

/// A graph that is laid out once for each medium that a format needs.
pub(super) struct Drawing<'a> {
    graph: &'a Graph,
    /// What the picture is called, also where no title stands in it.
    title: &'a str,
    sheet: &'a Sheet,
    paper: Option<Scene>,
    terminal: Option<Scene>,
}

impl<'a> Drawing<'a> {
    pub(super) fn new(graph: &'a Graph, title: &'a str, sheet: &'a Sheet) -> Self {
        Self { graph, title, sheet, paper: None, terminal: None }
    }

    /// The picture as the bytes of a format.
    pub(super) fn write(&mut self, format: &Format) -> Result<Vec<u8>, String> {
        match format.write {
            Paper(write) => {
                let sheet = self.sheet;
                write(self.paper(), sheet)
            }
            Terminal(write) => {
                let sheet = self.sheet;
                write(self.terminal(), sheet)
            }
        }
    }

    /// How wide and high the picture is, in the units of the format's medium.
    pub(super) fn size(&mut self, format: &Format) -> (f64, f64) {
        let scene = match format.write {
            Paper(_) => self.paper(),
            Terminal(_) => self.terminal(),
        };
        (scene.width.ceil(), scene.height.ceil())
    }

    fn paper(&mut self) -> &Scene {
        let titled = || Scene { title: self.title.to_owned(), ..place(self.graph, Medium::Paper) };
        self.paper.get_or_insert_with(titled)
    }

    fn terminal(&mut self) -> &Scene {
        let medium = Medium::Terminal { width: self.sheet.width };
        self.terminal.get_or_insert_with(|| place(self.graph, medium))
    }
}
