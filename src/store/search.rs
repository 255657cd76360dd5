//! Search: the one file that speaks two dialects (FTS5 and tsvector). The terms are made by the program, so both engines find the same.
//!
//! Like `list.rs` it joins pieces of SQL; the pieces are ours, and what a reader typed is only ever `$n`.

use super::db::Value;
use super::{Db, Sql, Tx};
use crate::clock::Timestamp;
use crate::id::Id;
use crate::model::article::Article;
use crate::model::category::Category;
use crate::model::incident::Incident;
use crate::model::place::Region;
use crate::model::query::Query;
use crate::model::severity::Severity;
use crate::model::source::{Licence, Reliability};
use crate::text::terms::{ANY, joined};
use crate::{Result, params};
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

/// Characters of one text that are searched.
const LONGEST: usize = 20_000;
/// Relevance is worked out for so many of the newest matches: its cost grows with every one of them.
const RANKED: i64 = 5_000;
/// Bits of an id below its time.
const BELOW: u32 = 21;

/// What is found: incidents, articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Incident,
    Article,
}

impl Kind {
    pub const ALL: [Self; 2] = [Self::Incident, Self::Article];
    pub fn word(self) -> &'static str {
        ["incident", "article"][self as usize]
    }
    pub fn label(self) -> &'static str {
        ["Incidents", "Articles"][self as usize]
    }
}

/// A question and the choices beside it. Empty lists mean all.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    pub query: Query,
    pub kinds: Vec<Kind>,
    pub regions: Vec<Region>,
    pub categories: Vec<Category>,
    pub languages: Vec<String>,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
    /// Of these alone.
    pub incidents: Vec<Id<Incident>>,
}

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Hit {
    /// Where the list goes on.
    pub id: i64,
    pub kind: String,
    pub at: Timestamp,
    pub title: String,
    pub text: String,
    pub language: String,
    pub slug: String,
    pub incident: String,
    /// Of the incident's title, when that is not English.
    pub title_language: Option<String>,
    pub severity: Severity,
    pub articles: i64,
    pub sources: i64,
    pub place: i64,
    pub source: Option<String>,
    pub reliability: Option<Reliability>,
    pub licence: Option<Licence>,
}

/// What the choices beside a question are counted by.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Traits {
    pub kind: String,
    pub language: String,
    pub region: Option<String>,
    pub category: Category,
}

struct Pieces {
    from: &'static str,
    sql: String,
    args: Vec<Value>,
    rank: &'static str,
    /// The id by the engine's own index: SQLite reads that from the newest down, and stops when it has enough.
    id: &'static str,
}

impl Pieces {
    fn new(db: &Db, ask: &Ask) -> Self {
        let (all, none) = (&ask.query.all, &ask.query.none);
        let any = vec![vec![ANY.to_string()]];
        let all = if all.is_empty() && !none.is_empty() { &any } else { all };
        let mut pieces =
            Self { from: "searchable s", sql: " WHERE incident.stage IN ('published', 'corrected')".into(), args: vec![], rank: "0", id: "s.id" };
        if !all.is_empty() {
            match db {
                Db::Sqlite { .. } => {
                    let mark = pieces.bind(fts5(all, none).into());
                    pieces.from = "found CROSS JOIN searchable s ON s.id = found.rowid";
                    pieces.id = "found.rowid";
                    pieces.sql += &format!(" AND found MATCH {mark}");
                    // a word in a title weighs as much as four in a text
                    pieces.rank = "bm25(found, 4.0, 1.0)";
                }
                Db::Postgres(_) => {
                    let mark = pieces.bind(tsquery(all, none).into());
                    pieces.sql += &format!(" AND s.terms @@ to_tsquery('simple', {mark})");
                    pieces.rank = "-ts_rank(s.terms, to_tsquery('simple', $1))";
                }
            }
        }
        pieces.narrow(ask);
        pieces
    }

    fn narrow(&mut self, ask: &Ask) {
        let query = &ask.query;
        self.one_of("s.kind", ask.kinds.iter().map(|kind| kind.word().into()));
        self.one_of("s.language", ask.languages.iter().map(Value::from));
        self.one_of("s.language", query.languages.iter().map(Value::from));
        if let Some(list) = self.list(ask.incidents.iter().map(|incident| Value::from(*incident))) {
            self.sql += &match self.from.starts_with("found") {
                // SQLite would look through all that a word is in, once for each incident
                true => format!(" AND found.rowid IN (SELECT other.id FROM searchable other WHERE other.incident_id IN ({list}))"),
                false => format!(" AND s.incident_id IN ({list})"),
            };
        }
        self.one_of("incident.number", query.incident.iter().map(|number| Value::from(*number)));
        self.one_of("incident.region", ask.regions.iter().map(|region| region.word().into()));
        self.one_of("incident.region", query.regions.iter().map(|region| region.word().into()));
        self.one_of("incident.category", ask.categories.iter().map(|category| Value::from(*category)));
        self.one_of("incident.category", query.categories.iter().map(|category| Value::from(*category)));
        self.one_of("incident.country", query.country.iter().map(Value::from));
        self.one_of("source.slug", query.source.iter().map(Value::from));
        if let Some((least, most)) = query.severity {
            let [least, most] = [least, most].map(|severity| self.bind(severity.into()));
            self.sql += &format!(" AND incident.severity BETWEEN {least} AND {most}");
        }
        if let Some(entity) = &query.entity {
            let mark = self.bind(entity.into());
            self.sql += &format!(" AND EXISTS (SELECT 1 FROM mention WHERE mention.incident_id = s.incident_id AND mention.slug = {mark})");
        }
        for since in [query.after, ask.from].into_iter().flatten() {
            let mark = self.bind(since.into());
            self.sql += &format!(" AND s.at >= {mark}");
        }
        for until in [query.before, ask.to].into_iter().flatten() {
            let mark = self.bind(until.into());
            self.sql += &format!(" AND s.at < {mark}");
        }
    }

    fn bind(&mut self, value: Value) -> String {
        self.args.push(value);
        format!("${}", self.args.len())
    }
    fn one_of(&mut self, column: &'static str, values: impl Iterator<Item = Value>) {
        if let Some(list) = self.list(values) {
            self.sql += &format!(" AND {column} IN ({list})");
        }
    }
    /// The marks of values; `None` for no value.
    fn list(&mut self, values: impl Iterator<Item = Value>) -> Option<String> {
        let marks: Vec<String> = values.map(|v| self.bind(v)).collect();
        (!marks.is_empty()).then(|| marks.join(", "))
    }
    /// Where to look, with no more joins than the question needs: relevance reads thousands of rows.
    fn source(&self) -> String {
        let source = if self.sql.contains("source.slug") { " LEFT JOIN source ON source.id = s.source_id" } else { "" };
        format!("{} JOIN incident ON incident.id = s.incident_id{source}", self.from)
    }
}

const HIT: &str = "s.id, s.kind, s.at, s.title, s.text, s.language, incident.slug, incident.title AS incident, incident.title_language, incident.severity, incident.articles,
    incident.sources, COALESCE(article.place, 0) AS place, source.name AS source, source.reliability, source.licence";

/// What a hit is shown with.
const SHOWN: &str = "JOIN incident ON incident.id = s.incident_id LEFT JOIN source ON source.id = s.source_id
    LEFT JOIN article ON article.id = s.noun_id AND s.kind = 'article'";

/// Safe because [`Pieces`] joins our own words only.
fn safe(sql: String) -> SqlStr {
    AssertSqlSafe(sql).into_sql_str()
}

/// `("wa wb" AND "wc") NOT "wd"`; terms are letters and digits.
fn fts5(all: &[Vec<String>], none: &[Vec<String>]) -> String {
    let quoted = |phrase: &Vec<String>| format!("\"{}\"", phrase.join(" "));
    let mut text = format!("({})", all.iter().map(quoted).collect::<Vec<_>>().join(" AND "));
    for phrase in none {
        text += &format!(" NOT {}", quoted(phrase));
    }
    text
}

/// `(wa <-> wb) & (wc) & !(wd)`
fn tsquery(all: &[Vec<String>], none: &[Vec<String>]) -> String {
    let joined = |phrase: &Vec<String>| format!("({})", phrase.join(" <-> "));
    let all = all.iter().map(joined);
    all.chain(none.iter().map(|phrase| format!("!{}", joined(phrase)))).collect::<Vec<_>>().join(" & ")
}

/// Where a list of what is older than `at` begins.
pub fn key_before(at: Timestamp) -> i64 {
    at.0.max(0) << BELOW
}

/// What matches, the newest first, after `after`; at most `limit`.
pub async fn newest(db: &Db, ask: &Ask, after: Option<i64>, limit: i64) -> Result<Vec<Hit>> {
    let mut pieces = Pieces::new(db, ask);
    if let Some(after) = after {
        let mark = pieces.bind(after.into());
        pieces.sql += &format!(" AND {} < {mark}", pieces.id);
    }
    let limit = pieces.bind(limit.into());
    let sql = format!("SELECT {HIT} FROM {} {SHOWN}{} ORDER BY {} DESC LIMIT {limit}", pieces.from, pieces.sql, pieces.id);
    Ok(db.all_joined(safe(sql), pieces.args).await?)
}

/// The incidents that match, or an article of which does, and how severe they are, in the order in which they began; at most `limit`.
pub async fn incidents(db: &Db, ask: &Ask, limit: i64) -> Result<Vec<(Id<Incident>, Severity)>> {
    let mut pieces = Pieces::new(db, ask);
    let limit = pieces.bind(limit.into());
    let sql = format!("SELECT DISTINCT s.incident_id, incident.severity FROM {}{} ORDER BY s.incident_id LIMIT {limit}", pieces.source(), pieces.sql);
    Ok(db.all_joined(safe(sql), pieces.args).await?)
}

/// The best of the newest matches, after the first `skip`; at most `limit`.
pub async fn best(db: &Db, ask: &Ask, skip: i64, limit: i64) -> Result<Vec<Hit>> {
    let mut pieces = Pieces::new(db, ask);
    let (limit, skip) = (pieces.bind(limit.into()), pieces.bind(skip.into()));
    let source = pieces.source();
    let sql = format!(
        "SELECT {HIT} FROM (SELECT id, score FROM (SELECT s.id AS id, {rank} AS score FROM {source}{filter} ORDER BY {id} DESC LIMIT {RANKED}) ranked
            ORDER BY score, id DESC LIMIT {limit} OFFSET {skip}) page
         JOIN searchable s ON s.id = page.id {SHOWN} ORDER BY page.score, s.id DESC",
        rank = pieces.rank,
        id = pieces.id,
        filter = pieces.sql,
    );
    Ok(db.all_joined(safe(sql), pieces.args).await?)
}

/// The traits of the newest matches, for counts; at most `limit`.
pub async fn sample(db: &Db, ask: &Ask, limit: i64) -> Result<Vec<Traits>> {
    let mut pieces = Pieces::new(db, ask);
    let limit = pieces.bind(limit.into());
    let traits = "s.kind, s.language, incident.region, incident.category";
    let sql = format!("SELECT {traits} FROM {}{} ORDER BY {} DESC LIMIT {limit}", pieces.source(), pieces.sql, pieces.id);
    Ok(db.all_joined(safe(sql), pieces.args).await?)
}

/// One text to be found.
struct Entry<'a> {
    noun: i64,
    kind: Kind,
    source: Option<i64>,
    version: i64,
    language: &'a str,
    at: Timestamp,
    title: &'a str,
    text: &'a str,
}

/// Writes an incident anew as readers will find it, and those of its articles that are new, changed or came from elsewhere.
pub async fn write(tx: &mut Tx, incident: Id<Incident>, title: &str, text: &str, revision: i64, at: Timestamp, articles: &[Article]) -> Result<()> {
    let whole = Entry { noun: incident.0, kind: Kind::Incident, source: None, version: revision, language: "en", at, title, text };
    replace(tx, incident, &whole).await?;
    // what editors moved elsewhere is found there, or nowhere until that is public
    tx.run(
        "DELETE FROM searchable WHERE incident_id = $1 AND kind = 'article'
            AND NOT EXISTS (SELECT 1 FROM article WHERE article.id = searchable.noun_id AND article.incident_id = $1)",
        params![incident],
    )
    .await?;
    // more or less of its page counts as another version too; no licence lets us keep so many characters
    let rows: Vec<(i64, i64)> = tx
        .all(
            "SELECT article.id, CAST(16384 * article.version + COALESCE(LENGTH(article.body), 0) AS BIGINT) FROM article
             LEFT JOIN searchable ON searchable.noun_id = article.id AND searchable.kind = 'article'
             WHERE article.incident_id = $1 AND (searchable.id IS NULL OR searchable.incident_id <> $1
                OR searchable.version <> 16384 * article.version + COALESCE(LENGTH(article.body), 0))
             ORDER BY article.id DESC LIMIT 500",
            params![incident],
        )
        .await?;
    for (id, version) in rows {
        let Some(article) = articles.iter().find(|article| article.id.0 == id) else { continue };
        let entry = Entry {
            noun: id,
            kind: Kind::Article,
            source: Some(article.source.0),
            version,
            language: &article.language,
            at: article.published_at,
            title: &article.title,
            text: &article.summary,
        };
        replace(tx, incident, &entry).await?;
    }
    Ok(())
}

async fn replace(tx: &mut Tx, incident: Id<Incident>, entry: &Entry<'_>) -> Result<()> {
    tx.run("DELETE FROM searchable WHERE noun_id = $1 AND kind = $2", params![entry.noun, entry.kind.word()]).await?;
    let text: String = entry.text.chars().take(LONGEST).collect();
    // the noun's own low bits first, so that two writers of one moment do not take the same id
    let moment = entry.at.0.max(0) << BELOW;
    let first = moment + (entry.noun & ((1 << (BELOW - 1)) - 1));
    tx.run(
        "INSERT INTO searchable (id, noun_id, kind, incident_id, source_id, version, language, at, title, text, title_terms, text_terms)
         VALUES ((SELECT COALESCE(MAX(other.id) + 1, $1) FROM searchable other WHERE other.id >= $1 AND other.id < $2),
                 $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        params![
            first,
            moment + (1 << BELOW),
            entry.noun,
            entry.kind.word(),
            incident,
            entry.source,
            entry.version,
            entry.language,
            entry.at,
            entry.title,
            &text,
            spelt(entry.title),
            spelt(&text)
        ],
    )
    .await?;
    Ok(())
}

/// The terms of a text, with a last one that no reader can type: no phrase goes from the title into the text.
fn spelt(text: &str) -> String {
    format!("{} {ANY}", joined(text))
}

/// Today's spelling of terms, by which its progress is known: another number when [`joined`] makes other terms of a text than before.
pub const SPELLING: &str = "search 3";

/// Writes the terms of up to `limit` texts after the one with the id `after` anew. Says how many there were, and the last one.
pub async fn respell(tx: &mut Tx, after: i64, limit: i64) -> Result<(i64, Option<i64>)> {
    let rows: Vec<(i64, String, String)> =
        tx.all("SELECT id, title, text FROM searchable WHERE id > $1 ORDER BY id LIMIT $2", params![after, limit]).await?;
    for (id, title, text) in &rows {
        let terms = params![*id, spelt(title), spelt(text)];
        tx.run("UPDATE searchable SET title_terms = $2, text_terms = $3 WHERE id = $1 AND (title_terms <> $2 OR text_terms <> $3)", terms).await?;
    }
    Ok((rows.len() as i64, rows.last().map(|row| row.0)))
}

/// Texts that can be found.
pub async fn count(db: impl Sql) -> Result<i64> {
    Ok(db.value("SELECT CAST(COUNT(*) AS BIGINT) FROM searchable", params![]).await?)
}

/// Takes an incident and its articles out of the search.
pub async fn remove(tx: &mut Tx, incident: Id<Incident>) -> Result<()> {
    tx.run("DELETE FROM searchable WHERE incident_id = $1", params![incident]).await?;
    Ok(())
}
