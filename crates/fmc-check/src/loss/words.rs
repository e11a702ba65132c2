//! What is lost, as it is said in a sentence.

use super::{Kept, Lost, Thing, Whom};
use crate::names::{list, row};
use fmc_model::cloud::HostSet;
use fmc_model::{Text, text};

/// How many hosts are named before they are counted.
const NAMED: usize = 4;

/// Names in both languages, each as it is written in a file.
pub fn names<T: AsRef<str>>(all: &[T]) -> Text {
    let quoted: Vec<String> = all.iter().map(|it| format!("`{}`", it.as_ref())).collect();
    Text { en: list(&quoted, "and").into(), es: list(&quoted, "y").into() }
}

/// `no web for public, nothing at all for operators and no dns for anybody`, and `web para public, nada
/// para operators ni dns para nadie`, as it stands behind `there is` and `no hay`.
pub fn lost(all: &[Lost]) -> Text {
    row(&all.iter().map(one).collect::<Vec<_>>(), ("and", "ni"))
}

fn one(lost: &Lost) -> Text {
    let Text { en: no, es: ni } = things(&lost.what, "no ", ("and", "ni"));
    match &lost.whom {
        Whom::People(name) if lost.what.is_empty() => {
            text!("nothing at all for {name}", "nada en absoluto para {name}")
        }
        Whom::People(name) => text!("{no} for {name}", "{ni} para {name}"),
        Whom::Anybody => text!("{no} for anybody", "{ni} para nadie"),
        Whom::Hosts(set) => {
            let Text { en, es } = hosts(set);
            text!("{no} for {en}", "{ni} para {es}")
        }
    }
}

/// `web`, or `cockpit and ssh at physical1 and metal2`, each with a word before it in English.
pub fn things(all: &[Thing], before: &str, and: (&str, &str)) -> Text {
    let mut by_place: Vec<(Option<&str>, Vec<&str>)> = Vec::new();
    for thing in all {
        let at = thing.at.as_deref();
        match by_place.iter_mut().find(|it| it.0 == at) {
            Some(same) => same.1.push(&thing.what),
            None => by_place.push((at, vec![&thing.what])),
        }
    }
    // Places with the same are told together.
    let mut together: Vec<(Vec<&str>, Vec<&str>)> = Vec::new();
    for (at, what) in by_place {
        match together.iter_mut().find(|it| at.is_some() && !it.0.is_empty() && it.1 == what) {
            Some(same) => same.0.extend(at),
            None => together.push((at.into_iter().collect(), what)),
        }
    }
    let one = |(at, what): &(Vec<&str>, Vec<&str>)| {
        let english: Vec<String> = what.iter().map(|it| format!("{before}{it}")).collect();
        let (en, es) = (list(&english, and.0), list(what, and.1));
        if at.is_empty() {
            return text!("{en}", "{es}");
        }
        let (places, lugares) = (list(at, "and"), list(at, "y"));
        text!("{en} at {places}", "{es} en {lugares}")
    };
    row(&together.iter().map(one).collect::<Vec<_>>(), and)
}

/// Hosts, or how many where they are many.
pub fn hosts(set: &HostSet) -> Text {
    let folded = set.folded();
    if folded.len() > NAMED {
        let count = set.len();
        return text!("{count} hosts", "{count} hosts");
    }
    let folded: Vec<Text> = folded.iter().map(|it| Text::same(it)).collect();
    row(&folded, ("and", "y"))
}

/// `ssh at physical1 for lan`.
pub fn kept(all: &[Kept]) -> Text {
    let one = |it: &Kept| {
        let Text { en, es } = things(&it.what, "", ("and", "y"));
        let whom = &it.whom;
        text!("{en} for {whom}", "{es} para {whom}")
    };
    row(&all.iter().map(one).collect::<Vec<_>>(), ("and", "y"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use fmc_model::Name;

    #[test]
    fn what_is_lost_is_a_sentence() {
        let thing = |it: &&str| match it.split_once('@') {
            Some((what, at)) => Thing { at: Some(at.to_owned()), what: what.to_owned() },
            None => Thing { at: None, what: (*it).to_owned() },
        };
        let of = |whom: Whom, what: &[&str]| Lost { whom, what: what.iter().map(thing).collect() };
        let people = |it: &str| Whom::People(Name::new(it));
        let told = lost(&[
            of(people("public"), &["web"]),
            of(people("operators"), &[]),
            of(people("lan"), &["cockpit@metal", "ssh@metal", "ssh@a", "ssh@b"]),
            of(Whom::Anybody, &["dns", "time"]),
        ]);
        let en = "no web for public, nothing at all for operators, no cockpit and no ssh at metal and \
                  no ssh at a and b for lan and no dns and no time for anybody";
        assert_eq!(told.en, en);
        let es = "web para public, nada en absoluto para operators, cockpit ni ssh en metal ni ssh \
                  en a y b para lan ni dns ni time para nadie";
        assert_eq!(told.es, es);
        assert_eq!(names(&["etcd"]).en, "`etcd`");
    }
}
