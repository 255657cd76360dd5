//! Search: what a reader typed, the choices beside it, what was found and why.

use super::page::Frame;
use super::{Front, cache, limit, next};
use crate::analyze::gazetteer::gazetteer;
use crate::clock::Timestamp;
use crate::model::category::Category;
use crate::model::language;
use crate::model::place::Region;
use crate::model::query::{Query, day_after, day_of};
use crate::model::source::Licence;
use crate::model::viewer::Viewer;
use crate::store::mention::Known;
use crate::store::search::{Ask, Hit, Kind};
use crate::text::slug;
use crate::text::snippet::{Piece, snippet};
use crate::{Result, store};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use std::collections::{BTreeMap, HashSet};

const ROWS: usize = 20;
/// Pages of the best; those of the newest have no end.
const PAGES: i64 = 50;
/// Matches that the choices are counted by.
const SAMPLE: usize = 1_000;
const ENTITIES: i64 = 6;

/// What the address says.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    pub q: String,
    pub kinds: Vec<Kind>,
    pub regions: Vec<Region>,
    pub categories: Vec<Category>,
    pub languages: Vec<String>,
    /// Days as typed, `2022-03-20`.
    pub from: String,
    pub to: String,
    pub by_relevance: bool,
    after: Option<i64>,
    page: i64,
}

impl Asked {
    /// Reads a query string. A choice that is none of ours is left out.
    pub fn read(query: &str) -> Self {
        let mut asked = Self { page: 1, ..Self::default() };
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "q" => asked.q = value.chars().filter(|c| !c.is_control()).take(400).collect(),
                "kind" => asked.kinds.extend(Kind::ALL.into_iter().find(|kind| kind.word() == value)),
                "region" => asked.regions.extend(value.parse::<Region>()),
                "cat" => asked.categories.extend(value.parse::<Category>()),
                "lang" => asked.languages.extend(language::find(&value).map(str::to_string)),
                "from" if day_of(&value).is_some() => asked.from = value.into_owned(),
                "to" if day_of(&value).is_some() => asked.to = value.into_owned(),
                "sort" => asked.by_relevance = value == "relevance",
                "after" => asked.after = value.parse().ok(),
                "page" => asked.page = value.parse().unwrap_or(1).clamp(1, PAGES),
                _ => {}
            }
        }
        asked
    }

    fn ask(&self) -> Ask {
        Ask {
            query: Query::parse(&self.q),
            kinds: self.kinds.clone(),
            regions: self.regions.clone(),
            categories: self.categories.clone(),
            languages: self.languages.clone(),
            from: day_of(&self.from),
            to: day_after(&self.to),
            ..Ask::default()
        }
    }

    pub fn has_choices(&self) -> bool {
        self.has_dates() || !(self.kinds.is_empty() && self.regions.is_empty() && self.categories.is_empty() && self.languages.is_empty())
    }
    pub fn has_dates(&self) -> bool {
        !(self.from.is_empty() && self.to.is_empty())
    }

    /// The same question in words alone, without its days and kinds: for a watch, which looks at incidents that are still to come. What the words ask
    /// for themselves is asked for once.
    fn in_words(&self) -> String {
        let query = Query::parse(&self.q);
        let field = |name: &str, is_asked: bool, values: Vec<&str>| (!is_asked && !values.is_empty()).then(|| format!("{name}:{}", values.join(",")));
        let fields = [
            field("region", !query.regions.is_empty(), self.regions.iter().map(|region| region.word()).collect()),
            field("category", !query.categories.is_empty(), self.categories.iter().map(|category| category.word()).collect()),
            field("lang", !query.languages.is_empty(), self.languages.iter().map(String::as_str).collect()),
        ];
        let is_open = self.q.matches('"').count() % 2 == 1;
        let words = format!("{}{}", self.q, if is_open { "\"" } else { "" });
        [Some(words).filter(|q| !q.is_empty())].into_iter().chain(fields).flatten().collect::<Vec<_>>().join(" ")
    }

    /// The address of the same question without where in the list it is, after `change`.
    fn link(&self, change: impl FnOnce(&mut Self)) -> String {
        let mut asked = Self { after: None, page: 1, ..self.clone() };
        change(&mut asked);
        let mut pairs = url::form_urlencoded::Serializer::new(String::new());
        pairs.append_pair("q", &asked.q);
        pairs.extend_pairs(asked.kinds.iter().map(|kind| ("kind", kind.word())));
        pairs.extend_pairs(asked.regions.iter().map(|region| ("region", region.word())));
        pairs.extend_pairs(asked.categories.iter().map(|category| ("cat", category.word())));
        pairs.extend_pairs(asked.languages.iter().map(|language| ("lang", language)));
        pairs.extend_pairs([("from", &asked.from), ("to", &asked.to)].into_iter().filter(|(_, day)| !day.is_empty()));
        if asked.by_relevance {
            pairs.append_pair("sort", "relevance");
        }
        if let Some(after) = asked.after {
            pairs.append_pair("after", &after.to_string());
        }
        if asked.page > 1 {
            pairs.append_pair("page", &asked.page.to_string());
        }
        format!("/search?{}", pairs.finish())
    }
}

#[derive(Template)]
#[template(path = "search/show.html")]
pub struct Show {
    pub frame: Frame,
    pub asked: Asked,
    pub problems: Vec<String>,
    /// Nothing was asked yet.
    pub is_blank: bool,
    pub results: Vec<Found>,
    /// How many matches, and whether there are more than were counted.
    pub total: (usize, bool),
    pub choices: Choices,
    pub chips: Vec<(String, String)>,
    pub sort_links: (String, String),
    pub next_link: Option<String>,
    pub entities: Vec<Known>,
    pub hints: Vec<(String, String)>,
}

impl Show {
    /// Where this question becomes a watch, by way of an account for who has none.
    fn watch_link(&self) -> String {
        let words = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", &self.asked.in_words()).finish();
        let path = format!("/account/watches?{words}#new");
        if self.frame.viewer.is_anonymous() { format!("/sign-up?next={}", next::encoded(&path)) } else { path }
    }
}

/// The values of the choices with their counts, and whether they are chosen.
#[derive(Default)]
pub struct Choices {
    pub kinds: Vec<(Kind, usize, bool)>,
    pub regions: Vec<(Region, usize, bool)>,
    pub categories: Vec<(Category, usize, bool)>,
    pub languages: Vec<(String, String, usize, bool)>,
}

/// One result, ready to show.
pub struct Found {
    pub hit: Hit,
    pub link: String,
    pub is_incident: bool,
    /// The language and direction of what is shown, when it is not English.
    pub foreign: Option<(String, &'static str)>,
    pub language_name: String,
    pub snippet: Vec<Piece>,
}

pub async fn show(front: web::Data<Front>, viewer: Viewer, request: HttpRequest) -> Result<HttpResponse> {
    let (network, now) = (limit::network(&front, &request), front.app.clock.now());
    front.limits.take(limit::SEARCH, &network, now)?;
    cache::page(&front, &request, &viewer.clone(), || async {
        let asked = Asked::read(request.query_string());
        let frame = Frame::new(&front, &request, viewer, "search").await?;
        draw(&front.app.db, frame, asked).await
    })
    .await
}

async fn draw(db: &store::Db, frame: Frame, asked: Asked) -> Result<Show> {
    let ask = asked.ask();
    let is_blank = ask.query.is_empty() && !asked.has_choices();
    let mut hits = match (is_blank, asked.by_relevance) {
        (true, _) => vec![],
        (_, true) => store::search::best(db, &ask, (asked.page - 1) * ROWS as i64, ROWS as i64 + 1).await?,
        (_, false) => store::search::newest(db, &ask, asked.after, ROWS as i64 + 1).await?,
    };
    let goes_on = hits.len() > ROWS;
    hits.truncate(ROWS);
    let (total, choices) = if is_blank { ((0, false), Choices::default()) } else { count(db, &asked, &ask).await? };
    let next_link = hits
        .last()
        .filter(|_| goes_on && !(asked.by_relevance && asked.page == PAGES))
        .map(|last| asked.link(|next| if asked.by_relevance { next.page = asked.page + 1 } else { next.after = Some(last.id) }));
    let wanted: HashSet<String> = ask.query.all.iter().flatten().cloned().collect();
    let entities = entities(db, &ask.query).await?;
    let hints = if hits.is_empty() && !is_blank { hints(db, &asked, &ask).await? } else { vec![] };
    Ok(Show {
        results: hits.into_iter().map(|hit| Found::new(hit, &wanted)).collect(),
        chips: chips(&asked),
        sort_links: (asked.link(|a| a.by_relevance = false), asked.link(|a| a.by_relevance = true)),
        problems: ask.query.problems,
        frame,
        is_blank,
        total,
        choices,
        next_link,
        entities,
        hints,
        asked,
    })
}

/// How many match, and how many of the newest matches each choice has, whatever is chosen beside.
async fn count(db: &store::Db, asked: &Asked, ask: &Ask) -> Result<((usize, bool), Choices)> {
    let open = Ask { kinds: vec![], regions: vec![], categories: vec![], languages: vec![], ..ask.clone() };
    let mut sample = store::search::sample(db, &open, SAMPLE as i64 + 1).await?;
    let chosen = if asked.has_choices() { store::search::sample(db, ask, SAMPLE as i64 + 1).await?.len() } else { sample.len() };
    sample.truncate(SAMPLE);
    let many = |is: &dyn Fn(&store::search::Traits) -> bool| sample.iter().filter(|one| is(one)).count();
    let mut languages: BTreeMap<&str, usize> = BTreeMap::new();
    for code in &asked.languages {
        languages.entry(code).or_default();
    }
    for one in &sample {
        *languages.entry(&one.language).or_default() += 1;
    }
    let mut choices = Choices {
        kinds: Kind::ALL.into_iter().map(|k| (k, many(&|one| one.kind == k.word()), asked.kinds.contains(&k))).collect(),
        regions: Region::ALL.iter().map(|r| (*r, many(&|one| one.region.as_deref() == Some(r.word())), asked.regions.contains(r))).collect(),
        categories: Category::ALL.iter().map(|c| (*c, many(&|one| one.category == *c), asked.categories.contains(c))).collect(),
        languages: languages
            .into_iter()
            .filter(|(code, _)| *code != "und")
            .map(|(code, n)| (code.to_string(), language::name(code).to_string(), n, asked.languages.iter().any(|l| l == code)))
            .collect(),
    };
    choices.regions.retain(|(_, n, on)| *n > 0 || *on);
    choices.categories.retain(|(_, n, on)| *n > 0 || *on);
    Ok(((chosen.min(SAMPLE), chosen > SAMPLE), choices))
}

/// Entities that are asked for by a name in any script, and those whose name begins with what was asked.
async fn entities(db: &store::Db, query: &Query) -> Result<Vec<Known>> {
    let mut found: Vec<Known> = vec![];
    for name in names(query) {
        let known = store::mention::find(db, &slug::any(&name)).await?;
        found.extend(known.filter(|known| !found.iter().any(|other| other.slug == known.slug)));
    }
    let whole = slug::any(&query.words.join(" "));
    let each = query.words.iter().map(|word| slug::any(word));
    for start in std::iter::once(whole).chain(each).filter(|start| start.chars().count() > 2).take(5) {
        for known in store::mention::list_like(db, &start, ENTITIES).await? {
            if !found.iter().any(|other| other.slug == known.slug) {
                found.push(known);
            }
        }
    }
    found.truncate(ENTITIES as usize);
    Ok(found)
}

/// Of the words of a question, and of all of them together, the names that readers see for whom or what they name.
fn names(query: &Query) -> Vec<String> {
    let whole = (query.words.len() > 1).then(|| query.words.join(" "));
    let asked = whole.into_iter().chain(query.words.iter().take(4).cloned());
    let mut names: Vec<String> = asked.flat_map(|asked| gazetteer().named(&asked)).map(str::to_string).collect();
    names.dedup();
    names.truncate(ENTITIES as usize);
    names
}

/// What to try when nothing was found, each with its address: fewer choices, one word alone, a name that is nearly the same.
async fn hints(db: &store::Db, asked: &Asked, ask: &Ask) -> Result<Vec<(String, String)>> {
    let mut hints = vec![];
    for name in names(&ask.query).into_iter().take(2) {
        if store::mention::find(db, &slug::any(&name)).await?.is_some() {
            hints.push((format!("Did you mean {name}?"), format!("/search?q={}", super::next::encoded(&name))));
        }
    }
    for word in ask.query.words.iter().take(if hints.is_empty() { 4 } else { 0 }) {
        for known in nearly(db, word).await? {
            hints.push((format!("Did you mean {}?", known.name), format!("/search?q={}", super::next::encoded(&known.name))));
        }
    }
    if asked.has_dates() {
        hints.push(("Drop the dates".into(), asked.link(|a| (a.from, a.to) = Default::default())));
    }
    if asked.has_choices() {
        hints.push(("Drop all choices, not only the dates".into(), Asked { q: asked.q.clone(), ..Asked::default() }.link(|_| ())));
    }
    if ask.query.words.len() > 1 {
        for word in ask.query.words.iter().take(4) {
            let alone = Ask { query: Query::parse(word), ..Ask::default() };
            let n = store::search::sample(db, &alone, SAMPLE as i64).await?.len();
            if n > 0 {
                let results = if n == 1 { "1 result".into() } else { format!("{n} results") };
                hints.push((format!("“{word}” alone has {results}"), format!("/search?q={}", super::next::encoded(word))));
            }
        }
    }
    Ok(hints)
}

/// Entities that begin alike and are one or two letters away.
async fn nearly(db: &store::Db, word: &str) -> Result<Vec<Known>> {
    let typed = slug::any(word);
    let start: String = typed.chars().take(2).collect();
    if typed.chars().count() < 4 {
        return Ok(vec![]);
    }
    let known = store::mention::list_like(db, &start, 400).await?;
    let apart = |known: &Known| known.slug.split('-').map(|part| strsim::damerau_levenshtein(part, &typed)).min().unwrap_or(9);
    let mut near: Vec<(usize, Known)> = known.into_iter().map(|known| (apart(&known), known)).filter(|(apart, _)| (1..=2).contains(apart)).collect();
    near.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.incidents.cmp(&a.1.incidents)));
    Ok(near.into_iter().take(2).map(|(_, known)| known).collect())
}

/// What is chosen, each with the address of the same without it.
fn chips(asked: &Asked) -> Vec<(String, String)> {
    let mut chips = vec![];
    for kind in &asked.kinds {
        chips.push((kind.label().into(), asked.link(|a| a.kinds.retain(|k| k != kind))));
    }
    for region in &asked.regions {
        chips.push((region.label().into(), asked.link(|a| a.regions.retain(|r| r != region))));
    }
    for category in &asked.categories {
        chips.push((category.label().into(), asked.link(|a| a.categories.retain(|c| c != category))));
    }
    for code in &asked.languages {
        chips.push((language::name(code).into(), asked.link(|a| a.languages.retain(|l| l != code))));
    }
    if !asked.from.is_empty() {
        chips.push((format!("from {}", asked.from), asked.link(|a| a.from.clear())));
    }
    if !asked.to.is_empty() {
        chips.push((format!("to {}", asked.to), asked.link(|a| a.to.clear())));
    }
    chips
}

impl Found {
    /// The language of the title, when it is not English.
    pub fn title_foreign(&self) -> Option<&str> {
        let of_article = self.foreign.as_ref().map(|(language, _)| language.as_str());
        if self.is_incident { self.hit.title_language.as_deref() } else { of_article }
    }

    fn new(hit: Hit, wanted: &HashSet<String>) -> Self {
        let is_incident = hit.kind == Kind::Incident.word();
        let link = if is_incident { format!("/incidents/{}", hit.slug) } else { format!("/incidents/{}#s{}", hit.slug, hit.place) };
        let foreign = !matches!(hit.language.as_str(), "en" | "und");
        // a headline licence lets us show the title and no more
        let may_quote = hit.licence.is_none_or(|licence| licence != Licence::Headline);
        Self {
            snippet: if may_quote { snippet(&hit.text, wanted) } else { vec![] },
            foreign: foreign.then(|| (hit.language.clone(), language::direction(&hit.language))),
            language_name: language::name(&hit.language).to_string(),
            is_incident,
            link,
            hit,
        }
    }
    pub fn day(&self) -> String {
        self.hit.at.full_day()
    }
    pub fn at(&self) -> Timestamp {
        self.hit.at
    }
    pub fn source(&self) -> &str {
        self.hit.source.as_deref().unwrap_or("")
    }
    pub fn grade(&self) -> &'static str {
        self.hit.reliability.map_or("", |reliability| reliability.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_lives_in_the_address() {
        let asked = Asked::read("q=oil+%22a+b%22&kind=article&region=europe&cat=energy&lang=ru&from=2022-03-01&to=x&sort=relevance&page=3");
        assert_eq!((asked.q.as_str(), asked.page, asked.to.as_str()), ("oil \"a b\"", 3, ""));
        assert_eq!(asked.link(|_| ()), "/search?q=oil+%22a+b%22&kind=article&region=europe&cat=energy&lang=ru&from=2022-03-01&sort=relevance");
        assert_eq!(asked.link(|a| a.kinds.clear()), "/search?q=oil+%22a+b%22&region=europe&cat=energy&lang=ru&from=2022-03-01&sort=relevance");
        assert_eq!(chips(&asked).len(), 5);
        assert_eq!(asked.in_words(), "oil \"a b\" region:europe category:energy lang:ru");
        assert_eq!(Asked::read("q=region:europe+%22oil&region=africa&lang=en").in_words(), "region:europe \"oil\" lang:en");
    }

    #[test]
    fn odd_addresses_ask_for_nothing() {
        let asked = Asked::read("kind=x&region=%00&page=-4&after=abc&from=yesterday");
        assert!(!asked.has_choices() && asked.page == 1 && asked.after.is_none());
    }
}
