//! Accounts, sessions and the way back.

use crate::story;
use crate::world::{PASSWORD, changed, fields_of, pairs};
use intelrift::model::viewer::Role;
use intelrift::store;

story!(a_reader_signs_up_from_a_locked_panel_and_comes_back_to_it_open, |world| {
    let path = world.published_fire().await;
    let visitor = world.anybody();
    let page = visitor.get(&path).await;
    let link = page.body.split("href=\"").find(|l| l.starts_with("/sign-up?next=") && l.contains("%23threat")).unwrap().split('"').next().unwrap();
    let form = visitor.get(link).await;
    form.is(200).has(&format!("name=\"next\" value=\"{path}#threat\""));
    let asked = visitor.post("/sign-up", &[("email", "ada@example.org"), ("password", PASSWORD), ("next", &format!("{path}#threat"))]).await;
    visitor.get(asked.header("location")).await.is(200).has("A code is on its way to ada@example.org");
    let back = world.enters_code(&visitor, &asked, "ada@example.org").await;
    assert_eq!((back.status.as_u16(), back.header("location")), (303, format!("{path}#threat").as_str()));
    visitor.get(&path).await.has("Key judgements").has("ada");
});

story!(a5_the_cookie_is_httponly_lax_and_new_at_sign_in, |world| {
    let visitor = world.anybody();
    let first = world.signs_up(&visitor, "ada@example.org").await;
    let cookie = first.cookie("session").to_string();
    assert!(
        cookie.starts_with("session=") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"),
        "{cookie}"
    );
    let again = visitor.post("/sign-in", &[("email", "ada@example.org"), ("password", PASSWORD)]).await;
    assert_ne!(again.cookie("session").split(';').next(), cookie.split(';').next(), "the id is renewed");
});

story!(a5_signing_out_ends_the_session_on_the_server, |world| {
    let visitor = world.anybody();
    let signed = world.signs_up(&visitor, "ada@example.org").await;
    let stolen = signed.cookie("session").split(';').next().unwrap().to_string();
    let with_stolen = |path: &str| visitor.raw().get(format!("{}{path}", world.address)).header("Cookie", stolen.clone()).send();
    crate::world::answer(with_stolen("/account").await).await.is(200).has("ada@example.org");
    visitor.post("/sign-out", &[]).await.is(303);
    let other = world.anybody();
    let late = other.raw().get(format!("{}/account", world.address)).header("Cookie", stolen.clone()).send().await;
    crate::world::answer(late).await.is(303);
});

story!(an_account_that_is_signed_out_everywhere_has_no_session_left, |world| {
    let visitor = world.reader().await;
    visitor.get("/account").await.is(200);
    let accounts = store::account::list(&world.app.db).await.unwrap();
    assert_eq!(store::login::remove_of(&world.app.db, accounts[0].id).await.unwrap(), 1);
    let gone = visitor.get("/account").await;
    assert_eq!((gone.status.as_u16(), gone.header("location")), (303, "/sign-in?next=%2Faccount"));
});

story!(a_session_ends_after_its_days, |world| {
    let visitor = world.reader().await;
    world.forward(intelrift::clock::DAY * 31);
    visitor.get("/account").await.is(303);
    world.work().await;
});

story!(a_form_with_mistakes_comes_back_filled_in, |world| {
    let visitor = world.anybody();
    let page = visitor.post("/sign-up", &[("email", "ada.example"), ("password", "short"), ("next", "/method")]).await;
    page.is(422)
        .has("value=\"ada.example\"")
        .has("with an @ and a domain")
        .has("at least 12 characters")
        .has("aria-invalid")
        .has("value=\"/method\"");
    page.lacks("short");
    world.signs_up(&visitor, "ada@example.org").await.is(303);
});

story!(a2_a_wrong_password_and_an_unknown_address_are_one_answer, |world| {
    world.signs_up(&world.anybody(), "ada@example.org").await.is(303);
    let wrong = world.anybody().post("/sign-in", &[("email", "ada@example.org"), ("password", "another long password")]).await;
    let unknown = world.anybody().post("/sign-in", &[("email", "bob@example.org"), ("password", "another long password")]).await;
    wrong.is(422).has("do not belong together");
    assert_eq!(wrong.body.replace("ada@", "x@"), unknown.body.replace("bob@", "x@"));
});

story!(b5_the_way_back_leads_nowhere_else, |world| {
    for bad in ["https://evil.example/", "//evil.example/", "/\\evil.example"] {
        let email = format!("x{}@example.org", rand::random::<u32>());
        let visitor = world.anybody();
        let asked = visitor.post("/sign-up", &[("email", &email), ("password", PASSWORD), ("next", bad)]).await;
        let answer = world.enters_code(&visitor, &asked, &email).await;
        assert_eq!(answer.header("location"), "/", "{bad}");
    }
});

story!(the_table_keeps_neither_password_nor_session_id, |world| {
    let visitor = world.anybody();
    let answer = world.signs_up(&visitor, "ada@example.org").await;
    let account = &store::account::list(&world.app.db).await.unwrap()[0];
    assert!(account.password.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", account.password);
    assert_eq!(account.role, Role::Reader);
    let id = answer.cookie("session").split_once('=').unwrap().1.split(';').next().unwrap().to_string();
    assert!(store::login::find(&world.app.db, &id, world.app.clock.now()).await.unwrap().is_none());
});

story!(a6_every_admin_address_is_closed_to_readers_and_visitors, |world| {
    world.published_fire().await;
    let incident = world.desk_path_of("refinery").await;
    let (anybody, reader) = (world.anybody(), world.reader().await);
    for path in ["/admin", "/admin/queue", "/admin/sources", "/admin/jobs", "/admin/audit", &incident, &format!("{incident}/preview")] {
        let sent = anybody.get(path).await;
        assert_eq!(sent.status.as_u16(), 303, "{path}");
        assert!(sent.header("location").starts_with("/sign-in?next=%2Fadmin"), "{path}");
        reader.get(path).await.is(403).has("for the desk’s editors");
    }
    for path in ["/method", "/sign-in", "/health/live", "/robots.txt", "/"] {
        let head = anybody.raw().head(format!("{}{path}", world.address)).send().await.unwrap();
        assert_eq!(head.status().as_u16(), 200, "HEAD {path}");
    }
    for path in ["/admin/queue", "/admin/sources", "/admin/jobs", &incident, &format!("{incident}/draft"), &format!("{incident}/preview")] {
        anybody.post(path, &[("do", "publish")]).await.is(303);
        reader.post(path, &[("do", "publish")]).await.is(403);
    }
    assert!(store::audit::list(&world.app.db, None, None, 5).await.unwrap().is_empty());
});

story!(a4_wrong_passwords_slow_down_who_tries_and_nobody_else, |world| {
    let owner = world.anybody();
    world.signs_up(&owner, "ada@example.org").await.is(303);
    let stranger = world.anybody();
    for _ in 0..5 {
        stranger.post("/sign-in", &[("email", "ada@example.org"), ("password", "a wrong guess here")]).await.is(422);
    }
    let late = stranger.post("/sign-in", &[("email", "ada@example.org"), ("password", "a wrong guess here")]).await;
    late.is(429).has("many tries from your network");
    assert_eq!(late.header("retry-after"), "1");
    // another account is not meant, and the wait ends
    world.anybody().post("/sign-in", &[("email", "bo@example.org"), ("password", "whatever it is")]).await.is(422);
    world.forward(std::time::Duration::from_secs(2));
    stranger.post("/sign-in", &[("email", "ada@example.org"), ("password", PASSWORD)]).await.is(303);
});

story!(a4_searches_have_a_limit_a_minute, |world| {
    let visitor = world.anybody();
    for _ in 0..120 {
        visitor.get("/search?q=x").await.is(200);
    }
    let late = visitor.get("/search?q=x").await;
    late.is(429);
    assert_eq!(late.header("retry-after"), "60");
    world.forward(std::time::Duration::from_secs(61));
    visitor.get("/search?q=x").await.is(200);
});

story!(a3_common_passwords_are_refused, |world| {
    for common in ["password1234!", "qwertyuiop123", "iloveyouiloveyou", "1q2w3e4r5t6y"] {
        let answer = world.anybody().post("/sign-up", &[("email", "ada@example.org"), ("password", common)]).await;
        answer.is(422).has("Choose a password");
    }
});

story!(a5_sessions_are_listed_and_ended_one_or_all, |world| {
    let first = world.anybody();
    world.signs_up(&first, "ada@example.org").await.is(303);
    let (second, third) = (world.anybody(), world.anybody());
    for visitor in [&second, &third] {
        visitor.post("/sign-in", &[("email", "ada@example.org"), ("password", PASSWORD)]).await.is(303);
    }
    let page = first.get("/account").await;
    page.is(200).has("This one").has("Sign out everywhere else");
    let mark = page.body.split("name=\"end\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_string();
    first.post("/account/sessions", &[("end", &mark)]).await.is(303);
    let open = [second.get("/account").await.status.as_u16(), third.get("/account").await.status.as_u16()];
    assert_eq!(open.iter().filter(|status| **status == 200).count(), 1, "one of two was ended");
    first.post("/account/sessions", &[("end", "others")]).await.is(303);
    second.get("/account").await.is(303);
    third.get("/account").await.is(303);
    first.get("/account").await.is(200).lacks("Sign out everywhere else");
});

story!(a5_a_new_password_ends_the_other_sessions, |world| {
    let (first, second) = (world.anybody(), world.anybody());
    world.signs_up(&first, "ada@example.org").await.is(303);
    second.post("/sign-in", &[("email", "ada@example.org"), ("password", PASSWORD)]).await.is(303);
    let new = "five more unrelated words";
    first.post("/account/password", &[("old_password", "wrong"), ("password", new)]).await.is(422).has("That is not your password");
    first.post("/account/password", &[("old_password", PASSWORD), ("password", "short")]).await.is(422).has("at least 12");
    first.post("/account/password", &[("old_password", PASSWORD), ("password", new)]).await.is(303);
    first.get("/account").await.is(200);
    second.get("/account").await.is(303);
    second.post("/sign-in", &[("email", "ada@example.org"), ("password", new)]).await.is(303);
});

story!(my_data_can_be_taken_along_and_the_account_deleted, |world| {
    let path = world.published_fire().await;
    let reader = world.anybody();
    world.signs_up(&reader, "ada@example.org").await.is(303);
    reader.post(&format!("{path}/doubts"), &[("place", "2")]).await.is(303);
    let data = reader.get("/account/data.json").await;
    data.is(200).has("ada@example.org").has("not_the_same_event").lacks("argon2");
    assert!(data.header("content-disposition").starts_with("attachment"));
    let json: serde_json::Value = serde_json::from_str(&data.body).unwrap();
    assert_eq!(json["not_the_same_event"].as_array().unwrap().len(), 1);
    reader.post("/account/delete", &[("delete_password", "wrong")]).await.is(422).has("That is not your password");
    reader.post("/account/delete", &[("delete_password", PASSWORD)]).await.is(303);
    reader.get("/account").await.is(303);
    assert!(store::account::list(&world.app.db).await.unwrap().is_empty());
    reader.post("/sign-in", &[("email", "ada@example.org"), ("password", PASSWORD)]).await.is(422);
});

story!(the_last_admin_stays, |world| {
    let admin = world.signed_in(Role::Admin).await;
    admin.post("/account/delete", &[("delete_password", PASSWORD)]).await.is(422).has("You are the last admin");
});

story!(a7_an_admin_changes_a_role_with_the_own_password_and_the_sessions_end, |world| {
    let admin = world.signed_in(Role::Admin).await;
    let ada = world.anybody();
    world.signs_up(&ada, "ada@example.org").await.is(303);
    let accounts = store::account::list(&world.app.db).await.unwrap();
    let id = accounts.iter().find(|a| a.email == "ada@example.org").unwrap().id.to_string();
    admin.get("/admin/accounts").await.is(200).has("ada@example.org").has("2 accounts");
    let field = format!("role-{id}");
    let change = |password: &'static str| [("role", id.as_str()), (field.as_str(), "editor"), ("password", password)];
    admin.post("/admin/accounts", &change("not the password")).await.is(422).has("That is not your password");
    admin.post("/admin/accounts", &change(PASSWORD)).await.is(303);
    ada.get("/account").await.is(303);
    ada.post("/sign-in", &[("email", "ada@example.org"), ("password", PASSWORD)]).await.is(303);
    ada.get("/admin/queue").await.is(200);
    admin.get("/admin/audit").await.has("role").has("editor");
    // nobody takes the own role away by mistake
    let own = accounts.iter().find(|a| a.role == Role::Admin).unwrap().id.to_string();
    let form = [("role", own.as_str()), (&*format!("role-{own}"), "reader"), ("password", PASSWORD)];
    admin.post("/admin/accounts", &form).await.is(422).has("Another admin has to change");
});

story!(d8_the_audit_log_is_chosen_by_act_and_taken_along_as_csv, |world| {
    world.published_fire().await;
    let editor = world.editor().await;
    let id = world.desk_path_of("refinery").await.rsplit('/').next().unwrap().to_string();
    editor.post("/admin/queue", &[("claim", &id)]).await.is(303);
    editor.post("/admin/queue", &[("unclaim", &id)]).await.is(303);
    editor.get("/admin/audit?act=claim").await.is(200).has(">claim<").lacks("data-l=\"Act\">give back<");
    let csv = editor.get("/admin/audit.csv?act=").await;
    csv.is(200).has("when,who,account,act,what,id,whom,detail").has(",claim,incident,").has(",give back,incident,");
    assert!(csv.header("content-type").starts_with("text/csv"));
});

story!(what_an_editor_claimed_is_free_when_the_account_is_gone, |world| {
    world.published_fire().await;
    let id = world.desk_path_of("refinery").await.rsplit('/').next().unwrap().to_string();
    let (first, second) = (world.editor().await, world.editor().await);
    first.post("/admin/queue", &[("claim", &id)]).await.is(303);
    second.post("/admin/queue", &[("claim", &id)]).await.is(409);
    first.post("/account/delete", &[("delete_password", PASSWORD)]).await.is(303);
    second.post("/admin/queue", &[("claim", &id)]).await.is(303);
});

story!(a4_a_borrowed_session_cannot_guess_the_password, |world| {
    let borrowed = world.reader().await;
    for _ in 0..5 {
        borrowed.post("/account/password", &[("old_password", "a wrong guess here"), ("password", "five more unrelated words")]).await.is(422);
    }
    borrowed.post("/account/delete", &[("delete_password", PASSWORD)]).await.is(429);
});

story!(an_editor_signs_with_a_name_of_their_own, |world| {
    let path = world.published_fire().await;
    let editor = world.editor().await;
    editor.post("/account/name", &[("name", "  Ada \u{202e} Lovelace ")]).await.is(303);
    editor.get("/account").await.has("value=\"Ada Lovelace\"").has("reviewed by an editor (Ada Lovelace)");
    let desk = world.desk_path_of("refinery").await;
    let form = crate::world::fields_of(&editor.get(&desk).await.body);
    editor.post(&desk, &crate::world::pairs(&crate::world::changed(&form, "do", "publish"))).await.is(303);
    world.anybody().get(&path).await.has("reviewed by an editor (Ada Lovelace)");
    editor.get("/admin/audit?act=name").await.has("→ Ada Lovelace");
    // nobody else at the desk takes it, and no reader does
    let reader = world.reader().await;
    for other in [&world.editor().await, &reader] {
        let again = other.post("/account/name", &[("name", "ada lovelace")]).await;
        again.is(422).has("Somebody at the desk is called so").has("value=\"ada lovelace\"");
    }
    for odd in ["", "   ", &"x".repeat(61)] {
        editor.post("/account/name", &[("name", odd)]).await.is(422).has("Write a name of at most 60 characters");
    }
    reader.post("/account/name", &[("name", "Grace")]).await.is(303);
    reader.get("/").await.has("<a href=\"/account\">Grace</a>");
});

story!(what_is_taken_along_is_ones_own, |world| {
    world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    let (editor, other) = (world.editor().await, world.editor().await);
    let id = desk.rsplit('/').next().unwrap().to_string();
    editor.post("/admin/queue", &[("claim", &id)]).await.is(303);
    let form = fields_of(&editor.get(&desk).await.body);
    editor.post(&desk, &pairs(&changed(&changed(&form, "happened", "A draft of zyzzyva. [1]"), "do", "save"))).await.is(303);
    editor.post(&desk, &[("do", "say"), ("note", "Ask the qyzzy ministry")]).await.is(303);
    let own = editor.get("/account/data.json").await;
    own.is(200).has("A draft of zyzzyva").has("Ask the qyzzy ministry").has("\"act\":\"claim\"");
    for stranger in [&other, &world.reader().await] {
        let json: serde_json::Value =
            serde_json::from_str(&stranger.get("/account/data.json").await.is(200).lacks("zyzzy").lacks("qyzzy").body).unwrap();
        for kind in ["drafts", "notes", "acts", "watches", "alerts", "webhooks", "factors", "not_the_same_event"] {
            assert_eq!(json[kind], serde_json::json!([]), "{kind}");
        }
        assert_eq!(json["sessions"].as_array().unwrap().len(), 1);
    }
});
