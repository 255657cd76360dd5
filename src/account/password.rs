//! Argon2id on two dedicated threads with reused memory and a bounded queue (A1 of docs/security.md).
//!
//! Why not the blocking pool: each of its threads keeps its freed block, so a flood of sign-ins grew a prototype by 1.2 GB.
//! Here the memory is two blocks for good, and a queue that is full answers at once that it is busy. The queue has lanes, so
//! that one address cannot fill it for everybody, and devices that an account has signed in with before have places of their own.

use crate::{Error, Result};
use anyhow::anyhow;
use argon2::password_hash::phc::{PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use tokio::sync::oneshot;

const THREADS: usize = 2;
/// Waiting jobs of all strangers' lanes; more are turned away.
const QUEUE: usize = 8;
/// Waiting jobs of known devices, beside those.
const QUEUE_KNOWN: usize = 4;
/// Waiting jobs of one lane.
const QUEUE_OF_LANE: usize = 2;
/// Passes over the memory, and lanes inside Argon2 (OWASP's minimum: 19 MiB, 2, 1).
const PASSES: u32 = 2;
const PARALLELISM: u32 = 1;
/// Seconds after which somebody who was turned away is asked to try again.
const RETRY_SECONDS: u64 = 2;

enum Task {
    Hash { password: String, answer: oneshot::Sender<Result<String>> },
    Verify { password: String, hash: String, answer: oneshot::Sender<Result<bool>> },
}

/// Whose turn a password takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    name: String,
    is_known: bool,
}

impl Lane {
    /// Of a network, or a command.
    pub fn of(name: &str) -> Self {
        Self { name: name.into(), is_known: false }
    }
    /// Of a device that the account has signed in with before: strangers cannot take its place.
    pub fn known(device: &str) -> Self {
        Self { name: device.into(), is_known: true }
    }
}

struct Waiting {
    lane: Lane,
    task: Task,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Waiting>,
    closed: bool,
    /// Whose turn was last: known devices go first, but not twice in a row while strangers wait.
    was_known: bool,
}

struct Shared {
    queue: Mutex<Queue>,
    wake: Condvar,
    params: Params,
}

/// The hashing threads. Cloning shares them; they end when the last clone is dropped.
#[derive(Clone)]
pub struct Hasher {
    shared: Arc<Shared>,
    _alive: Arc<Alive>,
    /// A hash of nothing anybody types, so that an unknown account costs the same time.
    pub dummy: Arc<str>,
}

struct Alive(Arc<Shared>);

impl Drop for Alive {
    fn drop(&mut self) {
        lock(&self.0.queue).closed = true;
        self.0.wake.notify_all();
    }
}

impl Hasher {
    /// Starts the threads. `memory_kib` is Argon2's memory cost for one password.
    pub fn start(memory_kib: u32) -> anyhow::Result<Self> {
        let params = Params::new(memory_kib, PASSES, PARALLELISM, None).map_err(|e| anyhow!("password settings: {e}"))?;
        // an output that no password gives, so nothing has to be hashed for it
        let dummy = phc(&params, &[0; 16], &[0; Params::DEFAULT_OUTPUT_LEN])?;
        let shared = Arc::new(Shared { queue: Mutex::default(), wake: Condvar::new(), params });
        for number in 0..THREADS {
            let shared = shared.clone();
            std::thread::Builder::new().name(format!("password-{number}")).spawn(move || work(&shared))?;
        }
        Ok(Self { _alive: Arc::new(Alive(shared.clone())), shared, dummy: dummy.into() })
    }

    /// A PHC string of a password. `Busy` when the queue is full.
    pub async fn hash(&self, lane: &Lane, password: String) -> Result<String> {
        let (answer, told) = oneshot::channel();
        self.add(lane, Task::Hash { password, answer })?;
        told.await.map_err(|_| Error::Broken(anyhow!("a password thread ended")))?
    }

    /// Whether a hash was made with less than today's settings, and its password should be hashed anew at the next sign-in.
    pub fn is_outdated(&self, hash: &str) -> bool {
        PasswordHash::new(hash)
            .ok()
            .and_then(|parsed| Params::try_from(&parsed).ok())
            .is_none_or(|params| params.m_cost() < self.shared.params.m_cost() || params.t_cost() < self.shared.params.t_cost())
    }

    /// Whether a password is the one that was hashed.
    pub async fn verify(&self, lane: &Lane, password: String, hash: String) -> Result<bool> {
        let (answer, told) = oneshot::channel();
        self.add(lane, Task::Verify { password, hash, answer })?;
        told.await.map_err(|_| Error::Broken(anyhow!("a password thread ended")))?
    }

    fn add(&self, lane: &Lane, task: Task) -> Result<()> {
        let mut queue = lock(&self.shared.queue);
        let own = queue.waiting.iter().filter(|w| w.lane == *lane).count();
        let beside = queue.waiting.iter().filter(|w| w.lane.is_known == lane.is_known).count();
        let most = if lane.is_known { QUEUE_KNOWN } else { QUEUE };
        if beside >= most || own >= QUEUE_OF_LANE {
            return Err(Error::Busy(RETRY_SECONDS));
        }
        queue.waiting.push_back(Waiting { lane: lane.clone(), task });
        self.shared.wake.notify_one();
        Ok(())
    }
}

fn lock(queue: &Mutex<Queue>) -> std::sync::MutexGuard<'_, Queue> {
    // a queue is whole at every moment, so a panic of another thread leaves nothing half done in it
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}

fn work(shared: &Shared) {
    // taken at the first password, so that a portal nobody signs in to stays small; kept from then on
    let mut memory = vec![];
    while let Some(task) = next(shared) {
        match task {
            Task::Hash { password, answer } => drop(answer.send(hash(&shared.params, &mut memory, &password).map_err(Error::Broken))),
            Task::Verify { password, hash, answer } => drop(answer.send(verify(&mut memory, &password, &hash).map_err(Error::Broken))),
        }
    }
}

fn next(shared: &Shared) -> Option<Task> {
    let mut queue = lock(&shared.queue);
    loop {
        let turn = !queue.was_known;
        let first = queue.waiting.iter().position(|w| w.lane.is_known == turn).unwrap_or(0);
        if let Some(waiting) = queue.waiting.remove(first) {
            queue.was_known = waiting.lane.is_known;
            return Some(waiting.task);
        }
        if queue.closed {
            return None;
        }
        queue = shared.wake.wait(queue).unwrap_or_else(PoisonError::into_inner);
    }
}

fn hash(params: &Params, memory: &mut Vec<Block>, password: &str) -> anyhow::Result<String> {
    let salt: [u8; 16] = rand::random();
    let mut output = [0u8; Params::DEFAULT_OUTPUT_LEN];
    run(params, memory, password, &salt, &mut output)?;
    phc(params, &salt, &output)
}

fn phc(params: &Params, salt: &[u8], output: &[u8]) -> anyhow::Result<String> {
    let output = argon2::password_hash::phc::Output::new(output).map_err(|e| anyhow!("hash output: {e}"))?;
    let phc = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: params.try_into().map_err(|e| anyhow!("hash parameters: {e}"))?,
        salt: Some(Salt::new(salt).map_err(|e| anyhow!("salt: {e}"))?),
        hash: Some(output),
    };
    Ok(phc.to_string())
}

fn verify(memory: &mut Vec<Block>, password: &str, stored: &str) -> anyhow::Result<bool> {
    let parsed = PasswordHash::new(stored).map_err(|e| anyhow!("a stored password hash cannot be read: {e}"))?;
    let params = Params::try_from(&parsed).map_err(|e| anyhow!("a stored password hash has odd parameters: {e}"))?;
    let (Some(salt), Some(expected)) = (&parsed.salt, &parsed.hash) else {
        return Err(anyhow!("a stored password hash has no salt or no output"));
    };
    let mut output = vec![0u8; expected.len()];
    run(&params, memory, password, salt, &mut output)?;
    // `Output` compares in constant time
    Ok(argon2::password_hash::phc::Output::new(&output).is_ok_and(|output| output == *expected))
}

fn run(params: &Params, memory: &mut Vec<Block>, password: &str, salt: &[u8], output: &mut [u8]) -> anyhow::Result<()> {
    if memory.len() < params.block_count() {
        memory.resize(params.block_count(), Block::default());
    }
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
    argon.hash_password_into_with_memory(password.as_bytes(), salt, output, memory.as_mut_slice()).map_err(|e| anyhow!("hashing: {e}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a1_a_hash_is_argon2id_and_opens_with_its_password_only() {
        let hasher = Hasher::start(19_456).unwrap();
        let hash = hasher.hash(&Lane::of("a"), "four unrelated words".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(hasher.verify(&Lane::of("a"), "four unrelated words".into(), hash.clone()).await.unwrap());
        assert!(!hasher.verify(&Lane::of("a"), "four unrelated word".into(), hash.clone()).await.unwrap());
        assert_ne!(hash, hasher.hash(&Lane::of("a"), "four unrelated words".into()).await.unwrap());
    }

    #[tokio::test]
    async fn a1_a_hash_of_lesser_settings_is_outdated() {
        let (small, large) = (Hasher::start(19_456).unwrap(), Hasher::start(20_480).unwrap());
        let hash = small.hash(&Lane::of("a"), "four unrelated words".into()).await.unwrap();
        assert!(large.is_outdated(&hash) && !small.is_outdated(&hash));
        assert!(large.verify(&Lane::of("a"), "four unrelated words".into(), hash).await.unwrap());
    }

    #[tokio::test]
    async fn a1_a_flood_from_one_address_leaves_room_for_others() {
        let hasher = Hasher::start(19_456).unwrap();
        let flood: Vec<_> = (0..64)
            .map(|n| {
                let hasher = hasher.clone();
                tokio::spawn(async move { hasher.hash(&Lane::of("flood"), format!("password {n}")).await })
            })
            .collect();
        tokio::task::yield_now().await;
        assert!(hasher.hash(&Lane::of("owner"), "my own password".into()).await.is_ok());
        assert!(hasher.hash(&Lane::known("their phone"), "my own password".into()).await.is_ok());
        let mut turned_away = 0;
        for task in flood {
            turned_away += usize::from(matches!(task.await.unwrap(), Err(Error::Busy(_))));
        }
        assert!(turned_away > 32, "{turned_away}");
    }

    #[tokio::test]
    async fn a1_strangers_from_everywhere_do_not_take_the_place_of_a_known_device() {
        let hasher = Hasher::start(19_456).unwrap();
        let flood: Vec<_> = (0..64)
            .map(|n| {
                let hasher = hasher.clone();
                tokio::spawn(async move { hasher.hash(&Lane::of(&format!("stranger {n}")), "a guess of theirs".into()).await })
            })
            .collect();
        tokio::task::yield_now().await;
        assert!(matches!(hasher.hash(&Lane::of("one more"), "a guess of theirs".into()).await, Err(Error::Busy(_))));
        assert!(hasher.hash(&Lane::known("their phone"), "my own password".into()).await.is_ok());
        for task in flood {
            task.await.unwrap().ok();
        }
    }
}
