//! What the page says by itself, in the language of the picture.

/// The sentences of the page. `{}` is where a name or a number stands.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) picture: &'static str,
    pub(super) search: &'static str,
    pub(super) previous: &'static str,
    pub(super) next: &'static str,
    pub(super) farther: &'static str,
    pub(super) nearer: &'static str,
    pub(super) fit: &'static str,
    pub(super) fold: &'static str,
    pub(super) theme: &'static str,
    pub(super) close: &'static str,
    pub(super) about: &'static str,
    /// What the script says, by the names that it knows.
    pub(super) script: [(&'static str, &'static str); 13],
}

const ENGLISH: Words = Words {
    picture: "The picture",
    search: "Search (/)",
    previous: "Previous hit",
    next: "Next hit",
    farther: "Zoom out (-)",
    nearer: "Zoom in (+)",
    fit: "Show all (0)",
    fold: "Fold or unfold all groups",
    theme: "Dark colours",
    close: "Close (Esc)",
    about: "Details",
    script: [
        ("node", "Node"),
        ("edge", "Connection"),
        ("cluster", "Group"),
        ("connections", "Connections"),
        ("follow", "Open the link"),
        ("hits", "{} of {}"),
        ("nothing", "No hits"),
        ("folded", "{} folded"),
        ("unfolded", "{} unfolded"),
        ("node_count_one", "{} node"),
        ("node_count", "{} nodes"),
        ("cluster_count_one", "{} group"),
        ("cluster_count", "{} groups"),
    ],
};

const SPANISH: Words = Words {
    picture: "El diagrama",
    search: "Buscar (/)",
    previous: "Resultado anterior",
    next: "Resultado siguiente",
    farther: "Alejar (-)",
    nearer: "Acercar (+)",
    fit: "Ver todo (0)",
    fold: "Plegar o desplegar todos los grupos",
    theme: "Colores oscuros",
    close: "Cerrar (Esc)",
    about: "Detalles",
    script: [
        ("node", "Nodo"),
        ("edge", "Conexión"),
        ("cluster", "Grupo"),
        ("connections", "Conexiones"),
        ("follow", "Abrir el enlace"),
        ("hits", "{} de {}"),
        ("nothing", "Sin resultados"),
        ("folded", "{}: plegado"),
        ("unfolded", "{}: desplegado"),
        ("node_count_one", "{} nodo"),
        ("node_count", "{} nodos"),
        ("cluster_count_one", "{} grupo"),
        ("cluster_count", "{} grupos"),
    ],
};

/// The words for a language by its BCP 47 tag; English where there are none.
pub(super) fn of(language: &str) -> &'static Words {
    let primary = language.split(['-', '_']).next().unwrap_or_default();
    if primary.eq_ignore_ascii_case("es") { &SPANISH } else { &ENGLISH }
}
