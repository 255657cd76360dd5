//! Items of feeds: which article an item is, if it was given before, and what of it is new. Ids are what a source says of identity, and some sources
//! give one id to many items, or another one each time; then address, title and date tell.

use super::{Sql, Tx};
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::article::{Article, Item};
use crate::model::incident::Incident;
use crate::model::source::Source;
use crate::text::address::is_same_page;
use crate::text::fold::fold;
use crate::text::words::is_stop_in;
use crate::{Result, params};
use std::collections::BTreeSet;
use std::time::Duration;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// What became of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    New(Id<Article>),
    /// The source gave it before, with the same text.
    Known,
    /// Its source has changed its text.
    Changed {
        article: Id<Article>,
        /// The incident that it is in, if it has one.
        incident: Option<Id<Incident>>,
    },
}

/// Stores an item, or a new version of it.
pub async fn add(tx: &mut Tx, source: Id<Source>, item: &Item, published: Timestamp, now: Timestamp) -> Result<Added> {
    let known = "SELECT id, incident_id, identity, address, title, summary, version FROM article WHERE source_id = $1 AND identity IN ($2, $3)";
    let known: Vec<Known> = tx.all(known, params![source, &item.identity, &item.own_identity]).await?;
    let under = |identity: &str| known.iter().find(|known| known.identity == identity);
    if let Some(itself) = under(&item.own_identity) {
        return revise(tx, source, itself, item, now).await;
    }
    let Some(before) = under(&item.identity) else {
        let itself = match find_where_ids_repeat(tx, source, item, published).await? {
            None => find_under_another_id(tx, source, item).await?,
            itself => itself,
        };
        return match itself {
            Some(itself) => revise(tx, source, &itself, item, now).await,
            None => insert(tx, source, item, item.shares_identity, published, now).await,
        };
    };
    if says_the_same(&before.title, &item.title) {
        return revise(tx, source, before, item, now).await;
    }
    // its id named another item then, or it has another title now
    match find_itself(tx, source, item, None).await? {
        Some(itself) => revise(tx, source, &itself, item, now).await,
        None if is_version(tx, source, before, item).await? => revise(tx, source, before, item, now).await,
        None => insert(tx, source, item, true, published, now).await,
    }
}

/// The article with an item's address and title, and that date if one is asked for, whatever id it was given then.
async fn find_itself(tx: &mut Tx, source: Id<Source>, item: &Item, date: Option<Timestamp>) -> Result<Option<Known>> {
    let itself = "SELECT id, incident_id, identity, address, title, summary, version FROM article
         WHERE source_id = $1 AND address = $2 AND title = $3 AND published_at = COALESCE($4, published_at) ORDER BY id LIMIT 1";
    Ok(tx.optional(itself, params![source, &item.address, &item.title, date]).await?)
}

/// Where ids are places in a list, an item has another one each time: a source whose ids have named several items may have given this one before.
/// Elsewhere two ids are two items, whatever they share.
async fn find_where_ids_repeat(tx: &mut Tx, source: Id<Source>, item: &Item, published: Timestamp) -> Result<Option<Known>> {
    if !is_shared(tx, source, None).await? {
        return Ok(None);
    }
    // a date that could not be right was stored as the day it came
    let date = item.published_at.filter(|at| *at == published);
    find_itself(tx, source, item, date).await
}

/// The article with an item's page and title: some programs give another id at each reading, and a site that turns to https another
/// address to all. Its stated date says that it is the same, or its text where a program has no date, or that of each reading.
async fn find_under_another_id(tx: &mut Tx, source: Id<Source>, item: &Item) -> Result<Option<Known>> {
    if !item.has_link || !is_a_page(&item.address) {
        return Ok(None);
    }
    let alike = "SELECT id, incident_id, identity, address, title, summary, version, published_at FROM
           (SELECT id, incident_id, identity, address, title, summary, version, published_at FROM article
            WHERE source_id = $1 ORDER BY published_at DESC, id DESC LIMIT 200) AS newest
         WHERE title = $2 ORDER BY id LIMIT 20";
    let alike: Vec<Dated> = tx.all(alike, params![source, &item.title]).await?;
    let is_it = |other: &Dated| {
        let is_told_again = says_the_same(&other.known.summary, &item.summary);
        // the date of a reading is later each time; one from before is of another item
        let is_redated = |date: Timestamp| is_told_again && date > other.published_at && date.since(other.published_at) < REDATED;
        is_same_page(&other.known.address, &item.address)
            && item.published_at.map_or(is_told_again, |date| date == other.published_at || is_redated(date))
    };
    if let Some(itself) = alike.into_iter().find(is_it) {
        return Ok(Some(itself.known));
    }
    // an older one whose date is told
    let Some(date) = item.published_at else { return Ok(None) };
    let dated = "SELECT id, incident_id, identity, address, title, summary, version FROM article
         WHERE source_id = $1 AND published_at = $2 AND title = $3 ORDER BY id LIMIT 20";
    let dated: Vec<Known> = tx.all(dated, params![source, date, &item.title]).await?;
    Ok(dated.into_iter().find(|known| is_same_page(&known.address, &item.address)))
}

/// What says the same on one page within this is told once, whatever date each reading gives it.
const REDATED: Duration = Duration::from_secs(2 * 86_400);

#[derive(sqlx::FromRow)]
struct Dated {
    #[sqlx(flatten)]
    known: Known,
    published_at: Timestamp,
}

/// Whether an address is more than that of a whole site.
fn is_a_page(address: &str) -> bool {
    url::Url::parse(address).is_ok_and(|address| address.path() != "/" || address.query().is_some())
}

/// What a stored article says, to be compared with an item that it may be.
#[derive(sqlx::FromRow)]
struct Known {
    id: Id<Article>,
    incident_id: Option<Id<Incident>>,
    identity: String,
    address: String,
    title: String,
    summary: String,
    version: i64,
}

/// `is_shared` when other items go by the same id, or link: then it is known by its own address and title.
async fn insert(tx: &mut Tx, source: Id<Source>, item: &Item, is_shared: bool, published: Timestamp, now: Timestamp) -> Result<Added> {
    let id = Id::<Article>::new(now);
    let (identity, shared) = if is_shared { (&item.own_identity, Some(item.identity.clone())) } else { (&item.identity, None) };
    let added = tx
        .run(
            "INSERT INTO article (id, source_id, identity, shared_identity, address, title, summary, author, language, published_at, stored_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             ON CONFLICT (source_id, identity) DO NOTHING",
            params![id, source, identity, shared, &item.address, &item.title, &item.summary, item.author.clone(), &item.language, published, now],
        )
        .await?;
    // another process was faster, or the item stands twice in one feed
    Ok(if added == 1 { Added::New(id) } else { Added::Known })
}

/// Whether an item is what is stored under its id, with another title, and not another item with the same id: some feeds give one id, or one link, to
/// all, and not always side by side.
async fn is_version(tx: &mut Tx, source: Id<Source>, before: &Known, item: &Item) -> Result<bool> {
    if item.shares_identity || is_shared(tx, source, Some(&item.identity)).await? {
        return Ok(false);
    }
    let have_pages = is_a_page(&before.address) && is_a_page(&item.address);
    // a page that is not the whole site tells of one thing
    if have_pages && before.address == item.address {
        return Ok(true);
    }
    Ok(share_words(before, item, have_pages) && !is_shared(tx, source, None).await?)
}

/// Whether an id of a source has named several items, this one or any.
async fn is_shared(tx: &mut Tx, source: Id<Source>, identity: Option<&str>) -> Result<bool> {
    let (shared,): (bool,) = tx
        .one(
            "SELECT EXISTS (SELECT 1 FROM article WHERE source_id = $1 AND shared_identity IS NOT NULL AND shared_identity = COALESCE($2, shared_identity))",
            params![source, identity.map(str::to_string)],
        )
        .await?;
    Ok(shared)
}

/// Whether two titles have words in common, and two of them when each has a page: an outlet that gives a page a new address with a new title
/// keeps most of that.
fn share_words(before: &Known, item: &Item, have_pages: bool) -> bool {
    let (old, new) = (telling(&before.title, &item.language), telling(&item.title, &item.language));
    let asked = if have_pages { 2.min(old.len()).min(new.len()).max(1) } else { 1 };
    old.intersection(&new).count() >= asked
}

/// The words of a title that say what it is about.
fn telling(title: &str, language: &str) -> BTreeSet<String> {
    let words = title.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 2);
    words.filter(|word| !is_stop_in(language, &word.to_lowercase())).map(fold).collect()
}

/// So many versions of an article are kept, and tell its incident; a feed that changes it at every reading is not news.
const MOST_VERSIONS: i64 = 50;

/// Takes over the text of an item that is known, when it says something else now; what it said is kept. Its page, as it was read, says what
/// the item said before.
async fn revise(tx: &mut Tx, source: Id<Source>, before: &Known, item: &Item, now: Timestamp) -> Result<Added> {
    let Known { id, incident_id, title, summary, version, .. } = before;
    if item.has_link && before.address != item.address && before.identity == item.identity {
        tx.run("UPDATE article SET address = $2 WHERE id = $1", params![*id, &item.address]).await?;
    }
    if says_the_same(title, &item.title) && says_the_same(summary, &item.summary) {
        return Ok(Added::Known);
    }
    super::source::hold(tx, source).await?;
    if *version >= MOST_VERSIONS {
        tx.run("UPDATE article SET title = $2, summary = $3, body = NULL WHERE id = $1", params![*id, &item.title, &item.summary]).await?;
        return Ok(Added::Known);
    }
    tx.run(
        "INSERT INTO article_version (article_id, number, title, summary, replaced_at) VALUES ($1, $2, $3, $4, $5)",
        params![*id, *version, title, summary, now],
    )
    .await?;
    tx.run("UPDATE article SET title = $2, summary = $3, body = NULL, version = version + 1 WHERE id = $1", params![*id, &item.title, &item.summary])
        .await?;
    Ok(Added::Changed { article: *id, incident: *incident_id })
}

/// Whether two texts differ in nothing but letters' case, spaces and punctuation. "1.5" is not "15", nor "$5" "€5", nor "-3" "+3".
fn says_the_same(a: &str, b: &str) -> bool {
    a == b || bare(a) == bare(b)
}

fn bare(text: &str) -> String {
    let chars: Vec<char> = text.nfkc().flat_map(char::to_lowercase).collect();
    let is_digit = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(char::is_ascii_digit);
    let tells = |at: usize| match chars[at] {
        '.' | ',' | ':' | '/' => is_digit(at.checked_sub(1)) && is_digit(Some(at + 1)),
        '-' | '−' | '+' => is_digit(Some(at + 1)),
        '%' | '‰' | '$' | '¢'..='¥' | '\u{20a0}'..='\u{20cf}' => true,
        c => c.is_alphanumeric() || is_combining_mark(c),
    };
    (0..chars.len()).filter(|at| tells(*at)).map(|at| chars[at]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_changed_by_what_it_says_and_not_by_how_it_is_set() {
        for (a, b) in [("Fire in  Lagos", "FIRE in Lagos!"), ("“It’s over”, he said", "\"It's over\" he said"), ("No. 5, at last", "No 5 at last")]
        {
            assert!(says_the_same(a, b), "{a} {b}");
        }
        for (a, b) in [
            ("up 1.5 percent", "up 15 percent"),
            ("$5 billion", "€5 billion"),
            ("-0.3", "+0.3"),
            ("किताब की", "किताब का"),
            ("パリ", "バリ"),
            ("at 8:30", "at 83:0"),
        ] {
            assert!(!says_the_same(a, b), "{a} {b}");
        }
    }
}
