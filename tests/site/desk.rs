//! The editors' room.

use crate::story;
use crate::world::{PASSWORD, changed, fields_of, pairs};
use intelrift::model::viewer::Role;
use intelrift::store;

story!(an_editor_finds_the_most_valuable_candidate_first, |world| {
    world.published_fire().await;
    world.publishes("Wire", "Museum opens new wing for visitors", "", 10);
    world.forward(std::time::Duration::from_secs(700));
    world.work().await;
    let queue = world.editor().await.get("/admin/queue").await;
    let at = |word: &str| queue.body.find(word).unwrap_or_else(|| panic!("{word} in {}", queue.body));
    assert!(at("refinery") < at("Museum"));
    queue.has("Waiting for an editor").has("by the automatic policy");
});

story!(an_editor_publishes_a_revision_and_the_public_page_changes, |world| {
    let path = world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    let editor = world.editor().await;
    let form = fields_of(&editor.get(&desk).await.body);
    let form = changed(&form, "title", "Lagos refinery burns; three dead");
    let form = changed(&form, "happened", "A **refinery** in Lagos burned. [1] More is <script>alert(1)</script> unclear. [2]");
    let sent = editor.post(&desk, &pairs(&changed(&form, "do", "publish"))).await;
    sent.is(303);
    let new = sent.header("location").to_string();
    let page = world.anybody().get(&new).await;
    page.is(200).has("Lagos refinery burns; three dead").has("<strong>refinery</strong>").has("reviewed by an editor").lacks("<script>alert");
    // the old address leads to the new one for good
    let old = world.anybody().get(&path).await;
    assert_eq!((old.status.as_u16(), old.header("location")), (301, new.as_str()));
});

story!(a_revision_never_changes_after_it_is_published, |world| {
    world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    let editor = world.editor().await;
    for title in ["First title of the fire", "Second title of the fire"] {
        let form = fields_of(&editor.get(&desk).await.body);
        editor.post(&desk, &pairs(&changed(&changed(&form, "title", title), "do", "publish"))).await.is(303);
    }
    let id = desk.rsplit('/').next().unwrap().parse().unwrap();
    let revisions = store::revision::list(&world.app.db, id).await.unwrap();
    let titles: Vec<_> = revisions.iter().map(|r| r.edition.title.as_str()).collect();
    assert_eq!(titles[..2], ["Second title of the fire", "First title of the fire"]);
    assert_eq!(revisions.iter().map(|r| r.number).collect::<Vec<_>>(), (1..=revisions.len() as i64).rev().collect::<Vec<_>>());
    let acts: Vec<_> = store::audit::list(&world.app.db, None, None, 9).await.unwrap().into_iter().map(|a| a.act).collect();
    assert_eq!(acts, ["publish", "publish"]);
});

story!(a_new_article_leaves_the_editors_words_and_changes_the_counts, |world| {
    world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    let editor = world.editor().await;
    let form = fields_of(&editor.get(&desk).await.body);
    editor.post(&desk, &pairs(&changed(&changed(&form, "happened", "An editor wrote this."), "do", "publish"))).await.is(303);
    world.source("Post").await;
    world.publishes("Post", "Lagos oil refinery fire: three killed, owner sorry", "", 1);
    world.forward(std::time::Duration::from_secs(60));
    world.work().await;
    let path = world.path_of("refinery").await;
    world.anybody().get(&path).await.has("An editor wrote this.").has("3 articles").has("1 article joined since then");
});

story!(mistakes_come_back_beside_their_fields_and_nothing_is_lost, |world| {
    world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    let editor = world.editor().await;
    let form = fields_of(&editor.get(&desk).await.body);
    let form = changed(&changed(&changed(&form, "title", ""), "countries", "NG ZZ"), "happened", "Long work of an afternoon. [77]");
    let page = editor.post(&desk, &pairs(&changed(&form, "do", "publish"))).await;
    page.is(422).has("Write a title").has("ZZ is no country code").has("[77] cites an article that is not here").has("Long work of an afternoon.");
    // it was saved as a draft too
    editor.get(&desk).await.has("Long work of an afternoon.").has("Draft saved");
    let path = world.path_of("refinery").await;
    world.anybody().get(&path).await.lacks("Long work of an afternoon.");
});

story!(two_editors_do_not_overwrite_each_other, |world| {
    world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    let (first, second) = (world.editor().await, world.editor().await);
    let form = fields_of(&first.get(&desk).await.body);
    let late = fields_of(&second.get(&desk).await.body);
    let form = changed(&changed(&form, "title", "Title of the first editor"), "happened", "Text of the first editor. [1]");
    first.post(&desk, &pairs(&changed(&form, "do", "publish"))).await.is(303);
    let late = changed(&changed(&late, "happened", "Work of the second editor. [1]"), "watch", "Watched by the second. [2]");
    // what a script saves by itself is told too, and kept
    second.post(&format!("{desk}/draft"), &pairs(&late)).await.is(409);
    let told = second.post(&desk, &pairs(&changed(&late, "do", "publish"))).await;
    told.is(409).has("published revision 2 while you wrote").has("Work of the second editor.").has("Text of the first editor.");
    told.has("name=\"take-happened\"").lacks("name=\"take-title\"").lacks("name=\"take-watch\"");
    // it waits as long as it has to
    second.get(&desk).await.is(200).has("while you wrote");
    // a choice that was made before a newer revision came settles nothing
    second.post(&format!("{desk}/conflict"), &[("number", "1"), ("take-happened", "mine")]).await.is(303);
    second.get(&desk).await.is(200).has("while you wrote");
    second.post(&format!("{desk}/conflict"), &[("number", "2"), ("take-happened", "mine")]).await.is(303);
    let merged = second.get(&desk).await;
    merged.is(200).has("Title of the first editor").has("Work of the second editor.").has("Watched by the second.").lacks("Text of the first");
    second.post(&desk, &pairs(&changed(&fields_of(&merged.body), "do", "publish"))).await.is(303);
    let path = world.path_of("first-editor").await;
    world.anybody().get(&path).await.has("Work of the second editor.");
});

story!(two_windows_of_one_editor_do_not_overwrite_each_other, |world| {
    world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    let editor = world.editor().await;
    let open = async || changed(&fields_of(&editor.get(&desk).await.body), "do", "save");
    let (one, two) = (open().await, open().await);
    editor.post(&desk, &pairs(&changed(&one, "watch", "Whether it spreads. [1]"))).await.is(303);
    world.forward(std::time::Duration::from_secs(60));
    // the same window saves on, as it does while somebody types, and nothing is put aside
    editor.post(&format!("{desk}/draft"), &pairs(&changed(&one, "watch", "Whether it spreads to the port. [1]"))).await.is(204);
    editor.get(&desk).await.lacks("in another window");
    world.forward(std::time::Duration::from_secs(60));
    editor.post(&desk, &pairs(&changed(&two, "happened", "A fire. [1]"))).await.is(303);
    editor
        .get(&desk)
        .await
        .has("You wrote another text of this in another window")
        .has("These parts differ: What happened, What to watch")
        .has("A fire.");
    // a page that was opened since goes on from what it showed
    editor.post(&desk, &pairs(&changed(&open().await, "happened", "A fire at a refinery. [1]"))).await.is(303);
    editor.post(&desk, &pairs(&changed(&open().await, "do", "swap-0"))).await.is(303);
    editor.get(&desk).await.has("Whether it spreads to the port.").lacks("A fire at a refinery.").has("in another window");
    // the first window is still open, and goes on typing: all three texts are there
    editor.post(&format!("{desk}/draft"), &pairs(&changed(&one, "watch", "Whether it spreads tonight. [1]"))).await.is(204);
    let page = editor.get(&desk).await;
    assert_eq!(page.has("Whether it spreads tonight.").body.matches("in another window").count(), 2);
    // an old window does not forget what a newer one wrote
    editor.post(&desk, &pairs(&changed(&two, "do", "forget"))).await.is(422).has("look at it first");
    // publishing one leaves the others as drafts
    let page = editor.post(&desk, &pairs(&changed(&open().await, "do", "publish"))).await;
    assert_eq!(page.status.as_u16(), 303);
    world.anybody().get(page.header("location")).await.has("Whether it spreads tonight.").lacks("A fire at a refinery.");
    editor.get(&desk).await.has("while you wrote").has("Whether it spreads tonight.");
    editor.post(&format!("{desk}/conflict"), &[("number", "2")]).await.is(303);
    editor.get(&desk).await.has("in another window");
    editor.post(&desk, &pairs(&changed(&open().await, "do", "swap-0"))).await.is(303);
    editor.get(&desk).await.has("A fire at a refinery.");
    let account = editor.get("/account/data.json").await;
    account.has("A fire at a refinery.").has("other_windows");
});

story!(what_the_other_editor_wrote_can_be_taken_over, |world| {
    world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    let (first, second) = (world.editor().await, world.editor().await);
    let form = fields_of(&first.get(&desk).await.body);
    first.post(&desk, &pairs(&changed(&changed(&form, "happened", "Text of the first editor. [1]"), "do", "publish"))).await.is(303);
    second.post(&desk, &pairs(&changed(&changed(&form, "happened", "Work of the second. [1]"), "do", "save"))).await.is(409);
    second.post(&format!("{desk}/conflict"), &[("number", "2"), ("take-happened", "theirs")]).await.is(303);
    second.get(&desk).await.is(200).has("Text of the first editor.").lacks("Work of the second.");
});

story!(each_editor_has_a_draft_of_their_own, |world| {
    world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    let (first, second) = (world.editor().await, world.editor().await);
    for (editor, text) in [(&first, "Draft of the first."), (&second, "Draft of the second.")] {
        let form = fields_of(&editor.get(&desk).await.body);
        editor.post(&format!("{desk}/draft"), &pairs(&changed(&form, "happened", text))).await.is(204);
    }
    first.get(&desk).await.has("Draft of the first.").lacks("Draft of the second.");
});

story!(the_automatic_policy_never_overwrites_an_editor, |world| {
    world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    let id: intelrift::id::Id<intelrift::model::incident::Incident> = desk.rsplit('/').next().unwrap().parse().unwrap();
    let member = intelrift::model::viewer::Member { id: 1.into(), name: "ed".into(), role: intelrift::model::viewer::Role::Editor };
    for round in 0..8 {
        let mut edition = store::revision::find_newest(&world.app.db, id).await.unwrap().unwrap().edition;
        edition.title = format!("Edited in round {round}");
        let ids = [id];
        let (published, by_policy) = tokio::join!(
            intelrift::desk::publish::by_editor(
                &world.app,
                &member,
                id,
                intelrift::desk::publish::Signature { edition: &edition, base: i64::MAX, correction: None, why: None, looks: true }
            ),
            intelrift::desk::publish::by_policy(&world.app, &ids)
        );
        published.unwrap();
        by_policy.unwrap();
        let row = store::incident::find(&world.app.db, id).await.unwrap().unwrap();
        assert!(row.reviewed && row.title == edition.title, "round {round}: {row:?}");
    }
});

story!(lists_grow_and_shrink_without_a_script, |world| {
    world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    let editor = world.editor().await;
    let form = fields_of(&editor.get(&desk).await.body);
    let rows = |page: &str| page.matches("\"rowform\"").count();
    let before = rows(&editor.get(&desk).await.body);
    let grown = editor.post(&desk, &pairs(&changed(&changed(&form, "title", "Typed but not saved"), "do", "add-market"))).await;
    assert_eq!(rows(&grown.is(200).body), before + 1);
    grown.has("Typed but not saved");
    let moved = editor.post(&desk, &pairs(&changed(&fields_of(&grown.body), "do", "up-scenario-1"))).await;
    let first = |page: &str| fields_of(page).into_iter().find(|(name, _)| name == "s0name").unwrap().1;
    let second = |page: &str| fields_of(page).into_iter().find(|(name, _)| name == "s1name").unwrap().1;
    assert_eq!((first(&moved.is(200).body), second(&moved.body)), (second(&grown.body), first(&grown.body)));
    let shrunk = editor.post(&desk, &pairs(&changed(&fields_of(&grown.body), "do", "drop-scenario-0"))).await;
    assert_eq!(rows(&shrunk.is(200).body), before);
});

story!(a_preview_shows_what_is_typed_and_publishes_nothing, |world| {
    let path = world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    let editor = world.editor().await;
    let form = changed(&fields_of(&editor.get(&desk).await.body), "happened", "Only in the preview. [1]");
    let preview = editor.post(&format!("{desk}/preview"), &pairs(&form)).await;
    preview.is(200).has("Only in the preview.").has("Threat level");
    assert!(preview.header("content-security-policy").contains("frame-ancestors 'self'"));
    world.anybody().get(&path).await.lacks("Only in the preview.");
    editor.post(&format!("{desk}/draft"), &pairs(&form)).await.is(204);
    editor.get(&format!("{desk}/preview")).await.has("Only in the preview.");
});

story!(a_candidate_is_claimed_by_one_editor, |world| {
    world.published_fire().await;
    let id = world.desk_path_of("refinery").await.rsplit('/').next().unwrap().to_string();
    let (first, second) = (world.editor().await, world.editor().await);
    first.post("/admin/queue", &[("claim", &id)]).await.is(303);
    second.get("/admin/queue").await.has("somebody else’s");
    second.post("/admin/queue", &[("claim", &id)]).await.is(409);
    first.post("/admin/queue", &[("unclaim", &id)]).await.is(303);
    second.post("/admin/queue", &[("claim", &id)]).await.is(303);
});

story!(a_retracted_incident_answers_410_with_its_reason, |world| {
    let path = world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    let editor = world.editor().await;
    let form = fields_of(&editor.get(&desk).await.body);
    editor.post(&desk, &pairs(&changed(&form, "do", "retract"))).await.is(422).has("Say why in a sentence");
    let form = changed(&form, "reason", "Both outlets withdrew the report");
    editor.post(&desk, &pairs(&changed(&form, "do", "retract"))).await.is(303);
    world.anybody().get(&path).await.is(410).has("Both outlets withdrew the report");
    world.anybody().get("/incidents").await.lacks("refinery");
});

story!(an_editor_merges_two_incidents_and_the_old_address_leads_on, |world| {
    let fire = world.published_fire().await;
    for (name, title) in [("Wire", "Museum opens new wing in Vienna for visitors"), ("Gazette", "Visitors see new wing of museum in Vienna")] {
        world.publishes(name, title, "", 10);
    }
    world.forward(std::time::Duration::from_secs(700));
    world.work().await;
    let museum = world.path_of("vienna").await;
    let desk = world.desk_path_of("Vienna").await;
    let editor = world.editor().await;
    let form = fields_of(&editor.get(&desk).await.body);
    for wrong in ["", "soon", "999", "2"] {
        editor.post(&desk, &pairs(&changed(&changed(&form, "into", wrong), "do", "merge"))).await.is(422).has("id=\"into-e\"");
    }
    editor.post(&desk, &pairs(&changed(&changed(&form, "into", "No. 1"), "do", "merge"))).await.is(303);
    world.work().await;
    let led = world.anybody().get(&museum).await;
    assert_eq!(led.status.as_u16(), 301, "{}", led.body);
    let there = led.header("location").to_string();
    assert!(there.starts_with("/incidents/") && there.ends_with("-1"), "{fire} {there}");
    world.anybody().get(&there).await.is(200).has("4 articles").has("id=\"s4\"").has("came from another incident");
    // an article about the museum now belongs to what it was merged into
    world.publishes("Wire", "Museum in Vienna: new wing draws visitors", "", 0);
    world.forward(std::time::Duration::from_secs(700));
    world.work().await;
    let path = world.path_of("-1").await;
    world.anybody().get(&path).await.has("5 articles");
});

story!(a_reader_doubts_an_article_and_an_editor_takes_it_out, |world| {
    let path = world.published_fire().await;
    world.anybody().get(&path).await.lacks("Not the same event");
    world.anybody().post(&format!("{path}/doubts"), &[("place", "2")]).await.is(303);
    let reader = world.reader().await;
    reader.get(&path).await.has("Not the same event");
    for _ in 0..2 {
        let sent = reader.post(&format!("{path}/doubts"), &[("place", "2")]).await;
        assert_eq!(sent.header("location"), format!("{path}?noted=2#s2"));
    }
    reader.get(&format!("{path}?noted=2")).await.has("Noted: an editor will look");
    reader.post(&format!("{path}/doubts"), &[("place", "9")]).await.is(404);
    let editor = world.editor().await;
    editor.get("/admin/queue").await.has("1 reader: not the same event");
    let desk = world.desk_path_of("refinery").await;
    let page = editor.get(&desk).await;
    page.has("1 reader: not the same event");
    let sent = editor.post(&desk, &pairs(&changed(&fields_of(&page.body), "do", "take-out-2"))).await;
    sent.is(303);
    assert_eq!(sent.header("location"), desk);
    // at once, before anything was drafted anew: the editor sees what was done, and may undo it
    editor.get(&desk).await.is(200).has("Articles moved from here").has("value=\"undo-");
    world.work().await;
    editor.get("/admin/queue").await.lacks("not the same event");
    world.anybody().get(&path).await.has("1 article").lacks("id=\"s2\"");
    // the last article stays: an incident is never empty
    let form = fields_of(&editor.get(&desk).await.body);
    editor.post(&desk, &pairs(&changed(&form, "do", "take-out-1"))).await.is(422);
    // one reader does not fill the editors' queue
    for _ in 0..17 {
        reader.post(&format!("{path}/doubts"), &[("place", "2")]).await;
    }
    reader.post(&format!("{path}/doubts"), &[("place", "2")]).await.is(429);
});

story!(a_dismissed_candidate_leaves_the_queue, |world| {
    world.source("Wire").await;
    world.publishes("Wire", "Museum opens new wing for visitors", "", 10);
    world.work().await;
    let desk = world.desk_path_of("Museum").await;
    let editor = world.editor().await;
    let form = changed(&fields_of(&editor.get(&desk).await.body), "reason", "Not our subject");
    editor.post(&desk, &pairs(&changed(&form, "do", "dismiss"))).await.is(303);
    editor.get("/admin/queue").await.lacks("Museum").has("Nothing waits for you");
    editor.get("/admin/audit").await.has("dismiss").has("Not our subject");
});

story!(a_source_is_added_at_the_desk_or_the_form_says_what_is_wrong, |world| {
    let editor = world.editor().await;
    let wrong = editor.post("/admin/sources", &[("name", "Wire"), ("address", "not an address"), ("country", "ZZ")]).await;
    wrong.is(422).has("Enter the feed’s web address").has("Use two letters of ISO 3166-1").has("value=\"Wire\"");
    world.publishes("Wire", "Fire at refinery", "", 5);
    let address = format!("http://{}/Wire.xml", world.feeds);
    editor.post("/admin/sources", &[("name", "Wire"), ("address", &address), ("reliability", "B")]).await.is(303);
    editor.post("/admin/sources", &[("name", "Wire 2"), ("address", &address)]).await.is(422).has("is here already");
    world.work().await;
    editor.get("/admin/sources").await.has("Reporting").has("5 min ago");
});

story!(an_incident_that_is_more_than_its_place_is_used_to_is_called_a_spike, |world| {
    world.source("Wire").await;
    // five ordinary days: a fire here and there in Nigeria
    for (day, town) in ["Kano", "Ibadan", "Abuja", "Jos", "Enugu"].iter().enumerate() {
        world.publishes("Wire", &format!("Fire destroys market stalls in {town}, Nigeria, number {day}"), "Firefighters put out the fire.", 5);
        world.work().await;
        world.forward(std::time::Duration::from_secs(86_400));
    }
    world.work().await;
    world.editor().await.get("/admin/queue").await.lacks("Spike");
    for n in 0..8 {
        let name = format!("outlet{n}");
        world.source(&name).await;
        world.publishes(&name, &format!("Fire at oil refinery in Lagos, Nigeria kills three workers, says outlet{n}"), "", n + 1);
    }
    world.work().await;
    world.editor().await.get("/admin/queue").await.has("Spike").has("8 articles in 24 h; 1.2 a day are usual for disaster and accident in Nigeria");
    // what was a spike two days ago is none today
    world.forward(std::time::Duration::from_secs(2 * 86_400));
    world.editor().await.get("/admin/queue").await.lacks("Spike");
});

story!(marked_candidates_are_dismissed_together_with_a_reason, |world| {
    world.source("Wire").await;
    for title in ["Earthquake shakes Chile and injures dozens", "Parliament of Kenya passes budget bill"] {
        world.publishes("Wire", title, "", 8);
    }
    world.work().await;
    let editor = world.editor().await;
    let ids: Vec<String> =
        store::queue::list(&world.app.db, store::queue::Whose::Anybodys, None, 9).await.unwrap().iter().map(|row| row.id.to_string()).collect();
    let marks: Vec<String> = ids.iter().map(|id| format!("pick-{id}")).collect();
    editor.post("/admin/queue/decisions", &[("do", "dismiss"), ("reason", "Old news.")]).await.is(422).has("Mark the candidates first");
    let form = |reason: &'static str| [(marks[0].as_str(), "on"), (marks[1].as_str(), "on"), ("do", "dismiss"), ("reason", reason)];
    editor.post("/admin/queue/decisions", &form(" ")).await.is(422).has("Say why in a sentence");
    editor.get("/admin/queue").await.has("Chile").has("By keyboard");
    editor.post("/admin/queue/decisions", &form("Old news.")).await.is(303);
    editor.get("/admin/queue").await.lacks("Chile").lacks("Kenya").has("Nothing waits for you");
    editor.get("/admin/audit?act=dismiss").await.has("Old news.");
});

story!(related_incidents_say_why_and_editors_pin_and_hide, |world| {
    let fire = world.published_fire().await;
    world.publishes(
        "Wire",
        "Workers at Lagos oil refinery go on strike after deadly fire",
        "Workers of the oil refinery in Lagos, Nigeria, stopped work.",
        40,
    );
    world.publishes("Gazette", "Strike at Lagos refinery begins after fire", "Refinery workers in Lagos went on strike.", 30);
    world.publishes("Wire", "Museum of modern art opens in Oslo", "The new museum in Oslo, Norway, opened its doors.", 20);
    world.publishes("Gazette", "Oslo museum of modern art opens its doors", "", 10);
    world.forward(std::time::Duration::from_secs(700));
    world.work().await;
    let museum = world.path_of("museum").await;
    let number = museum.rsplit('-').next().unwrap().to_string();
    let desk = world.desk_path_of("refinery").await;
    let editor = world.editor().await;
    let act = async |form: &[(String, String)], act: &str, related: &str| {
        let form = changed(&changed(form, "related", related), "do", act);
        editor.post(&desk, &pairs(&form)).await
    };
    let form = fields_of(&editor.get(&desk).await.body);
    act(&form, "pin", "nonsense").await.is(422).has("Enter the number of the other incident");
    act(&form, "pin", "99").await.is(422).has("There is no other incident with this number");
    act(&form, "pin", &number).await.is(303);
    world.work().await;
    // its title may have changed with what came
    let page = async || {
        let found = world.anybody().get(&fire).await;
        if found.status.as_u16() == 301 { found.header("location").to_string() } else { fire.clone() }
    };
    editor.get(&page().await).await.is(200).has("chosen by an editor").has(&museum);
    act(&form, "hide", &number).await.is(303);
    world.work().await;
    editor.get(&page().await).await.is(200).lacks("chosen by an editor").lacks(&museum);
    let desk_page = editor.get(&desk).await;
    desk_page.has("Never shown").has("Leave it to the rules");
    act(&form, &format!("by-rule-{number}"), "").await.is(303);
    editor.get(&desk).await.lacks("Never shown");
    world.work().await;
});

story!(wording_that_is_not_the_desks_is_named_and_can_be_published, |world| {
    world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    let editor = world.editor().await;
    let page = editor.get(&desk).await;
    page.lacks("name the likelihood");
    let form = changed(&fields_of(&page.body), "implications", "Exports may fall. [1]");
    editor.post(&desk, &pairs(&changed(&form, "do", "save"))).await.is(303);
    editor.get(&desk).await.has("One sentence is not worded as the desk does").has("“Exports may fall. [1]”").has("name the likelihood");
    editor.post(&desk, &pairs(&changed(&form, "do", "publish"))).await.is(303);
});

story!(a_contributor_hands_a_draft_in_and_an_editor_hands_it_back_or_publishes_it, |world| {
    world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    world.account("cora@example.org", Role::Contributor).await;
    let cora = world.anybody();
    cora.post("/sign-in", &[("email", "cora@example.org"), ("password", PASSWORD)]).await.is(303);
    let page = cora.get(&desk).await;
    page.is(200).has(">Hand in<").lacks(">Publish revision").lacks("value=\"merge\"");
    let form = changed(&fields_of(&page.body), "happened", "A contributor wrote this. [1]");
    for act in ["publish", "schedule", "retract", "merge", "hand-back", "pin"] {
        cora.post(&desk, &pairs(&changed(&form, "do", act))).await.is(403);
    }
    cora.post(&desk, &pairs(&changed(&changed(&form, "note", "Please look at the numbers"), "do", "hand-in"))).await.is(303);
    let path = world.path_of("refinery").await;
    world.anybody().get(&path).await.lacks("A contributor wrote this");
    let editor = world.editor().await;
    editor.get("/admin/queue").await.has("Handed in (1)");
    editor.get("/admin/queue?show=handed").await.has("refinery");
    let page = editor.get(&desk).await;
    page.has("cora handed this in").has("A contributor wrote this.").has("Please look at the numbers");
    editor.post(&desk, &pairs(&changed(&fields_of(&page.body), "do", "hand-back"))).await.is(422).has("Say what is missing");
    let form = changed(&fields_of(&editor.get(&desk).await.body), "note", "Who counted them?");
    editor.post(&desk, &pairs(&changed(&form, "do", "hand-back"))).await.is(303);
    cora.get(&desk).await.has("Who counted them?").has("A contributor wrote this.");
    let again = changed(&fields_of(&cora.get(&desk).await.body), "happened", "A contributor wrote this, and the police counted. [1]");
    cora.post(&desk, &pairs(&changed(&again, "do", "hand-in"))).await.is(303);
    // the editor's own draft was made when the form came back with its mistake
    editor.post(&desk, &[("do", "forget")]).await.is(303);
    let page = editor.get(&desk).await;
    page.has("and the police counted");
    editor.post(&desk, &pairs(&changed(&changed(&fields_of(&page.body), "note", ""), "do", "publish"))).await.is(303);
    world.anybody().get(&path).await.has("and the police counted").has("reviewed by an editor");
    cora.get(&desk).await.lacks("Forget my draft");
});

story!(a_scheduled_edition_is_published_at_its_minute_also_by_another_process, |world| {
    world.source("Wire").await;
    world.publishes("Wire", "Museum opens new wing for visitors", "The museum opened its wing.", 10);
    world.work().await;
    let desk = world.desk_path_of("Museum").await;
    let editor = world.editor().await;
    let form = changed(&fields_of(&editor.get(&desk).await.body), "title", "Museum opens its wing at noon");
    let with = |when: &str| changed(&changed(&form, "when", when), "do", "schedule");
    editor.post(&desk, &pairs(&with("tomorrow"))).await.is(422).has("Write the time as");
    editor.post(&desk, &pairs(&with("2022-03-20T11:00"))).await.is(422).has("That is not ahead");
    editor.post(&desk, &pairs(&with("2022-03-21T18:30"))).await.is(303);
    editor.get(&desk).await.has("It publishes itself on Monday, 21 March 2022, 18:30 UTC");
    // rescheduled to earlier: the later time is void
    editor.post(&desk, &pairs(&with("2022-03-20T18:30"))).await.is(303);
    world.forward(std::time::Duration::from_secs(6 * 3_600 + 29 * 60 + 59));
    world.work().await;
    world.anybody().get("/incidents").await.lacks("at noon");
    world.forward(std::time::Duration::from_secs(1));
    // the process that scheduled it is gone, and another one takes the job
    intelrift::work::Worker::new(world.app.clone()).unwrap().drain().await.unwrap();
    let path = world.path_of("at-noon").await;
    world.anybody().get(&path).await.is(200).has("reviewed by an editor").has("20 Mar, 18:30");
    editor.get("/admin/audit?act=schedule").await.has("2022-03-20T18:30Z");
    world.forward(intelrift::clock::DAY * 2);
    world.work().await;
    let id = desk.rsplit('/').next().unwrap().parse().unwrap();
    assert_eq!(store::revision::list(&world.app.db, id).await.unwrap().len(), 1, "once");
});

story!(a_schedule_that_another_editor_overtook_comes_back_as_a_draft, |world| {
    world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    let (first, second) = (world.editor().await, world.editor().await);
    let form = fields_of(&first.get(&desk).await.body);
    let planned = changed(&changed(&form, "happened", "Planned for later. [1]"), "when", "2022-03-20T13:00");
    first.post(&desk, &pairs(&changed(&planned, "do", "schedule"))).await.is(303);
    // while it waits, the automatic policy and other editors go on
    second.post(&desk, &pairs(&changed(&changed(&form, "happened", "Overtaken by this. [1]"), "do", "publish"))).await.is(303);
    world.forward(std::time::Duration::from_secs(3_600));
    world.work().await;
    let path = world.path_of("refinery").await;
    world.anybody().get(&path).await.has("Overtaken by this.").lacks("Planned for later.");
    first.get(&desk).await.has("Planned for later.");
});

story!(a_scheduled_text_that_cites_what_has_moved_away_comes_back_as_a_draft, |world| {
    world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    let editor = world.editor().await;
    let form = fields_of(&editor.get(&desk).await.body);
    let planned = changed(&changed(&form, "happened", "Planned for later. [1] [2]"), "when", "2022-03-20T13:00");
    editor.post(&desk, &pairs(&changed(&planned, "do", "schedule"))).await.is(303);
    editor.post(&format!("{desk}/decisions"), &[("do", "move"), ("article2", "on")]).await.is(303);
    world.forward(std::time::Duration::from_secs(3_600));
    world.work().await;
    let incident = store::incident::find_by_number(&world.app.db, 1).await.unwrap().unwrap();
    let page = world.anybody().get(&format!("/incidents/{}", incident.slug)).await;
    page.lacks("Planned for later.");
    editor.get(&desk).await.has("Planned for later.").has("cites an article that has moved away");
});

story!(an_embargo_holds_editors_and_the_automatic_policy_until_it_ends, |world| {
    world.source("Wire").await;
    world.publishes("Wire", "Fire at oil refinery in Lagos kills three", "", 10);
    world.work().await;
    let desk = world.desk_path_of("refinery").await;
    let editor = world.editor().await;
    let form = changed(&fields_of(&editor.get(&desk).await.body), "when", "2022-03-20T15:00");
    editor.post(&desk, &pairs(&changed(&form, "do", "embargo"))).await.is(303);
    editor.post(&desk, &pairs(&changed(&form, "do", "publish"))).await.is(422).has("under embargo until Sunday, 20 March 2022, 15:00 UTC");
    let early = changed(&form, "when", "2022-03-20T14:00");
    editor.post(&desk, &pairs(&changed(&early, "do", "schedule"))).await.is(422).has("before the embargo ends");
    editor.post(&desk, &[("do", "forget")]).await.is(303);
    // a second outlet would be enough for the policy
    world.source("Gazette").await;
    world.publishes("Gazette", "Three dead in fire at Lagos oil refinery", "", 5);
    world.work().await;
    world.anybody().get("/incidents").await.lacks("refinery");
    world.forward(std::time::Duration::from_secs(3 * 3_600));
    world.work().await;
    world.anybody().get("/incidents").await.has("refinery");
});

story!(an_old_revision_is_compared_and_restored_as_a_new_draft, |world| {
    world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    let editor = world.editor().await;
    for (text, why) in [("First words of the desk. [1]", "first look"), ("Second words of the desk. [1]", "a better source")] {
        let form = changed(&changed(&fields_of(&editor.get(&desk).await.body), "happened", text), "note", why);
        editor.post(&desk, &pairs(&changed(&form, "do", "publish"))).await.is(303);
    }
    let page = editor.get(&format!("{desk}/revisions/3")).await;
    page.is(200).has("<del>First</del>").has("<ins>Second</ins>").has("Why: a better source");
    editor.get(&desk).await.has("a better source").has("first look");
    editor.post(&desk, &[("do", "restore-2")]).await.is(303);
    let page = editor.get(&desk).await;
    page.has("First words of the desk.");
    // a draft that is there is not written over
    editor.post(&desk, &[("do", "restore-1")]).await.is(422).has("You have a draft of your own");
    let form = fields_of(&editor.get(&desk).await.body);
    editor.post(&desk, &pairs(&changed(&form, "do", "publish"))).await.is(303);
    let path = world.path_of("refinery").await;
    world.anybody().get(&path).await.has("First words of the desk.");
});

story!(a_readers_doubt_does_not_undo_what_an_editor_wrote, |world| {
    world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    let editor = world.editor().await;
    let form = changed(&fields_of(&editor.get(&desk).await.body), "happened", "An editor wrote this. [1]");
    editor.post(&desk, &pairs(&changed(&form, "do", "publish"))).await.is(303);
    let path = world.path_of("refinery").await;
    world.reader().await.post(&format!("{path}/doubts"), &[("place", "2")]).await.is(303);
    editor.get("/admin/queue").await.has("1 reader: not the same event");
    world.source("Post").await;
    world.publishes("Post", "Lagos oil refinery fire: three killed, owner sorry", "", 1);
    world.forward(std::time::Duration::from_secs(700));
    world.work().await;
    world.anybody().get(&path).await.has("An editor wrote this.").has("3 articles");
});

story!(a_reviewed_incident_that_becomes_graver_is_back_in_the_queue, |world| {
    world.two_outlets().await;
    world.publishes("Wire", "Fire at oil refinery in Lagos", "A fire broke out at a refinery in Lagos, Nigeria.", 30);
    world.publishes("Gazette", "Oil refinery in Lagos on fire", "", 20);
    world.work().await;
    let desk = world.desk_path_of("refinery").await;
    let editor = world.editor().await;
    let form = changed(&fields_of(&editor.get(&desk).await.body), "happened", "An editor looked. [1]");
    editor.post(&desk, &pairs(&changed(&form, "do", "publish"))).await.is(303);
    editor.get("/admin/queue").await.has("Nothing waits for you");
    world.publishes(
        "Wire",
        "Lagos oil refinery fire kills 120 people",
        "At least 120 people were killed in the fire at the oil refinery in Lagos.",
        1,
    );
    world.forward(std::time::Duration::from_secs(700));
    world.work().await;
    editor.get("/admin/queue").await.has("more severe than when an editor looked");
    let path = world.path_of("refinery").await;
    world.anybody().get(&path).await.has("An editor looked.");
});

story!(marked_incidents_are_made_one_and_the_queue_says_why_and_what_reads_alike, |world| {
    world.published_fire().await;
    for (title, ago) in [("Earthquake shakes Chile and injures dozens", 8), ("Parliament of Kenya passes budget bill", 6)] {
        world.publishes("Wire", title, "", ago);
    }
    world.forward(std::time::Duration::from_secs(700));
    world.work().await;
    let editor = world.editor().await;
    editor.get("/admin/queue").await.has("Together because of");
    editor.get("/admin/queue?show=mine").await.has("Nothing waits for you");
    let mark = async |word: &str| format!("pick-{}", world.desk_path_of(word).await.rsplit('/').next().unwrap());
    let (chile, kenya) = (mark("Chile").await, mark("Kenya").await);
    editor.post("/admin/queue/decisions", &[(&chile, "on"), ("do", "merge")]).await.is(422).has("two incidents or more");
    editor.post("/admin/queue/decisions", &[(&chile, "on"), (&kenya, "on"), ("do", "merge")]).await.is(303);
    world.work().await;
    assert_eq!(store::queue::list(&world.app.db, store::queue::Whose::Anybodys, None, 9).await.unwrap().len(), 2);
});

story!(what_is_typed_beside_a_decision_is_kept, |world| {
    world.published_fire_and_quake().await;
    let desk = world.desk_path_of("refinery").await;
    let editor = world.editor().await;
    let form = changed(&fields_of(&editor.get(&desk).await.body), "happened", "Half a sentence of an edi");
    editor.post(&desk, &pairs(&changed(&changed(&form, "related", "2"), "do", "pin"))).await.is(303);
    editor.get(&desk).await.has("Half a sentence of an edi");
    editor.post(&desk, &pairs(&changed(&changed(&form, "note", "Wait for the police"), "do", "say"))).await.is(303);
    editor.get(&desk).await.has("Half a sentence of an edi").has("Wait for the police");
    world.work().await;
});

story!(what_was_typed_after_scheduling_outlives_the_release, |world| {
    world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    let editor = world.editor().await;
    let form = changed(&fields_of(&editor.get(&desk).await.body), "happened", "Signed for one o'clock. [1]");
    editor.post(&desk, &pairs(&changed(&changed(&form, "when", "2022-03-20T13:00"), "do", "schedule"))).await.is(303);
    let later = changed(&fields_of(&editor.get(&desk).await.body), "watch", "Typed after that. [1]");
    editor.post(&desk, &pairs(&changed(&later, "do", "save"))).await.is(303);
    world.forward(std::time::Duration::from_secs(3_600));
    world.work().await;
    let path = world.path_of("refinery").await;
    world.anybody().get(&path).await.has("Signed for one").lacks("Typed after that.");
    editor.get(&desk).await.has("Typed after that.").lacks("while you wrote");
});

story!(a_retracted_incident_is_not_brought_back_by_a_schedule, |world| {
    let path = world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    let editor = world.editor().await;
    let form = changed(&fields_of(&editor.get(&desk).await.body), "when", "2022-03-20T13:00");
    editor.post(&desk, &pairs(&changed(&form, "do", "schedule"))).await.is(303);
    editor.post(&desk, &pairs(&changed(&changed(&form, "reason", "It was a drill"), "do", "retract"))).await.is(303);
    for act in ["schedule", "publish"] {
        editor.post(&desk, &pairs(&changed(&form, "do", act))).await.is(422).has("It was retracted");
    }
    world.forward(std::time::Duration::from_secs(7_200));
    world.work().await;
    world.anybody().get(&path).await.is(410);
});

story!(a_row_that_is_added_does_not_hide_that_another_editor_has_published, |world| {
    world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    let (first, second) = (world.editor().await, world.editor().await);
    let late = fields_of(&second.get(&desk).await.body);
    let form = fields_of(&first.get(&desk).await.body);
    first.post(&desk, &pairs(&changed(&changed(&form, "happened", "First to publish. [1]"), "do", "publish"))).await.is(303);
    let grown = second.post(&desk, &pairs(&changed(&late, "do", "add-market"))).await;
    second.post(&desk, &pairs(&changed(&fields_of(&grown.is(200).body), "do", "publish"))).await.is(409);
    let path = world.path_of("refinery").await;
    world.anybody().get(&path).await.has("First to publish.");
});

story!(what_a_contributor_claims_gives_way_to_an_editor, |world| {
    world.published_fire().await;
    let id = world.desk_path_of("refinery").await.rsplit('/').next().unwrap().to_string();
    let (cora, editor) = (world.signed_in(Role::Contributor).await, world.editor().await);
    cora.post("/admin/queue", &[("claim", &id)]).await.is(303);
    world.signed_in(Role::Contributor).await.post("/admin/queue", &[("claim", &id)]).await.is(409);
    editor.post("/admin/queue", &[("claim", &id)]).await.is(303);
    cora.post("/admin/queue", &[("claim", &id)]).await.is(409);
});
