//! The entity network: who is named together in how many articles, and what the sentences that name both tell of.

use super::layout;
use crate::model::entity::Mention;
use crate::model::event::Bond;
use crate::model::page::{Bonded, Network, Node, Tie};
use std::f64::consts::TAU;

/// Nodes that a ring holds without its labels touching; more stand where their ties pull them.
const RING: usize = 9;
/// Nodes that are drawn at most; the table has as many.
const NODES: usize = 16;
/// The box that the drawing fills, and the ring's centre and radii in it.
const BOX: (f64, f64) = (620.0, 300.0);
const CENTRE: (f64, f64) = (310.0, 150.0);
const RADII: (f64, f64) = (215.0, 108.0);
/// Room for a label beside the outermost nodes.
const MARGIN: f64 = 40.0;

/// The entities of most articles, the first in the middle, each tie counted in articles.
pub fn of(mentions: &[Mention], bonds: &[Bond]) -> Network {
    let shown = &mentions[..mentions.len().min(NODES)];
    if shown.len() < 2 {
        return Network::default();
    }
    let mut ties = vec![];
    for (from, a) in shown.iter().enumerate() {
        for (to, b) in shown.iter().enumerate().skip(from + 1) {
            let articles = a.articles.iter().filter(|place| b.articles.contains(place)).count() as i64;
            if articles > 0 {
                ties.push(Tie { from, to, articles, bond: bond(bonds, &a.name, &b.name) });
            }
        }
    }
    let halves: Vec<f64> = shown.iter().map(|mention| half(&mention.name)).collect();
    let places = if shown.len() <= RING { ring(shown.len()) } else { apart(pulled(shown.len(), &ties), &halves) };
    let nodes = shown.iter().zip(places).enumerate().map(|(index, (mention, place))| node(mention, index, place)).collect();
    Network { nodes, ties }
}

fn bond(bonds: &[Bond], one: &str, other: &str) -> Option<Bonded> {
    let is_it = |bond: &&Bond| bond.one == one && bond.other == other || bond.one == other && bond.other == one;
    bonds.iter().find(is_it).map(|bond| Bonded { quad: bond.quad, sentences: bond.sentences, of: bond.of })
}

/// The first in the middle, the others clockwise from the top.
fn ring(n: usize) -> Vec<(f64, f64)> {
    let place = |index: usize| match index {
        0 => CENTRE,
        _ => {
            let angle = TAU * ((index - 1) as f64 / (n - 1) as f64 - 0.25);
            (CENTRE.0 + RADII.0 * angle.cos(), CENTRE.1 + RADII.1 * angle.sin())
        }
    };
    (0..n).map(place).collect()
}

fn pulled(n: usize, ties: &[Tie]) -> Vec<(f64, f64)> {
    let weighted: Vec<(usize, usize, f64)> = ties.iter().map(|tie| (tie.from, tie.to, tie.articles as f64)).collect();
    layout::places(n, &weighted, BOX, MARGIN)
}

/// Half the width that a label takes, in the drawing's units: 13 px letters are about 7 wide.
fn half(name: &str) -> f64 {
    (3.6 * name.chars().count() as f64 + 6.0).min(BOX.0 / 2.0 - 10.0)
}

/// A node with its label takes a box of this height.
const TALL: f64 = 40.0;

/// Moves nodes whose labels would lie on each other up and down, as little as it takes, and keeps all labels within the box.
fn apart(mut at: Vec<(f64, f64)>, halves: &[f64]) -> Vec<(f64, f64)> {
    for _ in 0..60 {
        for a in 0..at.len() {
            for b in a + 1..at.len() {
                let over = TALL - (at[a].1 - at[b].1).abs();
                if over > 0.0 && (at[a].0 - at[b].0).abs() < (halves[a] + halves[b]).max(24.0) {
                    let push = if at[a].1 < at[b].1 { -over / 2.0 } else { over / 2.0 };
                    at[a].1 += push;
                    at[b].1 -= push;
                }
            }
        }
        for (place, half) in at.iter_mut().zip(halves) {
            *place = (place.0.clamp(half + 4.0, BOX.0 - half - 4.0), place.1.clamp(28.0, BOX.1 - 32.0));
        }
    }
    at
}

fn node(mention: &Mention, index: usize, (x, y): (f64, f64)) -> Node {
    let above = index > 0 && y < CENTRE.1;
    Node {
        kind: mention.kind,
        name: mention.name.clone(),
        articles: mention.articles.len() as i64,
        x: round(x),
        y: round(y),
        label_y: round(if above { y - 15.0 } else { y + 27.0 }),
    }
}

fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::entity::EntityKind;
    use crate::model::event::Quad;

    fn mention(name: &str, articles: &[i64]) -> Mention {
        Mention { kind: EntityKind::Person, name: name.into(), articles: articles.to_vec() }
    }

    #[test]
    fn ties_count_the_articles_that_name_both() {
        let bonds = [Bond { one: "b".into(), other: "a".into(), quad: Quad::MaterialConflict, sentences: 2, of: 3 }];
        let network = of(&[mention("a", &[1, 2, 3]), mention("b", &[2, 3]), mention("c", &[4])], &bonds);
        assert_eq!(network.ties[0].bond.map(|bond| (bond.quad, bond.sentences)), Some((Quad::MaterialConflict, 2)));
        assert_eq!(network.ties.len(), 1);
        assert_eq!((network.ties[0].from, network.ties[0].to, network.ties[0].articles), (0, 1, 2));
        assert_eq!((network.nodes[0].x, network.nodes[0].y), CENTRE);
    }

    #[test]
    fn every_node_and_label_is_inside_the_box() {
        let many: Vec<_> = (0..30).map(|n| mention(&n.to_string(), &[1])).collect();
        for node in of(&many, &[]).nodes {
            assert!((10.0..=610.0).contains(&node.x) && (10.0..=290.0).contains(&node.label_y), "{node:?}");
        }
    }

    #[test]
    fn long_labels_stay_within_the_box_and_hardly_cover_each_other() {
        let names = ["Armed Forces of Ukraine", "Russian Ground Forces", "Council of Europe", "Anti-war movement", "Alexander Lukashenko"];
        let many: Vec<_> = (0..16).map(|n| mention(&format!("{} {n}", names[n % 5]), &[n as i64 % 4])).collect();
        let nodes = of(&many, &[]).nodes;
        assert!(nodes.iter().all(|node| node.x - half(&node.name) >= 0.0 && node.x + half(&node.name) <= BOX.0), "{nodes:?}");
        let covers = |a: &Node, b: &Node| (a.x - b.x).abs() < half(&a.name) + half(&b.name) && (a.label_y - b.label_y).abs() < 12.0;
        let covered = nodes.iter().enumerate().flat_map(|(i, a)| nodes[i + 1..].iter().map(move |b| covers(a, b))).filter(|covers| *covers).count();
        assert!(covered <= 3, "{covered} labels lie on another");
    }

    #[test]
    fn one_name_alone_is_no_network() {
        assert!(of(&[mention("a", &[1])], &[]).nodes.is_empty());
    }
}
