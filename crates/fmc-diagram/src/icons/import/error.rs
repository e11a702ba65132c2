//! Why a file cannot be an icon, in both languages.

/// Why a file cannot be an icon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IconError {
    /// It has this many bytes.
    Bytes(usize),
    /// It is not UTF-8 text, where SVG was expected.
    NotText,
    /// It is no SVG, for this reason.
    NotSvg(String),
    /// It has no size, or is otherwise no SVG to draw, for this reason.
    Unreadable(String),
    /// Its groups stand too deep in each other.
    Deep,
    /// It repeats parts of itself this many times.
    Repeats(usize),
    /// It has too many lines and curves.
    Detailed,
    /// It holds text.
    Text,
    /// It holds an image or a page.
    Picture,
    /// It uses a filter.
    Filter,
    /// It is cut by a clip path or a mask.
    Cut,
    /// It is filled with a pattern.
    Pattern,
    /// Parts of it lie far outside of the picture.
    Far,
    /// Nothing of it can be seen.
    Blank,
    /// It is no PNG, for this reason.
    NotPng(String),
    /// It is this wide and this high in pixels.
    Pixels(u32, u32),
}

/// A sentence on what is wrong, and one on what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// What is wrong with the file.
    pub message: String,
    /// What to do.
    pub hint: &'static str,
}

impl IconError {
    /// What is wrong and what to do, in English.
    pub fn english(&self) -> Advice {
        let (message, hint) = match self {
            Self::Bytes(bytes) => (
                format!("the file has {bytes} bytes, more than 1 MiB"),
                "simplify the drawing, or make the image smaller",
            ),
            Self::NotText => (
                "the file is not UTF-8 text".into(),
                "save it as plain SVG in UTF-8, not compressed",
            ),
            Self::NotSvg(cause) => {
                (format!("this is no SVG: {cause}"), "export the icon anew as plain SVG")
            }
            Self::Unreadable(cause) => (
                format!("this SVG cannot be read: {cause}"),
                "give it a `viewBox`, or export it anew",
            ),
            Self::Deep => {
                ("its groups stand too deep in each other".into(), "ungroup it in the editor")
            }
            Self::Repeats(uses) => (
                format!("it repeats parts of itself {uses} times"),
                "turn the copies into plain shapes in the editor",
            ),
            Self::Detailed => (
                "it has more than 100,000 lines and curves".into(),
                "simplify it in the editor, or give a PNG",
            ),
            Self::Text => (
                "it holds text, which would look different on every machine".into(),
                "turn the text into paths in the editor",
            ),
            Self::Picture => (
                "it holds an image or a page, where only shapes can be drawn".into(),
                "give the image itself, as PNG",
            ),
            Self::Filter => (
                "it uses a filter, such as a shadow or a blur".into(),
                "remove the filter, or give a PNG",
            ),
            Self::Cut => (
                "parts of it are cut away by a clip path or a mask".into(),
                "apply the clip to the shapes in the editor, or give a PNG",
            ),
            Self::Pattern => {
                ("it is filled with a pattern".into(), "fill it with a colour, or give a PNG")
            }
            Self::Far => (
                "parts of it lie far outside of the picture".into(),
                "delete what lies outside of the sheet in the editor",
            ),
            Self::Blank => (
                "it is blank: nothing in it has a colour and lies inside the picture".into(),
                "look at it in a browser, and export it anew",
            ),
            Self::NotPng(cause) => {
                (format!("this is no PNG: {cause}"), "save the image anew as PNG")
            }
            Self::Pixels(width, height) => (
                format!("the image is {width} by {height} pixels, more than 4096"),
                "make it smaller; 256 by 256 is plenty",
            ),
        };
        Advice { message, hint }
    }

    /// What is wrong and what to do, in Spanish.
    pub fn spanish(&self) -> Advice {
        let (message, hint) = match self {
            Self::Bytes(bytes) => (
                format!("el archivo tiene {bytes} bytes, más de 1 MiB"),
                "simplifica el dibujo o reduce la imagen",
            ),
            Self::NotText => (
                "el archivo no es texto UTF-8".into(),
                "guárdalo como SVG simple en UTF-8, sin comprimir",
            ),
            Self::NotSvg(cause) => {
                (format!("esto no es un SVG: {cause}"), "exporta el icono de nuevo como SVG simple")
            }
            Self::Unreadable(cause) => (
                format!("este SVG no se puede leer: {cause}"),
                "ponle un `viewBox` o expórtalo de nuevo",
            ),
            Self::Deep => (
                "sus grupos están anidados con demasiada profundidad".into(),
                "desagrúpalo en el editor",
            ),
            Self::Repeats(uses) => (
                format!("repite partes de sí mismo {uses} veces"),
                "convierte las copias en formas simples en el editor",
            ),
            Self::Detailed => (
                "tiene más de 100.000 líneas y curvas".into(),
                "simplifícalo en el editor o usa un PNG",
            ),
            Self::Text => (
                "contiene texto, que se vería distinto en cada máquina".into(),
                "convierte el texto en trazados en el editor",
            ),
            Self::Picture => (
                "contiene una imagen o una página, y solo se pueden dibujar formas".into(),
                "usa la propia imagen, como PNG",
            ),
            Self::Filter => (
                "usa un filtro, como una sombra o un desenfoque".into(),
                "quita el filtro o usa un PNG",
            ),
            Self::Cut => (
                "una máscara o un trazado de recorte oculta partes del dibujo".into(),
                "aplica el recorte a las formas en el editor o usa un PNG",
            ),
            Self::Pattern => {
                ("está relleno con un patrón".into(), "rellénalo con un color o usa un PNG")
            }
            Self::Far => (
                "partes de él quedan muy lejos, fuera del dibujo".into(),
                "borra en el editor lo que queda fuera de la hoja",
            ),
            Self::Blank => (
                "está vacío: nada en él tiene color y queda dentro de la imagen".into(),
                "míralo en un navegador y expórtalo de nuevo",
            ),
            Self::NotPng(cause) => {
                (format!("esto no es un PNG: {cause}"), "guarda la imagen de nuevo como PNG")
            }
            Self::Pixels(width, height) => (
                format!("la imagen mide {width} por {height} píxeles, más de 4096"),
                "redúcela; 256 por 256 basta",
            ),
        };
        Advice { message, hint }
    }
}

impl std::fmt::Display for IconError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Advice { message, hint } = self.english();
        write!(formatter, "{message}; {hint}")
    }
}

impl std::error::Error for IconError {}
