//! The replay's sources and prices.

use crate::ingest::price;
use crate::model::source::{Licence, NewSource};
use crate::{App, store};
use anyhow::{Context, Result};
use include_dir::Dir;
use serde::Deserialize;
use std::collections::HashMap;
use std::net::SocketAddr;

#[derive(Deserialize)]
struct Listed {
    file: String,
    name: String,
}

/// Adds the sources and prices that are not there yet, and leads the sources to where the feed server is this time.
pub async fn load(app: &App, files: &Dir<'_>, feeds: SocketAddr) -> Result<()> {
    let text = |path: &str| files.get_file(path).and_then(|f| f.contents_utf8()).with_context(|| format!("{path} is bundled"));
    let listed: Vec<Listed> = serde_json::from_str(text("feeds/index.json")?)?;
    let outlets = outlets(text("outlets.tsv")?);
    let known: HashMap<String, _> = store::source::list(&app.db).await?.into_iter().map(|s| (s.name, s.id)).collect();
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    for one in &listed {
        let address = format!("http://{feeds}/feeds/{}", one.file);
        if let Some(id) = known.get(&one.name) {
            store::source::set_address(&mut tx, *id, &address).await?;
            continue;
        }
        let outlet = outlets.get(one.file.as_str()).with_context(|| format!("outlets.tsv names {}", one.file))?;
        let source = NewSource {
            name: one.name.clone(),
            address,
            owner: outlet[1].into(),
            country: Some(outlet[2].into()),
            language: Some("en".into()),
            reliability: outlet[3].parse().unwrap_or(crate::model::source::Reliability::F),
            // the items of the replay are whole already
            licence: Licence::Headline,
            folder: String::new(),
        };
        store::source::add(&mut tx, &source, now).await?;
    }
    if known.is_empty() {
        let quotes = price::parse(text("markets.csv")?).map_err(|problem| anyhow::anyhow!("markets.csv: {problem}"))?;
        for quote in &quotes.quotes {
            store::quote::add(&mut tx, quote).await?;
        }
    }
    Ok(tx.commit().await?)
}

fn outlets(tsv: &str) -> HashMap<&str, Vec<&str>> {
    let rows = tsv.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    rows.filter(|row| row.len() == 4).map(|row| (row[0], row)).collect()
}
