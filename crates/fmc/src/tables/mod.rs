//! The facts of a cloud as tables, and as JSON.

mod certificates;
mod detail;
mod json;
mod lists;
mod losses;
pub(crate) mod programs;
pub(crate) mod reference;

pub(crate) use json::json;

use crate::output::plain;
use comfy_table::{ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle};
use fmc_model::cloud::{End, Flow, Origin};
use fmc_model::{Cloud, Date, Language, Name};
use fmc_secrets::Secrets;

/// What is to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Topic {
    All,
    Hosts,
    Host,
    Networks,
    Vips,
    Apps,
    Flows,
    Flow,
    Names,
    Certificates,
    Programs,
    Order,
    Failures,
    Losses,
    Settings,
    Overrides,
    Additions,
}

impl Topic {
    /// Every topic with its word.
    pub(crate) const WORDS: [(&str, Topic); 17] = [
        ("all", Topic::All),
        ("hosts", Topic::Hosts),
        ("host", Topic::Host),
        ("networks", Topic::Networks),
        ("vips", Topic::Vips),
        ("apps", Topic::Apps),
        ("flows", Topic::Flows),
        ("flow", Topic::Flow),
        ("names", Topic::Names),
        ("certificates", Topic::Certificates),
        ("programs", Topic::Programs),
        ("order", Topic::Order),
        ("failures", Topic::Failures),
        ("losses", Topic::Losses),
        ("settings", Topic::Settings),
        ("overrides", Topic::Overrides),
        ("additions", Topic::Additions),
    ];

    pub(crate) fn of(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|it| it.0 == word).map(|it| it.1)
    }
}

/// What is to be shown, and how.
pub(crate) struct Wanted<'a> {
    pub(crate) topic: Topic,
    pub(crate) name: Option<&'a str>,
    pub(crate) host: Option<&'a str>,
    pub(crate) expand: bool,
    pub(crate) language: Language,
    /// What was made already, where that is known, and the day on which it is judged.
    pub(crate) made: Option<(&'a Secrets, Date)>,
}

impl Wanted<'_> {
    fn say<'t>(&self, english: &'t str, spanish: &'t str) -> &'t str {
        match self.language {
            Language::English => english,
            Language::Spanish => spanish,
        }
    }

    /// A place, as short as it can be told: the file only where it is an included one.
    fn line(&self, origin: &Origin) -> String {
        match origin.place.file {
            0 => format!("{}:{}", origin.line, origin.column),
            _ => origin.to_string(),
        }
    }

    /// The flows that are wanted.
    fn flows<'c>(&self, cloud: &'c Cloud) -> Vec<&'c Flow> {
        let has_to_do = |flow: &Flow| {
            self.host.is_none_or(|host| {
                let id = cloud.hosts.get(host).map(|it| it.id);
                let at = |end: &End| {
                    cloud.hosts_at(end).zip(id).is_some_and(|(hosts, id)| hosts.contains(id))
                };
                at(&flow.from) || at(&flow.to)
            })
        };
        cloud.flows.iter().filter(|it| has_to_do(it)).collect()
    }
}

impl Wanted<'_> {
    /// A flow host by host: who begins and who answers. Ends that are no hosts stay what they are.
    fn pairs(&self, cloud: &Cloud, flow: &Flow) -> Vec<(String, String)> {
        let ends = |end: &End| -> Vec<(Option<Name>, String)> {
            let Some(hosts) = cloud.hosts_at(end) else { return vec![(None, end.to_string())] };
            // What goes to a pod is not let into the host below it.
            let kind = if let End::Pods(_) = end { "pods:" } else { "" };
            hosts.names().map(|it| (Some(it.clone()), format!("{kind}{it}"))).collect()
        };
        let (from, to) = (ends(&flow.from), ends(&flow.to));
        let is_wanted = |one: &Option<Name>, other: &Option<Name>| {
            let is = |it: &Option<Name>| it.as_ref().map(Name::as_str) == self.host;
            (one.is_none() || one != other) && (self.host.is_none() || is(one) || is(other))
        };
        let pairs = from.iter().flat_map(|one| to.iter().map(move |other| (one, other)));
        pairs
            .filter(|(one, other)| is_wanted(&one.0, &other.0))
            .map(|(one, other)| (one.1.clone(), other.1.clone()))
            .collect()
    }
}

/// The tables that are wanted.
pub(crate) fn text(cloud: &Cloud, wanted: &Wanted<'_>) -> String {
    match wanted.topic {
        Topic::All => all(cloud, wanted),
        Topic::Hosts => lists::hosts(cloud, wanted),
        Topic::Host => detail::host(cloud, wanted),
        Topic::Networks => lists::networks(cloud, wanted),
        Topic::Vips => lists::vips(cloud, wanted),
        Topic::Apps => lists::apps(cloud, wanted),
        Topic::Flows => lists::flows(cloud, wanted),
        Topic::Flow => detail::flow(cloud, wanted),
        Topic::Names => lists::names(cloud, wanted),
        Topic::Certificates => certificates::text(cloud, wanted),
        Topic::Programs => programs::text(cloud, wanted),
        Topic::Order => lists::order(cloud, wanted),
        Topic::Failures => lists::failures(cloud, wanted),
        Topic::Losses => losses::text(cloud, wanted),
        Topic::Settings => lists::settings(cloud, wanted),
        Topic::Overrides => lists::overrides(cloud, wanted),
        Topic::Additions => lists::additions(cloud, wanted),
    }
}

fn all(cloud: &Cloud, wanted: &Wanted<'_>) -> String {
    let mut text = format!(
        "\x1b[1m{}\x1b[0m\n{}, {}\n",
        plain(&cloud.title),
        cloud.domain,
        cloud.timezone.as_str()
    );
    for (english, spanish, section) in [
        ("Networks", "Redes", lists::networks(cloud, wanted)),
        ("Hosts", "Hosts", lists::hosts(cloud, wanted)),
        ("Groups", "Grupos", lists::groups(cloud, wanted)),
        ("Virtual addresses", "Direcciones virtuales", lists::vips(cloud, wanted)),
        ("Apps", "Apps", lists::apps(cloud, wanted)),
        ("Flows", "Flujos", lists::flows(cloud, wanted)),
        ("Names", "Nombres", lists::names(cloud, wanted)),
        ("Certificates", "Certificados", certificates::text(cloud, wanted)),
        ("Order of starting", "Orden de arranque", lists::order(cloud, wanted)),
        ("What falls together", "Lo que cae junto", lists::failures(cloud, wanted)),
        ("Overrides", "Valores puestos a mano", lists::overrides(cloud, wanted)),
        ("Additions", "Añadidos", lists::additions(cloud, wanted)),
    ] {
        if !section.is_empty() {
            let title = wanted.say(english, spanish);
            text.push_str(&format!("\n\x1b[1m{title}\x1b[0m\n{section}"));
        }
    }
    text
}

/// A table; empty where it has no rows.
pub(crate) fn table(header: &[&str], rows: Vec<Vec<String>>) -> String {
    const STYLE: TableStyle =
        TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));
    if rows.is_empty() {
        return String::new();
    }
    let mut table = Table::new();
    table.load_style(STYLE);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    // On a terminal the table fits its width; in a file it is as wide as a wide terminal.
    if !table.is_tty() {
        table.set_width(160);
    }
    table.set_header(header);
    table.add_rows(rows.into_iter().map(|row| row.into_iter().map(|it| plain(&it))));
    // The first column names the row, and a name that is broken cannot be copied.
    if let Some(column) = table.column_mut(0) {
        column.set_constraint(ColumnConstraint::ContentWidth);
    }
    let lines: Vec<String> = table.lines().map(|it| it.trim_end().to_owned()).collect();
    lines.join("\n") + "\n"
}

/// Words with a comma between them.
fn list<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    items.into_iter().map(|it| it.to_string()).collect::<Vec<_>>().join(", ")
}
