//! Correlation of two series, with its confidence interval.

use super::market::Lagged;

/// Pearson's coefficient of pairs; `None` for fewer than three, or when one of the two never changes.
pub fn pearson(a: &[f64], b: &[f64]) -> Option<f64> {
    let n = a.len().min(b.len());
    if n < 3 {
        return None;
    }
    let mean = |values: &[f64]| values[..n].iter().sum::<f64>() / n as f64;
    let (mean_a, mean_b) = (mean(a), mean(b));
    let (mut both, mut own_a, mut own_b) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b).take(n) {
        both += (x - mean_a) * (y - mean_b);
        own_a += (x - mean_a).powi(2);
        own_b += (y - mean_b).powi(2);
    }
    (own_a > 0.0 && own_b > 0.0).then(|| both / (own_a * own_b).sqrt())
}

/// `a` against `b` some steps later, for each lag from `-most` to `most`: a positive lag means that `a` comes first. The strongest is
/// marked; its interval is widened by the number of lags that were tried (Bonferroni).
pub fn lags(a: &[f64], b: &[f64], most: usize) -> Vec<Lagged> {
    let tried = 2 * most + 1;
    let one = |lag: i64| {
        let shift = lag.unsigned_abs() as usize;
        let n = a.len().min(b.len()).checked_sub(shift)?;
        let (x, y) = if lag >= 0 { (&a[..n], &b[shift..shift + n]) } else { (&a[shift..shift + n], &b[..n]) };
        let r = pearson(x, y)?;
        let (low, high) = widened(r, n, tried)?;
        Some(Lagged { lag, r, low, high, pairs: n })
    };
    (-(most as i64)..=most as i64).filter_map(one).collect()
}

/// The 95 % interval of a coefficient of `n` pairs, by Fisher's z (Fisher 1915); of several tries that of one with the 5 % shared among them. `None` for
/// fewer than four.
fn widened(r: f64, n: usize, tried: usize) -> Option<(f64, f64)> {
    use statrs::distribution::{ContinuousCDF, Normal};
    if n < 4 {
        return None;
    }
    let quantile = Normal::standard().inverse_cdf(1.0 - 0.025 / tried as f64);
    let (z, half) = (r.clamp(-0.999_999, 0.999_999).atanh(), quantile / ((n - 3) as f64).sqrt());
    Some(((z - half).tanh(), (z + half).tanh()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_correlates_wholly_and_a_constant_not_at_all() {
        assert!((pearson(&[1.0, 2.0, 3.0], &[2.0, 4.0, 6.0]).unwrap() - 1.0).abs() < 1e-12);
        assert!((pearson(&[1.0, 2.0, 3.0, 4.0], &[1.0, 3.0, 2.0, 4.0]).unwrap() - 0.8).abs() < 1e-12);
        assert_eq!(pearson(&[1.0, 1.0, 1.0], &[1.0, 2.0, 3.0]), None);
        assert_eq!(pearson(&[1.0, 2.0], &[1.0, 2.0]), None);
    }

    #[test]
    fn the_interval_is_fishers() {
        // r = 0.5, n = 28: z = 0.5493, half = 1.96 / 5 = 0.3920, so tanh(0.1573) and tanh(0.9413)
        let (low, high) = widened(0.5, 28, 1).unwrap();
        assert!((low - 0.156).abs() < 1e-3 && (high - 0.736).abs() < 1e-3, "{low} {high}");
        assert_eq!(widened(0.5, 3, 1), None);
    }

    #[test]
    fn what_comes_first_is_found() {
        let first: Vec<f64> = (0..60).map(|n| f64::from((n * 37) % 17)).collect();
        let later: Vec<f64> = std::iter::repeat_n(0.0, 2).chain(first.iter().copied()).take(60).collect();
        let best = lags(&first, &later, 5).into_iter().max_by(|a, b| a.r.total_cmp(&b.r)).unwrap();
        assert_eq!(best.lag, 2);
        assert!(best.r > 0.99 && best.low > 0.9 && best.pairs == 58, "{best:?}");
    }
}
