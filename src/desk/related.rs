//! Other public incidents that share topics with one; computed when it is published, since that is when it changes.

use crate::Result;
use crate::id::Id;
use crate::model::incident::Incident;
use crate::model::page::RelatedIncident;
use crate::model::topic::Topic;
use crate::store::topic::Neighbour;
use crate::store::{self, Tx};
use std::collections::BTreeMap;

/// Incidents looked at for one topic: the commonest topics are in nearly all of them.
const NEIGHBOURS: i64 = 60;
const SHOWN: usize = 5;

struct Shared {
    weight: f64,
    labels: Vec<String>,
    other: Neighbour,
}

/// The incidents that share the most, rare topics weighing more; at least two topics or one that is rare.
pub async fn find(tx: &mut Tx, incident: Id<Incident>, topics: &[Topic]) -> Result<Vec<RelatedIncident>> {
    let mut shared: BTreeMap<Id<Incident>, Shared> = BTreeMap::new();
    for topic in topics {
        let neighbours = store::topic::list_with(&mut *tx, &topic.key, NEIGHBOURS).await?;
        let weight = 1.0 / (1.0 + neighbours.len() as f64).ln();
        for neighbour in neighbours.into_iter().filter(|n| n.incident_id != incident) {
            let new = || Shared { weight: 0.0, labels: vec![], other: neighbour.clone() };
            let entry = shared.entry(neighbour.incident_id).or_insert_with(new);
            entry.weight += weight;
            entry.labels.push(topic.label.clone());
        }
    }
    let mut ranked: Vec<_> = shared.into_iter().filter(|(_, s)| s.labels.len() > 1 || s.weight > 0.5).collect();
    ranked.sort_by(|a, b| b.1.weight.total_cmp(&a.1.weight).then(b.0.cmp(&a.0)));
    let shown = |(_, Shared { other, labels, .. }): (_, Shared)| RelatedIncident {
        slug: other.slug,
        title: other.title,
        severity: other.severity,
        shares: labels,
    };
    Ok(ranked.into_iter().take(SHOWN).map(shown).collect())
}
