//! `account add|list|role|password|factors`.

use super::say;
use crate::account::role::change as change_role;
use crate::account::{Hasher, Lane, sign_up};
use crate::demo::accounts::password as fresh_password;
use crate::error::Problems;
use crate::model::account::{Email, check_password};
use crate::model::factor::FactorKind;
use crate::model::viewer::Role;
use crate::store::account::Row;
use crate::store::audit::COMMAND_LINE;
use crate::{App, Error, store};
use anyhow::{Context, Result, bail};
use std::io::{BufRead, Write};

#[derive(clap::Subcommand)]
pub enum Act {
    /// Make an account and print its password, or read one line of stdin as the password.
    Add {
        email: String,
        /// reader, contributor, editor or admin
        #[arg(long, default_value = "reader", value_parser = role)]
        role: Role,
        #[arg(long)]
        password_stdin: bool,
    },
    /// Show all accounts.
    List,
    /// Change what an account may do.
    Role {
        email: String,
        #[arg(value_parser = role)]
        role: Role,
    },
    /// Turn off codes of an app, and remove passkeys, for somebody who has lost them.
    Factors { email: String },
    /// Give an account a new password and sign it out everywhere.
    Password {
        email: String,
        #[arg(long)]
        password_stdin: bool,
    },
}

/// Whether it is about an account that is there.
pub fn looks(act: &Act) -> bool {
    !matches!(act, Act::Add { .. })
}

fn role(word: &str) -> Result<Role, String> {
    word.parse().map_err(|()| "reader, contributor, editor or admin".into())
}

pub async fn run(app: &App, act: Act) -> Result<()> {
    match act {
        Act::Add { email, role, password_stdin } => add(app, &email, role, password_stdin).await,
        Act::List => {
            let line = |account: Row| format!("{:<11} {}\n", account.role.word(), account.email);
            say(&store::account::list(&app.db).await?.into_iter().map(line).collect::<String>())
        }
        Act::Role { email, role } => {
            let account = find(app, &email).await?;
            let mut tx = app.db.begin().await?;
            match change_role(&mut tx, COMMAND_LINE, account.id, role, app.clock.now()).await {
                Err(Error::Invalid(problems)) => bail!("{problems}"),
                outcome => outcome?,
            }
            tx.commit().await?;
            say(&format!("{email} is {} now\n", role.word()))
        }
        Act::Factors { email } => {
            let account = find(app, &email).await?;
            let mut tx = app.db.begin().await?;
            for kind in FactorKind::ALL {
                store::factor::remove_kind(&mut tx, account.id, *kind).await?;
            }
            store::login::remove_of(&mut tx, account.id).await?;
            store::audit::add(&mut tx, COMMAND_LINE, "factors off", "account", account.id.0, "", app.clock.now()).await?;
            tx.commit().await?;
            say(&format!("{email} signs in without codes of an app and passkeys now\n"))
        }
        Act::Password { email, password_stdin } => {
            let account = find(app, &email).await?;
            let password = choose(password_stdin)?;
            let mut problems = Problems::default();
            check_password(&password, Email::parse(&email).as_ref(), account.role, &app.config.names(), &mut problems);
            if let Some(problem) = problems.of("password") {
                bail!("{problem}");
            }
            let hash = Hasher::start(app.config.password_memory_kib)?.hash(&Lane::of("command"), password.clone()).await?;
            let mut tx = app.db.begin().await?;
            store::account::set_password(&mut tx, account.id, &hash).await?;
            store::login::remove_of(&mut tx, account.id).await?;
            store::device::remove_of(&mut tx, account.id).await?;
            store::code::remove_of(&mut tx, account.id).await?;
            store::audit::add(&mut tx, COMMAND_LINE, "password", "account", account.id.0, "", app.clock.now()).await?;
            tx.commit().await?;
            tell(&email, &password, password_stdin)
        }
    }
}

async fn add(app: &App, email: &str, role: Role, from_stdin: bool) -> Result<()> {
    let password = choose(from_stdin)?;
    let hasher = Hasher::start(app.config.password_memory_kib)?;
    match sign_up::create(app, &hasher, &Lane::of("command"), email, &password, role, app.clock.now()).await {
        Ok(id) => {
            let mut tx = app.db.begin().await?;
            store::audit::add(&mut tx, COMMAND_LINE, "add", "account", id.0, role.word(), app.clock.now()).await?;
            tx.commit().await?;
            tell(email, &password, from_stdin)
        }
        Err(Error::Invalid(problems)) => bail!("{problems}"),
        Err(other) => Err(other.into()),
    }
}

async fn find(app: &App, email: &str) -> Result<Row> {
    let address = Email::parse(email).with_context(|| format!("{email} is no email address"))?;
    store::account::find_by_email(&app.db, &address)
        .await?
        .with_context(|| format!("there is no account of {email}; `intelrift account list` shows all"))
}

fn choose(from_stdin: bool) -> Result<String> {
    if !from_stdin {
        return Ok(fresh_password());
    }
    let line = std::io::stdin().lock().lines().next().context("stdin ended before a password")?.context("reading stdin")?;
    Ok(line.trim_end_matches('\r').to_string())
}

/// A password that we made is known to nobody when it can't be told.
fn tell(email: &str, password: &str, from_stdin: bool) -> Result<()> {
    if from_stdin {
        return say(&format!("{email} has the password that you gave\n"));
    }
    let told = std::io::stdout().write_all(format!("{email}\n{password}\n").as_bytes());
    told.with_context(|| format!("the account has a password that could not be told: `intelrift account password {email}` gives it a new one"))
}
