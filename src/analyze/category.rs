//! What kind of thing it is: the category whose words the articles use most.

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

/// The category with most weight over all articles (each article counts one, its title twice); politics when no word speaks.
pub fn of(articles: &[Article]) -> Category {
    let mut total: BTreeMap<Category, f64> = BTreeMap::new();
    for article in articles {
        let mut own: BTreeMap<Category, f64> = BTreeMap::new();
        for stem in stems(&format!("{} {}", article.title, article.text()), "en") {
            for (category, weight) in LEXICON.get(&stem).into_iter().flatten() {
                *own.entry(*category).or_default() += weight;
            }
        }
        let sum: f64 = own.values().sum();
        for (category, weight) in own {
            *total.entry(category).or_default() += weight / sum;
        }
    }
    total.into_iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).map_or(Category::Politics, |(category, _)| category)
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
            ("Something else", Category::Politics),
        ] {
            assert_eq!(of(&[article(1, "a", title, "")]), category, "{title}");
        }
    }
}
