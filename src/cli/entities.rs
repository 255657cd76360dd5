//! `train entities` and `evaluate entities`: the list of known entities, made from and measured on sentences whose names are linked.

use super::analysis;
use crate::analyze::entities::{self, Reading, whereabouts};
use crate::analyze::gather::{Linked, gather};
use crate::analyze::gazetteer::{Entity, Target, gazetteer};
use crate::analyze::shape::{is_event, is_office};
use crate::model::article::Article;
use crate::model::entity::EntityKind;
use crate::model::{city, country};
use crate::text::fold::fold;
use anyhow::{Context, Result, ensure};
use flate2::read::GzDecoder;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;

/// A sentence of Wikipedia's current events with its links.
#[derive(Deserialize)]
struct Line {
    date: String,
    #[serde(default)]
    path: Vec<Step>,
    text: String,
    links: Vec<Link>,
}

#[derive(Deserialize)]
struct Step {
    #[serde(default)]
    w: Vec<String>,
}

#[derive(Deserialize)]
struct Link {
    m: String,
    w: String,
}

/// The files of a data folder that the list is made from; `news` holds the linked sentences, `entities` the lists.
const NEWS: &str = "news/wcep_linked_2020_2023.jsonl.gz";
const LEADERS: &str = "entities/leaders_factbook.tsv";
const CONGRESS: &str = "entities/us_congress_current.tsv";
const COMPANIES: &str = "entities/sp500_constituents.csv";
const GROUPS: &str = "entities/misp_galaxy_actors.jsonl";

/// Makes the list from the sentences before a day, or from all of them, and writes it and the given names beside each other.
pub fn train(dir: &Path, before: Option<&str>, out: &Path) -> Result<()> {
    let is_day = |day: &str| day.parse::<jiff::civil::Date>().is_ok();
    ensure!(before.is_none_or(is_day), "--before should be a day, like 2022-02-01");
    let lines = read(dir)?;
    let kept = lines.iter().filter(|line| before.is_none_or(|day| line.date.as_str() < day));
    let linked: Vec<Linked> =
        kept.map(|l| Linked { text: l.text.clone(), links: l.links.iter().map(|link| (link.m.clone(), link.w.clone())).collect() }).collect();
    let (entities, given) = gather(&linked, lists(dir)?);
    let mut table = "kind\tname\tcountry\taliases\n".to_string();
    for Entity { kind, name, country, aliases } in &entities {
        table.push_str(&format!("{}\t{name}\t{}\t{}\n", kind.word(), country.as_deref().unwrap_or(""), aliases.join("|")));
    }
    std::fs::write(out, table).with_context(|| format!("writing {}", out.display()))?;
    let names = out.with_file_name("given_names.txt");
    std::fs::write(&names, given.into_iter().collect::<Vec<_>>().join("\n") + "\n").with_context(|| format!("writing {}", names.display()))?;
    println!("{} entities of {} sentences written to {}", entities.len(), linked.len(), out.display());
    Ok(())
}

fn lists(dir: &Path) -> Result<Vec<Entity>> {
    let text = |file: &str| std::fs::read_to_string(dir.join(file)).with_context(|| format!("reading {}", dir.join(file).display()));
    let person = |name: &str, country: &str| Entity { kind: EntityKind::Person, name: name.into(), country: Some(country.into()), aliases: vec![] };
    let organisation = |name: &str, country: Option<String>, aliases| Entity { kind: EntityKind::Organisation, name: name.into(), country, aliases };
    let fields = |line: &str| line.split('\t').map(str::to_string).collect::<Vec<_>>();
    let mut lists = vec![];
    // the last one counts: who leads a country leads its territories too, which are in no alliance
    let mut leaders: Vec<Vec<String>> = text(LEADERS)?.lines().skip(1).map(fields).collect();
    leaders.sort_by_key(|row| country::find(&row[0]).map_or(0, |country| country.blocs.len()));
    leaders.iter().for_each(|row| lists.push(person(&row[3], &row[0])));
    for row in text(CONGRESS)?.lines().skip(1).map(fields) {
        lists.push(person(&row[0], "US"));
    }
    for line in text(COMPANIES)?.lines().skip(1) {
        let name = line.split(',').nth(1).unwrap_or("").trim_matches('"');
        let short = [" Inc.", " Corporation", " Company", " plc", " Corp.", " & Co.", " Group", " Holdings", " (The)"]
            .iter()
            .fold(name, |n, end| n.trim_end_matches(end));
        // a company of one everyday word would be found in every headline
        if short.contains(' ') || short.len() > 6 {
            lists.push(organisation(short, Some("US".into()), vec![]));
        }
    }
    #[derive(Deserialize)]
    struct Group {
        name: String,
        r#type: String,
        aliases: Vec<String>,
        country: Option<String>,
    }
    for line in text(GROUPS)?.lines() {
        let group: Group = serde_json::from_str(line)?;
        if group.r#type == "cyber_threat_actor" && !group.name.contains(char::is_numeric) {
            continue; // names like "Nitro" and "Dust Storm" are everyday words
        }
        let names = group.aliases.into_iter().filter(|alias| alias.contains(' ') || alias.len() > 3 && alias.chars().all(|c| c.is_uppercase()));
        lists.push(organisation(&group.name, group.country.filter(|c| country::find(c).is_some()), names.collect()));
    }
    lists.retain(|e: &Entity| e.name.starts_with(char::is_uppercase) && !e.name.contains(['\t', '|']));
    for entity in &mut lists {
        entity.aliases.retain(|alias| alias.starts_with(char::is_uppercase) && !alias.contains(['\t', '|']));
    }
    Ok(lists)
}

#[derive(Default, Serialize)]
struct Score {
    right: usize,
    found: usize,
    gold: usize,
    p: f64,
    r: f64,
    f1: f64,
}

impl Score {
    fn add(&mut self, right: usize, found: usize, gold: usize) {
        self.right += right;
        self.found += found;
        self.gold += gold;
    }
    fn done(mut self) -> Self {
        self.p = self.right as f64 / self.found.max(1) as f64;
        self.r = self.right as f64 / self.gold.max(1) as f64;
        self.f1 = if self.right == 0 { 0.0 } else { 2.0 * self.p * self.r / (self.p + self.r) };
        self
    }
}

/// How well countries and names are found in sentences from a day on.
///
/// Recall of countries: of the countries whose page a sentence links to, how many are found. Precision: of the countries found, how many
/// are supported by the sentence's links or the story it stands in: a page of that name, of its people, or of one of its cities.
/// Linking: a link to a person, an organisation or a place is right when the same words are found and lead to the same page.
pub fn evaluate(dir: &Path, from: &str, json: bool, wrong: bool) -> Result<()> {
    let (held, [recall, precision, linking]) = score(dir, from, wrong)?;
    if json {
        println!("{}", serde_json::json!({ "sentences": held, "country_recall": recall.r, "country_precision": precision.p, "linking": linking }));
    } else {
        println!("{held} sentences from {from} on");
        println!("countries          recall {:.3} of {}   precision {:.3} of {}", recall.r, recall.gold, precision.p, precision.found);
        println!("linking of names   P {:.3}  R {:.3}  F1 {:.3}   ({} links)", linking.p, linking.r, linking.f1, linking.gold);
    }
    Ok(())
}

/// The same as lines of `evaluate analysis`.
pub fn measures(dir: &Path, from: &str) -> Result<Vec<analysis::Line>> {
    let (_, [recall, precision, linking]) = score(dir, from, false)?;
    let line = |name, measure, value, of| analysis::Line { name, data: "Wikipedia’s current events, linked", measure, value, of };
    Ok(vec![
        line("Countries", "recall", recall.r, recall.gold),
        line("Countries", "precision", precision.p, precision.found),
        line("Names", "linking F1", linking.f1, linking.gold),
    ])
}

/// How many sentences there are, and recall of countries, their precision, and linking.
fn score(dir: &Path, from: &str, wrong: bool) -> Result<(usize, [Score; 3])> {
    let lines = read(dir)?;
    let held: Vec<&Line> = lines.iter().filter(|line| line.date.as_str() >= from).collect();
    ensure!(!held.is_empty(), "there are no sentences from {from} on");
    let (mut recall, mut precision, mut linking) = (Score::default(), Score::default(), Score::default());
    for line in &held {
        let found: BTreeSet<String> = countries(&line.text);
        let gold: BTreeSet<String> = line.links.iter().filter_map(|link| country_titled(&link.w)).collect();
        let titles: Vec<&str> = line
            .links
            .iter()
            .flat_map(|l| [l.w.as_str(), l.m.as_str()])
            .chain(line.path.iter().flat_map(|s| s.w.iter().map(String::as_str)))
            .collect();
        let supported: BTreeSet<String> =
            found.iter().filter(|code| gold.contains(*code) || titles.iter().any(|title| speaks_of(title, code))).cloned().collect();
        recall.add(gold.intersection(&found).count(), gold.len(), gold.len());
        precision.add(supported.len(), found.len(), found.len());
        if wrong {
            let missed: Vec<_> = gold.difference(&found).collect();
            let extra: Vec<_> = found.difference(&supported).collect();
            if !missed.is_empty() || !extra.is_empty() {
                println!("missed {missed:?} extra {extra:?}: {}", line.text);
            }
        }
        let (right, said, of) = links(line);
        linking.add(right, said, of);
    }
    Ok((held.len(), [recall.done(), precision.done(), linking.done()]))
}

fn countries(text: &str) -> BTreeSet<String> {
    let article = Article { title: text.into(), ..crate::analyze::blank_article() };
    let reading = Reading::new(&article, text.into());
    whereabouts(&[reading]).countries.into_iter().collect()
}

/// Links whose words begin with a capital, by the words and the folded title, against what is found.
fn links(line: &Line) -> (usize, usize, usize) {
    let gold: BTreeMap<&str, String> =
        line.links.iter().filter(|l| is_named(l)).map(|l| (l.m.as_str(), fold(l.w.split(" (").next().unwrap_or(&l.w)))).collect();
    let found: BTreeMap<String, String> =
        entities::names(&line.text).into_iter().map(|n| (line.text[n.start..n.end].to_string(), fold(&n.name))).collect();
    let right =
        gold.iter().filter(|(words, title)| found.get(**words).is_some_and(|name| name == *title || title.starts_with(&format!("{name},")))).count();
    // names that nobody linked are not wrong: editors link a name once
    let said = found.keys().filter(|words| gold.keys().any(|linked| linked.contains(words.as_str()) || words.contains(linked))).count();
    (right, said.max(right), gold.len())
}

/// A link to a person, an organisation or a place, as far as its title tells: no event, no office, nothing in small letters.
fn is_named(link: &Link) -> bool {
    let office = link.w.contains(" of ") && link.w.split(' ').next().is_some_and(is_office) || is_office(&link.m);
    link.m.starts_with(char::is_uppercase) && !is_event(&link.w) && !office
}

fn country_titled(title: &str) -> Option<String> {
    let name = title.split(" (").next().unwrap_or(title);
    country::all().iter().find(|c| c.name == name || c.alt.iter().any(|alt| alt == name)).map(|c| c.iso2.clone())
}

/// A page's title names a country, its people or one of its cities.
fn speaks_of(title: &str, code: &str) -> bool {
    let named = gazetteer().find(title).into_iter().any(|f| !matches!(f.target, Target::Entity(_)) && gazetteer().country_of(f.target) == Some(code));
    named || city::all().iter().any(|c| c.country == code && title.starts_with(c.name))
}

fn read(dir: &Path) -> Result<Vec<Line>> {
    let file = dir.join(NEWS);
    let bytes = std::fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
    let mut text = String::new();
    GzDecoder::new(bytes.as_slice()).read_to_string(&mut text)?;
    text.lines().map(serde_json::from_str).collect::<Result<_, _>>().context("each line should have date, path, text and links")
}
