//! `source add|list|import|export`.

use super::say;
use crate::config::hidden;
use crate::ingest::charset;
use crate::ingest::opml::{self, List, Outline};
use crate::model::source::Typed;
use crate::store::audit::COMMAND_LINE;
use crate::store::source::Row;
use crate::{App, Error, ingest, store};
use anyhow::{Context, Result, bail};

#[derive(clap::Subcommand)]
pub enum Act {
    /// Add a feed; it is read at once.
    Add {
        /// The feed's web address.
        address: String,
        /// As readers see it.
        #[arg(long)]
        name: String,
        /// Who owns the outlet; the outlets of one owner are one voice. That of other feeds of its host when left out, or the host.
        #[arg(long)]
        owner: Option<String>,
        /// ISO 3166-1, like DE.
        #[arg(long)]
        country: Option<String>,
        /// ISO 639-1, like en.
        #[arg(long)]
        language: Option<String>,
        /// Admiralty grade A to F.
        #[arg(long, default_value = "F")]
        reliability: String,
    },
    /// Add the feeds of an OPML file, as feed readers export it.
    Import { file: std::path::PathBuf },
    /// Print all sources as OPML.
    Export,
    /// Show all sources and how they are doing.
    List,
}

/// The list of an import, read before a database is opened: a slip in a path makes none.
pub fn list_of(act: &Act) -> Result<Option<List>> {
    let Act::Import { file } = act else { return Ok(None) };
    let bytes = std::fs::read(file).with_context(|| format!("reading {}", file.display()))?;
    let list = opml::read(&charset::decode(&bytes, None)).filter(|list| !list.feeds.is_empty());
    list.with_context(|| format!("{} is no OPML list with feeds in it", file.display())).map(Some)
}

/// `list` is that of an import.
pub async fn run(app: &App, act: Act, list: Option<List>) -> Result<()> {
    match act {
        Act::Add { address, name, owner, country, language, reliability } => {
            let (owner, country, language) = (owner.unwrap_or_default(), country.unwrap_or_default(), language.unwrap_or_default());
            let typed = Typed { name, address, owner, country, language, reliability, ..Typed::default() };
            let source = typed.new_source().map_err(|problems| anyhow::anyhow!("{problems}"))?;
            let mut tx = app.db.begin().await?;
            match ingest::source::add(&mut tx, COMMAND_LINE, &source, app.clock.now()).await {
                Ok(_) => tx.commit().await?,
                Err(Error::Taken) => bail!("a source with this address or this name is here already"),
                Err(other) => return Err(other.into()),
            }
            say(&format!("{} is added and will be read next\n", source.name))?;
        }
        Act::Import { .. } => {
            let list = list.unwrap_or_default();
            let mut tx = app.db.begin().await?;
            let outcome = ingest::source::add_list(&mut tx, COMMAND_LINE, &list, app.clock.now()).await?;
            tx.commit().await?;
            say(&format!("{}\n", opml::imported(outcome, &list)))?;
        }
        Act::Export => {
            let feeds = store::source::list(&app.db).await?.into_iter();
            let feeds: Vec<Outline> = feeds.map(|row| Outline { name: row.name, address: row.address, folder: row.folder }).collect();
            say(&opml::write(&app.config.name, &feeds))?;
        }
        Act::List => {
            let line = |source: Row| {
                let health = source.problem.unwrap_or_else(|| if source.worked_at.is_some() { "reporting".into() } else { "not read yet".into() });
                format!("{}  {}  {}  {health}\n", source.reliability.word(), source.name, hidden(&source.address))
            };
            say(&store::source::list(&app.db).await?.into_iter().map(line).collect::<String>())?;
        }
    }
    Ok(())
}
