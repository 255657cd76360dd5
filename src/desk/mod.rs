//! The editors' room: candidates are reviewed, and revisions are published.
//!
//! `publish` makes an immutable revision and writes the incident's public page, by an editor's hand or by the automatic policy.
//! `page` turns an edition into the read model, with `related` and `network` (drawn by `layout`) for its premium part. `schedule` is what waits for its
//! time, `regroup` what editors do to the grouping of articles and `undo` the way back, `working` what they are typing, `alike` which titles read alike, `review` the rest
//! of their acts. `briefing` composes the day's digest, and `respell` spells anew what can be found.

pub mod alike;
pub mod briefing;
pub mod layout;
pub mod network;
pub mod page;
pub mod publish;
pub mod regroup;
pub mod related;
pub mod respell;
pub mod review;
pub mod schedule;
pub mod undo;
pub mod working;
