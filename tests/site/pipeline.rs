//! From feeds to pages: what goes wrong outside stays outside.

use crate::story;
use crate::world::{Served, World};
use intelrift::clock::DAY;
use intelrift::config::Config;
use intelrift::model::incident::Stage;
use intelrift::model::job::Work;
use intelrift::outbound::http::{Answer, Http, Validators};
use intelrift::store::Sql;
use intelrift::work::MAX_TRIES;
use intelrift::{params, store};
use std::time::Duration;

const BOMB: usize = 30 * 1024 * 1024;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(vec![], flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, bytes).unwrap();
    packed.finish().unwrap()
}

/// Spaces in the blocks of one repeated byte that RFC 8878 (3.1.1) describes: a window of 128 KiB, no sizes, no checksum.
fn zstd_of_spaces(size: usize) -> Vec<u8> {
    const BLOCK: usize = 128 * 1024;
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0, 7 << 3];
    let blocks = size / BLOCK;
    for number in 1..=blocks {
        let head = (BLOCK as u32) << 3 | 1 << 1 | u32::from(number == blocks);
        frame.extend_from_slice(&head.to_le_bytes()[..3]);
        frame.push(b' ');
    }
    frame
}

story!(c2_a_source_that_fails_says_why_and_holds_up_no_other, |world| {
    for (name, what, says) in [
        ("missing", Served::Text(404, String::new()), "it answered 404"),
        ("broken", Served::Text(500, String::new()), "it answered 500"),
        ("page", Served::Text(200, "<html><body>Hello</body></html>".into()), "what it sent is not a feed"),
        ("loop", Served::Redirect(format!("http://{}/loop.xml", world.feeds)), "it redirects more than 5 times"),
        ("inside", Served::Redirect("http://169.254.169.254/latest".into()), "169.254.169.254 is not a public address"),
        ("bomb", Served::Packed("br", intelrift::web::assets::brotli(&[b' '; BOMB], 1)), "it is larger than 10 MB"),
        ("gzip", Served::Packed("gzip", gzip(&[b' '; BOMB])), "it is larger than 10 MB"),
        ("zstd", Served::Packed("zstd", zstd_of_spaces(BOMB)), "it is larger than 10 MB"),
    ] {
        world.source(name).await;
        world.serves(name, what);
        world.work().await;
        let source = store::source::list(&world.app.db).await.unwrap().into_iter().find(|s| s.name == name).unwrap();
        assert!(source.problem.as_deref().is_some_and(|p| p.contains(says)), "{name}: {:?}", source.problem);
        assert_eq!(source.failures, 1, "{name}");
    }
    world.source("Wire").await;
    world.publishes("Wire", "Fire at refinery", "", 5);
    world.work().await;
    assert_eq!(store::article::count(&world.app.db).await.unwrap(), (1, 0));
    world.editor().await.get("/admin/sources").await.has("it answered 404").has("1 failure in a row");
});

story!(an_outage_of_our_own_network_makes_no_source_wait_longer, |world| {
    world.two_outlets().await;
    for name in ["Wire", "Gazette"] {
        world.publishes(name, "Fire at refinery", "", 5);
    }
    world.work().await;
    let failures = async |world: &World| store::source::list(&world.app.db).await.unwrap().iter().map(|source| source.failures).collect::<Vec<_>>();
    for name in ["Wire", "Gazette"] {
        world.serves(name, Served::Text(500, String::new()));
    }
    // six hours; what fails in the first one counts, since a source may have failed alone
    for _ in 0..36 {
        world.forward(Duration::from_secs(600));
        world.work().await;
    }
    assert!(failures(world).await.iter().all(|failures| *failures <= 4), "{:?}", failures(world).await);
    world.editor().await.get("/admin/sources").await.has("it answered 500");
    for name in ["Wire", "Gazette"] {
        world.publishes(name, "Earthquake shakes Chile", "", 1);
    }
    world.forward(Duration::from_secs(4_000));
    world.work().await;
    assert_eq!(failures(world).await, [0, 0], "read within the hour");
    // one that fails alone is asked less and less
    world.serves("Wire", Served::Text(500, String::new()));
    for _ in 0..36 {
        world.forward(Duration::from_secs(600));
        world.publishes("Gazette", "Another one", "", 1);
        world.work().await;
    }
    assert!(failures(world).await.iter().any(|failures| (2..=6).contains(failures)), "{:?}", failures(world).await);
});

story!(a_failing_source_is_asked_less_and_less_and_recovers_by_itself, |world| {
    world.source("Wire").await;
    world.serves("Wire", Served::Text(500, String::new()));
    world.work().await;
    // 600 s doubled after one failure, a tenth more or less
    world.forward(Duration::from_secs(900));
    world.work().await;
    assert_eq!(store::source::list(&world.app.db).await.unwrap()[0].failures, 1);
    world.forward(Duration::from_secs(600));
    world.work().await;
    assert_eq!(store::source::list(&world.app.db).await.unwrap()[0].failures, 2);
    world.publishes("Wire", "Fire at refinery", "", 5);
    world.forward(Duration::from_secs(3_000));
    world.work().await;
    let source = &store::source::list(&world.app.db).await.unwrap()[0];
    assert_eq!((source.failures, source.problem.as_deref()), (0, None));
    // what went wrong last is not forgotten
    let page = world.editor().await.get(&format!("/admin/sources/{}", source.id)).await;
    page.has("<dt>Last success</dt><dd>0 s ago").has("<dt>Last error</dt><dd>50 min ago<span class=\"meta\">it answered 500");
    assert_eq!(store::article::count(&world.app.db).await.unwrap(), (1, 0));
});

story!(a_feed_that_moved_for_good_is_read_there_from_then_on, |world| {
    world.source("Old").await;
    world.publishes("New", "Fire at refinery", "", 5);
    world.serves("Old", Served::Moved(format!("http://{}/New.xml", world.feeds)));
    world.work().await;
    let source = &store::source::list(&world.app.db).await.unwrap()[0];
    assert!(source.address.ends_with("/New.xml"), "{}", source.address);
    assert_eq!(store::article::count(&world.app.db).await.unwrap(), (1, 0));
    // a passing redirect is followed and forgotten
    world.source("Passing").await;
    world.serves("Passing", Served::Redirect(format!("http://{}/New.xml", world.feeds)));
    world.work().await;
    assert!(store::source::list(&world.app.db).await.unwrap().iter().any(|s| s.address.ends_with("/Passing.xml")));
});

story!(a_feed_that_moved_to_where_another_source_is_read_is_paused_and_says_so, |world| {
    world.source("Old").await;
    world.source("New").await;
    world.publishes("New", "Fire at refinery", "", 5);
    world.serves("Old", Served::Moved(format!("http://{}/New.xml", world.feeds)));
    world.work().await;
    let old = store::source::list(&world.app.db).await.unwrap().into_iter().find(|source| source.name == "Old").unwrap();
    assert!(!old.active && old.problem.as_deref().is_some_and(|why| why.contains("“New” is read already")), "{old:?}");
    assert_eq!(store::article::count(&world.app.db).await.unwrap(), (1, 0), "nothing came twice");
});

story!(what_a_clock_that_was_ahead_put_off_is_due_again, |world| {
    world.source("Wire").await;
    world.publishes("Wire", "Fire at refinery", "", 5);
    let (db, now) = (&world.app.db, world.app.clock.now());
    let source = store::source::list(db).await.unwrap()[0].id;
    let wrong = now.plus(DAY * 365);
    let mut tx = db.begin().await.unwrap();
    store::source::record_failure(&mut tx, source, "gone", 1, wrong, wrong).await.unwrap();
    store::job::add(&mut tx, Work::Cluster, wrong, wrong).await.unwrap();
    tx.commit().await.unwrap();
    assert!(store::source::list_due(db, now, 9).await.unwrap().is_empty() && !store::job::is_due(db, "cluster", now).await.unwrap());
    assert_eq!(store::source::forget_future(db, now, now.plus(DAY)).await.unwrap(), 1);
    assert_eq!(store::job::forget_future(db, now, now.plus(DAY)).await.unwrap(), 1);
    assert!(store::source::list_due(db, now, 9).await.unwrap() == [source] && store::job::is_due(db, "cluster", now).await.unwrap());
    world.work().await;
});

story!(a_redirect_waits_for_the_turn_of_the_host_that_it_leads_to, |world| {
    // one server by two names
    let there = world.feeds.replace("127.0.0.1", "localhost");
    let config = Config { fetch_pause_seconds: 1, fetch_allow: vec![world.feeds.clone(), there.clone()], ..(*world.app.config).clone() };
    let http = Http::new(&config).unwrap();
    world.serves("New", Served::Text(200, "news".into()));
    world.serves("Old", Served::Redirect(format!("http://{there}/New.xml")));
    let held = http.turn(&format!("http://{there}/")).await.unwrap();
    let (asking, old) = (http.clone(), format!("http://{}/Old.xml", world.feeds));
    let asked = tokio::spawn(async move { asking.get(&old, &Validators::default()).await });
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(!asked.is_finished(), "somebody else talks to that host");
    drop(held);
    assert!(matches!(asked.await.unwrap().unwrap(), Answer::Body(_)));
});

story!(a_feed_that_has_not_changed_says_so_and_may_have_moved, |world| {
    let feed = |title: &str| {
        format!(
            "<rss version=\"2.0\"><channel><title>Old</title><item><title>{title}</title><link>https://old.example/{title}</link></item></channel></rss>"
        )
    };
    world.source("Old").await;
    world.serves("Old", Served::Tagged("\"1\"", feed("Fire")));
    world.work().await;
    // a text that is not sent is not read: it is asked for by its mark, and taken for unchanged
    world.serves("Old", Served::Tagged("\"1\"", feed("Vote")));
    world.forward(Duration::from_secs(4_100));
    world.work().await;
    assert_eq!(store::article::count(&world.app.db).await.unwrap().0, 1);
    world.serves("New", Served::Tagged("\"1\"", feed("Vote")));
    world.serves("Old", Served::Moved(format!("http://{}/New.xml", world.feeds)));
    world.forward(Duration::from_secs(4_100));
    world.work().await;
    let source = &store::source::list(&world.app.db).await.unwrap()[0];
    assert!(source.address.ends_with("/New.xml") && source.failures == 0, "{}", source.address);
    world.serves("New", Served::Tagged("\"2\"", feed("Vote")));
    world.forward(Duration::from_secs(4_100));
    world.work().await;
    assert_eq!(store::article::count(&world.app.db).await.unwrap().0, 2);
});

story!(a_source_that_asks_for_patience_gets_it, |world| {
    world.source("Busy").await;
    world.serves("Busy", Served::Later(7_200));
    world.work().await;
    assert!(store::source::list(&world.app.db).await.unwrap()[0].problem.as_deref().unwrap().contains("asks for patience"));
    world.publishes("Busy", "Fire at refinery", "", 5);
    world.forward(Duration::from_secs(7_000));
    world.work().await;
    assert_eq!(store::article::count(&world.app.db).await.unwrap(), (0, 0));
    world.forward(Duration::from_secs(300));
    world.work().await;
    assert_eq!(store::article::count(&world.app.db).await.unwrap(), (1, 0));
});

story!(a_feed_read_twice_gives_each_article_once, |world| {
    world.published_fire().await;
    let before = store::article::count(&world.app.db).await.unwrap();
    for _ in 0..3 {
        world.forward(Duration::from_secs(700));
        world.work().await;
    }
    assert_eq!(store::article::count(&world.app.db).await.unwrap(), before);
});

story!(a_job_that_fails_is_tried_later_and_given_up_visibly, |world| {
    // a payload that no room can read: the job itself is broken
    let now = world.app.clock.now();
    let mut tx = world.app.db.begin().await.unwrap();
    store::job::add(&mut tx, Work::Cluster, now, now).await.unwrap();
    tx.commit().await.unwrap();
    use intelrift::store::Sql;
    world.app.db.run("UPDATE job SET payload = 'nonsense' WHERE kind = 'cluster'", vec![]).await.unwrap();
    for _ in 0..MAX_TRIES {
        world.work().await;
        world.forward(Duration::from_secs(3_700));
    }
    assert_eq!(store::job::count(&world.app.db).await.unwrap(), (0, 1));
    let editor = world.editor().await;
    let page = editor.get("/admin/jobs").await;
    page.has("given up").has("reading a job").has("Try again");
    let id = page.body.split("name=\"retry\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_string();
    world.app.db.run("UPDATE job SET payload = '\"cluster\"' WHERE kind = 'cluster'", vec![]).await.unwrap();
    editor.post("/admin/jobs", &[("retry", &id)]).await.is(303);
    world.work().await;
    assert_eq!(store::job::count(&world.app.db).await.unwrap(), (0, 0));
});

story!(a_feed_that_never_ends_is_cut_off, |world| {
    world.source("Endless").await;
    // twelve megabytes of items that compress to nothing
    world.serves("Endless", Served::Text(200, format!("<rss><channel>{}", "<item><title>x</title></item>".repeat(450_000))));
    world.work().await;
    let source = &store::source::list(&world.app.db).await.unwrap()[0];
    assert!(source.problem.as_deref().is_some_and(|p| p.contains("larger than 10 MB")), "{:?}", source.problem);
});

story!(a_worker_that_died_leaves_its_job_to_the_next, |world| {
    world.source("Wire").await;
    world.publishes("Wire", "Fire at refinery", "", 5);
    intelrift::ingest::enqueue_due(&world.app).await.unwrap();
    let now = world.app.clock.now();
    let until = now.plus(Duration::from_secs(60));
    let claimed = store::job::claim(&world.app.db, "fetch", 1, now, until, 5).await.unwrap();
    assert_eq!(claimed.len(), 1);
    // worker 1 is gone; until its lock runs out the job is its own
    assert_eq!(world.worker.drain().await.unwrap(), 0);
    world.forward(Duration::from_secs(61));
    assert!(world.worker.drain().await.unwrap() > 0);
    assert_eq!(store::article::count(&world.app.db).await.unwrap(), (1, 0));
});

story!(two_processes_share_the_work_and_do_nothing_twice, |world| {
    for n in 0..12 {
        let name = format!("outlet{n}");
        world.source(&name).await;
        world.publishes(&name, &format!("Fire at oil refinery in Lagos kills three, says outlet{n}"), "", n + 1);
    }
    intelrift::ingest::enqueue_due(&world.app).await.unwrap();
    let other = intelrift::work::Worker::new(world.app.clone()).unwrap();
    let (a, b) = tokio::join!(world.worker.drain(), other.drain());
    a.unwrap();
    b.unwrap();
    world.work().await;
    assert_eq!(store::article::count(&world.app.db).await.unwrap(), (12, 0));
    let rows = store::queue::list(&world.app.db, store::queue::Whose::Anybodys, None, 50).await.unwrap();
    assert_eq!(rows.iter().map(|r| r.articles).sum::<i64>(), 12, "each article has one place");
});

story!(an_article_in_another_language_says_why_it_is_there, |world| {
    world.two_outlets().await;
    world.publishes("Wire", "Simone Biles withdraws from Olympic team final in Tokyo", "", 60);
    world.publishes("Gazette", "Симона Байлз снялась с командного финала Олимпиады в Токио", "", 30);
    world.work().await;
    let path = world.path_of("biles").await;
    world
        .anybody()
        .get(&path)
        .await
        .has("2 articles")
        .has("shares the name Симона Байлз, the place Токио; 30 minutes apart; score 0.")
        .lacks("shares <");
    let editor = world.editor().await;
    editor.get("/admin/queue").await.has("Biles").has("Together because of the name");
    editor.get(&world.desk_path_of("Biles").await).await.has("; shares the name").has("score 0.");
});

story!(a_feed_is_read_as_often_as_it_has_news, |world| {
    world.two_outlets().await;
    world.publishes("Wire", "Fire at refinery", "", 5);
    world.publishes("Gazette", "Parliament votes", "", 5);
    for round in 0..30 {
        world.publishes("Wire", &format!("Headline number {round} of a busy day in town {round}"), "", 1);
        world.publishes("Wire", &format!("Another report {round} from court {round}"), "", 1);
        world.work().await;
        world.forward(Duration::from_secs(700));
    }
    world.work().await;
    let pace = |name: &'static str| {
        let db = world.app.db.clone();
        async move { store::source::list(&db).await.unwrap().into_iter().find(|s| s.name == name).unwrap().pace.unwrap() }
    };
    let (busy, quiet) = (pace("Wire").await, pace("Gazette").await);
    // two new items in 700 s are about ten an hour
    assert!((8.0..12.0).contains(&busy), "{busy}");
    assert!(quiet < 0.1, "{quiet}");
    // both are read now: their next times are counted from here
    world.forward(Duration::from_secs(4_000));
    world.work().await;
    let due = |at: Duration| world.app.clock.now().plus(at);
    let soon = store::source::list_due(&world.app.db, due(Duration::from_secs(250)), 9).await.unwrap();
    let late = store::source::list_due(&world.app.db, due(Duration::from_secs(4_000)), 9).await.unwrap();
    assert_eq!((soon.len(), late.len()), (1, 2), "about 200 s for the busy one, an hour for the quiet one, a tenth more or less");
});

story!(what_a_headline_says_now_is_what_others_are_like, |world| {
    world.two_outlets().await;
    let says = |title: &str| {
        let item = format!("<item><guid>b1</guid><link>https://Wire.example/blast</link><title>{title}</title></item>");
        Served::Text(200, format!("<rss version=\"2.0\"><channel><title>Wire</title>{item}</channel></rss>"))
    };
    world.serves("Wire", says("Explosion heard in Brno"));
    world.publishes("Gazette", "Museum opens new wing for visitors in Oslo", "", 20);
    world.work().await;
    world.serves("Wire", says("Gas leak blamed as brewery blast injures 12"));
    world.forward(Duration::from_secs(4_100));
    world.work().await;
    world.publishes("Gazette", "Brewery blast injures 12, gas leak blamed", "", 5);
    world.forward(Duration::from_secs(4_100));
    world.work().await;
    let rows = store::queue::list(&world.app.db, store::queue::Whose::Anybodys, None, 9).await.unwrap();
    let mut sizes: Vec<i64> = rows.iter().map(|row| row.articles).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [1, 2]);
});

story!(two_feeds_that_reach_back_tell_of_one_event, |world| {
    world.two_outlets().await;
    let days_ago = 20 * 1_440;
    world.publishes("Wire", "Bank of Zambia raises key rate to 14 percent", "", days_ago);
    world.publishes("Gazette", "Museum opens new wing for visitors in Oslo", "", days_ago);
    world.work().await;
    world.publishes("Gazette", "Zambia central bank raises key rate to 14 percent", "", days_ago + 60);
    world.forward(Duration::from_secs(4_100));
    world.work().await;
    let rows = store::queue::list(&world.app.db, store::queue::Whose::Anybodys, None, 9).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.articles).sum::<i64>(), 3);
    assert_eq!(rows.len(), 2);
});

story!(an_article_that_its_source_changes_says_what_it_says_now_and_keeps_what_it_said, |world| {
    let path = world.published_fire().await;
    let feed = |title: &str, summary: &str| {
        Served::Text(
            200,
            format!(
                "<rss version=\"2.0\"><channel><title>Wire</title><item><guid>Wire-1</guid><link>https://Wire.example/1</link><title>{title}</title><description>{summary}</description></item></channel></rss>"
            ),
        )
    };
    let text = "A fire at an oil refinery in Lagos, Nigeria, killed three workers on Sunday. Oil prices rose after the fire.";
    // other spaces, marks and capitals are no other text
    world.serves("Wire", feed("FIRE at oil refinery in  Lagos kills three!", text));
    world.forward(Duration::from_secs(4_100));
    world.work().await;
    world.anybody().get(&path).await.has("Fire at oil refinery in Lagos kills three");
    world.serves(
        "Wire",
        feed("Fire at oil refinery in Lagos kills five", "A fire at an oil refinery in Lagos, Nigeria, killed five workers on Sunday."),
    );
    world.forward(Duration::from_secs(4_100));
    world.work().await;
    let incident = store::queue::list(&world.app.db, store::queue::Whose::Anybodys, None, 1).await.unwrap()[0].id;
    let articles = store::article::list_of(&world.app.db, incident).await.unwrap();
    let changed = articles.iter().find(|a| a.source_name == "Wire").unwrap();
    assert_eq!(changed.title, "Fire at oil refinery in Lagos kills five");
    let versions = store::article::list_versions(&world.app.db, changed.id).await.unwrap();
    assert_eq!(versions.len(), 1);
    assert_eq!((versions[0].0, versions[0].1.as_str()), (1, "Fire at oil refinery in Lagos kills three"));
    world.editor().await.get(&format!("/admin/incidents/{incident}")).await.has(": “Fire at oil refinery in Lagos kills three”</span>");
    assert_eq!(store::article::count(&world.app.db).await.unwrap(), (2, 0));
    let path = world.path_of("kills-five").await;
    world.anybody().get(&path).await.has("kills five");
    // an item that left the feed stays
    world.serves("Wire", Served::Text(200, "<rss version=\"2.0\"><channel><title>Wire</title></channel></rss>".into()));
    world.forward(Duration::from_secs(4_100));
    world.work().await;
    assert_eq!(store::article::count(&world.app.db).await.unwrap(), (2, 0));
});

story!(items_of_one_date_and_without_ids_are_all_kept, |world| {
    world.source("Wire").await;
    let items: String = (0..5)
        .map(|n| {
            format!("<item><title>Report {n}</title><link>https://wire.example/same</link><pubDate>Sun, 20 Mar 2022 08:00:00 GMT</pubDate></item>")
        })
        .collect();
    world.serves("Wire", Served::Text(200, format!("<rss version=\"2.0\"><channel><title>Wire</title>{items}</channel></rss>")));
    world.work().await;
    assert_eq!(store::article::count(&world.app.db).await.unwrap().0, 5);
});

story!(an_item_is_the_same_whatever_stands_beside_it_in_its_feed, |world| {
    let stored = |db: store::Db| async move { store::article::count(&db).await.unwrap().0 };
    world.source("Wire").await;
    let item = |link: &str, title: &str| format!("<item><guid>1</guid><title>{title}</title><link>https://wire.example/{link}</link></item>");
    let (fire, vote, flood) = (item("fire", "Fire at refinery"), item("vote", "Parliament votes"), item("flood", "Rivers burst banks"));
    // all go by one id; each is one article, side by side or alone
    for (items, articles) in [
        (vec![&fire], 1),
        (vec![&fire, &vote], 2),
        (vec![&vote], 2),
        (vec![&fire], 2),
        (vec![&flood], 3),
        (vec![&vote, &flood, &fire], 3),
        // of an id that was shared once nothing is written over
        (vec![&item("fire", "Blast kills five")], 4),
    ] {
        let items: String = items.into_iter().map(String::as_str).collect();
        world.serves("Wire", Served::Text(200, format!("<rss version=\"2.0\"><channel><title>Wire</title>{items}</channel></rss>")));
        world.forward(Duration::from_secs(4_100));
        world.work().await;
        assert_eq!(stored(world.app.db.clone()).await, articles, "{items}");
    }
    // without id and link a title is an article of its own
    world.source("Bare").await;
    for (title, articles) in [("Fire", 5), ("Vote", 6), ("Fire", 6)] {
        let feed = format!("<rss version=\"2.0\"><channel><title>Bare</title><item><title>{title}</title></item></channel></rss>");
        world.serves("Bare", Served::Text(200, feed));
        world.forward(Duration::from_secs(4_100));
        world.work().await;
        assert_eq!(stored(world.app.db.clone()).await, articles, "{title}");
    }
});

story!(an_item_that_comes_again_with_other_marks_is_one_article, |world| {
    world.source("Wire").await;
    let fixed = "<pubDate>Sun, 20 Mar 2022 08:00:00 GMT</pubDate>";
    for reading in 1..=3 {
        let page = |title: &str, link: &str, rest: &str| {
            format!(
                "<item><title>{title}</title><link>https://wire.example/{link}</link><description>Two died at {title}.</description>{rest}</item>"
            )
        };
        let now = world.app.clock.now().rfc2822();
        let items = [
            page("Tracked fire", &format!("a?utm_content=b{reading}"), fixed),
            page(
                "Tracked flood",
                &format!("b?id=5&amp;utm_source=b{reading}"),
                &format!("<guid>https://wire.example/b?id=5&amp;utm_source=b{reading}</guid>{fixed}"),
            ),
            page("Fragment storm", &format!("c#b{reading}"), fixed),
            page("Session quake", &format!("d.jsp;jsessionid=A{reading}?id=5"), fixed),
            page("Undated strike", "e", &format!("<guid isPermaLink=\"false\">b{reading}</guid>")),
            page("Redated vote", "f", &format!("<guid isPermaLink=\"false\">c{reading}</guid><pubDate>{now}</pubDate>")),
            // these are two, and stay two
            page("Morning news", "g?id=1", fixed),
            page("Morning news", "g?id=2", fixed),
        ];
        world.serves("Wire", Served::Text(200, format!("<rss version=\"2.0\"><channel><title>Wire</title>{}</channel></rss>", items.concat())));
        world.forward(Duration::from_secs(4_100));
        world.work().await;
        assert_eq!(store::article::count(&world.app.db).await.unwrap().0, 8, "after reading {reading}");
    }
});

story!(ids_that_are_places_in_a_list_name_another_item_each_time, |world| {
    world.source("Wire").await;
    let item =
        |id: usize, title: &str, link: &str| format!("<item><guid>{id}</guid><title>{title}</title><link>https://wire.example/{link}</link></item>");
    let all = [
        ("The fire at the refinery in Lagos", "fire"),
        ("The vote in the parliament of Peru", "vote"),
        ("The flood of the river in Hanoi", "flood"),
        ("The strike of the dockers in Kiel", "strike"),
        // also where neighbours are about one thing
        ("The strike of the dockers in Kiel ends", "end"),
    ];
    // the newest comes first, and takes the first id; the last reading is of the same
    for newest in [1, 2, 3, 4, 5, 5] {
        let items: String = (0..newest).map(|n| item(n + 1, all[newest - 1 - n].0, all[newest - 1 - n].1)).collect();
        world.serves("Wire", Served::Text(200, format!("<rss version=\"2.0\"><channel><title>Wire</title>{items}</channel></rss>")));
        world.forward(Duration::from_secs(4_100));
        world.work().await;
    }
    let source = store::source::list(&world.app.db).await.unwrap()[0].id;
    let mut titles: Vec<String> =
        store::article::list_of_source(&world.app.db, source, 20).await.unwrap().into_iter().map(|article| article.title).collect();
    titles.sort_unstable();
    let mut expected: Vec<&str> = all.iter().map(|(title, _)| *title).collect();
    expected.sort_unstable();
    assert_eq!(titles, expected);
});

story!(an_outlet_that_gives_its_page_a_new_address_with_a_new_title_tells_one_thing, |world| {
    world.source("Wire").await;
    for (title, link) in [("Fire at Lagos refinery kills three", "fire-kills-three"), ("Fire at Lagos refinery kills five", "fire-kills-five")] {
        let item = format!("<item><guid>urn:7</guid><title>{title}</title><link>https://wire.example/{link}</link></item>");
        world.serves("Wire", Served::Text(200, format!("<rss version=\"2.0\"><channel><title>Wire</title>{item}</channel></rss>")));
        world.forward(Duration::from_secs(4_100));
        world.work().await;
    }
    assert_eq!(store::article::count(&world.app.db).await.unwrap().0, 1);
});

story!(c2_servers_that_hang_trickle_lie_or_nest_hold_up_no_other_feed, |world| {
    let tags = "<a>".repeat(3_000_000);
    let item = |text: &str| format!("<rss><channel><title>X</title><item><title>Deep</title><link>https://deep.example/</link><description>{text}");
    let mut bad: Vec<(String, Served, &str)> = (0..12).map(|n| (format!("hang{n}"), Served::Hang, "too long")).collect();
    bad.push(("trickle".into(), Served::Trickle, "too long"));
    bad.push(("lies".into(), Served::Lies("<rss><channel><item><title>Half".into()), "closed before message completed"));
    // nested in the feed itself, and in the text of an item
    bad.push(("nested".into(), Served::Text(200, item(&tags)), ""));
    bad.push(("deep".into(), Served::Text(200, item(&format!("<![CDATA[{tags}]]></description></item></channel></rss>"))), ""));
    for (name, what, _) in &bad {
        world.source(name).await;
        world.serves(name, what.clone());
    }
    world.source("Wire").await;
    world.publishes("Wire", "Fire at refinery", "", 5);
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let worker = world.worker.clone();
    let began = std::time::Instant::now();
    let work = tokio::spawn(async move { worker.run(stopping).await });
    loop {
        let sources = store::source::list(&world.app.db).await.unwrap();
        if sources.iter().any(|s| s.name == "Wire" && s.worked_at.is_some()) {
            break;
        }
        let none_is_given_up = sources.iter().all(|s| s.tried_at.is_none() || !s.name.starts_with("hang"));
        assert!(none_is_given_up, "the good feed is read while the others are waited for");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    while store::source::list(&world.app.db).await.unwrap().iter().any(|s| s.tried_at.is_none()) {
        assert!(began.elapsed() < Duration::from_secs(240), "all are given up in time");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    stop.send_replace(true);
    work.await.unwrap();
    world.work().await;
    let sources = store::source::list(&world.app.db).await.unwrap();
    for (name, _, says) in bad {
        let source = sources.iter().find(|s| s.name == name).unwrap();
        assert!(source.problem.as_deref().unwrap_or("").contains(says), "{name}: {:?}", source.problem);
    }
});

story!(all_incidents_are_drafted_anew_in_steps_that_can_be_stopped_and_go_on, |world| {
    world.source("Wire").await;
    let places = ["Lagos", "Oslo", "Lima", "Quito", "Hanoi", "Dakar", "Minsk", "Tunis"];
    for (n, place) in places.iter().enumerate() {
        world.publishes("Wire", &format!("Number {n}: museum of {place} opens its doors to visitors"), "", 10);
    }
    world.work().await;
    let editor = world.editor().await;
    editor.get("/admin/jobs").await.is(200).has("All incidents anew").has("Begin");
    editor.post("/admin/jobs", &[("again", "begin")]).await.is(303);
    editor.post("/admin/jobs", &[("again", "stop")]).await.is(303);
    world.work().await;
    editor.get("/admin/jobs").await.has("0 of 8 incidents, stopped").has("Go on");
    editor.post("/admin/jobs", &[("again", "begin")]).await.is(303);
    world.work().await;
    world.forward(std::time::Duration::from_secs(5));
    world.work().await;
    editor.get("/admin/jobs").await.has("8 of 8 incidents, done").has("Once more");
    let drafted: Vec<_> = intelrift::store::queue::list(&world.app.db, intelrift::store::queue::Whose::Anybodys, None, 20).await.unwrap();
    assert_eq!(drafted.len(), 8);
});

story!(what_an_editor_publishes_while_articles_are_clustered_is_not_dismissed_by_a_merge, |world| {
    world.source("Wire").await;
    world.publishes("Wire", "Fire at oil refinery in Lagos kills three workers", "", 90);
    world.publishes("Wire", "Owner of Dangote plant mourns dead after night blaze", "", 80);
    world.work().await;
    let id = async |number| store::incident::find_by_number(&world.app.db, number).await.unwrap().unwrap().id;
    let (older, younger) = (id(1).await, id(2).await);
    world.publishes("Wire", "Owner of Dangote oil refinery in Lagos mourns three workers killed in fire", "", 1);
    world.forward(Duration::from_secs(4_100));
    let mut editor = world.app.db.begin().await.unwrap();
    store::incident::find_for_change(&mut editor, younger).await.unwrap();
    store::incident::set_stage(&mut editor, younger, Stage::Published, None).await.unwrap();
    // the article that makes the two one comes before the editor is done
    let ((), done) = tokio::join!(world.work(), async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        editor.commit().await
    });
    done.unwrap();
    world.work().await;
    let stands = store::incident::find(&world.app.db, younger).await.unwrap().unwrap();
    assert_eq!((stands.stage, stands.articles), (Stage::Published, 3));
    let mut tx = world.app.db.begin().await.unwrap();
    assert_eq!(store::merging::heir(&mut tx, older).await.unwrap(), younger);
});

story!(what_comes_after_an_incident_is_closed_opens_one_that_continues_it, |world| {
    let before = world.published_fire().await;
    world.forward(Duration::from_secs(20 * 86_400));
    world.publishes("Wire", "Inquiry blames broken valve for fire at Lagos oil refinery that killed three", "", 40);
    world.publishes("Gazette", "Broken valve caused Lagos oil refinery fire that killed three, inquiry says", "", 20);
    world.publishes("Wire", "Earthquake shakes Chile and injures dozens", "", 40);
    world.publishes("Gazette", "Dozens injured as earthquake shakes Chile", "", 20);
    world.work().await;
    let reader = world.anybody();
    let (inquiry, quake) = (world.path_of("inquiry").await, world.path_of("earthquake").await);
    assert_ne!(inquiry, before);
    reader.get(&inquiry).await.has(&format!("Continues <a href=\"{before}\""));
    reader.get(&quake).await.lacks("Continues <a");
    reader.get(&before).await.lacks("Continues <a").has(&format!("Continued in <a href=\"{inquiry}\""));
    // an editor knows better, either way
    let editor = world.editor().await;
    let id = async |path: &str| store::incident::find_by_slug(&world.app.db, path.trim_start_matches("/incidents/")).await.unwrap().id;
    let (first, desk) = (format!("/admin/incidents/{}", id(&before).await), format!("/admin/incidents/{}", id(&inquiry).await));
    let decide = async |desk: &str, act: &str, number: &str| editor.post(&format!("{desk}/decisions"), &[("do", act), ("continues", number)]).await;
    editor.get(&desk).await.has("It continues <a");
    editor.get(&format!("{desk}/preview")).await.has(&format!("Continues <a href=\"{before}\""));
    decide(&desk, "stand-alone", "").await.is(303);
    reader.get(&inquiry).await.lacks("Continues <a");
    reader.get(&before).await.lacks("Continued in");
    for wrong in ["", "no number", "99", "2"] {
        decide(&desk, "continue", wrong).await.is(422).has("id=\"continues-e\"");
    }
    decide(&desk, "continue", "No. 1").await.is(303);
    reader.get(&inquiry).await.has(&format!("Continues <a href=\"{before}\""));
    reader.get(&before).await.has(&format!("Continued in <a href=\"{inquiry}\""));
    decide(&first, "continue", "2").await.is(422).has("did not begin before this one");
    // the search for what it goes on with does not overrule an editor
    let mut tx = world.app.db.begin().await.unwrap();
    store::chapter::go_on_from(&mut tx, id(&inquiry).await, id(&quake).await).await.unwrap();
    tx.commit().await.unwrap();
    reader.get(&inquiry).await.has(&format!("Continues <a href=\"{before}\""));
    // a merge hands it on
    let (keep, gone) = (id(&quake).await, id(&inquiry).await);
    let mut tx = world.app.db.begin().await.unwrap();
    let mut chapters = store::chapter::list_links(&mut tx, keep, gone).await.unwrap();
    store::merging::merge(&mut tx, keep, gone, world.app.clock.now()).await.unwrap();
    store::chapter::look_again(&mut tx, &mut chapters).await.unwrap();
    tx.commit().await.unwrap();
    let member = world.reader().await;
    member.get(&quake).await.has(&format!("Continues <a href=\"{before}\""));
    member.get(&before).await.has(&format!("Continued in <a href=\"{quake}\""));
    // and an undo takes it back
    let mut tx = world.app.db.begin().await.unwrap();
    store::merging::revive(&mut tx, gone, keep, inquiry.trim_start_matches("/incidents/"), Stage::Published).await.unwrap();
    store::chapter::give_links_back(&mut tx, &chapters).await.unwrap();
    tx.commit().await.unwrap();
    member.get(&quake).await.lacks("Continues <a");
    member.get(&inquiry).await.has(&format!("Continues <a href=\"{before}\""));
    // what was retracted is not linked any more
    let mut tx = world.app.db.begin().await.unwrap();
    store::incident::set_stage(&mut tx, id(&before).await, Stage::Retracted, Some("It was another fire.")).await.unwrap();
    tx.commit().await.unwrap();
    member.get(&inquiry).await.lacks("Continues <a");
});

/// A feed of so many items.
fn long_feed(items: usize) -> String {
    let item = |n: usize| format!("<item><guid>{n}</guid><title>Report {n} of the town council</title></item>");
    format!("<rss version=\"2.0\"><channel><title>Wire</title>{}</channel></rss>", (0..items).map(item).collect::<String>())
}

story!(a_feed_that_comes_in_several_packed_pieces_is_read_whole, |world| {
    let text = long_feed(40);
    let (first, second) = text.split_at(text.len() / 2);
    let pieces = [gzip(first.as_bytes()), gzip(second.as_bytes())].concat();
    for (name, coding) in [("Wire", "gzip"), ("Gazette", "x-gzip")] {
        world.source(name).await;
        world.serves(name, Served::Packed(coding, pieces.clone()));
    }
    world.work().await;
    assert_eq!(store::article::count(&world.app.db).await.unwrap().0, 80);
    // one that is cut off is no feed that is short
    world.source("Cut").await;
    world.serves("Cut", Served::Packed("gzip", pieces[..pieces.len() - 20].to_vec()));
    world.work().await;
    let cut = store::source::list(&world.app.db).await.unwrap().into_iter().find(|source| source.name == "Cut").unwrap();
    assert_eq!(cut.problem.as_deref(), Some("its answer broke off or could not be decoded"));
});

story!(an_article_of_long_ago_joins_nothing_of_today_and_publishes_nothing, |world| {
    world.two_outlets().await;
    world.publishes("Wire", "Bank of Zambia raises key rate to 14 percent", "", 5);
    world.publishes("Gazette", "Zambia central bank raises key rate to 14 percent", "", 400 * 24 * 60);
    world.work().await;
    let rows = store::queue::list(&world.app.db, store::queue::Whose::Anybodys, None, 9).await.unwrap();
    assert_eq!(rows.iter().map(|row| (row.articles, row.stage)).collect::<Vec<_>>(), [(1, Stage::Candidate), (1, Stage::Candidate)]);
});

story!(home_news_of_two_countries_is_two_incidents_and_world_news_is_one, |world| {
    world.two_outlets().await;
    for (name, country) in [("Wire", "DE"), ("Gazette", "ES")] {
        world.app.db.run("UPDATE source SET country = $2, language = NULL WHERE name = $1", params![name, country]).await.unwrap();
    }
    world.publishes("Wire", "Polizei nimmt nach dem Mord an einem Mann einen Verdächtigen fest", "", 20);
    world.publishes("Gazette", "La policía detiene a un sospechoso del asesinato de un hombre", "", 10);
    world.publishes("Wire", "Erdbeben in Japan: Tsunami-Warnung für die Küste", "", 20);
    world.publishes("Gazette", "Terremoto en Japón: alerta de tsunami en la costa", "", 10);
    world.work().await;
    let rows = store::queue::list(&world.app.db, store::queue::Whose::Anybodys, None, 9).await.unwrap();
    let mut counts: Vec<i64> = rows.iter().map(|row| row.articles).collect();
    counts.sort_unstable();
    assert_eq!(counts, [1, 1, 2]);
});
