//! All of the rules together: articles in, an edition out. Pure.

use super::entities::Whereabouts;
use super::event::Classes;
use super::gazetteer::gazetteer;
use super::library::Scene;
use super::market::Series;
use super::{Earlier, bonds, category, entities, event, is_read, library, market, narrative, numbers, severity, span, threat, timeline, unknowns};
use crate::clock::{DAY, Timestamp};
use crate::model::article::{Article, owners};
use crate::model::category::Category;
use crate::model::country;
use crate::model::edition::Edition;
use crate::model::entity::{EntityKind, Mention};
use crate::model::severity::Severity;
use crate::model::topic::Topic;
use crate::text::fold::shorten;
use crate::text::sentence::sentences;
use crate::text::words::{is_stop, stems};
use std::collections::{BTreeSet, HashMap};

pub struct Draft {
    pub edition: Edition,
    /// How much an editor's look at it is worth, 0 to 100; orders the queue.
    pub value: f64,
}

/// Drafts an edition of an incident's articles. `before` is its newest revision, `earlier` what its first two countries had before. Same
/// input, same result.
pub fn draft(articles: &[Article], markets: &[Series], before: Option<&Edition>, earlier: &[Earlier], now: Timestamp) -> Draft {
    let (_, newest) = span(articles, now);
    let readings = entities::read(articles);
    let Whereabouts { countries: codes, point } = entities::whereabouts(&readings);
    let countries: Vec<String> = codes.iter().map(|c| country::name(c).to_string()).collect();
    let in_sentences: Vec<String> = codes.iter().map(|code| country::in_sentence(code)).collect();
    let category = category::of(articles);
    // what the rules cannot read they do not judge
    let is_read = articles.iter().any(is_read);
    let (severity, reasons) = if is_read { severity::of(articles, category, codes.len()) } else { (Severity::Unassessed, vec![]) };
    let classes = if is_between_actors(category) { classes(articles) } else { vec![] };
    let event = event::of_all(&classes);
    let scene = Scene { category, root: event::of_all(&sure(&classes)).map(|class| class.root), countries: &codes };
    let read = library::read(&readings, &classes, &codes);
    let signals = if is_read { library::signals(&read, &scene) } else { vec![] };
    let mentions = entities::mentions(&readings);
    let assessment = is_read.then(|| threat::of(articles, severity, &signals, before.and_then(|b| b.assessment.as_ref()), now));
    let moves = market::moves(markets, articles, now);
    let edition = Edition {
        title: title(articles),
        category,
        severity,
        reasons,
        priority: severity >= Severity::High && owners(articles).len() >= 2,
        narrative: narrative::of(articles, &narrative::Setting { codes: &codes, countries: &in_sentences, earlier }, &signals, &moves),
        bonds: if is_between_actors(category) { bonds::of(&readings, &mentions) } else { vec![] },
        implications: if is_read { library::implications(&read, &scene) } else { vec![] },
        event,
        topics: topics(articles, &countries, &mentions, category.label()),
        timeline: timeline::of(articles, &moves, codes.first().map(String::as_str)),
        markets: moves,
        assessment,
        figures: numbers::of(articles),
        written: None,
        unknowns: unknowns::of(articles, &codes, &signals),
        mentions,
        countries: codes,
        point,
        signals,
    };
    Draft { value: value(articles, severity, newest, now), edition }
}

/// Days in which what a title has in common with the others loses half of its weight: it is to say how things stand.
const FADES: f64 = 2.0;

/// The most central title: the one whose words the others use most; whole sentences before clipped lines, newer ones before older.
fn title(articles: &[Article]) -> String {
    let sets: Vec<BTreeSet<String>> = articles.iter().map(|a| stems(&a.title, &a.language).into_iter().collect()).collect();
    let mut frequency: HashMap<&str, f64> = HashMap::new();
    for stem in sets.iter().flatten() {
        *frequency.entry(stem).or_default() += 1.0;
    }
    let newest = articles.iter().map(|article| article.published_at).max().unwrap_or_default();
    let score = |index: usize| {
        // within half a day no title is old: it does not change with each article
        let age = (newest.since(articles[index].published_at).as_secs_f64() / DAY.as_secs_f64() - 0.5).max(0.0);
        let set = &sets[index];
        let shared: f64 = set.iter().map(|s| frequency[s.as_str()] - 1.0).sum();
        let central = shared / (set.len() as f64 + 3.0) / articles.len() as f64;
        let title = &articles[index].title;
        let reads = title.split_whitespace().any(|w| is_stop(&w.to_lowercase()));
        (central + NEW) * (-age / FADES).exp2() + if reads { 0.5 } else { 0.0 }
            - if has_number_of_page(title) { 0.3 } else { 0.0 }
            - if title.ends_with('…') { 0.2 } else { 0.0 }
            + if is_read(&articles[index]) { READ } else { 0.0 }
    };
    let best = (0..articles.len()).max_by(|a, b| score(*a).total_cmp(&score(*b)).then(b.cmp(a)));
    let Some(best) = best.map(|b| &articles[b]) else { return String::new() };
    if best.title.ends_with('…')
        && let Some(whole) = sentences(&best.summary).first()
    {
        return shorten(whole.trim_end_matches('.'), 160);
    }
    shorten(best.title.trim_end_matches('.'), 200)
}

/// What being new counts by itself, and that who reads the portal can read it; words in common are 0 to 1.
const NEW: f64 = 0.2;
const READ: f64 = 1.0;

/// Whether an address made the title: "News:669145:Isfana town", "… qs4wmdAvrbLcsoHoPway".
fn has_number_of_page(title: &str) -> bool {
    let is_number = |word: &str| word.len() >= 6 && word.bytes().all(|b| b.is_ascii_digit());
    let is_code = |word: &str| {
        let (upper, lower, digit) =
            (word.bytes().any(|b| b.is_ascii_uppercase()), word.bytes().any(|b| b.is_ascii_lowercase()), word.bytes().any(|b| b.is_ascii_digit()));
        word.len() >= 8
            && digit
            && lower
            && word.bytes().all(|b| b.is_ascii_alphanumeric())
            && (upper || word.bytes().filter(u8::is_ascii_digit).count() >= 3)
    };
    title.split([' ', ':']).any(|word| is_number(word) || is_code(word))
}

/// Countries, the names that most articles share, and the category: at most 8.
fn topics(articles: &[Article], countries: &[String], mentions: &[Mention], category: &str) -> Vec<Topic> {
    let language = |mention: &Mention| {
        // the desk's own name for it
        if gazetteer().known(&mention.name).is_some() {
            return "en".into();
        }
        let place = mention.articles.first().copied();
        articles.iter().find(|a| Some(a.place) == place).map_or("en", |a| a.language.as_str()).to_string()
    };
    let names = mentions.iter().filter(|m| !(m.kind == EntityKind::Place && countries.contains(&m.name)));
    let mut topics: Vec<Topic> = countries.iter().take(3).map(|c| Topic::new(c, "en")).collect();
    topics.extend(names.take(4).map(|m| Topic::new(&m.name, &language(m))));
    topics.push(Topic::new(category, "en"));
    let mut seen = BTreeSet::new();
    topics.retain(|topic| seen.insert(topic.key.clone()));
    topics.truncate(8);
    topics
}

/// Severity 0–50, independent voices 0–24, articles 0–10, freshness 0–16 (falling over two days).
fn value(articles: &[Article], severity: Severity, newest: Timestamp, now: Timestamp) -> f64 {
    let voices = owners(articles).len() as f64;
    let age_days = now.since(newest).as_secs_f64() / DAY.as_secs_f64();
    let sum = severity.level() as f64 * 10.0 + (voices * 6.0).min(24.0) + (articles.len() as f64).min(10.0) + 16.0 * (1.0 - age_days / 2.0).max(0.0);
    sum.min(100.0)
}

/// CAMEO is made for what states and groups do to each other; the verbs of an earthquake would mislead.
fn is_between_actors(category: Category) -> bool {
    !matches!(category, Category::Disaster | Category::Health | Category::Environment | Category::Science)
}

/// Of each article, in their order; none where we cannot read its language.
fn classes(articles: &[Article]) -> Vec<Classes> {
    articles.iter().map(|article| if is_read(article) { event::classes(&article.text()) } else { vec![] }).collect()
}

/// What the rules go on with: a verb alone is taken for another too often.
fn sure(classes: &[Classes]) -> Vec<Classes> {
    classes.iter().map(|told| told.iter().filter(|told| told.is_sure).cloned().collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample::article;
    use super::*;
    use crate::text::markdown::cited;

    fn refinery() -> Vec<Article> {
        vec![
            article(1, "Wire", "Fire at oil refinery in Lagos", "A fire broke out at an oil refinery in Lagos, Nigeria, on Sunday. Oil prices rose."),
            article(2, "Post", "Three killed in a fire at the Lagos oil refinery", ""),
        ]
    }

    #[test]
    fn an_edition_has_every_part_and_cites_only_its_articles() {
        let edition = draft(&refinery(), &[], None, &[], Timestamp(8_000_000)).edition;
        assert_eq!(edition.countries, ["NG"]);
        assert!(edition.narrative.parts().iter().all(|(_, text)| !text.is_empty()));
        assert!(!edition.implications.is_empty() && edition.signals.len() >= 3 && !edition.unknowns.is_empty());
        assert!(edition.assessment.is_some() && !edition.timeline.is_empty() && edition.topics.len() >= 2);
        let texts = edition.narrative.parts().map(|(_, t)| t.to_string()).into_iter().chain(edition.implications).chain(edition.unknowns);
        for place in texts.flat_map(|t| cited(&t)) {
            assert!((1..=2).contains(&place));
        }
    }

    #[test]
    fn a_title_says_how_things_stand() {
        let told = |place: i64, day: u32, title: &str| Article { published_at: Timestamp(0).plus(DAY * day), ..article(place, "Wire", title, "") };
        let counts = ["266,853", "342,446", "383,664", "621,328"];
        let articles: Vec<Article> = counts
            .iter()
            .zip(1..)
            .map(|(count, n)| told(n, 4 * n as u32, &format!("South Korea reports a record {count} cases of the virus")))
            .collect();
        assert!(title(&articles).contains("621,328"), "{}", title(&articles));
        let coded = [told(1, 0, "News:669145:Isfana town is named after a statesman"), told(2, 0, "Isfana town is named after a statesman")];
        assert_eq!(title(&coded), "Isfana town is named after a statesman");
        assert!(has_number_of_page("Exclusive qs4wmd12vrbLcsoH") && !has_number_of_page("COVID-19 cases of 12,000 in 2022"));
    }

    #[test]
    fn the_same_articles_give_the_same_edition() {
        let now = Timestamp(8_000_000);
        assert_eq!(draft(&refinery(), &[], None, &[], now).edition, draft(&refinery(), &[], None, &[], now).edition);
    }

    #[test]
    fn one_empty_headline_is_enough_to_draft() {
        let edition = draft(&[article(1, "Wire", "?", "")], &[], None, &[], Timestamp(0)).edition;
        assert_eq!(edition.title, "?");
        assert_eq!(edition.severity, Severity::Info);
    }

    #[test]
    fn what_the_rules_cannot_read_they_do_not_judge() {
        let told = |place, title: &str, summary: &str| Article { language: "zh".into(), ..article(place, "新华社", title, summary) };
        let quake = [told(1, "四川发生6.8级地震 已致46人死亡", "四川甘孜州泸定县发生6.8级地震，已造成46人死亡。")];
        let edition = draft(&quake, &[], None, &[], Timestamp(8_000_000)).edition;
        assert_eq!((edition.severity, edition.assessment), (Severity::Unassessed, None));
        assert!(edition.implications.is_empty() && edition.signals.is_empty() && edition.reasons.is_empty());
        assert!(edition.narrative.happened.contains("已造成46人死亡"), "{}", edition.narrative.happened);
        let said = edition.narrative.parts().map(|(_, text)| text).join(" ");
        assert!(said.contains("China is the one country in the centre of the one article in this incident. [1]"), "{said}");
        assert!(said.contains("read English only") && !said.contains("in English in this incident") && !said.contains("0 articles"), "{said}");
    }
}
