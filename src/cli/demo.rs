//! `demo`: the replay, with its address and accounts on stdout.

use super::{say, serve};
use crate::config::Config;
use crate::demo;
use crate::demo::accounts::Fresh;
use crate::store::db::path_of;
use anyhow::{Context, Result, ensure};
use indicatif::ProgressBar;
use serde_json::json;
use std::path::PathBuf;
use std::time::{Duration, Instant};

#[derive(clap::Args)]
pub struct Options {
    /// Address and port to answer on.
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// Folder for the replay's own database; used again, it goes on where it was.
    #[arg(long, value_name = "DIR", default_value = "data/demo")]
    data: PathBuf,
    /// Another database of the replay's own, as `postgres://…`; never that of a real portal.
    #[arg(long, value_name = "ADDR", default_value = "")]
    database: String,
    /// Print one line of JSON once ready, for scripts.
    #[arg(long)]
    json: bool,
}

pub async fn run(config: Config, options: Options) -> Result<()> {
    let began = Instant::now();
    let listen = options.listen.unwrap_or_else(|| config.listen.clone());
    let real = config.clone();
    let config = Config { listen, data: options.data, database: options.database, ..config };
    let config = config.checked().context("the replay's own options count for these settings")?;
    // never into the database of a real portal, whatever the settings say
    ensure!(!is_of(&real, &config), "{} holds a portal's own database: give the replay another folder with --data", config.data.display());
    // before the long work: an address that is taken is none
    let listener = serve::listen(&config.listen, "--listen")?;
    let progress = ProgressBar::new_spinner().with_message("reading 53 feeds, clustering and analysing their articles");
    progress.enable_steady_tick(Duration::from_millis(100));
    let replay = demo::start(config).await?;
    progress.finish_and_clear();
    let front = replay.front.clone();
    let address = format!("http://{}", listener.local_addr()?);
    // whoever reads that it is ready may ask it to stop
    let signals = serve::Signals::listen()?;
    if options.json {
        say(&format!("{}\n", json!({ "address": address, "accounts": replay.accounts })))?;
    } else {
        let line = |account: &Fresh| format!("  {:<7} {:<28} {}\n", account.role, account.email, account.password);
        let accounts: String = replay.accounts.iter().map(line).collect();
        say(&format!("Ready in {:.1} s: {address}\n\n{accounts}\nCtrl-C stops it.\n", began.elapsed().as_secs_f64()))?;
    }
    serve::run_parts(front.app.clone(), Some((front, listener)), Some(replay.worker.clone()), signals).await?;
    replay.stop().await;
    Ok(())
}

/// Whether a replay would write into a database that is there and is no replay's, or into the one that the settings name.
fn is_of(real: &Config, replay: &Config) -> bool {
    let address = replay.database_address();
    match path_of(&address) {
        Some(file) => file.exists() && !demo::is_begun(&replay.data),
        None => real.database_address() == address,
    }
}
