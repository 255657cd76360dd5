//! What comes by mail again and again: the link in each letter that stops it without signing in.

use super::Key;
use crate::id::Id;
use crate::model::account::Account;
use crate::model::watch::Watch;
use crate::store::{self, Db};
use crate::{Error, Result};

/// What the codes of links are made for.
const PURPOSE: &str = "no more letters";
/// Bytes of a code.
const BYTES: usize = 16;

/// Letters that belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Letters {
    /// The daily briefings of an account.
    Briefing(Id<Account>),
    /// What a watch finds.
    Watch(Id<Watch>),
}

impl Letters {
    /// As the link names them.
    fn words(self) -> (&'static str, String) {
        match self {
            Self::Briefing(account) => ("briefing", account.to_string()),
            Self::Watch(watch) => ("watch", watch.to_string()),
        }
    }

    /// What the watch is called whose letters these are; none for other letters, and for a watch that is gone.
    pub async fn watch(self, db: &Db) -> Result<Option<String>> {
        match self {
            Self::Briefing(_) => Ok(None),
            Self::Watch(watch) => store::watch::find_name(db, watch).await,
        }
    }

    pub fn is_watch(self) -> bool {
        matches!(self, Self::Watch(_))
    }

    /// Where they are stopped by whoever holds one of them.
    pub fn link(self, key: &Key, base: &str) -> String {
        let (of, id) = self.words();
        let code: String = key.derive(PURPOSE, &format!("{of} {id}"))[..BYTES].iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{base}/letters/stop?of={of}&id={id}&code={code}")
    }

    /// Those of a link.
    ///
    /// # Errors
    /// `NotFound` when its code is not theirs.
    pub fn read(key: &Key, of: &str, id: &str, code: &str) -> Result<Self> {
        let letters = match of {
            "briefing" => Self::Briefing(id.parse().map_err(|_| Error::NotFound)?),
            "watch" => Self::Watch(id.parse().map_err(|_| Error::NotFound)?),
            _ => return Err(Error::NotFound),
        };
        let (of, id) = letters.words();
        let byte = |at: usize| code.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
        let given: Option<Vec<u8>> = (0..BYTES).map(|n| byte(2 * n)).collect();
        let is_theirs = code.len() == 2 * BYTES && given.is_some_and(|given| key.proves(PURPOSE, &format!("{of} {id}"), &given));
        if is_theirs { Ok(letters) } else { Err(Error::NotFound) }
    }

    /// No more of them.
    pub async fn stop(self, db: &Db) -> Result<()> {
        match self {
            Self::Briefing(account) => store::account::set_briefing(db, account, false).await,
            Self::Watch(watch) => store::watch::stop_mail(db, watch).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn only_their_own_code_stops_letters() {
        let data = tempfile::tempdir().unwrap();
        let key = Key::read(&Config { data: data.path().into(), ..Config::default() }).unwrap();
        let letters = Letters::Briefing(Id::from(17));
        let link = letters.link(&key, "https://news.example");
        let (start, code) = link.split_once("&code=").unwrap();
        assert_eq!(start, format!("https://news.example/letters/stop?of=briefing&id={}", Id::<Account>::from(17)));
        let id = Id::<Account>::from(17).to_string();
        assert_eq!(Letters::read(&key, "briefing", &id, code).unwrap(), letters);
        assert!(Letters::read(&key, "watch", &id, code).is_err());
        assert!(Letters::read(&key, "briefing", &Id::<Account>::from(18).to_string(), code).is_err());
        let other = code.replace(&code[..1], if code.starts_with('0') { "1" } else { "0" });
        for odd in ["", &code[..30], &other, "zz", &"é".repeat(16)] {
            assert!(Letters::read(&key, "briefing", &id, odd).is_err(), "{odd}");
        }
    }
}
