//! The command line: one file a command. Exit codes: 0 done, 1 failed with a reason on stderr, 2 the command was not understood.

mod account;
mod analysis;
mod backup;
mod clustering;
mod demo;
mod entities;
mod evaluate;
mod evaluate_articles;
mod evaluate_feeds;
mod evaluate_language;
mod events;
mod kinds;
mod narrative;
mod prices;
mod serve;
mod source;
mod streams;

use crate::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::ingest::opml::List;
use crate::store::db::{QUIET, path_of};
use anyhow::{Context, Result, bail};
use clap::{Parser, Subcommand};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// A server-rendered intelligence news portal: feeds in, incidents out.
#[derive(Parser)]
#[command(version, about, after_help = "Settings come from --settings FILE and from INTELRIFT_… variables; `intelrift config` shows them all.")]
pub struct Line {
    /// A TOML file of settings; see config.example.toml.
    #[arg(long, global = true, value_name = "FILE")]
    settings: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Web and work in one process (the default).
    Serve,
    /// Only answer browsers; another process works on the same database.
    Web,
    /// Only read feeds and do the work that comes of it.
    Work,
    /// Replay real weeks of news through the whole pipeline, with three accounts to try.
    Demo(demo::Options),
    /// Bring the database up to date and end.
    Migrate,
    /// Show the settings in force, secrets hidden.
    Config,
    /// Accounts: who may sign in.
    #[command(subcommand)]
    Account(account::Act),
    /// Sources: the feeds that are read.
    #[command(subcommand)]
    Source(source::Act),
    /// Prices: the daily closing values that markets are measured on.
    #[command(subcommand)]
    Prices(prices::Act),
    /// Copy the database into a file while the portal runs (SQLite).
    Backup(backup::Options),
    /// Put a copy back, where no database is or in its place.
    Restore(backup::Options),
    /// Score ourselves on labelled data.
    #[command(subcommand)]
    Evaluate(evaluate::Subject),
    /// Make the bundled models anew from labelled data.
    #[command(subcommand)]
    Train(evaluate::Made),
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let line = Line::parse();
    match run(line) {
        Ok(()) => ExitCode::SUCCESS,
        Err(cause) => {
            eprintln!("intelrift: {cause:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(line: Line) -> Result<()> {
    let config = Config::load(line.settings.as_deref(), variables()?.into_iter())?;
    let command = line.command.unwrap_or(Command::Serve);
    let command = match command {
        Command::Config => {
            return say(&config.shown());
        }
        Command::Evaluate(subject) => return evaluate::evaluate(subject),
        Command::Train(made) => return evaluate::make(made),
        other => other,
    };
    start_log(&config)?;
    // many hosts keep a connection open for a while, and many readers a stream: the soft limit is often 1,024
    if let Err(cause) = rlimit::increase_nofile_limit(u64::MAX) {
        tracing::warn!("the limit of open files stays as it is: {cause}");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("starting threads")?;
    let outcome = runtime.block_on(async {
        match command {
            Command::Demo(options) => demo::run(config, options).await,
            Command::Backup(options) => backup::save(&config, &options).await,
            Command::Restore(options) => backup::bring_back(&config, &options).await,
            command => {
                if let Some(file) = path_of(&config.database_address()).filter(|file| looks_at_one(&command) && !file.exists()) {
                    bail!("there is no database {}: go to the folder of your portal, or name its settings with --settings", file.display());
                }
                let list = if let Command::Source(act) = &command { source::list_of(act)? } else { None };
                on_database(App::open(config, Clock::Real).await?, command, list).await
            }
        }
    });
    // a feed that is still being taken apart is read again next time: nobody waits for it
    runtime.shutdown_background();
    outcome
}

/// The variables whose names are text: those of others are none of ours, whatever they hold.
fn variables() -> Result<Vec<(String, String)>> {
    let mut variables = vec![];
    for (name, value) in std::env::vars_os() {
        let Ok(name) = name.into_string() else { continue };
        match value.into_string() {
            Ok(value) => variables.push((name, value)),
            Err(_) if Config::is_setting(&name) => bail!("{name} is not text in UTF-8"),
            Err(_) => {}
        }
    }
    Ok(variables)
}

/// Whether a command looks at a portal that is there: then a database that is not there is a slip, and none is made.
fn looks_at_one(command: &Command) -> bool {
    match command {
        Command::Source(act) => matches!(act, source::Act::List | source::Act::Export),
        Command::Account(act) => account::looks(act),
        Command::Prices(act) => matches!(act, prices::Act::List),
        _ => false,
    }
}

async fn on_database(app: App, command: Command, list: Option<List>) -> Result<()> {
    match command {
        Command::Serve => serve::run(app, serve::Parts { web: true, work: true }).await,
        Command::Web => serve::run(app, serve::Parts { web: true, work: false }).await,
        Command::Work => serve::run(app, serve::Parts { web: false, work: true }).await,
        Command::Account(act) => account::run(&app, act).await,
        Command::Source(act) => source::run(&app, act, list).await,
        Command::Prices(act) => prices::run(&app, act).await,
        Command::Migrate => say(&format!("{} is up to date\n", app.db.engine())),
        Command::Demo(_) | Command::Backup(_) | Command::Restore(_) | Command::Config | Command::Evaluate(_) | Command::Train(_) => {
            unreachable!("these do without an open portal")
        }
    }
}

/// Says something long on stdout; who reads only the first lines of it, as `head` does, has heard enough.
fn say(text: &str) -> Result<()> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(cause) if cause.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        said => said.context("writing to stdout"),
    }
}

/// Logs go to stderr, so that stdout is for what a command answers.
fn start_log(config: &Config) -> Result<()> {
    let filter = EnvFilter::try_new(&config.log).context("INTELRIFT_LOG should be error, warn, info, debug or a filter")?;
    // these say of each mistake of a page where it is, a hundred thousand times if need be, and not in which page
    let filter = ["html5ever=error", "xml5ever=error", "markup5ever=error", QUIET]
        .into_iter()
        .try_fold(filter, |filter, quiet| anyhow::Ok(filter.add_directive(quiet.parse()?)))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    match config.log_format.as_str() {
        "json" => log.json().init(),
        _ => log.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).init(),
    }
    Ok(())
}
