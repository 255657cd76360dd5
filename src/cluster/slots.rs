//! Small numbers in place of the ids of live incidents, given again when nothing leads to them any more.

use crate::id::Id;
use crate::model::incident::Incident;
use rustc_hash::FxHashMap;

/// A small number in place of an incident's id: postings are half as long with it, and scores are counted in a list.
pub type Slot = u32;

#[derive(Default)]
pub struct Slots {
    /// The incident of each slot; it may be closed or merged by now.
    pub incidents: Vec<Id<Incident>>,
    of: FxHashMap<Id<Incident>, Slot>,
    /// Nothing leads to these.
    free: Vec<Slot>,
    /// Nobody's, while postings may still lead there.
    left: Vec<Slot>,
}

/// What a slot leads to that is nobody's: no incident has this id.
const NOBODY: i64 = 0;

impl Slots {
    pub fn of(&mut self, incident: Id<Incident>) -> Slot {
        *self.of.entry(incident).or_insert_with(|| match self.free.pop() {
            Some(slot) => {
                self.incidents[slot as usize] = incident;
                slot
            }
            None => {
                self.incidents.push(incident);
                (self.incidents.len() - 1) as Slot
            }
        })
    }

    /// Lets what led to an incident lead nowhere: when it is live again, it has another slot.
    pub fn forget(&mut self, incident: Id<Incident>) {
        if let Some(slot) = self.of.remove(&incident) {
            self.incidents[slot as usize] = Id::from(NOBODY);
            self.left.push(slot);
        }
    }

    /// Gives back the slots of incidents that are no more, when no posting leads there any more.
    pub fn release(&mut self, is_live: impl Fn(&Id<Incident>) -> bool) {
        let (of, free) = (&mut self.of, &mut self.free);
        of.retain(|incident, slot| {
            let stays = is_live(incident);
            if !stays {
                free.push(*slot);
            }
            stays
        });
        free.append(&mut self.left);
        // in one order, whatever the order of the map
        free.sort_unstable_by(|a, b| b.cmp(a));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_live_again_has_another_slot_and_the_first_is_given_again_when_nothing_leads_there() {
        let (one, other) = (Id::from(1), Id::from(2));
        let mut slots = Slots::default();
        let first = slots.of(one);
        slots.forget(one);
        assert_ne!(slots.of(one), first);
        assert_ne!(slots.incidents[first as usize], one);
        slots.release(|incident| *incident == one);
        assert_eq!(slots.of(other), first);
    }
}
