//! Which articles are together while an index decides, by their numbers.

use super::index::{Found, Index, Thresholds};
use super::model::Model;
use crate::id::Id;
use crate::model::incident::Incident;
use std::collections::HashMap;

#[derive(Default)]
pub struct Groups {
    members: HashMap<Id<Incident>, Vec<usize>>,
    merged: HashMap<Id<Incident>, Id<Incident>>,
}

impl Groups {
    /// Puts an article where it was found to belong, or into a group of its own, and makes one of the groups that it shows to be one.
    pub fn put(&mut self, index: &mut Index, model: &Model, found: &Found, number: usize, thresholds: Thresholds) {
        let joined = self.join(index, found, number, thresholds);
        let merges = index.merges(model, found, joined, thresholds);
        self.merge(index, &merges);
    }

    /// Puts an article where it was found to belong, or into a group of its own, and says where that is.
    pub fn join(&mut self, index: &mut Index, found: &Found, number: usize, thresholds: Thresholds) -> Id<Incident> {
        let joined = found.joins(thresholds).map_or(Id::from(number as i64), |best| best.incident);
        index.join(joined, found.document.clone());
        self.members.entry(joined).or_default().push(number);
        joined
    }

    /// Makes groups one: pairs of the one to keep and the one that goes.
    pub fn merge(&mut self, index: &mut Index, pairs: &[(Id<Incident>, Id<Incident>)]) {
        for (keep, gone) in pairs {
            // the merge before this one may have moved either of them
            let (keep, gone) = (self.heir(*keep), self.heir(*gone));
            if keep != gone {
                self.merged.insert(gone, keep);
                index.merge(keep, gone);
                let moved = self.members.remove(&gone).unwrap_or_default();
                self.members.entry(keep).or_default().extend(moved);
            }
        }
    }

    pub fn members(&self, incident: Id<Incident>) -> &[usize] {
        self.members.get(&incident).map_or(&[], Vec::as_slice)
    }

    /// All groups, the largest first.
    pub fn into_lists(self) -> Vec<Vec<usize>> {
        let mut lists: Vec<Vec<usize>> = self.members.into_values().collect();
        lists.iter_mut().for_each(|list| list.sort_unstable());
        lists.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
        lists
    }

    fn heir(&self, incident: Id<Incident>) -> Id<Incident> {
        let mut heir = incident;
        while let Some(next) = self.merged.get(&heir) {
            heir = *next;
        }
        heir
    }
}
