//! Alerts: what watches find, on their owner's page, live, and by mail; and incidents that somebody follows.

use crate::regroup::{press, undo_button};
use crate::story;
use crate::watch::{OWNER, after, letters, owner, watches};
use crate::world::{Visitor, World, changed, fields_of, pairs};
use futures_util::StreamExt;
use intelrift::clock::{DAY, HOUR, MINUTE};
use std::time::Duration;

/// An editor publishes the incident with this word, with one field of its form changed.
async fn edit(world: &World, word: &str, name: &str, value: &str) {
    let desk = world.desk_path_of(word).await;
    let editor = world.editor().await;
    let form = changed(&fields_of(&editor.get(&desk).await.body), name, value);
    editor.post(&desk, &pairs(&changed(&form, "do", "publish"))).await.is(303);
}

/// The value of a button beside a watch.
fn number_of(page: &str, button: &str) -> String {
    page.split(&format!("name=\"{button}\" value=\"")).nth(1).unwrap().split('"').next().unwrap().to_string()
}

async fn follows(visitor: &Visitor, path: &str) {
    let page = visitor.get(path).await;
    page.is(200).has("Alert me on changes");
    let number = number_of(&page.body, "follow");
    let back = visitor.post("/account/watches", &[("follow", &number)]).await;
    back.is(303);
    assert_eq!(back.header("location"), format!("{path}#act-h"));
    visitor.get(path).await.has("You follow it");
}

story!(what_a_watch_finds_is_on_a_page_of_its_own_and_new_until_it_was_seen, |world| {
    let reader = owner(world).await;
    reader.get("/account/alerts").await.is(200).has("You have no watches yet");
    // without letters
    reader.post("/account/watches", &[("query", "refinery"), ("name", "Oil"), ("floor", "na"), ("pace", "now")]).await.is(303);
    reader.get("/account/alerts").await.has("Nothing yet");
    let path = world.published_fire().await;
    after(world, MINUTE).await;
    assert_eq!(letters(world).len(), 0);
    reader.get("/").await.has("data-alerts>1 new alert</a>");
    world.anybody().get("/").await.lacks("data-alerts");
    world.reader().await.get("/").await.has("data-alerts hidden>");
    let page = reader.get("/account/alerts").await;
    page.is(200).has(&format!("href=\"{path}\"")).has("<span class=\"flag\">New</span>").has("data-l=\"Found by\">Oil<").has("Answers it");
    page.has("data-alerts hidden>");
    reader.get("/account/alerts").await.has(&path).lacks(">New</span>");
    reader.get("/account/watches").await.has("data-l=\"Found in 7 days\">1<").has("data-l=\"Delivery\">Alerts<");
    reader.get("/account/data.json").await.has("\"alerts\":[{\"incident\":1,");
    // it was mailed to nobody: when the owner wants letters, the next change is the first
    let id = number_of(&reader.get("/account/watches").await.body, "remove");
    reader.post("/account/watches", &[("id", &id), ("query", "refinery"), ("name", "Oil"), ("by_mail", "on")]).await.is(303);
    edit(world, "refinery", "severity", "critical").await;
    after(world, MINUTE * 2).await;
    assert_eq!(letters(world).len(), 1);
    reader.get("/account/alerts").await.has("Severity changed").has("it was ").has(">New</span>").has("What changed");
});

story!(two_watches_that_find_one_incident_are_one_letter, |world| {
    let reader = owner(world).await;
    watches(&reader, "refinery", "na", "now").await;
    watches(&reader, "country:NG", "na", "now").await;
    watches(&reader, "category:disaster,economy,energy,security", "na", "daily").await;
    world.published_fire().await;
    after(world, MINUTE).await;
    after(world, DAY).await;
    assert_eq!(letters(world).len(), 1);
    // and one line, with all that found it
    let page = owner(world).await.get("/account/alerts").await;
    page.has("country:NG").has("refinery").has("1, newest first");
    assert_eq!(page.body.matches("data-l=\"Found by\"").count(), 1);
});

story!(a_watch_rests_and_goes_on_with_what_is_published_then, |world| {
    let reader = owner(world).await;
    watches(&reader, "-zyzzyva", "na", "now").await;
    let id = number_of(&reader.get("/account/watches").await.body, "pause");
    world.reader().await.post("/account/watches", &[("pause", &id)]).await.is(303);
    reader.get("/account/watches").await.lacks(">Paused<");
    reader.post("/account/watches", &[("pause", &id)]).await.is(303);
    reader.get("/account/watches").await.has(">Paused</span>").has("name=\"resume\"");
    world.published_fire().await;
    after(world, HOUR).await;
    reader.post("/account/watches", &[("resume", &id)]).await.is(303);
    after(world, HOUR).await;
    reader.get("/account/alerts").await.has("Nothing yet");
    edit(world, "refinery", "severity", "critical").await;
    after(world, HOUR).await;
    assert_eq!(letters(world).len(), 1);
});

story!(a_watch_is_changed_in_its_own_form_and_remembers_what_it_told, |world| {
    let reader = owner(world).await;
    watches(&reader, "refinery", "na", "now").await;
    watches(&reader, "submarine", "na", "now").await;
    world.published_fire().await;
    after(world, MINUTE).await;
    assert_eq!(letters(world).len(), 1);
    let id = number_of(&reader.get("/account/watches").await.body, "remove");
    let form = reader.get(&format!("/account/watches?change={id}")).await;
    form.is(200).has("Change the watch").has("value=\"refinery\"").has(&format!("name=\"id\" value=\"{id}\""));
    world.reader().await.get(&format!("/account/watches?change={id}")).await.is(404);
    world.reader().await.post("/account/watches", &[("id", &id), ("query", "fire")]).await.is(404);
    // another's question is refused, and the form stays the form of this one
    let again = reader.post("/account/watches", &[("id", &id), ("query", "submarine"), ("by_mail", "on")]).await;
    again.is(422).has("You have this one already").has(&format!("name=\"id\" value=\"{id}\"")).has("checked");
    reader.post("/account/watches", &[("id", &id), ("query", "refinery fire"), ("name", "Oil"), ("pace", "hourly"), ("by_mail", "on")]).await.is(303);
    reader.get("/account/watches").await.has("refinery fire").has("Once an hour").has("2 of 20");
    world.publishes("Wire", "Fire at Lagos oil refinery kills three, burns on", "", 1);
    after(world, HOUR).await;
    after(world, HOUR).await;
    assert_eq!(letters(world).len(), 1, "it was told already");
});

story!(an_hourly_watch_writes_once_an_hour, |world| {
    world.published_fire().await;
    let reader = owner(world).await;
    watches(&reader, "refinery", "na", "hourly").await;
    edit(world, "refinery", "severity", "low").await;
    after(world, MINUTE * 2).await;
    assert_eq!(letters(world).len(), 1);
    edit(world, "refinery", "severity", "high").await;
    after(world, MINUTE * 30).await;
    assert_eq!(letters(world).len(), 1);
    after(world, MINUTE * 31).await;
    assert_eq!(letters(world).len(), 2);
});

story!(who_follows_an_incident_hears_when_something_changed_and_not_of_every_article, |world| {
    let path = world.published_fire().await;
    let reader = owner(world).await;
    world.anybody().get(&path).await.has("Alerts when something changes come with a").has("/sign-up?next=%2Fincidents%2F");
    follows(&reader, &path).await;
    // pressed twice is once
    let number = number_of(&reader.get(&path).await.body, "unfollow");
    reader.post("/account/watches", &[("follow", &number)]).await.is(303);
    reader.get("/account/watches").await.has("1 of 50").has("0 of 20");
    world.publishes("Wire", "Three workers killed in fire at Lagos oil refinery", "", 1);
    after(world, HOUR).await;
    after(world, HOUR).await;
    assert_eq!(letters(world).iter().map(|letter| letter.text.as_str()).collect::<Vec<_>>(), [""; 0]);
    edit(world, "refinery", "severity", "critical").await;
    after(world, MINUTE * 2).await;
    let first = letters(world);
    let [letter] = &first[..] else { panic!("{} letters", first.len()) };
    assert_eq!(letter.to, OWNER);
    assert!(letter.subject.starts_with("Critical: "), "{}", letter.subject);
    for part in ["What is new: Severity changed", "it was ", "because you follow this incident", "/revisions/", "?from="] {
        assert!(letter.text.contains(part), "{part} is missing in {}", letter.text);
    }
    // what the letter links is there
    let link = letter.text.lines().find(|line| line.contains("?from=")).unwrap();
    world.anybody().get(&link[link.find("/incidents/").unwrap()..]).await.is(200).has("Severity");
    edit(world, "refinery", "correction", "The fire began at noon, not at ten.").await;
    after(world, MINUTE * 11).await;
    let found = letters(world);
    assert_eq!(found.len(), 2);
    assert!(found[1].subject.starts_with("Corrected: "), "{}", found[1].subject);
    assert!(found[1].text.contains("Corrected: The fire began at noon, not at ten."), "{}", found[1].text);
    let desk = world.desk_path_of("refinery").await;
    world.editor().await.post(&desk, &[("do", "retract"), ("reason", "It was an exercise.")]).await.is(303);
    after(world, MINUTE * 11).await;
    after(world, MINUTE * 11).await;
    let found = letters(world);
    assert_eq!(found.len(), 3);
    assert!(found[2].subject == "Retracted: No. 1" && found[2].text.contains("It was an exercise."), "{}", found[2].text);
    reader.get("/account/data.json").await.lacks("Lagos");
    // it can be followed on, without letters
    let id = number_of(reader.get("/account/watches").await.body.split("id=\"followed\"").nth(1).unwrap(), "remove");
    reader.get(&format!("/account/watches?change={id}")).await.is(200).lacks("Lagos").lacks("Name, if you like");
    reader.post("/account/watches", &[("id", &id), ("query", "incident:1"), ("pace", "daily")]).await.is(303);
    reader.get("/account/alerts").await.has("taken back by the desk").has("Retracted").has("You follow it");
});

story!(a_signal_that_is_observed_is_told_to_who_follows, |world| {
    let path = world.published_fire().await;
    let reader = owner(world).await;
    follows(&reader, &path).await;
    world.forward(MINUTE);
    let desk = world.desk_path_of("refinery").await;
    let editor = world.editor().await;
    let form = fields_of(&editor.get(&desk).await.body);
    let signal = form.iter().find(|(name, _)| name == "signals").expect("the form has the signals").1.clone();
    assert!(!signal.is_empty());
    edit(world, "refinery", "signals", &format!("{signal}\nObserved: The refinery is closed. [1]")).await;
    after(world, MINUTE * 2).await;
    let found = letters(world);
    assert_eq!(found.len(), 1);
    for part in ["A signal was observed", "Observed: The refinery is closed."] {
        assert!(found[0].text.contains(part), "{}", found[0].text);
    }
});

story!(who_follows_an_incident_that_becomes_part_of_another_follows_that, |world| {
    world.published_fire_and_quake().await;
    let reader = owner(world).await;
    let (fire, quake) = (world.path_of("refinery").await, world.path_of("quake").await);
    follows(&reader, &fire).await;
    let into = number_of(&reader.get(&quake).await.body, "follow");
    let desk = world.desk_path_of("refinery").await;
    world.editor().await.post(&desk, &[("do", "merge"), ("into", &into)]).await.is(303);
    world.work().await;
    let row = intelrift::store::incident::find_by_number(&world.app.db, into.parse().unwrap()).await.unwrap().unwrap();
    reader.get(&format!("/incidents/{}", row.slug)).await.has("You follow it");
    reader.post("/account/watches", &[("unfollow", &into)]).await.is(303);
    reader.get("/account/watches").await.lacks("Incidents that you follow");
});

story!(what_is_not_public_is_followed_by_nobody, |world| {
    let reader = owner(world).await;
    let path = world.published_fire().await;
    for odd in ["0", "99", "x"] {
        reader.post("/account/watches", &[("follow", odd)]).await.is(404);
    }
    follows(&reader, &path).await;
    world.forward(MINUTE);
    let desk = world.desk_path_of("refinery").await;
    world.editor().await.post(&desk, &[("do", "mark"), ("tlp", "green")]).await.is(303);
    edit(world, "refinery", "severity", "critical").await;
    after(world, HOUR).await;
    assert_eq!(letters(world).len(), 0, "what members alone may read goes into no letter");
    let editor = world.editor().await;
    editor.post(&desk, &[("do", "mark"), ("tlp", "clear")]).await.is(303);
    after(world, HOUR).await;
    assert_eq!(letters(world).len(), 1);
});

story!(an_incident_that_nobody_writes_about_any_more_is_followed_no_more, |world| {
    let path = world.published_fire().await;
    let reader = owner(world).await;
    follows(&reader, &path).await;
    let ends = async |days: u32| {
        world.forward(DAY * days);
        let before = world.app.clock.now().minus(watch_age());
        intelrift::store::following::end_following(&world.app.db, before).await.unwrap();
    };
    ends(80).await;
    owner(world).await.get("/account/watches").await.has("1 of 50");
    // one that was followed late is not forgotten at once
    ends(11).await;
    let reader = owner(world).await;
    reader.get("/account/watches").await.lacks("of 50");
    follows(&reader, &path).await;
    ends(1).await;
    owner(world).await.get("/account/watches").await.has("1 of 50");
});

fn watch_age() -> Duration {
    intelrift::account::watch::FOLLOWED_FOR
}

story!(a_letter_that_cannot_go_out_leaves_the_alert_on_the_page, |world| {
    world.account("grey@example.org", intelrift::model::viewer::Role::Reader).await;
    let reader = world.anybody();
    reader.post("/sign-in", &[("email", "grey@example.org"), ("password", crate::world::PASSWORD)]).await.is(303);
    watches(&reader, "refinery", "na", "now").await;
    world.published_fire().await;
    after(world, MINUTE).await;
    assert_eq!(letters(world).len(), 0, "the server said: come again");
    reader.get("/account/alerts").await.has("refinery").has(">New</span>");
    after(world, MINUTE * 6).await;
    assert_eq!(letters(world).len(), 1);
    reader.get("/account/alerts").await.lacks(">New</span>");
});

story!(an_open_page_of_a_member_hears_of_an_alert_at_once, |world| {
    let reader = owner(world).await;
    watches(&reader, "refinery", "na", "now").await;
    let address = format!("{}/live?of=0", world.address);
    let mut stream = reader.raw().get(&address).send().await.unwrap().bytes_stream();
    let first = String::from_utf8(stream.next().await.unwrap().unwrap().to_vec()).unwrap();
    assert!(first.contains("event: here"), "{first}");
    let mut others = world.reader().await.raw().get(&address).send().await.unwrap().bytes_stream();
    others.next().await.unwrap().unwrap();
    // a page may be older than its stream: it hears how things stand
    for stream in [&mut stream, &mut others] {
        let stands = stream.next().await.unwrap().unwrap();
        assert_eq!(String::from_utf8(stands.to_vec()).unwrap(), "event: alert\ndata: 0\n\n");
    }
    world.published_fire().await;
    after(world, MINUTE).await;
    let heard = tokio::time::timeout(Duration::from_secs(10), stream.next()).await.expect("an event comes").unwrap().unwrap();
    assert_eq!(String::from_utf8(heard.to_vec()).unwrap(), "event: alert\ndata: 1\n\n");
    assert!(tokio::time::timeout(Duration::from_millis(1_500), others.next()).await.is_err(), "nobody else hears of it");
    // and when they were seen elsewhere, the number goes
    reader.get("/account/alerts").await.is(200);
    world.forward(Duration::from_secs(1));
    let heard = tokio::time::timeout(Duration::from_secs(10), stream.next()).await.expect("an event comes").unwrap().unwrap();
    assert_eq!(String::from_utf8(heard.to_vec()).unwrap(), "event: alert\ndata: 0\n\n");
});

story!(lists_lead_to_a_watch_of_the_same, |world| {
    world.published_fire().await;
    let reader = owner(world).await;
    for (page, words) in [
        ("/countries/NG", "country:NG"),
        ("/categories/disaster", "category:disaster"),
        ("/regions/africa", "region:africa"),
        ("/sources/wire", "source:wire"),
    ] {
        let address = reader.get(page).await.body.split("href=\"/account/watches?").nth(1).unwrap().split('#').next().unwrap().replace("&#38;", "&");
        let form = reader.get(&format!("/account/watches?{address}")).await;
        form.is(200).has(&format!("value=\"{words}\""));
        let tried = reader.post("/account/watches", &[("query", words), ("try", "1")]).await;
        tried.is(200).has("It would have found");
    }
});

story!(nobody_learns_of_what_is_not_public_by_following_its_number, |world| {
    world.source("Wire").await;
    world.publishes("Wire", "Fire at oil refinery in Lagos kills three", "", 10);
    world.work().await;
    let reader = owner(world).await;
    for number in [1, 99] {
        let query = format!("incident:{number}");
        let again = reader.post("/account/watches", &[("query", &query), ("by_mail", "on")]).await;
        again.is(422).has(&format!("There is no public incident No. {number}"));
        let sent = reader.post("/account/watches", &[("unfollow", &number.to_string())]).await;
        assert_eq!((sent.status.as_u16(), sent.header("location")), (303, "/account/watches"));
    }
    // what was public once is known by its number alone, by who followed it
    world.source("Gazette").await;
    world.publishes("Gazette", "Three dead in fire at Lagos oil refinery", "", 5);
    world.work().await;
    follows(&reader, &world.path_of("refinery").await).await;
    reader.get("/account/watches").await.has("Lagos");
    let desk = world.desk_path_of("refinery").await;
    world.editor().await.post(&desk, &[("do", "mark"), ("tlp", "green")]).await.is(303);
    world.editor().await.post(&desk, &[("do", "retract"), ("reason", "A word for members")]).await.is(303);
    after(world, HOUR).await;
    reader.get("/account/watches").await.lacks("Lagos").lacks("lagos").has("No. 1, taken back by the desk");
    assert_eq!(letters(world).len(), 0);
});

story!(who_follows_what_a_watch_has_told_of_hears_of_what_comes_after_and_once, |world| {
    let reader = owner(world).await;
    watches(&reader, "refinery", "na", "now").await;
    let path = world.published_fire().await;
    after(world, MINUTE).await;
    assert_eq!(letters(world).len(), 1);
    // a title is nothing that a question tells again
    world.forward(MINUTE);
    edit(world, "refinery", "title", "Fire at Lagos oil refinery kills three workers").await;
    after(world, MINUTE * 11).await;
    assert_eq!(letters(world).len(), 1);
    let path = reader.get(&path).await.header("location").to_string();
    follows(&reader, &path).await;
    for title in ["Fire at Lagos oil refinery is out, three are dead", "Lagos oil refinery burnt for a day, three are dead"] {
        world.forward(MINUTE);
        edit(world, "refinery", "title", title).await;
        after(world, MINUTE * 11).await;
    }
    for minutes in 1..4 {
        world.publishes("Wire", "Three workers killed in fire at Lagos oil refinery", &format!("Report {minutes}."), minutes);
        after(world, MINUTE * 11).await;
    }
    let subjects: Vec<String> = letters(world).into_iter().skip(1).map(|letter| letter.subject).collect();
    assert_eq!(subjects.len(), 2, "{subjects:?}");
    assert!(subjects.iter().all(|subject| subject.starts_with("Title changed: ")), "{subjects:?}");
});

story!(a_watch_that_is_removed_lets_no_other_write_its_letters_again, |world| {
    let reader = owner(world).await;
    watches(&reader, "refinery", "na", "now").await;
    watches(&reader, "country:NG", "na", "now").await;
    world.published_fire().await;
    after(world, MINUTE).await;
    assert_eq!(letters(world).len(), 1);
    let page = reader.get("/account/watches").await;
    for id in page.body.split("name=\"remove\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        reader.post("/account/watches", &[("remove", id)]).await.is(303);
    }
    watches(&reader, "lagos", "na", "now").await;
    world.publishes("Wire", "Three workers killed in fire at Lagos oil refinery", "", 1);
    after(world, HOUR).await;
    after(world, HOUR).await;
    assert_eq!(letters(world).len(), 1);
    owner(world).await.get("/account/alerts").await.has("data-l=\"Found by\">lagos<");
});

story!(an_alert_whose_incident_became_part_of_another_is_no_number_that_stays, |world| {
    let reader = owner(world).await;
    watches(&reader, "refinery", "na", "now").await;
    world.published_fire_and_quake().await;
    after(world, MINUTE).await;
    reader.get("/").await.has("data-alerts>1 new alert</a>");
    let quake = store_number(world, "Chile").await;
    let desk = world.desk_path_of("refinery").await;
    world.editor().await.post(&desk, &[("do", "merge"), ("into", &quake)]).await.is(303);
    world.work().await;
    reader.get("/").await.has("data-alerts hidden>");
});

async fn store_number(world: &World, word: &str) -> String {
    let id: i64 = world.desk_path_of(word).await.rsplit('/').next().unwrap().parse().unwrap();
    intelrift::store::incident::find(&world.app.db, id.into()).await.unwrap().unwrap().number.to_string()
}

story!(what_is_followed_counts_by_itself_and_makes_no_room_for_more_questions, |world| {
    let path = world.published_fire().await;
    let reader = owner(world).await;
    for n in 0..20 {
        watches(&reader, &format!("word{n}"), "na", "now").await;
    }
    follows(&reader, &path).await;
    let page = reader.get("/account/watches").await.body;
    let id = number_of(page.split("id=\"followed\"").nth(1).unwrap(), "remove");
    let again = reader.post("/account/watches", &[("id", &id), ("query", "one more"), ("by_mail", "on")]).await;
    again.is(422).has("An account has 20 watches at most");
    // what is followed may come without letters
    reader.post("/account/watches", &[("id", &id), ("query", "incident:1"), ("pace", "daily")]).await.is(303);
    reader.get("/account/watches").await.has("1 of 50").has("Once a day");
});

story!(a_clock_that_was_ahead_leaves_alerts_new, |world| {
    world.forward(DAY * 30);
    let reader = owner(world).await;
    watches(&reader, "refinery", "na", "now").await;
    world.published_fire_and_quake().await;
    after(world, MINUTE).await;
    reader.get("/account/alerts").await.has(">New</span>");
    world.app.clock.back(DAY * 30);
    let now = world.app.clock.now();
    intelrift::store::alert::forget_future(&world.app.db, now, now.plus(MINUTE)).await.unwrap();
    world.forward(MINUTE);
    let reader = owner(world).await;
    watches(&reader, "chile", "na", "now").await;
    edit(world, "Chile", "severity", "critical").await;
    after(world, MINUTE * 2).await;
    reader.get("/").await.has("data-alerts>1 new alert</a>");
});

story!(what_became_of_what_is_followed_stands_also_when_another_watch_finds_it_later, |world| {
    let path = world.published_fire().await;
    let reader = owner(world).await;
    follows(&reader, &path).await;
    world.forward(MINUTE);
    edit(world, "refinery", "correction", "It was three, not four.").await;
    after(world, MINUTE * 2).await;
    watches(&reader, "refinery", "na", "now").await;
    world.publishes("Wire", "Three workers killed in fire at Lagos oil refinery", "", 1);
    after(world, HOUR).await;
    after(world, MINUTE * 2).await;
    let page = owner(world).await.get("/account/alerts").await;
    page.has("refinery, You follow it").has("Corrected").lacks("Answers it").has("What changed").has("1, newest first");
});

story!(who_followed_an_incident_follows_it_again_when_its_merge_is_undone, |world| {
    world.published_fire_and_quake().await;
    let (fire, quake) = (world.path_of("refinery").await, world.path_of("quake").await);
    let (one, both, tired, later) = (world.reader().await, world.reader().await, world.reader().await, world.reader().await);
    for reader in [&one, &both, &tired] {
        follows(reader, &fire).await;
    }
    follows(&both, &quake).await;
    let into = number_of(&one.get(&quake).await.body, "follow");
    press(world, &world.desk_path_of("refinery").await, "merge", &[("into", &into)]).await.is(303);
    world.work().await;
    tired.post("/account/watches", &[("unfollow", &into)]).await.is(303);
    follows(&later, &quake).await;
    let desk = world.desk_path_of("Chile").await;
    press(world, &desk, &undo_button(world, &desk).await, &[]).await.is(303);
    world.work().await;
    for (reader, follows_fire, follows_quake) in [(&one, true, false), (&both, true, true), (&tired, false, false), (&later, false, true)] {
        for (path, follows) in [(&fire, follows_fire), (&quake, follows_quake)] {
            assert_eq!(reader.get(path).await.is(200).body.contains("You follow it"), follows, "{path}");
        }
    }
});

/// A fire, a quake and a museum, which everybody reads at these paths.
async fn three_published(world: &mut World) -> [String; 3] {
    world.published_fire_and_quake().await;
    world.publishes("Wire", "Museum opens new wing for visitors in Oslo", "Visitors in Oslo, Norway, saw it.", 10);
    world.publishes("Gazette", "New museum wing opens for visitors in Oslo", "", 5);
    after(world, HOUR * 2).await;
    [world.path_of("refinery").await, world.path_of("quake").await, world.path_of("useum").await]
}

story!(who_follows_hears_of_its_own_incident_after_two_merges_and_back, |world| {
    let paths = three_published(world).await;
    let reader = owner(world).await;
    follows(&reader, &paths[0]).await;
    follows(&reader, &paths[2]).await;
    let (fire, quake) = (world.desk_path_of("refinery").await, world.desk_path_of("Chile").await);
    press(world, &fire, "merge", &[("into", &store_number(world, "Chile").await)]).await.is(303);
    let first = undo_button(world, &quake).await;
    press(world, &quake, "merge", &[("into", &store_number(world, "useum").await)]).await.is(303);
    press(world, &quake, &first, &[]).await.is(303);
    world.work().await;
    for (path, follows) in [(&paths[0], true), (&paths[2], true)] {
        assert_eq!(reader.get(path).await.is(200).body.contains("You follow it"), follows, "{path}");
    }
});

story!(who_follows_two_that_became_part_of_a_third_follows_both_again_in_whatever_order_that_is_undone, |world| {
    let paths = three_published(world).await;
    let reader = owner(world).await;
    let desks = [world.desk_path_of("refinery").await, world.desk_path_of("Chile").await, world.desk_path_of("useum").await];
    let into = store_number(world, "useum").await;
    follows(&reader, &paths[0]).await;
    follows(&reader, &paths[1]).await;
    press(world, &desks[0], "merge", &[("into", &into)]).await.is(303);
    let first = undo_button(world, &desks[2]).await;
    world.forward(MINUTE);
    press(world, &desks[1], "merge", &[("into", &into)]).await.is(303);
    world.forward(MINUTE);
    press(world, &desks[2], &first, &[]).await.is(303);
    press(world, &desks[2], &undo_button(world, &desks[2]).await, &[]).await.is(303);
    world.work().await;
    for (path, follows) in paths.iter().zip([true, true, false]) {
        assert_eq!(reader.get(path).await.is(200).body.contains("You follow it"), follows, "{path}");
    }
});
