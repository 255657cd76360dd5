//! The daily briefing.

use crate::story;
use crate::world::mail::Received;
use crate::world::{PASSWORD, World, changed, fields_of, pairs};
use intelrift::clock::{DAY, HOUR, MINUTE};
use intelrift::desk;
use intelrift::model::viewer::Role;
use intelrift::params;
use intelrift::store::Sql;

/// The morning comes: 06:00 of the day after, and what is due then is done.
async fn morning(world: &World) {
    let now = world.app.clock.now();
    let ahead = now.minus(HOUR * 6).start_of_day().plus(DAY + HOUR * 6);
    world.forward(ahead.since(now));
    desk::briefing::enqueue_due(&world.app).await.unwrap();
    world.work().await;
}

/// An editor changes these fields of the refinery's incident and presses a button.
async fn edits(world: &World, fields: &[(&str, &str)]) {
    let desk = world.desk_path_of("refinery").await;
    let editor = world.editor().await;
    let mut form = fields_of(&editor.get(&desk).await.body);
    for (name, value) in fields {
        form = changed(&form, name, value);
    }
    editor.post(&desk, &pairs(&form)).await.is(303);
}

async fn somebody_wants_it_by_mail(world: &World) {
    world.account("ada@example.org", Role::Reader).await;
    let ada = world.anybody();
    ada.post("/sign-in", &[("email", "ada@example.org"), ("password", PASSWORD)]).await.is(303);
    ada.post("/account/briefing", &[("mail", "on")]).await.is(303);
}

/// The briefings that were sent.
fn letters(world: &World) -> Vec<Received> {
    world.postbox.letters().into_iter().filter(|letter| letter.subject.contains("briefing of")).collect()
}

story!(every_morning_a_briefing_says_what_happened_and_where, |world| {
    world.anybody().get("/briefings").await.is(200).has("There is none yet");
    world.published_fire_and_quake().await;
    morning(world).await;
    let visitor = world.anybody();
    visitor.get("/briefings").await.is(200).has("/briefings/2022-03-21").has("Monday 21 March 2022");
    let page = visitor.get("/briefings/2022-03-21").await;
    page.is(200).has("2 incidents had news, 2 of them new, in 4 articles.").has("24 hours to").has("Composed by rules");
    let regions = page.body.split("id=\"rg\"").nth(1).unwrap();
    let (africa, americas) = regions.split_once("Americas").unwrap();
    assert!(africa.contains("Africa") && africa.contains("refinery") && !africa.contains("Chile"), "{africa}");
    assert!(americas.contains("Chile"), "{americas}");
    page.has(&format!("href=\"{}\"", world.path_of("refinery").await));
    visitor.get("/").await.has("href=\"/briefings\"").has("href=\"/briefings/2022-03-21\"");
    for none in
        ["/briefings/2022-03-22", "/briefings/2022-02-30", "/briefings/x", "/briefings/%00", "/briefings/2022-03-22.txt", "/briefings/feed.doc"]
    {
        visitor.get(none).await.is(404);
    }
});

story!(what_moves_markets_is_in_the_briefing_of_who_has_an_account, |world| {
    world.published_fire().await;
    let exposure = [("m0exposure", "Refined products"), ("m0direction", "up"), ("m0magnitude", "moderate"), ("m0horizon", "3–12 months")];
    edits(world, &[&exposure[..], &[("m0note", "Less is refined"), ("m0confidence", "moderate"), ("do", "publish")]].concat()).await;
    morning(world).await;
    let reader = world.reader().await;
    let page = reader.get("/briefings/2022-03-21").await;
    let markets = page.body.split("id=\"markets\"").nth(1).unwrap().split("</section>").next().unwrap();
    for part in ["Refined products", "refinery", "up", "3–12 months", "Moderate"] {
        assert!(markets.contains(part), "{part} is missing in {markets}");
    }
    world.anybody().get("/briefings/2022-03-21").await.is(200).lacks("Refined products");
});

story!(a_briefing_is_composed_once_and_stays_as_it_was, |world| {
    world.published_fire().await;
    morning(world).await;
    let before = world.anybody().get("/briefings/2022-03-21").await;
    world.forward(HOUR * 2);
    world.publishes("Wire", "Earthquake shakes Chile and injures dozens", "", 60);
    world.publishes("Gazette", "Dozens injured as earthquake shakes Chile", "", 50);
    world.work().await;
    desk::briefing::enqueue_due(&world.app).await.unwrap();
    desk::briefing::compose(&world.app, world.app.clock.now().minus(HOUR)).await.unwrap();
    world.work().await;
    let after = world.anybody().get("/briefings/2022-03-21").await;
    let part = |page: &str| page.split("id=\"rg\"").nth(1).unwrap().split("</section>").next().unwrap().to_string();
    assert_eq!(part(&before.body), part(&after.body));
    // the next one has what came since, and leads back
    morning(world).await;
    world.anybody().get("/briefings/2022-03-22").await.is(200).has("Chile").lacks("refinery").has("/briefings/2022-03-21");
});

story!(what_may_come_of_it_opens_with_an_account_and_is_never_loaded_without, |world| {
    world.published_fire().await;
    let (judgement, signal) = ("The refinery burns until Tuesday.", "Zyzzyva tankers are turned away.");
    edits(world, &[("j0text", judgement), ("signals", signal), ("do", "publish")]).await;
    morning(world).await;
    let locked = world.anybody().get("/briefings/2022-03-21").await;
    locked.is(200).has("Key judgements").has("Markets in brief").has("What to watch").lacks(judgement).lacks("Zyzzyva");
    locked.has("/sign-up?next=%2Fbriefings%2F2022-03-21%23judgements");
    let open = world.reader().await.get("/briefings/2022-03-21").await;
    open.is(200).has(judgement).has("Confidence").has("Zyzzyva").lacks("Free account");
    for format in ["atom", "rss", "json"] {
        let feed = world.reader().await.get(&format!("/briefings/feed.{format}")).await;
        feed.is(200).has("Daily briefing, Monday 21 March 2022").has("refinery").has("briefing/2022-03-21").lacks(judgement).lacks("Zyzzyva");
    }
    world.anybody().get("/briefings/2022-03-21.txt").await.is(200).has("AFRICA").has("refinery").has("/sign-up").lacks(judgement).lacks("Zyzzyva");
    let text = world.reader().await.get("/briefings/2022-03-21.txt").await;
    text.is(200).has(judgement).has("WHAT TO WATCH").has("Zyzzyva").lacks("/sign-up").lacks("&#");
    assert!(text.header("content-type").starts_with("text/plain"));
});

story!(a_severity_that_changed_since_the_day_before_is_said, |world| {
    world.published_fire().await;
    morning(world).await;
    world.anybody().get("/briefings/2022-03-21").await.has("No incident has another severity");
    world.forward(HOUR * 2);
    world.publishes("Wire", "Fire at Lagos oil refinery kills three, burns on", "", 5);
    world.work().await;
    edits(world, &[("severity", "critical"), ("do", "publish")]).await;
    morning(world).await;
    let page = world.anybody().get("/briefings/2022-03-22").await;
    let changes = page.body.split("id=\"sc\"").nth(1).unwrap().split("</section>").next().unwrap();
    assert!(changes.contains("refinery") && changes.contains("Critical"), "{changes}");
});

story!(what_was_taken_back_leaves_the_briefing_too, |world| {
    world.published_fire_and_quake().await;
    morning(world).await;
    edits(world, &[("reason", "It was a drill."), ("do", "retract")]).await;
    let page = world.reader().await.get("/briefings/2022-03-21").await;
    page.is(200).lacks("refinery").has("Chile").has("1 line of this edition is not shown");
    world.anybody().get("/briefings/feed.json").await.lacks("refinery").has("Chile");
});

story!(what_is_for_members_is_in_no_briefing, |world| {
    world.published_fire_and_quake().await;
    let desk = world.desk_path_of("refinery").await;
    world.editor().await.post(&desk, &[("do", "mark"), ("tlp", "green")]).await.is(303);
    morning(world).await;
    world.reader().await.get("/briefings/2022-03-21").await.is(200).has("Chile").lacks("refinery");
});

story!(a_day_without_news_has_no_briefing_and_a_late_one_waits_for_what_came_in, |world| {
    morning(world).await;
    world.anybody().get("/briefings/2022-03-21").await.is(404);
    // a portal that begins at noon: its first articles are of before 06:00
    world.forward(HOUR * 6);
    world.two_outlets().await;
    world.publishes("Wire", "Fire at oil refinery in Lagos kills three", "", 420);
    world.publishes("Gazette", "Three dead in fire at Lagos oil refinery", "", 400);
    world.work().await;
    let mut tx = world.app.db.begin().await.unwrap();
    let now = world.app.clock.now();
    intelrift::store::job::add(&mut tx, intelrift::model::job::Work::Cluster, now.minus(MINUTE), now).await.unwrap();
    tx.commit().await.unwrap();
    desk::briefing::enqueue_due(&world.app).await.unwrap();
    world.work().await;
    world.anybody().get("/briefings/2022-03-21").await.is(404);
    world.forward(MINUTE);
    desk::briefing::enqueue_due(&world.app).await.unwrap();
    world.work().await;
    world.anybody().get("/briefings/2022-03-21").await.is(200).has("refinery");
});

story!(the_briefing_comes_by_mail_to_who_asked_and_stops_by_its_link, |world| {
    world.published_fire().await;
    edits(world, &[("j0text", "The refinery burns until Tuesday."), ("do", "publish")]).await;
    for address in ["early@example.org", "never@example.org"] {
        world.account(address, Role::Reader).await;
    }
    let reader = world.anybody();
    reader.post("/sign-in", &[("email", "early@example.org"), ("password", PASSWORD)]).await.is(303);
    reader.get("/account").await.has("Send it by mail");
    reader.post("/account/briefing", &[("mail", "on")]).await.is(303);
    reader.get("/account").await.has("It comes by mail to early@example.org");
    reader.get("/account/data.json").await.has("\"briefing_by_mail\":true");
    morning(world).await;
    world.app.mail.settle().await;
    let found = letters(world);
    let [letter] = &found[..] else { panic!("{} letters", found.len()) };
    assert_eq!((letter.to.as_str(), letter.subject.as_str()), ("early@example.org", "Intelrift: briefing of Monday 21 March 2022"));
    for part in
        ["AFRICA", "refinery", "burns until Tuesday", "/briefings/2022-03-21", "List-Unsubscribe: <http", "List-Unsubscribe-Post:", "MIME-Version"]
    {
        assert!(letter.text.contains(part), "{part} is missing in {}", letter.text);
    }
    // whoever looks at the link changes nothing, its button does, without signing in
    let link = letter.text.split("No more of them: ").nth(1).unwrap().split_whitespace().next().unwrap();
    let path = &link[link.find("/letters/stop").unwrap()..];
    world.anybody().get(path).await.is(200).has("Stop the letters");
    reader.post("/sign-in", &[("email", "early@example.org"), ("password", PASSWORD)]).await.is(303);
    reader.get("/account").await.has("It comes by mail");
    world.anybody().post(&path.replace("code=", "code=0"), &[]).await.is(404);
    world.anybody().post(path, &[("List-Unsubscribe", "One-Click")]).await.is(200).has("It is stopped");
    reader.get("/account").await.has("Send it by mail");
    world.publishes("Wire", "Fire at Lagos oil refinery kills three, burns on", "", 5);
    world.forward(HOUR);
    world.work().await;
    morning(world).await;
    world.app.mail.settle().await;
    assert_eq!(letters(world).len(), 1);
});

story!(a_corrected_incident_is_not_told_as_it_was, |world| {
    world.published_fire().await;
    edits(world, &[("happened", "A fire killed three workers in Lagos. [1]"), ("do", "publish")]).await;
    morning(world).await;
    world.anybody().get("/briefings/2022-03-21").await.has("A fire killed three workers in Lagos.").lacks("corrected since");
    world.forward(HOUR);
    let corrected =
        [("title", "One hurt at Lagos refinery"), ("happened", "A fire hurt one worker. [1]"), ("correction", "Nobody died."), ("do", "publish")];
    edits(world, &corrected).await;
    for path in ["/briefings/2022-03-21", "/briefings/2022-03-21.txt", "/briefings/feed.json"] {
        world.anybody().get(path).await.is(200).has("One hurt at Lagos refinery").has("corrected since").lacks("killed three");
    }
    world.anybody().get("/briefings/feed.json").await.has("\"date_modified\":\"2022-03-21T07:00:00Z\"");
});

story!(what_came_only_after_the_hour_is_in_the_next_briefing, |world| {
    world.published_fire_and_quake().await;
    morning(world).await;
    // of the hours before, and one of an incident that was in it
    world.publishes("Gazette", "Ferry sinks off Manila with hundreds aboard", "", 400);
    world.publishes("Wire", "Hundreds aboard ferry that sank off Manila", "", 300);
    world.forward(HOUR);
    world.work().await;
    morning(world).await;
    world.anybody().get("/briefings/2022-03-21").await.is(200).lacks("Manila");
    world.anybody().get("/briefings/2022-03-22").await.is(200).has("Manila").has("1 incident had news").lacks("Chile");
});

story!(what_an_editor_publishes_later_is_in_the_next_briefing, |world| {
    world.published_fire().await;
    // one voice alone waits for an editor
    world.publishes("Wire", "Earthquake shakes Chile and injures dozens", "Rescue teams reached Valparaiso, Chile.", 60);
    world.forward(HOUR);
    world.work().await;
    morning(world).await;
    world.anybody().get("/briefings/2022-03-21").await.is(200).has("refinery").lacks("Chile");
    world.forward(HOUR);
    let desk = world.desk_path_of("Chile").await;
    let editor = world.editor().await;
    let form = fields_of(&editor.get(&desk).await.body);
    editor.post(&desk, &pairs(&changed(&form, "do", "publish"))).await.is(303);
    morning(world).await;
    world.anybody().get("/briefings/2022-03-22").await.is(200).has("Chile").lacks("refinery");
});

story!(a_sentence_in_another_language_says_so_wherever_it_stands, |world| {
    world.two_outlets().await;
    let told = "Ночью сильное землетрясение разрушило сотни домов на побережье Чили, сообщили спасатели.";
    world.publishes("Wire", "Землетрясение в Чили разрушило сотни домов", told, 60);
    world.publishes("Gazette", "Сотни домов разрушены землетрясением в Чили", "", 50);
    world.work().await;
    morning(world).await;
    let visitor = world.anybody();
    visitor.get("/briefings/2022-03-21").await.is(200).has("<p dir=\"auto\" lang=\"ru\">Ночью сильное землетрясение");
    let desk = visitor.get("/").await;
    desk.is(200).has("<p class=\"stand\" dir=\"auto\" lang=\"ru\">Ночью сильное землетрясение");
    // what its words mean says what kind of news it is, and where
    visitor.get("/categories/disaster").await.is(200).has("Землетрясение в Чили");
    visitor.get("/countries/CL").await.is(200).has("Землетрясение в Чили");
});

story!(what_members_alone_could_read_is_in_the_briefing_of_the_day_on_which_it_was_opened, |world| {
    world.source("Wire").await;
    world.publishes("Wire", "Fire at oil refinery in Lagos kills three", "A fire at a refinery in Lagos, Nigeria, killed three.", 10);
    world.work().await;
    let desk = world.desk_path_of("refinery").await;
    world.editor().await.post(&desk, &[("do", "mark"), ("tlp", "green")]).await.is(303);
    edits(world, &[("do", "publish")]).await;
    morning(world).await;
    world.anybody().get("/briefings/2022-03-21").await.lacks("refinery");
    world.forward(HOUR * 3);
    world.editor().await.post(&desk, &[("do", "mark"), ("tlp", "clear")]).await.is(303);
    world.work().await;
    world.anybody().get("/incidents").await.has("refinery");
    morning(world).await;
    world.anybody().get("/briefings/2022-03-22").await.is(200).has("refinery");
    // a second mark is no second publication
    let published = intelrift::store::incident::find_by_number(&world.app.db, 1).await.unwrap().unwrap().published_at;
    for mark in ["green", "clear"] {
        world.editor().await.post(&desk, &[("do", "mark"), ("tlp", mark)]).await.is(303);
    }
    assert_eq!(intelrift::store::incident::find_by_number(&world.app.db, 1).await.unwrap().unwrap().published_at, published);
    world.work().await;
});

story!(two_workers_that_compose_one_day_make_one_briefing_and_one_letter, |world| {
    somebody_wants_it_by_mail(world).await;
    world.published_fire().await;
    world.forward(DAY);
    let until = intelrift::model::briefing::Span::newest(world.app.clock.now(), world.app.config.briefing_hour).until;
    let (one, other) = tokio::join!(desk::briefing::compose(&world.app, until), desk::briefing::compose(&world.app, until));
    one.unwrap();
    other.unwrap();
    desk::briefing::compose(&world.app, until).await.unwrap();
    world.work().await;
    world.app.mail.settle().await;
    assert_eq!(letters(world).len(), 1);
    let list = world.anybody().get("/briefings").await;
    assert_eq!(list.body.matches("href=\"/briefings/2022-03-21\"").count(), 1, "{}", list.body);
});

#[actix_web::test]
async fn a_portal_may_have_its_morning_at_another_hour() {
    let mut world = World::with(crate::world::Engine::Sqlite, |config| intelrift::config::Config { briefing_hour: 20, ..config }).await;
    world.published_fire().await;
    // at 19:59 there is none, and a minute later there is
    world.forward(HOUR * 7 + MINUTE * 59);
    desk::briefing::enqueue_due(&world.app).await.unwrap();
    world.work().await;
    world.anybody().get("/briefings").await.has("There is none yet");
    world.forward(MINUTE);
    desk::briefing::enqueue_due(&world.app).await.unwrap();
    world.work().await;
    world.anybody().get("/briefings/2022-03-20").await.is(200).has("refinery").has("20:00");
    world.reader().await.get("/account/watches").await.has("Once a day is at 20:00 UTC");
    world.end().await;
}

story!(a_briefing_that_is_composed_days_late_is_on_its_page_and_in_no_letter, |world| {
    somebody_wants_it_by_mail(world).await;
    world.published_fire().await;
    world.forward(DAY);
    let until = intelrift::model::briefing::Span::newest(world.app.clock.now(), world.app.config.briefing_hour).until;
    world.forward(DAY * 2);
    desk::briefing::compose(&world.app, until).await.unwrap();
    world.work().await;
    world.app.mail.settle().await;
    world.anybody().get("/briefings/2022-03-21").await.is(200).has("refinery");
    assert_eq!(letters(world).len(), 0);
});

story!(a_region_leads_with_its_gravest_and_says_how_many_more_there_are, |world| {
    world.published_fire().await;
    for (title, again) in [
        ("Flood in Ibadan drowns market stalls", "Market stalls drowned by flood in Ibadan"),
        ("Strike shuts schools across Kenya", "Schools shut across Kenya by strike"),
        ("Ferry sinks off Zanzibar in storm", "Storm sinks ferry off Zanzibar"),
        ("Ghana opens a railway to Tema", "Railway to Tema opens in Ghana"),
    ] {
        world.publishes("Wire", title, "", 20);
        world.publishes("Gazette", again, "", 10);
    }
    world.forward(std::time::Duration::from_secs(4_100));
    world.work().await;
    let db = &world.app.db;
    for (title, severity) in [("refinery", 2), ("Ibadan", 5), ("Kenya", 1), ("Zanzibar", 4), ("Tema", 3)] {
        let id: i64 = world.desk_path_of(title).await.rsplit('/').next().unwrap().parse().unwrap();
        let sql = "UPDATE incident SET severity = $2, region = 'africa' WHERE id = $1";
        assert_eq!(db.run(sql, params![id, severity]).await.unwrap(), 1, "{title}");
    }
    morning(world).await;
    let page = world.anybody().get("/briefings/2022-03-21").await;
    let regions = page.is(200).body.split("id=\"rg\"").nth(1).unwrap().to_string();
    let at = |word: &str| regions.find(word);
    assert!(at("Ibadan") < at("Zanzibar") && at("Zanzibar") < at("Tema") && at("Tema").is_some(), "the gravest first: {regions}");
    assert!(at("Kenya").is_none() && at("refinery").is_none(), "three of a region: {regions}");
    page.has("And 2 more in <a href=\"/regions/africa\">");
});
