//! `backup FILE` and `restore FILE`: a portal's database as one file, and back.

use super::say;
use super::serve::Signals;
use crate::config::Config;
use crate::store::Db;
use crate::store::backup::{self, Holds};
use crate::store::db::path_of;
use anyhow::{Context, Result, bail};
use indicatif::ProgressBar;
use std::path::PathBuf;
use std::time::Duration;

#[derive(clap::Args)]
pub struct Options {
    /// The copy: one file, a SQLite database.
    file: PathBuf,
    /// Replace what is there.
    #[arg(long)]
    force: bool,
}

/// Copies the database while the portal runs. It is not brought up to date for that: a copy before an update is one of the old version.
pub async fn save(config: &Config, options: &Options) -> Result<()> {
    let place = place(config)?;
    let progress = waiting("copying the database and reading the copy");
    let saved = unless_stopped(backup::save(&place, &options.file, options.force)).await;
    progress.finish_and_clear();
    say(&format!("{} holds {}\n", options.file.display(), said(&saved?)))?;
    let key = config.data.join("session.key");
    if key.exists() {
        say(&format!("keep {} too, apart from it: codes of apps and secrets of webhooks are made with it\n", key.display()))?;
    }
    Ok(())
}

/// Puts a copy back, then brings it up to date.
pub async fn bring_back(config: &Config, options: &Options) -> Result<()> {
    let place = place(config)?;
    let progress = waiting("reading the copy and putting it back");
    let outcome = unless_stopped(backup::bring_back(&options.file, &place, options.force)).await;
    progress.finish_and_clear();
    let (holds, kept) = outcome?;
    let db = Db::connect(&config.database_address()).await?;
    db.migrate().await?;
    db.close().await;
    say(&format!("{} holds {}\n", place.display(), said(&holds)))?;
    if let Some(kept) = kept {
        say(&format!("what was there is kept as {}\n", kept.display()))?;
    }
    let key = config.data.join("session.key");
    if !key.exists() {
        say(&format!(
            "put the old portal's session.key at {} before you start: without it codes of apps are not known, webhooks sign with other secrets, and everybody signs in anew\n",
            key.display()
        ))?;
    }
    Ok(())
}

/// What a copy does, unless somebody stops it: then what it had begun is gone, and all else as it was.
async fn unless_stopped<T>(copy: impl Future<Output = Result<T>>) -> Result<T> {
    let mut signals = Signals::listen()?;
    tokio::select! {
        outcome = copy => outcome,
        () = signals.next() => bail!("stopped before it was done; nothing has changed"),
    }
}

fn place(config: &Config) -> Result<PathBuf> {
    path_of(&config.database_address()).context("this portal is on PostgreSQL, which is copied by its own pg_dump and pg_restore: see docs/backup.md")
}

fn said(holds: &Holds) -> String {
    let Holds { version, accounts, sources, articles, incidents, revisions } = holds;
    format!(
        "{articles} articles of {sources} sources, {incidents} incidents, {revisions} revisions, {accounts} accounts (version {version}); it is sound"
    )
}

fn waiting(what: &'static str) -> ProgressBar {
    let progress = ProgressBar::new_spinner().with_message(what);
    progress.enable_steady_tick(Duration::from_millis(120));
    progress
}
