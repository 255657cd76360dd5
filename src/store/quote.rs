//! Quotes: daily closing values of market series.

use super::{Sql, Tx};
use crate::{Result, params};

/// Keeps one closing value; a later one for the same day takes its place.
pub async fn add(tx: &mut Tx, series: &str, day: &str, price: f64) -> Result<()> {
    tx.run(
        "INSERT INTO quote (series, day, price) VALUES ($1, $2, $3) ON CONFLICT (series, day) DO UPDATE SET price = excluded.price",
        params![series, day, price],
    )
    .await?;
    Ok(())
}

/// Keeps the closing values of a table `date,series,…` with one line a day; empty fields are days without a value. Says how many.
pub async fn add_csv(tx: &mut Tx, csv: &str) -> Result<usize> {
    let mut lines = csv.lines();
    let series: Vec<&str> = lines.next().unwrap_or_default().split(',').skip(1).map(str::trim).collect();
    let mut kept = 0;
    for line in lines {
        let mut fields = line.split(',').map(str::trim);
        let day = fields.next().unwrap_or_default();
        for (series, price) in series.iter().zip(fields) {
            if let Some(price) = price.parse::<f64>().ok().filter(|price| price.is_finite()) {
                add(tx, series, day, price).await?;
                kept += 1;
            }
        }
    }
    Ok(kept)
}

/// The last `limit` closing values up to and with `day`, newest first.
pub async fn list_until(db: impl Sql, series: &str, day: &str, limit: i64) -> Result<Vec<(String, f64)>> {
    Ok(db.all("SELECT day, price FROM quote WHERE series = $1 AND day <= $2 ORDER BY day DESC LIMIT $3", params![series, day, limit]).await?)
}

/// How many closing values are kept.
pub async fn count(db: impl Sql) -> Result<i64> {
    let row: (i64,) = db.one("SELECT CAST(COUNT(*) AS BIGINT) FROM quote", params![]).await?;
    Ok(row.0)
}
