//! The sources room.

use crate::story;
use crate::world::Served;
use intelrift::clock::Timestamp;
use intelrift::model::source::Licence;
use intelrift::store::Sql;
use intelrift::{params, store};
use std::time::Duration;

story!(an_editor_tries_a_source_before_adding_it, |world| {
    let editor = world.editor().await;
    world.publishes("Wire", "Fire at refinery", "", 5);
    world.publishes("Wire", "Parliament votes", "", 4);
    let feed = format!("http://{}/Wire.xml", world.feeds);
    // the address of a page that names its feed
    let page = "<!doctype html><html><head><title>Wire</title><link rel=\"alternate\" type=\"application/atom+xml\" href=\"/Wire.xml\"></head><body><p>Hello</body></html>";
    world.serves("page", Served::Text(200, page.into()));
    let tried = editor.post("/admin/sources", &[("address", &format!("http://{}/page.xml", world.feeds)), ("do", "try")]).await;
    tried
        .is(200)
        .has("2 items")
        .has("Fire at refinery")
        .has("Nothing was added yet")
        .has(&format!("value=\"{feed}\""))
        .has("name=\"name\" maxlength=\"120\" value=\"Wire\"");
    assert!(store::source::list(&world.app.db).await.unwrap().is_empty());
    // an address that stands in for it just now may be gone tomorrow; where it has moved for good is where it lives
    world.serves("Now", Served::Redirect("/Wire.xml".into()));
    world.serves("Old", Served::Moved("/Wire.xml".into()));
    for (asked, lives) in [("Now", "Now"), ("Old", "Wire")] {
        let address = |name: &str| format!("http://{}/{name}.xml", world.feeds);
        let tried = editor.post("/admin/sources", &[("address", &address(asked)), ("do", "try")]).await;
        tried.is(200).has("2 items").has(&format!("value=\"{}\"", address(lives)));
    }
    let wrong = editor.post("/admin/sources", &[("address", &format!("http://{}/none.xml", world.feeds)), ("do", "try"), ("name", "Kept")]).await;
    wrong.is(422).has("It cannot be read: it answered 404").has("value=\"Kept\"");
    editor.post("/admin/sources", &[("address", "http://169.254.169.254/"), ("do", "try")]).await.is(422).has("not a public address");
});

story!(an_editor_says_which_items_of_a_source_are_kept, |world| {
    world.source("Wire").await;
    world.publishes("Wire", "Fire at refinery in Lagos", "", 5);
    world.publishes("Wire", "Your horoscope for today", "", 4);
    let id = store::source::list(&world.app.db).await.unwrap()[0].id;
    let path = format!("/admin/sources/{id}");
    let editor = world.editor().await;
    editor.get(&path).await.is(200).has("Not read yet");
    let form = |rules: &'static str, act: &'static str| [("name", "Wire"), ("active", "on"), ("reliability", "B"), ("rules", rules), ("do", act)];
    let tried = editor.post(&path, &form("exclude title horoscope", "try")).await;
    tried.is(200).has("Would drop 1 of 2").has("Your horoscope for today").has("exclude title horoscope");
    assert_eq!(store::source::list(&world.app.db).await.unwrap()[0].rules, "", "a trial saves nothing");
    editor.post(&path, &form("keep all", "save")).await.is(422).has("Line 1: begin with include or exclude").has("keep all");
    editor.post(&path, &form("exclude title horoscope", "save")).await.is(303);
    world.work().await;
    assert_eq!(store::article::count(&world.app.db).await.unwrap(), (1, 0));
    editor.get(&path).await.has("Dropped in 7 days</dt><dd>1</dd>").has("Reporting");
    editor.get("/admin/audit").await.has("change");
});

story!(an_editor_pauses_a_source_and_reads_it_again, |world| {
    world.source("Wire").await;
    world.publishes("Wire", "Fire at refinery in Lagos", "", 5);
    let id = store::source::list(&world.app.db).await.unwrap()[0].id;
    let editor = world.editor().await;
    editor.post(&format!("/admin/sources/{id}"), &[("name", "Wire"), ("do", "save")]).await.is(303);
    world.work().await;
    editor.get("/admin/sources").await.has("Paused");
    assert_eq!(store::article::count(&world.app.db).await.unwrap(), (0, 0));
    editor.post(&format!("/admin/sources/{id}"), &[("name", "Wire"), ("active", "on"), ("do", "save")]).await.is(303);
    world.work().await;
    assert_eq!(store::article::count(&world.app.db).await.unwrap(), (1, 0));
    // not due for a while, but an editor does not want to wait
    world.publishes("Wire", "Parliament votes on budget", "", 1);
    world.work().await;
    assert_eq!(store::article::count(&world.app.db).await.unwrap().0, 1);
    editor.post("/admin/sources", &[("fetch", &id.to_string())]).await.is(303);
    world.work().await;
    assert_eq!(store::article::count(&world.app.db).await.unwrap().0, 2);
});

story!(a_source_that_moved_without_a_word_is_read_at_its_new_address, |world| {
    world.two_outlets().await;
    world.publishes("Wire", "Fire at refinery in Lagos", "", 5);
    world.work().await;
    world.serves("Wire", Served::Text(404, "gone".into()));
    world.forward(Duration::from_secs(4_100));
    world.work().await;
    let row = store::source::list(&world.app.db).await.unwrap().into_iter().find(|row| row.name == "Wire").unwrap();
    assert_eq!(row.failures, 1);
    world.publishes("New", "Fire at refinery in Lagos", "", 5);
    world.publishes("New", "Museum opens in Oslo", "", 3);
    let editor = world.editor().await;
    let path = format!("/admin/sources/{}", row.id);
    let address = |name: &str| format!("http://{}/{name}.xml", world.feeds);
    let save = async |address: &str, act: &str| editor.post(&path, &[("name", "Wire"), ("active", "on"), ("address", address), ("do", act)]).await;
    editor.get(&path).await.is(200).has(&format!("name=\"address\" required aria-describedby=\"address-hint\" value=\"{}\"", row.address));
    save("nowhere", "save").await.is(422).has("Enter the feed’s web address").has("value=\"nowhere\"");
    save(&address("Gazette"), "save").await.is(422).has("Another source is read at this address");
    save(&address("New"), "try").await.is(200).has("Would drop 0 of 2");
    save(&address("New"), "save").await.is(303);
    world.work().await;
    let row = store::source::find(&world.app.db, row.id).await.unwrap().unwrap();
    assert_eq!((row.address.clone(), row.failures, row.problem), (address("New"), 0, None));
    let (articles, _) = store::article::count(&world.app.db).await.unwrap();
    assert!(articles >= 2, "{articles}");
    editor.get("/admin/audit").await.has("read at http://");
});

story!(other_rules_look_at_what_a_feed_gave_before, |world| {
    world.source("Wire").await;
    for title in ["Horoscope for today", "Museum opens in Oslo"] {
        world.publishes("Wire", title, "", 5);
    }
    let id = store::source::list(&world.app.db).await.unwrap()[0].id;
    let editor = world.editor().await;
    let path = format!("/admin/sources/{id}");
    let save = async |rules: &str| editor.post(&path, &[("name", "Wire"), ("active", "on"), ("rules", rules), ("do", "save")]).await;
    save("exclude title horoscope").await.is(303);
    world.work().await;
    let of_source = async || store::source::find(&world.app.db, id).await.unwrap().unwrap();
    world.forward(Duration::from_secs(4_100));
    world.work().await;
    assert_eq!(store::article::count_of_source(&world.app.db, id).await.unwrap(), 1);
    let dropped: i64 = store::source::list_hours_of(&world.app.db, id, Timestamp(0)).await.unwrap().iter().map(|hour| hour.dropped).sum();
    assert_eq!(dropped, 1, "it is counted once, however often it is seen");
    let mut tx = world.app.db.begin().await.unwrap();
    tx.run("UPDATE source SET etag = 'known' WHERE id = $1", params![id]).await.unwrap();
    tx.commit().await.unwrap();
    save("exclude title horoscope").await.is(303);
    assert_eq!(of_source().await.etag.as_deref(), Some("known"));
    save("").await.is(303);
    assert_eq!(of_source().await.etag, None, "the feed is asked for all of it");
    world.forward(Duration::from_secs(4_100));
    world.work().await;
    assert_eq!(store::article::count_of_source(&world.app.db, id).await.unwrap(), 2);
});

story!(what_is_read_at_an_address_that_a_source_has_left_says_nothing_of_it, |world| {
    world.source("Wire").await;
    world.serves("Wire", Served::Hang);
    world.publishes("New", "Museum opens in Oslo", "", 3);
    let id = store::source::list(&world.app.db).await.unwrap()[0].id;
    let app = world.app.clone();
    let reading = tokio::spawn(async move { intelrift::ingest::fetch(&app, id).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    let address = format!("http://{}/New.xml", world.feeds);
    let form = [("name", "Wire"), ("active", "on"), ("address", &*address), ("do", "save")];
    world.editor().await.post(&format!("/admin/sources/{id}"), &form).await.is(303);
    // the old address never answers, and is given up
    reading.await.unwrap().unwrap();
    let row = store::source::find(&world.app.db, id).await.unwrap().unwrap();
    assert_eq!((row.failures, row.problem, row.failed_at), (0, None, None));
    world.work().await;
    assert_eq!(store::article::count(&world.app.db).await.unwrap(), (1, 0));
});

story!(lists_of_feeds_come_in_and_go_out, |world| {
    let editor = world.editor().await;
    let opml = format!(
        "<opml version=\"2.0\"><body><outline text=\"Africa\"><outline text=\"Lagos &amp; Post\" xmlUrl=\"http://{0}/a.xml\"/></outline><outline text=\"Wire\" xmlUrl=\"http://{0}/b.xml\"/><outline text=\"Bad\" xmlUrl=\"ftp://x/\"/></body></opml>",
        world.feeds
    );
    editor
        .post("/admin/sources", &[("opml", &opml), ("do", "import")])
        .await
        .is(200)
        .has("2 feeds were added; 1 were here already")
        .has("Lagos &#38; Post");
    editor.post("/admin/sources", &[("opml", &opml), ("do", "import")]).await.is(200).has("0 feeds were added");
    editor.post("/admin/sources", &[("opml", "hello"), ("do", "import")]).await.is(422).has("This is no OPML list");
    let list = editor.get("/admin/sources.opml").await;
    list.is(200).has("<outline text=\"Africa\">").has("Lagos &amp; Post");
    assert_eq!(intelrift::ingest::opml::read(&list.body).unwrap().feeds.len(), 2);
    // a feed of a known name at another address is another feed
    let list = "<opml version=\"2.0\"><body><outline text=\"Wire\" xmlUrl=\"https://other.example/feed\"/></body></opml>";
    editor.post("/admin/sources", &[("opml", list), ("do", "import")]).await;
    editor.get("/admin/sources").await.has("Wire 2").has("https://other.example/feed");
    world.reader().await.get("/admin/sources.opml").await.is(403);
});

story!(a_feed_that_answers_but_has_nothing_new_is_called_silent, |world| {
    world.source("Wire").await;
    world.publishes("Wire", "Fire at refinery in Lagos", "", 5);
    world.work().await;
    world.forward(Duration::from_secs(15 * 86_400));
    world.work().await;
    world.editor().await.get("/admin/sources").await.has("Silent").has("perhaps the feed is dead");
});

/// A page with an article of some length.
fn page(text: &str) -> Served {
    let body: String =
        (0..12).map(|n| format!("<p>{n}. {text}, the port authority of Lagos said on Sunday evening after nine hours of work.</p>")).collect();
    Served::Text(200, format!("<html><head><title>Fire</title></head><body><nav>Menu</nav><article><h1>Fire</h1>{body}</article></body></html>"))
}

/// A feed whose one item leads to a page of the same host.
fn feed_of_page(world: &crate::world::World) -> Served {
    let link = format!("http://{}/story.xml", world.feeds);
    Served::Text(
        200,
        format!(
            "<rss version=\"2.0\"><channel><title>Wire</title><item><guid>1</guid><title>Fire at oil refinery in Lagos kills three</title><link>{link}</link><description>Short.</description></item></channel></rss>"
        ),
    )
}

async fn licensed(world: &crate::world::World, licence: &str) {
    let editor = world.editor().await;
    for row in store::source::list(&world.app.db).await.unwrap() {
        editor
            .post(&format!("/admin/sources/{}", row.id), &[("name", &row.name), ("licence", licence), ("active", "on"), ("do", "save")])
            .await
            .is(303);
    }
}

story!(a_source_whose_licence_allows_it_is_read_whole, |world| {
    world.source("Wire").await;
    licensed(world, "open").await;
    world.serves("Wire", feed_of_page(world));
    world.serves("story", page("The fire at the refinery was put out by three hundred workers"));
    world.work().await;
    let incident = store::queue::list(&world.app.db, store::queue::Whose::Anybodys, None, 1).await.unwrap()[0].id;
    let article = &store::article::list_of(&world.app.db, incident).await.unwrap()[0];
    assert!(article.summary.contains("11. The fire at the refinery was put out") && !article.summary.contains("Menu"), "{}", article.summary);
    // reading the feed again does not take the page for a change
    world.forward(Duration::from_secs(4_100));
    world.work().await;
    assert!(store::article::list_versions(&world.app.db, article.id).await.unwrap().is_empty());
});

story!(a_source_that_lets_us_quote_is_quoted, |world| {
    world.source("Wire").await;
    licensed(world, "excerpt").await;
    world.serves("Wire", feed_of_page(world));
    world.serves("story", page("The fire at the refinery was put out by three hundred workers"));
    world.work().await;
    let incident = store::queue::list(&world.app.db, store::queue::Whose::Anybodys, None, 1).await.unwrap()[0].id;
    let article = &store::article::list_of(&world.app.db, incident).await.unwrap()[0];
    assert!(article.summary.chars().count() <= 601 && article.summary.ends_with('…'), "{}", article.summary);
});

story!(a_source_that_allows_less_than_before_is_shown_as_it_allows_now, |world| {
    world.source("Wire").await;
    licensed(world, "open").await;
    world.serves("Wire", feed_of_page(world));
    world.serves("story", page("The fire at the refinery was put out by three hundred workers"));
    world.work().await;
    let incident = store::queue::list(&world.app.db, store::queue::Whose::Anybodys, None, 1).await.unwrap()[0].id;
    let length = async || store::article::list_of(&world.app.db, incident).await.unwrap()[0].summary.chars().count();
    assert!(length().await > 700);
    licensed(world, "excerpt").await;
    assert_eq!(length().await, 600);
    licensed(world, "headline").await;
    assert_eq!(length().await, "Short.".len());
    world.work().await;
});

story!(what_a_source_allows_no_more_is_found_no_more, |world| {
    world.two_outlets().await;
    licensed(world, "open").await;
    world.serves("Wire", feed_of_page(world));
    let Served::Text(_, feed) = feed_of_page(world) else { unreachable!() };
    world.serves(
        "Gazette",
        Served::Text(200, feed.replace("Fire at oil refinery in Lagos kills three", "Three dead in Lagos as oil refinery is on fire")),
    );
    world.serves("story", page("The fire at the refinery was put out by three hundred workers"));
    world.work().await;
    world.path_of("refinery").await;
    let reader = world.anybody();
    let found = async || reader.get("/search?q=hundred&kind=article").await.body.contains("Fire at oil refinery");
    assert!(found().await);
    licensed(world, "headline").await;
    assert!(!found().await, "at once");
    world.work().await;
    assert!(!found().await, "and after the incident was drafted anew");
    reader.get("/search?q=refinery&kind=article").await.has("Fire at oil refinery");
});

story!(a_page_that_is_read_while_its_source_comes_to_allow_less_is_not_kept, |world| {
    world.source("Wire").await;
    licensed(world, "open").await;
    world.serves("Wire", feed_of_page(world));
    world.serves("story", Served::Later(600));
    world.work().await;
    let incident = store::queue::list(&world.app.db, store::queue::Whose::Anybodys, None, 1).await.unwrap()[0].id;
    let article = store::article::list_of(&world.app.db, incident).await.unwrap()[0].id;
    licensed(world, "excerpt").await;
    for (licence, is_kept) in [(Licence::Open, false), (Licence::Excerpt, true)] {
        let mut tx = world.app.db.begin().await.unwrap();
        let kept = store::article::set_body(&mut tx, article, "The text of its page.", licence).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(kept, is_kept.then_some(incident));
    }
});

story!(a_page_whose_host_asks_for_patience_is_read_later, |world| {
    world.source("Wire").await;
    licensed(world, "open").await;
    world.serves("Wire", feed_of_page(world));
    world.serves("story", Served::Later(600));
    world.work().await;
    let incident = store::queue::list(&world.app.db, store::queue::Whose::Anybodys, None, 1).await.unwrap()[0].id;
    let summary = async || store::article::list_of(&world.app.db, incident).await.unwrap()[0].summary.clone();
    world.serves("story", page("The fire at the refinery was put out by three hundred workers"));
    world.forward(Duration::from_secs(300));
    world.work().await;
    assert_eq!(summary().await, "Short.");
    world.forward(Duration::from_secs(400));
    world.work().await;
    assert!(summary().await.contains("put out"));
});

story!(a_host_that_does_not_want_its_pages_read_is_heeded, |world| {
    world.source("Wire").await;
    licensed(world, "open").await;
    world.serves("Wire", feed_of_page(world));
    world.serves("story", page("The fire at the refinery was put out"));
    world.serves_file("robots.txt", Served::Text(200, "User-agent: *\nDisallow: /story\n".into()));
    // neither at its address, nor at one that leads there
    world.serves("hop", Served::Redirect(format!("http://{}/story.xml", world.feeds)));
    world.source("Hop").await;
    licensed(world, "open").await;
    let Served::Text(_, feed) = feed_of_page(world) else { unreachable!() };
    world.serves("Hop", Served::Text(200, feed.replace("/story.xml", "/hop.xml")));
    world.work().await;
    let incident = store::queue::list(&world.app.db, store::queue::Whose::Anybodys, None, 1).await.unwrap()[0].id;
    let articles = store::article::list_of(&world.app.db, incident).await.unwrap();
    assert_eq!(articles.iter().map(|article| article.summary.as_str()).collect::<Vec<_>>(), ["Short."; 2]);
});

story!(a_long_list_of_sources_has_pages_and_is_searched, |world| {
    let list: String = (0..130).map(|n| format!("<outline text=\"Outlet {n:03}\" xmlUrl=\"https://outlet{n}.example/feed\"/>")).collect();
    let editor = world.editor().await;
    let folder = format!("<opml version=\"2.0\"><body><outline text=\"Wires\">{list}</outline></body></opml>");
    editor.post("/admin/sources", &[("do", "import"), ("opml", &folder)]).await.is(200).has("130 feeds were added");
    let first = editor.get("/admin/sources?order=name").await;
    first.is(200).has("Outlet 000").has("Outlet 099").lacks("Outlet 100").has("130 sources").has("<dt>Not read yet</dt><dd>130</dd>");
    let next = first.body.split("rel=\"next\"").next().unwrap().rsplit("href=\"").next().unwrap().split('"').next().unwrap().replace("&#38;", "&");
    let second = editor.get(&next).await;
    second.is(200).has("Outlet 100").has("Outlet 129").lacks("Outlet 099").lacks("More sources").has("From the top");
    editor.get("/admin/sources?q=outlet+07").await.has("Outlet 070").has("10 sources").lacks("Outlet 100").has("value=\"outlet 07\"");
    editor.get("/admin/sources?q=outlet129.example").await.has("Outlet 129").has("1 source<");
    editor.get("/admin/sources?q=wires").await.has("130 sources");
    editor.get("/admin/sources?q=nobody").await.has("No source fits").lacks("There is no source yet");
    editor.get("/admin/sources?q=outlet+07").await.has("order=name&#38;q=outlet+07").is(200);
    for beyond in ["99999999999999999999", "9999"] {
        editor.get(&format!("/admin/sources?page={beyond}&order=name")).await.is(200).lacks("No source fits");
    }
});

story!(a_feed_that_died_long_before_it_was_added_is_called_so, |world| {
    world.source("Wire").await;
    world.publishes("Wire", "Fire at refinery in Lagos", "", 5 * 365 * 24 * 60);
    world.publishes("Wire", "Flood in Lagos", "", 6 * 365 * 24 * 60);
    world.work().await;
    let page = world.editor().await.get("/admin/sources").await;
    page.has("Silent").has("nothing new for 1825 days").has("<td class=\"num\">0</td>");
});

story!(how_late_items_come_is_counted_from_the_second_reading_on, |world| {
    world.two_outlets().await;
    world.publishes("Wire", "Fire at refinery in Lagos", "", 600);
    world.publishes("Gazette", "Museum opens in Oslo", "", 5);
    world.work().await;
    let wire = store::source::list(&world.app.db).await.unwrap().into_iter().find(|source| source.name == "Wire").unwrap().id;
    let counted = async |world: &crate::world::World| {
        let hours = store::source::list_hours_of(&world.app.db, wire, intelrift::clock::Timestamp(0)).await.unwrap();
        (hours.iter().map(|h| h.items).sum::<i64>(), hours.iter().map(|h| h.dated).sum::<i64>(), hours.iter().map(|h| h.lag_seconds).sum::<i64>())
    };
    assert_eq!(counted(world).await, (1, 0, 0));
    world.forward(Duration::from_secs(4_100));
    world.publishes("Wire", "Quake in Chile", "", 30);
    // what was put in late says nothing of how fast a source is
    world.publishes("Wire", "A look back at spring", "", 10 * 24 * 60);
    world.serves("Gazette", Served::Text(500, String::new()));
    world.work().await;
    let (items, dated, lag) = counted(world).await;
    assert!((items, dated) == (3, 1) && (1_800..1_860).contains(&lag), "{items}, {dated}, {lag}");
    // those that need a hand come first
    let editor = world.editor().await;
    let order = async |query: &str| {
        let page = editor.get(&format!("/admin/sources{query}")).await.body;
        let list = page.split("<tbody>").nth(1).unwrap().to_string();
        (list.find("Wire").unwrap(), list.find("Gazette").unwrap())
    };
    let (wire, gazette) = order("").await;
    assert!(gazette < wire, "the failing one is first");
    editor.get("/admin/sources").await.has("30 min");
});

story!(outlets_of_an_imported_list_are_voices_of_their_own_and_sections_of_one_are_not, |world| {
    let editor = world.editor().await;
    world.publishes("Wire", "Fire at oil refinery in Lagos kills three", "A fire at an oil refinery in Lagos, Nigeria, killed three.", 90);
    world.publishes("Gazette", "Three dead in fire at Lagos oil refinery", "", 30);
    let list = |feeds: &str| format!("<opml version=\"2.0\"><body>{feeds}</body></opml>");
    let feed = |name: &str, address: &str| format!("<outline text=\"{name}\" xmlUrl=\"{address}\"/>");
    let own = [feed("Wire", &format!("http://{}/Wire.xml", world.feeds)), feed("Gazette", &format!("http://{}/Gazette.xml", world.feeds))];
    editor.post("/admin/sources", &[("opml", &list(&own.concat())), ("do", "import")]).await.is(200).has("2 feeds were added");
    world.work().await;
    // two voices are what the policy wants
    world.path_of("refinery").await;
    let sections = [
        feed("Africa", "https://www.outlet.example/africa"),
        feed("Asia", "https://feeds.outlet.example/asia"),
        feed("Other", "https://other.example/"),
    ];
    editor.post("/admin/sources", &[("opml", &list(&sections.concat())), ("do", "import")]).await.is(200).has("3 feeds were added");
    let owner = async |name: &str| store::source::list(&world.app.db).await.unwrap().into_iter().find(|source| source.name == name).unwrap().owner;
    assert_eq!([owner("Africa").await, owner("Asia").await, owner("Other").await], ["outlet.example", "outlet.example", "other.example"]);
});
