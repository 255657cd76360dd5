//! The store's functions where a story does not reach, on both engines.

#[path = "../world/mod.rs"]
mod world;

use intelrift::clock::{DAY, HOUR, MINUTE, Timestamp};
use intelrift::cluster::Clusterer;
use intelrift::id::Id;
use intelrift::ingest::price;
use intelrift::model::account::Email;
use intelrift::model::article::{Article, Item};
use intelrift::model::job::Work;
use intelrift::model::viewer::Role;
use intelrift::store::article::Joining;
use intelrift::store::item::Added;
use intelrift::store::list::{Filter, Key};
use intelrift::store::source::Findings;
use intelrift::store::{self, Sql};
use intelrift::{Error, params};
use std::collections::BTreeSet;
use std::time::Duration;

fn item(identity: &str) -> Item {
    Item {
        categories: vec![],
        identity: identity.into(),
        own_identity: format!("own {identity}"),
        has_link: true,
        shares_identity: false,
        address: format!("https://example.org/{identity}"),
        title: identity.into(),
        summary: String::new(),
        author: None,
        language: "en".into(),
        published_at: None,
    }
}

story!(an_item_is_stored_once, |world| {
    world.source("Wire").await;
    let source = store::source::list(&world.app.db).await.unwrap()[0].id;
    let now = world.app.clock.now();
    let mut tx = world.app.db.begin().await.unwrap();
    for (identity, is_new) in [("a", true), ("a", false), ("b", true)] {
        let added = store::item::add(&mut tx, source, &item(identity), now, now).await.unwrap();
        assert!(if is_new { matches!(added, Added::New(_)) } else { added == Added::Known }, "{identity}: {added:?}");
    }
    tx.commit().await.unwrap();
    assert_eq!(store::article::count(&world.app.db).await.unwrap(), (2, 2));
});

story!(an_item_under_another_id_each_time_is_one, |world| {
    world.source("Wire").await;
    let source = store::source::list(&world.app.db).await.unwrap()[0].id;
    let now = world.app.clock.now();
    let mut tx = world.app.db.begin().await.unwrap();
    let page = |identity: &str, address: &str, date| Item {
        address: address.into(),
        title: "Fire at refinery".into(),
        published_at: Some(date),
        ..item(identity)
    };
    for (identity, address, date, is_new) in [
        ("1", "http://example.org/fire", now, true),
        ("2", "http://example.org/fire", now, false),
        ("3", "https://example.org/fire", now, false),
        ("4", "https://example.org/fire", now.minus(DAY), true),
        ("5", "https://example.org/", now, true),
        ("6", "https://example.org/", now, true),
    ] {
        let added = store::item::add(&mut tx, source, &page(identity, address, date), date, now).await.unwrap();
        assert_eq!(matches!(added, Added::New(_)), is_new, "{identity}: {added:?}");
    }
});

story!(processes_that_start_together_bring_a_database_up_to_date_once, |world| {
    for round in 0..5 {
        let data = tempfile::tempdir().unwrap();
        // a database of its own beside this world's
        let address = match world.app.db.engine() {
            "SQLite" => format!("sqlite:{}", data.path().join("new.db").display()),
            _ => world.database.clone(),
        };
        let start = async || store::Db::connect(&address).await?.migrate().await;
        let (a, b, c, d) = tokio::join!(start(), start(), start(), start());
        for outcome in [a, b, c, d] {
            outcome.unwrap_or_else(|cause| panic!("in round {round}: {cause:?}"));
        }
    }
});

/// A source with one article, in a transaction that goes on.
async fn one_item(world: &world::World) -> (store::source::Row, store::Tx, Id<Article>) {
    world.source("Wire").await;
    let source = store::source::list(&world.app.db).await.unwrap()[0].clone();
    let now = world.app.clock.now();
    let mut tx = world.app.db.begin().await.unwrap();
    let Added::New(article) = store::item::add(&mut tx, source.id, &item("a"), now, now).await.unwrap() else { panic!("it is new") };
    (source, tx, article)
}

story!(a_corrected_item_is_shown_as_it_is_also_when_its_page_is_gone_or_its_versions_are_too_many, |world| {
    let (source, mut tx, article) = one_item(world).await;
    let now = world.app.clock.now();
    store::article::set_body(&mut tx, article, "The minister resigned.", source.licence).await.unwrap();
    let mut changes = 0;
    for number in 0..60 {
        let changed = Item { summary: format!("Correction {number}"), address: "https://example.org/moved".into(), ..item("a") };
        let added = store::item::add(&mut tx, source.id, &changed, now, now).await.unwrap();
        changes += usize::from(matches!(added, Added::Changed { .. }));
    }
    let row: (String, String, Option<String>, i64) =
        tx.one("SELECT summary, address, body, version FROM article WHERE id = $1", params![article]).await.unwrap();
    assert_eq!(row, ("Correction 59".into(), "https://example.org/moved".into(), None, 50));
    assert_eq!(changes, 49, "a feed that changes an item at each reading is no news each time");
});

story!(an_article_that_changes_while_its_page_is_kept_makes_neither_fail, |world| {
    let (source, tx, article) = one_item(world).await;
    let (db, now) = (&world.app.db, world.app.clock.now());
    tx.commit().await.unwrap();

    let mut reading = db.begin().await.unwrap();
    let changed = Item { summary: "Three are hurt.".into(), ..item("a") };
    let added = store::item::add(&mut reading, source.id, &changed, now, now).await.unwrap();
    assert!(matches!(added, Added::Changed { .. }), "{added:?}");
    let keeping = tokio::spawn({
        let db = db.clone();
        async move {
            let mut tx = db.begin().await?;
            store::article::set_body(&mut tx, article, "All of it.", source.licence).await?;
            Ok::<_, Error>(tx.commit().await?)
        }
    });
    // long enough for it to come to where it waits
    tokio::time::sleep(Duration::from_millis(200)).await;
    store::source::record_success(&mut reading, source.id, &Findings::default(), now, now).await.unwrap();
    reading.commit().await.unwrap();
    keeping.await.unwrap().unwrap();
    let (body,): (Option<String>,) = db.one("SELECT body FROM article WHERE id = $1", params![article]).await.unwrap();
    assert_eq!(body.as_deref(), Some("All of it."));
});

story!(a_transaction_that_is_dropped_leaves_nothing, |world| {
    world.source("Wire").await;
    let source = store::source::list(&world.app.db).await.unwrap()[0].id;
    let now = world.app.clock.now();
    {
        let mut tx = world.app.db.begin().await.unwrap();
        store::item::add(&mut tx, source, &item("a"), now, now).await.unwrap();
    }
    assert_eq!(store::article::count(&world.app.db).await.unwrap(), (0, 0));
});

story!(an_address_has_one_account, |world| {
    let now = world.app.clock.now();
    let ada = Email::parse("ada@example.org").unwrap();
    let id = store::account::add(&world.app.db, &ada, Role::Reader, "x", now).await.unwrap();
    assert!(matches!(store::account::add(&world.app.db, &ada, Role::Admin, "y", now).await, Err(Error::Taken)));
    store::account::set_role(&world.app.db, id, Role::Editor).await.unwrap();
    let found = store::account::find_by_email(&world.app.db, &ada).await.unwrap().unwrap();
    assert_eq!((found.id, found.role, found.name.as_str()), (id, Role::Editor, "ada"));
});

story!(many_workers_never_claim_one_job_twice, |world| {
    let db = &world.app.db;
    let now = world.app.clock.now();
    let mut tx = db.begin().await.unwrap();
    for n in 0..200 {
        store::job::add(&mut tx, Work::Analyze { incident: Id::from(n) }, now, now).await.unwrap();
    }
    tx.commit().await.unwrap();
    let claims = (1..=8).map(|worker| {
        let db = db.clone();
        tokio::spawn(async move {
            let mut mine = vec![];
            loop {
                let jobs = store::job::claim(&db, "analyze", worker, now, now.plus(MINUTE), 7).await.unwrap();
                if jobs.is_empty() {
                    return mine;
                }
                mine.extend(jobs.into_iter().map(|job| job.key));
            }
        })
    });
    let mut all = vec![];
    for claim in claims.collect::<Vec<_>>() {
        all.extend(claim.await.unwrap());
    }
    assert_eq!(all.len(), 200);
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 200);
    db.run("DELETE FROM job", vec![]).await.unwrap();
});

story!(a_job_that_is_asked_for_again_while_it_runs_runs_once_more, |world| {
    let db = &world.app.db;
    let now = world.app.clock.now();
    let add = async || {
        let mut tx = db.begin().await.unwrap();
        store::job::add(&mut tx, Work::Cluster, now, now).await.unwrap();
        tx.commit().await.unwrap();
    };
    let claim = async || store::job::claim(db, "cluster", 1, now, now.plus(MINUTE), 5).await.unwrap();
    let finish = async |job| {
        let mut tx = db.begin().await.unwrap();
        store::job::finish(&mut tx, job, 1).await.unwrap();
        tx.commit().await.unwrap();
    };
    add().await;
    add().await;
    let first = claim().await;
    assert_eq!(first.len(), 1, "two wishes that wait are one job");
    assert!(claim().await.is_empty(), "a running job is its worker's own");
    add().await;
    finish(first[0].id).await;
    let second = claim().await;
    assert_eq!(second.len(), 1);
    finish(second[0].id).await;
    assert_eq!(store::job::count(db).await.unwrap(), (0, 0));
});

story!(a_slow_worker_cannot_finish_a_job_that_another_took_over, |world| {
    let db = &world.app.db;
    let now = world.app.clock.now();
    let mut tx = db.begin().await.unwrap();
    store::job::add(&mut tx, Work::Cluster, now, now).await.unwrap();
    tx.commit().await.unwrap();
    let slow = store::job::claim(db, "cluster", 1, now, now.plus(MINUTE), 1).await.unwrap();
    let later = now.plus(MINUTE * 2);
    assert_eq!(store::job::claim(db, "cluster", 2, later, later.plus(MINUTE), 1).await.unwrap().len(), 1);
    let mut tx = db.begin().await.unwrap();
    store::job::finish(&mut tx, slow[0].id, 1).await.unwrap();
    store::job::fail(&mut tx, slow[0].id, 1, "late", None).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store::job::list(db, 5).await.unwrap()[0].state, "running");
    assert_eq!(store::job::release(db, 2).await.unwrap(), 1);
    db.run("DELETE FROM job", vec![]).await.unwrap();
});

story!(a_merged_incident_gives_its_articles_and_its_address_to_the_other, |world| {
    world.source("Wire").await;
    world.publishes("Wire", "Fire at oil refinery in Lagos", "", 9);
    world.publishes("Wire", "Museum opens new wing in Vienna", "", 8);
    world.work().await;
    let rows = store::queue::list(&world.app.db, store::queue::Whose::Anybodys, None, 9).await.unwrap();
    let (fire, museum) = (rows.iter().find(|r| r.title.contains("Fire")).unwrap(), rows.iter().find(|r| r.title.contains("Museum")).unwrap());
    let now = world.app.clock.now();
    let mut tx = world.app.db.begin().await.unwrap();
    store::merging::merge(&mut tx, fire.id, museum.id, now).await.unwrap();
    store::incident::count(&mut tx, fire.id).await.unwrap();
    assert_eq!(store::merging::heir(&mut tx, museum.id).await.unwrap(), fire.id);
    tx.commit().await.unwrap();
    let articles = store::article::list_of(&world.app.db, fire.id).await.unwrap();
    assert_eq!(articles.iter().map(|a| a.place).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(store::incident::find_by_slug(&world.app.db, &fire.slug).await.unwrap().articles, 2);
    assert!(matches!(store::incident::find_by_slug(&world.app.db, &museum.slug).await, Err(Error::Moved(path)) if path.ends_with(&fire.slug)));
    assert_eq!(store::queue::list(&world.app.db, store::queue::Whose::Anybodys, None, 9).await.unwrap().len(), 1);
});

story!(an_editors_move_and_an_article_that_joins_meanwhile_take_two_places, |world| {
    world.two_outlets().await;
    world.publishes("Wire", "Fire at oil refinery in Lagos kills three", "", 9);
    world.publishes("Gazette", "Museum opens new wing in Vienna", "", 8);
    world.work().await;
    let app = world.app.clone();
    let rows = store::queue::list(&app.db, store::queue::Whose::Anybodys, None, 9).await.unwrap();
    let id = |word: &str| rows.iter().find(|row| row.title.contains(word)).unwrap().id;
    let (fire, museum) = (id("Fire"), id("Museum"));
    let source = store::source::list(&app.db).await.unwrap()[0].id;
    let now = app.clock.now();
    let mut tx = app.db.begin().await.unwrap();
    let waiting = Item { title: "Three dead in fire at Lagos oil refinery".into(), ..item("late") };
    store::item::add(&mut tx, source, &waiting, now, now).await.unwrap();
    tx.commit().await.unwrap();

    let mut editor = app.db.begin().await.unwrap();
    store::turn::take(&mut editor).await.unwrap();
    let moving = store::article::list_ids(&mut editor, museum).await.unwrap();
    store::article::transfer(&mut editor, &moving, museum, fire, now).await.unwrap();
    let joining = tokio::spawn({
        let app = app.clone();
        async move { Clusterer::open(&app.config).unwrap().run(&app).await }
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    editor.commit().await.unwrap();
    joining.await.unwrap().unwrap();
    let places: Vec<i64> = store::article::list_heads(&app.db, fire).await.unwrap().iter().map(|article| article.place).collect();
    assert_eq!(places, [1, 2, 3]);
    world.work().await;
});

story!(of_a_very_large_incident_the_first_and_the_newest_articles_are_at_hand, |world| {
    world.source("Wire").await;
    let source = store::source::list(&world.app.db).await.unwrap()[0].id;
    let now = world.app.clock.now();
    let mut tx = world.app.db.begin().await.unwrap();
    let war = store::incident::open(&mut tx, "War", now, now).await.unwrap();
    for number in 1..=600 {
        let item = Item {
            identity: number.to_string(),
            own_identity: number.to_string(),
            shares_identity: false,
            has_link: true,
            address: format!("https://wire.example/{number}"),
            title: format!("Report {number}"),
            summary: String::new(),
            language: "en".into(),
            categories: vec![],
            author: None,
            published_at: None,
        };
        let Added::New(article) = store::item::add(&mut tx, source, &item, now, now).await.unwrap() else { panic!("{number} is new") };
        let joining = Joining { likeness: 1.0, reasons: None, original: None, voice: "Wire".into(), direction: None };
        store::article::join(&mut tx, article, war, joining, now).await.unwrap();
    }
    tx.commit().await.unwrap();
    let places: Vec<i64> = store::article::list_of(&world.app.db, war).await.unwrap().iter().map(|article| article.place).collect();
    assert_eq!(places, (1..=250).chain(351..=600).collect::<Vec<_>>());
    let all = store::article::list_heads(&world.app.db, war).await.unwrap();
    assert_eq!((all.len(), all[299].title.as_str()), (600, "Report 300"));
});

async fn incident(world: &world::World, title: &str, severity: i64, newest: Timestamp) {
    let mut tx = world.app.db.begin().await.unwrap();
    let id = store::incident::open(&mut tx, title, newest, newest).await.unwrap();
    tx.run("UPDATE incident SET stage = 'published', severity = $2, region = 'europe' WHERE id = $1", params![id, severity]).await.unwrap();
    tx.commit().await.unwrap();
}

story!(a_list_continues_where_it_stopped_also_among_equal_times, |world| {
    let at = Timestamp(1_000_000);
    for n in 0..9 {
        incident(world, &format!("t{n}"), n % 3, at).await;
    }
    for by_severity in [false, true] {
        let whole = store::list::list(&world.app.db, &Filter { by_severity, ..Filter::default() }, 100).await.unwrap();
        let mut read = vec![];
        let mut after = None;
        loop {
            let page = store::list::list(&world.app.db, &Filter { by_severity, after, ..Filter::default() }, 2).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some(Key { severity: last.severity.level(), newest_at: last.newest_at, id: last.id.0 });
            read.extend(page.into_iter().map(|row| row.title));
        }
        assert_eq!(read, whole.iter().map(|row| row.title.clone()).collect::<Vec<_>>(), "{by_severity}");
        assert_eq!(read.len(), 9);
    }
});

story!(the_counts_of_a_filter_leave_its_own_choice_out, |world| {
    let now = world.app.clock.now();
    incident(world, "a", 3, now).await;
    incident(world, "b", 5, now).await;
    incident(world, "c", 5, now.minus(DAY * 3)).await;
    use intelrift::model::severity::Severity::{Critical, Moderate};
    let filter = Filter { severities: vec![Critical], since: Some(now.minus(DAY)), ..Filter::default() };
    let counts = store::list::count(&world.app.db, &filter).await.unwrap();
    assert_eq!(counts.total, 1);
    assert_eq!(counts.severities, [(Moderate, 1), (Critical, 1)]);
    assert_eq!(counts.where_worst, [("europe".to_string(), Critical, 1)]);
});

story!(prices_are_kept_once_a_day_and_read_up_to_a_day, |world| {
    let mut tx = world.app.db.begin().await.unwrap();
    for quote in price::parse("date,brent,wti\n2022-03-17,106.6,\n2022-03-18,107.9,104.7\n2022-03-18,107.9,104.8\nnonsense\n").unwrap().quotes {
        store::quote::add(&mut tx, &quote).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(store::quote::count(&world.app.db).await.unwrap(), 3);
    assert_eq!(store::quote::list_until(&world.app.db, "wti", "2022-03-20", 9).await.unwrap(), [("2022-03-18".to_string(), 104.8)]);
    assert_eq!(store::quote::list_until(&world.app.db, "brent", "2022-03-17", 9).await.unwrap().len(), 1);
});

story!(the_outbox_is_read_in_order_and_swept, |world| {
    let now = world.app.clock.now();
    let mut tx = world.app.db.begin().await.unwrap();
    for n in 0..3 {
        store::outbox::add(&mut tx, "changed", Id::from(n), now.plus(HOUR * n as u32)).await.unwrap();
    }
    tx.commit().await.unwrap();
    let all = store::outbox::list_after(&world.app.db, Id::from(0), 9).await.unwrap();
    assert_eq!(all.iter().map(|h| h.incident_id.0).collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(store::outbox::list_after(&world.app.db, all[1].id, 9).await.unwrap().len(), 1);
    assert_eq!(store::outbox::newest(&world.app.db).await.unwrap(), all[2].id);
    assert_eq!(store::outbox::remove_before(&world.app.db, now.plus(HOUR)).await.unwrap(), 1);
});

story!(a_database_of_a_newer_program_is_refused, |world| {
    let columns = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'later', TRUE, $1, 0)";
    world.app.db.run(columns, params![vec![0u8; 48]]).await.unwrap();
    let refused = world.app.db.migrate().await.unwrap_err().to_string();
    assert!(refused.contains("version 9999") && refused.contains("start a newer program"), "{refused}");
});

#[tokio::test]
async fn sqlite_readers_cannot_write_and_the_writer_syncs_fully() {
    let data = tempfile::tempdir().unwrap();
    let db = store::Db::connect(&world::database(world::Engine::Sqlite, &data).await).await.unwrap();
    db.migrate().await.unwrap();
    let store::Db::Sqlite { read, write } = &db else { panic!("SQLite") };
    assert!(sqlx::query("DELETE FROM job").execute(read).await.is_err());
    let (mode,): (i64,) = sqlx::query_as("PRAGMA synchronous").fetch_one(write).await.unwrap();
    assert_eq!(mode, 2, "FULL");
    let (journal,): (String,) = sqlx::query_as("PRAGMA journal_mode").fetch_one(write).await.unwrap();
    assert_eq!(journal, "wal");
}

story!(the_queue_continues_where_it_stopped_also_among_equal_values_and_lists_nothing_merged, |world| {
    let at = Timestamp(1_000_000);
    let db = &world.app.db;
    for n in 0..9 {
        incident(world, &format!("t{n}"), 3, at).await;
        db.run("UPDATE incident SET stage = 'candidate', value = $2 WHERE title = $1", params![format!("t{n}"), (n % 3) as f64]).await.unwrap();
    }
    let whole = store::queue::list(db, store::queue::Whose::Anybodys, None, 100).await.unwrap();
    let (mut read, mut after) = (vec![], None);
    while let Some(page) = Some(store::queue::list(db, store::queue::Whose::Anybodys, after, 2).await.unwrap()).filter(|page| !page.is_empty()) {
        after = page.last().map(|last| last.id);
        read.extend(page.into_iter().map(|row| row.id));
    }
    assert_eq!((read.len(), &read), (9, &whole.iter().map(|row| row.id).collect()));
    assert!(whole.windows(2).all(|two| two[0].value >= two[1].value), "the most valuable first");
    // what was dismissed, without what became part of another
    db.run("UPDATE incident SET stage = 'dismissed'", params![]).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    store::merging::merge(&mut tx, read[0], read[1], at).await.unwrap();
    tx.commit().await.unwrap();
    let (mut dismissed, mut after) = (vec![], None);
    while let Some(page) = Some(store::queue::list_dismissed(db, after, 2).await.unwrap()).filter(|page| !page.is_empty()) {
        after = page.last().map(|last| last.id);
        dismissed.extend(page.into_iter().map(|row| row.id));
    }
    dismissed.sort();
    let mut others = [&read[..1], &read[2..]].concat();
    others.sort();
    assert_eq!(dismissed, others);
});

story!(what_a_topic_and_an_entity_have_is_read_page_by_page, |world| {
    let db = &world.app.db;
    for n in 0..9 {
        incident(world, &format!("t{n}"), 3, Timestamp(1_000_000 * (1 + n / 4))).await;
    }
    let all = store::list::list(db, &Filter::default(), 100).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    for row in &all {
        let sql = "INSERT INTO topic (incident_id, key, slug, label, language, newest_at) VALUES ($1, 'oil', 'oil', 'Oil', 'en', $2)";
        tx.run(sql, params![row.id, row.newest_at]).await.unwrap();
        let sql = "INSERT INTO mention (incident_id, kind, name, slug, articles, newest_at) VALUES ($1, 'place', 'Lagos', 'lagos', 1, $2)";
        tx.run(sql, params![row.id, row.newest_at]).await.unwrap();
    }
    tx.commit().await.unwrap();
    for is_topic in [true, false] {
        let (mut read, mut after) = (vec![], None);
        loop {
            let page = match is_topic {
                true => store::topic::list_incidents(db, "oil", after, 2).await.unwrap(),
                false => store::mention::list_incidents(db, "lagos", after, 2).await.unwrap(),
            };
            let Some(last) = page.last() else { break };
            after = Some(last.key());
            read.extend(page.into_iter().map(|row| row.title));
        }
        assert_eq!(read, all.iter().map(|row| row.title.clone()).collect::<Vec<_>>(), "newest first, and none twice");
    }
});
