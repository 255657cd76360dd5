//! The bus: tells this process that something public changed, at once. What happened in other processes is found in the outbox.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::Notify;

#[derive(Debug, Clone, Default)]
pub struct Bus {
    generation: Arc<AtomicU64>,
    changed: Arc<Notify>,
}

impl Bus {
    /// Call after a commit that readers can see.
    pub fn raise(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
        self.changed.notify_waiters();
    }
    /// Grows with every change; what was made at the same generation is still true.
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::SeqCst)
    }
    /// Returns after the next change.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }
}
