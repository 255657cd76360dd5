//! docs/security.md, D5: a copy while the portal runs, and a portal from the copy.

use super::*;
use std::path::Path;

fn with<'a>(command: &'a mut Command, act: &str, file: &Path) -> &'a mut Command {
    command.arg(act).arg(file)
}

/// Changes a copy behind the program's back.
fn change(file: &Path, sql: &'static str) {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let db = sqlx::SqlitePool::connect_with(sqlx::sqlite::SqliteConnectOptions::new().filename(file)).await.unwrap();
        sqlx::query(sql).execute(&db).await.unwrap();
        db.close().await;
    });
}

#[test]
fn d5_a_copy_of_the_running_portal_is_sound_and_becomes_a_portal_again() {
    let (data, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let copy = other.path().join("portal.copy");
    let mut running = demo(&data);
    let before = get(&format!("{}/incidents", running.address));
    let (saved, said) = run(with(&mut intelrift(&data), "backup", &copy));
    assert!(
        saved.status.success() && said.contains("articles of 53 sources") && said.contains("3 accounts") && said.contains("session.key"),
        "{said}"
    );
    let (again, said) = run(with(&mut intelrift(&data), "backup", &copy));
    assert!(!again.status.success() && said.contains("is there already") && said.contains("--force"), "{said}");
    assert!(run(with(&mut intelrift(&data), "backup", &copy).arg("--force")).0.status.success());
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&copy).unwrap()) & 0o777, 0o600, "hashes of passwords are in it");

    // not over a portal, and never under a running one
    let (refused, said) = run(with(&mut intelrift(&data), "restore", &copy));
    assert!(!refused.status.success() && said.contains("--force"), "{said}");
    let (refused, said) = run(with(&mut intelrift(&data), "restore", &copy).arg("--force"));
    assert!(!refused.status.success() && said.contains("stop the portal"), "{said}");
    signal(&running.child, "TERM");
    assert_eq!(ended(&mut running.child, 20).code(), Some(0));

    let fresh = tempfile::tempdir().unwrap();
    let (restored, said) = run(with(&mut intelrift(&fresh), "restore", &copy));
    assert!(restored.status.success() && said.contains("articles of 53 sources") && said.contains("put the old portal's session.key"), "{said}");
    sound(&fresh);
    assert!(run(intelrift(&fresh).args(["account", "list"])).1.contains("admin"));
    let title = before.split("href=\"/incidents/").nth(1).unwrap().split('"').next().unwrap();
    let (mut web, address) = serving(intelrift(&fresh).arg("web"));
    assert!(get(&format!("{address}/incidents/{title}")).starts_with("HTTP/1.1 200"), "the incident that was there is there");
    signal(&web, "TERM");
    assert_eq!(ended(&mut web, 15).code(), Some(0));

    // with --force what was there is put aside, not away
    let (forced, said) = run(with(&mut intelrift(&data), "restore", &copy).arg("--force"));
    assert!(forced.status.success() && said.contains("kept as") && data.path().join("intelrift.db.before-1").exists(), "{said}");
    sound(&data);

    // a damaged one too, and the log that a killed portal left is not read into the copy
    std::fs::write(data.path().join("intelrift.db"), "not a database any more").unwrap();
    std::fs::write(data.path().join("intelrift.db-wal"), "left").unwrap();
    let (forced, said) = run(with(&mut intelrift(&data), "restore", &copy).arg("--force"));
    let kept = std::fs::read_to_string(data.path().join("intelrift.db.before-2")).unwrap();
    assert!(forced.status.success() && kept == "not a database any more", "{said}");
    sound(&data);
    std::fs::remove_file(data.path().join("intelrift.db")).unwrap();
    std::fs::write(data.path().join("intelrift.db-wal"), "left").unwrap();
    let (refused, said) = run(with(&mut intelrift(&data), "restore", &copy));
    assert!(!refused.status.success() && said.contains("--force"), "{said}");
    assert!(run(with(&mut intelrift(&data), "restore", &copy).arg("--force")).0.status.success());
    sound(&data);
    let own = data.path().join("intelrift.db");
    let (refused, said) = run(with(&mut intelrift(&data), "backup", &own).arg("--force"));
    assert!(!refused.status.success() && said.contains("the database itself"), "{said}");
}

#[test]
fn d5_a_copy_takes_the_place_of_a_copy_alone_and_a_replay_that_of_a_replay() {
    let data = tempfile::tempdir().unwrap();
    assert!(run(intelrift(&data).args(["account", "add", "ada@example.org", "--role", "admin"])).0.status.success());
    let notes = data.path().join("notes.txt");
    std::fs::write(&notes, "not a copy").unwrap();
    for file in [notes.clone(), data.path().join("intelrift.db"), data.path().join("intelrift.db-wal")] {
        std::fs::OpenOptions::new().create(true).append(true).open(&file).unwrap();
        let (refused, said) = run(with(&mut intelrift(&data), "backup", &file).arg("--force"));
        assert!(!refused.status.success() && said.contains("give"), "{said}");
    }
    assert_eq!(std::fs::read_to_string(&notes).unwrap(), "not a copy");
    let (refused, said) = run(intelrift(&data).args(["demo", "--listen", "127.0.0.1:0", "--data"]).arg(data.path()));
    assert!(!refused.status.success() && said.contains("holds a portal's own database"), "{said}");
    assert!(run(intelrift(&data).args(["account", "list"])).1.contains("ada@example.org"));
}

#[test]
fn d5_a_copy_that_is_newer_or_broken_changes_nothing() {
    let (data, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let copy = other.path().join("copy");
    assert!(run(intelrift(&data).args(["account", "add", "ada@example.org"])).0.status.success());
    assert!(run(with(&mut intelrift(&data), "backup", &copy)).0.status.success());
    let bytes = std::fs::read(&copy).unwrap();
    let refuses = |says: &str| {
        let (refused, said) = run(with(&mut intelrift(&data), "restore", &copy).arg("--force"));
        assert!(!refused.status.success() && said.contains(says), "{says}: {said}");
        assert!(run(intelrift(&data).args(["account", "list"])).1.contains("ada@example.org"));
        assert_eq!(std::fs::read_dir(data.path()).unwrap().filter(|f| f.as_ref().unwrap().path().to_string_lossy().contains("before")).count(), 0);
    };
    std::fs::write(&copy, &bytes[..bytes.len() / 2]).unwrap();
    refuses("not a sound copy");
    std::fs::write(&copy, "Dear diary,").unwrap();
    refuses("not a sound copy");
    std::fs::write(&copy, &bytes).unwrap();
    change(&copy, "UPDATE _sqlx_migrations SET version = 9999 WHERE version = (SELECT MAX(version) FROM _sqlx_migrations)");
    refuses("use a newer program");
    std::fs::remove_file(&copy).unwrap();
    change_new(&copy);
    refuses("not a portal's");
    std::fs::remove_file(&copy).unwrap();
    refuses("there is no file");
    let nothing = tempfile::tempdir().unwrap();
    let (refused, said) = run(with(&mut intelrift(&nothing), "backup", &copy));
    assert!(!refused.status.success() && said.contains("there is no database") && !copy.exists(), "{said}");
}

/// A database of somebody else.
fn change_new(file: &Path) {
    std::fs::write(file, "").unwrap();
    change(file, "CREATE TABLE recipe (id INTEGER)");
}

#[test]
#[ignore = "needs PostgreSQL: TEST_POSTGRES=postgres://…"]
fn d5_on_postgresql_the_lines_of_the_docs_copy_and_bring_back() {
    let server = std::env::var("TEST_POSTGRES").expect("TEST_POSTGRES names a server");
    let (data, fresh) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let name = |what: &str| format!("copy_{what}_{}", std::process::id());
    let (old, new) = (format!("{server}/{}", name("old")), format!("{server}/{}", name("new")));
    let make = |what: &str| {
        assert!(
            Command::new("psql").args([&format!("{server}/postgres"), "-c", &format!("CREATE DATABASE {}", name(what))]).status().unwrap().success()
        )
    };
    make("old");
    make("new");
    assert!(run(intelrift(&data).env("INTELRIFT_DATABASE", &old).args(["account", "add", "ada@example.org", "--role", "editor"])).0.status.success());
    let copy = data.path().join("portal.dump");
    let (refused, said) = run(with(intelrift(&data).env("INTELRIFT_DATABASE", &old), "backup", &copy));
    assert!(!refused.status.success() && said.contains("pg_dump"), "{said}");

    // as docs/backup.md has them
    let docs = std::fs::read_to_string("docs/backup.md").unwrap();
    let lines: Vec<&str> = docs.lines().filter(|line| line.starts_with("pg_")).collect();
    assert_eq!(lines.len(), 2);
    for line in lines {
        let address = if line.starts_with("pg_dump") { &old } else { &new };
        let line = line.replace("portal.dump", copy.to_str().unwrap()).replace("\"$INTELRIFT_DATABASE\"", address);
        assert!(Command::new("sh").args(["-c", &line]).status().unwrap().success(), "{line}");
    }
    assert!(run(intelrift(&fresh).env("INTELRIFT_DATABASE", &new).args(["account", "list"])).1.contains("ada@example.org"));
    for what in ["old", "new"] {
        Command::new("psql").args([&format!("{server}/postgres"), "-c", &format!("DROP DATABASE {}", name(what))]).status().unwrap();
    }
}
