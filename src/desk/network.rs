//! The entity network of one incident: who is named together in how many of its articles.

use crate::model::entity::Mention;
use crate::model::page::{Network, Node, Tie};
use std::f64::consts::TAU;

/// Nodes that a ring of this size holds without its labels touching.
const NODES: usize = 9;
/// The box that the drawing fills, and the ring's centre and radii in it.
const CENTRE: (f64, f64) = (310.0, 150.0);
const RADII: (f64, f64) = (215.0, 108.0);

/// The entities of most articles: the first in the middle, the others on a ring around it, each tie counted in articles.
pub fn of(mentions: &[Mention]) -> Network {
    let shown = &mentions[..mentions.len().min(NODES)];
    if shown.len() < 2 {
        return Network::default();
    }
    let nodes = shown.iter().enumerate().map(|(index, mention)| node(mention, index, shown.len() - 1)).collect();
    let mut ties = vec![];
    for (from, a) in shown.iter().enumerate() {
        for (to, b) in shown.iter().enumerate().skip(from + 1) {
            let articles = a.articles.iter().filter(|place| b.articles.contains(place)).count() as i64;
            if articles > 0 {
                ties.push(Tie { from, to, articles });
            }
        }
    }
    Network { nodes, ties }
}

fn node(mention: &Mention, index: usize, ring: usize) -> Node {
    let (x, y) = match index {
        0 => CENTRE,
        _ => {
            // clockwise from the top
            let angle = TAU * ((index - 1) as f64 / ring as f64 - 0.25);
            (CENTRE.0 + RADII.0 * angle.cos(), CENTRE.1 + RADII.1 * angle.sin())
        }
    };
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

    fn mention(name: &str, articles: &[i64]) -> Mention {
        Mention { kind: EntityKind::Person, name: name.into(), articles: articles.to_vec() }
    }

    #[test]
    fn ties_count_the_articles_that_name_both() {
        let network = of(&[mention("a", &[1, 2, 3]), mention("b", &[2, 3]), mention("c", &[4])]);
        assert_eq!(network.ties.len(), 1);
        assert_eq!((network.ties[0].from, network.ties[0].to, network.ties[0].articles), (0, 1, 2));
        assert_eq!((network.nodes[0].x, network.nodes[0].y), CENTRE);
    }

    #[test]
    fn every_node_and_label_is_inside_the_box() {
        let many: Vec<_> = (0..30).map(|n| mention(&n.to_string(), &[1])).collect();
        for node in of(&many).nodes {
            assert!((10.0..=610.0).contains(&node.x) && (10.0..=290.0).contains(&node.label_y), "{node:?}");
        }
    }

    #[test]
    fn one_name_alone_is_no_network() {
        assert!(of(&[mention("a", &[1])]).nodes.is_empty());
    }
}
