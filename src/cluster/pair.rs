//! Two live incidents that may be one: what is known of them together, and whether they are merged.

use super::features::{self, ALONE, FEATURES, Features, Query};
use super::index::Thresholds;
use super::live::Live;
use super::model::{Model, probability};
use super::trees::Trees;
use crate::clock::{DAY, Timestamp};
use crate::id::Id;
use crate::model::incident::Incident;

/// So many features are known of a pair: those of the two as they are, and means over their articles.
pub const PAIR: usize = OF_TWO + OF_ARTICLES.len();
const OF_TWO: usize = 14;
const MORE_PROBABLE: usize = 0;
const LESS_PROBABLE: usize = 1;
const MEAN: usize = 2;
/// Of the features of an article beside an incident, those of which a pair has the mean over all its last articles: the cosines of texts, titles,
/// bodies, names and grams, of the best whole text, and of concepts; the rarity of shared names; numbers; what the best titles share; that both
/// have numbers.
const OF_ARTICLES: [usize; 13] = [0, 1, 2, 3, 4, 5, 7, 14, 15, 24, 25, 27, 20];

/// Pairs of which either one's last articles are less probable in the other, in the mean, are not one, whatever else is known.
const FAR_APART: f32 = 0.05;

/// Two incidents that articles have voted to be one.
pub struct Pair {
    /// The one that stays, which has more articles.
    pub keep: Id<Incident>,
    pub gone: Id<Incident>,
    pub features: Features,
}

impl Pair {
    pub fn is_one(&self, learnt: Option<&Trees>, thresholds: Thresholds) -> bool {
        let f = &self.features;
        match learnt.zip(thresholds.merge) {
            Some((trees, least)) => probability(trees.logit(&f[..PAIR])) >= least,
            None => f[LESS_PROBABLE] >= thresholds.linkage && f[MEAN] >= thresholds.mean,
        }
    }
}

/// The features of two incidents. `None` where they can't be one: an article of one is another event than the other's by its pattern, or
/// too little fits.
pub fn between(model: &Model, here: &Live, there: &Live, votes: u32) -> Option<Features> {
    let mut f = [0.0; FEATURES];
    let forth = Fit::of(model, here, there, &mut f).filter(|forth| forth.mean >= FAR_APART)?;
    let back = Fit::of(model, there, here, &mut f).filter(|back| back.mean >= FAR_APART)?;
    let articles = (here.recent.len() + there.recent.len()) as f32;
    f[OF_TWO..PAIR].iter_mut().for_each(|sum| *sum /= articles);
    f[MORE_PROBABLE] = forth.mean.max(back.mean);
    f[LESS_PROBABLE] = forth.mean.min(back.mean);
    f[MEAN] = (forth.mean + back.mean) / 2.0;
    f[3] = votes as f32 / 4.0;
    f[4] = (forth.most + back.most) / 2.0;
    f[5] = (forth.least + back.least) / 2.0;
    f[6] = forth.most.min(back.most);
    f[7] = forth.least.min(back.least);
    f[8] = (here.articles.min(there.articles) as f32).ln();
    f[9] = (here.articles.max(there.articles) as f32).ln();
    f[10] = if here.shares_language(there) { 1.0 } else { 0.0 };
    if let (Some(here), Some(there)) = (span(here), span(there)) {
        let days = |from: Timestamp, to: Timestamp| to.since(from).max(from.since(to)).as_secs_f32() / DAY.as_secs_f32();
        let gap = if here.0 > there.1 {
            days(there.1, here.0)
        } else if there.0 > here.1 {
            days(here.1, there.0)
        } else {
            0.0
        };
        f[11] = (-gap).exp();
        f[12] = (-days(here.0, there.0) / 3.0).exp();
        f[13] = 1.0;
    }
    Some(f)
}

/// When the articles of an incident are from.
fn span(live: &Live) -> Option<(Timestamp, Timestamp)> {
    live.oldest.zip(live.newest)
}

/// How probable one incident's last articles are in another one.
struct Fit {
    mean: f32,
    most: f32,
    least: f32,
}

impl Fit {
    /// Adds up the articles' own features on the way.
    fn of(model: &Model, from: &Live, to: &Live, sums: &mut Features) -> Option<Self> {
        let mut fit = Self { mean: 0.0, most: 0.0, least: 1.0 };
        for document in &from.recent {
            let features = features::of(&Query::of(document), to)?;
            let probability = model.of(document).alone().probability(&features[..ALONE]);
            fit.mean += probability / from.recent.len() as f32;
            fit.most = fit.most.max(probability);
            fit.least = fit.least.min(probability);
            sums[OF_TWO..PAIR].iter_mut().zip(OF_ARTICLES).for_each(|(sum, of)| *sum += features[of]);
        }
        Some(fit)
    }
}

#[cfg(test)]
mod tests {
    use super::super::fingerprint::Fingerprint;
    use super::super::frequency::Frequency;
    use super::super::index::THRESHOLDS;
    use super::*;
    use crate::clock::HOUR;
    use std::sync::Arc;

    /// An incident of these titles, an hour apart.
    fn incident(from: u32, titles: &[&str]) -> Live {
        let mut live = Live::default();
        for (hour, title) in (from..).zip(titles) {
            let document = Frequency::bundled().weigh(&Fingerprint::of(title, "", "en"), Some(Timestamp(0).plus(HOUR * hour)), None);
            live.add(Arc::new(document), |_| ());
        }
        live
    }

    fn pair(here: &Live, there: &Live) -> Option<Features> {
        between(Model::bundled(), here, there, 1)
    }

    const FIRE: [&str; 3] =
        ["Fire at Lagos oil refinery kills three", "Three workers dead in Lagos refinery fire", "Lagos oil refinery burns, three dead"];

    #[test]
    fn two_incidents_are_the_same_pair_from_either_side() {
        let (early, late) = (incident(0, &FIRE[..1]), incident(30, &FIRE[1..]));
        let (there, back) = (pair(&early, &late).unwrap(), pair(&late, &early).unwrap());
        assert!(there.iter().zip(back).all(|(a, b)| (a - b).abs() < 1e-5), "{there:?} {back:?}");
        assert!((there[11] - (-30.0f32 / 24.0).exp()).abs() < 1e-5, "30 hours lie between");
    }

    const SET: Thresholds = Thresholds { merge: None, ..THRESHOLDS };

    fn is_one(features: Features, thresholds: Thresholds) -> bool {
        Pair { keep: Id::from(1), gone: Id::from(2), features }.is_one(Model::bundled().words.merge.as_ref(), thresholds)
    }

    #[test]
    fn what_is_another_event_by_its_pattern_is_no_pair() {
        let packages = ["EU adopts 12th sanctions package against Russia", "EU adopts 13th sanctions package against Russia"];
        assert!(pair(&incident(0, &packages[..1]), &incident(1, &packages[1..])).is_none());
    }

    #[test]
    fn two_incidents_about_one_fire_are_one_and_a_vote_is_another() {
        let fire = incident(0, &FIRE[..2]);
        let same = pair(&fire, &incident(2, &FIRE[2..])).unwrap();
        assert!(is_one(same, THRESHOLDS) && is_one(same, SET));
        assert!(!is_one(same, Thresholds { merge: Some(1.0), ..THRESHOLDS }));
        let other = pair(&fire, &incident(2, &["Parliament votes on pension reform in Paris"]));
        assert!(other.is_none_or(|other| !is_one(other, THRESHOLDS) && !is_one(other, SET)));
    }
}
