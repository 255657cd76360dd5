//! Watches: a reader's standing question, and the letters that answer it.

use crate::story;
use crate::world::mail::Received;
use crate::world::{PASSWORD, Visitor, World, changed, fields_of, pairs};
use intelrift::account::alert;
use intelrift::clock::{DAY, HOUR, MINUTE};
use intelrift::model::viewer::Role;
use std::time::Duration;

pub const OWNER: &str = "owner@example.org";

pub async fn owner(world: &World) -> Visitor {
    if intelrift::store::account::find_by_email(&world.app.db, &intelrift::model::account::Email::parse(OWNER).unwrap()).await.unwrap().is_none() {
        world.account(OWNER, Role::Reader).await;
    }
    let owner = world.anybody();
    owner.post("/sign-in", &[("email", OWNER), ("password", PASSWORD)]).await.is(303);
    owner
}

/// Time passes, and every watch that is due looks.
pub async fn after(world: &World, time: Duration) {
    world.forward(time);
    world.work().await;
    alert::enqueue_due(&world.app).await.unwrap();
    world.work().await;
    world.app.mail.settle().await;
}

pub fn letters(world: &World) -> Vec<Received> {
    world
        .postbox
        .letters()
        .into_iter()
        .filter(|letter| letter.text.contains("answers your watch") || letter.text.contains("you follow this incident"))
        .collect()
}

pub async fn watches(visitor: &Visitor, query: &str, floor: &str, pace: &str) {
    visitor.post("/account/watches", &[("query", query), ("name", ""), ("floor", floor), ("pace", pace), ("by_mail", "on")]).await.is(303);
}

story!(a_watch_tells_by_mail_of_an_incident_that_answers_it_once, |world| {
    let reader = owner(world).await;
    watches(&reader, "refinery country:NG", "na", "now").await;
    watches(&reader, "submarine", "na", "now").await;
    reader.get("/account/watches").await.is(200).has("refinery country:NG").has("None yet").has("2 of 20");
    let path = world.published_fire().await;
    after(world, MINUTE).await;
    let found = letters(world);
    let [letter] = &found[..] else { panic!("{} letters", found.len()) };
    assert_eq!(letter.to, OWNER);
    for part in [path.as_str(), "refinery country:NG", "2 articles, 2 sources", "List-Unsubscribe: <http", "Nigeria"] {
        assert!(letter.text.contains(part), "{part} is missing in {}", letter.text);
    }
    assert!(letter.subject.contains("refinery"), "{}", letter.subject);
    owner(world).await.get("/account/watches").await.has("data-l=\"Last alert\"><time").has("None yet");
    // more of the same is no news
    world.publishes("Wire", "Fire at Lagos oil refinery kills three, burns on", "", 1);
    after(world, HOUR).await;
    after(world, HOUR).await;
    assert_eq!(letters(world).len(), 1);
});

story!(an_incident_that_becomes_more_severe_is_told_again_and_one_below_the_floor_is_not, |world| {
    world.published_fire().await;
    let reader = owner(world).await;
    watches(&reader, "refinery", "critical", "now").await;
    let desk = world.desk_path_of("refinery").await;
    let publish = async |severity: &str| {
        let editor = world.editor().await;
        let form = changed(&fields_of(&editor.get(&desk).await.body), "severity", severity);
        editor.post(&desk, &pairs(&changed(&form, "do", "publish"))).await.is(303);
    };
    publish("low").await;
    after(world, MINUTE).await;
    assert_eq!(letters(world).len(), 0);
    watches(&reader, "refinery", "low", "now").await;
    publish("high").await;
    after(world, MINUTE * 2).await;
    publish("critical").await;
    // what comes in one wave is one letter: the next is ten minutes away
    after(world, MINUTE * 5).await;
    let found = letters(world);
    assert_eq!(found.len(), 2, "the first of the one, and that of the other's floor");
    assert!(found[1].text.contains("Severity Critical, it was High"), "{}", found[1].text);
    after(world, MINUTE * 6).await;
    assert_eq!(letters(world).len(), 2, "the one has nothing to add to it");
});

story!(a_daily_watch_comes_once_with_all_of_the_day, |world| {
    let reader = owner(world).await;
    watches(&reader, "-zyzzyva", "na", "daily").await;
    world.published_fire_and_quake().await;
    after(world, HOUR).await;
    assert_eq!(letters(world).len(), 0);
    after(world, DAY).await;
    let found = letters(world);
    let [letter] = &found[..] else { panic!("{} letters", found.len()) };
    assert!(letter.subject.starts_with("2 incidents for "), "{}", letter.subject);
    assert!(letter.text.contains("refinery") && letter.text.contains("Chile"), "{}", letter.text);
});

story!(a_watch_can_be_tried_on_the_last_days_before_it_is_added, |world| {
    world.published_fire_and_quake().await;
    let reader = owner(world).await;
    let page = reader.get("/account/watches?q=refinery").await;
    page.is(200).has("value=\"refinery\"").has("You have no watches yet");
    let tried = reader.post("/account/watches", &[("query", "refinery"), ("floor", "na"), ("pace", "daily"), ("try", "1")]).await;
    tried.is(200).has("It would have found 1 incident in the last seven days").has("You have no watches yet").has("value=\"daily\" selected");
    let tried = reader.post("/account/watches", &[("query", "submarine"), ("try", "1")]).await;
    tried.is(200).has("It would have found nothing");
    world.anybody().get("/search?q=refinery").await.is(200).has("/sign-up?next=%2Faccount%2Fwatches%3Fq%3Drefinery%23new");
    reader.get("/search?q=refinery").await.is(200).has("href=\"/account/watches?q=refinery#new\"");
});

story!(what_cannot_be_a_watch_says_why_and_keeps_what_was_typed, |world| {
    let reader = owner(world).await;
    for (query, why) in [
        ("", "Say what to look for"),
        ("country:XX", "no country has this code"),
        ("severity>=9", "a severity is 0 to 5"),
        ("\"open", "are not closed<"),
    ] {
        for button in ["add", "try"] {
            let again = reader.post("/account/watches", &[("query", query), ("name", "Mine"), ("floor", "high"), (button, "1")]).await;
            again.is(422).has(why).has("value=\"Mine\"").has("value=\"high\" selected");
        }
    }
    for n in 0..20 {
        watches(&reader, &format!("word{n}"), "na", "now").await;
    }
    reader.post("/account/watches", &[("query", "one more")]).await.is(422).has("An account has 20 watches at most").has("value=\"one more\"");
});

story!(a_watch_is_its_owners_alone_and_goes_with_a_link_or_the_account, |world| {
    let reader = owner(world).await;
    watches(&reader, "refinery", "na", "now").await;
    let page = reader.get("/account/watches").await;
    let id = page.body.split("name=\"remove\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    world.reader().await.post("/account/watches", &[("remove", id)]).await.is(303);
    reader.get("/account/watches").await.has("refinery");
    reader.get("/account/data.json").await.has("\"question\":\"refinery\"");
    world.published_fire().await;
    after(world, MINUTE).await;
    let letter = &letters(world)[0];
    let link = letter.text.split("Stop letters from this watch: ").nth(1).unwrap().split_whitespace().next().unwrap();
    let path = &link[link.find("/letters/stop").unwrap()..];
    world.anybody().get(path).await.is(200).has("Stop the letters").has("What your watch “refinery” finds");
    world.anybody().post(path, &[]).await.is(200).has("It is stopped").has("href=\"/account/watches\"");
    // the watch goes on, and what it finds is on the page
    reader.get("/account/watches").await.has("data-l=\"Delivery\">Alerts<");
    let page = reader.get("/account/watches").await;
    let id = page.body.split("name=\"remove\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    reader.post("/account/watches", &[("remove", id)]).await.is(303);
    watches(&reader, "refinery", "na", "now").await;
    reader.post("/account/delete", &[("delete_password", PASSWORD)]).await.is(303);
    assert!(intelrift::store::watch::list_due(&world.app.db, world.app.clock.now().plus(DAY), world.app.clock.now(), 9).await.unwrap().is_empty());
});

story!(what_is_for_members_alone_is_in_no_letter, |world| {
    let reader = owner(world).await;
    watches(&reader, "refinery", "na", "now").await;
    world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    world.editor().await.post(&desk, &[("do", "mark"), ("tlp", "green")]).await.is(303);
    after(world, MINUTE).await;
    assert_eq!(letters(world).len(), 0);
});

story!(what_becomes_public_without_a_new_revision_is_told_then, |world| {
    let reader = owner(world).await;
    watches(&reader, "refinery", "na", "now").await;
    watches(&reader, "refinery country:NG", "na", "daily").await;
    world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    let editor = world.editor().await;
    editor.post(&desk, &[("do", "mark"), ("tlp", "green")]).await.is(303);
    after(world, MINUTE).await;
    after(world, MINUTE * 11).await;
    assert_eq!(letters(world).len(), 0);
    editor.post(&desk, &[("do", "mark"), ("tlp", "clear")]).await.is(303);
    after(world, MINUTE * 2).await;
    assert_eq!(letters(world).len(), 1);
});

story!(a_letter_that_the_mail_server_did_not_take_comes_later, |world| {
    world.account("grey@example.org", Role::Reader).await;
    let reader = world.anybody();
    reader.post("/sign-in", &[("email", "grey@example.org"), ("password", PASSWORD)]).await.is(303);
    watches(&reader, "refinery", "na", "now").await;
    world.published_fire().await;
    after(world, MINUTE).await;
    assert_eq!(letters(world).len(), 0, "the server said: come again");
    // others are told meanwhile
    let other = owner(world).await;
    watches(&other, "refinery", "na", "now").await;
    world.publishes("Wire", "Fire at Lagos oil refinery kills three, burns on", "", 1);
    after(world, HOUR).await;
    after(world, MINUTE).await;
    let to: Vec<String> = letters(world).into_iter().map(|letter| letter.to).collect();
    assert_eq!(to, ["grey@example.org", OWNER]);
    after(world, HOUR).await;
    assert_eq!(letters(world).len(), 2);
});

story!(what_a_watch_excludes_is_in_no_text_of_an_incident, |world| {
    let reader = owner(world).await;
    watches(&reader, "refinery -managers", "na", "now").await;
    // the second article says that two managers were arrested
    world.published_fire().await;
    after(world, MINUTE).await;
    assert_eq!(letters(world).len(), 0);
    let tried = reader.post("/account/watches", &[("query", "refinery -managers"), ("try", "1")]).await;
    tried.is(200).has("It would have found nothing");
});

story!(a_daily_watch_keeps_to_its_hour_on_a_day_without_news, |world| {
    let reader = owner(world).await;
    watches(&reader, "refinery", "na", "daily").await;
    // 06:00 passes, and nothing has been published
    after(world, DAY).await;
    world.published_fire().await;
    after(world, MINUTE).await;
    assert_eq!(letters(world).len(), 0);
    after(world, DAY).await;
    assert_eq!(letters(world).len(), 1);
});

story!(what_joins_an_incident_that_an_editor_signed_answers_a_watch_too, |world| {
    world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    let editor = world.editor().await;
    let form = fields_of(&editor.get(&desk).await.body);
    editor.post(&desk, &pairs(&changed(&form, "do", "publish"))).await.is(303);
    let reader = owner(world).await;
    watches(&reader, "tankers", "na", "now").await;
    after(world, MINUTE).await;
    assert_eq!(letters(world).len(), 0);
    world.publishes("Wire", "Fire at oil refinery in Lagos kills three, tankers turn away", "", 1);
    after(world, HOUR).await;
    after(world, MINUTE).await;
    assert_eq!(letters(world).len(), 1);
});

story!(a_watch_made_of_a_search_keeps_its_choices, |world| {
    let reader = owner(world).await;
    let search = reader.get("/search?q=fire&region=africa&region=asia-pacific&cat=disaster&lang=en&from=2022-03-01").await;
    search.is(200).has("/account/watches?q=fire+region%3Aafrica%2Casia-pacific+category%3Adisaster+lang%3Aen#new");
    reader.get("/account/watches?q=fire+region%3Aafrica%2Casia-pacific").await.has("value=\"fire region:africa,asia-pacific\"");
    watches(&reader, "fire region:africa,asia-pacific", "na", "now").await;
    watches(&reader, "fire region:europe", "na", "now").await;
    world.published_fire().await;
    after(world, MINUTE).await;
    let found = letters(world);
    let [letter] = &found[..] else { panic!("{} letters", found.len()) };
    assert!(letter.text.contains("region:africa,asia-pacific"), "{}", letter.text);
    let again = reader.post("/account/watches", &[("query", "fire region:atlantis"), ("floor", "na"), ("pace", "now")]).await;
    again.is(422).has("no region has this name");
});

story!(a_letter_has_twenty_incidents_and_says_how_many_more_there_are, |world| {
    let reader = owner(world).await;
    watches(&reader, "-zyzzyva", "na", "daily").await;
    world.two_outlets().await;
    // each pair is about words of its own, made of one letter
    for n in 0..23u8 {
        let letter = ((b'a' + n) as char).to_string();
        let (thing, place, harbour) = (letter.repeat(6), letter.to_uppercase() + &letter.repeat(8), letter.repeat(10));
        world.publishes("Wire", &format!("{thing} {place} {harbour}"), "", 10 + u32::from(n));
        world.publishes("Gazette", &format!("{place} {harbour} {thing}"), "", 5 + u32::from(n));
    }
    world.work().await;
    after(world, DAY).await;
    let found = letters(world);
    let [letter] = &found[..] else { panic!("{} letters", found.len()) };
    assert!(letter.subject.starts_with("23 incidents for "), "{}", letter.subject);
    assert_eq!(letter.text.matches("/incidents/").count(), 20);
    assert!(letter.text.contains("And 3 more: ") && letter.text.contains("/account/alerts"), "{}", letter.text);
    // all of them are on the page, and none is told again
    let page = owner(world).await.get("/account/alerts").await;
    assert_eq!(page.body.matches("data-l=\"Found by\"").count(), 23);
    after(world, DAY).await;
    assert_eq!(letters(world).len(), 1);
});
