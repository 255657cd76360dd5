//! `source add|list|import|export`.

use crate::ingest::charset;
use crate::ingest::opml::{self, Outline};
use crate::model::source::{Licence, NewSource, Reliability};
use crate::model::{country, language};
use crate::{App, Error, store};
use anyhow::{Context, Result, bail, ensure};

#[derive(clap::Subcommand)]
pub enum Act {
    /// Add a feed; it is read at once.
    Add {
        /// The feed's web address.
        address: String,
        /// As readers see it.
        #[arg(long)]
        name: String,
        /// Who owns the outlet; the outlets of one owner are one voice. The name when left out.
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

pub async fn run(app: &App, act: Act) -> Result<()> {
    match act {
        Act::Add { address, name, owner, country, language, reliability } => {
            let address = url::Url::parse(&address).with_context(|| format!("{address} is no web address"))?;
            ensure!(matches!(address.scheme(), "http" | "https"), "only http and https addresses can be read");
            ensure!(!name.trim().is_empty() && name.chars().count() <= 120, "give the source a name of at most 120 characters");
            if let Some(code) = &language {
                ensure!(language::is_code(code), "{code} is no language code of ISO 639-1, like en");
            }
            if let Some(code) = &country {
                ensure!(country::find(code).is_some(), "{code} is no country code of ISO 3166-1, like DE");
            }
            let Ok(reliability) = reliability.parse::<Reliability>() else { bail!("the reliability is a letter from A to F") };
            let source = NewSource {
                outlet: name.clone(),
                owner: owner.unwrap_or_else(|| name.clone()),
                name,
                address: address.into(),
                country,
                language,
                reliability,
                licence: Licence::Headline,
                folder: String::new(),
            };
            match store::source::add(&app.db, &source, app.clock.now()).await {
                Ok(_) => println!("{} is added and will be read next", source.name),
                Err(Error::Taken) => bail!("a source with this address or this name is here already"),
                Err(other) => return Err(other.into()),
            }
        }
        Act::Import { file } => {
            let bytes = std::fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
            let text = charset::decode(&bytes, None);
            let list = opml::read(&text).filter(|list| !list.feeds.is_empty());
            let list = list.with_context(|| format!("{} is no OPML list with feeds in it", file.display()))?;
            let mut tx = app.db.begin().await?;
            let sources: Vec<NewSource> = list.feeds.iter().map(Outline::as_source).collect();
            let outcome = store::source::add_list(&mut tx, &sources, app.clock.now()).await?;
            tx.commit().await?;
            println!("{}", opml::imported(outcome, list.beyond));
        }
        Act::Export => {
            let feeds = store::source::list(&app.db).await?.into_iter();
            let feeds: Vec<Outline> = feeds.map(|row| Outline { name: row.name, address: row.address, folder: row.folder }).collect();
            print!("{}", opml::write(&app.config.name, &feeds));
        }
        Act::List => {
            for source in store::source::list(&app.db).await? {
                let health = source.problem.unwrap_or_else(|| if source.worked_at.is_some() { "reporting".into() } else { "not read yet".into() });
                println!("{}  {}  {}  {health}", source.reliability.word(), source.name, source.address);
            }
        }
    }
    Ok(())
}
