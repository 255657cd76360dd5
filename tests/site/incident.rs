//! The incident page and its gate.

use crate::world::Served;
use crate::{story, world};
use intelrift::clock::{DAY, HOUR};

story!(two_outlets_make_an_incident_that_everybody_can_read, |world| {
    let path = world.published_fire().await;
    let page = world.anybody().get(&path).await;
    page.is(200).has("refinery").has("2 articles").has("2 sources").has("What happened").has("What to watch").has("Key signals");
    page.has("drafted by rules").has("id=\"s1\"").has("id=\"s2\"").has("opened this incident").has("What is not known");
    page.has("<time datetime=\"2022-03-20T11:30Z\">").has(">LIVE<");
});

story!(every_sentence_of_the_rules_cites_an_article_that_is_listed, |world| {
    let path = world.published_fire().await;
    let page = world.anybody().get(&path).await;
    let cited: Vec<&str> =
        page.body.split("href=\"#s").skip(1).filter_map(|rest| rest.split('"').next()).filter(|n| n.bytes().all(|b| b.is_ascii_digit())).collect();
    assert!(cited.len() > 4, "{cited:?}");
    for number in cited {
        page.has(&format!("id=\"s{number}\""));
    }
});

story!(a_passer_by_sees_locks_and_none_of_what_is_behind_them, |world| {
    let path = world.published_fire().await;
    let member = world.reader().await.get(&path).await;
    let anonymous = world.anybody().get(&path).await;
    for behind in ["Key judgements", "What the level rests on", "Threat level:", "Triggers", "Show the network as a table", "class=\"tl\""] {
        member.has(behind);
        anonymous.lacks(behind);
    }
    anonymous.has("Unlock full intelligence access").has("Create a free account").has("/sign-up?next=");
    member.lacks("Unlock full intelligence access");
    for section in ["id=\"market\"", "id=\"threat\"", "id=\"timeline\"", "id=\"related\"", "id=\"sources\""] {
        anonymous.has(section);
        member.has(section);
    }
});

story!(b4_a_members_page_is_never_kept_by_a_shared_cache, |world| {
    let path = world.published_fire().await;
    let member = world.reader().await.get(&path).await;
    assert_eq!((member.header("cache-control"), member.header("vary").contains("Cookie")), ("private, no-store", true));
    let anonymous = world.anybody().get(&path).await;
    assert_eq!(anonymous.header("cache-control"), "no-cache");
    assert!(anonymous.header("set-cookie").is_empty());
});

story!(a_page_that_did_not_change_is_not_sent_again, |world| {
    let path = world.published_fire().await;
    let visitor = world.anybody();
    let first = visitor.get(&path).await;
    let again = visitor.raw().get(format!("{}{path}", world.address)).header("If-None-Match", first.header("etag")).send().await;
    world::answer(again).await.is(304);
});

story!(a_new_article_is_on_the_very_next_page, |world| {
    let path = world.published_fire().await;
    world.anybody().get(&path).await.has("2 articles");
    world.source("Post").await;
    world.publishes("Post", "Lagos oil refinery fire kills three, minister visits", "", 5);
    world.work().await;
    let path = world.path_of("refinery").await;
    world.anybody().get(&path).await.has("3 articles").has("3 sources");
});

story!(the_outlets_of_one_owner_are_one_voice, |world| {
    use intelrift::model::source::Reliability;
    world.source_of("Wire", "One Group", Reliability::B).await;
    world.source_of("Gazette", "One Group", Reliability::B).await;
    world.publishes("Wire", "Fire at oil refinery in Lagos kills three", "", 30);
    world.publishes("Gazette", "Three people killed by fire at Lagos oil refinery", "", 20);
    world.work().await;
    // one voice is not enough for the automatic policy
    world.anybody().get("/incidents").await.lacks("refinery");
    let rows = intelrift::store::queue::list(&world.app.db, intelrift::store::queue::Whose::Anybodys, None, 10).await.unwrap();
    assert_eq!((rows.len(), rows[0].articles, rows[0].sources, rows[0].voices), (1, 2, 2, 1));
});

story!(a_copy_is_an_article_and_no_second_source, |world| {
    for name in ["Wire", "Gazette", "Post"] {
        world.source(name).await;
    }
    for (name, minutes) in [("Wire", 30), ("Gazette", 20)] {
        world.publishes(name, "Fire at oil refinery in Lagos kills three workers", "", minutes);
    }
    world.work().await;
    world.anybody().get("/incidents").await.lacks("refinery");
    world.publishes("Post", "Three workers dead after fire at Lagos oil refinery", "", 10);
    world.forward(std::time::Duration::from_secs(1_400));
    world.work().await;
    let path = world.path_of("refinery").await;
    world.anybody().get(&path).await.has("3 articles").has("2 sources").has("a copy of article 1, not a further source");
});

story!(an_agency_is_one_voice_in_many_outlets, |world| {
    world.two_outlets().await;
    world.publishes("Wire", "Fire at oil refinery in Lagos kills three workers", "LAGOS (Reuters) - A fire broke out at an oil refinery.", 30);
    world.publishes(
        "Gazette",
        "Three workers dead as Lagos oil refinery burns",
        "LAGOS, March 20 (Reuters) - Three workers died in a refinery fire.",
        20,
    );
    world.work().await;
    let row = &intelrift::store::queue::list(&world.app.db, intelrift::store::queue::Whose::Anybodys, None, 9).await.unwrap()[0];
    assert_eq!((row.articles, row.sources, row.voices), (2, 2, 1));
});

story!(live_goes_out_and_the_phase_moves_on, |world| {
    let path = world.published_fire().await;
    world.anybody().get(&path).await.has("Breaking <span class=\"meta\">in its first 6 hours");
    world.forward(HOUR * 7);
    world.anybody().get(&path).await.lacks(">LIVE<").has("Developing <span");
    world.forward(DAY * 2);
    world.anybody().get(&path).await.has("Sustained <span class=\"meta\">with fewer than two articles a day");
    world.work().await;
});

story!(a_title_in_another_language_says_which, |world| {
    world.two_outlets().await;
    world.publishes("Wire", "حريق في مصفاة نفط في لاغوس يقتل ثلاثة عمال", "", 30);
    world.publishes("Gazette", "مقتل ثلاثة عمال في حريق مصفاة نفط في لاغوس", "", 20);
    world.work().await;
    let path = world.path_of("-1").await;
    world.anybody().get(&path).await.is(200).has("<h1 class=\"title\" dir=\"auto\" lang=\"ar\">");
    let row = format!("<a href=\"{path}\" dir=\"auto\" lang=\"ar\">");
    world.anybody().get("/countries/ng").await.is(200).has(&row);
    world.anybody().get("/map").await.is(200).has(&row);
});

story!(an_unknown_incident_is_a_kind_404, |world| {
    world.anybody().get("/incidents/nothing-1").await.is(404).has("There is no page at this address");
    world.anybody().get("/nowhere").await.is(404).has("Go to the live desk");
});

story!(b3_markup_in_a_feed_is_only_text, |world| {
    world.two_outlets().await;
    let attack = "Fire at Lagos refinery <script>alert(1)</script> <img src=x onerror=alert(2)>";
    world.publishes("Wire", attack, "A fire <b>broke out</b> at the Lagos refinery. <script>alert(3)</script>", 30);
    world.publishes("Gazette", "Lagos refinery on fire", "", 20);
    world.work().await;
    let path = world.path_of("refinery").await;
    world.reader().await.get(&path).await.lacks("alert(").lacks("<img").lacks("onerror").has("broke out");
});

story!(markdown_in_a_feed_is_only_text, |world| {
    world.two_outlets().await;
    world.publishes(
        "Wire",
        "Lagos refinery fire: [Statement](https://phish.example/) [7]",
        "A *fire* broke out at the Lagos refinery, see [here](https://phish.example/x).",
        30,
    );
    world.publishes("Gazette", "Lagos refinery on fire", "", 20);
    world.work().await;
    let path = world.path_of("refinery").await;
    let page = world.reader().await.get(&path).await;
    page.lacks("href=\"https://phish").lacks("<em>fire").lacks("#s7").has("*fire*").has("[here](https://phish.example/x)");
});

story!(a_nul_in_an_address_or_a_feed_breaks_nothing, |world| {
    world.anybody().get("/incidents/a%00b").await.is(404);
    world.source("Wire").await;
    let feed = "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"W\",\"items\":[{\"id\":\"a\\u0000b\",\"url\":\"https://wire.example/1\",\"title\":\"Fire\\u0000 here\",\"content_text\":\"x\"}]}";
    world.serves("Wire", Served::Text(200, feed.into()));
    world.work().await;
    assert_eq!(intelrift::store::article::count(&world.app.db).await.unwrap(), (1, 0));
    let editor = world.editor().await;
    editor.post("/admin/sources", &[("name", "a\0b"), ("address", "https://b.example/feed")]).await.is(303);
});

story!(a_feed_that_gives_no_dates_still_makes_articles, |world| {
    world.source("Wire").await;
    world.serves("Wire", Served::Text(200, "<rss version=\"2.0\"><channel><title>W</title><item><title>Fire at refinery</title><link>https://wire.example/1</link></item></channel></rss>".into()));
    world.work().await;
    assert_eq!(intelrift::store::article::count(&world.app.db).await.unwrap(), (1, 0));
});

story!(other_sites_and_search_engines_are_told_what_is_free, |world| {
    let path = world.published_fire().await;
    let page = world.anybody().get(&path).await;
    page.has(&format!("<link rel=\"canonical\" href=\"{}{path}\">", world.address)).has("property=\"og:image\"");
    let json = page.body.split("application/ld+json\">").nth(1).unwrap().split("</script>").next().unwrap();
    let article: serde_json::Value = serde_json::from_str(json).unwrap();
    assert_eq!((article["@type"].as_str(), article["isAccessibleForFree"].as_bool()), (Some("LiveBlogPosting"), Some(false)));
    let locked: Vec<&str> = article["hasPart"].as_array().unwrap().iter().map(|part| part["cssSelector"].as_str().unwrap()).collect();
    for selector in &locked {
        page.has(&format!("id=\"{}\"", selector.trim_start_matches('#')));
    }
    assert_eq!(locked.len(), page.body.matches("class=\"lock\"").count(), "exactly the locked panels");
    world.reader().await.get(&path).await.lacks("ld+json");
    world.forward(intelrift::clock::DAY);
    world.anybody().get(&path).await.has("\"@type\":\"NewsArticle\"");
});

story!(a_link_has_a_picture, |world| {
    let path = world.published_fire().await;
    let answer = world.anybody().raw().get(format!("{}{path}/card.png", world.address)).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "image/png");
    let etag = answer.headers()["etag"].clone();
    let bytes = answer.bytes().await.unwrap();
    // PNG's own words: signature, then width and height
    assert_eq!((&bytes[1..4], &bytes[16..24]), (&b"PNG"[..], &[0, 0, 4, 176, 0, 0, 2, 118][..]));
    assert!(bytes.len() > 8_000, "it is not empty: {}", bytes.len());
    let again = world.anybody().raw().get(format!("{}{path}/card.png", world.address)).header("If-None-Match", etag).send().await.unwrap();
    assert_eq!(again.status().as_u16(), 304);
    world.anybody().get("/incidents/none-9/card.png").await.is(404);
});

story!(numbers_that_differ_stand_in_a_table_over_time, |world| {
    world.two_outlets().await;
    world.publishes(
        "Wire",
        "At least three killed in fire at Lagos oil refinery",
        "At least three people were killed, the Lagos fire office said.",
        90,
    );
    world.publishes("Gazette", "Seven dead in fire at Lagos oil refinery, says governor", "Seven people were killed in the Lagos refinery fire.", 30);
    world.work().await;
    let path = world.path_of("refinery").await;
    let page = world.anybody().get(&path).await;
    page.has("What the sources say").has("at least 3 ").has("Numbers that articles give");
    let table = page.body.split("id=\"figures\"").nth(1).unwrap().split("</section>").next().unwrap();
    assert!(table.find("at least 3").unwrap() < table.find("<td data-l=\"Number\">7").unwrap(), "{table}");
    world.reader().await.get(&path).await.has("First report").has("Confirmed by another owner group");
    world.anybody().get("/method").await.has("Numbers and dates in articles");
});

story!(a_signal_that_a_later_article_shows_names_the_article, |world| {
    world.two_outlets().await;
    world.publishes("Wire", "Shelling kills three in Kharkiv", "Artillery shelling of Kharkiv, Ukraine, killed three civilians on Sunday.", 90);
    world.publishes("Gazette", "Three civilians killed by shelling of Kharkiv", "Artillery struck a hospital in Kharkiv.", 80);
    world.work().await;
    let page = world.path_of("kharkiv").await;
    world.anybody().get(&page).await.has("Not yet").lacks("First in");
    world.publishes("Gazette", "Ceasefire in Kharkiv after shelling kills three civilians", "A ceasefire was announced in Kharkiv.", 5);
    world.forward(std::time::Duration::from_secs(4_000));
    world.work().await;
    let page = world.path_of("kharkiv").await;
    world.anybody().get(&page).await.has("Observed").has("First in <a href=\"https://gazette.example/2\"");
});

story!(what_the_first_report_has_is_no_news_since_and_what_is_denied_is_not_so, |world| {
    world.two_outlets().await;
    world.publishes(
        "Wire",
        "Slovakia expels three Russian diplomats over espionage",
        "Slovakia's foreign ministry expelled three diplomats of Russia.",
        60,
    );
    world.publishes("Gazette", "Three Russian diplomats expelled by Slovakia", "Russia did not sign or agree to anything, its embassy said.", 50);
    world.work().await;
    let page = world.anybody().get(&world.path_of("diplomats").await).await;
    page.is(200).has("Slovakia");
    assert!(!page.body.contains("Not reported in the 2 articles so far: a recalled ambassador, an expulsion"), "{}", page.body);
    let signal = |text: &str| page.body.split("<li>").find(|line| line.contains(text) && line.contains("class=\"state\"")).unwrap_or("").to_string();
    let expulsion = signal("A recalled ambassador, an expulsion");
    assert!(expulsion.contains("Observed") || expulsion.contains("At start"), "{expulsion}");
    assert!(signal("A joint statement, signature").contains("Not yet"));
});
