//! Quotes: daily closing values of market series.

use super::{Sql, Tx};
use crate::model::market::Quote;
use crate::{Result, params};

/// Keeps one closing value; a later one for the same day takes its place.
pub async fn add(tx: &mut Tx, quote: &Quote) -> Result<()> {
    tx.run(
        "INSERT INTO quote (series, day, price) VALUES ($1, $2, $3) ON CONFLICT (series, day) DO UPDATE SET price = excluded.price",
        params![&quote.series, &quote.day, quote.price],
    )
    .await?;
    Ok(())
}

/// One series and what is kept of it.
#[derive(Debug, sqlx::FromRow)]
pub struct Series {
    pub series: String,
    pub days: i64,
    pub first_day: String,
    pub last_day: String,
}

/// All series by name.
pub async fn list_series(db: impl Sql) -> Result<Vec<Series>> {
    Ok(db
        .all(
            "SELECT series, CAST(COUNT(*) AS BIGINT) AS days, MIN(quote.day) AS first_day, MAX(quote.day) AS last_day
             FROM quote GROUP BY series ORDER BY MIN(quote.day), MAX(quote.day), series",
            params![],
        )
        .await?)
}

/// The last `limit` closing values up to and with `day`, newest first.
pub async fn list_until(db: impl Sql, series: &str, day: &str, limit: i64) -> Result<Vec<(String, f64)>> {
    Ok(db.all("SELECT day, price FROM quote WHERE series = $1 AND day <= $2 ORDER BY day DESC LIMIT $3", params![series, day, limit]).await?)
}

/// How many closing values are kept.
pub async fn count(db: impl Sql) -> Result<i64> {
    Ok(db.value("SELECT CAST(COUNT(*) AS BIGINT) FROM quote", params![]).await?)
}
