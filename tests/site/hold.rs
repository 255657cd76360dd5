//! What the desk holds back, and what comes of it: schedules, embargoes, marks, claims, and texts that wait for an editor.

use crate::story;
use crate::world::{Answer, Engine, PASSWORD, Visitor, World, changed, fields_of, pairs};
use intelrift::account::role;
use intelrift::clock::{DAY, HOUR, MINUTE, Timestamp};
use intelrift::config::Config;
use intelrift::model::incident::Stage;
use intelrift::model::viewer::Role;
use intelrift::store;

type Form = Vec<(String, String)>;

/// One outlet's report: nothing that the policy publishes.
async fn reported(world: &mut World) -> String {
    world.source("Wire").await;
    world.publishes("Wire", "Fire at oil refinery in Lagos kills three", "A fire at a refinery in Lagos, Nigeria, killed three.", 10);
    world.work().await;
    world.desk_path_of("refinery").await
}

/// And the second outlet, which would be enough.
async fn joined(world: &mut World) {
    world.source("Gazette").await;
    world.publishes("Gazette", "Three dead in fire at Lagos oil refinery", "", 5);
    world.work().await;
}

async fn form(editor: &Visitor, desk: &str, name: &str, value: &str) -> Form {
    changed(&fields_of(&editor.get(desk).await.body), name, value)
}

async fn press(editor: &Visitor, desk: &str, form: &Form, button: &str) -> Answer {
    editor.post(desk, &pairs(&changed(form, "do", button))).await
}

async fn is_public(world: &World) -> bool {
    world.anybody().get("/incidents").await.body.contains("refinery")
}

async fn row(world: &World, number: i64) -> store::incident::Row {
    store::incident::find_by_number(&world.app.db, number).await.unwrap().unwrap()
}

story!(what_was_handed_in_is_not_published_by_a_second_outlet, |world| {
    let desk = reported(world).await;
    let cora = world.signed_in(Role::Contributor).await;
    let text = form(&cora, &desk, "happened", "A contributor wrote this. [1]").await;
    press(&cora, &desk, &text, "hand-in").await.is(303);
    joined(world).await;
    assert!(!is_public(world).await);
    // nor after an editor has scheduled it and changed their mind
    let editor = world.editor().await;
    let planned = form(&editor, &desk, "when", "2022-03-20T18:00").await;
    press(&editor, &desk, &planned, "schedule").await.is(303);
    press(&editor, &desk, &planned, "unschedule").await.is(303);
    assert_eq!(row(world, 1).await.stage, Stage::InReview);
    world.publishes("Wire", "Lagos oil refinery fire kills three, police say", "", 1);
    world.forward(HOUR);
    world.work().await;
    assert!(!is_public(world).await, "it waits for an editor");
    editor.get("/admin/queue").await.has("Handed in (1)");
});

story!(what_is_scheduled_waits_for_its_time_whoever_else_reports_it, |world| {
    let desk = reported(world).await;
    let editor = world.editor().await;
    let planned = changed(&form(&editor, &desk, "happened", "An editor planned this. [1]").await, "when", "2022-03-20T18:00");
    press(&editor, &desk, &planned, "schedule").await.is(303);
    joined(world).await;
    assert!(!is_public(world).await);
    world.forward(HOUR * 6);
    world.work().await;
    let path = world.path_of("refinery").await;
    world.anybody().get(&path).await.has("An editor planned this.");
});

story!(a_schedule_that_is_taken_back_publishes_nothing_and_its_text_is_a_draft, |world| {
    let desk = reported(world).await;
    let editor = world.editor().await;
    let planned = changed(&form(&editor, &desk, "happened", "An editor planned this. [1]").await, "when", "2022-03-20T18:00");
    press(&editor, &desk, &planned, "schedule").await.is(303);
    // the draft was forgotten meanwhile: what was signed is there still
    editor.post(&desk, &[("do", "forget")]).await.is(303);
    editor.post(&desk, &[("do", "unschedule")]).await.is(303);
    editor.get(&desk).await.has("An editor planned this.").lacks("It publishes itself");
    world.forward(DAY);
    world.work().await;
    assert!(!is_public(world).await);
    let editor = world.editor().await;
    editor.post(&desk, &[("do", "unschedule")]).await.is(404);
});

story!(an_embargo_under_a_schedule_that_is_taken_back_still_ends_at_its_time, |world| {
    let desk = reported(world).await;
    let editor = world.editor().await;
    let held = form(&editor, &desk, "when", "2022-03-20T15:00").await;
    press(&editor, &desk, &held, "embargo").await.is(303);
    let planned = changed(&held, "when", "2022-03-20T16:00");
    press(&editor, &desk, &planned, "schedule").await.is(303);
    // no embargo beyond what is planned
    let later = changed(&held, "when", "2022-03-20T17:00");
    press(&editor, &desk, &later, "embargo").await.is(422).has("It is scheduled for before that");
    editor.post(&desk, &[("do", "unschedule")]).await.is(303);
    editor.post(&desk, &[("do", "forget")]).await.is(303);
    joined(world).await;
    assert!(!is_public(world).await);
    world.forward(HOUR * 3);
    world.work().await;
    assert!(is_public(world).await);
});

story!(a_lifted_embargo_lets_the_policy_publish_at_once, |world| {
    let desk = reported(world).await;
    let editor = world.editor().await;
    let far = form(&editor, &desk, "when", "2023-04-20T15:00").await;
    press(&editor, &desk, &far, "embargo").await.is(422).has("more than a year ahead");
    let held = changed(&far, "when", "2022-03-25T15:00");
    press(&editor, &desk, &held, "embargo").await.is(303);
    editor.post(&desk, &[("do", "forget")]).await.is(303);
    joined(world).await;
    assert!(!is_public(world).await);
    editor.post(&desk, &[("do", "lift")]).await.is(303);
    world.work().await;
    assert!(is_public(world).await);
    let late = form(&editor, &desk, "when", "2022-03-25T15:00").await;
    press(&editor, &desk, &late, "embargo").await.is(422).has("It is public already");
});

story!(who_is_no_editor_any_more_publishes_nothing_at_its_time, |world| {
    let desk = reported(world).await;
    world.account("ed@example.org", Role::Editor).await;
    let ed = world.anybody();
    ed.post("/sign-in", &[("email", "ed@example.org"), ("password", PASSWORD)]).await.is(303);
    let planned = changed(&form(&ed, &desk, "happened", "An editor planned this. [1]").await, "when", "2022-03-20T13:00");
    press(&ed, &desk, &planned, "schedule").await.is(303);
    let (id, now) = (world.id_of("ed@example.org").await, world.app.clock.now());
    let mut tx = world.app.db.begin().await.unwrap();
    role::change(&mut tx, store::audit::COMMAND_LINE, id, Role::Contributor, now).await.unwrap();
    tx.commit().await.unwrap();
    world.forward(HOUR);
    world.work().await;
    assert!(!is_public(world).await);
    let ed = world.anybody();
    ed.post("/sign-in", &[("email", "ed@example.org"), ("password", PASSWORD)]).await.is(303);
    ed.get(&desk).await.has("An editor planned this.").has("who scheduled it is no editor any more");
});

story!(what_becomes_graver_after_it_was_scheduled_waits_for_an_editor_again, |world| {
    let desk = reported(world).await;
    let editor = world.editor().await;
    let planned = form(&editor, &desk, "when", "2022-03-20T18:00").await;
    press(&editor, &desk, &planned, "schedule").await.is(303);
    world.publishes(
        "Wire",
        "Lagos oil refinery fire kills 120 people",
        "At least 120 people were killed in the fire at the oil refinery in Lagos.",
        1,
    );
    world.forward(HOUR * 6);
    world.work().await;
    assert!(is_public(world).await);
    editor.get("/admin/queue").await.has("refinery").lacks("Nothing waits for you");
});

story!(a_scheduled_text_that_nothing_came_after_leaves_the_queue_and_what_comes_later_brings_it_back, |world| {
    let desk = reported(world).await;
    let editor = world.editor().await;
    let planned = form(&editor, &desk, "when", "2022-03-20T13:00").await;
    press(&editor, &desk, &planned, "schedule").await.is(303);
    world.forward(HOUR);
    world.work().await;
    editor.get("/admin/queue").await.has("Nothing waits for you");
    world.publishes(
        "Wire",
        "Lagos oil refinery fire kills 120 people",
        "At least 120 people were killed in the fire at the oil refinery in Lagos.",
        1,
    );
    world.forward(HOUR * 2);
    world.work().await;
    editor.get("/admin/queue").await.has("more severe than when an editor looked");
});

story!(a_doubt_after_scheduling_is_not_settled_by_the_release, |world| {
    let path = world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    let editor = world.editor().await;
    let planned = form(&editor, &desk, "when", "2022-03-20T13:00").await;
    press(&editor, &desk, &planned, "schedule").await.is(303);
    world.reader().await.post(&format!("{path}/doubts"), &[("place", "2")]).await.is(303);
    world.forward(HOUR);
    world.work().await;
    world.anybody().get(&path).await.has("reviewed by an editor");
    editor.get("/admin/queue").await.has("1 reader: not the same event");
});

story!(what_readers_see_is_not_dismissed_and_what_they_do_not_is_not_retracted, |world| {
    let desk = reported(world).await;
    let editor = world.editor().await;
    let why = form(&editor, &desk, "reason", "Not our subject").await;
    press(&editor, &desk, &why, "retract").await.is(422).has("Only an incident that readers can see can be retracted");
    joined(world).await;
    let path = world.path_of("refinery").await;
    let why = form(&editor, &desk, "reason", "Not our subject").await;
    press(&editor, &desk, &why, "dismiss").await.is(422).has("retract it instead of dismissing it");
    let pick = format!("pick-{}", desk.rsplit('/').next().unwrap());
    let marked = [(pick.as_str(), "on"), ("do", "dismiss"), ("reason", "Not our subject")];
    editor.post("/admin/queue/decisions", &marked).await.is(422).has("retract it instead of dismissing it");
    world.anybody().get(&path).await.is(200);
    assert!(is_public(world).await);
});

story!(nobody_dismisses_what_another_editor_has_claimed_and_a_contributors_claim_gives_way, |world| {
    let desk = reported(world).await;
    let id = desk.rsplit('/').next().unwrap().to_string();
    let (first, second) = (world.editor().await, world.editor().await);
    let cora = world.signed_in(Role::Contributor).await;
    first.post("/admin/queue", &[("claim", &id)]).await.is(303);
    let pick = format!("pick-{id}");
    let marked = [(pick.as_str(), "on"), ("do", "dismiss"), ("reason", "Not our subject")];
    second.post("/admin/queue/decisions", &marked).await.is(422).has("Another editor has claimed No. 1");
    assert_eq!(row(world, 1).await.stage, Stage::Candidate);
    first.post("/admin/queue", &[("release", &id)]).await;
    let mut tx = world.app.db.begin().await.unwrap();
    store::incident::set_claim(&mut tx, id.parse::<i64>().unwrap().into(), None).await.unwrap();
    tx.commit().await.unwrap();
    cora.post("/admin/queue", &[("claim", &id)]).await.is(303);
    second.post("/admin/queue/decisions", &marked).await.is(303);
    assert_eq!(row(world, 1).await.stage, Stage::Dismissed);
});

story!(articles_leave_an_embargo_for_nothing_that_is_told_earlier, |world| {
    let desk = reported(world).await;
    joined_of(world).await;
    let editor = world.editor().await;
    let held = form(&editor, &desk, "when", "2022-03-20T18:00").await;
    press(&editor, &desk, &held, "embargo").await.is(303);
    world.publishes("Wire", "Earthquake shakes Chile and injures dozens", "", 6);
    world.forward(MINUTE * 12);
    world.work().await;
    let quake = world.desk_path_of("Chile").await;
    let number =
        store::incident::find(&world.app.db, quake.rsplit('/').next().unwrap().parse::<i64>().unwrap().into()).await.unwrap().unwrap().number;
    let to = number.to_string();
    let moving = [("do", "move"), ("article2", "on"), ("target", to.as_str())];
    editor.post(&format!("{desk}/decisions"), &moving).await.is(422).has("put it under one too, or lift it");
    // to an incident of its own it goes, and is held there as long
    editor.post(&format!("{desk}/decisions"), &[("do", "move"), ("article2", "on"), ("article3", "on")]).await.is(303);
    world.work().await;
    let own = row(world, number + 1).await;
    assert_eq!((own.embargo_until, own.articles), (Timestamp::parse("2022-03-20T18:00:00Z"), 2));
    assert!(!is_public(world).await);
    world.forward(HOUR * 6);
    world.work().await;
    assert!(is_public(world).await);
});

/// Two more outlets, while one report is there.
async fn joined_of(world: &mut World) {
    for name in ["Gazette", "Post"] {
        world.source(name).await;
    }
    let desk = world.desk_path_of("refinery").await;
    let editor = world.editor().await;
    // both come while it is held, so that nothing is public yet
    let held = form(&editor, &desk, "when", "2022-03-20T12:05").await;
    press(&editor, &desk, &held, "embargo").await.is(303);
    world.publishes("Gazette", "Three dead in fire at Lagos oil refinery", "", 5);
    world.publishes("Post", "Lagos oil refinery fire kills three", "", 4);
    world.work().await;
}

story!(what_is_marked_is_merged_into_nothing_that_everybody_reads, |world| {
    world.published_fire_and_quake().await;
    let (fire, quake) = (world.desk_path_of("refinery").await, world.desk_path_of("Chile").await);
    let editor = world.editor().await;
    editor.post(&quake, &[("do", "mark"), ("tlp", "green")]).await.is(303);
    let number = store::incident::find(&world.app.db, fire.rsplit('/').next().unwrap().parse::<i64>().unwrap().into()).await.unwrap().unwrap().number;
    let merge = form(&editor, &quake, "into", &number.to_string()).await;
    press(&editor, &quake, &merge, "merge").await.is(422).has("It is marked TLP:GREEN");
    // nor is what readers see marked for the desk alone
    press(&editor, &fire, &form(&editor, &fire, "tlp", "amber").await, "mark").await.is(422).has("retract it before it is marked TLP:AMBER");
    world.work().await;
    assert!(is_public(world).await);
});

story!(a_text_that_is_with_the_editors_cannot_be_forgotten, |world| {
    let desk = reported(world).await;
    let (cora, dan) = (world.signed_in(Role::Contributor).await, world.signed_in(Role::Contributor).await);
    let text = form(&cora, &desk, "happened", "A contributor wrote this. [1]").await;
    press(&cora, &desk, &text, "hand-in").await.is(303);
    cora.post(&desk, &[("do", "forget")]).await.is(422).has("Your draft is with the editors");
    let other = form(&dan, &desk, "happened", "Another wrote that. [1]").await;
    press(&dan, &desk, &other, "hand-in").await.is(422);
    world.editor().await.get(&desk).await.has("A contributor wrote this.");
});

story!(what_a_deleted_reader_doubted_is_doubted_no_more, |world| {
    let path = world.published_fire().await;
    world.account("gone@example.org", Role::Reader).await;
    let reader = world.anybody();
    reader.post("/sign-in", &[("email", "gone@example.org"), ("password", PASSWORD)]).await.is(303);
    reader.post(&format!("{path}/doubts"), &[("place", "2")]).await.is(303);
    let value = row(world, 1).await.value;
    reader.post("/account/delete", &[("delete_password", PASSWORD)]).await.is(303);
    let after = row(world, 1).await;
    assert_eq!((after.doubts, after.value), (0, value - 100.0));
    world.editor().await.get("/admin/queue").await.lacks("not the same event");
});

story!(an_account_with_a_scheduled_text_stays_and_one_that_handed_in_leaves_no_ghost, |world| {
    let desk = reported(world).await;
    world.account("ed@example.org", Role::Editor).await;
    world.account("cora@example.org", Role::Contributor).await;
    let (ed, cora) = (world.anybody(), world.anybody());
    ed.post("/sign-in", &[("email", "ed@example.org"), ("password", PASSWORD)]).await.is(303);
    cora.post("/sign-in", &[("email", "cora@example.org"), ("password", PASSWORD)]).await.is(303);
    let planned = form(&ed, &desk, "when", "2022-03-20T18:00").await;
    press(&ed, &desk, &planned, "schedule").await.is(303);
    ed.post("/account/delete", &[("delete_password", PASSWORD)]).await.is(422).has("A text of yours is scheduled");
    ed.post(&desk, &[("do", "unschedule")]).await.is(303);
    ed.post("/account/delete", &[("delete_password", PASSWORD)]).await.is(303);
    let text = form(&cora, &desk, "happened", "A contributor wrote this. [1]").await;
    press(&cora, &desk, &text, "hand-in").await.is(303);
    cora.post("/account/delete", &[("delete_password", PASSWORD)]).await.is(303);
    world.editor().await.get("/admin/queue").await.has("Handed in (0)");
    assert_eq!(row(world, 1).await.stage, Stage::Draft);
});

#[actix_web::test]
async fn a_portal_may_publish_nothing_by_itself_or_wait_for_more_voices() {
    for (least, then) in [(0, false), (3, true)] {
        let mut world = World::with(Engine::Sqlite, |config| Config { publish_sources: least, ..config }).await;
        reported(&mut world).await;
        joined(&mut world).await;
        assert!(!is_public(&world).await, "two voices of {least}");
        world.source("Post").await;
        world.publishes("Post", "Lagos oil refinery fire kills three", "", 4);
        world.work().await;
        assert_eq!(is_public(&world).await, then, "three voices of {least}");
        world.end().await;
    }
}

/// Three articles, of which the last makes one incident of what were two: the older is public, the younger held by `hold`.
async fn clustering_meets(world: &mut World, hold: &str) {
    world.source("Wire").await;
    world.publishes("Wire", "Fire at oil refinery in Lagos kills three workers", "", 90);
    world.publishes("Wire", "Owner of Dangote plant mourns dead after night blaze", "", 80);
    world.work().await;
    let editor = world.editor().await;
    let [first, second] = [row(world, 1).await.id, row(world, 2).await.id].map(|id| format!("/admin/incidents/{id}"));
    press(&editor, &first, &form(&editor, &first, "happened", "An editor signed this. [1]").await, "publish").await.is(303);
    match hold {
        "claim" => editor.post("/admin/queue", &[("claim", second.rsplit('/').next().unwrap())]).await.is(303),
        "mark" => editor.post(&second, &[("do", "mark"), ("tlp", "amber")]).await.is(303),
        // with nothing typed beside it: it stays a candidate
        until => editor.post(&second, &[("do", "embargo"), ("when", until)]).await.is(303),
    };
    world.publishes("Wire", "Owner of Dangote oil refinery in Lagos mourns three workers killed in fire", "", 1);
    world.forward(std::time::Duration::from_secs(4_100));
    world.work().await;
}

async fn stay_two(world: &World) {
    let stands = row(world, 2).await;
    assert!(stands.articles >= 1 && stands.stage != Stage::Dismissed, "{:?} with {} articles", stands.stage, stands.articles);
    let path = format!("/incidents/{}", row(world, 1).await.slug);
    world.anybody().get(&path).await.is(200).lacks("Owner of Dangote plant mourns dead");
}

story!(an_embargoed_candidate_is_not_merged_into_what_is_public, |world| {
    clustering_meets(world, "2022-03-21T15:00").await;
    stay_two(world).await;
});
story!(an_embargo_that_has_ended_keeps_nothing_apart, |world| {
    clustering_meets(world, "2022-03-20T12:30").await;
    assert_eq!(row(world, 2).await.articles, 0, "it is part of No. 1");
});
story!(a_claimed_candidate_is_not_merged_into_what_is_public, |world| {
    clustering_meets(world, "claim").await;
    stay_two(world).await;
});
story!(a_marked_candidate_is_not_merged_into_what_is_public, |world| {
    clustering_meets(world, "mark").await;
    stay_two(world).await;
});
