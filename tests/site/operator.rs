//! What operators and editors do around the desk: sources, jobs, roles, the audit log.

use crate::story;
use crate::world::{PASSWORD, Visitor, World, changed, fields_in, fields_of, pairs};
use intelrift::clock::{HOUR, MINUTE};
use intelrift::model::job::Work;
use intelrift::model::viewer::Role;
use intelrift::store::{self, Sql};

/// What the form of a source says.
async fn form(editor: &Visitor, path: &str) -> Vec<(String, String)> {
    fields_in(&editor.get(path).await.body, &format!("action=\"{path}\""))
}

async fn first_source(world: &World) -> String {
    format!("/admin/sources/{}", store::source::list(&world.app.db).await.unwrap()[0].id)
}

story!(two_editors_on_one_source_do_not_undo_each_other, |world| {
    world.source("Wire").await;
    world.publishes("Wire", "Museum opens in Oslo", "", 5);
    let path = first_source(world).await;
    let (ada, bob) = (world.editor().await, world.editor().await);
    let forms = [form(&ada, &path).await, form(&bob, &path).await];
    let graded = changed(&changed(&forms[0], "reliability", "A"), "rules", "exclude title sport");
    ada.post(&path, &pairs(&changed(&graded, "do", "save"))).await.is(303);
    let foldered = changed(&changed(&forms[1], "folder", "Africa"), "do", "save");
    let told = bob.post(&path, &pairs(&foldered)).await;
    told.is(422).has("Somebody changed this source since you opened it").has("value=\"Africa\"");
    // nor does a form that was tried meanwhile
    let tried = bob.post(&path, &pairs(&changed(&forms[1], "do", "try"))).await;
    let tried = fields_in(&tried.is(200).has("Would drop 0 of 1").body, &format!("action=\"{path}\""));
    bob.post(&path, &pairs(&changed(&tried, "do", "save"))).await.is(422).has("Somebody changed this source");
    ada.get(&path).await.has("exclude title sport");
    // the form that says so may be saved, by who still wants to
    let again = fields_in(&told.body, &format!("action=\"{path}\""));
    bob.post(&path, &pairs(&changed(&again, "do", "save"))).await.is(303);
    let log = ada.get("/admin/audit").await;
    log.has("grade: C → A").has("rules: none → exclude title sport").has("folder: none → Africa").has("grade: A → C");
});

story!(an_address_that_can_never_be_read_is_refused_with_its_reason, |world| {
    let editor = world.editor().await;
    let add = async |address: &str| editor.post("/admin/sources", &[("name", "News"), ("address", address), ("do", "add")]).await;
    add(&format!("http://{}/{}", world.feeds, "a".repeat(5_000))).await.is(422).has("It has more than 2000 characters").has("value=\"News\"");
    add("http://192.168.1.1/feed").await.is(422).has("192.168.1.1 is not a public address");
    assert!(store::source::list(&world.app.db).await.unwrap().is_empty());
    let opml = format!("<opml version=\"2.0\"><body><outline text=\"Long\" xmlUrl=\"http://x.example/{}\"/></body></opml>", "a".repeat(3_000));
    editor.post("/admin/sources", &[("opml", &opml), ("do", "import")]).await.is(200).has("0 feeds were added").has("more than 2000 characters");
    // what cannot be taken is there to be mended
    editor.post("/admin/sources", &[("opml", "<opml>no feeds"), ("do", "import")]).await.is(422).has("no feeds</textarea>");
});

story!(the_password_of_a_feed_is_in_no_list, |world| {
    let editor = world.editor().await;
    let address = format!("http://ada:secretpw@{}/Wire.xml", world.feeds);
    world.publishes("Wire", "Museum opens in Oslo", "", 5);
    editor.post("/admin/sources", &[("name", "Wire"), ("address", &address), ("do", "add")]).await.is(303);
    for path in ["/admin/sources", "/admin/audit", "/admin/audit.csv", "/sources", "/sources/wire"] {
        editor.get(path).await.is(200).lacks("secretpw");
    }
});

story!(what_did_not_happen_is_in_no_log, |world| {
    world.source("Wire").await;
    let editor = world.editor().await;
    let path = first_source(world).await;
    let id = path.rsplit('/').next().unwrap();
    editor.post(&path, &[("name", "Wire"), ("do", "save")]).await.is(303);
    editor.post("/admin/sources", &[("fetch", id)]).await.is(422).has("Wire is paused: resume it first");
    editor.post("/admin/sources", &[("fetch", "123")]).await.is(404);
    editor.post("/admin/jobs", &[("again", "stop")]).await.is(303);
    editor.post("/admin/jobs", &[("drop", "123")]).await.is(303);
    editor.post("/admin/jobs", &[("drop", "x")]).await.is(404);
    let admin = world.signed_in(Role::Admin).await;
    admin.post("/admin/accounts", &[("end", "5"), ("password", PASSWORD)]).await.is(404);
    let acts: Vec<String> = store::audit::list(&world.app.db, None, None, 9).await.unwrap().into_iter().map(|row| row.act).collect();
    assert_eq!(acts, ["change"]);
});

story!(the_log_says_whose_role_changed_and_from_what, |world| {
    world.account("ada@example.org", Role::Reader).await;
    let admin = world.signed_in(Role::Admin).await;
    let id = world.id_of("ada@example.org").await.to_string();
    let choose = async |role: &str| admin.post("/admin/accounts", &[("role", &*id), (&*format!("role-{id}"), role), ("password", PASSWORD)]).await;
    choose("contributor").await.is(303);
    choose("contributor").await.is(422).has("ada@example.org has that role already");
    admin.get("/admin/audit").await.is(200).has("ada@example.org").has("reader → contributor");
    admin.get("/admin/audit.csv").await.is(200).has(",ada@example.org,reader → contributor");
});

story!(the_log_goes_on_beyond_its_first_page, |world| {
    let editor = world.editor().await;
    let mut tx = world.app.db.begin().await.unwrap();
    for n in 0..205 {
        let detail = format!("entry number {n:03}");
        store::audit::add(&mut tx, store::audit::COMMAND_LINE, "note", "job", 0, &detail, world.app.clock.now()).await.unwrap();
    }
    tx.commit().await.unwrap();
    let page = editor.get("/admin/audit?act=note").await;
    page.is(200).has("entry number 204").has("entry number 005").lacks("entry number 004").has(">Older<").lacks(">Newest<").has("the command line");
    let older = page.body.split("before=").nth(1).unwrap().split('"').next().unwrap().to_string();
    let page = editor.get(&format!("/admin/audit?act=note&before={older}")).await;
    page.is(200).has("entry number 004").has("entry number 000").lacks("entry number 005").lacks(">Older<").has(">Newest<");
    editor.get("/admin/audit?before=x").await.is(422);
});

story!(a_job_that_failed_is_tried_at_once_and_one_that_was_given_up_is_forgotten, |world| {
    let db = &world.app.db;
    let now = world.app.clock.now();
    let mut tx = db.begin().await.unwrap();
    store::job::add(&mut tx, Work::Cluster, now, now).await.unwrap();
    tx.commit().await.unwrap();
    db.run("UPDATE job SET problem = 'it is dark', run_at = $1 WHERE kind = 'cluster'", intelrift::params![now.plus(HOUR)]).await.unwrap();
    let editor = world.editor().await;
    let page = editor.get("/admin/jobs").await;
    page.has("it is dark").has("Try again").lacks("Forget it");
    let id = page.body.split("name=\"retry\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_string();
    editor.post("/admin/jobs", &[("retry", &id)]).await.is(303);
    editor.get("/admin/jobs").await.lacks("it is dark");
    db.run("UPDATE job SET state = 'failed', problem = 'it is dark' WHERE kind = 'cluster'", intelrift::params![]).await.unwrap();
    editor.get("/admin/jobs").await.has("Forget it");
    editor.post("/admin/jobs", &[("drop", &id)]).await.is(303);
    // pressed twice
    editor.post("/admin/jobs", &[("drop", &id)]).await.is(303);
    editor.get("/admin/jobs").await.has("There is nothing to do right now");
    editor.get("/admin/audit?act=drop").await.has("cluster");
});

story!(a_page_that_comes_back_hears_of_its_incident_whatever_happened_beside, |world| {
    let path = world.published_fire().await;
    let number: i64 = path.rsplit('-').next().unwrap().parse().unwrap();
    let row = store::incident::find_by_number(&world.app.db, number).await.unwrap().unwrap();
    let before = store::outbox::newest(&world.app.db).await.unwrap();
    let mut tx = world.app.db.begin().await.unwrap();
    for _ in 0..300 {
        store::outbox::add(&mut tx, "changed", 7.into(), world.app.clock.now()).await.unwrap();
    }
    store::outbox::add(&mut tx, "changed", row.id, world.app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    let newest = store::outbox::newest(&world.app.db).await.unwrap();
    let heard = async |of: &str| {
        let mut stream = world.anybody().raw().get(format!("{}/live?of={of}&after={before}", world.address)).send().await.unwrap();
        let mut text = String::new();
        while let Ok(Ok(Some(chunk))) = tokio::time::timeout(MINUTE / 60, stream.chunk()).await {
            text += std::str::from_utf8(&chunk).unwrap();
        }
        text
    };
    assert!(heard(&number.to_string()).await.contains(&format!("id: {newest}\nevent: fresh")));
    for other in ["99999", "x", ""] {
        assert!(!heard(other).await.contains("fresh"), "{other}");
    }
});

story!(d8_everything_that_is_done_at_the_desk_is_in_the_log, |world| {
    world.published_fire_and_quake().await;
    world.publishes("Wire", "Museum opens new wing for visitors", "", 3);
    world.forward(std::time::Duration::from_secs(700));
    world.work().await;
    let (fire, museum) = (world.desk_path_of("refinery").await, world.desk_path_of("Museum").await);
    let (editor, cora) = (world.editor().await, world.signed_in(Role::Contributor).await);
    let quake = store::incident::find(&world.app.db, world.desk_path_of("Chile").await.rsplit('/').next().unwrap().parse::<i64>().unwrap().into());
    let number = quake.await.unwrap().unwrap().number.to_string();
    let ahead = world.app.clock.now().plus(intelrift::clock::DAY).iso();
    let text = changed(&fields_of(&cora.get(&museum).await.body), "happened", "Somebody wrote this. [1]");
    cora.post(&museum, &pairs(&changed(&text, "do", "hand-in"))).await.is(303);
    editor.post(&museum, &[("do", "hand-back"), ("note", "Who says so?")]).await.is(303);
    let when = changed(&fields_of(&editor.get(&museum).await.body), "when", ahead.trim_end_matches('Z'));
    for act in ["embargo", "lift", "schedule", "unschedule"] {
        editor.post(&museum, &pairs(&changed(&when, "do", act))).await.is(303);
    }
    for (act, field, value) in [
        ("pin", "related", number.as_str()),
        ("hide", "related", &number),
        (&format!("by-rule-{number}"), "related", ""),
        ("mark", "tlp", "green"),
        ("mark", "tlp", "clear"),
        ("stand-alone", "continues", ""),
        ("merge", "into", &number),
    ] {
        editor.post(&fire, &[("do", act), (field, value)]).await.is(303);
    }
    world.work().await;
    editor.post(&museum, &[("do", "dismiss"), ("reason", "Not our subject")]).await.is(303);
    let quake = world.desk_path_of(&store::incident::find_by_number(&world.app.db, number.parse().unwrap()).await.unwrap().unwrap().title).await;
    editor.post(&quake, &[("do", "retract"), ("reason", "It was an exercise")]).await.is(303);
    let log = store::audit::list(&world.app.db, None, None, 99).await.unwrap();
    let count = |act: &str| log.iter().filter(|entry| entry.act == act).count();
    for (act, times) in [
        ("hand in", 1),
        ("hand back", 1),
        ("embargo", 2),
        ("schedule", 1),
        ("unschedule", 1),
        ("pin", 1),
        ("hide", 1),
        ("relate by rule", 1),
        ("mark", 2),
        ("continue", 1),
        ("merge", 1),
        ("dismiss", 1),
        ("retract", 1),
    ] {
        assert_eq!(count(act), times, "{act}: {:?}", log.iter().map(|entry| entry.act.as_str()).collect::<Vec<_>>());
    }
    world.work().await;
});

story!(d8_a_cell_that_a_spreadsheet_would_run_is_only_text, |world| {
    let editor = world.editor().await;
    let mut tx = world.app.db.begin().await.unwrap();
    store::audit::add(&mut tx, store::audit::COMMAND_LINE, "change", "source", 1, "=1+1", world.app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    editor.get("/admin/audit.csv?act=").await.is(200).has("'=1+1").lacks(",=1+1");
});
