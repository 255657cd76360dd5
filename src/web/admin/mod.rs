//! The editors' side of the portal. Every handler here takes `Contributor`, `Editor` or `Admin`.

pub mod accounts;
pub mod audit;
pub mod decision;
pub mod incident;
pub mod jobs;
pub mod queue;
pub mod revision;
pub mod settings;
pub mod source;
pub mod source_form;
pub mod sources;
