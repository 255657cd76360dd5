//! Daily closing prices: tables of four kinds as files or at an address, into one list. Parsing is pure.

use crate::clock::DAY;
use crate::config::hidden;
use crate::model::market::Quote;
use crate::outbound::http::{Answer, Validators};
use crate::{App, Error, Result, store};
use serde::Deserialize;
use tracing::{info, warn};

/// Lines that one table may have; forty series of fifty years are fewer.
const LINES: usize = 1_000_000;
/// Incidents that new prices are measured for again: those whose window may have been open, newest first.
const OPEN_WINDOW: u32 = 14;
const AGAIN: i64 = 2_000;

/// EIA's names for the series that the bundled instruments know by others.
const EIA: &[(&str, &str)] = &[("RBRTE", "brent"), ("RWTC", "wti"), ("RNGWHHD", "natgas_henryhub")];

/// Closing values of a table. It is one of
/// - `date,brent,wti`: a line a day, a column a series; empty fields are days without a value;
/// - `series,date,value`: a line a value;
/// - `Date,USD,JPY`: euro reference rates of the European Central Bank, kept as `eurusd`, `eurjpy`;
/// - JSON as the US Energy Information Administration answers (`response.data` with `period`, `series` and `value`).
///
/// Says in words what is wrong when it is none of them.
pub fn parse(text: &str) -> Result<Table, String> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let table = if text.starts_with('{') { from_eia(text)? } else { from_table(text)? };
    if table.quotes.is_empty() { Err("there are no prices in it: a line should be a day (yyyy-mm-dd) and its values".into()) } else { Ok(table) }
}

/// What was read, and what was not.
#[derive(Debug, Default)]
pub struct Table {
    pub quotes: Vec<Quote>,
    /// Values that are there and are no prices of a day, and the line of the first.
    left: usize,
    first: Option<usize>,
}

impl Table {
    fn take(&mut self, line: usize, value: &str, quote: Option<Quote>) {
        match quote {
            Some(quote) => self.quotes.push(quote),
            // a day without a value
            None if value.is_empty() || value.eq_ignore_ascii_case("n/a") => {}
            None => {
                self.left += 1;
                self.first.get_or_insert(line);
            }
        }
    }

    /// In words, for who gave the table.
    pub fn left_out(&self) -> Option<String> {
        let line = self.first?;
        let values = if self.left == 1 { "1 value was".into() } else { format!("{} values were", self.left) };
        Some(format!("{values} left out, the first in line {line}: a line should be a day (yyyy-mm-dd) and its values (78.9)"))
    }
}

fn from_table(text: &str) -> Result<Table, String> {
    let mut table = csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(text.as_bytes());
    let head = table.headers().map_err(|cause| cause.to_string())?.clone();
    let is_long = head.iter().take(3).eq(["series", "date", "value"]);
    let mut found = Table::default();
    for (number, line) in table.records().take(LINES).enumerate() {
        let line = line.map_err(|cause| format!("line {}: {cause}", number + 2))?;
        if is_long {
            let value = line.get(2).unwrap_or("");
            found.take(number + 2, value, quote(line.get(0).unwrap_or(""), line.get(1).unwrap_or(""), value));
            continue;
        }
        let day = line.get(0).unwrap_or("");
        head.iter().zip(line.iter()).skip(1).for_each(|(name, value)| found.take(number + 2, value, quote(&series(name), day, value)));
    }
    Ok(found)
}

/// `USD` of the central bank is the series `eurusd`.
fn series(column: &str) -> String {
    let is_currency = column.len() == 3 && column.bytes().all(|b| b.is_ascii_uppercase());
    if is_currency { format!("eur{}", column.to_lowercase()) } else { column.to_string() }
}

fn quote(series: &str, day: &str, value: &str) -> Option<Quote> {
    let day = day.get(..10).unwrap_or(day);
    let is_day = day.parse::<jiff::civil::Date>().is_ok();
    let price: f64 = value.parse().ok()?;
    (is_day && !series.is_empty() && series.len() <= 40 && price.is_finite()).then(|| Quote {
        series: series.to_string(),
        day: day.to_string(),
        price,
    })
}

fn from_eia(text: &str) -> Result<Table, String> {
    #[derive(Deserialize)]
    struct Outer {
        response: Response,
    }
    #[derive(Deserialize)]
    struct Response {
        data: Vec<Line>,
    }
    #[derive(Deserialize)]
    struct Line {
        period: String,
        series: String,
        value: serde_json::Value,
    }
    let outer: Outer = serde_json::from_str(text).map_err(|cause| format!("it is no answer of the EIA: {cause}"))?;
    let known = |series: &str| EIA.iter().find(|(theirs, _)| *theirs == series).map_or(series.to_lowercase(), |(_, ours)| (*ours).to_string());
    let price = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_string);
    let quotes = outer.response.data.iter().take(LINES).filter_map(|line| quote(&known(&line.series), &line.period, &price(&line.value)));
    Ok(Table { quotes: quotes.collect(), ..Table::default() })
}

/// Keeps closing values, and leaves a job for each incident whose market window may still have been open.
pub async fn keep(app: &App, quotes: &[Quote]) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    for quote in quotes {
        store::quote::add(&mut tx, quote).await?;
    }
    let open = store::incident::list_since(&mut tx, now.minus(DAY * OPEN_WINDOW), AGAIN).await?;
    store::job::analyze(&mut tx, &open, now).await?;
    Ok(tx.commit().await?)
}

/// Reads the price addresses of the settings. One that cannot be read is logged and does not hold up the others.
pub async fn prices(app: &App) -> Result<()> {
    for address in &app.config.price_addresses {
        // it may have a key in it
        let shown = hidden(address);
        match read(app, address).await {
            Ok(table) => {
                keep(app, &table.quotes).await?;
                info!(kept = table.quotes.len(), "read {} closing values from {shown}", table.quotes.len());
                table.left_out().into_iter().for_each(|left| warn!("of the prices at {shown} {left}"));
            }
            Err(Error::Upstream(problem)) => warn!("the prices at {shown} cannot be read: {problem}"),
            Err(other) => return Err(other),
        }
    }
    Ok(())
}

async fn read(app: &App, address: &str) -> Result<Table> {
    let Answer::Body(body) = app.http.get(address, &Validators::default()).await? else { return Ok(Table::default()) };
    parse(&String::from_utf8_lossy(&body.bytes)).map_err(Error::Upstream)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        parse(text).unwrap().quotes.into_iter().map(|q| format!("{} {} {}", q.series, q.day, q.price)).collect()
    }

    #[test]
    fn what_is_no_price_is_said_and_a_day_without_one_is_not() {
        let left = |text: &str| parse(text).unwrap().left_out().unwrap_or_default();
        assert_eq!(left("date,brent,wti\n2022-01-03,78.9,\n2022-01-04,N/A,77"), "");
        assert!(
            left("date,brent\n03.01.2022,78.9\n2022-01-04,80\n2022-01-05,\"1,234.5\"").starts_with("2 values were left out, the first in line 2")
        );
        assert!(left("series,date,value\nbrent,2022-01-03,78.9\nbrent,2022-01-04,many").starts_with("1 value was left out, the first in line 3"));
    }

    #[test]
    fn four_kinds_of_tables_are_read() {
        assert_eq!(
            shown("date,brent,wti\n2022-01-03,78.9,\n2022-01-04,80.0,77"),
            ["brent 2022-01-03 78.9", "brent 2022-01-04 80", "wti 2022-01-04 77"]
        );
        assert_eq!(shown("series,date,value\nbrent,2022-01-03,78.9"), ["brent 2022-01-03 78.9"]);
        assert_eq!(shown("Date, USD, JPY,\n2026-11-24, 1.0822, N/A,\n"), ["eurusd 2026-11-24 1.0822"]);
        let eia =
            r#"{"response":{"data":[{"period":"2022-01-03","series":"RBRTE","value":"78.25"},{"period":"2022-01-03","series":"X","value":1.5}]}}"#;
        assert_eq!(shown(eia), ["brent 2022-01-03 78.25", "x 2022-01-03 1.5"]);
    }

    #[test]
    fn what_is_no_price_is_left_out_and_an_empty_table_is_explained() {
        assert_eq!(shown("date,x\n2022-02-30,1\nnever,2\n2022-03-01,inf\n2022-03-02,3\n"), ["x 2022-03-02 3"]);
        for text in ["", "date,x\n", "<html>no</html>", "{\"error\":1}"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
