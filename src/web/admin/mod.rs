//! The editors' side of the portal. Every handler here takes `Editor`, or `Admin`.

pub mod accounts;
pub mod audit;
pub mod incident;
pub mod jobs;
pub mod queue;
pub mod source;
pub mod source_form;
pub mod sources;
