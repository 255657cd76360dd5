//! What kind of thing it is: the kind of news by a learnt model, and within it the category whose words the articles use.

use super::is_read;
use super::kind::{self, KINDS, Kind, Kinds};
use crate::model::article::Article;
use crate::model::category::Category;
use crate::text::words::stems;
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

/// Words that speak for a category; one with `*` before it speaks twice as loud.
const WORDS: &[(Category, &str)] = &[
    (
        Category::Conflict,
        "*war *invasion *shelling *airstrike *offensive *troops *missile strike bombing bombardment ceasefire army military forces artillery tank frontline soldiers siege combat fighting rebels insurgents drone attack killed",
    ),
    (
        Category::Security,
        "*explosion *terrorist *gunman *hostage attack bomb blast threat security intelligence spy espionage arrest plot defense defence nuclear weapon",
    ),
    (
        Category::Diplomacy,
        "*talks *summit *ambassador *diplomat *diplomatic *treaty negotiations meeting minister foreign envoy visit agreement alliance nato recognise",
    ),
    (Category::Sanctions, "*sanctions *embargo *sanction *ban freeze assets export controls restrictions oligarchs blacklist swift penalties"),
    (
        Category::Politics,
        "*election *parliament *referendum *vote *prime party president government resign candidate coalition minister cabinet law bill poll opposition inaugurated",
    ),
    (Category::Unrest, "*protest *protesters *riot *demonstration *strike demonstrators rally march clashes unrest detained convoy blockade"),
    (
        Category::Crime,
        "*court *sentenced *trial *murder *police *convicted charged arrested prison shooting judge jailed fraud corruption lawsuit extradition suspect killed",
    ),
    (Category::Cyber, "*cyberattack *hackers *ransomware *malware *hacked cyber data breach internet website denial network"),
    (
        Category::Economy,
        "*inflation *economy *stocks *bank *rouble *ruble market shares currency rate prices gdp growth investors company profit business economic trading",
    ),
    (Category::Energy, "*oil *gas *pipeline *electricity *energy fuel crude power plant grid refinery petrol opec"),
    (Category::Trade, "*shipping *trade *tariff *cargo *port export import container vessel goods supply freight wheat"),
    (
        Category::Disaster,
        "*earthquake *flood *crash *wildfire *storm *typhoon *cyclone collapse avalanche landslide fire plane derailed hurricane eruption volcano accident sank magnitude floods rescue tornado",
    ),
    (
        Category::Health,
        "*covid *vaccine *pandemic *virus *outbreak *cases health hospital disease infections lockdown vaccination coronavirus omicron quarantine polio cholera",
    ),
    (Category::Environment, "*climate *emissions *pollution *species environment carbon drought warming forest wildlife conservation spill"),
    (
        Category::Science,
        "*spacecraft *satellite *nasa *scientists *astronauts space rocket launch telescope research study discovery technology artificial",
    ),
];

static LEXICON: LazyLock<HashMap<String, Vec<(Category, f64)>>> = LazyLock::new(|| {
    let mut lexicon: HashMap<String, Vec<(Category, f64)>> = HashMap::new();
    for (category, words) in WORDS {
        for word in words.split_whitespace() {
            let weight = if word.starts_with('*') { 2.0 } else { 1.0 };
            for stem in stems(word.trim_start_matches('*'), "en") {
                lexicon.entry(stem).or_default().push((*category, weight));
            }
        }
    }
    lexicon
});

/// Of each category the kind of news it is part of, and how likely it is there when no word speaks for it.
const WITHIN: &[(Category, Kind, f32)] = &[
    (Category::Conflict, Kind::Attacks, 0.5),
    (Category::Security, Kind::Attacks, 0.25),
    (Category::Diplomacy, Kind::Relations, 0.5),
    (Category::Sanctions, Kind::Relations, 0.1),
    (Category::Politics, Kind::Politics, 0.5),
    (Category::Unrest, Kind::Politics, 0.15),
    (Category::Crime, Kind::Crime, 0.5),
    (Category::Cyber, Kind::Crime, 0.02),
    (Category::Economy, Kind::Business, 0.4),
    (Category::Energy, Kind::Business, 0.1),
    (Category::Trade, Kind::Business, 0.1),
    (Category::Disaster, Kind::Disasters, 0.5),
    (Category::Health, Kind::Health, 0.4),
    (Category::Environment, Kind::Health, 0.1),
    (Category::Science, Kind::Science, 0.4),
];

/// The likeliest category: the kind of news by the learnt model, and within it what the words speak for, over all articles alike.
///
/// The model reads English: articles in other languages do not count.
pub fn of(articles: &[Article]) -> Category {
    by(Kinds::bundled(), articles)
}

/// The same by another model: for whoever measures one.
pub fn by(model: &Kinds, articles: &[Article]) -> Category {
    let mut total: BTreeMap<Category, f32> = BTreeMap::new();
    for article in articles.iter().filter(|article| is_read(article)) {
        for (category, share) in shares(model, article) {
            *total.entry(category).or_default() += share;
        }
    }
    total.into_iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).map_or(Category::Politics, |(category, _)| category)
}

/// How likely each category is for one article. Sport and culture have no category here and are left out.
fn shares(model: &Kinds, article: &Article) -> Vec<(Category, f32)> {
    let text = article.text();
    let kinds = model.shares(&kind::features(&text));
    let words = spoken_for(&format!("{} {text}", article.title));
    let weight = |category: Category, prior: f32| prior + words.get(&category).copied().unwrap_or(0.0);
    let share = |(category, kind, prior): &(Category, Kind, f32)| {
        let all: f32 = WITHIN.iter().filter(|(_, other, _)| other == kind).map(|(other, _, prior)| weight(*other, *prior)).sum();
        let of_kind = KINDS.iter().position(|(known, _)| known == kind).map_or(0.0, |at| kinds[at]);
        // words that speak for a category are evidence for its kind too
        (*category, of_kind * weight(*category, *prior) / all + 0.08 * words.get(category).copied().unwrap_or(0.0))
    };
    WITHIN.iter().map(share).collect()
}

/// The share of each category among the words that speak for any.
fn spoken_for(text: &str) -> BTreeMap<Category, f32> {
    let mut found: BTreeMap<Category, f32> = BTreeMap::new();
    for stem in stems(text, "en") {
        for (category, weight) in LEXICON.get(&stem).into_iter().flatten() {
            *found.entry(*category).or_default() += *weight as f32;
        }
    }
    let sum: f32 = found.values().sum();
    found.values_mut().for_each(|weight| *weight /= sum);
    found
}

#[cfg(test)]
mod tests {
    use super::super::sample::article;
    use super::*;

    #[test]
    fn the_words_decide() {
        for (title, category) in [
            ("Magnitude 7 earthquake hits Fukushima, rescue under way", Category::Disaster),
            ("EU adopts new sanctions and freezes assets of oligarchs", Category::Sanctions),
            ("Russian troops begin offensive after missile strike", Category::Conflict),
            ("Central bank raises rate as inflation grows", Category::Economy),
            ("Covid cases rise after new outbreak", Category::Health),
        ] {
            assert_eq!(of(&[article(1, "a", title, "")]), category, "{title}");
        }
    }
}
