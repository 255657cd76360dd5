//! Editors put articles where they belong, and change their minds.

use crate::story;
use crate::world::{PASSWORD, World, changed, fields_of, pairs};
use intelrift::Error;
use intelrift::id::Id;
use intelrift::model::incident::{Incident, Stage};
use intelrift::model::viewer::Role;
use intelrift::store;
use std::time::Duration;

/// What a button of an incident's desk page does, with some fields typed.
pub async fn press(world: &World, desk: &str, button: &str, typed: &[(&str, &str)]) -> crate::world::Answer {
    let editor = world.editor().await;
    let mut form = fields_of(&editor.get(desk).await.body);
    form.retain(|(name, _)| !name.starts_with("article"));
    for (name, value) in typed {
        form = changed(&form, name, value);
    }
    editor.post(desk, &pairs(&changed(&form, "do", button))).await
}

/// The name of the undo button that a desk page offers.
pub async fn undo_button(world: &World, desk: &str) -> String {
    let page = world.editor().await.get(desk).await;
    let button = page.body.split("value=\"undo-").nth(1).unwrap_or_else(|| panic!("an undo button in {}", page.body));
    format!("undo-{}", button.split('"').next().unwrap())
}

async fn counts(world: &World) -> Vec<(i64, i64)> {
    let rows = store::queue::list(&world.app.db, store::queue::Whose::Anybodys, None, 50).await.unwrap();
    let mut counts: Vec<(i64, i64)> = rows.iter().map(|row| (row.number, row.articles)).collect();
    counts.sort_unstable();
    counts
}

story!(a_merge_is_undone, |world| {
    let fire = world.published_fire().await;
    world.publishes("Wire", "Museum opens new wing for visitors in Oslo", "", 10);
    world.forward(Duration::from_secs(4_100));
    world.work().await;
    assert_eq!(counts(world).await, [(1, 2), (2, 1)]);
    let museum = world.desk_path_of("Museum").await;
    press(world, &museum, "merge", &[("into", "1")]).await.is(303);
    world.work().await;
    assert_eq!(counts(world).await, [(1, 3)]);
    let desk = world.desk_path_of("refinery").await;
    let button = undo_button(world, &desk).await;
    press(world, &desk, &button, &[]).await.is(303);
    world.work().await;
    assert_eq!(counts(world).await, [(1, 2), (2, 1)]);
    world.anybody().get(&fire).await.is(200).lacks("Museum");
    world.editor().await.get(&museum).await.is(200).has("Museum opens new wing");
    press(world, &desk, &button, &[]).await.is(422).has("It was undone already");
});

/// A fire that is public, and two candidates of one article each.
pub async fn three_incidents(world: &mut World) -> [Id<Incident>; 3] {
    world.published_fire().await;
    let [fire, museum] = two_more(world).await;
    let quake = store::incident::find_by_number(&world.app.db, 3).await.unwrap().unwrap().id;
    [fire, museum, quake]
}

/// Opens two candidates; gives the ids of the first two incidents.
async fn two_more(world: &mut World) -> [Id<Incident>; 2] {
    for title in ["Museum opens new wing for visitors in Oslo", "Earthquake shakes Chile and injures dozens"] {
        world.publishes("Wire", title, "", 10);
    }
    world.forward(Duration::from_secs(4_100));
    world.work().await;
    let id = async |number| store::incident::find_by_number(&world.app.db, number).await.unwrap().unwrap().id;
    [id(1).await, id(2).await]
}

story!(merges_are_undone_in_any_order, |world| {
    let [fire, museum, quake] = three_incidents(world).await;
    let desk = |id| format!("/admin/incidents/{id}");
    press(world, &desk(museum), "merge", &[("into", "3")]).await.is(303);
    let first = undo_button(world, &desk(quake)).await;
    press(world, &desk(quake), "merge", &[("into", "1")]).await.is(303);
    press(world, &desk(quake), &first, &[]).await.is(303);
    world.work().await;
    assert_eq!(counts(world).await, [(1, 3), (2, 1)]);
    let last = undo_button(world, &desk(fire)).await;
    press(world, &desk(fire), &last, &[]).await.is(303);
    world.work().await;
    assert_eq!(counts(world).await, [(1, 2), (2, 1), (3, 1)]);
    // a second press of the button, or an old page
    press(world, &desk(museum), "merge", &[("into", "3")]).await.is(303);
    press(world, &desk(museum), "merge", &[("into", "1")]).await.is(422).has("It is part of another incident by now");
    world.editor().await.get(&desk(museum)).await.has("It is part of No. 3 by now");
    world.work().await;
});

story!(what_not_everybody_may_read_is_named_nowhere, |world| {
    world.two_outlets().await;
    world.publishes("Wire", "Russia and Ukraine begin talks in Istanbul", "Envoys of Russia and Ukraine met.", 60);
    world.publishes("Gazette", "Talks of Ukraine and Russia begin in Istanbul palace", "", 50);
    world.work().await;
    world.forward(Duration::from_secs(20 * 86_400));
    world.publishes("Wire", "Russian drones hit port of Odesa in Ukraine, grain burns", "Russia attacked Ukraine at night.", 20);
    world.publishes("Gazette", "Grain burns in port of Odesa as Russian drones hit Ukraine", "", 10);
    world.forward(Duration::from_secs(4_100));
    world.work().await;
    let drones = world.path_of("drones").await;
    world.anybody().get(&drones).await.has("Russia and Ukraine begin talks");
    world.anybody().get("/entities/ukraine").await.has("begin talks");
    let talks = world.desk_path_of("talks").await;
    press(world, &talks, "mark", &[("tlp", "green")]).await.is(303);
    world.work().await;
    world.anybody().get(&drones).await.is(200).lacks("begin talks");
    world.anybody().get("/entities/ukraine").await.is(200).lacks("begin talks").has("drones hit port");
});

story!(an_act_is_undone_also_after_clustering_has_merged_what_it_made, |world| {
    let [fire, museum, quake] = three_incidents(world).await;
    let desk = |id| format!("/admin/incidents/{id}");
    press(world, &desk(fire), "move", &[("article2", "on"), ("target", "2")]).await.is(303);
    let button = undo_button(world, &desk(fire)).await;
    let mut tx = world.app.db.begin().await.unwrap();
    store::merging::merge(&mut tx, quake, museum, world.app.clock.now()).await.unwrap();
    store::incident::count(&mut tx, quake).await.unwrap();
    tx.commit().await.unwrap();
    press(world, &desk(fire), &button, &[]).await.is(303);
    world.work().await;
    assert_eq!(counts(world).await, [(1, 2), (3, 2)]);
});

story!(who_undoes_one_move_of_two_leaves_the_incidents_apart, |world| {
    let [fire, museum, _] = three_incidents(world).await;
    world.publishes("Wire", "Fire at Lagos oil refinery kills three, police say", "", 1);
    world.forward(Duration::from_secs(4_100));
    world.work().await;
    let are_apart = async || store::regrouping::are_apart(&world.app.db, fire, museum).await.unwrap();
    let desk = format!("/admin/incidents/{fire}");
    press(world, &desk, "move", &[("article2", "on"), ("target", "2")]).await.is(303);
    let first = undo_button(world, &desk).await;
    press(world, &desk, "move", &[("article3", "on"), ("target", "2")]).await.is(303);
    let second = undo_button(world, &desk).await;
    press(world, &desk, &first, &[]).await.is(303);
    assert!(are_apart().await, "the other move stands");
    press(world, &desk, &second, &[]).await.is(303);
    assert!(!are_apart().await);
    world.work().await;
});

story!(what_is_held_back_stays_so_wherever_its_articles_go, |world| {
    let [fire, museum, _] = three_incidents(world).await;
    let desk = |id| format!("/admin/incidents/{id}");
    press(world, &desk(fire), "mark", &[("tlp", "green")]).await.is(303);
    world.work().await;
    press(world, &desk(fire), "move", &[("article2", "on"), ("target", "2")]).await.is(422).has("is marked TLP:GREEN and No. 2 is not");
    press(world, &desk(fire), "take-out-2", &[]).await.is(303);
    let opened = store::incident::find_by_number(&world.app.db, 4).await.unwrap().unwrap();
    assert!(!opened.tlp.is_clear());
    press(world, &desk(museum), "merge", &[("into", "4")]).await.is(303);
    world.work().await;
    assert!(!store::incident::find_by_number(&world.app.db, 4).await.unwrap().unwrap().stage.is_public());
});

story!(what_readers_see_is_not_merged_into_what_they_do_not, |world| {
    let [fire, museum, _] = three_incidents(world).await;
    let desk = |id| format!("/admin/incidents/{id}");
    let answer = press(world, &desk(fire), "merge", &[("into", "2")]).await;
    // what was typed is still there
    answer.is(422).has("Readers see this one and not No. 2").has("name=\"into\" value=\"2\"");
    press(world, &desk(museum), "merge", &[("into", "1")]).await.is(303);
    let answer = press(world, &desk(fire), "move", &[("article1", "on"), ("target", "77")]).await;
    answer.is(422).has("There is no other incident No. 77").has("name=\"article1\" value=\"on\" checked").has("value=\"77\"");
    world.work().await;
});

story!(all_articles_may_leave_what_was_retracted, |world| {
    world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    press(world, &desk, "retract", &[("reason", "Both outlets withdrew the report")]).await.is(303);
    press(world, &desk, "move", &[("article1", "on"), ("article2", "on")]).await.is(303);
    world.work().await;
    assert!(counts(world).await.contains(&(2, 2)));
    let row = store::incident::find_by_number(&world.app.db, 1).await.unwrap().unwrap();
    world.anybody().get(&format!("/incidents/{}", row.slug)).await.is(410).has("Both outlets withdrew");
});

story!(readers_doubts_go_where_their_articles_go, |world| {
    let path = world.published_fire().await;
    let [fire, museum] = two_more(world).await;
    let reader = world.reader().await;
    for place in ["1", "2"] {
        reader.post(&format!("{path}/doubts"), &[("place", place)]).await.is(303);
    }
    let desk = |id| format!("/admin/incidents/{id}");
    let doubts = async |number| store::incident::find_by_number(&world.app.db, number).await.unwrap().unwrap().doubts;
    press(world, &desk(fire), "take-out-2", &[]).await.is(303);
    assert_eq!((doubts(1).await, doubts(4).await), (1, 0), "one was decided");
    press(world, &desk(museum), "publish", &[]).await.is(303);
    press(world, &desk(fire), "merge", &[("into", "2")]).await.is(303);
    assert_eq!(doubts(2).await, 1);
    world.editor().await.get("/admin/queue").await.has("1 reader: not the same event").has(", signed by an editor");
    let button = undo_button(world, &desk(museum)).await;
    press(world, &desk(museum), &button, &[]).await.is(303);
    assert_eq!((doubts(1).await, doubts(2).await), (1, 0));
    world.work().await;
});

story!(a_signed_text_that_cites_what_has_moved_away_is_back_in_the_queue, |world| {
    let path = world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    press(world, &desk, "publish", &[("happened", "Three workers died. [1] Two managers were arrested. [2]")]).await.is(303);
    world.anybody().get(&path).await.has("href=\"#s2\"");
    press(world, &desk, "take-out-2", &[]).await.is(303);
    world.work().await;
    world.editor().await.get("/admin/queue").await.has("its text cites an article that has moved away");
    let page = world.anybody().get(&path).await;
    page.has("href=\"#s1\"").has("Two managers were arrested").lacks("href=\"#s2\"");
});

story!(a_source_of_another_owner_is_another_voice, |world| {
    world.published_fire().await;
    let voices = async || store::incident::find_by_number(&world.app.db, 1).await.unwrap().unwrap().voices;
    assert_eq!(voices().await, 2);
    let editor = world.editor().await;
    let sources = store::source::list(&world.app.db).await.unwrap();
    let gazette = sources.iter().find(|source| source.name == "Gazette").unwrap();
    for (owner, expected) in [("Wire", 1), ("Another House", 2)] {
        let form = [("name", "Gazette"), ("owner", owner), ("active", "on"), ("reliability", "B"), ("do", "save")];
        editor.post(&format!("/admin/sources/{}", gazette.id), &form).await.is(303);
        assert_eq!(voices().await, expected);
    }
    world.work().await;
});

story!(what_editors_pinned_follows_a_merge, |world| {
    let [fire, museum, quake] = three_incidents(world).await;
    let desk = |id| format!("/admin/incidents/{id}");
    press(world, &desk(fire), "pin", &[("related", "3")]).await.is(303);
    press(world, &desk(quake), "merge", &[("into", "2")]).await.is(303);
    let said = async || store::relation::list_of(&world.app.db, fire).await.unwrap();
    assert_eq!(said().await.iter().map(|row| (row.other_id, row.number)).collect::<Vec<_>>(), [(museum, 2)]);
    press(world, &desk(fire), "by-rule-2", &[]).await.is(303);
    assert!(said().await.is_empty());
    world.work().await;
});

story!(who_undoes_a_merge_takes_back_what_it_kept_apart, |world| {
    let [fire, museum, quake] = three_incidents(world).await;
    let mut tx = world.app.db.begin().await.unwrap();
    store::regrouping::set_apart(&mut tx, museum, quake, true).await.unwrap();
    tx.commit().await.unwrap();
    let are_apart = async || store::regrouping::are_apart(&world.app.db, fire, quake).await.unwrap();
    let desk = format!("/admin/incidents/{museum}");
    press(world, &desk, "merge", &[("into", "1")]).await.is(303);
    assert!(are_apart().await);
    let desk = format!("/admin/incidents/{fire}");
    let button = undo_button(world, &desk).await;
    press(world, &desk, &button, &[]).await.is(303);
    assert!(!are_apart().await);
    assert!(store::regrouping::are_apart(&world.app.db, museum, quake).await.unwrap());
    world.work().await;
});

story!(what_came_to_a_merge_meanwhile_goes_where_it_belongs_when_that_is_undone, |world| {
    world.published_fire().await;
    world.publishes("Wire", "Volcano erupts on Java and thousands flee", "", 10);
    world.forward(Duration::from_secs(4_100));
    world.work().await;
    assert_eq!(counts(world).await, [(1, 2), (2, 1)]);
    let (fire, volcano) = (world.desk_path_of("refinery").await, world.desk_path_of("Volcano").await);
    press(world, &volcano, "merge", &[("into", "1")]).await.is(303);
    world.work().await;
    world.publishes("Gazette", "Thousands flee as volcano erupts on Java again", "", 5);
    world.publishes("Gazette", "Lagos oil refinery fire: owner of refinery charged", "", 4);
    world.forward(Duration::from_secs(4_100));
    world.work().await;
    assert_eq!(counts(world).await, [(1, 5)]);
    let page = world.editor().await.get(&fire).await;
    page.has("Another incident</a> was merged into this one");
    world.editor().await.get(&volcano).await.has("This one was merged");
    let button = undo_button(world, &fire).await;
    press(world, &fire, &button, &[]).await.is(303);
    world.work().await;
    assert_eq!(counts(world).await, [(1, 3), (2, 2)]);
    let fire = world.path_of("refinery").await;
    world.anybody().get(&fire).await.is(200).has("owner of refinery charged").lacks("Java");
});

story!(readers_keep_what_they_see_when_a_move_is_undone, |world| {
    world.two_outlets().await;
    world.publishes("Wire", "Fire at oil refinery in Lagos kills three workers", "", 90);
    world.publishes("Wire", "Three workers dead in fire at Lagos oil refinery", "", 80);
    world.work().await;
    assert_eq!(counts(world).await, [(1, 2)]);
    let desk = world.desk_path_of("refinery").await;
    press(world, &desk, "take-out-2", &[]).await.is(303);
    world.work().await;
    let opened = store::incident::find_by_number(&world.app.db, 2).await.unwrap().unwrap();
    let other = format!("/admin/incidents/{}", opened.id);
    press(world, &other, "publish", &[]).await.is(303);
    world.work().await;
    let opened = format!("/incidents/{}", store::incident::find_by_number(&world.app.db, 2).await.unwrap().unwrap().slug);
    world.anybody().get(&opened).await.is(200);
    let button = undo_button(world, &other).await;
    press(world, &other, &button, &[]).await.is(422).has("Readers see No. 2, and would find nothing there");
    world.anybody().get(&opened).await.is(200);
    press(world, &desk, "publish", &[]).await.is(303);
    press(world, &other, &button, &[]).await.is(303);
    world.work().await;
    world.anybody().get(&opened).await.is(301);
});

story!(what_comes_out_of_a_marked_incident_is_marked_like_it, |world| {
    let [fire, museum, _] = three_incidents(world).await;
    let desk = |id| format!("/admin/incidents/{id}");
    press(world, &desk(museum), "merge", &[("into", "1")]).await.is(303);
    press(world, &desk(fire), "mark", &[("tlp", "green")]).await.is(303);
    let button = undo_button(world, &desk(fire)).await;
    press(world, &desk(fire), &button, &[]).await.is(303);
    world.work().await;
    assert!(!store::incident::find(&world.app.db, museum).await.unwrap().unwrap().tlp.is_clear());
});

story!(merges_that_are_undone_first_one_first_leave_all_apart, |world| {
    let [fire, museum, quake] = three_incidents(world).await;
    let desk = |id| format!("/admin/incidents/{id}");
    let are_apart = async |one, other| store::regrouping::are_apart(&world.app.db, one, other).await.unwrap();
    press(world, &desk(museum), "merge", &[("into", "3")]).await.is(303);
    let first = undo_button(world, &desk(quake)).await;
    press(world, &desk(quake), "merge", &[("into", "1")]).await.is(303);
    let second = undo_button(world, &desk(fire)).await;
    press(world, &desk(quake), &first, &[]).await.is(303);
    assert!(are_apart(museum, quake).await && are_apart(museum, fire).await);
    press(world, &desk(fire), &second, &[]).await.is(303);
    assert!(are_apart(museum, quake).await && are_apart(quake, fire).await);
    assert!(!are_apart(museum, fire).await, "the museum was never part of the fire alone");
    world.work().await;
});

story!(who_undoes_a_move_takes_back_no_other_decision, |world| {
    let [fire, museum, _] = three_incidents(world).await;
    let desk = |id| format!("/admin/incidents/{id}");
    let mut tx = world.app.db.begin().await.unwrap();
    store::regrouping::set_apart(&mut tx, fire, museum, true).await.unwrap();
    tx.commit().await.unwrap();
    press(world, &desk(fire), "take-out-2", &[]).await.is(303);
    let button = undo_button(world, &desk(fire)).await;
    world.work().await;
    let opened = store::incident::find_by_number(&world.app.db, 4).await.unwrap().unwrap().id;
    press(world, &desk(opened), "merge", &[("into", "2")]).await.is(303);
    press(world, &desk(fire), &button, &[]).await.is(303);
    assert!(store::regrouping::are_apart(&world.app.db, fire, museum).await.unwrap());
    assert!(!store::regrouping::are_apart(&world.app.db, fire, opened).await.unwrap());
    world.work().await;
    assert_eq!(counts(world).await, [(1, 2), (2, 1), (3, 1)]);
});

story!(who_presses_a_button_without_typing_saves_no_text, |world| {
    world.two_outlets().await;
    world.publishes("Wire", "Fire at oil refinery in Lagos kills three workers", "", 90);
    world.publishes("Wire", "Three workers dead in fire at Lagos oil refinery", "", 80);
    world.work().await;
    let desk = world.desk_path_of("refinery").await;
    let editor = world.editor().await;
    let form = fields_of(&editor.get(&desk).await.body);
    // the rules draft it anew while the form is open
    world.publishes("Wire", "Lagos oil refinery fire kills five workers in Nigeria", "Police arrested the owner of the refinery.", 1);
    world.forward(Duration::from_secs(4_100));
    world.work().await;
    editor.post(&desk, &pairs(&changed(&form, "do", "take-out-1"))).await.is(303);
    let row = store::incident::find_by_number(&world.app.db, 1).await.unwrap().unwrap();
    assert_eq!(row.stage, Stage::Candidate);
    world.editor().await.get(&desk).await.lacks("Draft saved");
    world.work().await;
});

story!(articles_move_to_an_incident_of_their_own_and_later_ones_follow_them, |world| {
    world.two_outlets().await;
    world.publishes("Wire", "Fire at oil refinery in Lagos kills three workers", "", 90);
    world.publishes("Gazette", "Three workers dead in fire at Lagos oil refinery", "", 80);
    world.work().await;
    assert_eq!(counts(world).await, [(1, 2)]);
    let desk = world.desk_path_of("refinery").await;
    press(world, &desk, "move", &[]).await.is(422).has("Choose the articles to move");
    press(world, &desk, "move", &[("article1", "on"), ("article2", "on")]).await.is(422).has("all of the incident");
    press(world, &desk, "move", &[("article2", "on"), ("target", "99")]).await.is(422).has("There is no other incident No. 99");
    press(world, &desk, "move", &[("article2", "on")]).await.is(303);
    world.work().await;
    assert_eq!(counts(world).await, [(1, 1), (2, 1)]);
    // what is likest to the moved article joins it, and the two stay two although they would merge by themselves
    world.publishes("Gazette", "Three workers dead in fire at Lagos oil refinery, owner says", "", 1);
    world.forward(Duration::from_secs(4_100));
    world.work().await;
    let after = counts(world).await;
    assert_eq!(after.iter().map(|(_, articles)| articles).sum::<i64>(), 3);
    assert_eq!(after.len(), 2, "{after:?}");
    let moved = world.app.db.clone();
    let rows = store::queue::list(&moved, store::queue::Whose::Anybodys, None, 9).await.unwrap();
    let (first, second) = (rows.iter().find(|r| r.number == 1).unwrap(), rows.iter().find(|r| r.number == 2).unwrap());
    assert!(store::regrouping::are_apart(&moved, first.id, second.id).await.unwrap());
});

story!(a_move_is_undone_and_its_empty_incident_leads_back, |world| {
    world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    press(world, &desk, "move", &[("article2", "on")]).await.is(303);
    world.work().await;
    let opened =
        store::queue::list(&world.app.db, store::queue::Whose::Anybodys, None, 9).await.unwrap().into_iter().find(|row| row.number == 2).unwrap();
    let button = undo_button(world, &desk).await;
    press(world, &desk, &button, &[]).await.is(303);
    world.work().await;
    assert_eq!(counts(world).await, [(1, 2)]);
    let answer = world.anybody().get(&format!("/incidents/{}", opened.slug)).await;
    answer.is(301);
    let log = world.editor().await.get("/admin/audit").await;
    log.has("undo").has("move");
});

story!(what_a_text_cites_by_its_place_is_never_another_article, |world| {
    world.published_fire().await;
    let fire = store::incident::find_by_number(&world.app.db, 1).await.unwrap().unwrap().id;
    let standing = async |world: &World| {
        let articles = store::article::list_of(&world.app.db, fire).await.unwrap();
        articles
            .into_iter()
            .map(|article| (article.place, article.title, article.score.map(|score| score as f32), article.reasons))
            .collect::<Vec<_>>()
    };
    let before = standing(world).await;
    assert!(before[1].2.is_some() && before[1].3.is_some(), "{before:?}");
    let desk = world.desk_path_of("refinery").await;
    press(world, &desk, "move", &[("article2", "on")]).await.is(303);
    let button = undo_button(world, &desk).await;
    world.publishes("Wire", "Fire at oil refinery in Lagos kills three, Nigeria says", "Oil prices rose after the fire.", 1);
    world.forward(Duration::from_secs(4_100));
    world.work().await;
    let meanwhile: Vec<i64> = standing(world).await.into_iter().map(|article| article.0).collect();
    assert_eq!(meanwhile, [1, 3], "nobody took the place that was left");
    press(world, &desk, &button, &[]).await.is(303);
    world.work().await;
    assert_eq!(standing(world).await[..2], before, "it stands where it stood, and says why");
});

story!(an_editor_cannot_cite_an_article_that_has_moved_away, |world| {
    world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    press(world, &desk, "publish", &[("happened", "Three workers died. [1] Two managers were arrested. [2]")]).await.is(303);
    press(world, &desk, "move", &[("article1", "on")]).await.is(303);
    world.work().await;
    let answer = press(world, &desk, "publish", &[("happened", "Three workers died. [1] Two managers were arrested. [2]")]).await;
    answer.is(422).has("[1] cites an article that is not here").lacks("[2] cites an article");
});

story!(what_was_retracted_stays_so_when_its_articles_go_back, |world| {
    world.published_fire().await;
    let fire = world.desk_path_of("refinery").await;
    press(world, &fire, "move", &[("article2", "on")]).await.is(303);
    world.work().await;
    let row = store::incident::find_by_number(&world.app.db, 2).await.unwrap().unwrap();
    let own = format!("/admin/incidents/{}", row.id);
    press(world, &own, "publish", &[]).await.is(303);
    world.work().await;
    press(world, &own, "retract", &[("reason", "The police took it back")]).await.is(303);
    let row = store::incident::find_by_number(&world.app.db, 2).await.unwrap().unwrap();
    let button = undo_button(world, &fire).await;
    press(world, &fire, &button, &[]).await.is(303);
    world.work().await;
    let after = store::incident::find_by_slug(&world.app.db, &row.slug).await.unwrap();
    assert_eq!((after.stage, after.articles), (Stage::Retracted, 0));
    assert_eq!(store::incident::find_by_number(&world.app.db, 1).await.unwrap().unwrap().articles, 2);
    world.anybody().get(&format!("/incidents/{}", row.slug)).await.is(410).has("The police took it back");
});

story!(nothing_goes_back_into_what_was_retracted_nor_is_that_dismissed, |world| {
    world.published_fire().await;
    let fire = world.desk_path_of("refinery").await;
    press(world, &fire, "move", &[("article2", "on")]).await.is(303);
    let button = undo_button(world, &fire).await;
    press(world, &fire, "retract", &[("reason", "Both outlets withdrew the report")]).await.is(303);
    world.work().await;
    press(world, &fire, &button, &[]).await.is(422).has("was retracted since");
    press(world, &fire, "dismiss", &[("reason", "Old")]).await.is(422).has("was retracted: its address says why");
    world.editor().await.get(&fire).await.is(200).lacks("Dismiss this candidate");
    let row = store::incident::find_by_number(&world.app.db, 1).await.unwrap().unwrap();
    assert_eq!((row.stage, row.articles), (Stage::Retracted, 1));
    world.anybody().get(&format!("/incidents/{}", row.slug)).await.is(410).has("Both outlets withdrew");
});

story!(a_move_is_not_undone_into_an_incident_that_is_no_more, |world| {
    let [fire, _, quake] = three_incidents(world).await;
    let desk = |id| format!("/admin/incidents/{id}");
    press(world, &desk(fire), "move", &[("article2", "on"), ("target", "3")]).await.is(303);
    let button = undo_button(world, &desk(quake)).await;
    let museum = store::incident::find_by_number(&world.app.db, 2).await.unwrap().unwrap().id;
    press(world, &desk(museum), "publish", &[]).await.is(303);
    press(world, &desk(fire), "merge", &[("into", "2")]).await.is(303);
    press(world, &desk(quake), &button, &[]).await.is(422).has("has become part of another since");
    world.work().await;
    assert_eq!(counts(world).await, [(2, 2), (3, 2)]);
});

story!(an_undone_merge_gives_all_addresses_back, |world| {
    let first = world.published_fire().await;
    let [_, museum] = two_more(world).await;
    let mut tx = world.app.db.begin().await.unwrap();
    let fire = store::incident::find_by_number(&mut tx, 1).await.unwrap().unwrap().id;
    let mut edition = store::incident::find_draft(&mut tx, fire).await.unwrap().unwrap();
    edition.title = "Blaze in Lagos".into();
    let now = store::incident::show_edition(&mut tx, fire, &edition, None).await.unwrap();
    tx.commit().await.unwrap();
    let leads = async |world: &World| {
        let slug = first.rsplit('/').next().unwrap();
        match store::incident::find_by_slug(&world.app.db, slug).await {
            Err(Error::Moved(address)) => address,
            other => panic!("{slug} should lead elsewhere: {other:?}"),
        }
    };
    assert_eq!(leads(world).await, format!("/incidents/{now}"));
    press(world, &format!("/admin/incidents/{museum}"), "publish", &[]).await.is(303);
    press(world, &format!("/admin/incidents/{fire}"), "merge", &[("into", "2")]).await.is(303);
    assert!(leads(world).await.contains("useum"));
    let desk = format!("/admin/incidents/{museum}");
    let button = undo_button(world, &desk).await;
    press(world, &desk, &button, &[]).await.is(303);
    assert_eq!(leads(world).await, format!("/incidents/{now}"));
    world.work().await;
});

story!(a_dismissed_incident_that_grows_is_an_editors_again, |world| {
    world.two_outlets().await;
    world.publishes("Wire", "Fire at oil refinery in Lagos", "", 60);
    world.work().await;
    let desk = world.desk_path_of("refinery").await;
    press(world, &desk, "dismiss", &[("reason", "Too small for us")]).await.is(303);
    let grows = [
        ("Gazette", "Fire at Lagos oil refinery: dozens dead"),
        ("Wire", "Dozens dead in fire at oil refinery in Lagos"),
        ("Gazette", "Lagos oil refinery fire kills dozens"),
    ];
    for (number, (name, title)) in grows.into_iter().enumerate() {
        assert_eq!(counts(world).await, [], "{number} more say little new");
        world.publishes(name, title, "", 1);
        world.forward(Duration::from_secs(4_100));
        world.work().await;
    }
    assert_eq!(counts(world).await, [(1, 4)]);
    world.editor().await.get("/admin/queue").await.has("<b>Dismissed</b> with 1 article, and grown since: Too small for us");
    world.anybody().get("/incidents").await.lacks("refinery");
    // neither does the policy publish it when an editor has begun to write
    let fire = store::incident::find_by_number(&world.app.db, 1).await.unwrap().unwrap().id;
    let mut tx = world.app.db.begin().await.unwrap();
    store::incident::set_stage(&mut tx, fire, Stage::Draft, None).await.unwrap();
    tx.commit().await.unwrap();
    world.publishes("Wire", "Oil refinery fire in Lagos: dozens dead", "", 1);
    world.forward(Duration::from_secs(4_100));
    world.work().await;
    assert_eq!(counts(world).await, [(1, 5)]);
    world.anybody().get("/incidents").await.lacks("refinery");
    press(world, &desk, "dismiss", &[("reason", "Still too small")]).await.is(303);
    assert_eq!(counts(world).await, []);
});

story!(what_comes_after_a_retraction_is_an_incident_of_its_own, |world| {
    world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    press(world, &desk, "retract", &[("reason", "Both outlets withdrew the report")]).await.is(303);
    world.publishes("Wire", "Fire at oil refinery in Lagos kills twenty", "", 2);
    world.publishes("Gazette", "Twenty dead in fire at Lagos oil refinery", "", 1);
    world.forward(Duration::from_secs(4_100));
    world.work().await;
    assert_eq!(counts(world).await, [(2, 2)]);
    world.anybody().get("/incidents").await.has("refinery");
    press(world, &desk, "merge", &[("into", "2")]).await.is(422).has("It was retracted, and its address says why");
});

/// An incident of nine articles: a fire, and an earthquake that an editor took for a part of it.
async fn two_events_in_one(world: &mut World) -> String {
    world.two_outlets().await;
    for title in [
        "Fire breaks out at oil refinery in Lagos port",
        "Lagos refinery fire kills three workers",
        "Three dead after fire at Lagos oil refinery",
        "Lagos oil refinery fire: three workers dead",
        "Refinery fire in Lagos port kills three",
    ] {
        world.publishes("Wire", title, "", 60);
    }
    for title in ["Earthquake of magnitude 7 shakes Osaka", "Osaka earthquake injures dozens", "Dozens hurt as magnitude 7 earthquake shakes Osaka"] {
        world.publishes("Gazette", title, "", 50);
    }
    world.work().await;
    assert_eq!(counts(world).await, [(1, 5), (2, 3)]);
    let quake = world.desk_path_of("arthquake").await;
    press(world, &quake, "merge", &[("into", "1")]).await.is(303);
    world.publishes("Wire", "Lagos refinery fire: owner of oil refinery speaks of three dead workers", "", 1);
    world.forward(Duration::from_secs(4_100));
    world.work().await;
    assert_eq!(counts(world).await, [(1, 9)]);
    world.desk_path_of("efinery").await
}

/// The value of the button that parts off what seems to be another event.
fn part_button(page: &str) -> String {
    let rest = page.split("value=\"part-off-").nth(1).unwrap_or_else(|| panic!("a part in {page}"));
    format!("part-off-{}", rest.split('"').next().unwrap())
}

story!(an_editor_is_told_that_an_incident_may_be_two_events_and_parts_them, |world| {
    let desk = two_events_in_one(world).await;
    let editor = world.editor().await;
    editor.get("/admin/queue").await.has("May be 2 events");
    let page = editor.get(&desk).await;
    page.has("This may be 2 events").has("3 articles: “Earthquake of magnitude 7 shakes Osaka”");
    let button = part_button(&page.body);
    press(world, &desk, "part-off-99", &[]).await.is(422).has("have changed meanwhile");
    press(world, &desk, &button, &[]).await.is(303);
    world.work().await;
    assert_eq!(counts(world).await, [(1, 6), (3, 3)]);
    world.editor().await.get(&desk).await.lacks("This may be").has("Undo");
    world.editor().await.get("/admin/queue").await.lacks("May be 2 events");
});

story!(an_editor_says_that_it_is_one_event_and_is_not_asked_again_soon, |world| {
    let desk = two_events_in_one(world).await;
    press(world, &desk, "keep-together", &[]).await.is(303);
    world.editor().await.get(&desk).await.lacks("This may be");
    world.publishes("Gazette", "Lagos oil refinery fire kills three workers, owner says", "", 1);
    world.forward(Duration::from_secs(4_100));
    world.work().await;
    assert_eq!(counts(world).await, [(1, 10)]);
    world.editor().await.get(&desk).await.lacks("This may be");
    world.editor().await.get("/admin/queue").await.lacks("May be 2 events");
});

story!(what_was_public_is_public_again_when_its_merge_is_undone, |world| {
    let [_, museum, _] = three_incidents(world).await;
    let desk = format!("/admin/incidents/{museum}");
    // by one outlet: the policy would never publish it
    press(world, &desk, "publish", &[("happened", "An editor wrote of the museum. [1]")]).await.is(303);
    let path = world.path_of("useum").await;
    press(world, &desk, "merge", &[("into", "1")]).await.is(303);
    world.work().await;
    world.anybody().get(&path).await.is(301);
    let fire = world.desk_path_of("refinery").await;
    press(world, &fire, &undo_button(world, &fire).await, &[]).await.is(303);
    world.work().await;
    world.anybody().get(&path).await.is(200).has("An editor wrote of the museum.");
    world.anybody().get("/search?q=museum").await.has(&path);
    world.anybody().get("/feed.json").await.has(&path);
});

story!(an_undone_move_leaves_nothing_handed_in_or_scheduled_that_is_part_of_another, |world| {
    world.published_fire().await;
    let fire = world.desk_path_of("refinery").await;
    for held in ["hand-in", "schedule"] {
        press(world, &fire, "move", &[("article2", "on")]).await.is(303);
        world.work().await;
        let own = world.desk_path_of("Three dead").await;
        let writer = if held == "hand-in" { world.signed_in(Role::Contributor).await } else { world.editor().await };
        let text = changed(&fields_of(&writer.get(&own).await.body), "happened", "Somebody wrote this. [1]");
        let text = changed(&changed(&text, "when", "2022-03-20T18:00"), "do", held);
        writer.post(&own, &pairs(&text)).await.is(303);
        press(world, &fire, &undo_button(world, &fire).await, &[]).await.is(303);
        let editor = world.editor().await;
        world.work().await;
        editor.get("/admin/queue").await.is(200).has("Handed in (0)");
        writer.post("/account/delete", &[("delete_password", PASSWORD)]).await.is(303);
    }
    world.forward(Duration::from_secs(86_400));
    world.work().await;
    assert_eq!(counts(world).await, [(1, 2)]);
    world.anybody().get("/incidents").await.lacks("Somebody wrote this");
});

story!(a_correction_goes_with_its_incident_into_another, |world| {
    let [_, museum, _] = three_incidents(world).await;
    let desk = format!("/admin/incidents/{museum}");
    press(world, &desk, "publish", &[]).await.is(303);
    world.forward(Duration::from_secs(60));
    press(world, &desk, "publish", &[("title", "Museum opens a wing in Oslo"), ("correction", "It is one wing, not two.")]).await.is(303);
    world.anybody().get("/corrections").await.has("It is one wing, not two.").has("/revisions/2");
    press(world, &desk, "merge", &[("into", "1")]).await.is(303);
    world.work().await;
    let (page, fire) = (world.anybody().get("/corrections").await, world.path_of("refinery").await);
    page.has("It is one wing, not two.").has("Museum opens a wing").has(&format!("href=\"{fire}\"")).lacks("/revisions/2").lacks("incidents/museum");
});
