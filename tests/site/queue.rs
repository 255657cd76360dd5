//! The editors' queue: what is in it, whose it is, and the way to what is not.

use crate::story;
use crate::world::{World, changed, fields_of, pairs};
use intelrift::model::viewer::Role;
use intelrift::store;
use std::time::Duration;

async fn id_of(world: &World, word: &str) -> String {
    world.desk_path_of(word).await.rsplit('/').next().unwrap().to_string()
}

story!(any_incident_is_opened_by_its_number, |world| {
    let path = world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    let (editor, cora) = (world.editor().await, world.signed_in(Role::Contributor).await);
    for writer in [&editor, &cora] {
        writer.get(&path).await.has("href=\"/admin/queue?no=1\"");
        let sent = writer.get("/admin/queue?no=No.+1").await;
        sent.is(303);
        assert_eq!(sent.header("location"), desk);
    }
    for reader in [world.reader().await, world.anybody()] {
        reader.get(&path).await.is(200).lacks("/admin/");
    }
    editor.get("/admin/queue?no=77").await.is(200).has("Not found").has("There is no incident No. 77").has("value=\"77\"");
    editor.get("/admin/queue?no=fire").await.is(200).has("Enter the number of an incident");
});

story!(what_was_dismissed_is_listed_with_its_reason_and_the_log_leads_to_it, |world| {
    world.source("Wire").await;
    world.publishes("Wire", "Museum opens new wing for visitors", "", 10);
    world.work().await;
    let desk = world.desk_path_of("Museum").await;
    let editor = world.editor().await;
    editor.get("/admin/queue?show=dismissed").await.has("Nobody has dismissed anything");
    let form = changed(&fields_of(&editor.get(&desk).await.body), "reason", "Not our subject");
    editor.post(&desk, &pairs(&changed(&form, "do", "dismiss"))).await.is(303);
    editor.get("/admin/queue?show=dismissed").await.has("Museum opens new wing").has("Not our subject");
    editor.get("/admin/audit").await.has(&format!("<a href=\"{desk}\">No. 1</a>"));
    editor.get(&desk).await.has("<h2>Dismissed</h2>").has("Not our subject");
});

story!(claimed_work_is_found_whatever_stands_before_it, |world| {
    world.published_fire_and_quake().await;
    let (fire, quake) = (id_of(world, "refinery").await, id_of(world, "Chile").await);
    let (editor, cora) = (world.editor().await, world.signed_in(Role::Contributor).await);
    let sent = editor.post("/admin/queue", &[("claim", &quake), ("show", "unclaimed"), ("after", "0")]).await;
    assert_eq!(sent.header("location"), format!("/admin/queue?show=unclaimed#r{quake}"));
    editor.get("/admin/queue?show=unclaimed").await.has(&format!("r{fire}")).lacks(&format!("r{quake}"));
    editor.get("/admin/queue?show=mine").await.has(&format!("r{quake}")).lacks(&format!("r{fire}"));
    editor.get(&format!("/admin/queue?after={fire}")).await.lacks(&format!("r{fire}")).has("From the top");
    // what a contributor has claimed is an editor's to take, and their page says so
    cora.post("/admin/queue", &[("claim", &fire)]).await.is(303);
    editor.get("/admin/queue").await.lacks("somebody else’s").has(&format!("name=\"claim\" value=\"{fire}\""));
    cora.get("/admin/queue").await.has("somebody else’s");
});

story!(marked_incidents_are_made_one_all_or_none, |world| {
    world.published_fire().await;
    for (title, ago) in [("Earthquake shakes Chile and injures dozens", 8), ("Parliament of Kenya passes budget bill", 6)] {
        world.publishes("Wire", title, "", ago);
    }
    world.forward(Duration::from_secs(700));
    world.work().await;
    let editor = world.editor().await;
    let kenya = world.desk_path_of("Kenya").await;
    let number =
        store::incident::find(&world.app.db, kenya.rsplit('/').next().unwrap().parse::<i64>().unwrap().into()).await.unwrap().unwrap().number;
    let until = world.app.clock.now().plus(Duration::from_secs(86_400)).iso();
    let form = changed(&fields_of(&editor.get(&kenya).await.body), "when", until.trim_end_matches('Z'));
    editor.post(&kenya, &pairs(&changed(&form, "do", "embargo"))).await.is(303);
    let marks = [id_of(world, "refinery").await, id_of(world, "Chile").await, id_of(world, "Kenya").await].map(|id| format!("pick-{id}"));
    let form = [(marks[0].as_str(), "on"), (&marks[1], "on"), (&marks[2], "on"), ("do", "merge")];
    editor.post("/admin/queue/decisions", &form).await.is(422).has("Nothing was changed").has(&format!("No. {number}: It is under embargo"));
    world.work().await;
    assert_eq!(store::queue::list(&world.app.db, store::queue::Whose::Anybodys, None, 9).await.unwrap().len(), 3);
});
