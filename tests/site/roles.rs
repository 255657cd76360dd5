//! Who may do what, and which channel holds what: two tables that a person can read.

use crate::story;
use crate::world::{Visitor, World, changed, fields_of, pairs};
use intelrift::desk;
use intelrift::model::viewer::Role;

/// Each address of the site's list, and what it answers to an anonymous reader, a reader, a contributor, an editor and an admin. 303 is the way to sign in
/// (or, for a form that was taken, on); 422 is a form that was read and found empty.
const TABLE: &str = "
GET  /                                                                          200 200 200 200 200
GET  /incidents                                                                 200 200 200 200 200
GET  /feed.{format}                                                             200 200 200 200 200
GET  /incidents/feed.{format}                                                   200 200 200 200 200
GET  /{noun:categories|countries|regions|topics}/{slug}                         200 200 200 200 200
GET  /{noun:categories|countries|regions|topics|entities|sources}/{slug}/feed.{format} 200 200 200 200 200
GET  /entities                                                                  200 200 200 200 200
GET  /entities/{slug}                                                           200 200 200 200 200
GET  /map                                                                       200 200 200 200 200
GET  /incidents.geojson                                                         200 200 200 200 200
GET  /briefings                                                                 200 200 200 200 200
GET  /briefings/feed.{format}                                                   200 200 200 200 200
GET  /letters/stop                                                              404 404 404 404 404
POST /letters/stop                                                              404 404 404 404 404
GET  /account/alerts                                                            303 200 200 200 200
GET  /account/watches                                                           303 200 200 200 200
POST /account/watches                                                           303 422 422 422 422
GET  /account/briefing                                                          303 303 303 303 303
POST /account/briefing                                                          303 303 303 303 303
GET  /briefings/{day}                                                           200 200 200 200 200
GET  /briefings/{day}.txt                                                       200 200 200 200 200
GET  /search                                                                    200 200 200 200 200
GET  /sources                                                                   200 200 200 200 200
GET  /sources/{slug}                                                            200 200 200 200 200
GET  /incidents/{slug}                                                          200 200 200 200 200
POST /incidents/{slug}/doubts                                                   303 422 422 422 422
GET  /incidents/{slug}/card.png                                                 200 200 200 200 200
GET  /incidents/{slug}/revisions                                                200 200 200 200 200
GET  /incidents/{slug}/revisions/{n}                                            200 200 200 200 200
GET  /corrections                                                               200 200 200 200 200
GET  /privacy                                                                   200 200 200 200 200
GET  /accessibility                                                             200 200 200 200 200
GET  /method                                                                    200 200 200 200 200
GET  /live                                                                      200 200 200 200 200
GET  /sign-up                                                                   200 303 303 303 303
POST /sign-up                                                                   422 422 422 422 422
GET  /sign-in                                                                   200 303 303 303 303
POST /sign-in                                                                   422 422 422 422 422
GET  /account                                                                   303 200 200 200 200
POST /account/sessions                                                          303 303 303 303 303
POST /account/password                                                          303 422 422 422 422
POST /account/webhooks                                                          303 422 422 422 422
GET  /account/data.json                                                         303 200 200 200 200
POST /account/delete                                                            303 422 422 422 422
GET  /reset                                                                     200 200 200 200 200
POST /reset                                                                     422 422 422 422 422
POST /sign-in/passkey                                                           422 422 422 422 422
POST /sign-in/passkey/question                                                  404 404 404 404 404
POST /code                                                                      404 404 404 404 404
GET  /code/{ticket}                                                             200 200 200 200 200
GET  /first/{ticket}                                                            404 404 404 404 404
POST /first/{ticket}                                                            404 404 404 404 404
GET  /held/{ticket}                                                             303 404 404 404 404
POST /account/name                                                              303 422 422 422 422
POST /account/address                                                           303 422 422 422 422
GET  /account/second                                                            303 200 200 200 200
POST /account/second                                                            303 422 422 422 422
POST /account/factors                                                           303 422 422 422 422
POST /account/passkeys                                                          303 422 422 422 422
POST /account/passkeys/question                                                 303 422 422 422 422
POST /visits                                                                    303 303 303 303 303
POST /prefs/theme                                                               422 422 422 422 422
GET  /sign-in/passkey                                                           303 303 303 303 303
GET  /code                                                                      303 303 303 303 303
GET  /account/sessions                                                          303 303 303 303 303
GET  /account/password                                                          303 303 303 303 303
GET  /account/name                                                              303 303 303 303 303
GET  /account/address                                                           303 303 303 303 303
GET  /account/factors                                                           303 303 303 303 303
GET  /account/passkeys                                                          303 303 303 303 303
GET  /account/webhooks                                                          303 303 303 303 303
GET  /account/delete                                                            303 303 303 303 303
GET  /admin                                                                     303 403 200 200 200
GET  /admin/queue                                                               303 403 200 200 200
POST /admin/queue                                                               303 403 422 422 422
GET  /admin/incidents/{id}                                                      303 403 200 200 200
POST /admin/incidents/{id}                                                      303 403 422 422 422
GET  /admin/queue/decisions                                                     303 403 303 303 303
POST /admin/queue/decisions                                                     303 403 403 422 422
GET  /admin/incidents/{id}/conflict                                             303 403 303 303 303
POST /admin/incidents/{id}/conflict                                             303 403 303 303 303
GET  /admin/incidents/{id}/revisions                                            303 403 303 303 303
POST /admin/incidents/{id}/revisions                                            303 403 403 422 422
GET  /admin/incidents/{id}/revisions/{n}                                        303 403 200 200 200
GET  /admin/incidents/{id}/decisions                                            303 403 303 303 303
POST /admin/incidents/{id}/decisions                                            303 403 403 422 422
GET  /admin/settings                                                            303 403 403 403 200
POST /admin/incidents/{id}/draft                                                303 403 422 422 422
GET  /admin/incidents/{id}/preview                                              303 403 200 200 200
POST /admin/incidents/{id}/preview                                              303 403 200 200 200
GET  /admin/sources                                                             303 403 403 200 200
POST /admin/sources                                                             303 403 403 422 422
GET  /admin/sources.opml                                                        303 403 403 200 200
GET  /admin/sources/{id}                                                        303 403 403 200 200
POST /admin/sources/{id}                                                        303 403 403 422 422
GET  /admin/accounts                                                            303 403 403 403 200
POST /admin/accounts                                                            303 403 403 403 422
GET  /admin/audit.csv                                                           303 403 403 200 200
GET  /admin/jobs                                                                303 403 403 200 200
POST /admin/jobs                                                                303 403 403 404 404
GET  /admin/audit                                                               303 403 403 200 200
GET  /static/{file:.*}                                                          200 200 200 200 200
GET  /robots.txt                                                                200 200 200 200 200
GET  /sitemap.xml                                                               200 200 200 200 200
GET  /sitemap-news.xml                                                          200 200 200 200 200
GET  /sitemap-{n}.xml                                                           200 200 200 200 200
GET  /health/live                                                               200 200 200 200 200
GET  /metrics                                                                   200 200 200 200 200
GET  /health/ready                                                              200 200 200 200 200
POST /sign-out                                                                  303 303 303 303 303
";

/// The day of a briefing that is composed at noon.
const TODAY: &str = "2022-03-20";

/// An address of the list as it is in this world.
async fn real(world: &World, address: &str) -> String {
    let slug = world.path_of("refinery").await.trim_start_matches("/incidents/").to_string();
    let incident = world.desk_path_of("refinery").await;
    let source = intelrift::store::source::list(&world.app.db).await.unwrap()[0].id;
    let address = match address {
        _ if address.starts_with("/{noun") => address
            .replace("{noun:categories|countries|regions|topics|entities|sources}", "countries")
            .replace("{noun:categories|countries|regions|topics}", "countries")
            .replace("{slug}", "NG"),
        _ if address.starts_with("/entities/") => address.replace("{slug}", "lagos"),
        _ if address.starts_with("/sources/") => address.replace("{slug}", "wire"),
        _ if address.starts_with("/admin/incidents/{id}") => address.replace("/admin/incidents/{id}", &incident).replace("{n}", "1"),
        _ if address.starts_with("/admin/sources/{id}") => address.replace("{id}", &source.to_string()),
        _ if address.starts_with("/static/") => world.front.assets.address("portal.css"),
        "/sitemap-{n}.xml" => "/sitemap-0.xml".into(),
        other => other.replace("{n}", "1").replace("{ticket}", &"0".repeat(32)),
    };
    address.replace("{slug}", &slug).replace("{format}", "atom").replace("{day}", TODAY)
}

async fn asks(world: &World, visitor: &Visitor, method: &str, address: &str) -> u16 {
    let url = format!("{}{address}", world.address);
    if method == "GET" {
        // the stream never ends, so only its beginning is read
        return visitor.raw().get(url).send().await.unwrap().status().as_u16();
    }
    let request = visitor.raw().post(url).header("Sec-Fetch-Site", "same-origin").header("Content-Type", "application/x-www-form-urlencoded");
    let body = format!("email=&password=&form_token={}", visitor.token().await);
    request.body(body).send().await.unwrap().status().as_u16()
}

story!(a6_every_address_answers_each_role_as_the_table_says, |world| {
    world.published_fire().await;
    desk::briefing::compose(&world.app, world.app.clock.now()).await.unwrap();
    let mut wrong = vec![];
    let rows: Vec<Vec<&str>> = TABLE.lines().map(|line| line.split_whitespace().collect::<Vec<_>>()).filter(|row| row.len() == 7).collect();
    for (column, role) in [(2, None), (3, Some(Role::Reader)), (4, Some(Role::Contributor)), (5, Some(Role::Editor)), (6, Some(Role::Admin))] {
        let visitor = match role {
            None => world.anybody(),
            Some(role) => world.signed_in(role).await,
        };
        for row in &rows {
            // tries are counted by the hour, and none of these is the right password
            world.forward(std::time::Duration::from_secs(61));
            let found = asks(world, &visitor, row[0], &real(world, row[1]).await).await;
            if found.to_string() != row[column] {
                wrong.push(format!("{} {} answers {found} to {}, not {}", row[0], row[1], role.map_or("anybody", Role::word), row[column]));
            }
        }
    }
    world.work().await;
    assert!(wrong.is_empty(), "{wrong:#?}");
});

#[test]
fn a6_the_table_has_every_address_of_the_list() {
    let list = std::fs::read_to_string("src/web/mod.rs").unwrap();
    let mut found = 0;
    for address in list.split("resource(\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        let route = list.split(&format!("resource(\"{address}\")")).nth(1).unwrap().split(".service(").next().unwrap();
        for (method, signs) in [("GET", ["read()", "back_to("]), ("POST", ["post()"; 2])] {
            if signs.iter().any(|sign| route.contains(sign)) {
                found += 1;
                let is_there = TABLE.lines().any(|line| line.split_whitespace().take(2).eq([method, address]));
                assert!(is_there, "{method} {address} is not in the table");
            }
        }
    }
    assert_eq!(found, TABLE.lines().filter(|line| !line.is_empty()).count(), "the table has an address that there is not");
}

/// Where a premium word may stand: each channel, and whether a member sees it there. Nobody else ever does.
const CHANNELS: &[(&str, bool)] = &[
    ("{incident}", true),
    ("{incident}/revisions", false),
    ("{incident}/revisions/2", false),
    ("{incident}/card.png", false),
    ("/", false),
    ("/incidents", false),
    ("/map?t=all", false),
    ("/incidents.geojson?t=all", false),
    ("/search?q=zyzzyva", false),
    ("/search?q=refinery", false),
    ("/entities/lagos", false),
    ("/countries/NG", false),
    ("/sources/wire", false),
    ("/corrections", false),
    ("/feed.atom", false),
    ("/feed.rss", false),
    ("/feed.json", false),
    ("/countries/NG/feed.json", false),
    ("/sitemap.xml", false),
    ("/sitemap-news.xml", false),
    ("/account/data.json", false),
    ("/briefings", false),
    ("/briefings/2022-03-20", true),
    ("/briefings/2022-03-20.txt", true),
    ("/briefings/feed.atom", false),
    ("/briefings/feed.rss", false),
    ("/briefings/feed.json", false),
];

/// Writes the word `zyzzyva` into the texts of the premium panels in an editor's form, and says how many those are.
pub fn plant(form: &mut [(String, String)]) -> usize {
    let is_premium = |name: &str| {
        (name.starts_with(['j', 's', 't', 'm']))
            && ["text", "what", "note"].iter().any(|end| name.ends_with(end))
            && name.chars().any(|c| c.is_ascii_digit())
    };
    let mut planted = 0;
    for (name, value) in form.iter_mut().filter(|(name, _)| is_premium(name)) {
        *value = format!("zyzzyva {name} [1]");
        planted += 1;
    }
    planted
}

story!(a_premium_word_is_in_no_channel_where_it_does_not_belong, |world| {
    world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    let editor = world.editor().await;
    let mut form = changed(&fields_of(&editor.get(&desk).await.body), "do", "publish");
    let planted = plant(&mut form);
    assert!(planted > 4, "{planted} words were planted");
    editor.post(&desk, &pairs(&form)).await.is(303);
    desk::briefing::compose(&world.app, world.app.clock.now()).await.unwrap();
    let incident = world.path_of("refinery").await;
    let reader = world.reader().await;
    for (channel, for_members) in CHANNELS {
        let path = channel.replace("{incident}", &incident);
        let anonymous = world.anybody().raw().get(format!("{}{path}", world.address)).send().await.unwrap().bytes().await.unwrap();
        let member = reader.raw().get(format!("{}{path}", world.address)).send().await.unwrap().bytes().await.unwrap();
        // the word that was asked for stands in the search's own form
        let has = |body: &[u8]| String::from_utf8_lossy(body).contains("zyzzyva j") || String::from_utf8_lossy(body).contains("zyzzyva t");
        assert!(!has(&anonymous), "{path} shows an anonymous reader what is premium");
        assert_eq!(has(&member), *for_members, "{path} for a member");
    }
    assert!(!pushed(world).await.contains("zyzzyva"), "a letter or the live stream holds what is premium");
});

/// All that was sent without being asked for: letters, and the live stream since the beginning.
async fn pushed(world: &World) -> String {
    world.app.mail.settle().await;
    let mut text: String = world.postbox.letters().iter().map(|letter| format!("{} {}", letter.subject, letter.text)).collect();
    let mut stream = world.anybody().raw().get(format!("{}/live", world.address)).header("Last-Event-ID", "1").send().await.unwrap();
    while !text.contains("event: fresh") {
        let chunk = tokio::time::timeout(std::time::Duration::from_secs(5), stream.chunk()).await.expect("the stream tells what was missed");
        text += &String::from_utf8_lossy(&chunk.unwrap().unwrap());
    }
    text
}

story!(what_is_marked_tlp_green_needs_an_account_in_every_channel, |world| {
    let incident = world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    let (editor, reader) = (world.editor().await, world.reader().await);
    editor.post(&desk, &[("do", "mark"), ("tlp", "green")]).await.is(303);
    // at once, before any page is written anew
    world.anybody().get(&incident).await.is(303).lacks("refinery kills");
    world.work().await;
    // a new title that stands in its new address, and a correction
    let form = changed(&fields_of(&editor.get(&desk).await.body), "title", "Qyzzy refinery plot");
    let form = changed(&changed(&form, "correction", "Qyzzy was wrong."), "do", "publish");
    editor.post(&desk, &pairs(&form)).await.is(303);
    world.work().await;
    // its old address and its new one: to the door, and not by the title
    let at = reader.get("/").await.has("TLP:GREEN").body.clone();
    let new = at.split('"').find(|link| link.starts_with("/incidents/qyzzy")).expect("the desk of somebody with an account links to it").to_string();
    let gone = world.anybody().get(&incident).await;
    gone.is(303);
    assert!(!gone.header("location").contains("qyzzy"), "{}", gone.header("location"));
    for (channel, _) in CHANNELS {
        let path = channel.replace("{incident}", &new);
        let answer = world.anybody().raw().get(format!("{}{path}", world.address)).send().await.unwrap();
        let asked_for_it = path.contains("qyzzy");
        let body = String::from_utf8_lossy(&answer.bytes().await.unwrap()).replace("qyzzy", if asked_for_it { "" } else { "qyzzy" });
        // an outlet's own headline is public; our words about it and its address here are not
        assert!(!body.to_lowercase().contains("qyzzy"), "{path} shows an anonymous reader what is marked TLP:GREEN");
    }
    assert!(!pushed(world).await.to_lowercase().contains("qyzzy"), "a letter or the live stream holds what is marked TLP:GREEN");
    for path in [&new, &format!("{new}/revisions"), &format!("{new}/revisions/2")] {
        reader.get(path).await.is(200).has("Qyzzy refinery plot");
        world.anybody().get(path).await.is(303).lacks("Qyzzy");
    }
    reader.get(&new).await.has("TLP:GREEN").has("Qyzzy was wrong.");
    // what a shared cache keeps of a member's way there is nothing
    let moved = reader.raw().get(format!("{}{incident}", world.address)).send().await.unwrap();
    assert_eq!((moved.status().as_u16(), &moved.headers()["cache-control"]), (301, &"private, no-cache".parse().unwrap()));
    reader.get(&incident).await.is(301);
    // more articles come, and it stays where it is
    world.publishes("Wire", "Fire at oil refinery in Lagos kills three, inquiry begins", "", 1);
    world.forward(std::time::Duration::from_secs(700));
    world.work().await;
    world.anybody().get("/incidents").await.lacks("Qyzzy").lacks("refinery");
    // back to everybody
    editor.post(&desk, &[("do", "mark"), ("tlp", "clear")]).await.is(303);
    world.work().await;
    world.anybody().get(&new).await.is(200).has("Qyzzy refinery plot").lacks("TLP:");
    // and what was for accounts is retracted without its title in the public list
    editor.post(&desk, &[("do", "mark"), ("tlp", "green")]).await.is(303);
    // taken back, it is still for members to know why
    let form = changed(&fields_of(&editor.get(&desk).await.body), "do", "retract");
    editor.post(&desk, &pairs(&changed(&form, "reason", &"Qyzzy ".repeat(100)))).await.is(422).has("at most 500 characters");
    editor.post(&desk, &pairs(&changed(&form, "reason", "Qyzzy was a drill."))).await.is(303);
    for path in [&incident, &new, &format!("{new}/revisions"), &format!("{new}/card.png")] {
        let answer = world.anybody().get(path).await;
        answer.is(303).lacks("drill");
        assert!(path.contains("qyzzy") || !answer.header("location").contains("qyzzy"), "{path} leads to {}", answer.header("location"));
    }
    reader.get(&new).await.is(410).has("Qyzzy was a drill.");
    world.work().await;
    world.anybody().get("/corrections").await.lacks("Qyzzy");
});

story!(what_is_marked_above_tlp_green_cannot_be_published, |world| {
    world.source("Wire").await;
    world.publishes("Wire", "Fire at oil refinery in Lagos kills three", "", 10);
    world.work().await;
    let desk = world.desk_path_of("refinery").await;
    let editor = world.editor().await;
    editor.post(&desk, &[("do", "mark"), ("tlp", "purple")]).await.is(422).has("Choose one of the marks");
    for (mark, label) in [("amber", "TLP:AMBER"), ("amber_strict", "TLP:AMBER+STRICT"), ("red", "TLP:RED")] {
        editor.post(&desk, &[("do", "mark"), ("tlp", mark)]).await.is(303);
        let form = changed(&fields_of(&editor.get(&desk).await.body), "do", "publish");
        editor.post(&desk, &pairs(&form)).await.is(422).has(&format!("{label} does not leave the desk"));
        let later = changed(&changed(&form, "when", "2022-03-21T08:00"), "do", "schedule");
        editor.post(&desk, &pairs(&later)).await.is(422).has("does not leave the desk");
    }
    // nor does the automatic policy publish it, with as many outlets as it asks for
    world.source("Gazette").await;
    world.publishes("Gazette", "Three dead in fire at Lagos oil refinery", "", 5);
    world.work().await;
    world.anybody().get("/incidents").await.lacks("refinery");
    editor.post(&desk, &[("do", "mark"), ("tlp", "green")]).await.is(303);
    let form = changed(&fields_of(&editor.get(&desk).await.body), "do", "publish");
    editor.post(&desk, &pairs(&form)).await.is(303);
    world.anybody().get("/incidents").await.lacks("refinery");
    world.reader().await.get("/").await.has("refinery");
    // what readers see is retracted before it is marked higher
    editor.post(&desk, &[("do", "mark"), ("tlp", "red")]).await.is(422).has("retract it before it is marked TLP:RED");
    world.work().await;
});
