//! The portal's own key: in a file of the data folder, made at the first start. Cookies are signed with it, and what apps' codes are
//! made of and webhooks sign with is derived with it. All processes of one portal need the same file.

use crate::config::Config;
use anyhow::{Context, Result};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

const BYTES: usize = 64;
/// Who makes one by hand may make it longer; a file that is much longer is something else.
const MOST: usize = 1_024;

/// Cheap to clone.
#[derive(Clone)]
pub struct Key(Arc<[u8]>);

impl Key {
    pub fn read(config: &Config) -> Result<Self> {
        let path = config.data.join("session.key");
        std::fs::create_dir_all(&config.data).with_context(|| format!("making the folder {}", config.data.display()))?;
        if !path.exists() {
            make(&path).with_context(|| format!("writing {}", path.display()))?;
        }
        let bytes = std::fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        let said = "is no key of a portal: put the right one there from your copy, or remove it, and everybody signs in anew";
        anyhow::ensure!((BYTES..=MOST).contains(&bytes.len()), "{} {said}", path.display());
        Ok(Self(bytes.into()))
    }

    /// For the signatures of cookies.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// A secret of 256 bits for a purpose and a salt; nobody without the key can tell it. HMAC-SHA256 (RFC 2104).
    pub fn derive(&self, purpose: &str, salt: &str) -> Vec<u8> {
        self.mac(purpose, salt).finalize().into_bytes().to_vec()
    }

    /// Whether `given` is how such a secret begins. It takes the same time for what is wrong.
    pub fn proves(&self, purpose: &str, salt: &str, given: &[u8]) -> bool {
        self.mac(purpose, salt).verify_truncated_left(given).is_ok()
    }

    fn mac(&self, purpose: &str, salt: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(format!("{purpose}\n{salt}").as_bytes());
        mac
    }
}

/// Written whole under another name first, so that a process which starts at the same time finds all of it or nothing.
fn make(path: &Path) -> std::io::Result<()> {
    let begun = path.with_extension(format!("{:x}", rand::random::<u64>()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&begun)?.write_all(&rand::random::<[u8; BYTES]>())?;
    let linked = std::fs::hard_link(&begun, path);
    std::fs::remove_file(&begun)?;
    match linked {
        // another process was first: its key counts
        Err(cause) if cause.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_derives_by_purpose_and_salt() {
        let data = tempfile::tempdir().unwrap();
        let config = Config { data: data.path().into(), ..Config::default() };
        let (one, again) = (Key::read(&config).unwrap(), Key::read(&config).unwrap());
        assert_eq!(one.derive("app", "x"), again.derive("app", "x"));
        assert_ne!(one.derive("app", "x"), one.derive("app", "y"));
        assert_ne!(one.derive("app", "x"), one.derive("other", "x"));
        for other in ["short", &"SQLite".repeat(1_000)] {
            std::fs::write(data.path().join("session.key"), other).unwrap();
            assert!(Key::read(&config).is_err());
        }
    }
}
