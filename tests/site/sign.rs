//! Codes by mail, the second factor, and forms that outlive a session.

use crate::story;
use crate::world::{Engine, PASSWORD, World, ticket};
use intelrift::account::{self, factor};
use intelrift::model::factor::FactorKind;
use intelrift::model::viewer::Role;
use intelrift::store;
use std::time::Duration;

const ADA: &str = "ada@example.org";
const NEW: &str = "five more unrelated words";

story!(a2_signing_up_does_not_tell_whether_an_address_has_an_account, |world| {
    world.signs_up(&world.anybody(), ADA).await.is(303);
    let (known, unknown) = (world.anybody(), world.anybody());
    let one = known.post("/sign-up", &[("email", ADA), ("password", PASSWORD)]).await;
    let other = unknown.post("/sign-up", &[("email", "bob@example.org"), ("password", PASSWORD)]).await;
    assert_eq!((one.status, other.status), (other.status, one.status));
    let (one, other) = (known.get(one.header("location")).await, unknown.get(other.header("location")).await);
    let plain = |page: &str, name: &str| page.replace(name, "x").split("name=\"ticket\"").next().unwrap().replace("/code/", "").len();
    assert_eq!(plain(&one.body, "ada"), plain(&other.body, "bob"));
    let letter = world.letter(ADA).await;
    assert!(letter.subject.contains("has an account already") && letter.text.contains("/reset"), "{letter:?}");
    assert!(world.letter("bob@example.org").await.subject.contains("is your code for Intelrift"));
    assert_eq!(store::account::list(&world.app.db).await.unwrap().len(), 1);
});

story!(a2_a_code_or_a_reset_of_an_unknown_address_looks_like_any_other, |world| {
    let visitor = world.anybody();
    for (path, form) in [("/reset", vec![("email", "nobody@example.org")]), ("/sign-in", vec![("email", "nobody@example.org"), ("by", "code")])] {
        let asked = visitor.post(path, &form).await;
        asked.is(303);
        visitor.get(asked.header("location")).await.is(200).has("If nobody@example.org has an account here");
        visitor.post("/code", &[("ticket", ticket(&asked)), ("code", "123456"), ("password", NEW)]).await.is(422).has("4 more tries");
    }
    world.app.mail.settle().await;
    assert!(world.postbox.letters().is_empty());
});

story!(a4_a_code_has_ten_minutes_five_tries_and_one_use, |world| {
    let visitor = world.anybody();
    let asked = visitor.post("/sign-up", &[("email", ADA), ("password", PASSWORD)]).await;
    let code = world.letter(ADA).await.code();
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for left in ["4 more tries", "3 more tries", "2 more tries", "1 more try", "This code has run out"] {
        visitor.post("/code", &[("ticket", ticket(&asked)), ("code", wrong)]).await.is(422).has(left);
    }
    visitor.post("/code", &[("ticket", ticket(&asked)), ("code", &code)]).await.is(422).has("has run out");
    // another one is too old, and a third is used twice
    let late = visitor.post("/sign-up", &[("email", ADA), ("password", PASSWORD)]).await;
    world.forward(Duration::from_secs(601));
    visitor.get(late.header("location")).await.is(200).has("This code has run out");
    world.enters_code(&visitor, &late, ADA).await.is(422);
    let good = visitor.post("/sign-up", &[("email", ADA), ("password", PASSWORD)]).await;
    world.enters_code(&visitor, &good, ADA).await.is(303);
    world.enters_code(&world.anybody(), &good, ADA).await.is(422).has("has run out");
});

story!(a4_only_hashes_of_codes_are_kept_and_one_of_another_browser_is_worth_nothing, |world| {
    let (mine, theirs) = (world.anybody(), world.anybody());
    let asked = mine.post("/sign-up", &[("email", ADA), ("password", PASSWORD)]).await;
    let code = world.letter(ADA).await.code();
    let other = theirs.post("/sign-up", &[("email", ADA), ("password", NEW)]).await;
    world.app.mail.settle().await;
    let row = store::code::find(&world.app.db, &intelrift::model::code::digest(ticket(&asked)), world.app.clock.now()).await.unwrap().unwrap();
    assert!(!row.code.contains(&code) && !row.payload.contains(PASSWORD));
    theirs.post("/code", &[("ticket", ticket(&other)), ("code", &code)]).await.is(422);
    mine.post("/code", &[("ticket", ticket(&asked)), ("code", &code)]).await.is(303);
    mine.get("/account").await.is(200).has(ADA);
});

story!(a_link_in_the_mail_does_nothing_until_somebody_presses_the_button, |world| {
    let visitor = world.anybody();
    visitor.post("/sign-up", &[("email", ADA), ("password", PASSWORD)]).await.is(303);
    let letter = world.letter(ADA).await;
    // a scanner opens it, twice
    for _ in 0..2 {
        let page = world.anybody().get(&letter.link()).await;
        page.is(200).has(&format!("value=\"{}\"", letter.code()));
        assert!(page.header("set-cookie").is_empty());
    }
    assert!(store::account::list(&world.app.db).await.unwrap().is_empty());
    let phone = world.anybody();
    let link = letter.link();
    let ticket = link.trim_start_matches("/code/").split('?').next().unwrap();
    phone.post("/code", &[("ticket", ticket), ("code", &letter.code())]).await.is(303);
    // the password was chosen in another browser, perhaps by somebody else: here the account has none
    phone.get("/account").await.is(200).has("You have none");
    visitor.post("/sign-in", &[("email", ADA), ("password", PASSWORD)]).await.is(422);
});

story!(a_reader_without_a_password_signs_up_and_in_with_codes, |world| {
    let visitor = world.anybody();
    let asked = visitor.post("/sign-up", &[("email", ADA), ("password", "")]).await;
    world.enters_code(&visitor, &asked, ADA).await.is(303);
    visitor.get("/account").await.is(200).has("You have none");
    visitor.post("/sign-out", &[]).await.is(303);
    // no password opens it, not even an empty one
    for guess in ["", PASSWORD] {
        visitor.post("/sign-in", &[("email", ADA), ("password", guess)]).await.is(422);
    }
    let asked = visitor.post("/sign-in", &[("email", ADA), ("by", "code"), ("next", "/method")]).await;
    let back = world.enters_code(&visitor, &asked, ADA).await;
    assert_eq!((back.status.as_u16(), back.header("location")), (303, "/method"));
    // something grave asks for a fresh session in place of the password
    world.forward(Duration::from_secs(901));
    visitor.post("/account/password", &[("password", NEW)]).await.is(422).has("Sign out and in again first");
    let asked = visitor.post("/sign-in", &[("email", ADA), ("by", "code")]).await;
    world.enters_code(&visitor, &asked, ADA).await.is(303);
    visitor.post("/account/password", &[("password", NEW)]).await.is(303);
    world.anybody().post("/sign-in", &[("email", ADA), ("password", NEW)]).await.is(303);
});

story!(a_forgotten_password_is_chosen_anew_and_everybody_is_signed_out, |world| {
    let old = world.anybody();
    world.signs_up(&old, ADA).await.is(303);
    let visitor = world.anybody();
    let asked = visitor.post("/reset", &[("email", ADA)]).await;
    let code = world.letter(ADA).await.code();
    let form = |password: &'static str| [("ticket", ticket(&asked)), ("code", code.as_str()), ("password", password)];
    visitor.post("/code", &form("short")).await.is(422).has("at least 12");
    let done = visitor.post("/code", &form(NEW)).await;
    assert_eq!((done.status.as_u16(), done.header("location")), (303, "/sign-in"));
    old.get("/account").await.is(303);
    visitor.get("/account").await.is(303);
    visitor.post("/sign-in", &[("email", ADA), ("password", PASSWORD)]).await.is(422);
    visitor.post("/sign-in", &[("email", ADA), ("password", NEW)]).await.is(303);
    world.app.mail.settle().await;
    assert!(world.postbox.letters().iter().any(|letter| letter.subject.contains("password was changed")));
});

story!(another_address_is_confirmed_there_and_told_here, |world| {
    let ada = world.anybody();
    world.signs_up(&ada, ADA).await.is(303);
    let form = |password: &'static str| [("email", "lovelace@example.org"), ("address_password", password)];
    ada.post("/account/address", &form("a wrong guess here")).await.is(422).has("That is not your password");
    let asked = ada.post("/account/address", &form(PASSWORD)).await;
    world.enters_code(&ada, &asked, "lovelace@example.org").await.is(303);
    ada.get("/account").await.is(200).has("lovelace@example.org");
    assert!(world.letter(ADA).await.text.contains("lovelace@example.org"));
    world.anybody().post("/sign-in", &[("email", "lovelace@example.org"), ("password", PASSWORD)]).await.is(303);
    // an address that somebody else has gets no code, and who asks is not told
    world.signs_up(&world.anybody(), "bob@example.org").await.is(303);
    let before = world.postbox.letters().len();
    ada.post("/account/address", &[("email", "bob@example.org"), ("address_password", PASSWORD)]).await.is(303);
    world.app.mail.settle().await;
    let letters = world.postbox.letters();
    assert!(letters[before..].iter().all(|letter| letter.to != "bob@example.org"), "{letters:?}");
});

story!(a_sign_in_from_a_new_device_is_told_and_from_a_known_one_is_not, |world| {
    let laptop = world.anybody();
    world.signs_up(&laptop, ADA).await.is(303);
    laptop.post("/sign-out", &[]).await.is(303);
    laptop.post("/sign-in", &[("email", ADA), ("password", PASSWORD)]).await.is(303);
    world.app.mail.settle().await;
    assert_eq!(world.postbox.letters().len(), 1, "the code alone");
    world.anybody().post("/sign-in", &[("email", ADA), ("password", PASSWORD)]).await.is(303);
    let letter = world.letter(ADA).await;
    assert!(letter.subject.contains("new device") && letter.text.contains("127.0.0.1"), "{letter:?}");
});

story!(a4_guesses_from_the_same_network_do_not_lock_out_the_owners_own_device, |world| {
    let owner = world.anybody();
    world.signs_up(&owner, ADA).await.is(303);
    owner.post("/sign-out", &[]).await.is(303);
    let stranger = world.anybody();
    for _ in 0..8 {
        stranger.post("/sign-in", &[("email", ADA), ("password", "a wrong guess here")]).await;
    }
    stranger.post("/sign-in", &[("email", ADA), ("password", PASSWORD)]).await.is(429);
    owner.post("/sign-in", &[("email", ADA), ("password", PASSWORD)]).await.is(303);
});

story!(a5_a_session_ends_when_nobody_comes_and_at_the_latest_after_its_days, |world| {
    let (short, long) = (world.anybody(), world.anybody());
    world.signs_up(&short, ADA).await.is(303);
    long.post("/sign-in", &[("email", ADA), ("password", PASSWORD), ("stay", "on")]).await.is(303);
    for _ in 0..3 {
        world.forward(Duration::from_secs(11 * 3_600));
        short.get("/account").await.is(200);
    }
    world.forward(Duration::from_secs(13 * 3_600));
    short.get("/account").await.is(303);
    for day in 0..28 {
        long.get("/account").await.is(200).has("Last used");
        world.forward(intelrift::clock::DAY);
        assert!(day < 28);
    }
    world.forward(intelrift::clock::DAY * 2);
    long.get("/account").await.is(303);
});

story!(codes_of_an_app_are_asked_for_and_each_works_once, |world| {
    let ada = world.anybody();
    world.signs_up(&ada, ADA).await.is(303);
    let page = ada.get("/account/second").await;
    page.is(200).has("<svg class=\"qr\"");
    let field = |name: &str| page.body.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap().split('"').next().unwrap().to_string();
    let typed = page.body.split("<p><code>").nth(1).unwrap().split('<').next().unwrap().to_string();
    let shown = || factor::shown(&typed, world.app.clock.now()).unwrap();
    let (salt, now) = (field("salt"), shown());
    let wrong = if now == "000000" { "000001" } else { "000000" };
    ada.post("/account/second", &[("salt", &salt), ("code", wrong), ("password", PASSWORD)]).await.is(422).has("should show now").has(&typed);
    ada.post("/account/second", &[("salt", &salt), ("code", &now), ("password", "wrong")]).await.is(422).has("That is not your password");
    let codes = ada.post("/account/second", &[("salt", &salt), ("code", &now), ("password", PASSWORD)]).await;
    codes.is(200).has("Keep these codes");
    let recovery = codes.body.split("<li><code>").nth(1).unwrap().split('<').next().unwrap().to_string();
    // the secret is nowhere in the table
    let account = store::account::list(&world.app.db).await.unwrap()[0].id;
    let factors = store::factor::list_of(&world.app.db, account).await.unwrap();
    assert!(factors.iter().all(|f| f.secret != typed && f.secret != recovery));

    let phone = world.anybody();
    let asked = phone.post("/sign-in", &[("email", ADA), ("password", PASSWORD), ("next", "/method")]).await;
    phone.get("/account").await.is(303);
    phone.get(asked.header("location")).await.is(200).has("what your app shows now");
    let enter = async |code: &str| phone.post("/code", &[("ticket", ticket(&asked)), ("code", code)]).await;
    enter(&now).await.is(422);
    world.forward(Duration::from_secs(30));
    let next = shown();
    let back = enter(&next).await;
    assert_eq!((back.status.as_u16(), back.header("location")), (303, "/method"));
    // a recovery code in its place, once
    for status in [303, 422] {
        let other = world.anybody();
        let asked = other.post("/sign-in", &[("email", ADA), ("password", PASSWORD)]).await;
        other.post("/code", &[("ticket", ticket(&asked)), ("code", &recovery)]).await.is(status);
    }
    phone.get("/account").await.has("9 recovery codes left");
    // a reset does not go around it
    let visitor = world.anybody();
    let asked = visitor.post("/reset", &[("email", ADA)]).await;
    let code = world.letter(ADA).await.code();
    visitor.post("/code", &[("ticket", ticket(&asked)), ("code", &code), ("password", NEW)]).await.is(303);
    let second = visitor.post("/sign-in", &[("email", ADA), ("password", NEW)]).await;
    visitor.get(second.header("location")).await.has("what your app shows now");
    // off again
    world.forward(Duration::from_secs(30));
    visitor.post("/code", &[("ticket", ticket(&second)), ("code", &shown())]).await.is(303);
    visitor.post("/account/factors", &[("off", "app"), ("factor_password", NEW)]).await.is(303);
    world.anybody().post("/sign-in", &[("email", ADA), ("password", NEW)]).await.is(303);
});

story!(b1_a_form_without_its_sessions_token_changes_nothing, |world| {
    let reader = world.anybody();
    world.signs_up(&reader, ADA).await.is(303);
    let refused = reader.post("/account/delete", &[("delete_password", PASSWORD), ("form_token", "0123")]).await;
    refused.is(403).has("That form was not taken");
    let other = world.reader().await.token().await;
    reader.post("/account/delete", &[("delete_password", PASSWORD), ("form_token", &other)]).await.is(403);
    reader.get("/account").await.is(200);
    assert!(!reader.token().await.is_empty() && world.anybody().token().await.is_empty());
});

story!(a_form_that_outlived_its_session_comes_back_after_signing_in, |world| {
    world.published_fire().await;
    let email = "ed@example.org";
    world.account(email, Role::Editor).await;
    let editor = world.anybody();
    editor.post("/sign-in", &[("email", email), ("password", PASSWORD)]).await.is(303);
    let desk = world.desk_path_of("refinery").await;
    let form =
        crate::world::changed(&crate::world::fields_of(&editor.get(&desk).await.body), "title", "Typed for an hour, \"quoted\" & kept\r\nwhole");
    world.forward(Duration::from_secs(13 * 3_600));
    let sent = editor.post(&desk, &crate::world::pairs(&crate::world::changed(&form, "do", "save"))).await;
    let way = sent.header("location");
    assert!(way.starts_with("/sign-in?next=%2Fheld%2F"), "{way}");
    let held = way.trim_start_matches("/sign-in?next=").replace("%2F", "/");
    world.anybody().get(&held).await.is(303);
    // nobody can be led to a form that somebody else has written
    world.signed_in(Role::Admin).await.get(&held).await.is(404);
    let back = editor.post("/sign-in", &[("email", email), ("password", PASSWORD), ("next", &held)]).await;
    assert_eq!(back.header("location"), held);
    let page = editor.get(&held).await;
    page.is(200).has("What you typed is kept").has(&format!("action=\"{desk}\"")).has("Typed for an hour");
    let fields = crate::world::fields_in(&page.body, "<form class=\"form mt\"");
    let own = fields.iter().filter(|(name, _)| name != "form_token").cloned().collect::<Vec<_>>();
    editor.post(&desk, &crate::world::pairs(&own)).await.is(303);
    editor.get(&desk).await.is(200).has("Typed for an hour");
    world.work().await;
});

#[actix_web::test]
async fn a_portal_without_a_mail_server_leaves_letters_in_a_folder_and_says_so() {
    let world = World::with(Engine::Sqlite, |config| intelrift::config::Config { smtp: String::new(), ..config }).await;
    let visitor = world.anybody();
    let asked = visitor.post("/sign-up", &[("email", ADA), ("password", PASSWORD)]).await;
    world.app.mail.settle().await;
    let folder = world.app.mail.folder().unwrap().to_path_buf();
    visitor.get(asked.header("location")).await.has("no mail server").has("data folder");
    let letters: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap()).collect();
    assert_eq!(letters.len(), 1);
    assert!(letters[0].contains("To: ada@example.org") && letters[0].contains("Auto-Submitted: auto-generated"), "{}", letters[0]);
    world.end().await;
}

story!(a_letter_to_nobody_is_given_up_at_once_and_holds_up_no_other, |world| {
    for n in 0..6 {
        world.anybody().post("/sign-up", &[("email", &format!("nobody{n}@example.org")), ("password", PASSWORD)]).await.is(303);
    }
    world.anybody().post("/sign-up", &[("email", ADA), ("password", PASSWORD)]).await.is(303);
    let settled = tokio::time::timeout(std::time::Duration::from_secs(8), world.app.mail.settle()).await;
    assert!(settled.is_ok(), "a letter is still tried again");
    assert!(world.postbox.letters().iter().all(|letter| letter.to == ADA) && !world.postbox.letters().is_empty());
});

story!(the_first_admin_is_made_with_the_link_of_the_first_start, |world| {
    let app = &world.app;
    let first = intelrift::account::sign_up::invite_first(app).await.unwrap().unwrap();
    let second = intelrift::account::sign_up::invite_first(app).await.unwrap().unwrap();
    let visitor = world.anybody();
    visitor.get(&format!("/first/{}", first.text())).await.is(404);
    let path = format!("/first/{}", second.text());
    visitor.get(&path).await.is(200).has("The first admin");
    visitor.post(&path, &[("email", ADA), ("password", "twelve words")]).await.is(422).has("at least 15");
    let made = visitor.post(&path, &[("email", ADA), ("password", PASSWORD)]).await;
    assert_eq!((made.status.as_u16(), made.header("location")), (303, "/admin/sources"));
    visitor.get("/admin/accounts").await.is(200);
    world.anybody().get(&path).await.is(404);
    assert!(intelrift::account::sign_up::invite_first(app).await.unwrap().is_none());
});

story!(a_form_of_an_earlier_session_comes_back_too_and_one_that_a_stranger_leaves_is_not_kept, |world| {
    world.published_fire().await;
    let email = "ed@example.org";
    world.account(email, Role::Editor).await;
    let editor = world.anybody();
    editor.post("/sign-in", &[("email", email), ("password", PASSWORD)]).await.is(303);
    let desk = world.desk_path_of("refinery").await;
    let form = crate::world::changed(&crate::world::fields_of(&editor.get(&desk).await.body), "title", "Typed before the second sign-in");
    let old = crate::world::changed(&crate::world::changed(&form, "do", "save"), "form_token", &editor.token().await);
    editor.post("/sign-in", &[("email", email), ("password", PASSWORD)]).await.is(303);
    let sent = editor.post(&desk, &crate::world::pairs(&old)).await;
    assert!(sent.header("location").starts_with("/held/"), "{}", sent.header("location"));
    editor.get(sent.header("location")).await.has("Typed before the second sign-in");
    for (visitor, path) in [(&world.anybody(), desk.as_str()), (&editor, "/account/address")] {
        let sent = visitor.post(path, &[("title", "x"), ("email", "evil@example.org"), ("form_token", "0")]).await;
        assert!(!sent.header("location").contains("held"), "{path}: {}", sent.header("location"));
    }
});

story!(a4_codes_of_an_app_cannot_be_guessed_with_one_ticket_after_the_other, |world| {
    let ada = world.anybody();
    world.signs_up(&ada, ADA).await.is(303);
    let page = ada.get("/account/second").await;
    let typed = page.body.split("<p><code>").nth(1).unwrap().split('<').next().unwrap().to_string();
    let salt = page.body.split("name=\"salt\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_string();
    let code = factor::shown(&typed, world.app.clock.now()).unwrap();
    ada.post("/account/second", &[("salt", &salt), ("code", &code), ("password", PASSWORD)]).await.is(200);
    let thief = world.anybody();
    let mut stopped = false;
    for _ in 0..6 {
        let asked = thief.post("/sign-in", &[("email", ADA), ("password", PASSWORD)]).await;
        for _ in 0..5 {
            stopped |= thief.post("/code", &[("ticket", ticket(&asked)), ("code", "000000")]).await.status == 429;
        }
    }
    assert!(stopped);
    // a code from her mail, whoever reads it, forgives none of the wrong codes of her app
    world.forward(Duration::from_secs(900));
    let asked = thief.post("/sign-in", &[("email", ADA), ("by", "code")]).await;
    let mailed = world.letter(ADA).await.code();
    let second = thief.post("/code", &[("ticket", ticket(&asked)), ("code", &mailed)]).await;
    second.is(303);
    thief.post("/code", &[("ticket", ticket(&second)), ("code", "000000")]).await;
    thief.post("/code", &[("ticket", ticket(&second)), ("code", "000000")]).await.is(429);
    // the owner's own device still gets in
    world.forward(Duration::from_secs(30));
    ada.post("/sign-out", &[]).await.is(303);
    let asked = ada.post("/sign-in", &[("email", ADA), ("password", PASSWORD)]).await;
    let code = factor::shown(&typed, world.app.clock.now()).unwrap();
    ada.post("/code", &[("ticket", ticket(&asked)), ("code", &code)]).await.is(303);
});

story!(a3_who_may_do_more_needs_a_longer_password, |world| {
    let short = "zebra violin 9";
    let ada = world.anybody();
    let asked = ada.post("/sign-up", &[("email", ADA), ("password", short)]).await;
    ada.post("/code", &[("ticket", ticket(&asked)), ("code", &world.letter(ADA).await.code())]).await.is(303);
    ada.post("/sign-out", &[]).await.is(303);
    // every sign counts, also those that nobody sees
    ada.post("/sign-in", &[("email", ADA), ("password", &format!("{short}\u{1}"))]).await.is(422).has("do not belong together");
    ada.post("/sign-in", &[("email", ADA), ("password", short)]).await.is(303);
    let account = store::account::list(&world.app.db).await.unwrap()[0].id;
    let mut tx = world.app.db.begin().await.unwrap();
    account::role::change(&mut tx, account, account, Role::Editor, world.app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    ada.get("/account").await.is(303);
    ada.post("/sign-in", &[("email", ADA), ("password", short)]).await.is(422).has("15 characters or more").has("Forgotten password");
});

story!(letters_that_strangers_ask_for_do_not_keep_the_owner_from_one, |world| {
    let ada = world.anybody();
    world.signs_up(&ada, ADA).await.is(303);
    ada.post("/sign-out", &[]).await.is(303);
    let stranger = world.anybody();
    let mut refused = 0;
    for _ in 0..12 {
        refused += u32::from(stranger.post("/reset", &[("email", ADA)]).await.status == 429);
    }
    assert!(refused > 3, "{refused}");
    ada.post("/reset", &[("email", ADA)]).await.is(303);
});

#[actix_web::test]
async fn a_portal_may_ask_editors_for_a_second_factor_before_they_work() {
    let world = World::with(Engine::Sqlite, |config| intelrift::config::Config { desk_second_factor: true, ..config }).await;
    let (editor, reader) = (world.editor().await, world.reader().await);
    let sent = editor.get("/admin/sources").await;
    assert_eq!((sent.status.as_u16(), sent.header("location")), (303, "/account/second"));
    editor.get("/account/second").await.is(200).lacks("You have a passkey");
    reader.get("/account").await.is(200);
    // a passkey opens the desk for who has signed in with it, and not for who knows the password alone
    let accounts = store::account::list(&world.app.db).await.unwrap();
    let account = accounts.iter().find(|account| account.role == Role::Editor).unwrap();
    let mut tx = world.app.db.begin().await.unwrap();
    store::factor::add(&mut tx, account.id, FactorKind::Passkey, "key", "{}", world.app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    editor.get("/admin/sources").await.is(303);
    editor.get("/account/second").await.is(200).has("You have a passkey");
    world.end().await;
}

story!(who_has_signed_in_in_another_tab_is_led_where_the_form_would_have_led, |world| {
    let reader = world.reader().await;
    for path in ["/sign-in", "/sign-up", "/code"] {
        let sent = reader.post(path, &[("email", "ada@example.org"), ("password", PASSWORD), ("next", "/sources"), ("form_token", "0")]).await;
        assert_eq!((sent.status.as_u16(), sent.header("location")), (303, "/sources"), "{path}");
    }
    let sent = reader.post("/sign-in", &[("email", "x"), ("next", "https://evil.example/"), ("form_token", "0")]).await;
    assert_eq!(sent.header("location"), "/");
    // a page that stood open since before takes other colours all the same
    let sent = reader.post("/prefs/theme", &[("theme", "dark"), ("next", "/sources"), ("form_token", "0")]).await;
    assert!(sent.status.as_u16() == 303 && !sent.header("location").contains("held"), "{}", sent.header("location"));
});

#[actix_web::test]
async fn without_the_second_factor_nothing_of_the_desk_opens_to_an_editor() {
    let mut world = World::with(Engine::Sqlite, |config| intelrift::config::Config { desk_second_factor: true, ..config }).await;
    world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    let (editor, contributor) = (world.editor().await, world.signed_in(Role::Contributor).await);
    for path in ["/admin/queue", &desk, &format!("{desk}/preview"), "/admin/sources"] {
        let sent = editor.get(path).await;
        assert_eq!((sent.status.as_u16(), sent.header("location")), (303, "/account/second"), "{path}");
    }
    editor.post("/admin/queue", &[("claim", desk.rsplit('/').next().unwrap())]).await.is(303);
    assert_eq!(store::incident::find_by_number(&world.app.db, 1).await.unwrap().unwrap().claimed_by, None);
    // a contributor publishes nothing, and is not asked
    contributor.get("/admin/queue").await.is(200);
    world.end().await;
}
