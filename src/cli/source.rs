//! `source add|list`.

use crate::model::country;
use crate::model::source::{NewSource, Reliability};
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
    /// Show all sources and how they are doing.
    List,
}

pub async fn run(app: &App, act: Act) -> Result<()> {
    match act {
        Act::Add { address, name, owner, country, language, reliability } => {
            let address = url::Url::parse(&address).with_context(|| format!("{address} is no web address"))?;
            ensure!(matches!(address.scheme(), "http" | "https"), "only http and https addresses can be read");
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
                licence: "headline".into(),
            };
            match store::source::add(&app.db, &source, app.clock.now()).await {
                Ok(_) => println!("{} is added and will be read next", source.name),
                Err(Error::Taken) => bail!("a source with this address or this name is here already"),
                Err(other) => return Err(other.into()),
            }
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
