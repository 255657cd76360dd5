//! Revisions in public, corrections, and the pages about the portal.

use crate::story;
use crate::world::{World, changed, fields_of, pairs};

/// Publishes the incident with one field changed, as an editor would, and with a sentence of correction.
async fn corrected(world: &World, name: &str, value: &str, sentence: &str) {
    let desk = world.desk_path_of("refinery").await;
    let editor = world.editor().await;
    let fields = fields_of(&editor.get(&desk).await.body);
    let form = changed(&changed(&changed(&fields, name, value), "correction", sentence), "do", "publish");
    editor.post(&desk, &pairs(&form)).await.is(303);
}

story!(what_a_revision_changed_is_shown_word_by_word, |world| {
    let path = world.published_fire().await;
    corrected(world, "happened", "A fire at a refinery in Lagos killed four workers. [1]", "").await;
    let visitor = world.anybody();
    let page = visitor.get(&path).await;
    page.is(200).has(&format!("{path}/revisions/2"));
    visitor.get(&format!("{path}/revisions/2")).await.is(200).has("<ins>").has("four").has("compared with revision 1").has("What happened");
    visitor.get(&format!("{path}/revisions/1")).await.is(200).has("the first one");
    visitor.get(&format!("{path}/revisions")).await.is(200).has("Revision 2").has("drafted by rules").has("reviewed by an editor");
    visitor.get(&format!("{path}/revisions/2?from=1")).await.is(200).has("compared with revision 1");
    for none in [format!("{path}/revisions/9"), format!("{path}/revisions/x"), "/incidents/none-9/revisions".into()] {
        visitor.get(&none).await.is(404);
    }
});

story!(a_correction_stands_on_the_page_and_in_the_list, |world| {
    let path = world.published_fire().await;
    world.anybody().get("/corrections").await.is(200).has("Nothing has been corrected").has("Nothing has been retracted");
    corrected(world, "severity", "high", "The first version understated the severity.").await;
    world.anybody().get(&path).await.has("Corrected").has("The first version understated the severity.");
    world.anybody().get("/corrections").await.has("The first version understated the severity.").has(&format!("{path}/revisions/2"));
    // it stays when articles join
    world.publishes("Wire", "Fire at oil refinery in Lagos under control", "The Lagos refinery fire is out.", 1);
    world.forward(std::time::Duration::from_secs(700));
    world.work().await;
    world.anybody().get(&path).await.has("The first version understated the severity.");
});

story!(what_was_for_members_alone_stays_so_when_its_incident_is_for_everybody, |world| {
    let path = world.published_fire().await;
    let (desk, editor) = (world.desk_path_of("refinery").await, world.editor().await);
    let mark = async |tlp: &str| {
        editor.post(&format!("{desk}/decisions"), &[("do", "mark"), ("tlp", tlp)]).await.is(303);
    };
    mark("green").await;
    corrected(world, "happened", "Agent Zebra saw the fire in Lagos. [1]", "It was Agent Zebra who saw it.").await;
    corrected(world, "happened", "A fire at a refinery in Lagos killed three workers. [1]", "").await;
    mark("clear").await;
    world.work().await;
    let (visitor, member) = (world.anybody(), world.reader().await);
    for address in ["", "/revisions", "/revisions/3"] {
        visitor.get(&format!("{path}{address}")).await.is(200).lacks("Zebra");
    }
    visitor.get("/corrections").await.lacks("Zebra");
    visitor.get(&format!("{path}/revisions/2")).await.is(404);
    member.get(&format!("{path}/revisions/2")).await.is(200).has("Zebra");
});

story!(what_leads_to_a_page_leads_on_when_its_title_changes, |world| {
    let old = world.published_fire().await;
    let reader = world.reader().await;
    corrected(world, "title", "Blaze at \u{ffff}plant near the refinery in Lagos", "").await;
    world.work().await;
    let new = world.path_of("blaze").await;
    for rest in ["/card.png", "/revisions", "/revisions/1"] {
        let answer = world.anybody().get(&format!("{old}{rest}")).await;
        answer.is(301);
        assert_eq!(answer.header("location"), format!("{new}{rest}"));
    }
    reader.post(&format!("{old}/doubts"), &[("place", "2")]).await.is(303);
    world.editor().await.get("/admin/queue").await.has("1 reader: not the same event");
    // XML has no such character
    world.anybody().get("/feed.atom").await.is(200).has("Blaze at plant near").lacks("\u{ffff}");
});

story!(a_retraction_is_listed_with_its_reason, |world| {
    let path = world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    let editor = world.editor().await;
    let form = fields_of(&editor.get(&desk).await.body);
    let form = changed(&changed(&form, "do", "retract"), "reason", "It was a drill.");
    editor.post(&desk, &pairs(&form)).await.is(303);
    world.anybody().get("/corrections").await.has("It was a drill.").lacks(&format!("href=\"{path}\""));
    world.anybody().get(&format!("{path}/revisions")).await.is(410);
});

story!(differences_never_hold_what_premium_panels_said, |world| {
    let path = world.published_fire().await;
    let desk = world.desk_path_of("refinery").await;
    let editor = world.editor().await;
    let mut form = changed(&fields_of(&editor.get(&desk).await.body), "do", "publish");
    for (name, value) in &mut form {
        if name.starts_with('j') && name.ends_with("text") || name.starts_with('t') && name.ends_with("what") {
            *value = "zyzzyva marker [1]".into();
        }
    }
    editor.post(&desk, &pairs(&form)).await.is(303);
    for visitor in [world.anybody(), world.reader().await] {
        visitor.get(&format!("{path}/revisions/2")).await.is(200).lacks("zyzzyva");
    }
});

story!(the_portal_says_how_it_treats_its_readers, |world| {
    world.anybody().get("/privacy").await.is(200).has("Argon2id").has("30 days");
    world.anybody().get("/accessibility").await.is(200).has("WCAG 2.2").has("What is not tested yet");
});

story!(search_engines_find_every_public_page, |world| {
    let path = world.published_fire().await;
    let visitor = world.anybody();
    visitor.get("/sitemap.xml").await.is(200).has(&format!("{}{path}</loc><lastmod>2022-03-20T12:00:00Z", world.address)).has("/categories/energy");
    visitor.get("/sitemap-0.xml").await.is(200).has(&path);
    visitor.get("/sitemap-7.xml").await.is(200).lacks(&path);
    visitor.get("/sitemap-x.xml").await.is(404);
    visitor.get("/sitemap-news.xml").await.is(200).has("<news:title>").has(&path);
    visitor.get("/robots.txt").await.is(200).has(&format!("Sitemap: {}/sitemap.xml", world.address)).has("Disallow: /admin");
    world.forward(intelrift::clock::DAY * 3);
    visitor.get("/sitemap-news.xml").await.is(200).lacks(&path);
});
