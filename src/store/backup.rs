//! A copy of a portal's whole SQLite database while the portal runs, and its way back. PostgreSQL has its own tools for both: docs/backup.md.

use super::db::{is_in_use, version_of_sqlite};
use anyhow::{Context, Result, bail, ensure};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection, Row};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What a copy holds, found by reading all of it.
#[derive(Debug, PartialEq, Eq)]
pub struct Holds {
    /// The newest migration that was applied to it.
    pub version: i64,
    pub accounts: i64,
    pub sources: i64,
    pub articles: i64,
    pub incidents: i64,
    pub revisions: i64,
}

/// Copies a database into a new file, as it is at one moment, whatever is written meanwhile. The file gets its name only when the copy was
/// read again and is sound. A file of that name is refused unless `force`, and stays until then.
pub async fn save(place: &Path, file: &Path, force: bool) -> Result<Holds> {
    ensure!(place.is_file(), "there is no database {}", place.display());
    ensure!(force || !file.exists(), "{} is there already: give another name, or --force to replace it", file.display());
    let is_part = parts(place).iter().any(|(part, _)| is_one(part, file));
    ensure!(!is_part, "{} is the database itself, or its log: give the copy another name", file.display());
    let is_other = file.exists() && check(file).await.is_err();
    ensure!(!is_other, "{} is no copy of a portal's database, and stays as it is: give another name", file.display());
    let begun = Begun::beside(file)?;
    let name = begun.0.to_str().context("the name of the copy is to be text")?;
    let mut connection = SqliteConnectOptions::new().filename(place).read_only(true).busy_timeout(Duration::from_secs(5)).connect().await?;
    sqlx::query("VACUUM INTO $1").bind(name).execute(&mut connection).await.context("copying the database")?;
    connection.close().await?;
    let holds = check(&begun.0).await?;
    begun.becomes(file)?;
    Ok(holds)
}

/// Puts a copy where a portal's database is to be. A database that is there already is refused unless `force`, and then kept under another
/// name, which is given. Nothing is changed before the copy was read and is sound, nor while another process has the database open.
pub async fn bring_back(file: &Path, place: &Path, force: bool) -> Result<(Holds, Option<PathBuf>)> {
    ensure!(!is_one(place, file), "{} is the database itself, and no copy", file.display());
    let holds = check(file).await?;
    ensure!(
        force || parts(place).iter().all(|(part, _)| !part.exists()),
        "{} is there already: --force puts the copy in its place, and keeps what is there under another name",
        place.display()
    );
    if let Some(folder) = place.parent().filter(|f| !f.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).with_context(|| format!("making the folder {}", folder.display()))?;
    }
    let begun = Begun::beside(place)?;
    std::fs::copy(file, &begun.0).with_context(|| format!("copying {}", file.display()))?;
    ensure!(check(&begun.0).await? == holds, "the copy changed while it was read");
    let owner = owner(place);
    let kept = put_aside(place).await?;
    begun.becomes(place)?;
    // whoever ran the portal does so again, also when root brings its database back
    if let Some((user, group)) = owner {
        std::os::unix::fs::chown(place, Some(user), Some(group)).ok();
    }
    Ok((holds, kept))
}

/// Whose a database is, or is to be: its own, else its folder's user and group.
fn owner(place: &Path) -> Option<(u32, u32)> {
    use std::os::unix::fs::MetadataExt;
    let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let there = std::fs::metadata(place).or_else(|_| std::fs::metadata(folder)).ok()?;
    Some((there.uid(), there.gid()))
}

/// Reads all of a copy: that it is a portal's database, whole, and of a version that this program knows.
async fn check(file: &Path) -> Result<Holds> {
    ensure!(file.is_file(), "there is no file {}", file.display());
    let said = || format!("{} is not a sound copy of a portal's database", file.display());
    // a copy is one file: nothing is made beside it, and what is left beside it of something else is not read
    let options = SqliteConnectOptions::new().filename(file).read_only(true).immutable(true);
    let mut connection = options.connect().await.with_context(said)?;
    let outcome = read_through(&mut connection).await.with_context(said);
    connection.close().await.ok();
    let holds = outcome?;
    let newest = version_of_sqlite();
    ensure!(holds.version <= newest, "the copy is at version {}, and this program knows versions up to {newest}: use a newer program", holds.version);
    Ok(holds)
}

async fn read_through(connection: &mut SqliteConnection) -> Result<Holds> {
    let found: String = sqlx::query("PRAGMA integrity_check(1)").fetch_one(&mut *connection).await?.try_get(0)?;
    ensure!(found == "ok", "{found}");
    let loose = sqlx::query("PRAGMA foreign_key_check").fetch_optional(&mut *connection).await?;
    ensure!(loose.is_none(), "a row of it points to one that is not there");
    let row = sqlx::query(
        "SELECT (SELECT MAX(version) FROM _sqlx_migrations), (SELECT COUNT(*) FROM account), (SELECT COUNT(*) FROM source),
                (SELECT COUNT(*) FROM article), (SELECT COUNT(*) FROM incident), (SELECT COUNT(*) FROM revision)",
    );
    let row = row.fetch_one(connection).await.context("its tables are not a portal's")?;
    let n = |column| row.try_get::<i64, usize>(column);
    Ok(Holds { version: n(0)?, accounts: n(1)?, sources: n(2)?, articles: n(3)?, incidents: n(4)?, revisions: n(5)? })
}

/// The files that a database may consist of, and what each name ends in. A log that is left would be read into whatever takes the database's place.
fn parts(place: &Path) -> [(PathBuf, &'static str); 4] {
    ["", "-wal", "-shm", "-journal"].map(|end| (PathBuf::from(format!("{}{end}", place.display())), end))
}

fn is_one(place: &Path, file: &Path) -> bool {
    place.canonicalize().ok().zip(file.canonicalize().ok()).is_some_and(|(place, file)| place == file)
}

/// Keeps what is in a database's place under another name, which is given, whole or damaged; unless another process has it open.
async fn put_aside(place: &Path) -> Result<Option<PathBuf>> {
    if place.exists() && close(place).await.is_err_and(|cause| is_in_use(&cause)) {
        bail!("{} cannot be put aside: stop the portal that uses it first", place.display());
    }
    let there: Vec<_> = parts(place).into_iter().filter(|(part, _)| part.exists()).collect();
    if there.is_empty() {
        return Ok(None);
    }
    let name = free_name(place);
    for (part, end) in there {
        let aside = PathBuf::from(format!("{}{end}", name.display()));
        std::fs::rename(&part, &aside).with_context(|| format!("keeping {} as {}", part.display(), aside.display()))?;
    }
    Ok(Some(name))
}

/// Makes a database one file, without a write-ahead log beside it. SQLite does this only when no other process has the database open.
async fn close(place: &Path) -> sqlx::Result<()> {
    let mut connection = SqliteConnectOptions::new().filename(place).busy_timeout(Duration::ZERO).connect().await?;
    let outcome = sqlx::query("PRAGMA journal_mode = DELETE").execute(&mut connection).await;
    // waited for also when that failed: a connection that ends later would take away the log of what stands there by then
    connection.close().await?;
    outcome.map(drop)
}

/// `portal.db` is kept as `portal.db.before-1`, or the next number that is free.
fn free_name(place: &Path) -> PathBuf {
    let names = (1..).map(|n| PathBuf::from(format!("{}.before-{n}", place.display())));
    names.into_iter().find(|name| parts(name).iter().all(|(part, _)| !part.exists())).expect("some number is free")
}

/// A file that is being written, gone when it does not come to its end.
struct Begun(PathBuf);

impl Begun {
    fn beside(file: &Path) -> Result<Self> {
        let path = PathBuf::from(format!("{}.{:08x}", file.display(), rand::random::<u32>()));
        // hashes of passwords are in it: only its owner reads it
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&path).with_context(|| format!("writing {}", path.display()))?;
        Ok(Self(path))
    }

    /// Gives it its name when it is on the disk for good.
    fn becomes(self, file: &Path) -> Result<()> {
        let said = || format!("writing {}", file.display());
        File::open(&self.0).and_then(|f| f.sync_all()).with_context(said)?;
        std::fs::rename(&self.0, file).with_context(said)?;
        let folder = file.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
        #[cfg(unix)]
        File::open(folder).and_then(|f| f.sync_all()).with_context(said)?;
        Ok(())
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        for (part, _) in parts(&self.0) {
            std::fs::remove_file(part).ok();
        }
    }
}
