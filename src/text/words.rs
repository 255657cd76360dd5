//! Words for comparing texts: stems without stop words, and names by their capital letters.

use super::fold::fold;
use icu_segmenter::WordSegmenter;
use icu_segmenter::options::WordBreakInvariantOptions;
use rust_stemmers::{Algorithm, Stemmer};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::LazyLock;
use unicode_segmentation::UnicodeSegmentation;

const STOP: &str = " a about after against all also amid an and any are as at back be been before being but by can could de del did do does during el en for from \
further get had has have he her here him his how i if in into is it its just la le les live may more most mr near new news no not now of off on one only or our out over \
per says said say saying she should since so some such than that the their them then there these they this those through to told too two under until up update us very via was \
we were what when where which while who why will with would year years you your и в на с по о об от до за из у к не что как это для его она они der die das und ist mit von \
zu im den un una los las que por para con est des du au aux sur ";

/// True for words so common that they say nothing about what a text is about.
pub fn is_stop(word: &str) -> bool {
    STOP.contains(&format!(" {word} "))
}

/// Stop words by language, for comparing articles.
const STOP_IN: &[(&str, &str)] = &[
    (
        "en",
        " a an the of in on at to for with by from and or as is are was were be been has have had it its this that these those after over into not no but \
he she his her they their we our us you your i who what when where how why will would can could may more than about up out new says say said amid vs s t do \
does did just only also one two first last year years day days time get gets make makes take takes going so if all any some there here them him ",
    ),
    (
        "de",
        " der die das den dem des ein eine einer eines einem einen und oder in im an am auf zu zum zur von vom mit bei für ist sind war wird werden nach aus als \
auch nicht es er sie ihr ihre sein seine um bis über vor so wie was noch mehr hat haben dass sich ",
    ),
    (
        "es",
        " el la los las un una unos unas de del al a en y o que con por para se su sus es son fue no como más lo le tras ante sobre entre este esta desde hasta ya \
qué cómo cuándo dónde quién e hoy ",
    ),
    (
        "fr",
        " le la les un une des de du d l et ou en à au aux que qui pour par sur dans avec est sont a ont ne pas se son sa ses ce cette ces plus après il elle ",
    ),
    (
        "pt",
        " o a os as um uma de do da dos das em no na nos nas e ou que com por para se seu sua é são foi não como mais ao à após sobre entre pelo pela aos às já hoje ",
    ),
    (
        "it",
        " il lo la i gli le un una uno di del della dei delle da dal in nel nella con su per tra fra e o che non è sono ha hanno si al alla come più anche ",
    ),
    ("ru", " и в во не на с со что как из у к по от о об за для до при это он она они его ее их но а же ли бы или был была было были после все еще "),
    ("uk", " і й в у на з із зі що як до по від о об за для при це він вона вони його її їх але а же чи або був була було були після все ще не та "),
    ("sl", " in je v na za se so da ki z s od po pri iz do bo ni tudi kot pa ne o ob bodo smo še že "),
    ("ar", " في من على الى إلى عن مع هذا هذه التي الذي و أن ان بعد قبل "),
];

static STOP_SETS: LazyLock<FxHashMap<&str, FxHashSet<&str>>> =
    LazyLock::new(|| STOP_IN.iter().map(|(language, list)| (*language, list.split_whitespace().collect())).collect());
static STOP_ANYWHERE: LazyLock<FxHashSet<&str>> = LazyLock::new(|| STOP_SETS.values().flatten().copied().collect());

/// Stop words of the languages that we have no list of, from the collection of Stopwords ISO.
static STOP_ELSEWHERE: LazyLock<FxHashMap<&str, FxHashSet<&str>>> = LazyLock::new(|| {
    let others = stop_words::available_languages().iter().filter(|language| !STOP_SETS.contains_key(*language));
    others.filter_map(|language| Some((*language, stop_words::lookup(language)?.iter().copied().collect()))).collect()
});

/// Stop word of a language; of any language when this one has no list. `lower` is in lower case.
pub fn is_stop_in(language: &str, lower: &str) -> bool {
    STOP_SETS.get(language).or_else(|| STOP_ELSEWHERE.get(language)).unwrap_or(&STOP_ANYWHERE).contains(lower)
}

/// How many stop words of each language a text has; languages with none are left out.
pub fn stop_words(text: &str) -> Vec<(&'static str, usize)> {
    let words: Vec<String> = text.unicode_words().map(str::to_lowercase).collect();
    let count = |set: &FxHashSet<&str>| words.iter().filter(|word| set.contains(word.as_str())).count();
    // in the order of the list, so that the answer is the same each time
    STOP_IN.iter().map(|(language, _)| (*language, count(&STOP_SETS[language]))).filter(|(_, count)| *count > 0).collect()
}

/// The stemmer of a language, if it has one.
pub struct Stems(Option<Stemmer>);

impl Stems {
    pub fn of(language: &str) -> Self {
        Self(algorithm(language).map(Stemmer::create))
    }
    /// The stem of a word in lower case.
    pub fn stem(&self, lower: &str) -> Option<String> {
        self.0.as_ref().map(|stemmer| stemmer.stem(lower).into_owned())
    }
}

/// The words of a text as folded stems, without stop words and single letters; digits stay whole ("7.1", "10,000").
///
/// `language` is an ISO 639-1 code; a language without a stemmer keeps its folded words. Order and repeats are kept.
pub fn stems(text: &str, language: &str) -> Vec<String> {
    let stemmer = algorithm(language).map(Stemmer::create);
    let mut found = vec![];
    for word in text.unicode_words() {
        let folded = fold(without_elision(without_owner(word)));
        if is_stop(&folded) || folded.chars().count() < 2 && !folded.chars().all(is_cjk) {
            continue;
        }
        let number = folded.starts_with(|c: char| c.is_ascii_digit());
        found.push(match &stemmer {
            Some(stemmer) if !number => stemmer.stem(&folded).into_owned(),
            _ => folded,
        });
    }
    found
}

/// The capitalised names of a text by byte offsets: "Vladimir Putin", "Moon Jae-in". A sentence's first word counts only when it
/// goes on with another name or is seen with a capital elsewhere in the text.
pub fn name_spans(text: &str) -> Vec<(usize, usize)> {
    let mut found = vec![];
    for sentence in super::sentence::sentences(text) {
        let from = sentence.as_ptr() as usize - text.as_ptr() as usize;
        let mut run: Vec<(usize, &str)> = vec![];
        let mut run_is_first = false;
        let mut end_of_last = 0;
        for (index, (start, whole)) in sentence.unicode_word_indices().enumerate() {
            // L’Aquila within a sentence is a name as it stands
            let is_article = index == 0 || whole.starts_with(char::is_lowercase);
            let word = if is_article { without_elision(whole) } else { whole };
            let at = start + whole.len() - word.len();
            let gap = &sentence[end_of_last..at];
            end_of_last = at + word.len();
            let goes_on = gap == "-" && !run.is_empty();
            let capital = goes_on || word.chars().next().is_some_and(char::is_uppercase) && !is_stop(&fold(word));
            let is_owner = run.last().is_some_and(|(_, last)| without_owner(last).len() < last.len());
            if !run.is_empty() && (!capital || is_owner || gap != " " && gap != "-") {
                keep(&mut found, &run, run_is_first, text, from);
                run.clear();
            }
            if capital {
                run_is_first = if run.is_empty() { index == 0 } else { run_is_first };
                run.push((at, word));
            }
        }
        keep(&mut found, &run, run_is_first, text, from);
    }
    found
}

fn keep(found: &mut Vec<(usize, usize)>, run: &[(usize, &str)], is_first: bool, text: &str, from: usize) {
    let (Some((start, first)), Some((at, last))) = (run.first(), run.last()) else { return };
    let single_first = is_first && run.len() == 1;
    if run.len() > 8 || single_first && text.matches(first).count() < 2 {
        return;
    }
    let end = at + without_owner(last).len();
    if end - start > 1 {
        found.push((from + start, from + end));
    }
}

/// What Turkish and Azerbaijani write after a name and an apostrophe: its case, whose it is, and that there are several.
const ENDINGS: &str = "da de ta te dan den tan ten daki deki taki teki a e ya ye na ne ı i u ü yı yi yu yü nı ni nu nü ın in un ün nın nin nun nün \
    la le yla yle lar ler lı li lu lü ki";

/// "Putin’s" is Putin, and "Bodrum'daki" Bodrum.
pub fn without_owner(word: &str) -> &str {
    let Some((name, ending)) = word.rsplit_once(['\'', '’']) else { return word };
    let is_bent = || name.starts_with(char::is_uppercase) && name.chars().nth(1).is_some() && ENDINGS.split_whitespace().any(|known| known == ending);
    if ending == "s" || is_bent() { name } else { word }
}

/// What French and Italian write as one word with a word that begins with a vowel: articles and short prepositions.
const ELIDED: [&str; 19] =
    ["l", "d", "s", "n", "j", "m", "t", "c", "qu", "jusqu", "lorsqu", "puisqu", "un", "dell", "all", "nell", "sull", "dall", "quell"];

/// "l’Ukraine" and "dell’Iran" are Ukraine and Iran.
pub fn without_elision(word: &str) -> &str {
    let Some((elided, rest)) = word.split_once(['\'', '’']) else { return word };
    let begins_with_vowel = || fold(rest).starts_with(['a', 'e', 'i', 'o', 'u', 'y', 'h']);
    let is_elided = ELIDED.iter().any(|form| elided.eq_ignore_ascii_case(form));
    if is_elided && rest.chars().nth(1).is_some() && begins_with_vowel() { rest } else { word }
}

/// Control characters, bidirectional overrides and isolates, the byte-order mark, and what only says where a word may be parted: with it one word is two.
pub fn is_unseen(c: char) -> bool {
    c.is_control()
        || is_noncharacter(c)
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{feff}' | '\u{061c}')
        || matches!(c, '\u{ad}' | '\u{200b}' | '\u{2060}')
}

/// Code points that are no characters, which XML may not hold.
pub fn is_noncharacter(c: char) -> bool {
    c as u32 & 0xfffe == 0xfffe || matches!(c, '\u{fdd0}'..='\u{fdef}')
}

/// Characters of a text without spaces that are parted into words: those of a title and a summary.
const READ_BY_MODEL: usize = 600;

/// The words of a text with their byte offsets (UAX #29). Where Thai, Lao, Burmese or Khmer stand in it, which write no spaces, a learnt model of Unicode's
/// parts what it begins with.
pub fn word_indices(text: &str) -> Box<dyn Iterator<Item = (usize, &str)> + '_> {
    if !text.contains(is_south_east_asian) {
        return Box::new(text.unicode_word_indices());
    }
    // the model reads a stretch without spaces as a whole before it gives its first word, in some 15 µs a character
    let text = text.char_indices().nth(READ_BY_MODEL).map_or(text, |(at, _)| &text[..at]);
    let mut begins = 0;
    let parts = WordSegmenter::new_lstm(WordBreakInvariantOptions::default()).segment_str(text).iter_with_word_type();
    Box::new(parts.filter_map(move |(ends, kind)| {
        let word = (begins, &text[begins..ends]);
        begins = ends;
        kind.is_word_like().then_some(word)
    }))
}

/// Scripts that write no spaces between words, and have vowels.
pub fn is_south_east_asian(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}')
}

pub fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
}

fn algorithm(language: &str) -> Option<Algorithm> {
    Some(match language {
        "en" => Algorithm::English,
        "ru" => Algorithm::Russian,
        "de" => Algorithm::German,
        "fr" => Algorithm::French,
        "es" => Algorithm::Spanish,
        "pt" => Algorithm::Portuguese,
        "it" => Algorithm::Italian,
        "nl" => Algorithm::Dutch,
        "sv" => Algorithm::Swedish,
        "tr" => Algorithm::Turkish,
        "ar" => Algorithm::Arabic,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_have_one_stem_and_numbers_stay_whole() {
        assert_eq!(stems("The shelling of 10,000 homes", "en"), ["shell", "10,000", "home"]);
        assert_eq!(stems("Shelled homes", "en"), ["shell", "home"]);
    }

    #[test]
    fn an_elided_article_is_no_part_of_a_word() {
        for (word, bare) in
            [("l'Ukraine", "Ukraine"), ("L’ONU", "ONU"), ("dell'Iran", "Iran"), ("qu’Élisabeth", "Élisabeth"), ("d'Hollande", "Hollande")]
        {
            assert_eq!(without_elision(word), bare);
        }
        for whole in ["O'Brien", "N'Golo", "Ukraine's", "rock'n'roll", "l'a", "I'm"] {
            assert_eq!(without_elision(whole), whole);
        }
        assert_eq!(stems("l'hôtel de l'Élysée", "fr"), stems("hôtel Élysée", "fr"));
    }

    fn names(text: &str) -> Vec<&str> {
        name_spans(text).into_iter().map(|(start, end)| &text[start..end]).collect()
    }

    #[test]
    fn names_are_runs_of_capitals() {
        assert_eq!(names("They met Moon Jae-in in Seoul"), ["Moon Jae-in", "Seoul"]);
        assert_eq!(names("They heard Ukraine's President Zelensky’s speech"), ["Ukraine", "President Zelensky"]);
        assert_eq!(names("Le discours d’Emmanuel Macron à L’Aquila"), ["Emmanuel Macron", "L’Aquila"]);
        assert_eq!(names("President Vladimir Putin met Dmitry Grigorenko in Moscow."), ["President Vladimir Putin", "Dmitry Grigorenko", "Moscow"]);
    }

    #[test]
    fn a_capital_at_the_start_of_a_sentence_is_no_name_by_itself() {
        assert!(names("Police found nothing.").is_empty());
        assert_eq!(names("Mariupol is cut off. They left Mariupol."), ["Mariupol", "Mariupol"]);
    }

    #[test]
    fn a_name_is_known_whatever_case_it_stands_in() {
        for (word, name) in [
            ("Putin’s", "Putin"),
            ("Bodrum'daki", "Bodrum"),
            ("Erdoğan’dan", "Erdoğan"),
            ("Uganda'da", "Uganda"),
            ("Xi'an", "Xi'an"),
            ("O'Brien", "O'Brien"),
            ("l'a", "l'a"),
            ("D'a", "D'a"),
        ] {
            assert_eq!(without_owner(word), name);
        }
    }
}
