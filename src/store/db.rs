//! One database handle for SQLite and PostgreSQL.
//!
//! Every statement is one SQL text that both engines accept, with `$1`-style placeholders.
//! [`Db`] owns the pools; [`Tx`] owns a transaction. Statements run on either through [`Sql`].

use crate::clock::Timestamp;
use crate::id::Id;
use anyhow::Context;
use sqlx::migrate::{Migrate, Migration, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgRow};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Executor, FromRow, PgPool, Postgres, SqlSafeStr, SqlStr, Sqlite, SqlitePool, Transaction};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::{Duration, Instant};

static SHARED: Migrator = sqlx::migrate!("migrations/shared");
static ONLY_SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static ONLY_POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");
const TABLE_OF_MIGRATIONS: &str = "_sqlx_migrations";

/// A row type that both engines can fill; `#[derive(FromRow)]` provides it.
pub trait Record: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> Record for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// A bound argument. Options keep their type so that PostgreSQL sees typed NULLs.
#[derive(Debug, Clone)]
pub enum Value {
    Int(Option<i64>),
    Real(Option<f64>),
    Bool(Option<bool>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

macro_rules! into_value {
    ($($rust:ty => $kind:ident),* $(,)?) => {$(
        impl From<$rust> for Value {
            fn from(v: $rust) -> Self { Value::$kind(Some(v.into())) }
        }
        impl From<Option<$rust>> for Value {
            fn from(v: Option<$rust>) -> Self { Value::$kind(v.map(Into::into)) }
        }
    )*};
}
into_value!(i64 => Int, i32 => Int, f64 => Real, bool => Bool, &str => Text, String => Text, &String => Text, Vec<u8> => Bytes);

impl From<Timestamp> for Value {
    fn from(at: Timestamp) -> Self {
        Self::Int(Some(at.0))
    }
}
impl From<Option<Timestamp>> for Value {
    fn from(at: Option<Timestamp>) -> Self {
        Self::Int(at.map(|at| at.0))
    }
}
impl<T> From<Id<T>> for Value {
    fn from(id: Id<T>) -> Self {
        Self::Int(Some(id.0))
    }
}
impl<T> From<Option<Id<T>>> for Value {
    fn from(id: Option<Id<T>>) -> Self {
        Self::Int(id.map(|id| id.0))
    }
}

/// A newtype over `i64` that both engines read from a BIGINT column.
macro_rules! bigint_column {
    ($type:ty, [$($generic:ident)?], $make:expr) => {
        impl<DB: sqlx::Database $(, $generic)?> sqlx::Type<DB> for $type where i64: sqlx::Type<DB> {
            fn type_info() -> DB::TypeInfo { <i64 as sqlx::Type<DB>>::type_info() }
            fn compatible(ty: &DB::TypeInfo) -> bool { <i64 as sqlx::Type<DB>>::compatible(ty) }
        }
        impl<'r, DB: sqlx::Database $(, $generic)?> sqlx::Decode<'r, DB> for $type where i64: sqlx::Decode<'r, DB> {
            fn decode(value: DB::ValueRef<'r>) -> std::result::Result<Self, sqlx::error::BoxDynError> {
                Ok($make(<i64 as sqlx::Decode<DB>>::decode(value)?))
            }
        }
    };
}
bigint_column!(Timestamp, [], Timestamp);
bigint_column!(Id<T>, [T], Id::from);

/// A word of a scale that is stored as TEXT: it is what its `word()` says and what `FromStr` reads.
macro_rules! text_column {
    ($($type:ty),* $(,)?) => {$(
        impl<DB: sqlx::Database> sqlx::Type<DB> for $type where String: sqlx::Type<DB> {
            fn type_info() -> DB::TypeInfo { <String as sqlx::Type<DB>>::type_info() }
            fn compatible(ty: &DB::TypeInfo) -> bool { <String as sqlx::Type<DB>>::compatible(ty) }
        }
        impl<'r, DB: sqlx::Database> sqlx::Decode<'r, DB> for $type where String: sqlx::Decode<'r, DB> {
            fn decode(value: DB::ValueRef<'r>) -> std::result::Result<Self, sqlx::error::BoxDynError> {
                let word = <String as sqlx::Decode<DB>>::decode(value)?;
                word.parse::<$type>().map_err(|_| format!("{word:?} is not a {}", stringify!($type)).into())
            }
        }
        impl From<$type> for Value {
            fn from(v: $type) -> Self { Value::Text(Some(v.word().to_string())) }
        }
    )*};
}
text_column!(
    crate::model::category::Category,
    crate::model::code::Purpose,
    crate::model::entity::EntityKind,
    crate::model::factor::FactorKind,
    crate::model::point::Exactness,
    crate::model::incident::Stage,
    crate::model::tlp::Tlp,
    crate::model::source::Licence,
    crate::model::watch::Pace,
    crate::model::source::Reliability,
    crate::model::viewer::Role,
);

/// Severity is a number from 0 to 5, so that it sorts.
impl<DB: sqlx::Database> sqlx::Type<DB> for crate::model::severity::Severity
where
    i64: sqlx::Type<DB>,
{
    fn type_info() -> DB::TypeInfo {
        <i64 as sqlx::Type<DB>>::type_info()
    }
    fn compatible(ty: &DB::TypeInfo) -> bool {
        <i64 as sqlx::Type<DB>>::compatible(ty)
    }
}
impl<'r, DB: sqlx::Database> sqlx::Decode<'r, DB> for crate::model::severity::Severity
where
    i64: sqlx::Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> std::result::Result<Self, sqlx::error::BoxDynError> {
        Ok(Self::from_level(<i64 as sqlx::Decode<DB>>::decode(value)?))
    }
}
impl From<crate::model::severity::Severity> for Value {
    fn from(v: crate::model::severity::Severity) -> Self {
        Value::Int(Some(v.level()))
    }
}

/// The arguments of a statement, in the order of `$1 $2 …`.
#[macro_export]
macro_rules! params {
    ($($v:expr),* $(,)?) => { vec![$($crate::store::db::Value::from($v)),*] };
}

/// Lets the log leave out what PostgreSQL says at every start: that the table of migrations is there already.
pub const QUIET: &str = "sqlx::postgres::notice=warn";

/// SQLite has one writer and many readers that cannot write; PostgreSQL one pool.
#[derive(Clone, Debug)]
pub enum Db {
    Sqlite { read: SqlitePool, write: SqlitePool },
    Postgres(PgPool),
}

pub enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

type Result<T> = sqlx::Result<T>;

/// What one statement runs on: `&Db` (a connection of its own) or `&mut Tx` (a transaction).
///
/// A function with one statement takes `impl Sql`. A function with several takes `&mut Tx`, so its signature says
/// that it is all or nothing. On `&Db`, `all`, `optional` and `one` only read.
pub trait Sql: Sized + Send {
    /// All rows of a statement that was joined from pieces; only `store/list.rs` and `store/search.rs` have such. Others use [`Sql::all`].
    fn all_joined<T: Record>(self, sql: SqlStr, args: Vec<Value>) -> impl Future<Output = Result<Vec<T>>> + Send;
    fn optional<T: Record>(self, sql: &'static str, args: Vec<Value>) -> impl Future<Output = Result<Option<T>>> + Send;
    /// Runs a statement and says how many rows it changed.
    fn run(self, sql: &'static str, args: Vec<Value>) -> impl Future<Output = Result<u64>> + Send;
    fn all<T: Record>(self, sql: &'static str, args: Vec<Value>) -> impl Future<Output = Result<Vec<T>>> + Send {
        self.all_joined(sql.into_sql_str(), args)
    }
    fn one<T: Record>(self, sql: &'static str, args: Vec<Value>) -> impl Future<Output = Result<T>> + Send {
        async move { self.optional(sql, args).await?.ok_or(sqlx::Error::RowNotFound) }
    }
    /// The first column of all rows.
    fn column<T: Send>(self, sql: &'static str, args: Vec<Value>) -> impl Future<Output = Result<Vec<T>>> + Send
    where
        (T,): Record,
    {
        async move { Ok(self.all::<(T,)>(sql, args).await?.into_iter().map(|row| row.0).collect()) }
    }
    /// The one value of the one row.
    fn value<T: Send>(self, sql: &'static str, args: Vec<Value>) -> impl Future<Output = Result<T>> + Send
    where
        (T,): Record,
    {
        async move { Ok(self.one::<(T,)>(sql, args).await?.0) }
    }
}

/// The highest `$n` in a statement. SQLite reads a missing argument as NULL, so we count.
fn placeholders(sql: &str) -> usize {
    sql.split('$').skip(1).filter_map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()).max().unwrap_or(0)
}

macro_rules! bind_all {
    ($query:expr, $args:expr) => {{
        let mut query = $query;
        for arg in $args {
            query = match arg {
                Value::Int(v) => query.bind(v),
                Value::Real(v) => query.bind(v),
                Value::Bool(v) => query.bind(v),
                Value::Text(v) => query.bind(v),
                Value::Bytes(v) => query.bind(v),
            };
        }
        query
    }};
}

fn checked(sql: SqlStr, args: &[Value]) -> SqlStr {
    debug_assert_eq!(placeholders(sql.as_str()), args.len(), "arguments of: {}", sql.as_str());
    sql
}

macro_rules! sql_for {
    ($on:ty, $sqlite:pat => $read:expr, $write:expr; $postgres:pat => $pg:expr) => {
        impl Sql for $on {
            async fn all_joined<T: Record>(self, sql: SqlStr, args: Vec<Value>) -> Result<Vec<T>> {
                let sql = checked(sql, &args);
                match self {
                    $sqlite => bind_all!(sqlx::query_as::<Sqlite, T>(sql), args).fetch_all($read).await,
                    $postgres => bind_all!(sqlx::query_as::<Postgres, T>(sql), args).fetch_all($pg).await,
                }
            }
            async fn optional<T: Record>(self, sql: &'static str, args: Vec<Value>) -> Result<Option<T>> {
                let sql = checked(sql.into_sql_str(), &args);
                match self {
                    $sqlite => bind_all!(sqlx::query_as::<Sqlite, T>(sql), args).fetch_optional($read).await,
                    $postgres => bind_all!(sqlx::query_as::<Postgres, T>(sql), args).fetch_optional($pg).await,
                }
            }
            async fn run(self, sql: &'static str, args: Vec<Value>) -> Result<u64> {
                let sql = checked(sql.into_sql_str(), &args);
                Ok(match self {
                    $sqlite => bind_all!(sqlx::query(sql), args).execute($write).await?.rows_affected(),
                    $postgres => bind_all!(sqlx::query(sql), args).execute($pg).await?.rows_affected(),
                })
            }
        }
    };
}
#[allow(unused_variables)]
mod verbs {
    use super::*;
    sql_for!(&Db, Db::Sqlite { read, write } => read, write; Db::Postgres(pool) => pool);
    sql_for!(&mut Tx, Tx::Sqlite(tx) => &mut **tx, &mut **tx; Tx::Postgres(tx) => &mut **tx);
}

/// The file of `sqlite:PATH`; none for an address of PostgreSQL.
pub fn path_of(address: &str) -> Option<PathBuf> {
    let path = address.strip_prefix("sqlite:")?;
    // sqlite://portal.db is beside us, sqlite:///portal.db at the root
    Some(if path.starts_with("///") { PathBuf::from(&path[2..]) } else { PathBuf::from(path.trim_start_matches("//")) })
}

fn merged(own: &Migrator) -> Vec<Migration> {
    let mut all: Vec<Migration> = SHARED.iter().chain(own.iter()).cloned().collect();
    all.sort_by_key(|m| m.version);
    all
}

fn newest(migrations: &[Migration]) -> i64 {
    migrations.last().map_or(0, |m| m.version)
}

/// The version that this program brings SQLite to.
pub(super) fn version_of_sqlite() -> i64 {
    newest(&merged(&ONLY_SQLITE))
}

/// Tries of a step that does not come further.
const MIGRATION_TRIES: usize = 3;

/// How long a database is tried that other processes are opening.
const OPENING_TIME: Duration = Duration::from_secs(5);
const OPENING_PAUSE: Duration = Duration::from_millis(50);

/// A folder that is not there yet is for who runs the portal alone.
pub fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut make = std::fs::DirBuilder::new();
    make.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut make, 0o700);
    make.create(folder)
}

/// Makes a database's file when there is none, with the hashes of passwords for its owner's eyes only; SQLite gives its log the same rights. Says
/// what hinders when it cannot be opened, which SQLite does not.
fn make_private(path: &Path) -> std::io::Result<()> {
    let mut open = std::fs::OpenOptions::new();
    open.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut open, 0o600);
    open.open(path).map(drop)
}

/// Opens a pool, also while another process is at the same: who makes a database's log, or takes it away, refuses all others at once, however long
/// they would have waited for a lock.
async fn open_in_turn(pool: SqlitePoolOptions, options: SqliteConnectOptions) -> sqlx::Result<SqlitePool> {
    let until = Instant::now() + OPENING_TIME;
    loop {
        match pool.clone().connect_with(options.clone()).await {
            Err(cause) if is_in_use(&cause) && Instant::now() < until => tokio::time::sleep(OPENING_PAUSE).await,
            outcome => return outcome,
        }
    }
}

/// SQLITE_BUSY or SQLITE_LOCKED, with whatever more the code says in its higher bytes.
pub(super) fn is_in_use(cause: &sqlx::Error) -> bool {
    let code = cause.as_database_error().and_then(|cause| cause.code()).and_then(|code| code.parse::<u32>().ok());
    code.is_some_and(|code| matches!(code & 0xff, 5 | 6))
}

impl Db {
    /// Opens `sqlite:PATH` (made when missing, with its folder) or `postgres://…`.
    pub async fn connect(address: &str) -> anyhow::Result<Self> {
        if address.starts_with("postgres://") || address.starts_with("postgresql://") {
            let options = PgConnectOptions::from_str(address).context("reading the database address")?;
            let said = || format!("connecting to PostgreSQL at {}:{}", options.get_host(), options.get_port());
            // a pool tries until its time is over, and then does not say why
            options.connect().await.with_context(said)?.close().await.with_context(said)?;
            let pool = PgPoolOptions::new().max_connections(12).acquire_timeout(Duration::from_secs(5)).after_connect(|connection, _| {
                // a process that stands still in the midst of a transaction would hold up all others for good
                Box::pin(async move { connection.execute("SET idle_in_transaction_session_timeout = '60s'").await.map(drop) })
            });
            let pool = pool.connect_with(options.clone()).await.with_context(said)?;
            return Ok(Self::Postgres(pool));
        }
        let path = path_of(address).context("the database must be sqlite:PATH or postgres://…")?;
        if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
            make_folder(folder).with_context(|| format!("making the folder {}", folder.display()))?;
        }
        make_private(&path).with_context(|| format!("opening {}", path.display()))?;
        let options = SqliteConnectOptions::new()
            .filename(&path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // FULL: a power cut loses no acknowledged write. NORMAL lost 579 of 9,601 in a measured cut.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5));
        let write = SqlitePoolOptions::new().max_connections(1).test_before_acquire(false).before_acquire(|connection, _| {
            Box::pin(async move {
                // a full disk ends a transaction without sqlx's knowing, and its connection would begin no other one ever again: the ping waits
                // for what is still to be rolled back, and what then counts as open is one of these
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        });
        let write = open_in_turn(write, options.clone()).await.with_context(|| format!("opening {}", path.display()))?;
        let read = SqlitePoolOptions::new().max_connections(4).test_before_acquire(false);
        let read = open_in_turn(read, options.read_only(true)).await.with_context(|| format!("opening {} for reading", path.display()))?;
        Ok(Self::Sqlite { read, write })
    }

    fn migrations(&self) -> Vec<Migration> {
        match self {
            Self::Sqlite { .. } => merged(&ONLY_SQLITE),
            Self::Postgres(_) => merged(&ONLY_POSTGRES),
        }
    }

    /// Applies the shared migrations and this engine's own, in version order.
    /// Refuses a database that a newer program has already changed.
    pub async fn migrate(&self) -> anyhow::Result<()> {
        let (mut tries, mut before) = (0, -1);
        loop {
            let outcome = self.migrate_once().await;
            let Err(cause) = outcome else { return Ok(()) };
            // another process that starts at the same time may be at it: each step is done once, and who comes second fails at it
            let now = self.version().await.unwrap_or(-1);
            tries = if now > before { 0 } else { tries + 1 };
            before = before.max(now);
            if tries == MIGRATION_TRIES || now > newest(&self.migrations()) {
                return Err(cause);
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    async fn migrate_once(&self) -> anyhow::Result<()> {
        let ours = newest(&self.migrations());
        let theirs = self.version().await?;
        anyhow::ensure!(theirs <= ours, "this database is at version {theirs}, and this program knows versions up to {ours}: start a newer program");
        let migrator = Migrator::with_migrations(self.migrations());
        match self {
            Self::Sqlite { write, .. } => migrator.run(write).await,
            Self::Postgres(pool) => migrator.run(pool).await,
        }
        .context("bringing the database up to date")
    }

    /// The newest migration that was applied; 0 for an empty database.
    async fn version(&self) -> anyhow::Result<i64> {
        let applied = match self {
            Self::Sqlite { write, .. } => {
                let mut connection = write.acquire().await?;
                connection.ensure_migrations_table(TABLE_OF_MIGRATIONS).await?;
                connection.list_applied_migrations(TABLE_OF_MIGRATIONS).await?
            }
            Self::Postgres(pool) => {
                let mut connection = pool.acquire().await?;
                connection.ensure_migrations_table(TABLE_OF_MIGRATIONS).await?;
                connection.list_applied_migrations(TABLE_OF_MIGRATIONS).await?
            }
        };
        Ok(applied.iter().map(|m| m.version).max().unwrap_or(0))
    }

    /// A transaction that may write. On SQLite it takes the writer's place at once, so it never fails half-way for a lock.
    pub async fn begin(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { write, .. } => Tx::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    pub fn engine(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    pub async fn close(&self) {
        match self {
            Self::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::Postgres(tx) => tx.commit().await,
        }
    }
}
