//! Sources are added here, at the desk and from the command line by one rule: who owns one that nobody says the owner of, and that the log knows who added it.

use super::opml::{List, Outline};
use crate::Result;
use crate::clock::Timestamp;
use crate::config::hidden;
use crate::id::Id;
use crate::model::account::Account;
use crate::model::source::{NewSource, Source};
use crate::store::{self, Sql, Tx};
use url::Url;

/// Adds a source that is due at once. `Taken` when its address or its name is known.
pub async fn add(tx: &mut Tx, by: Id<Account>, source: &NewSource, now: Timestamp) -> Result<Id<Source>> {
    let owner = Owners::known(&mut *tx).await?.of(source);
    let id = store::source::add(&mut *tx, &NewSource { owner, ..source.clone() }, now).await?;
    // the log is for good, and an address may have a key in it
    store::audit::add(tx, by, "add", "source", id.0, &hidden(&source.address), now).await?;
    Ok(id)
}

/// Adds the feeds of a list that are not here yet. Says how many were added, and how many left out.
pub async fn add_list(tx: &mut Tx, by: Id<Account>, list: &List, now: Timestamp) -> Result<(usize, usize)> {
    let owners = Owners::known(&mut *tx).await?;
    let sources: Vec<NewSource> = list.feeds.iter().map(Outline::as_source).collect();
    let sources: Vec<NewSource> = sources.into_iter().map(|source| NewSource { owner: owners.of(&source), ..source }).collect();
    let outcome = store::source::add_list(&mut *tx, &sources, now).await?;
    if outcome.0 > 0 {
        store::audit::add(tx, by, "import", "source", 0, &format!("{} feeds", outcome.0), now).await?;
    }
    Ok(outcome)
}

/// Who owns what is read at a host already.
pub struct Owners(Vec<(String, String)>);

impl Owners {
    pub async fn known(db: impl Sql) -> Result<Self> {
        let sources = store::source::list(db).await?.into_iter();
        Ok(Self(sources.filter_map(|row| Some((site(&row.address)?, row.owner))).collect()))
    }

    /// The owner that a source names, else that of its host's other sources, else the host: two sections of one outlet are one voice.
    pub fn of(&self, source: &NewSource) -> String {
        if !source.owner.is_empty() {
            return source.owner.clone();
        }
        let Some(site) = site(&source.address) else { return source.name.clone() };
        let known = self.0.iter().find(|(other, _)| *other == site).map(|(_, owner)| owner.clone());
        known.unwrap_or(site)
    }
}

/// Hosts of many outlets that have nothing to do with each other.
const SHARED: [&str; 14] = [
    "feedburner.com",
    "feeds.feedburner.com",
    "feeds2.feedburner.com",
    "medium.com",
    "youtube.com",
    "reddit.com",
    "old.reddit.com",
    "rsshub.app",
    "rss.app",
    "news.google.com",
    "feed43.com",
    "fetchrss.com",
    "github.com",
    "nitter.net",
];

/// The host of a feed without what stands before an outlet's name; `None` for one that many outlets share, and for a number, which may be
/// anybody's.
fn site(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let Some(url::Host::Domain(host)) = url.host() else { return None };
    let starts = ["www.", "feeds.", "feed.", "rss.", "newsrss.", "m.", "amp."];
    let bare = starts.into_iter().find_map(|start| host.strip_prefix(start)).filter(|bare| bare.contains('.')).unwrap_or(host);
    (!SHARED.contains(&host) && !SHARED.contains(&bare)).then(|| bare.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::source::Typed;

    #[test]
    fn sections_of_one_outlet_have_one_owner() {
        let source = |address: &str, owner: &str| {
            Typed { name: "News".into(), address: address.into(), owner: owner.into(), ..Typed::default() }.new_source().unwrap()
        };
        let owners = Owners(vec![("gazette.example".into(), "Gazette Group".into())]);
        for (address, owner, expected) in [
            ("https://www.gazette.example/sport.xml", "", "Gazette Group"),
            ("https://rss.gazette.example/world.xml", "", "Gazette Group"),
            ("https://www.gazette.example/world.xml", "Somebody", "Somebody"),
            ("https://feeds.wire.example/a.xml", "", "wire.example"),
            ("https://medium.com/feed/@ada", "", "News"),
            ("http://192.0.2.7/feed.xml", "", "News"),
        ] {
            assert_eq!(owners.of(&source(address, owner)), expected, "{address}");
        }
    }
}
