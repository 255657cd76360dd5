//! docs/security.md, C5: an account's own program is told of what is published.

use crate::roles::plant;
use crate::world::receiver::{Got, Receiver};
use crate::world::{Engine, PASSWORD, Visitor, World, changed, fields_of, pairs};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use intelrift::config::Config;
use intelrift::model::job::Work;
use intelrift::model::viewer::Role;
use intelrift::{account, store};
use std::time::Duration;

struct Told {
    world: World,
    receiver: Receiver,
    owner: Visitor,
}

/// Runs a story on both engines, in a world whose settings allow a receiver on loopback.
macro_rules! told {
    ($name:ident, |$told:ident| $body:block) => {
        mod $name {
            use super::*;
            async fn tell($told: &mut Told) $body
            #[actix_web::test]
            async fn on_sqlite() {
                run(Engine::Sqlite).await;
            }
            #[actix_web::test]
            #[ignore = "needs PostgreSQL: TEST_POSTGRES=postgres://…"]
            async fn on_postgres() {
                run(Engine::Postgres).await;
            }
            async fn run(engine: Engine) {
                let mut told = Told::on(engine).await;
                tell(&mut told).await;
                told.receiver.close().await;
                told.world.end().await;
            }
        }
    };
}

impl Told {
    async fn on(engine: Engine) -> Self {
        let receiver = Receiver::open();
        let own = receiver.address.clone();
        let world = World::with(engine, |mut config: Config| {
            config.webhook_allow = vec![own];
            config
        });
        let world = world.await;
        world.account("ada@example.org", Role::Reader).await;
        let owner = world.anybody();
        owner.post("/sign-in", &[("email", "ada@example.org"), ("password", PASSWORD)]).await.is(303);
        Self { world, receiver, owner }
    }

    /// Adds the receiver from a severity on, and says its secret.
    async fn added(&self, floor: &str) -> Vec<u8> {
        let address = format!("http://{}/hook", self.receiver.address);
        let page = self.owner.post("/account/webhooks", &[("webhook", &address), ("floor", floor)]).await;
        page.is(200).has("It is shown only now");
        let secret = page.body.split("whsec_").nth(1).unwrap().split('<').next().unwrap();
        STANDARD.decode(secret).unwrap()
    }

    /// Ten seconds on, the clock looks for what is to be told, and it is told.
    async fn hears(&self) -> Vec<Got> {
        self.world.forward(Duration::from_secs(11));
        account::webhook::enqueue_due(&self.world.app).await.unwrap();
        self.world.work().await;
        self.receiver.take()
    }
}

fn json(got: &Got) -> serde_json::Value {
    serde_json::from_str(&got.body).unwrap()
}

told!(c5_a_new_edition_is_told_once_signed_and_without_premium_data, |told| {
    told.owner.get("/account").await.has("Webhooks");
    let secret = told.added("info").await;
    let page = told.world.published_fire().await;
    let got = told.hears().await;
    assert_eq!(got.len(), 1, "{got:?}");
    let message = json(&got[0]);
    assert_eq!(message["type"], "incident.published");
    assert!(message["data"]["address"].as_str().unwrap().ends_with(&page), "{message}");
    assert_eq!(message["data"]["country"], "NG");
    assert_eq!(message["data"]["articles"], 2);
    // as the other side checks it
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&secret).unwrap();
    mac.update(format!("{}.{}.{}", got[0].id, got[0].timestamp, got[0].body).as_bytes());
    assert_eq!(got[0].signature, format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())));
    assert!(told.hears().await.is_empty(), "once is enough");
    told.owner.get("/account").await.has("Last delivered").lacks("whsec_");

    // a correction says what was corrected
    let desk = told.world.desk_path_of("refinery").await;
    let editor = told.world.editor().await;
    let form = changed(&fields_of(&editor.get(&desk).await.body), "title", "Fire at Lagos oil refinery kills four");
    let mut form = changed(&changed(&form, "do", "publish"), "correction", "An earlier edition said that three had died.");
    assert!(plant(&mut form) > 4);
    editor.post(&desk, &pairs(&form)).await.is(303);
    let got = told.hears().await;
    assert_eq!(json(&got[0])["type"], "incident.corrected");
    assert_eq!(json(&got[0])["data"]["correction"], "An earlier edition said that three had died.");
    assert!(got.len() == 1 && !got[0].body.contains("zyzzyva"), "no word of a premium panel: {got:?}");
    // what is marked for accounts alone leaves the portal by no message
    editor.post(&desk, &[("do", "mark"), ("tlp", "green")]).await.is(303);
    assert!(told.hears().await.is_empty());
    // who has told it on hears that it was taken back, and not why
    editor.post(&desk, &[("do", "retract"), ("reason", "A word for members")]).await.is(303);
    let got = told.hears().await;
    assert_eq!((got.len(), json(&got[0])["type"].as_str()), (1, Some("incident.retracted")), "{got:?}");
    assert!(json(&got[0])["data"]["reason"].is_null() && json(&got[0])["data"]["incident"] == 1);
    assert!(told.hears().await.is_empty());
});

told!(c5_the_first_message_is_the_publication_and_no_correction_is_missed, |told| {
    told.added("info").await;
    told.world.published_fire().await;
    let desk = told.world.desk_path_of("refinery").await;
    let editor = told.world.editor().await;
    let publish = async |title: &str, correction: &str| {
        let form = changed(&fields_of(&editor.get(&desk).await.body), "title", title);
        let form = changed(&changed(&form, "do", "publish"), "correction", correction);
        editor.post(&desk, &pairs(&form)).await.is(303);
    };
    publish("Fire at Lagos oil refinery kills four", "").await;
    let got = told.hears().await;
    assert_eq!(got.len(), 1, "{got:?}");
    assert_eq!((json(&got[0])["type"].as_str(), json(&got[0])["data"]["revision"].as_i64()), (Some("incident.published"), Some(2)));
    publish("Fire at Lagos oil refinery kills five", "It was five.").await;
    publish("Fire at Lagos oil refinery kills five men", "").await;
    let got = told.hears().await;
    assert_eq!((got.len(), json(&got[0])["type"].as_str()), (1, Some("incident.corrected")), "{got:?}");
    assert_eq!(json(&got[0])["data"]["corrections"], serde_json::json!(["It was five."]));
    editor.post(&desk, &[("do", "retract"), ("reason", "There was no fire")]).await.is(303);
    let got = told.hears().await;
    assert_eq!(json(&got[0])["data"]["reason"], "There was no fire", "{got:?}");
});

told!(c5_what_becomes_public_is_told_then, |told| {
    told.added("info").await;
    told.world.two_outlets().await;
    told.world.publishes("Wire", "Earthquake shakes Chile and injures dozens", "Rescue teams reached Valparaiso, Chile, at night.", 60);
    told.world.work().await;
    let desk = told.world.desk_path_of("Chile").await;
    let editor = told.world.editor().await;
    editor.post(&desk, &[("do", "mark"), ("tlp", "green")]).await.is(303);
    let form = changed(&fields_of(&editor.get(&desk).await.body), "do", "publish");
    editor.post(&desk, &pairs(&form)).await.is(303);
    assert!(told.hears().await.is_empty());
    editor.post(&desk, &[("do", "mark"), ("tlp", "clear")]).await.is(303);
    let got = told.hears().await;
    assert_eq!((got.len(), json(&got[0])["type"].as_str()), (1, Some("incident.published")), "{got:?}");
    assert!(told.hears().await.is_empty());
});

told!(c5_a_program_that_fails_is_asked_again_and_off_after_an_hour, |told| {
    told.added("info").await;
    told.receiver.answers(500, None);
    told.world.published_fire().await;
    let first = told.hears().await;
    assert_eq!(first.len(), 1);
    told.owner.get("/account").await.has("Failing, 1 time in a row").has("it answered 500");
    // asked for once more while it failed, as the clock does: not before five seconds have passed
    let app = &told.world.app;
    let id = store::webhook::list_of(&app.db, told.world.id_of("ada@example.org").await).await.unwrap()[0].id;
    let mut tx = app.db.begin().await.unwrap();
    store::job::add(&mut tx, Work::Tell { webhook: id }, app.clock.now(), app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    told.world.work().await;
    assert!(told.receiver.take().is_empty());
    let second = told.hears().await;
    assert_eq!(second[0].id, first[0].id, "the same message has the same id");
    // who asks for patience gets it, and a redirect is not followed
    told.receiver.answers(503, Some(1_200));
    told.world.forward(Duration::from_secs(20));
    assert_eq!(told.hears().await.len(), 1);
    told.world.forward(Duration::from_secs(1_100));
    assert!(told.hears().await.is_empty());
    told.receiver.answers(302, None);
    told.world.forward(Duration::from_secs(120));
    assert_eq!(told.hears().await.len(), 1);
    let mut tries = 4;
    for _ in 0..20 {
        told.world.forward(Duration::from_secs(600));
        tries += told.hears().await.len();
    }
    assert_eq!(tries, 10, "ten failures in more than an hour are enough");
    told.owner.get("/account").await.has("Off since");
    let letter = told.world.letter("ada@example.org").await.text;
    assert!(letter.contains("Your webhook took no message any more") && letter.contains(&told.receiver.address), "{letter}");
    // a test that arrives turns it on again, from then on
    let id = store::webhook::list_of(&told.world.app.db, told.world.id_of("ada@example.org").await).await.unwrap()[0].id.to_string();
    told.owner.post("/account/webhooks", &[("try", &id)]).await.is(422).has("The test did not arrive");
    told.receiver.answers(200, None);
    told.owner.post("/account/webhooks", &[("try", &id)]).await.is(303);
    assert_eq!(json(told.receiver.take().last().unwrap())["type"], "test");
    assert!(told.hears().await.is_empty(), "what was published meanwhile is not sent again");
    told.owner.get("/account").await.lacks("Off since").has("Last delivered");
    // one that wants no more gets no more
    told.receiver.answers(410, None);
    told.world.publishes("Wire", "Earthquake shakes Chile and injures dozens", "Rescue teams reached Valparaiso, Chile, at night.", 10);
    told.world.publishes("Gazette", "Dozens injured as earthquake shakes Chile", "", 5);
    told.world.forward(Duration::from_secs(4_000));
    told.world.work().await;
    assert_eq!(told.hears().await.len(), 1);
    told.owner.get("/account").await.has("wants no more messages");
});

told!(c5_webhooks_are_their_owners_and_go_to_public_https_addresses_alone, |told| {
    for bad in ["http://hooks.example.org/x", "https://localhost/x", "https://169.254.169.254/latest", "https://a:b@hooks.example.org/", "no address"]
    {
        told.owner.post("/account/webhooks", &[("webhook", bad), ("floor", "info")]).await.is(422).has("webhook-e").has(&format!("value=\"{bad}\""));
    }
    told.added("critical").await;
    let address = format!("http://{}/hook", told.receiver.address);
    told.owner.post("/account/webhooks", &[("webhook", &address), ("floor", "info")]).await.is(422).has("You have this one already");
    told.world.published_fire().await;
    assert!(told.hears().await.is_empty(), "the fire is not critical");
    let id = store::webhook::list_of(&told.world.app.db, told.world.id_of("ada@example.org").await).await.unwrap()[0].id.to_string();
    let stranger = told.world.reader().await;
    for act in ["try", "remove"] {
        stranger.post("/account/webhooks", &[(act, &id)]).await.is(404);
    }
    told.owner.get("/account/data.json").await.has(&address).lacks("salt");
    for n in 0..4 {
        told.owner.post("/account/webhooks", &[("webhook", &format!("https://hooks{n}.example.org/")), ("floor", "high")]).await.is(200);
    }
    told.owner.post("/account/webhooks", &[("webhook", "https://hooks9.example.org/"), ("floor", "high")]).await.is(422).has("5 webhooks at most");
    told.owner.post("/account/webhooks", &[("remove", &id)]).await.is(303);
    told.owner.get("/account").await.lacks(&address);
});

told!(c5_a_program_that_asks_something_hears_of_what_answers_it, |told| {
    let (owner, address) = (&told.owner, format!("http://{}/hook", told.receiver.address));
    for (odd, why) in [
        ("country:XX", "no country has this code"),
        ("severity>=9", "a severity is 0 to 5"),
        ("-", "Say what to look for"),
        ("fire severity<3", "nothing is both"),
    ] {
        let again = owner.post("/account/webhooks", &[("webhook", &address), ("floor", "high"), ("query", odd)]).await;
        again.is(422).has("value=\"high\" selected").has(why).has(&format!("value=\"{}\"", odd.replace('>', "&#62;").replace('<', "&#60;")));
    }
    owner.post("/account/webhooks", &[("webhook", &address), ("floor", "info"), ("query", "earthquake country:CL")]).await.is(200);
    owner.get("/account").await.has("<span class=\"meta\">earthquake country:CL</span>");
    owner.get("/account/data.json").await.has("\"question\":\"earthquake country:CL\"");
    told.world.published_fire_and_quake().await;
    let got = told.hears().await;
    assert_eq!(got.len(), 1, "{got:?}");
    assert!(got[0].body.contains("earthquake"), "{}", got[0].body);
    // what it was told of stays its business, whatever it is called by then
    let desk = told.world.desk_path_of("quake").await;
    let editor = told.world.editor().await;
    let form = changed(&fields_of(&editor.get(&desk).await.body), "title", "Tremor shakes Chile and injures dozens");
    editor.post(&desk, &pairs(&changed(&changed(&form, "do", "publish"), "correction", "It was a tremor."))).await.is(303);
    assert_eq!(json(&told.hears().await[0])["type"], "incident.corrected");
});

told!(d6_a_webhook_that_was_added_by_a_clock_that_was_ahead_is_told, |told| {
    told.world.forward(Duration::from_secs(30 * 86_400));
    told.owner = told.world.anybody();
    told.owner.post("/sign-in", &[("email", "ada@example.org"), ("password", PASSWORD)]).await.is(303);
    told.added("info").await;
    told.world.app.clock.back(Duration::from_secs(30 * 86_400));
    told.world.published_fire().await;
    assert_eq!(told.hears().await.len(), 1);
    assert!(told.hears().await.is_empty(), "once is enough");
});

told!(c5_what_waits_behind_a_failure_is_told_after_it_in_its_order, |told| {
    told.added("info").await;
    told.receiver.answers(500, None);
    told.world.published_fire_and_quake().await;
    let got = told.hears().await;
    assert_eq!(got.iter().map(|message| json(message)["data"]["incident"].as_i64()).collect::<Vec<_>>(), [Some(1)], "the second waits");
    told.receiver.answers(204, None);
    told.world.forward(Duration::from_secs(60));
    let got = told.hears().await;
    assert_eq!(got.iter().map(|message| json(message)["data"]["incident"].as_i64()).collect::<Vec<_>>(), [Some(1), Some(2)]);
    assert!(told.hears().await.is_empty());
});
