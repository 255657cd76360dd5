//! How well a clustering agrees with labels. Pure.

use serde::Serialize;
use std::collections::HashMap;

#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Agreement {
    pub p: f64,
    pub r: f64,
    pub f1: f64,
}

impl Agreement {
    fn of(p: f64, r: f64) -> Self {
        let f1 = if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 };
        Self { p: p * 100.0, r: r * 100.0, f1: f1 * 100.0 }
    }
}

/// B³ in percent: for each article, how much of its cluster is of its event, and how much of its event is in its cluster; the
/// means over all articles (Bagga and Baldwin 1998). `gold` and `found` name each article's event and cluster, in one order.
pub fn b_cubed(gold: &[usize], found: &[usize]) -> Agreement {
    let (both, gold_sizes, found_sizes) = sizes(gold, found);
    let articles = gold.len().max(1) as f64;
    let sum = |of: fn(&(usize, usize)) -> usize, sizes: &HashMap<usize, f64>| both.iter().map(|(pair, n)| n * n / sizes[&of(pair)]).sum::<f64>();
    Agreement::of(sum(|pair| pair.1, &found_sizes) / articles, sum(|pair| pair.0, &gold_sizes) / articles)
}

/// Over all pairs of articles: how many of those put together belong together, and the other way round, in percent.
pub fn pairs(gold: &[usize], found: &[usize]) -> Agreement {
    let (both, gold_sizes, found_sizes) = sizes(gold, found);
    let count = |n: &f64| n * (n - 1.0) / 2.0;
    let right: f64 = both.values().map(count).sum();
    let put: f64 = found_sizes.values().map(count).sum();
    let belong: f64 = gold_sizes.values().map(count).sum();
    Agreement::of(if put > 0.0 { right / put } else { 1.0 }, if belong > 0.0 { right / belong } else { 1.0 })
}

/// [`pairs`] among articles of different languages only.
pub fn pairs_across(gold: &[usize], found: &[usize], languages: &[String]) -> Agreement {
    let (mut right, mut put, mut belong) = (0.0, 0.0, 0.0);
    for i in 0..gold.len() {
        for j in i + 1..gold.len() {
            if languages[i] != languages[j] {
                let (same_event, same_cluster) = (gold[i] == gold[j], found[i] == found[j]);
                right += f64::from(u8::from(same_event && same_cluster));
                put += f64::from(u8::from(same_cluster));
                belong += f64::from(u8::from(same_event));
            }
        }
    }
    Agreement::of(if put > 0.0 { right / put } else { 1.0 }, if belong > 0.0 { right / belong } else { 1.0 })
}

type Sizes = HashMap<usize, f64>;

fn sizes(gold: &[usize], found: &[usize]) -> (HashMap<(usize, usize), f64>, Sizes, Sizes) {
    let (mut both, mut gold_sizes, mut found_sizes) = (HashMap::new(), Sizes::new(), Sizes::new());
    for (g, f) in gold.iter().zip(found) {
        *both.entry((*g, *f)).or_default() += 1.0;
        *gold_sizes.entry(*g).or_default() += 1.0;
        *found_sizes.entry(*f).or_default() += 1.0;
    }
    (both, gold_sizes, found_sizes)
}

/// How many different values there are.
pub fn distinct(values: &[usize]) -> usize {
    values.iter().collect::<std::collections::HashSet<_>>().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scores_can_be_checked_by_hand() {
        // events aab, clusters 112: pairs put 1 (aa), belong 1, right 1
        assert_eq!(pairs(&[0, 0, 1], &[1, 1, 2]), Agreement { p: 100.0, r: 100.0, f1: 100.0 });
        // all in one cluster: 3 pairs put, 1 right, 1 belongs; B³ precision (2/3 + 2/3 + 1/3) / 3 = 5/9, recall 1
        let one = pairs(&[0, 0, 1], &[1, 1, 1]);
        assert!((one.p - 100.0 / 3.0).abs() < 1e-9 && one.r == 100.0);
        let b = b_cubed(&[0, 0, 1], &[1, 1, 1]);
        assert!((b.p - 500.0 / 9.0).abs() < 1e-9 && b.r == 100.0, "{b:?}");
        // each alone: precision 1, recall (1/2 + 1/2 + 1) / 3
        let alone = b_cubed(&[0, 0, 1], &[1, 2, 3]);
        assert!(alone.p == 100.0 && (alone.r - 200.0 / 3.0).abs() < 1e-9);
    }

    #[test]
    fn only_pairs_across_languages_are_counted() {
        let languages = ["en", "en", "ru"].map(String::from);
        // en-ru pairs: (0,2) belongs and is put, (1,2) is put and does not belong
        let across = pairs_across(&[0, 1, 0], &[5, 5, 5], &languages);
        assert_eq!((across.p, across.r), (50.0, 100.0));
    }
}
