//! The desk's list with its filters: it joins pieces of SQL, as the search does. The pieces are ours; a visitor's words are only ever `$n`.

use super::db::Value;
use super::incident::{Row, columns};
use super::{Db, Sql};
use crate::Result;
use crate::clock::Timestamp;
use crate::model::category::Category;
use crate::model::place::Region;
use crate::model::point::Exactness;
use crate::model::severity::Severity;
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

/// What a reader asked to see. Empty lists mean all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    pub severities: Vec<Severity>,
    pub regions: Vec<Region>,
    pub categories: Vec<Category>,
    /// ISO 3166-1 alpha-2
    pub country: Option<String>,
    pub since: Option<Timestamp>,
    pub by_severity: bool,
    /// Continue after this row: severity, newest article, id.
    pub after: Option<Key>,
}

/// Where a page of the list ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Key {
    pub severity: i64,
    pub newest_at: Timestamp,
    pub id: i64,
}

impl Key {
    /// Before the first row.
    pub const START: Self = Self { severity: i64::MAX, newest_at: Timestamp(i64::MAX), id: i64::MAX };
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}-{}", self.severity, self.newest_at.0, self.id)
    }
}
impl std::str::FromStr for Key {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.splitn(3, '-').map(|p| p.parse::<i64>().map_err(drop));
        let mut next = || parts.next().ok_or(())?;
        Ok(Self { severity: next()?, newest_at: Timestamp(next()?), id: next()? })
    }
}

/// A piece-wise statement and its arguments.
struct Pieces {
    sql: String,
    args: Vec<Value>,
}

impl Pieces {
    fn new(filter: &Filter) -> Self {
        let mut pieces = Self { sql: " WHERE stage IN ('published', 'corrected')".into(), args: vec![] };
        pieces.one_of("severity", filter.severities.iter().map(|s| Value::from(*s)));
        pieces.one_of("region", filter.regions.iter().map(|r| Value::from(r.word())));
        pieces.one_of("category", filter.categories.iter().map(|c| Value::from(*c)));
        pieces.one_of("country", filter.country.iter().map(Value::from));
        if let Some(since) = filter.since {
            let mark = pieces.bind(since.into());
            pieces.sql += &format!(" AND newest_at > {mark}");
        }
        pieces
    }
    fn bind(&mut self, value: Value) -> String {
        self.args.push(value);
        format!("${}", self.args.len())
    }
    fn one_of(&mut self, column: &'static str, values: impl Iterator<Item = Value>) {
        let marks: Vec<String> = values.map(|v| self.bind(v)).collect();
        if !marks.is_empty() {
            self.sql += &format!(" AND {column} IN ({})", marks.join(", "));
        }
    }
}

/// Public incidents by their newest article, or by severity first; at most `limit`.
pub async fn list(db: &Db, filter: &Filter, limit: i64) -> Result<Vec<Row>> {
    let mut pieces = Pieces::new(filter);
    if let Some(after) = filter.after {
        let [newest, id] = [after.newest_at.0, after.id].map(|v| pieces.bind(v.into()));
        let before = match filter.by_severity {
            true => format!(" AND (severity, newest_at, id) < ({}, {newest}, {id})", pieces.bind(after.severity.into())),
            false => format!(" AND (newest_at, id) < ({newest}, {id})"),
        };
        pieces.sql += &before;
    }
    let order = if filter.by_severity { "severity DESC, newest_at DESC, id DESC" } else { "newest_at DESC, id DESC" };
    let limit = pieces.bind(limit.into());
    let sql = format!("SELECT {} FROM incident{} ORDER BY {order} LIMIT {limit}", columns!(), pieces.sql);
    Ok(db.all_joined(text(sql), pieces.args).await?)
}

/// Safe because [`Pieces`] joins our own words only.
fn text(sql: String) -> SqlStr {
    AssertSqlSafe(sql).into_sql_str()
}

/// How many public incidents each value of a filter has, the other filters being as they are.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    /// Incidents that the filter lets through.
    pub total: i64,
    pub severities: Vec<(Severity, i64)>,
    pub regions: Vec<(String, i64)>,
    pub categories: Vec<(Category, i64)>,
    /// Region, its highest severity, its incidents.
    pub where_worst: Vec<(String, Severity, i64)>,
}

/// An incident with a point on the map.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Pin {
    pub number: i64,
    pub slug: String,
    pub title: String,
    pub title_language: Option<String>,
    pub severity: Severity,
    pub category: Category,
    pub country: Option<String>,
    pub newest_at: Timestamp,
    /// Degrees north and east.
    pub latitude: f64,
    pub longitude: f64,
    /// What the point is, and how exact that is.
    pub spot: String,
    pub exactness: Exactness,
}

/// Public incidents that have a point on the map, the gravest first; at most `limit`.
pub async fn pins(db: &Db, filter: &Filter, limit: i64) -> Result<Vec<Pin>> {
    let mut pieces = Pieces::new(&Filter { after: None, ..filter.clone() });
    let limit = pieces.bind(limit.into());
    let columns = "number, slug, title, title_language, severity, category, country, newest_at, latitude, longitude, spot, exactness";
    let sql = format!(
        "SELECT {columns} FROM incident{} AND latitude IS NOT NULL ORDER BY severity DESC, newest_at DESC, id DESC LIMIT {limit}",
        pieces.sql
    );
    Ok(db.all_joined(text(sql), pieces.args).await?)
}

/// How many public incidents a filter lets through.
pub async fn total(db: &Db, filter: &Filter) -> Result<i64> {
    let pieces = Pieces::new(&Filter { after: None, ..filter.clone() });
    let total: Vec<(i64,)> = db.all_joined(text(format!("SELECT CAST(COUNT(*) AS BIGINT) FROM incident{}", pieces.sql)), pieces.args).await?;
    Ok(total.first().map_or(0, |row| row.0))
}

pub async fn count(db: &Db, filter: &Filter) -> Result<Counts> {
    let without = |change: fn(&mut Filter)| {
        let mut other = Filter { after: None, ..filter.clone() };
        change(&mut other);
        Pieces::new(&other)
    };
    let severity = without(|f| f.severities.clear());
    let region = without(|f| f.regions.clear());
    let category = without(|f| f.categories.clear());
    let statement = |column: &str, pieces: &Pieces| {
        text(format!(
            "SELECT {column}, CAST(COUNT(*) AS BIGINT) FROM incident{} AND {column} IS NOT NULL GROUP BY {column} ORDER BY {column}",
            pieces.sql
        ))
    };
    let worst = text(format!(
        "SELECT region, MAX(severity), CAST(COUNT(*) AS BIGINT) FROM incident{} AND region IS NOT NULL
         GROUP BY region ORDER BY MAX(severity) DESC, COUNT(*) DESC, region",
        region.sql
    ));
    Ok(Counts {
        total: total(db, filter).await?,
        severities: db.all_joined(statement("severity", &severity), severity.args).await?,
        where_worst: db.all_joined(worst, region.args.clone()).await?,
        regions: db.all_joined(statement("region", &region), region.args).await?,
        categories: db.all_joined(statement("category", &category), category.args).await?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_what_it_writes() {
        let key = Key { severity: 3, newest_at: Timestamp(17), id: 9 };
        assert_eq!(key.to_string().parse(), Ok(key));
        assert_eq!("x-1-2".parse::<Key>(), Err(()));
        assert_eq!("1-2".parse::<Key>(), Err(()));
    }

    #[test]
    fn a_visitors_words_never_enter_the_text() {
        let filter = Filter { country: Some("RU' OR 1=1".into()), ..Filter::default() };
        assert!(!Pieces::new(&filter).sql.contains("RU"));
    }
}
