//! What the method is measured against: one pass, the nearest sum of TF-IDF vectors, one threshold on the cosine.

use super::document::Kind;
use super::fingerprint::Fingerprint;
use super::frequency::Frequency;
use super::labelled::{Labelled, events};
use super::score::{Agreement, b_cubed};
use super::vector::{Sum, Vector};
use rustc_hash::FxHashMap;

/// The thresholds that are tried, in hundredths.
const TRIED: std::ops::RangeInclusive<u32> = 6..=19;

/// The best that a stream gives with any one threshold, which it says too: tuned on the very articles that it is scored on, those that `counts` picks by
/// their number.
pub fn tuned(stream: &[Labelled], counts: impl Fn(usize) -> bool) -> (f32, Agreement) {
    let (vectors, gold) = (vectors(stream), events(stream));
    let of_these = |all: &[usize]| all.iter().enumerate().filter(|(at, _)| counts(*at)).map(|(_, cluster)| *cluster).collect::<Vec<_>>();
    let gold = of_these(&gold);
    let tried = TRIED.map(|step| step as f32 * 0.04);
    let scored = tried.map(|threshold| (threshold, b_cubed(&gold, &of_these(&run(&vectors, threshold)))));
    scored.max_by(|a, b| a.1.f1.total_cmp(&b.1.f1)).unwrap_or_default()
}

fn vectors(stream: &[Labelled]) -> Vec<Vector> {
    let mut frequency = Frequency::bundled();
    let read = |article: &Labelled| {
        let print = Fingerprint::of(&article.title, &article.body, &article.lang);
        frequency.learn(&print);
        frequency.weigh(&print, None, None).of(Kind::Whole).into()
    };
    stream.iter().map(read).collect()
}

fn run(vectors: &[Vector], threshold: f32) -> Vec<usize> {
    let mut sums: Vec<Sum> = vec![];
    let mut postings: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
    let mut found = vec![];
    for vector in vectors {
        let mut products: FxHashMap<usize, f32> = FxHashMap::default();
        for (hash, weight) in vector {
            for cluster in postings.get(hash).into_iter().flatten() {
                *products.entry(*cluster).or_default() += weight * sums[*cluster].weight(*hash).unwrap_or(0.0);
            }
        }
        let cosines = products.into_iter().map(|(cluster, product)| (cluster, product / sums[cluster].length()));
        let best = cosines.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).filter(|(_, cosine)| *cosine >= threshold);
        let cluster = best.map_or(sums.len(), |(cluster, _)| cluster);
        if cluster == sums.len() {
            sums.push(Sum::default());
        }
        sums[cluster].add(vector, |hash| postings.entry(hash).or_default().push(cluster));
        found.push(cluster);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_words_are_put_together_and_the_threshold_is_the_best() {
        let article = |id: usize, cluster: &str, title: &str| -> Labelled {
            let line = serde_json::json!({ "id": id.to_string(), "cluster": cluster, "lang": "en", "title": title, "body": "" });
            serde_json::from_value(line).unwrap()
        };
        let stream = [
            article(0, "fire", "Fire at oil refinery in Lagos"),
            article(1, "vote", "Parliament votes on pensions"),
            article(2, "fire", "Lagos oil refinery on fire"),
            article(3, "vote", "Pensions pass parliament"),
        ];
        let vectors = vectors(&stream);
        assert_eq!(run(&vectors, 1.01), [0, 1, 2, 3]);
        assert_eq!(run(&vectors, 0.3), [0, 1, 0, 1]);
        assert_eq!(tuned(&stream, |_| true).1.f1, 100.0);
    }
}
