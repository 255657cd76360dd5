//! What kind of thing it is: the kind of news by a learnt model, and within it the category whose words the articles use.

use super::is_read;
use super::kind::{self, KINDS, Kind, Kinds};
use crate::model::article::Article;
use crate::model::category::Category;
use crate::model::country;
use crate::text::lexicon;
use crate::text::words::stems;
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;
use unicode_segmentation::UnicodeSegmentation;

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

/// Words that in a title leave little doubt, and what the model takes such news for now and then: a hospital that troops storm is no accident.
const DECISIVE: &[(Category, &str, &[Category])] = &[
    (
        Category::Conflict,
        "troops shelling airstrike airstrikes artillery missile missiles bombardment besieged militants insurgents",
        &[Category::Disaster, Category::Crime, Category::Science, Category::Health, Category::Environment],
    ),
    (Category::Cyber, "cyberattack cyberattacks hackers ransomware malware ddos", Category::ALL),
    (Category::Economy, "rouble ruble inflation gdp nasdaq", &[Category::Disaster, Category::Crime, Category::Science]),
];

/// What a word of the title decides, where the model is known to be wrong. The word itself: Shell is no shelling, and inflatable boats no inflation.
fn decided(title: &str, found: Category) -> Option<Category> {
    let lower = title.to_lowercase();
    let has_one = |words: &str| lower.unicode_words().any(|word| words.split(' ').any(|one| one == word));
    DECISIVE.iter().find(|(_, words, over)| over.contains(&found) && has_one(words)).map(|(category, ..)| *category)
}

/// The likeliest category: the kind of news by the learnt model, and within it what the words speak for, over all articles alike.
///
/// The model reads English. Where no article is in English, it reads what the lexicon says that their words mean.
pub fn of(articles: &[Article]) -> Category {
    by(Kinds::bundled(), articles)
}

/// The same by another model: for whoever measures one.
pub fn by(model: &Kinds, articles: &[Article]) -> Category {
    let english: Vec<(String, String)> =
        articles.iter().filter(|article| is_read(article)).map(|article| (article.title.clone(), article.text())).collect();
    let texts = if english.is_empty() { articles.iter().filter_map(meaning).collect() } else { english };
    let mut total: BTreeMap<Category, f32> = BTreeMap::new();
    for (title, text) in &texts {
        let mut shares = shares(model, title, text);
        let likeliest = shares.iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).map(|(category, share)| (*category, *share));
        if let Some((found, share)) = likeliest
            && let Some(decided) = decided(title, found)
        {
            shares.push((decided, share));
        }
        for (category, share) in shares {
            *total.entry(category).or_default() += share;
        }
    }
    total.into_iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).map_or(Category::Politics, |(category, _)| category)
}

/// What the words of an article's title and text mean, in English words; none when the lexicon knows none of them.
fn meaning(article: &Article) -> Option<(String, String)> {
    let words = |text: &str| {
        let meant = lexicon::meant(text, &article.language).into_iter();
        meant.map(|name| name.strip_prefix("g:").map_or(name.replace('_', " "), |iso2| country::name(iso2).into())).collect::<Vec<_>>().join(" ")
    };
    Some((words(&article.title), words(&article.text()))).filter(|(_, text)| !text.is_empty())
}

/// How likely each category is for one article. Sport and culture have no category here and are left out.
fn shares(model: &Kinds, title: &str, text: &str) -> Vec<(Category, f32)> {
    let kinds = model.shares(&kind::features(text));
    let words = spoken_for(&format!("{title} {text}"));
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
            ("Russian troops storm a hospital and take 400 people hostage", Category::Conflict),
            ("Migrants drown as inflatable boat sinks off Libya, rescue under way", Category::Disaster),
            ("Hackers disrupt government websites in a cyberattack", Category::Cyber),
        ] {
            assert_eq!(of(&[article(1, "a", title, "")]), category, "{title}");
        }
    }

    #[test]
    fn what_words_of_other_languages_mean_decides_where_none_is_english() {
        for (title, language, category) in [
            ("Zahl der Toten nach Erdbeben in Japan steigt", "de", Category::Disaster),
            ("Центробанк повысил ключевую ставку из-за инфляции", "ru", Category::Economy),
            ("L'Union européenne adopte de nouvelles sanctions contre la Russie", "fr", Category::Sanctions),
            ("Tribunal condena a diez años de prisión al exministro por corrupción", "es", Category::Crime),
            ("القوات الروسية تقصف كييف وغارة جوية على المدينة", "ar", Category::Conflict),
            ("Пожар в больнице", "ru", Category::Disaster),
            ("日本で地震、津波警報", "ja", Category::Disaster),
            ("xyz", "de", Category::Politics),
        ] {
            let foreign = Article { language: language.into(), ..article(1, "a", title, "") };
            assert_eq!(of(&[foreign]), category, "{title}");
        }
    }
}
