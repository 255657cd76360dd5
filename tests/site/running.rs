//! A portal that runs by itself: the clock, the lanes of work, and what limits, cookies and files do without anybody looking.

use crate::story;
use crate::world::receiver::Receiver;
use crate::world::{Engine, PASSWORD, Served, World};
use intelrift::account::{Hasher, Lane};
use intelrift::clock::{HOUR, MINUTE};
use intelrift::config::Config;
use intelrift::model::factor::FactorKind;
use intelrift::model::viewer::Role;
use intelrift::store;
use std::time::{Duration, Instant};

const ADA: &str = "ada@example.org";

/// Signed in as Ada.
async fn ada(world: &World) -> crate::world::Visitor {
    let visitor = world.anybody();
    visitor.post("/sign-in", &[("email", ADA), ("password", PASSWORD)]).await.is(303);
    visitor
}

#[actix_web::test]
async fn without_anybody_calling_it_webhooks_watches_and_the_briefing_go_out() {
    for engine in [Engine::Sqlite] {
        let receiver = Receiver::open();
        let own = receiver.address.clone();
        let mut world = World::with(engine, |config| Config { webhook_allow: vec![own], ..config }).await;
        world.account(ADA, Role::Reader).await;
        let owner = ada(&world).await;
        owner.post("/account/webhooks", &[("webhook", &format!("http://{}/hook", receiver.address)), ("floor", "info")]).await.is(200);
        owner.post("/account/watches", &[("query", "refinery"), ("pace", "now"), ("by_mail", "on")]).await.is(303);
        owner.post("/account/briefing", &[("mail", "on")]).await.is(303);
        world.published_fire().await;
        // the next morning, after six
        world.forward(HOUR * 18 + MINUTE * 2);
        let (stop, stopping) = tokio::sync::watch::channel(false);
        let worker = world.worker.clone();
        let work = tokio::spawn(async move { worker.run(stopping).await });
        let (began, mut told) = (Instant::now(), vec![]);
        while told.is_empty() || world.postbox.letters().len() < 2 {
            assert!(began.elapsed() < Duration::from_secs(60), "{} told, {} letters", told.len(), world.postbox.letters().len());
            told.extend(receiver.take());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        world.anybody().get("/health/ready").await.is(200).has("\"ready\"");
        stop.send_replace(true);
        work.await.unwrap();
        let subjects: Vec<String> = world.postbox.letters().into_iter().map(|letter| letter.subject).collect();
        assert!(subjects.iter().any(|subject| subject.contains("briefing of")), "{subjects:?}");
        assert!(subjects.iter().any(|subject| subject.contains("refinery")), "{subjects:?}");
        world.work().await;
        receiver.close().await;
        world.end().await;
    }
}

#[actix_web::test]
async fn a5_behind_tls_every_cookie_is_the_hosts_own_and_secure() {
    let world = World::with(Engine::Sqlite, |config| Config { tls: true, ..config }).await;
    world.account(ADA, Role::Reader).await;
    let answer = world.anybody().post("/sign-in", &[("email", ADA), ("password", PASSWORD)]).await;
    answer.is(303);
    for name in ["__Host-session", "__Host-device"] {
        let cookie = answer.cookie(name);
        for part in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(part), "{part} is missing in {name}: {cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
    }
    assert!(world.anybody().get("/").await.header("strict-transport-security").starts_with("max-age="));
    world.end().await;
}

#[actix_web::test]
async fn a4_one_household_cannot_try_many_accounts_and_one_address_gets_no_flood_of_letters() {
    let world = World::with(Engine::Sqlite, |config| Config { trusted_proxies: vec!["127.0.0.1".into()], ..config }).await;
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let post = async |path: &str, from: String, form: Vec<(&str, String)>| {
        let body =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form.iter().map(|(name, value)| (*name, value.as_str()))).finish();
        let request = client.post(format!("{}{path}", world.address)).header("X-Forwarded-For", from);
        request.header("Content-Type", "application/x-www-form-urlencoded").body(body).send().await.unwrap().status().as_u16()
    };
    // every address of the network is of one household
    let mut refused = None;
    for n in 0..70u32 {
        let form = vec![("email", format!("account{n}@example.org")), ("password", "not the password at all".to_string())];
        if post("/sign-in", format!("2001:db8:1:2::{n:x}"), form).await == 429 {
            refused = Some(n);
            break;
        }
    }
    assert_eq!(refused, Some(60));
    let other = vec![("email", "account1@example.org".to_string()), ("password", "not the password at all".to_string())];
    assert_eq!(post("/sign-in", "2001:db8:1:3::1".into(), other).await, 422, "the neighbours are not meant");
    // whoever asks for letters to one address
    let answers: Vec<u16> = {
        let mut answers = vec![];
        for n in 0..22 {
            answers.push(post("/reset", format!("203.0.113.{n}"), vec![("email", ADA.to_string())]).await);
        }
        answers
    };
    assert_eq!((answers.iter().filter(|status| **status == 303).count(), answers[21]), (20, 429), "{answers:?}");
    world.end().await;
}

#[actix_web::test]
async fn a1_a_password_is_hashed_anew_at_sign_in_when_the_setting_rose() {
    let world = World::with(Engine::Sqlite, |config| Config { password_memory_kib: 20_480, ..config }).await;
    world.account(ADA, Role::Reader).await;
    let id = world.id_of(ADA).await;
    let old = Hasher::start(19_456).unwrap().hash(&Lane::of("test"), PASSWORD.into()).await.unwrap();
    store::account::set_password(&world.app.db, id, &old).await.unwrap();
    ada(&world).await;
    let now = store::account::find(&world.app.db, id).await.unwrap().unwrap().password;
    assert!(old.contains("m=19456") && now.contains("m=20480"), "{now}");
    ada(&world).await;
    world.end().await;
}

story!(c4_before_somebody_signs_in_a_form_has_64_kilobytes, |world| {
    let large = "x".repeat(70_000);
    for path in ["/sign-in", "/reset", "/sign-up"] {
        world.anybody().post(path, &[("email", &large)]).await.is(413);
    }
    world.anybody().post("/sign-in", &[("email", &large[..60_000])]).await.is(422);
});

story!(a_code_comes_although_the_mail_server_said_come_again, |world| {
    let visitor = world.anybody();
    world.signs_up(&visitor, "grey@example.org").await.is(303);
    visitor.get("/account").await.is(200).has("grey@example.org");
});

story!(the_owner_hears_by_mail_of_every_change_of_how_to_sign_in, |world| {
    let visitor = world.anybody();
    world.signs_up(&visitor, ADA).await.is(303);
    visitor.post("/account/password", &[("old_password", PASSWORD), ("password", "six other unrelated words here")]).await.is(303);
    let letter = world.letter(ADA).await;
    assert_eq!(letter.subject, "Your password was changed");
    assert!(letter.text.contains("If that was not you"), "{}", letter.text);
    let page = visitor.get("/account/second").await;
    let typed = page.body.split("<p><code>").nth(1).unwrap().split('<').next().unwrap().to_string();
    let salt = page.body.split("name=\"salt\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_string();
    let code = intelrift::account::factor::shown(&typed, world.app.clock.now()).unwrap();
    let words = "six other unrelated words here";
    visitor.post("/account/second", &[("salt", &salt), ("code", &code), ("password", words)]).await.is(200);
    let on = world.letter(ADA).await;
    assert_eq!(on.subject, "How you sign in was changed");
    visitor.post("/account/factors", &[("off", "app"), ("factor_password", words)]).await.is(303);
    let off = world.letter(ADA).await;
    assert!(off.subject == on.subject && off.text != on.text, "{}", off.text);
    let factors = store::factor::list_of(&world.app.db, world.id_of(ADA).await).await.unwrap();
    assert!(factors.iter().all(|factor| factor.kind != FactorKind::App));
});

story!(an_admin_signs_somebody_out_everywhere, |world| {
    let admin = world.signed_in(Role::Admin).await;
    world.account(ADA, Role::Reader).await;
    let (first, second) = (ada(world).await, ada(world).await);
    let id = world.id_of(ADA).await.to_string();
    admin.post("/admin/accounts", &[("end", &id), ("password", "not the password")]).await.is(422);
    first.get("/account").await.is(200);
    admin.post("/admin/accounts", &[("end", &id), ("password", PASSWORD)]).await.is(303);
    for session in [&first, &second] {
        session.get("/account").await.is(303);
    }
    admin.get("/admin/audit").await.has("sign out");
});

story!(who_edits_no_more_claims_nothing, |world| {
    world.published_fire().await;
    let incident = world.desk_path_of("refinery").await.rsplit('/').next().unwrap().to_string();
    world.account("ed@example.org", Role::Editor).await;
    let ed = world.anybody();
    ed.post("/sign-in", &[("email", "ed@example.org"), ("password", PASSWORD)]).await.is(303);
    ed.post("/admin/queue", &[("claim", &incident)]).await.is(303);
    let admin = world.signed_in(Role::Admin).await;
    let id = world.id_of("ed@example.org").await.to_string();
    let field = format!("role-{id}");
    admin.post("/admin/accounts", &[("role", &id), (&field, "contributor"), ("password", PASSWORD)]).await.is(303);
    let row = store::incident::find_by_number(&world.app.db, 1).await.unwrap().unwrap();
    assert_eq!(row.claimed_by, None);
});

story!(a_feed_that_says_it_is_unchanged_before_it_was_read_is_failing, |world| {
    world.source("Wire").await;
    world.serves("Wire", Served::Text(304, String::new()));
    world.work().await;
    let source = &store::source::list(&world.app.db).await.unwrap()[0];
    assert!(source.problem.as_deref().unwrap_or("").contains("304 without being asked"), "{:?}", source.problem);
});

story!(a_long_search_is_read_to_its_end_and_nothing_twice, |world| {
    world.two_outlets().await;
    // each pair is about words of its own, made of one letter
    for n in 0..25u8 {
        let letter = ((b'a' + n) as char).to_string();
        let (thing, place, harbour) = (letter.repeat(6), letter.to_uppercase() + &letter.repeat(8), letter.repeat(10));
        world.publishes("Wire", &format!("{thing} {place} {harbour} budget"), "", 10 + u32::from(n));
        world.publishes("Gazette", &format!("{place} {harbour} {thing} budget"), "", 5 + u32::from(n));
    }
    world.work().await;
    for query in ["-zyzzyva", "budget", "budget&sort=relevance"] {
        let (mut next, mut links, mut pages) = (Some(format!("/search?q={query}")), vec![], 0);
        while let Some(path) = next {
            let page = world.anybody().get(&path).await;
            page.is(200);
            pages += 1;
            assert!(pages < 9, "it ends");
            links.extend(page.body.split("<h3 class=\"hl hl--l\"><a href=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_string()));
            let more = page.body.split("class=\"pager").nth(1).and_then(|rest| rest.split("href=\"").nth(1));
            next = more.map(|rest| rest.split('"').next().unwrap().replace("&#38;", "&"));
        }
        let distinct: std::collections::BTreeSet<&String> = links.iter().collect();
        assert_eq!((pages, links.len(), distinct.len()), (4, 75, 75), "{query}");
    }
});

#[cfg(unix)]
#[actix_web::test]
async fn what_is_secret_is_for_the_operator_alone() {
    use std::os::unix::fs::PermissionsExt;
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().join("own");
    let config = Config { data: folder.clone(), database: format!("sqlite:{}/intelrift.db", folder.display()), ..Config::default() };
    let app = intelrift::App::open(config.clone(), intelrift::clock::Clock::Real).await.unwrap();
    intelrift::account::Key::read(&config).unwrap();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path) & 0o077, 0, "{} is {:o}", path.display(), mode(&path));
    }
    app.db.close().await;
}
