//! Lists of what incidents have in common, their feeds, entities and sources.

use crate::story;
use intelrift::store::Sql;
use intelrift::{params, store};

story!(a_category_a_country_and_a_region_have_a_page_each, |world| {
    world.published_fire_and_quake().await;
    let visitor = world.anybody();
    visitor.get("/categories/disaster").await.is(200).has("Disaster and accident").has("refinery").has("Chile");
    visitor.get("/countries/NG").await.is(200).has("Incidents in Nigeria, Africa.").has("refinery").lacks("earthquake");
    visitor.get("/countries/ng").await.is(200).has("refinery");
    visitor.get("/regions/americas").await.is(200).has("Chile").lacks("refinery").has("1 of them");
    for none in ["/categories/loud", "/countries/XX", "/regions/atlantis", "/topics/nothing", "/entities/nobody", "/sources/none", "/topics/%00"] {
        visitor.get(none).await.is(404).has("There is no page at this address");
    }
});

story!(a_topic_on_an_incident_leads_to_all_that_have_it, |world| {
    let path = world.published_fire().await;
    let page = world.anybody().get(&path).await;
    let topic = page.body.split("class=\"tag\" href=\"").nth(1).unwrap().split('"').next().unwrap().to_string();
    assert!(topic.starts_with("/topics/"), "{topic}");
    world.anybody().get(&topic).await.is(200).has(&path).has(&format!("{topic}/feed.atom"));
});

story!(every_list_is_a_feed_in_three_formats_with_stable_ids, |world| {
    world.published_fire_and_quake().await;
    let visitor = world.anybody();
    for (path, kind) in [("/feed.atom", "application/atom+xml"), ("/feed.rss", "application/rss+xml"), ("/feed.json", "application/feed+json")] {
        let feed = visitor.get(path).await;
        feed.is(200).has("refinery").has("Chile").has(":incident/1").has("This summary was ");
        // a citation leads to the page's own list, and who shows the feed elsewhere may read it there
        feed.has(&format!("{}{}#s1", world.address, world.path_of("refinery").await));
        assert_eq!((feed.header("access-control-allow-origin"), feed.header("cross-origin-resource-policy")), ("*", "cross-origin"));
        assert!(feed.header("content-type").starts_with(kind), "{}", feed.header("content-type"));
        let again = visitor.raw().get(format!("{}{path}", world.address)).header("If-None-Match", feed.header("etag")).send().await.unwrap();
        assert_eq!(again.status().as_u16(), 304);
    }
    visitor.get("/countries/NG/feed.json").await.is(200).has("refinery").lacks("earthquake");
    visitor.get("/entities/nigeria/feed.rss").await.is(200).has("refinery");
    visitor.get("/sources/wire/feed.atom").await.is(200).has("refinery").has("Incidents with articles of Wire");
    visitor.get("/categories/disaster/feed.doc").await.is(404);
    let json: serde_json::Value = serde_json::from_str(&visitor.get("/feed.json").await.body).unwrap();
    for item in json["items"].as_array().unwrap() {
        let mut tags: Vec<&str> = item["tags"].as_array().unwrap().iter().filter_map(|tag| tag.as_str()).collect();
        let all = tags.len();
        tags.sort_unstable();
        tags.dedup();
        assert_eq!(tags.len(), all, "{tags:?}");
    }
    // of nothing: as of this morning, not of 1970
    visitor.get("/countries/FJ/feed.atom").await.is(200).lacks("1970-01-01");
    let card = visitor.get(&format!("{}/card.png", world.path_of("refinery").await)).await;
    assert_eq!(card.header("cross-origin-resource-policy"), "cross-origin");
    assert_eq!(visitor.get("/").await.header("cross-origin-resource-policy"), "same-origin");
});

story!(an_entity_has_its_incidents_and_for_members_its_network, |world| {
    world.published_fire_and_quake().await;
    let page = world.anybody().get("/entities/nigeria").await;
    page.is(200)
        .has("Articles that name it")
        .has("refinery")
        .has("/sign-up?next=%2Fentities%2Fnigeria%23network")
        .lacks("Show the network as a table");
    world.reader().await.get("/entities/nigeria").await.is(200).has("Show the network as a table").has("/entities/lagos");
    world.anybody().get("/entities").await.is(200).has("Nigeria").has("/entities/chile");
});

story!(a_source_shows_its_grade_and_what_it_wrote, |world| {
    let path = world.published_fire().await;
    world.anybody().get("/sources").await.is(200).has("Gazette").has("Reporting").has("2 feeds");
    world.anybody().get("/sources/wire").await.is(200).has(&format!("{path}#s1")).has("How we grade").lacks(&world.feeds);
});

story!(what_is_retracted_leaves_every_list, |world| {
    world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    let editor = world.editor().await;
    let page = editor.get(&desk).await;
    let fields = crate::world::fields_of(&page.body);
    let mut form = crate::world::pairs(&fields);
    form.push(("do", "retract"));
    form.push(("reason", "It was a drill."));
    editor.post(&desk, &form).await.is(303);
    world.anybody().get("/feed.atom").await.is(200).lacks("refinery");
    world.anybody().get("/entities/nigeria").await.is(404);
    world.anybody().get("/countries/NG").await.is(200).lacks("refinery").has("No public incident yet");
});

story!(a_long_collection_goes_on_where_its_page_ends, |world| {
    let now = world.app.clock.now();
    let mut tx = world.app.db.begin().await.unwrap();
    for n in 0..25 {
        let id = store::incident::open(&mut tx, &format!("Report {n:02} of the council"), now, now).await.unwrap();
        tx.run("UPDATE incident SET stage = 'published', region = 'europe' WHERE id = $1", params![id]).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut read = vec![];
    let mut path = "/regions/europe".to_string();
    for items in [20, 5] {
        let page = world.anybody().get(&path).await;
        let titles: Vec<String> = page.is(200).body.split("Report ").skip(1).map(|rest| rest[..2].to_string()).collect();
        let mut once = titles.clone();
        once.dedup();
        assert_eq!(once.len(), items, "{path}");
        read.extend(once);
        let pager = page.body.split("class=\"pager").nth(1).unwrap().split("</nav>").next().unwrap().to_string();
        let next = pager.split("href=\"").nth(1).map(|rest| rest.split('"').next().unwrap().to_string());
        assert_eq!(next.is_some(), items == 20, "{pager}");
        path = next.unwrap_or_default();
    }
    read.sort();
    read.dedup();
    assert_eq!(read.len(), 25);
});
