//! The live desk and its filters.

use crate::story;
use intelrift::clock::DAY;
use intelrift::model::job::Work;
use intelrift::store::{self, Sql};
use std::time::Duration;

async fn three_incidents(world: &mut crate::world::World) {
    world.published_fire().await;
    for (first, second) in [
        ("Earthquake shakes Chile and injures dozens", "Dozens injured as earthquake shakes Chile"),
        ("Parliament of Kenya passes budget bill after long debate", "Kenya budget bill passes parliament"),
    ] {
        world.publishes("Wire", first, "", 60);
        world.publishes("Gazette", second, "", 50);
    }
    world.forward(std::time::Duration::from_secs(700));
    world.work().await;
}

story!(the_desk_leads_with_the_gravest_and_lists_the_rest, |world| {
    three_incidents(world).await;
    let page = world.anybody().get("/").await;
    page.is(200).has("class=\"lead\"").has("Chile").has("Kenya").has("Key signals").has("2 of 2 feeds reporting");
    let lead = page.body.split("class=\"lead\"").nth(1).unwrap().split("</article>").next().unwrap();
    assert!(lead.contains("refinery"), "{lead}");
});

story!(filters_combine_and_live_in_the_address, |world| {
    three_incidents(world).await;
    let visitor = world.anybody();
    visitor.get("/incidents?region=africa").await.has("Kenya").has("refinery").lacks("Chile");
    visitor.get("/incidents?region=americas").await.has("Chile").lacks("Kenya");
    visitor.get("/incidents?region=africa&cat=disaster&region=americas").await.lacks("Kenya");
    visitor.get("/incidents?country=cl").await.has("Chile").lacks("refinery");
    visitor.get("/?sev=critical&region=europe").await.is(200).has("No incident fits these filters");
});

story!(a_filter_that_is_none_shows_the_plain_list, |world| {
    three_incidents(world).await;
    for odd in [
        "/?sev=loud",
        "/?t=yesterday",
        "/?after=9-9",
        "/incidents?region=%FF%00&cat=<script>",
        "/?country=XX1",
        "/incidents?after=5-99999999999999999999-1",
    ] {
        world.anybody().get(odd).await.is(200).has("Kenya");
    }
});

story!(what_is_old_leaves_the_desk_and_stays_in_the_archive, |world| {
    three_incidents(world).await;
    world.forward(DAY * 2);
    world.work().await;
    world.anybody().get("/").await.lacks("Kenya").has("No incident fits");
    world.anybody().get("/?t=7d").await.has("Kenya");
    world.anybody().get("/incidents").await.has("Kenya");
});

story!(a_long_archive_is_read_page_by_page_without_a_gap, |world| {
    world.two_outlets().await;
    // each pair is about words of its own, made of one letter
    for n in 0..25u8 {
        let letter = ((b'a' + n) as char).to_string();
        let (thing, place, harbour) = (letter.repeat(6), letter.to_uppercase() + &letter.repeat(8), letter.repeat(10));
        world.publishes("Wire", &format!("{thing} {place} {harbour}"), "", 10 + u32::from(n));
        world.publishes("Gazette", &format!("{place} {harbour} {thing}"), "", 5 + u32::from(n));
    }
    world.work().await;
    for sort in ["", "&sort=severity"] {
        let first = world.anybody().get(&format!("/incidents?t=all{sort}")).await;
        let link =
            first.body.split("class=\"pager").nth(1).and_then(|p| p.split("href=\"").nth(1)).and_then(|p| p.split('"').next()).expect("a next page");
        let second = world.anybody().get(&link.replace("&#38;", "&")).await;
        let count = |page: &str| page.matches("<li class=\"item\">").count();
        assert_eq!((count(&first.body), count(&second.body)), (20, 5), "{sort}");
        second.has("That was the last of them");
    }
});

story!(a_desk_without_anything_says_so, |world| {
    world.anybody().get("/").await.is(200).has("No incident fits these filters").has("no article yet");
});

story!(a_theme_is_kept_in_a_cookie_and_drawn_by_the_server, |world| {
    let visitor = world.anybody();
    visitor.get("/").await.lacks("data-theme=\"");
    let answer = visitor.post("/prefs/theme", &[("theme", "next"), ("next", "/method")]).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/method"));
    visitor.get("/").await.has("data-theme=\"light\"");
    visitor.post("/prefs/theme", &[("theme", "next")]).await.is(303);
    visitor.get("/").await.has("data-theme=\"dark\"");
});

story!(the_method_page_shows_the_programs_own_scales, |world| {
    let page = world.anybody().get("/method").await;
    page.is(200).has("Roughly even chance").has("45–55").has("completely reliable").has("Deaths reported").has("medtop:16000000");
});

story!(a_member_sees_what_is_new_since_the_last_visit_and_marks_it_as_seen, |world| {
    world.published_fire().await;
    let reader = world.reader().await;
    world.forward(std::time::Duration::from_secs(700));
    world.publishes("Wire", "Earthquake shakes Chile and injures dozens", "", 5);
    world.publishes("Gazette", "Dozens injured as earthquake shakes Chile", "", 4);
    world.work().await;
    let page = reader.get("/").await;
    page.is(200).has("Since your last visit").has("<b>1 new</b>, 0 updated, 0 closed").has("Mark everything as seen");
    // what has come since the page was drawn was not seen
    let before = format!("{}", world.app.clock.now().minus(std::time::Duration::from_secs(600)).seconds());
    reader.post("/visits", &[("at", &before)]).await.is(303);
    reader.get("/").await.has("<b>1 new</b>");
    reader.post("/visits", &[]).await.is(303);
    reader.get("/").await.has("<b>0 new</b>, 0 updated");
    world.anybody().post("/visits", &[]).await.is(303);
});

story!(a_raised_severity_is_told_with_what_it_was, |world| {
    world.published_fire().await;
    let reader = world.reader().await;
    world.forward(std::time::Duration::from_secs(700));
    world.publishes(
        "Wire",
        "Fire at Lagos oil refinery: death toll rises to 70",
        "The fire at the oil refinery in Lagos, Nigeria, killed 70 people.",
        2,
    );
    world.work().await;
    reader.get("/").await.is(200).has("0 new</b>, 1 updated").has("Raised from ");
    let path = world.path_of("refinery").await;
    let page = reader.get(&path).await;
    page.has("since your last visit").has(&format!("{path}/revisions/2?from=1")).has(">New</span>");
    reader.get(&format!("{path}/revisions/2?from=1")).await.is(200).has("compared with revision 1");
    world.anybody().get(&path).await.lacks("since your last visit");
});

story!(an_anonymous_reader_keeps_the_moment_in_the_address, |world| {
    let before = world.app.clock.now().seconds() - 3_600 * 24;
    world.published_fire().await;
    let visitor = world.anybody();
    visitor.get("/").await.has("Your next visit").has("/?since=1647777600");
    visitor.get(&format!("/?since={before}")).await.is(200).has("Since your last visit").has("<b>1 new</b>");
    for odd in ["/?since=abc", "/?since=-1", "/?since=99999999999999999999"] {
        visitor.get(odd).await.is(200).has("Your next visit");
    }
});

story!(the_bar_and_the_figures_say_when_something_is_wrong, |world| {
    world.two_outlets().await;
    world.publishes("Wire", "Fire at oil refinery in Lagos kills three", "", 5);
    world.publishes("Gazette", "Museum opens in Oslo", "", 5);
    world.work().await;
    world.anybody().get("/").await.has("2 of 2 feeds reporting").lacks("Delayed");
    world.forward(Duration::from_secs(4_100));
    world.publishes("Wire", "Earthquake shakes Chile", "", 1);
    world.serves("Gazette", crate::world::Served::Text(500, String::new()));
    world.work().await;
    world.anybody().get("/").await.has("1 of 2 feeds reporting").has("Delayed");
    let mut tx = world.app.db.begin().await.unwrap();
    store::job::add(&mut tx, Work::Prices, world.app.clock.now(), world.app.clock.now()).await.unwrap();
    tx.run("UPDATE job SET state = 'failed'", vec![]).await.unwrap();
    tx.commit().await.unwrap();
    let figures = world.anybody().get("/metrics").await.body;
    let figure = |name: &str| figures.lines().find_map(|line| line.strip_prefix(&format!("intelrift_{name} "))?.parse::<i64>().ok());
    assert_eq!((figure("sources"), figure("sources_reporting"), figure("jobs_failed")), (Some(2), Some(1), Some(1)), "{figures}");
});

story!(a_feed_has_the_thirty_newest_and_is_as_new_as_the_newest, |world| {
    world.two_outlets().await;
    for n in 0..33u8 {
        // as above, and then of two letters
        let letters = "qxwzvkjfhpgbmd";
        let letter = if n < 26 { ((b'a' + n) as char).to_string() } else { letters[2 * usize::from(n - 26)..][..2].to_string() };
        let (thing, place, harbour) = (letter.repeat(6), letter.to_uppercase() + &letter.repeat(8), letter.repeat(10));
        world.publishes("Wire", &format!("{thing} {place} {harbour}"), "", 10 + u32::from(n));
        world.publishes("Gazette", &format!("{place} {harbour} {thing}"), "", 5 + u32::from(n));
    }
    world.work().await;
    let public = store::list::total(&world.app.db, &store::list::Filter::default()).await.unwrap();
    assert!(public > 30, "{public}");
    let feed: serde_json::Value = serde_json::from_str(&world.anybody().get("/feed.json").await.body).unwrap();
    let items = feed["items"].as_array().unwrap();
    assert_eq!(items.len(), 30);
    let newest = store::list::list(&world.app.db, &store::list::Filter::default(), 1).await.unwrap()[0].slug.clone();
    assert!(items[0]["url"].as_str().unwrap().ends_with(&newest), "{} and {newest}", items[0]["url"]);
    let atom = world.anybody().get("/feed.atom").await.body;
    let dates: Vec<&str> = atom.split("<updated>").skip(1).map(|rest| rest.split('<').next().unwrap()).collect();
    assert_eq!(dates.first(), dates[1..].iter().max(), "the feed's own is the newest of its entries'");
});
