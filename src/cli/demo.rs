//! `demo`: the replay, with its address and accounts on stdout.

use super::serve;
use crate::config::Config;
use crate::demo;
use anyhow::Result;
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
    // never into the database of a real portal, whatever the settings say
    let listen = options.listen.unwrap_or_else(|| config.listen.clone());
    let config = Config { listen, data: options.data, database: options.database, ..config };
    let progress = ProgressBar::new_spinner().with_message("reading 53 feeds, clustering and analysing their articles");
    progress.enable_steady_tick(Duration::from_millis(100));
    let replay = demo::start(config).await?;
    progress.finish_and_clear();
    let front = replay.front.clone();
    let listener = serve::bind(&front.app)?;
    let address = format!("http://{}", listener.local_addr()?);
    // whoever reads that it is ready may ask it to stop
    let signals = serve::Signals::listen()?;
    if options.json {
        println!("{}", json!({ "address": address, "accounts": replay.accounts }));
    } else {
        println!("Ready in {:.1} s: {address}\n", began.elapsed().as_secs_f64());
        for account in &replay.accounts {
            println!("  {:<7} {:<28} {}", account.role, account.email, account.password);
        }
        println!("\nCtrl-C stops it.");
    }
    serve::run_parts(front.app.clone(), Some((front, listener)), Some(replay.worker.clone()), signals).await?;
    replay.stop().await;
    Ok(())
}
