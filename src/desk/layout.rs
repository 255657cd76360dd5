//! Places for the nodes of a network: a force layout (Fruchterman and Reingold 1991, "Graph drawing by force-directed placement") that
//! gives the same picture for the same network, since it begins on a ring and not by chance.

use std::f64::consts::TAU;

/// Rounds of moving; later ones move less.
const ROUNDS: usize = 60;
/// Nodes are pushed apart only within so many times the distance that they would have if they were spread evenly.
const REACH: f64 = 3.0;

/// Where each of `n` nodes stands in a box of this width and height, with a margin left free. `ties` are pairs of indexes with a weight;
/// the first node is drawn to the middle. Takes about n² steps a round: 500 nodes in well under 200 ms.
pub fn places(n: usize, ties: &[(usize, usize, f64)], (width, height): (f64, f64), margin: f64) -> Vec<(f64, f64)> {
    let (wide, high) = (width - 2.0 * margin, height - 2.0 * margin);
    // worked out in a square, so that a flat box does not press the picture flat before its end
    let mut at: Vec<(f64, f64)> = (0..n)
        .map(|index| {
            // the golden angle: neighbours in the list are not neighbours on the spiral
            let (angle, far) = (index as f64 * 2.399_963, (index as f64 / n.max(1) as f64).sqrt());
            (0.5 + 0.45 * far * (angle % TAU).cos(), 0.5 + 0.45 * far * (angle % TAU).sin())
        })
        .collect();
    let even = (1.0 / n.max(1) as f64).sqrt();
    let most = ties.iter().map(|tie| tie.2).fold(1.0, f64::max);
    for round in 0..ROUNDS {
        let mut moves = vec![(0.0, 0.0); n];
        for a in 0..n {
            for b in a + 1..n {
                let (dx, dy) = (at[a].0 - at[b].0, at[a].1 - at[b].1);
                let squared = (dx * dx + dy * dy).max(1e-6);
                if squared > (REACH * even).powi(2) {
                    continue;
                }
                let push = even * even / squared;
                moves[a].0 += dx * push;
                moves[a].1 += dy * push;
                moves[b].0 -= dx * push;
                moves[b].1 -= dy * push;
            }
            // nothing drifts away
            moves[a].0 += (0.5 - at[a].0) * if a == 0 { 0.5 } else { 0.05 };
            moves[a].1 += (0.5 - at[a].1) * if a == 0 { 0.5 } else { 0.05 };
        }
        for (a, b, weight) in ties {
            let (dx, dy) = (at[*a].0 - at[*b].0, at[*a].1 - at[*b].1);
            let distance = (dx * dx + dy * dy).sqrt().max(1e-3);
            let pull = distance / even * 0.3 * (0.4 + 0.6 * weight / most);
            moves[*a].0 -= dx * pull;
            moves[*a].1 -= dy * pull;
            moves[*b].0 += dx * pull;
            moves[*b].1 += dy * pull;
        }
        let warmth = 0.12 * (1.0 - round as f64 / ROUNDS as f64);
        for (place, (dx, dy)) in at.iter_mut().zip(moves) {
            let far = (dx * dx + dy * dy).sqrt().max(1e-9);
            let step = far.min(warmth) / far;
            *place = (place.0 + dx * step, place.1 + dy * step);
        }
    }
    spread(&turned(&at)).into_iter().map(|(x, y)| (margin + x * wide, margin + y * high)).collect()
}

/// The same picture with its longest direction (the first principal axis) level, since boxes are wider than high.
fn turned(at: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let n = at.len().max(1) as f64;
    let (x, y) = (at.iter().map(|p| p.0).sum::<f64>() / n, at.iter().map(|p| p.1).sum::<f64>() / n);
    let moment = |of: fn(f64, f64) -> f64| at.iter().map(|p| of(p.0 - x, p.1 - y)).sum::<f64>();
    let angle = 0.5 * (2.0 * moment(|dx, dy| dx * dy)).atan2(moment(|dx, dy| dx * dx - dy * dy));
    let (sin, cos) = angle.sin_cos();
    at.iter().map(|p| ((p.0 - x) * cos + (p.1 - y) * sin, (p.1 - y) * cos - (p.0 - x) * sin)).collect()
}

/// The same picture, from 0 to 1 in both directions.
fn spread(at: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let bounds = |pick: fn(&(f64, f64)) -> f64| {
        let (low, high) = at.iter().map(pick).fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)));
        (low, (high - low).max(1e-9))
    };
    let ((left, wide), (top, high)) = (bounds(|p| p.0), bounds(|p| p.1));
    at.iter().map(|(x, y)| ((x - left) / wide, (y - top) / high)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn far(a: (f64, f64), b: (f64, f64)) -> f64 {
        ((a.0 - b.0).powi(2) + (a.1 - b.1).powi(2)).sqrt()
    }

    #[test]
    fn two_groups_stand_apart_and_all_are_in_the_box() {
        let group = |from: usize| (from..from + 6).flat_map(move |a| (a + 1..from + 6).map(move |b| (a, b, 3.0)));
        let ties: Vec<_> = group(0).chain(group(6)).chain([(0, 6, 1.0)]).collect();
        let at = places(12, &ties, (620.0, 300.0), 30.0);
        assert!(at.iter().all(|(x, y)| (30.0..=590.0).contains(x) && (30.0..=270.0).contains(y)), "{at:?}");
        let mean = |pairs: &dyn Fn(usize, usize) -> bool| {
            let all: Vec<f64> =
                (0..12).flat_map(|a| (a + 1..12).map(move |b| (a, b))).filter(|(a, b)| pairs(*a, *b)).map(|(a, b)| far(at[a], at[b])).collect();
            all.iter().sum::<f64>() / all.len() as f64
        };
        assert!(mean(&|a, b| (a < 6) != (b < 6)) > 1.5 * mean(&|a, b| (a < 6) == (b < 6)));
        assert_eq!(at, places(12, &ties, (620.0, 300.0), 30.0), "the same picture each time");
    }

    #[test]
    fn one_and_none_are_no_trouble() {
        assert!(places(0, &[], (100.0, 100.0), 10.0).is_empty());
        assert_eq!(places(1, &[], (100.0, 100.0), 10.0).len(), 1);
    }
}
