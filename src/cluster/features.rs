//! What is known of an article beside a live incident: the input of the learnt decisions.

use super::concept::is_event;
use super::document::{Document, Kind};
use super::fingerprint::Run;
use super::live::Live;
use super::toll::is_of_toll;
use super::vector::{Probe, dot};
use crate::clock::{DAY, Timestamp};

/// In the order of `model.json`.
pub type Features = [f32; FEATURES];
pub const FEATURES: usize = ALONE + BESIDE.len();
/// So many of them are of words, and not of directions.
pub const OF_WORDS: usize = 28;
/// So many are known of one incident alone. The others say how far it is ahead of the other candidates, by these of its own:
/// whole and best whole text, names, best grams, shared rarity and best direction.
pub const ALONE: usize = 31;
pub const BESIDE: [usize; 6] = [0, 5, 3, 6, 27, 29];

/// Fills in how far each of some candidates is ahead of the best of the others; behind is below zero.
pub fn compare(candidates: &mut [Features]) {
    for (at, of) in BESIDE.into_iter().enumerate() {
        let (mut first, mut second) = (0.0f32, 0.0f32);
        for candidate in candidates.iter() {
            second = second.max(candidate[of].min(first));
            first = first.max(candidate[of]);
        }
        for candidate in candidates.iter_mut() {
            let others = if candidate[of] >= first { second } else { first };
            candidate[ALONE + at] = candidate[of] - others;
        }
    }
}

/// Directions that are nearer than this are something that two titles have in common. By itself it joins nothing.
const SAME_WAY: f32 = 0.5;

/// Things more to share with what is said to be elsewhere.
const ELSEWHERE: usize = 2;

/// An article that is to be compared with many.
pub struct Query<'a> {
    document: &'a Document,
    title: Probe<'a>,
    whole: Probe<'a>,
    grams: Probe<'a>,
    concepts: Probe<'a>,
}

impl<'a> Query<'a> {
    pub fn of(document: &'a Document) -> Self {
        let [title, whole, grams, concepts] = [Kind::Title, Kind::Whole, Kind::Grams, Kind::Concepts].map(|kind| Probe::of(document.of(kind)));
        Self { document, title, whole, grams, concepts }
    }
}

/// Independent things that an article has to share with an incident.
const ANCHORS: usize = 2;

/// How what is shared is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// As the portal decides.
    All,
    /// As it is taught: what tells how many died counts too, and so does what is elsewhere. Nobody learns what does not belong together who is never
    /// shown it.
    Two,
}

/// Whether an article shares two independent things with an incident: words within a language, a name of several words being one; across languages names, places,
/// kinds of event and numbers; where an encoder points them the same way, that is one thing more. One ubiquitous name alone is one, and joins nothing; how many died is none.
pub fn are_anchored(document: &Document, live: &Live, asked: Asked) -> bool {
    let is_of_toll = |hash: u32| asked == Asked::All && is_of_toll(hash);
    // what is said to be elsewhere, and shares no name, has to share more: floods there are no floods here
    let is_elsewhere = asked == Asked::All && is_elsewhere(document, live);
    let least = |is_named: &dyn Fn() -> bool| if is_elsewhere && !is_named() { ANCHORS + ELSEWHERE } else { ANCHORS };
    let (found, least) = if live.in_language(document.language) > 0 {
        let is_shared = |hash: u32| live.has(Kind::Whole, hash);
        let is_told = |hash: u32| is_shared(hash) && is_own(document, hash, &is_shared, STRETCH) && !is_of_toll(hash);
        let shared = || document.of(Kind::Whole).iter().map(|(hash, _)| *hash).filter(|hash| is_told(*hash));
        // one of them is of a title: what texts have in common besides is often how news is told
        let is_of_title = |hash: u32| live.has(Kind::Title, hash) || has(document.of(Kind::Title), hash);
        let is_titled = !document.has_body() || !live.has_body() || shared().any(is_of_title);
        let is_name = |hash: u32| document.particulars.binary_search(&hash).is_ok();
        let least = least(&|| shared().any(is_name));
        (if is_titled { shared().take(least).count() } else { 0 }, least)
    } else {
        let is_shared = |hash: &&u32| !is_of_toll(**hash) && [Kind::Names, Kind::Concepts, Kind::Numbers].iter().any(|kind| live.has(*kind, **hash));
        let shared = || document.anchors.iter().filter(is_shared);
        let least = least(&|| shared().any(|hash| live.has(Kind::Names, *hash)));
        // what is said of no place is told of each outlet's own country
        let is_of_homes = asked == Asked::All && are_of_other_homes(document, live) && shared().all(|hash| is_event(*hash));
        (if is_of_homes { 0 } else { shared().take(least).count() }, least)
    };
    found >= least || found + 1 == least && same_way(document, live).is_some()
}

/// So far a stretch of characters is looked back on: longer ones are rare.
const STRETCH: usize = 8;

/// Whether a shared stem is a thing of its own: of a name its first shared word is, and of a shared stretch of characters every second pair from its start on.
fn is_own(document: &Document, stem: u32, is_shared: &dyn Fn(u32) -> bool, left: usize) -> bool {
    let holds = |run: &&Run| run.stem() == stem && run.before().is_none_or(is_shared);
    match document.runs.iter().find(holds) {
        None => true,
        Some(Run::Name { .. } | Run::Little { .. }) => false,
        Some(Run::Stretch { before, .. }) => left == 0 || !is_own(document, *before, is_shared, left - 1),
    }
}

/// Whether an article's title and those of an incident's last articles name countries, and none that both name.
fn is_elsewhere(document: &Document, live: &Live) -> bool {
    let mut named = live.recent.iter().flat_map(|other| other.countries.iter()).peekable();
    !document.countries.is_empty() && named.peek().is_some() && !named.any(|country| document.countries.contains(country))
}

/// Whether an article's source and those of an incident's last articles are of known countries, and none of one.
fn are_of_other_homes(document: &Document, live: &Live) -> bool {
    document.home.is_some() && live.recent.iter().all(|other| other.home.is_some() && other.home != document.home)
}

/// The cosine of an article's direction with the nearest of an incident's last ones, if they point the same way.
pub fn same_way(document: &Document, live: &Live) -> Option<f32> {
    Turn::between(document, live).map(|turn| turn.most).filter(|most| *most > SAME_WAY)
}

/// The features of an article beside an incident, but for those that other candidates tell. `None` when the title of one of the last
/// articles is this article's but for what makes it another event: a number, since the 12th package is not the 13th, or the country,
/// since a record of cases here is not one there.
pub fn of(query: &Query<'_>, live: &Live) -> Option<Features> {
    let document = query.document;
    let near = Near::between(query, live)?;
    let names = Names::between(document, live);
    let same_language = live.in_language(document.language);
    let mut f = [0.0; FEATURES];
    f[0] = summed(Kind::Whole, near.sum.whole, document, live);
    // without bodies the title is the whole
    f[1] = if document.has_body() || live.has_body() { summed(Kind::Title, near.sum.title, document, live) } else { f[0] };
    f[2] = cosine(Kind::Body, document, live);
    f[3] = names.cosine;
    f[4] = summed(Kind::Grams, near.sum.grams, document, live);
    f[5] = near.most.whole;
    f[6] = near.most.grams;
    f[7] = summed(Kind::Concepts, near.sum.concepts, document, live);
    f[8] = near.most.concepts;
    if let (Some(at), Some(newest), Some(oldest)) = (document.at, live.newest, live.oldest) {
        let days = |from: Timestamp| at.since(from).max(from.since(at)).as_secs_f32() / DAY.as_secs_f32();
        f[9] = (-days(newest)).exp();
        f[10] = (-days(newest) / 4.0).exp();
        f[11] = (-days(oldest) / 5.0).exp();
        f[17] = 1.0;
    }
    f[12] = (1.0 + live.articles as f32).ln();
    f[13] = if same_language > 0 { 1.0 } else { 0.0 };
    f[14] = (names.rarity / 20.0).min(2.0);
    f[15] = cosine(Kind::Numbers, document, live);
    f[16] = same_language as f32 / live.articles.max(1) as f32;
    f[18] = near.most.title;
    f[19] = names.rarest / 10.0;
    f[20] = if document.of(Kind::Numbers).is_empty() || live.length(Kind::Numbers) == 0.0 { 0.0 } else { 1.0 };
    f[21] = if document.has_body() && live.has_body() { 1.0 } else { 0.0 };
    f[22] = f[13] * f[0];
    f[23] = (1.0 - f[13]) * f[3];
    f[24] = near.covered;
    f[25] = near.second_rarest / 8.0;
    f[26] = near.shared_words as f32 / 5.0;
    f[27] = (near.shared_rarity / 30.0).min(1.5);
    if let Some(turn) = Turn::between(document, live) {
        f[28] = turn.mean;
        f[29] = turn.most;
        f[30] = 1.0;
    }
    Some(f)
}

/// The cosine of an article with the sum of all.
fn cosine(kind: Kind, document: &Document, live: &Live) -> f32 {
    over(live.dot(kind, document.of(kind)), live.length(kind))
}

/// [`cosine`], where the products with each of the last articles are known: they say all as long as there are no others.
fn summed(kind: Kind, products: f32, document: &Document, live: &Live) -> f32 {
    if live.is_recent() { over(products, live.length(kind)) } else { cosine(kind, document, live) }
}

/// The cosine by a product with a sum of that length; 0 for a sum of nothing.
fn over(product: f32, length: f32) -> f32 {
    if length > 0.0 { product / length } else { 0.0 }
}

/// The names that an article shares with an incident.
struct Names {
    cosine: f32,
    /// Of all of them, and of the rarest.
    rarity: f32,
    rarest: f32,
}

impl Names {
    fn between(document: &Document, live: &Live) -> Self {
        let (mut product, mut rarity, mut rarest) = (0.0, 0.0, 0.0f32);
        for (hash, weight) in document.of(Kind::Names) {
            if let Some(sum) = live.weight(Kind::Names, *hash) {
                product += sum * weight;
                rarity += weight * document.name_scale;
                rarest = rarest.max(weight * document.name_scale);
            }
        }
        Self { cosine: over(product, live.length(Kind::Names)), rarity, rarest }
    }
}

/// Between an article's direction and those of an incident's last articles: cosines.
struct Turn {
    mean: f32,
    most: f32,
}

impl Turn {
    /// `None` when either has none.
    fn between(document: &Document, live: &Live) -> Option<Self> {
        let direction = document.direction.as_ref()?;
        let cosines = live.recent.iter().filter_map(|other| Some(direction.cosine(other.direction.as_ref()?)));
        let (count, sum, most) = cosines.fold((0, 0.0, -1.0f32), |(count, sum, most), cosine| (count + 1, sum + cosine, most.max(cosine)));
        (count > 0).then(|| Self { mean: sum / count as f32, most })
    }
}

/// What an article has in common with the last ones of an incident.
#[derive(Default)]
struct Near {
    /// The cosines with all of them together …
    sum: Cosines,
    /// … and the highest of each.
    most: Cosines,
    /// Of the one that shares the most: the shared part of the title's rarity …
    covered: f32,
    /// … the rarity of the second-rarest shared word, which no single ubiquitous name can give (the two-anchor test) …
    second_rarest: f32,
    shared_words: usize,
    shared_rarity: f32,
}

#[derive(Default)]
struct Cosines {
    whole: f32,
    title: f32,
    grams: f32,
    concepts: f32,
}

impl Near {
    /// `None` when one of them differs.
    fn between(query: &Query<'_>, live: &Live) -> Option<Self> {
        let document = query.document;
        let total = document.of(Kind::Title).iter().map(|(_, weight)| weight * document.title_scale).sum::<f32>().max(1e-3);
        let mut near = Self::default();
        for other in &live.recent {
            let title = Title::between(query, other);
            if differs(document, other, title.words) {
                return None;
            }
            // without bodies the title is the whole
            let have_no_more = !document.has_body() && !other.has_body();
            let cosines = Cosines {
                whole: if have_no_more { title.cosine } else { query.whole.dot(other.of(Kind::Whole)) },
                title: title.cosine,
                grams: query.grams.dot(other.of(Kind::Grams)),
                concepts: query.concepts.dot(other.of(Kind::Concepts)),
            };
            near.count(&cosines);
            if title.rarity > near.shared_rarity {
                (near.covered, near.second_rarest) = (title.rarity / total, title.second_rarest);
                (near.shared_words, near.shared_rarity) = (title.words, title.rarity);
            }
        }
        Some(near)
    }

    fn count(&mut self, cosines: &Cosines) {
        let (sum, most) = (&mut self.sum, &mut self.most);
        for (sum, most, cosine) in [
            (&mut sum.whole, &mut most.whole, cosines.whole),
            (&mut sum.title, &mut most.title, cosines.title),
            (&mut sum.grams, &mut most.grams, cosines.grams),
            (&mut sum.concepts, &mut most.concepts, cosines.concepts),
        ] {
            *sum += cosine;
            *most = most.max(cosine);
        }
    }
}

/// What two titles share.
#[derive(Default)]
struct Title {
    words: usize,
    cosine: f32,
    /// Of all shared words, and of the rarest but one.
    rarity: f32,
    second_rarest: f32,
}

impl Title {
    fn between(query: &Query<'_>, other: &Document) -> Self {
        let (mut title, mut rarest) = (Self::default(), 0.0f32);
        for (weight, of_other) in query.title.shared(other.of(Kind::Title)) {
            let rarity = weight * query.document.title_scale;
            title.words += 1;
            title.cosine += weight * of_other;
            title.rarity += rarity;
            title.second_rarest = title.second_rarest.max(rarity.min(rarest));
            rarest = rarest.max(rarity);
        }
        title
    }
}

fn has(vector: &[(u32, f32)], hash: u32) -> bool {
    vector.binary_search_by_key(&hash, |(other, _)| *other).is_ok()
}

/// Two articles that share so many words of their titles, and tell of two events all the same.
fn differs(one: &Document, other: &Document, words: usize) -> bool {
    differs_in_number(one, other, words)
        || differs_in_country(one, other, words)
        || differs_in_order(one, other, words)
        || differs_in_particulars(one, other, words)
}

/// Whether an article tells of another one of the same row than one of an incident's last articles does.
pub fn is_another_of_row(document: &Document, live: &Live) -> bool {
    let shared = |other: &Document| document.of(Kind::Title).iter().filter(|(hash, _)| has(other.of(Kind::Title), *hash)).count();
    live.recent.iter().any(|other| differs_in_order(document, other, shared(other)))
}

/// One of a row and another one, where enough else is the same to say that it is one row.
fn differs_in_order(one: &Document, other: &Document, words: usize) -> bool {
    let apart = !one.orders.is_empty() && !other.orders.is_empty() && !one.orders.iter().any(|order| other.orders.contains(order));
    let concepts = || one.of(Kind::Concepts).iter().filter(|(concept, _)| has(other.of(Kind::Concepts), *concept)).take(2).count();
    apart && (words >= 2 || concepts() == 2)
}

/// Words of two titles that are the same but for names and numbers.
const FRAME: usize = 3;

/// All that either title has of its own are names and numbers, and they share none: a quake of 6.1 strikes Chile, and one of 5.9 Japan. Where they share one,
/// as outlets name a person and her team in turn, it is too often one event (OG2021 66.3 instead of 68.4).
fn differs_in_particulars(one: &Document, other: &Document, words: usize) -> bool {
    let own = |a: &Document, b: &Document| a.of(Kind::Title).len() - words <= a.particulars.len().min(b.of(Kind::Title).len());
    if words < FRAME || !own(one, other) || !own(other, one) {
        return false;
    }
    let is_particular = |document: &Document, hash: u32| document.particulars.binary_search(&hash).is_ok();
    let of_own = |a: &Document, b: &Document| {
        let mut own = a.of(Kind::Title).iter().map(|(hash, _)| *hash).filter(|hash| !has(b.of(Kind::Title), *hash)).peekable();
        own.peek().is_some() && own.all(|hash| is_particular(a, hash))
    };
    let mut shared = one.of(Kind::Title).iter().map(|(hash, _)| *hash).filter(|hash| has(other.of(Kind::Title), *hash));
    shared.all(|hash| !is_particular(one, hash) && !is_particular(other, hash)) && of_own(one, other) && of_own(other, one)
}

/// Of two articles that share so many words of their titles.
fn differs_in_number(one: &Document, other: &Document, words: usize) -> bool {
    let is_pattern = words >= 3 && words + 1 >= one.of(Kind::Title).len().max(other.of(Kind::Title).len());
    let (here, there) = (one.of(Kind::Numbers), other.of(Kind::Numbers));
    is_pattern && !here.is_empty() && !there.is_empty() && dot(here, there) == 0.0
}

/// Words that two titles of one pattern share at least.
const PATTERN: usize = 4;

fn differs_in_country(one: &Document, other: &Document, words: usize) -> bool {
    let is_pattern = words >= PATTERN && words * 5 >= one.of(Kind::Title).len().min(other.of(Kind::Title).len()) * 3;
    let both = !one.countries.is_empty() && !other.countries.is_empty();
    is_pattern && both && !one.countries.iter().any(|country| other.countries.contains(country))
}

#[cfg(test)]
mod tests {
    use super::super::fingerprint::Fingerprint;
    use super::super::frequency::Frequency;
    use super::*;
    use std::sync::Arc;

    fn document(title: &str, body: &str) -> Document {
        Frequency::bundled().weigh(&Fingerprint::of(title, body, "en"), None, None)
    }

    fn fires(bodies: [&str; 3]) -> Live {
        let titles = ["Fire breaks out at refinery in Lagos", "Lagos refinery fire kills three", "Refinery workers die in Lagos"];
        let mut live = Live::default();
        titles.into_iter().zip(bodies).for_each(|(title, body)| live.add(Arc::new(document(title, body)), |_| ()));
        live
    }

    #[test]
    fn few_articles_one_by_one_say_what_their_sum_says() {
        let arriving = document("Three dead in fire at oil refinery", "The plant in Lagos burnt all night");
        let query = Query::of(&arriving);
        for live in [fires(["", "", ""]), fires(["", "Smoke over the port", "The plant burnt"])] {
            let near = Near::between(&query, &live).unwrap();
            let products = [near.sum.whole, near.sum.title, near.sum.grams, near.sum.concepts];
            for (kind, product) in [Kind::Whole, Kind::Title, Kind::Grams, Kind::Concepts].into_iter().zip(products) {
                let (each, sum) = (summed(kind, product, &arriving, &live), cosine(kind, &arriving, &live));
                assert!(live.is_recent() && sum > 0.0 && (each - sum).abs() < 1e-5, "{kind:?}: {each} and {sum}");
            }
        }
    }

    #[test]
    fn how_news_is_told_is_no_anchor() {
        let mut live = Live::default();
        let wheat = "BUENOS AIRES, Nov 28 (Reuters) - Farmers said on Saturday that yields were high. (Reporting by A; Editing by B)";
        live.add(Arc::new(document("Wheat harvest in Argentina hits record", wheat)), |_| ());
        let pope = "MILAN, Nov 28 (Reuters) - The pontiff greeted nurses, officials said on Saturday. (Reporting by C; Editing by D)";
        assert!(!are_anchored(&document("Pope visits a hospital for children in Milan", pope), &live, Asked::All));
        assert!(are_anchored(&document("Argentina has record wheat harvest", "Yields were high, farmers said."), &live, Asked::All));
    }

    #[test]
    fn how_many_died_is_no_anchor() {
        let mut live = Live::default();
        live.add(Arc::new(document("Avalanche in Nepal kills five people", "")), |_| ());
        for other in ["Bus crash in Peru killed twelve people", "Landslide in Uganda kills nine", "Five people die in Bihar"] {
            assert!(!are_anchored(&document(other, ""), &live, Asked::All), "{other}");
        }
        // who is taught sees it, and learns that it tells nothing
        assert!(are_anchored(&document("Five people die in Bihar", ""), &live, Asked::Two));
        assert!(are_anchored(&document("Nepal avalanche toll rises to nine", ""), &live, Asked::All));
    }

    #[test]
    fn one_thing_in_common_is_no_anchor_for_two() {
        let live = fires(["", "", ""]);
        let is_anchored = |title: &str| are_anchored(&document(title, ""), &live, Asked::All);
        assert!(is_anchored("Lagos refinery reopens"));
        assert!(!is_anchored("Lagos elects a governor"));
    }
}
