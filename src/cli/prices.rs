//! `prices import|list`: the daily closing values that the market panel measures on.

use super::say;
use crate::ingest::price;
use crate::{App, store};
use anyhow::{Context, Result, anyhow};

#[derive(clap::Subcommand)]
pub enum Act {
    /// Keep the closing values of a CSV table (date,series,… or series,date,value; the ECB's euro rates) or of the EIA's JSON.
    Import { file: std::path::PathBuf },
    /// Show the series that are kept.
    List,
}

pub async fn run(app: &App, act: Act) -> Result<()> {
    match act {
        Act::Import { file } => {
            let (kept, left) = import(app, &file).await?;
            let left = left.map_or(String::new(), |left| format!("; {left}"));
            say(&format!("{kept} closing values are kept{left}\n"))?;
        }
        Act::List => {
            let series = store::quote::list_series(&app.db).await?;
            let lines = series.iter().map(|row| format!("{:<24} {:>6} values, {} to {}\n", row.series, row.days, row.first_day, row.last_day));
            say(&lines.collect::<String>())?;
        }
    }
    Ok(())
}

/// Keeps the closing values of a file and says how many, and what was left out.
pub async fn import(app: &App, file: &std::path::Path) -> Result<(usize, Option<String>)> {
    let text = tokio::fs::read_to_string(file).await.with_context(|| format!("reading {}", file.display()))?;
    let table = price::parse(&text).map_err(|problem| anyhow!("{}: {problem}", file.display()))?;
    price::keep(app, &table.quotes).await?;
    Ok((table.quotes.len(), table.left_out()))
}
