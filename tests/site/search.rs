//! Searching, as readers do it.

use crate::story;
use crate::world::{World, changed, fields_of, pairs};
use intelrift::store::Sql;
use intelrift::{desk, store};

async fn three_incidents(world: &mut World) {
    world.published_fire().await;
    world.publishes("Wire", "Earthquake shakes Chile and injures dozens", "Rescue teams reached Valparaiso, Chile, at night.", 60);
    world.publishes("Gazette", "Dozens injured as earthquake shakes Chile", "", 50);
    world.publishes("Wire", "Россия и Украина начали переговоры в Стамбуле", "Переговоры о санкциях идут в Стамбуле, Турция.", 40);
    world.publishes("Gazette", "Переговоры России и Украины идут в Стамбуле", "", 30);
    world.forward(std::time::Duration::from_secs(700));
    world.work().await;
}

story!(words_in_any_form_find_incidents_and_their_articles, |world| {
    three_incidents(world).await;
    let visitor = world.anybody();
    visitor.get("/search").await.is(200).has("Search every public incident");
    let page = visitor.get("/search?q=refineries").await;
    page.is(200).has("<mark>refinery</mark>").has("3 results").has("/incidents/").has("#s1").lacks("Chile");
    // inflected, in another script
    visitor.get("/search?q=%D0%BF%D0%B5%D1%80%D0%B5%D0%B3%D0%BE%D0%B2%D0%BE%D1%80%D0%B0%D1%85").await.has("Article in Russian").has("lang=\"ru\"");
    visitor.get("/search?q=refinery&sort=relevance").await.is(200).has("3 results");
});

story!(phrases_minus_and_fields_narrow_a_question, |world| {
    three_incidents(world).await;
    let visitor = world.anybody();
    for (q, found) in [
        ("\"oil refinery\"", true),
        ("\"refinery oil\"", false),
        ("refinery -lagos", false),
        ("-chile country:NG", true),
        ("-earthquake", true),
        ("country:nigeria", true),
        ("country:CL", false),
        ("source:gazette fire", true),
        ("source:wire managers", false),
        ("category:disaster entity:lagos", true),
        ("entity:chile", false),
        ("severity>=1", true),
        ("severity<1 fire", false),
        ("after:2022-03-20 fire", true),
        ("before:2022-03-20 fire", false),
        ("lang:en fire", true),
        ("lang:ru", false),
    ] {
        let q = url::form_urlencoded::byte_serialize(q.as_bytes()).collect::<String>();
        for sort in ["", "&sort=relevance"] {
            let page = visitor.get(&format!("/search?q={q}{sort}")).await;
            let shown = page.body.split("class=\"hits\"").nth(1).unwrap_or("");
            assert_eq!(shown.contains("refinery"), found, "{q}{sort}: {shown}");
        }
    }
});

story!(choices_beside_the_results_count_and_combine, |world| {
    three_incidents(world).await;
    let visitor = world.anybody();
    let page = visitor.get("/search?q=fire+-nothing&kind=incident").await;
    page.is(200).has("1 result<").has("Incidents <span class=\"n\">1</span>").has("Articles <span class=\"n\">2</span>").has("remove filter");
    visitor.get("/search?region=africa&kind=article").await.has("2 results").lacks("Chile");
    visitor.get("/search?q=fire&from=2022-03-21").await.has("Nothing matches").has("Drop the dates");
});

story!(what_cannot_be_read_is_said_and_plain_words_are_searched, |world| {
    three_incidents(world).await;
    let visitor = world.anybody();
    visitor.get("/search?q=country%3ANarnia").await.is(200).has("no country has this code or name").has("Its words were searched");
    visitor.get("/search?q=%22oil+refinery").await.is(200).has("are not closed").has("3 results");
    let q = "https%3A%2F%2Fx+NEAR(a+b)+*+%22%22+%27%3B+DROP+TABLE+%00+%F0%9F%94%A5+(+%26+%7C+!";
    visitor.get(&format!("/search?q={q}")).await.is(200).has("Nothing matches");
    visitor.get(&format!("/search?q={}&after=zz&page=-1&sort=loud", "word+".repeat(300))).await.is(200);
});

story!(an_empty_result_says_what_to_try, |world| {
    three_incidents(world).await;
    let visitor = world.anybody();
    visitor.get("/search?q=nigria").await.is(200).has("Did you mean Nigeria?");
    visitor.get("/search?q=refinery+submarine").await.has("“refinery” alone has 3 results").lacks("“submarine” alone");
    visitor.get("/search?q=niger").await.has("/entities/nigeria");
});

story!(a_name_is_found_in_any_script, |world| {
    three_incidents(world).await;
    let visitor = world.anybody();
    // Нигерия, Нигерии in small letters, نيجيريا
    for name in
        ["%D0%9D%D0%B8%D0%B3%D0%B5%D1%80%D0%B8%D1%8F", "%D0%BD%D0%B8%D0%B3%D0%B5%D1%80%D0%B8%D0%B8", "%D9%86%D9%8A%D8%AC%D9%8A%D8%B1%D9%8A%D8%A7"]
    {
        visitor.get(&format!("/search?q={name}")).await.is(200).has("Did you mean Nigeria?").has("/entities/nigeria");
    }
});

story!(what_was_stored_in_another_spelling_is_found_after_an_update, |world| {
    three_incidents(world).await;
    let visitor = world.anybody();
    let mut tx = world.app.db.begin().await.unwrap();
    tx.run("UPDATE searchable SET title_terms = 'wother any', text_terms = 'wother any'", vec![]).await.unwrap();
    tx.commit().await.unwrap();
    visitor.get("/search?q=refinery").await.has("Nothing matches");
    desk::respell::begin(&world.app).await.unwrap();
    desk::respell::begin(&world.app).await.unwrap();
    world.work().await;
    visitor.get("/search?q=refinery+blaze").await.is(200);
    visitor.get("/search?q=refineries").await.has("3 results");
    let row = store::progress::find(&world.app.db, store::search::SPELLING).await.unwrap().unwrap();
    assert!(row.done == row.total && row.total > 3, "{row:?}");
});

story!(what_is_retracted_is_found_no_more, |world| {
    world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    let editor = world.editor().await;
    let fields = crate::world::fields_of(&editor.get(&desk).await.body);
    let form = crate::world::changed(&crate::world::changed(&fields, "do", "retract"), "reason", "It was a drill.");
    editor.post(&desk, &crate::world::pairs(&form)).await.is(303);
    world.anybody().get("/search?q=refinery").await.is(200).has("Nothing matches");
});

story!(a_premium_word_is_not_found_and_not_shown, |world| {
    world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    let editor = world.editor().await;
    let fields = crate::world::fields_of(&editor.get(&desk).await.body);
    let mut form = crate::world::changed(&fields, "do", "publish");
    for (name, value) in &mut form {
        if name.starts_with('j') && name.ends_with("text")
            || name.starts_with('s') && name.ends_with("text")
            || name.starts_with('t') && name.ends_with("what")
        {
            *value = "zyzzyva marker [1]".into();
        }
    }
    editor.post(&desk, &crate::world::pairs(&form)).await.is(303);
    editor.get(&world.path_of("refinery").await).await.has("zyzzyva");
    for path in
        ["/search?q=zyzzyva", "/search?q=zyzzyva&sort=relevance", "/search?q=refinery", "/feed.atom", "/feed.rss", "/feed.json", "/entities/lagos"]
    {
        world.anybody().get(path).await.is(200).lacks("zyzzyva marker");
        world.reader().await.get(path).await.is(200).lacks("zyzzyva marker");
    }
});

story!(an_article_that_was_moved_away_is_no_more_found_where_it_was, |world| {
    world.published_fire().await;
    world.publishes("Wire", "Lagos refinery fire: managers of the oil refinery arrested", "Police arrested managers of the Lagos oil refinery.", 3);
    world.forward(std::time::Duration::from_secs(700));
    world.work().await;
    world.anybody().get("/search?q=%22managers+of+the+oil%22&kind=article").await.has("1 result<");
    let desk = world.desk_path_of("refinery").await;
    let editor = world.editor().await;
    let form = crate::world::changed(&crate::world::fields_of(&editor.get(&desk).await.body), "do", "take-out-3");
    editor.post(&desk, &crate::world::pairs(&form)).await.is(303);
    world.work().await;
    // it is alone in a candidate now, which nobody reads
    world.anybody().get("/search?q=%22managers+of+the+oil%22&kind=article").await.has("Nothing matches");
});

story!(relevance_puts_a_title_before_a_summary_and_a_plain_search_the_newest_first, |world| {
    world.two_outlets().await;
    world.publishes("Wire", "Zeppelin lands near Oslo", "Nobody watched.", 300);
    world.publishes("Gazette", "Crowd waits on a field in Chile", "They came for an old zeppelin.", 30);
    world.work().await;
    for word in ["Zeppelin", "Crowd waits"] {
        let desk = world.desk_path_of(word).await;
        let editor = world.editor().await;
        let form = changed(&fields_of(&editor.get(&desk).await.body), "do", "publish");
        editor.post(&desk, &pairs(&form)).await.is(303);
        world.work().await;
    }
    let order = async |sort: &str| {
        let page = world.anybody().get(&format!("/search?q=zeppelin&kind=article{sort}")).await.body;
        let hits = page.split("class=\"hits\"").nth(1).unwrap().to_string();
        (hits.find("lands near Oslo").unwrap(), hits.find("on a field").unwrap())
    };
    let (title, summary) = order("&sort=relevance").await;
    assert!(title < summary, "the one that is about it");
    let (older, newer) = order("").await;
    assert!(newer < older, "the newest");
});

story!(the_choices_of_a_search_narrow_it_and_its_last_day_is_one_of_them, |world| {
    three_incidents(world).await;
    let visitor = world.anybody();
    visitor.get("/search?q=fire&to=2022-03-20").await.has("refinery");
    visitor.get("/search?q=fire&to=2022-03-19").await.has("Nothing matches");
    visitor.get("/search?q=fire&from=2022-03-20").await.has("refinery");
    visitor.get("/search?q=-zyzzyva&lang=ru&kind=article").await.has("lang=\"ru\"").lacks("refinery");
    visitor.get("/search?q=-zyzzyva&cat=disaster").await.has("refinery").lacks("Istanbul");
    visitor.get("/search?q=-zyzzyva&region=americas").await.has("Chile").lacks("refinery");
});
