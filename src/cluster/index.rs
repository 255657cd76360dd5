//! The live incidents in memory, and the decision to join one.
//!
//! Candidates come from postings of the article's rarest words and names, and where an encoder reads along of its direction's signs, so the cost
//! does not grow with the number of live incidents. A learnt model gives each a probability; the best one above a threshold is joined. Incidents that
//! articles would have fitted as well vote for a merge, which a decision on the two must confirm.

use super::document::Document;
use super::features::{self, ALONE, Asked, Features, Query, are_anchored, is_another_of_row, same_way};
use super::fingerprint::Fingerprint;
use super::frequency::Frequency;
use super::live::Live;
use super::model::Model;
use super::pair::{self, Pair};
use super::postings::Postings;
use super::reason;
use super::signs::Signs;
use super::slots::{Slot, Slots};
use super::voice::is_copy;
use crate::clock::{DAY, Timestamp};
use crate::id::Id;
use crate::model::article::{Article, Reasons};
use crate::model::incident::{CLOSED_AFTER, Incident, JOINS_AT};
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

/// The numbers of the method; chosen on the development parts of the labelled streams.
#[derive(Debug, Clone, Copy)]
pub struct Thresholds {
    /// An article joins at this probability.
    pub join: f32,
    /// It votes for a merge with other incidents from this one on.
    pub vote: f32,
    /// Two incidents are one at this probability, where that is learnt; `None` to go by the two below everywhere.
    pub merge: Option<f32>,
    /// Elsewhere they are one when the last articles of either are so probable in the other, in the mean …
    pub linkage: f32,
    /// … and of both together.
    pub mean: f32,
}

/// Chosen on events that were not learnt from (docs/models.md).
pub const THRESHOLDS: Thresholds = Thresholds { join: JOINS_AT, vote: 0.30, merge: Some(0.65), linkage: 0.40, mean: 0.50 };

/// Incidents that are weighed for an article. With half as many more what was not learnt from scores as well (docs/models.md).
const CANDIDATES: usize = 16;
/// Incidents that are weighed besides since they point the same way, and those that are looked at for it.
const ALIKE: usize = 8;
const LOOKED_AT: usize = 64;
/// Postings are gone through when one incident for so many live ones is gone.
const SWEEP: usize = 10;
/// Other incidents that one article may vote for.
const VOTES: usize = 6;

pub struct Index {
    frequency: Frequency,
    live: FxHashMap<Id<Incident>, Live>,
    /// Where each word and name leads.
    postings: Postings,
    /// Where each direction leads.
    signs: Signs,
    slots: Slots,
    /// When each live incident was newest as far as it was last looked at, the longest ago first.
    ages: BinaryHeap<Reverse<(Timestamp, Id<Incident>)>>,
    /// Incidents that are gone while postings may still lead to them.
    gone: usize,
    /// When it last forgot what is closed.
    now: Option<Timestamp>,
    /// How it counts what an article and an incident share.
    asked: Asked,
}

impl Default for Index {
    fn default() -> Self {
        Self {
            frequency: Frequency::bundled(),
            live: FxHashMap::default(),
            postings: Postings::default(),
            signs: Signs::default(),
            slots: Slots::default(),
            ages: BinaryHeap::new(),
            gone: 0,
            now: None,
            asked: Asked::All,
        }
    }
}

/// An incident beside an article.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub incident: Id<Incident>,
    /// 0 to 1
    pub probability: f32,
    pub features: Features,
}

/// What was found for one article: the candidates by probability, best first.
pub struct Found {
    pub document: Arc<Document>,
    pub candidates: Vec<Candidate>,
}

impl Found {
    /// The incident to join, if one is probable enough.
    pub fn joins(&self, thresholds: Thresholds) -> Option<&Candidate> {
        self.fitting(thresholds).next()
    }

    /// All that are probable enough, best first.
    pub fn fitting(&self, thresholds: Thresholds) -> impl Iterator<Item = &Candidate> {
        self.candidates.iter().take_while(move |candidate| candidate.probability >= thresholds.join)
    }
}

impl Index {
    /// One that decisions are taught with.
    pub fn to_teach() -> Self {
        Self { asked: Asked::Two, ..Self::default() }
    }

    /// Counts an article's words, so that common ones weigh little. Once for each, before it is looked up.
    pub fn learn(&mut self, print: &Fingerprint) {
        self.frequency.learn(print);
    }

    /// An article as vectors, by what is known now.
    pub fn weigh(&self, print: &Fingerprint, at: Option<Timestamp>, article: Option<Id<Article>>) -> Document {
        self.frequency.weigh(print, at, article)
    }

    /// The live incidents that an article may belong to.
    pub fn find(&mut self, model: &Model, document: Arc<Document>) -> Found {
        let near = self.near(&document);
        let alike = self.alike(&document, &near);
        let query = Query::of(&document);
        let beside = |near: Id<Incident>| {
            let live = &self.live[&near];
            let features = if are_anchored(&document, live, self.asked) { features::of(&query, live) } else { None };
            features.map(|features| (near, features))
        };
        let (incidents, mut features): (Vec<Id<Incident>>, Vec<Features>) = near.into_iter().chain(alike).filter_map(beside).unzip();
        features::compare(&mut features);
        let join = &model.of(&document).join;
        let candidate = |(incident, features): (_, Features)| Candidate { incident, probability: join.probability(&features), features };
        let mut candidates: Vec<Candidate> = incidents.into_iter().zip(features).map(candidate).collect();
        candidates.sort_by(|a, b| b.probability.total_cmp(&a.probability).then(b.incident.cmp(&a.incident)));
        Found { document, candidates }
    }

    /// The open incidents that share the heaviest of the article's words and names.
    fn near(&mut self, document: &Document) -> Vec<Id<Incident>> {
        let (live, incidents) = (&self.live, &self.slots.incidents);
        let of = |slot: Slot| live.get(&incidents[slot as usize]);
        // what is another one of the same row shares the most, and is none of the candidates
        let may_hold = |slot: Slot| document.orders.is_empty() || of(slot).is_some_and(|live| !is_another_of_row(document, live));
        let sharing = self.postings.sharing(document, incidents.len(), |slot| of(slot).is_some(), may_hold);
        let mut best: Vec<(Id<Incident>, f32)> = sharing.into_iter().map(|(slot, shared)| (incidents[slot as usize], shared)).collect();
        let order = |a: &(Id<Incident>, f32), b: &(Id<Incident>, f32)| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0));
        // some may be closed or merged by now
        if best.len() > 4 * CANDIDATES {
            best.select_nth_unstable_by(4 * CANDIDATES, order);
            best.truncate(4 * CANDIDATES);
        }
        best.sort_unstable_by(order);
        let is_alive = |incident: &Id<Incident>| live.get(incident).is_some_and(|live| is_open(live, document.at));
        best.into_iter().map(|(incident, _)| incident).filter(is_alive).take(CANDIDATES).collect()
    }

    /// The open incidents with an article that points the same way, the nearest first, besides those that are known.
    fn alike(&self, document: &Document, known: &[Id<Incident>]) -> Vec<Id<Incident>> {
        let Some(direction) = &document.direction else { return vec![] };
        let nearness = |incident: &Id<Incident>| {
            let live = self.live.get(incident).filter(|live| is_open(live, document.at))?;
            same_way(document, live)
        };
        let near = self.signs.near(direction, LOOKED_AT).into_iter().map(|slot| self.slots.incidents[slot as usize]);
        let new = near.filter(|incident| !known.contains(incident));
        let mut alike: Vec<(Id<Incident>, f32)> = new.filter_map(|incident| Some((incident, nearness(&incident)?))).collect();
        alike.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0)));
        alike.into_iter().map(|(incident, _)| incident).take(ALIKE).collect()
    }

    /// The features beside one incident that may not be among the candidates.
    pub fn beside(&self, incident: Id<Incident>, document: &Document) -> Option<Features> {
        let mut features = [features::of(&Query::of(document), self.live.get(&incident)?)?];
        features::compare(&mut features);
        Some(features[0])
    }

    /// The probability, 0 to 1, that an article is about what a live incident is about; 0 where it is another event by its title.
    pub fn likeness(&self, model: &Model, incident: Id<Incident>, document: &Document) -> f32 {
        self.beside(incident, document).map_or(0.0, |features| model.of(document).alone().probability(&features[..ALONE]))
    }

    /// The probability, 0 to 1, that an article is about what these are about, which are not live; 0 where too little is shared.
    pub fn together(&self, model: &Model, document: &Document, articles: &[Arc<Document>]) -> f32 {
        let mut past = Live::default();
        articles.iter().for_each(|article| past.add(article.clone(), |_| ()));
        if past.articles == 0 || !are_anchored(document, &past, self.asked) {
            return 0.0;
        }
        let features = features::of(&Query::of(document), &past);
        features.map_or(0.0, |features| model.of(document).alone().probability(&features[..ALONE]))
    }

    /// Puts an article into its incident, opened or known.
    pub fn join(&mut self, incident: Id<Incident>, document: Arc<Document>) {
        self.note_age(incident, document.at);
        if !self.live.contains_key(&incident) {
            // it may have been live before: what led to it then would count twice
            self.slots.forget(incident);
        }
        let (slot, postings) = (self.slots.of(incident), &mut self.postings);
        document.direction.iter().for_each(|direction| self.signs.add(direction, slot));
        self.live.entry(incident).or_default().add(document, |hash| postings.add(hash, slot));
    }

    /// Remembers when an incident that is not live yet begins to age. What is closed already when it comes stays for a day: a feed that reaches back,
    /// and another one, tell of the same event.
    fn note_age(&mut self, incident: Id<Incident>, at: Option<Timestamp>) {
        if let (false, Some(at)) = (self.live.contains_key(&incident), at) {
            let least = self.now.map(|now| now.minus(CLOSED_AFTER).plus(DAY));
            self.ages.push(Reverse((least.map_or(at, |least| at.max(least)), incident)));
        }
    }

    /// The incidents that should be one with `joined` after an article joined it: pairs of the one to keep and the one that goes. Nothing is
    /// changed but the votes.
    pub fn merges(&mut self, model: &Model, found: &Found, joined: Id<Incident>, thresholds: Thresholds) -> Vec<(Id<Incident>, Id<Incident>)> {
        let learnt = model.of(&found.document).merge.as_ref();
        let pairs = self.pairs(model, found, joined, thresholds).into_iter();
        pairs.filter(|pair| pair.is_one(learnt, thresholds)).map(|pair| (pair.keep, pair.gone)).collect()
    }

    /// The incidents that may be one with `joined` by the votes of its articles and theirs, this article's included.
    pub fn pairs(&mut self, model: &Model, found: &Found, joined: Id<Incident>, thresholds: Thresholds) -> Vec<Pair> {
        let link = model.of(&found.document).link.as_ref();
        let alone = |c: &Candidate| link.map_or(c.probability, |link| link.probability(&c.features[..ALONE]));
        let is_fitting = |c: &&Candidate| alone(c) >= thresholds.vote;
        let others = found.candidates.iter().filter(|c| c.incident != joined).filter(is_fitting).take(VOTES);
        let mut pairs = vec![];
        for other in others.map(|c| c.incident).collect::<Vec<_>>() {
            let (Some(here), Some(there)) = (self.live.get(&joined), self.live.get(&other)) else { continue };
            let votes = here.votes.get(&other).copied().unwrap_or(0) + 1 + there.votes.get(&joined).copied().unwrap_or(0);
            let needed = if here.articles.min(there.articles) <= 2 { 1 } else { 2 };
            if votes >= needed
                && let Some(features) = pair::between(model, here, there, votes)
            {
                let (keep, gone) = if here.articles >= there.articles { (joined, other) } else { (other, joined) };
                pairs.push(Pair { keep, gone, features });
            }
            *self.live.entry(joined).or_default().votes.entry(other).or_default() += 1;
        }
        pairs
    }

    /// Makes two live incidents one.
    pub fn merge(&mut self, keep: Id<Incident>, gone: Id<Incident>) {
        let Some(absorbed) = self.live.remove(&gone) else { return };
        self.gone += 1;
        self.note_age(keep, absorbed.newest);
        let (slot, postings) = (self.slots.of(keep), &mut self.postings);
        absorbed.recent.iter().filter_map(|article| article.direction.as_ref()).for_each(|direction| self.signs.add(direction, slot));
        self.live.entry(keep).or_default().absorb(absorbed, |hash| postings.add(hash, slot));
    }

    /// Takes an incident out: no article joins it any more.
    pub fn forget(&mut self, incident: Id<Incident>) {
        self.gone += usize::from(self.live.remove(&incident).is_some());
        self.slots.forget(incident);
    }

    /// The article of this incident that this one is a copy of, if there is one: by its mark among all, by its words among the last.
    pub fn original(&self, incident: Id<Incident>, document: &Document) -> Option<Id<Article>> {
        let live = self.live.get(&incident)?;
        let marked = live.marks.iter().filter(|(article, _)| Some(*article) != document.article).find(|(_, mark)| mark.is_copy(document.mark));
        let near = || live.recent.iter().filter(|other| other.article != document.article).find(|other| is_copy(document, other));
        marked.map(|(article, _)| *article).or_else(|| near()?.article)
    }

    /// Forgets incidents that are closed by `now`, and now and then what led to them: then it says `true`. It looks at those alone whose time has
    /// come, so that it costs the same however many are live.
    pub fn expire(&mut self, now: Timestamp) -> bool {
        self.frequency.age(now);
        self.now = Some(now);
        while let Some(Reverse((at, incident))) = self.ages.peek().copied().filter(|Reverse((at, _))| now.since(*at) > CLOSED_AFTER) {
            self.ages.pop();
            match self.live.get(&incident).and_then(|live| live.newest) {
                Some(newest) if newest > at => self.ages.push(Reverse((newest, incident))),
                Some(_) => {
                    self.live.remove(&incident);
                    self.gone += 1;
                }
                None => {}
            }
        }
        let is_worth_it = self.gone * SWEEP > self.live.len();
        if is_worth_it {
            self.sweep();
        }
        is_worth_it
    }

    fn sweep(&mut self) {
        let (live, slots) = (&self.live, &mut self.slots);
        self.postings.retain(|slot| live.contains_key(&slots.incidents[slot as usize]));
        self.signs.retain(|slot| live.contains_key(&slots.incidents[slot as usize]));
        slots.release(|incident| live.contains_key(incident));
        self.gone = 0;
    }

    /// Why an article fits a live incident.
    pub fn reasons(&self, incident: Id<Incident>, print: &Fingerprint, document: &Document) -> Option<Reasons> {
        Some(reason::between(print, document, self.live.get(&incident)?))
    }

    /// How many articles a live incident has; 0 for one that is not live.
    pub fn articles(&self, incident: Id<Incident>) -> u32 {
        self.live.get(&incident).map_or(0, |live| live.articles)
    }

    pub fn has(&self, incident: Id<Incident>) -> bool {
        self.live.contains_key(&incident)
    }
    pub fn len(&self) -> usize {
        self.live.len()
    }
    pub fn is_empty(&self) -> bool {
        self.live.is_empty()
    }
}

/// Whether an article of that time may belong to it: neither long after its newest nor long before its oldest.
fn is_open(live: &Live, at: Option<Timestamp>) -> bool {
    let is_late = at.zip(live.newest).is_some_and(|(at, newest)| at.since(newest) > CLOSED_AFTER);
    let is_early = at.zip(live.oldest).is_some_and(|(at, oldest)| oldest.since(at) > CLOSED_AFTER);
    !is_late && !is_early
}

#[cfg(test)]
mod tests {
    use super::super::direction::Direction;
    use super::*;
    use crate::clock::{DAY, HOUR};

    /// A stream of titles an hour apart, one a line; says which of them share an incident.
    fn stream(titles: &[(&str, &str)]) -> Vec<i64> {
        let model = Model::bundled();
        let mut index = Index::default();
        let mut incidents: Vec<i64> = vec![];
        for (hour, (title, language)) in titles.iter().enumerate() {
            let print = Fingerprint::of(title, "", language);
            index.learn(&print);
            let document = Arc::new(index.weigh(&print, Some(Timestamp(0).plus(HOUR * hour as u32)), None));
            let found = index.find(model, document);
            let opened = incidents.iter().max().unwrap_or(&0) + 1;
            let incident = found.joins(THRESHOLDS).map_or(Id::from(opened), |best| best.incident);
            index.join(incident, found.document.clone());
            incidents.push(incident.0);
            for (keep, gone) in index.merges(model, &found, incident, THRESHOLDS) {
                index.merge(keep, gone);
                incidents.iter_mut().filter(|i| **i == gone.0).for_each(|i| *i = keep.0);
            }
        }
        incidents
    }

    fn english(titles: &[&str]) -> Vec<i64> {
        stream(&titles.iter().map(|title| (*title, "en")).collect::<Vec<_>>())
    }

    #[test]
    fn headlines_about_one_fire_are_one_incident() {
        let found = english(&[
            "Fire breaks out at oil refinery in Lagos port",
            "Parliament votes on pension reform in Paris",
            "Lagos refinery fire kills three workers",
            "Three dead after fire at Lagos oil refinery",
        ]);
        assert_eq!(found, [1, 2, 1, 1]);
    }

    #[test]
    fn what_any_disaster_or_trial_is_told_by_joins_nothing() {
        let found = english(&[
            "Hotel fire in Tirana kills two people",
            "Avalanche in Nepal kills five people",
            "Flood in Bihar kills five people",
            "Bus crash in Peru kills twelve people",
            "Landslide in Uganda kills nine people",
            "Police arrest man after shooting in Leeds",
            "Police arrest woman over fraud in Toronto",
            "Man arrested after stabbing in Sydney",
            "Court jails former minister for corruption in Kenya",
            "Court jails banker for fraud in Zurich",
            "Storm leaves thousands without power in Ireland",
            "Storm leaves thousands without power in Texas",
            "President of Ghana meets business leaders",
            "President of Chile meets union leaders",
            "Flood kills five in Nepal village",
            "Flood kills nine in Peru village",
            "Fire kills three at factory in Dhaka",
            "Fire kills four at hospital in Baghdad",
            "Two killed in train crash near Prague",
            "Three killed in train crash near Cairo",
            "Election results delayed in Malawi",
            "Election results expected in Norway",
            "Strike shuts airports across Germany",
            "Strike shuts schools across Argentina",
            "Dam breach in Maiduguri floods thousands of homes",
            "Wildfire near Athens destroys dozens of homes",
            "Wildfire near Los Angeles forces evacuations",
        ]);
        assert_eq!(found, (1..=found.len() as i64).collect::<Vec<_>>());
    }

    #[test]
    fn what_any_disaster_is_told_by_joins_nothing_where_no_spaces_are_either() {
        let of = |titles: &str, language: &'static str| stream(&titles.split(' ').map(|title| (title, language)).collect::<Vec<_>>());
        for (titles, language) in [
            (
                "东京火灾致三人死亡 大阪地震造成五人受伤 尼泊尔洪水致五人死亡 秘鲁公交车事故致十二人死亡 加纳总统会见商界领袖 智利总统会见工会领袖",
                "zh",
            ),
            (
                "東京の火災で三人が死亡 大阪の地震で五人が負傷 ネパールの洪水で五人が死亡 ガーナ大統領が経済界の指導者と会談 チリ大統領が労組指導者と会談",
                "ja",
            ),
            ("รัฐมนตรีคลังลาออกจากตำแหน่ง นักเรียนประท้วงที่หน้ารัฐสภา ราคาน้ำมันปรับขึ้นพรุ่งนี้ น้ำท่วมในเนปาลเสียชีวิตห้าราย รถบัสชนกันในเปรูเสียชีวิตสิบสองราย", "th"),
        ] {
            let found = of(titles, language);
            assert_eq!(found, (1..=found.len() as i64).collect::<Vec<_>>(), "{language}");
        }
        assert_eq!(of("东京炼油厂火灾致三人死亡 智利总统会见工会领袖 东京炼油厂发生火灾，三人遇难", "zh"), [1, 2, 1]);
        assert_eq!(of("東京の製油所で火災、三人が死亡 チリ大統領が労組指導者と会談 東京の製油所火災で死者三人", "ja"), [1, 2, 1]);
        assert_eq!(of("ไฟไหม้โรงกลั่นน้ำมันในลากอส ประธานาธิบดีกานาพบผู้นำธุรกิจ โรงกลั่นน้ำมันลากอสไฟไหม้เสียชีวิตสามราย", "th"), [1, 2, 1]);
    }

    #[test]
    fn what_a_disaster_is_told_by_joins_nothing_in_other_languages() {
        for (titles, language) in [
            ("Powódź w Biharze, nie żyje pięć osób|Osuwisko w Ugandzie, nie żyje pięć osób|Pożar w Tiranie, ranne cztery osoby", "pl"),
            ("Δύο νεκροί σε τροχαίο στη Λαμία|Δύο νεκροί από πλημμύρα στο Περού|Τρεις τραυματίες σε πυρκαγιά στην Πάτρα", "el"),
            ("Cứu 15 thuyền viên gặp nạn ở Trường Sa|Cựu bộ trưởng Công Thương bị khởi tố|Cháy chợ ở Cần Thơ|Chạy bộ ở Cần Thơ", "vi"),
            ("बिहार में बाढ़ से पांच लोगों की मौत|युगांडा में भूस्खलन से पांच लोगों की मौत|पुल का उद्घाटन आज|पाला से फसल को नुकसान", "hi"),
            ("زلزال بقوة ٤٫٨ درجة يضرب الجزائر|زلزال بقوة ٥٫٦ درجة يضرب الجزائر", "ar"),
        ] {
            let found = stream(&titles.split('|').map(|title| (title, language)).collect::<Vec<_>>());
            assert_eq!(found, (1..=found.len() as i64).collect::<Vec<_>>(), "{language}");
        }
    }

    #[test]
    fn floods_in_two_countries_are_two_in_two_languages() {
        let found = stream(&[
            ("Flood in Bihar kills 5 people in village", "en"),
            ("Inundaciones en un pueblo de Perú dejan 5 muertos", "es"),
            ("Überschwemmungen in Kenia: 5 Tote in einem Dorf", "de"),
        ]);
        assert_eq!(found, [1, 2, 3]);
    }

    #[test]
    fn one_common_name_joins_nothing() {
        let found = english(&["Russia expels two diplomats", "Russia wins chess title", "Russia raises interest rate", "Russia opens arctic port"]);
        assert_eq!(found, [1, 2, 3, 4]);
    }

    #[test]
    fn a_name_of_two_words_is_one_thing_to_share() {
        let mut index = Index::default();
        let print = Fingerprint::of("Hurricane warning ends a speech of Donald Trump", "", "en");
        index.learn(&print);
        let document = Arc::new(index.weigh(&print, None, None));
        index.join(Id::from(1), document);
        let anchored = |title: &str| {
            let document = index.weigh(&Fingerprint::of(title, "", "en"), None, None);
            are_anchored(&document, &index.live[&Id::from(1)], Asked::All)
        };
        assert!(!anchored("Donald Trump sues a newspaper"));
        assert!(anchored("Donald Trump gives a speech"));
    }

    #[test]
    fn the_twelfth_package_is_not_the_thirteenth() {
        let found = english(&["EU adopts 12th sanctions package against Russia", "EU adopts 13th sanctions package against Russia"]);
        assert_eq!(found, [1, 2]);
    }

    #[test]
    fn the_thirteenth_package_is_one_across_languages_though_the_twelfth_came_in_either() {
        let titles = [
            ("EU adopts 12th sanctions package against Russia", "en"),
            ("EU adopts 13th sanctions package against Russia", "en"),
            ("ЕС принял 12-й пакет санкций против России", "ru"),
            ("ЕС принял 13-й пакет санкций против России", "ru"),
        ];
        assert_eq!(stream(&titles), [1, 2, 1, 2]);
        let turned = [titles[2], titles[1], titles[3], titles[0]];
        assert_eq!(stream(&turned), [1, 2, 2, 1]);
    }

    #[test]
    fn what_was_published_long_before_an_incident_is_no_part_of_it() {
        let model = Model::bundled();
        let joins = |days: u32| {
            let mut index = Index::default();
            let now = Timestamp(0).plus(DAY * 4_000);
            let print = Fingerprint::of("Bank of Zambia raises key rate to 14 percent", "", "en");
            index.learn(&print);
            let today = Arc::new(index.weigh(&print, Some(now), None));
            index.join(Id::from(1), today);
            let print = Fingerprint::of("Zambia central bank raises key rate to 14 percent", "", "en");
            index.learn(&print);
            let before = Arc::new(index.weigh(&print, Some(now.minus(DAY * days)), None));
            index.find(model, before).joins(THRESHOLDS).is_some()
        };
        assert!(joins(0) && joins(2) && !joins(15) && !joins(400));
    }

    #[test]
    fn which_one_of_a_row_is_told_by_whatever_words() {
        let apart = |one: &str, other: &str| english(&[one, other])[0] != english(&[one, other])[1];
        assert!(apart("EU adopts 12th sanctions package against Russia", "European Commission proposes 13th sanctions package against Russia"));
        assert!(apart("EU agrees twelfth package of Russia sanctions", "EU considers thirteenth package of Russia sanctions"));
        assert!(apart("Magnitude 6.1 earthquake strikes Chile", "Magnitude 5.9 earthquake strikes Japan"));
        assert!(!apart("EU adopts 12th sanctions package against Russia", "EU agrees on 12th package of sanctions against Russia"));
    }

    #[test]
    fn a_record_of_cases_here_is_not_one_there() {
        let found = english(&[
            "China reports a record 5,280 new COVID-19 cases in the past 24 hours",
            "South Korea reports a record 53,926 new COVID-19 cases in the past 24 hours",
            "Japan reports a record 94,000 new COVID-19 cases in the past 24 hours",
            "Tokyo reports a record number of new COVID-19 cases in the past 24 hours",
        ]);
        assert_eq!(found, [1, 2, 3, 3]);
    }

    #[test]
    fn an_event_is_one_incident_across_languages() {
        let found = stream(&[
            ("Simone Biles withdraws from Olympic team final in Tokyo", "en"),
            ("Симона Байлз снялась с командного финала Олимпиады в Токио", "ru"),
            ("Naomi Osaka lights the flame at the Tokyo stadium", "en"),
            ("Simone Biles zieht sich aus dem Teamfinale in Tokio zurück", "de"),
        ]);
        assert_eq!((found[0], found[0]), (found[1], found[3]), "{found:?}");
        assert_ne!(found[0], found[2]);
    }

    /// A title an hour after the beginning that points along a wave of so many bends.
    fn pointing(index: &mut Index, title: &str, bends: usize) -> Arc<Document> {
        let print = Fingerprint::of(title, "", "en");
        index.learn(&print);
        let numbers: Vec<f32> = (0..384).map(|at| (at as f32 * bends as f32 / 100.0).sin()).collect();
        Arc::new(Document { direction: Direction::of(&numbers), ..index.weigh(&print, Some(Timestamp(0).plus(HOUR)), None) })
    }

    #[test]
    fn what_points_the_same_way_is_found_behind_all_that_share_more_words() {
        let mut index = Index::default();
        let fire = pointing(&mut index, "Refinery fire near Lagos kills three", 50);
        index.join(Id::from(1), fire);
        for number in 2..=1 + 2 * CANDIDATES {
            let other = pointing(&mut index, &format!("Lagos plant blaze drill number{number}"), 50 + number);
            index.join(Id::from(number as i64), other);
        }
        let mut finds = |bends: usize| {
            let document = pointing(&mut index, "Blaze at Lagos plant", bends);
            index.find(Model::bundled(), document).candidates.iter().any(|candidate| candidate.incident == Id::from(1))
        };
        assert!(finds(50) && !finds(400), "one name in common is enough where a direction is, and not elsewhere");
        index.merge(Id::from(100), Id::from(1));
        let document = pointing(&mut index, "Blaze at Lagos plant", 50);
        assert!(index.find(Model::bundled(), document).candidates.iter().any(|candidate| candidate.incident == Id::from(100)), "it moved");
    }

    #[test]
    fn an_incident_that_grows_stays_and_the_others_leave() {
        let mut index = Index::default();
        let day = |day: u32| Timestamp(0).plus(DAY * day);
        let put = |index: &mut Index, incident: i64, title: &str, at: Timestamp| {
            let print = Fingerprint::of(title, "", "en");
            index.learn(&print);
            let document = Arc::new(index.weigh(&print, Some(at), None));
            index.join(Id::from(incident), document);
        };
        for incident in 1..=50 {
            put(&mut index, incident, &format!("Report number{incident} of town{incident}"), day(0));
        }
        put(&mut index, 1, "Report number1 goes on", day(10));
        assert!(!index.expire(day(13)), "none is closed");
        assert!(index.expire(day(15)) && index.len() == 1 && index.has(Id::from(1)));
        put(&mut index, 51, "Report number51", day(15));
        index.expire(day(25));
        assert!(index.len() == 1 && index.has(Id::from(51)));
        // one that came to life by a merge is forgotten like any other
        put(&mut index, 52, "Report number52", day(16));
        index.merge(Id::from(53), Id::from(52));
        index.expire(day(29));
        assert!(index.has(Id::from(53)));
        index.expire(day(31));
        assert!(index.is_empty());
        put(&mut index, 51, "Report number51", day(31));
        // a slot that was given back leads to its new incident alone
        let print = Fingerprint::of("Report number51 of town51 goes on", "", "en");
        let document = Arc::new(index.weigh(&print, Some(day(31)), None));
        assert_eq!(index.near(&document), [Id::from(51)]);
    }

    #[test]
    fn a_copy_is_found_however_many_articles_came_between() {
        let mut index = Index::default();
        let put = |index: &mut Index, number: i64, title: &str, body: &str| {
            let print = Fingerprint::of(title, body, "en");
            index.learn(&print);
            let document = Arc::new(index.weigh(&print, Some(Timestamp(0)), Some(Id::from(number))));
            let original = index.original(Id::from(1), &document);
            index.join(Id::from(1), document);
            original
        };
        let wire = "A fire at the Dangote refinery near Lagos killed three workers and injured eleven on Sunday, police and the owner said, \
                    before rain helped two hundred firemen to put it out towards the evening; production stands still until further notice.";
        assert_eq!(put(&mut index, 1, "Fire at Dangote refinery kills three", wire), None);
        for number in 2..20 {
            assert_eq!(put(&mut index, number, &format!("Refinery fire, report {number} from our own desk"), ""), None);
        }
        assert_eq!(put(&mut index, 20, "Fire at Dangote refinery kills three", ""), Some(Id::from(1)), "the same title");
        let cut = wire.replace(" until further notice", "");
        assert_eq!(put(&mut index, 21, "Blaze near Lagos leaves three dead", &cut), Some(Id::from(1)), "the same text under another title");
        assert_eq!(
            put(
                &mut index,
                22,
                "Lagos mourns",
                "Families of the three workers mourn in Lagos, and the minister visits the refinery today, his office said; eleven people are still in hospital."
            ),
            None
        );
    }

    #[test]
    fn a_closed_incident_leaves_the_index() {
        let mut index = Index::default();
        let print = Fingerprint::of("Fire at Lagos refinery", "", "en");
        index.learn(&print);
        let document = Arc::new(index.weigh(&print, Some(Timestamp(0)), None));
        index.join(Id::from(1), document);
        index.expire(Timestamp(0).plus(CLOSED_AFTER * 2));
        assert!(index.is_empty() && index.postings.is_empty());
    }
}
