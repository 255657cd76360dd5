//! The four-part summary by extraction: the articles' own sentences, each with its citation.
//!
//! The first sentence is the most central one. Each further one adds most of what the articles say and the summary does not yet: the
//! greedy way to cover weighted content (Lin and Bilmes 2011, "A class of submodular functions for document summarization"). A stem
//! weighs by the independent voices that have it; newer reports weigh a little more.

use super::{Earlier, cite, is_read, listed, market, ties, upper_first};
use crate::model::article::Article;
use crate::model::edition::Narrative;
use crate::model::market::MarketMove;
use crate::model::signal::Signal;
use crate::text::agency;
use crate::text::markdown::escape;
use crate::text::sentence::sentences;
use crate::text::words::{is_cjk, stems};
use std::collections::{BTreeSet, HashMap};

/// Sentences in *what happened*, and in each of the other parts.
const HAPPENED: usize = 5;
const OTHER: usize = 2;
/// A sentence that shares this much of its words with a chosen one says nothing new.
const SAME: f64 = 0.7;
/// Days in which what an article says first loses half of its weight as the first sentence.
const FADES: f64 = 2.0;
/// An article's first sentence counts this much more: the lead is a hard baseline to beat in news summaries.
const LEADS: f64 = 1.4;
/// How much more a sentence of the newest hour counts; half of that a day later.
const NEW: f64 = 0.2;
/// A sentence's length counts against it by this power of its words.
const COST: f64 = 0.5;

/// How much a sentence counts that leans on the one before it, and one that asks, or speaks for its writer: a summary has neither.
const LEANS: f64 = 0.5;
const ASIDE: f64 = 0.3;
/// Letters of a sentence at least; a line of dates and places is none.
const LETTERS: usize = 20;
/// First words of a sentence that mean something said before.
const LEANING: &str = "it its he his she her they their this that these those but and so or however also then yet still instead such nor there";
const SPEAKER: &str = "i i'm i've we we're we've our us my you your";

const GEOPOLITICS: &str = "sanctions nato alliance ally allies president minister government condemn denounce border treaty talks summit ambassador united nations union kremlin parliament foreign troops security council";
const MARKETS: &str = "oil gas price prices market markets shares stocks bank currency rouble ruble dollar euro export exports import trade inflation economy company companies investors energy fuel wheat billion million";

/// A sentence that can be shown: text with its citation, and the stems it is compared by.
struct Candidate<'a> {
    article: &'a Article,
    text: String,
    stems: BTreeSet<String>,
    /// It opens its article, where the news is.
    leads: bool,
    centrality: f64,
    /// Words it has, for its cost.
    length: f64,
    /// How much more it counts because it is new and whole and stands alone.
    favour: f64,
}

/// What the incident is about besides its articles.
pub struct Setting<'a> {
    /// ISO 3166-1 alpha-2, the first is where it happens; and how sentences name them.
    pub codes: &'a [String],
    pub countries: &'a [String],
    /// Incidents before this one that name the same first two countries, newest first.
    pub earlier: &'a [Earlier],
}

pub fn of(articles: &[Article], setting: &Setting<'_>, signals: &[Signal], moves: &[MarketMove]) -> Narrative {
    let countries = setting.countries;
    let candidates = candidates(articles);
    let mut used: Vec<usize> = vec![];
    let happened = choose(&candidates, &mut used, HAPPENED, |_| true);
    let geopolitics: Vec<String> = actors(articles, countries)
        .into_iter()
        .chain(ties::sentences(articles, setting))
        .chain(choose(&candidates, &mut used, OTHER, matching(GEOPOLITICS)))
        .collect();
    let mut markets = choose(&candidates, &mut used, OTHER, matching(MARKETS));
    markets.extend(market::sentence(moves, articles));
    if markets.is_empty() {
        markets.push(no_markets(articles, &candidates));
    }
    Narrative { happened: happened.join(" "), geopolitics: geopolitics.join(" "), markets: markets.join(" "), watch: watch(articles, signals) }
}

/// The first part alone: for whoever measures it.
pub fn what_happened(articles: &[Article]) -> String {
    choose(&candidates(articles), &mut vec![], HAPPENED, |_| true).join(" ")
}

fn candidates(articles: &[Article]) -> Vec<Candidate<'_>> {
    let mut found = vec![];
    for article in articles {
        // the citation says from whom it is
        let own = sentences(agency::bare(&article.summary)).into_iter().filter(|s| length(s) > 30 && is_sentence(s)).take(12);
        let mut texts: Vec<(String, f64)> = own.map(|s| (format!("{} [{}]", escape(&stop(s)), article.place), stands_alone(s))).collect();
        if texts.is_empty() {
            let title = article.title.trim_end_matches('.');
            texts.push((format!("{} reports: “{}”. [{}]", escape(&article.source_name), escape(title), article.place), 1.0));
        }
        found.extend(texts.into_iter().enumerate().map(|(position, (text, favour))| {
            let stems = stems(if article.summary.is_empty() { &article.title } else { &text }, &article.language).into_iter().collect();
            let length = text.split_whitespace().count().max(1) as f64;
            Candidate { article, text, stems, leads: position == 0, centrality: 0.0, length, favour }
        }));
    }
    let newest = articles.iter().map(|article| article.published_at).max().unwrap_or_default();
    let mut frequency: HashMap<String, f64> = HashMap::new();
    for candidate in &found {
        for stem in &candidate.stems {
            *frequency.entry(stem.clone()).or_default() += 1.0;
        }
    }
    for candidate in &mut found {
        let sum: f64 = candidate.stems.iter().map(|s| frequency[s] - 1.0).sum();
        // whole sentences before headlines, which are clipped and often repeat them
        let whole = if candidate.article.summary.is_empty() { 0.6 } else { 1.0 };
        let leads = if candidate.leads { LEADS } else { 1.0 };
        let age = newest.since(candidate.article.published_at).as_secs_f64() / 86_400.0;
        // the first sentence is the news, not how it began weeks ago
        let fresh = (-age / FADES).exp2();
        candidate.centrality = candidate.favour * whole * leads * fresh * (1.0 + sum) / (candidate.stems.len() as f64 + 4.0).sqrt();
        candidate.favour *= whole * (1.0 + NEW / (1.0 + age));
    }
    found
}

/// Of a sentence in letters: a sign of Chinese or Japanese says as much as some three.
fn length(text: &str) -> usize {
    text.chars().map(|c| if is_cjk(c) { 3 } else { 1 }).sum()
}

/// "2 October 2013, 15:39 (GMT+05:00)." is none.
fn is_sentence(text: &str) -> bool {
    text.chars().filter(|c| c.is_alphabetic()).count() >= LETTERS || text.chars().any(is_cjk)
}

/// Whether it can be read without what stood around it; by English words.
fn stands_alone(text: &str) -> f64 {
    let words: Vec<String> =
        text.split_whitespace().map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase().replace('’', "'")).collect();
    let is_one_of = |list: &str, word: &str| list.split(' ').any(|other| other == word);
    let is_quoted = text.contains(['"', '“', '”']);
    if text.trim_end().ends_with('?') || !is_quoted && words.iter().any(|word| is_one_of(SPEAKER, word)) {
        return ASIDE;
    }
    let said =
        words.windows(2).any(|pair| ["he", "she", "they"].contains(&pair[0].as_str()) && ["said", "added", "continued"].contains(&pair[1].as_str()));
    if said || words.first().is_some_and(|word| is_one_of(LEANING, word)) { LEANS } else { 1.0 }
}

/// Of each stem the weight of its independent voices: ln(1 + n), so that the tenth voice adds less than the second.
fn weights(candidates: &[Candidate]) -> HashMap<String, f64> {
    let mut voices: HashMap<&str, BTreeSet<&str>> = HashMap::new();
    for candidate in candidates {
        for stem in &candidate.stems {
            voices.entry(stem).or_default().insert(&candidate.article.voice);
        }
    }
    voices.into_iter().map(|(stem, voices)| (stem.to_string(), (1.0 + voices.len() as f64).ln())).collect()
}

/// At most `limit` unused sentences that pass, none near a used one: the most central, then what adds most; after the first in time order.
fn choose(candidates: &[Candidate], used: &mut Vec<usize>, limit: usize, pass: impl Fn(&Candidate) -> bool) -> Vec<String> {
    let weights = weights(candidates);
    let mut covered: BTreeSet<&str> = used.iter().flat_map(|at| candidates[*at].stems.iter().map(String::as_str)).collect();
    let mut chosen: Vec<usize> = vec![];
    while chosen.len() < limit {
        let gain = |candidate: &Candidate| {
            let new: f64 = candidate.stems.iter().filter(|stem| !covered.contains(stem.as_str())).map(|stem| weights[stem]).sum();
            candidate.favour * new / candidate.length.powf(COST)
        };
        let worth = |candidate: &Candidate| if chosen.is_empty() { candidate.centrality } else { gain(candidate) };
        let is_new = |at: &usize| used.iter().all(|other| overlap(&candidates[*at].stems, &candidates[*other].stems) < SAME);
        let free = (0..candidates.len()).filter(|at| !used.contains(at) && pass(&candidates[*at]) && is_new(at));
        let best = free.map(|at| (at, worth(&candidates[at]))).max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
        let Some((best, _)) = best.filter(|(_, worth)| *worth > 0.0) else { break };
        covered.extend(candidates[best].stems.iter().map(String::as_str));
        used.push(best);
        chosen.push(best);
    }
    if chosen.len() > 1 {
        chosen[1..].sort_by_key(|index| (candidates[*index].article.published_at, *index));
    }
    chosen.into_iter().map(|index| candidates[index].text.clone()).collect()
}

/// Shared words as a part of the smaller set; 0 when one is empty.
fn overlap(a: &BTreeSet<String>, b: &BTreeSet<String>) -> f64 {
    let smaller = a.len().min(b.len());
    if smaller == 0 { 0.0 } else { a.intersection(b).count() as f64 / smaller as f64 }
}

fn matching(words: &str) -> impl Fn(&Candidate) -> bool {
    let wanted: BTreeSet<String> = stems(words, "en").into_iter().collect();
    move |candidate| candidate.stems.iter().any(|s| wanted.contains(s))
}

/// Which countries the articles name, and how many of them do.
fn actors(articles: &[Article], countries: &[String]) -> Option<String> {
    // names are found in all languages
    let total = counted_articles(articles.len());
    match countries {
        [] => None,
        [only] => Some(format!("{} is the one country in the centre of {total} in this incident. {}", upper_first(only), cite(articles))),
        all => Some(format!("{} are named together in {total} in this incident. {}", upper_first(&listed(all)), cite(articles))),
    }
}

fn no_markets(articles: &[Article], candidates: &[Candidate]) -> String {
    if !articles.iter().any(is_read) {
        return unread(articles, "what is said of prices, trade or companies");
    }
    let market = matching(MARKETS);
    match candidates.iter().find(|c| market(c)) {
        Some(said) => format!("What the articles say of prices, trade or companies is said above. [{}]", said.article.place),
        None => format!("No prices, trade or companies are named in {} in this incident. {}", the_articles(articles), cite(articles)),
    }
}

/// From the open signals: what none of the articles reports yet.
fn watch(articles: &[Article], signals: &[Signal]) -> String {
    if !articles.iter().any(is_read) {
        return unread(articles, "what to watch for");
    }
    let open: Vec<String> = signals.iter().filter(|s| s.is_open()).map(|s| lower_first(s.text.trim_end_matches('.'))).collect();
    let seen = signals.iter().filter(|s| s.observed).count();
    let marks = cite(articles);
    let total = the_articles(articles);
    let mut lines = vec![];
    match open.as_slice() {
        [] => lines.push(format!("Every signal that the rules look for has been reported in {total}. {marks}")),
        [first, rest @ ..] => {
            lines.push(format!("Not reported in {total} so far: {first}. {marks}"));
            if !rest.is_empty() {
                lines.push(format!("Nor {}. {marks}", rest.join("; nor ")));
            }
        }
    }
    if seen > 0 && !open.is_empty() {
        lines.push(format!("{} of {} signals observed, as listed below. {marks}", seen, signals.len()));
    }
    lines.join(" ")
}

/// "the one article", "the 3 articles"; when some cannot be read by the rules, those that can.
fn the_articles(articles: &[Article]) -> String {
    let read = articles.iter().filter(|article| is_read(article)).count();
    let in_english = if read == articles.len() { "" } else { " in English" };
    counted_articles(read) + in_english
}

fn counted_articles(count: usize) -> String {
    if count == 1 { "the one article".into() } else { format!("the {count} articles") }
}

/// What a part says where the rules have read nothing.
fn unread(articles: &[Article], what: &str) -> String {
    let is = if articles.len() == 1 { "is" } else { "are" };
    format!(
        "The rules read English only, and {} {is} in other languages: {what} is for an editor to say. {}",
        counted_articles(articles.len()),
        cite(articles)
    )
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) if !chars.clone().next().is_some_and(char::is_uppercase) => first.to_lowercase().chain(chars).collect(),
        _ => text.to_string(),
    }
}

/// A sentence that ends.
fn stop(sentence: &str) -> String {
    if sentence.ends_with(['.', '!', '?', '…', '"', '”', '。']) { sentence.to_string() } else { format!("{sentence}.") }
}

#[cfg(test)]
mod tests {
    use super::super::sample::article;
    use super::*;
    use crate::text::markdown::cited;

    fn setting(countries: &[String]) -> Setting<'_> {
        Setting { codes: &[], countries, earlier: &[] }
    }

    fn sample() -> Vec<Article> {
        vec![
            article(
                1,
                "Wire",
                "Fire at Lagos refinery",
                "A fire broke out at the Lagos refinery on Sunday. Oil prices rose by two per cent after the fire.",
            ),
            article(2, "Gazette", "Lagos refinery fire kills three", ""),
            article(3, "Post", "Fire breaks out", "A fire broke out at the Lagos refinery on Sunday morning."),
        ]
    }

    #[test]
    fn every_sentence_has_a_citation_and_copies_are_left_out() {
        let text = of(&sample(), &setting(&["Nigeria".into()]), &[Signal { text: "A revised number.".into(), ..Signal::default() }], &[]);
        for (_, part) in text.parts() {
            for sentence in sentences(part) {
                assert!(!cited(sentence).is_empty(), "{sentence}");
            }
        }
        assert_eq!(text.happened.matches("broke out").count(), 1, "{}", text.happened);
        assert!(text.happened.contains("Gazette reports: “Lagos refinery fire kills three”. [2]"), "{}", text.happened);
    }

    #[test]
    fn sentences_that_stand_alone_come_first() {
        let text = "2 October 2013, 15:39 (GMT+05:00). It was the third blaze this year at the Lagos plant. We are on the cusp of ruin and taxes will spike. \
                    The Lagos plant burned for a third time this year. Governor Ade sent two hundred firefighters to Lagos.";
        let happened = what_happened(&[article(1, "Wire", "Fire", text)]);
        assert!(happened.starts_with("The Lagos plant burned") && !happened.contains("GMT"), "{happened}");
        let at = |words: &str| happened.find(words).unwrap_or(usize::MAX);
        assert!(stands_alone("It was the third.") < 1.0 && stands_alone("“We won,” the mayor said.") == 1.0 && stands_alone("Will it last?") < LEANS);
        assert!(at("Governor Ade") < usize::MAX, "{happened}");
    }

    #[test]
    fn the_first_sentence_is_the_news() {
        let told = |place, day: u32, count| {
            let text = format!("Hong Kong reports {count} new cases of the virus in hospitals of the city.");
            Article { published_at: crate::clock::Timestamp(0).plus(crate::clock::DAY * day), ..article(place, "Wire", "Virus in Hong Kong", &text) }
        };
        let happened = what_happened(&[told(1, 0, "2,071"), told(2, 1, "2,100"), told(3, 17, "55,353")]);
        assert!(happened.starts_with("Hong Kong reports 55,353"), "{happened}");
    }

    #[test]
    fn what_nobody_wrote_is_said_to_be_missing() {
        let text = of(&[article(1, "Wire", "Museum opens", "")], &setting(&[]), &[], &[]);
        assert_eq!(text.markets, "No prices, trade or companies are named in the one article in this incident. [1]");
    }

    #[test]
    fn open_signals_are_what_to_watch() {
        let signals =
            [Signal { text: "A truce.".into(), ..Signal::default() }, Signal { text: "Talks. [2]".into(), observed: true, ..Signal::default() }];
        let text = of(&sample(), &setting(&[]), &signals, &[]);
        assert!(text.watch.starts_with("Not reported in the 3 articles so far: a truce. [1][2][3]"), "{}", text.watch);
    }
}
