//! What happened and was reported when: a moment for each article that says something new, for each day that an article names, and the
//! anchors of an incident's course.

use super::cite;
use super::when::{self, Clocks};
use crate::clock::{DAY, HOUR, Timestamp};
use crate::model::article::Article;
use crate::model::market::{Direction, MarketMove};
use crate::model::moment::{Anchor, Moment, Precision};
use crate::model::zone::Zone;
use crate::text::fold::shorten;
use crate::text::markdown::{cited, escape};
use crate::text::sentence::sentences;
use crate::text::words::stems;
use std::collections::{BTreeMap, BTreeSet};

/// Lines in a timeline.
const LIMIT: usize = 14;
/// Lines that articles date themselves, and sentences of an article that are read for them.
const DATED: usize = 6;
const READ: usize = 8;
/// Articles of one hour from which on it is named as the peak.
const PEAK: usize = 4;
const SENTENCE: usize = 180;

const OFFICES: &str = "president minister ministry government chancellor secretary commission parliament spokesman spokeswoman spokesperson kremlin pentagon \
embassy ambassador premier senate";
const REACTS: &str = "condemn condemns condemned warns warned vows vowed denies denied orders ordered announces announced calls called demands demanded promises \
promised declares declared confirms confirmed rejects rejected urges urged";

/// Moments in time order. The first report and every report of a new highest number of dead are turning points.
/// `country` is where it happens, by whose clocks local times go.
pub fn of(articles: &[Article], moves: &[MarketMove], country: Option<&str>) -> Vec<Moment> {
    let mut order: Vec<&Article> = articles.iter().collect();
    order.sort_by_key(|a| (a.published_at, a.place));
    let mut moments = reported(&order);
    if let Some(reaction) = reaction(&order) {
        add_once(&mut moments, reaction);
    }
    moments.extend(peak(&order));
    moments.extend(moves.iter().filter_map(market));
    let dated = dated(&order, &moments, &Zone::of(country));
    moments.extend(dated);
    shortened(moments)
}

/// One moment for each article whose title says something new. The first of another owner group confirms.
fn reported(order: &[&Article]) -> Vec<Moment> {
    let mut seen: Vec<BTreeSet<String>> = vec![];
    let mut highest = None;
    let mut moments: Vec<Moment> = vec![];
    let confirming = order.iter().find(|a| a.copy_of.is_none() && order.first().is_some_and(|first| first.voice != a.voice)).map(|a| a.place);
    for article in order {
        let words: BTreeSet<String> = stems(&article.title, &article.language).into_iter().collect();
        let deaths = super::numbers::highest_death_count(article);
        let anchor = match moments.is_empty() {
            true => Some(Anchor::First),
            false => (confirming == Some(article.place)).then_some(Anchor::Confirmed),
        };
        let key = anchor == Some(Anchor::First) || deaths > highest;
        highest = highest.max(deaths);
        if !key && anchor.is_none() && seen.iter().any(|other| is_like(&words, other)) {
            continue;
        }
        seen.push(words);
        let text = format!("{}: {} [{}]", escape(&article.source_name), escape(&article.title), article.place);
        moments.push(Moment { at: article.published_at, precision: Precision::Minute, text, key, anchor });
    }
    moments
}

/// Three of four words of the shorter are in the longer.
fn is_like(a: &BTreeSet<String>, b: &BTreeSet<String>) -> bool {
    a.intersection(b).count() * 4 >= a.len().min(b.len()).max(1) * 3
}

/// A sentence that the moment of its own article's title tells already is that moment.
fn add_once(moments: &mut Vec<Moment>, new: Moment) {
    let words = |moment: &Moment| stems(&moment.text, "en").into_iter().collect::<BTreeSet<String>>();
    let same = |m: &&mut Moment| cited(&m.text) == cited(&new.text) && is_like(&words(m), &words(&new));
    match moments.iter_mut().find(same) {
        Some(told) => told.anchor = told.anchor.or(new.anchor),
        None => moments.push(new),
    }
}

/// The first sentence after the first report in which somebody in office acts on it.
fn reaction(order: &[&Article]) -> Option<Moment> {
    let has = |words: &BTreeSet<&str>, list: &str| list.split_whitespace().any(|word| words.contains(word));
    let lower = |sentence: &str| sentence.to_lowercase();
    for article in order.iter().skip(1).filter(|a| a.copy_of.is_none()) {
        let text = article.text();
        for sentence in sentences(&text).into_iter().take(READ) {
            let lower = lower(sentence);
            let words: BTreeSet<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
            if has(&words, OFFICES) && has(&words, REACTS) {
                let text = format!("{} [{}]", escape(&shorten(sentence, SENTENCE)), article.place);
                return Some(Moment { at: article.published_at, precision: Precision::Minute, text, key: false, anchor: Some(Anchor::Reaction) });
            }
        }
    }
    None
}

/// The hour in which most articles came, when that is many.
fn peak(order: &[&Article]) -> Option<Moment> {
    let mut hours: BTreeMap<Timestamp, Vec<&Article>> = BTreeMap::new();
    for article in order {
        hours.entry(article.published_at.floor(HOUR)).or_default().push(article);
    }
    let (hour, articles) = hours.into_iter().rev().max_by_key(|(_, articles)| articles.len())?;
    let is_peak = articles.len() >= PEAK && articles.len() < order.len();
    let text = format!("{} articles in this hour. {}", articles.len(), cite(articles.iter().copied()));
    is_peak.then_some(Moment { at: hour, precision: Precision::Hour, text, key: false, anchor: Some(Anchor::Peak) })
}

/// The first trading day of a price that moved by more than chance.
fn market(row: &MarketMove) -> Option<Moment> {
    let study = row.study.as_ref()?;
    let verb = match row.direction {
        Direction::Up => "rose",
        Direction::Down => "fell",
        _ => return None,
    };
    let cites: String = cited(&row.note).into_iter().map(|place| format!("[{place}]")).collect();
    // prices close late: what was reported on that day stands before
    let at = Timestamp::parse(&format!("{}T22:00:00Z", study.day))?;
    let text = format!("{} {verb} by more than chance from this trading day on. {cites}", escape(&row.exposure));
    (!cites.is_empty()).then_some(Moment { at, precision: Precision::Day, text, key: false, anchor: Some(Anchor::Market) })
}

/// What articles date themselves, each thing once: not what they only say happened on the day they were published.
fn dated(order: &[&Article], reported: &[Moment], place: &Zone) -> Vec<Moment> {
    let mut found: Vec<(BTreeSet<String>, Moment)> = vec![];
    let told: Vec<BTreeSet<String>> = reported.iter().map(|m| stems(&m.text, "en").into_iter().collect()).collect();
    for article in order.iter().filter(|a| a.copy_of.is_none()) {
        let (text, source) = (article.text(), Zone::of(article.country.as_deref()));
        for sentence in sentences(&text).into_iter().take(READ) {
            let Some(when) = when::find(sentence, article.published_at, &Clocks { source: &source, place }) else { continue };
            if when.is_today || when.is_aside {
                continue;
            }
            let words: BTreeSet<String> = stems(sentence, &article.language).into_iter().collect();
            let same_day = |m: &Moment| m.at.floor(DAY) == when.at.floor(DAY);
            let is_told = found.iter().any(|(other, m)| same_day(m) && is_like(&words, other))
                || told.iter().zip(reported).any(|(other, m)| same_day(m) && is_like(&words, other));
            if is_told || words.len() < 4 {
                continue;
            }
            let text = format!("{} [{}]", escape(&shorten(sentence, SENTENCE)), article.place);
            let anchor = when.is_ahead.then_some(Anchor::Expected);
            found.push((words, Moment { at: when.at, precision: when.precision, text, key: false, anchor }));
        }
    }
    found.truncate(DATED);
    found.into_iter().map(|(_, moment)| moment).collect()
}

/// In time order; of a long one the anchors, the turning points, and the others from both ends.
fn shortened(mut moments: Vec<Moment>) -> Vec<Moment> {
    moments.sort_by(|a, b| a.at.cmp(&b.at).then(b.key.cmp(&a.key)));
    while moments.len() > LIMIT {
        let middle = moments.len() / 2;
        let plain = |m: &Moment| m.anchor.is_none() && !m.key;
        let near = |index: &usize| index.abs_diff(middle);
        let gone = (0..moments.len()).filter(|i| plain(&moments[*i])).min_by_key(near).or_else(|| (1..moments.len()).min_by_key(near));
        match gone {
            Some(index) => drop(moments.remove(index)),
            None => break,
        }
    }
    moments
}

#[cfg(test)]
mod tests {
    use super::super::sample::article;
    use super::*;

    #[test]
    fn copies_are_one_moment_and_a_higher_toll_is_a_turning_point() {
        let moments = of(
            &[
                article(1, "a", "Fire at Lagos refinery", ""),
                article(2, "b", "Fire at Lagos refinery", ""),
                article(3, "c", "Lagos refinery fire: 3 killed", ""),
                article(4, "d", "Minister visits the site", ""),
            ],
            &[],
            None,
        );
        assert_eq!(moments.iter().map(|m| m.key).collect::<Vec<_>>(), [true, false, true, false]);
        assert_eq!(moments.iter().map(|m| m.anchor).collect::<Vec<_>>(), [Some(Anchor::First), Some(Anchor::Confirmed), None, None]);
        assert_eq!(moments[2].text, "c: Lagos refinery fire: 3 killed [3]");
    }

    #[test]
    fn a_long_story_keeps_its_beginning_and_its_end() {
        let articles: Vec<_> = (1..=40).map(|n| article(n, "a", &format!("w{n}a w{n}b w{n}c w{n}d"), "")).collect();
        let moments = of(&articles, &[], None);
        assert_eq!(moments.len(), LIMIT);
        assert!(moments[0].text.ends_with("[1]") && moments[LIMIT - 1].text.ends_with("[40]"));
    }

    #[test]
    fn what_articles_date_themselves_stands_on_its_own_day() {
        let moments = of(
            &[
                article(1, "a", "Theatre destroyed", "The theatre was hit by bombs on 25 December. Rescue work goes on."),
                article(2, "b", "Search in ruins of theatre", "The theatre was hit by bombs on 25 December, officials said."),
                article(3, "c", "Envoys to meet", "President calls the strike a crime. The envoys will meet in Geneva on 9 January."),
            ],
            &[],
            None,
        );
        let labels: Vec<_> = moments.iter().map(|m| (m.label(), m.text.as_str())).collect();
        // articles of samples are published in the first hours of 1970
        assert_eq!(labels[0], (Some("to the day".into()), "The theatre was hit by bombs on 25 December. [1]"));
        assert!(moments[0].at < Timestamp(0));
        assert!(labels.contains(&(Some("Official reaction".into()), "President calls the strike a crime. [3]")), "{labels:?}");
        assert_eq!(labels.last().unwrap().0.as_deref(), Some("Expected, to the day"));
        assert_eq!(moments.iter().filter(|m| m.text.contains("25 December")).count(), 1);
    }
}
