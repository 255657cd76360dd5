//! The editors' form: nothing typed is lost, and nothing is shown that is not so.

use crate::story;
use crate::world::{Answer, Visitor, World, changed, fields_of, pairs};
use intelrift::model::source::Reliability;

type Form = Vec<(String, String)>;

async fn opened(world: &mut World) -> (Visitor, String, Form) {
    world.published_fire_and_quake().await;
    let desk = world.desk_path_of("refinery").await;
    let editor = world.editor().await;
    let form = fields_of(&editor.get(&desk).await.body);
    (editor, desk, form)
}

async fn press(editor: &Visitor, desk: &str, form: &Form, button: &str) -> Answer {
    editor.post(desk, &pairs(&changed(form, "do", button))).await
}

story!(a_list_that_grew_takes_nothing_typed_with_it, |world| {
    let (editor, desk, form) = opened(world).await;
    let typed = changed(&form, "geopolitics", "Half a sentence of an edi");
    for button in ["add-moment", "add-scenario", "drop-moment-0"] {
        let grown = press(&editor, &desk, &typed, button).await;
        grown.is(200).has("Half a sentence of an edi").has("data-unsaved");
        // an act that is not about the text comes next
        press(&editor, &desk, &changed(&fields_of(&grown.body), "related", "2"), "pin").await.is(303);
        editor.get(&desk).await.has("Half a sentence of an edi").lacks("data-unsaved");
        editor.post(&desk, &[("do", "forget")]).await.is(303);
    }
    let grown = press(&editor, &desk, &typed, "add-moment").await;
    press(&editor, &desk, &fields_of(&grown.body), "restore-1").await.is(422).has("Half a sentence of an edi");
    world.work().await;
});

story!(a_draft_with_a_mistake_says_so_in_its_preview_and_when_it_is_opened, |world| {
    let (editor, desk, form) = opened(world).await;
    let wrong = changed(&changed(&form, "title", "A new title"), "countries", "XX");
    press(&editor, &desk, &wrong, "save").await.is(303);
    editor.get(&desk).await.has("To mend before it can be published").has("XX is no country code").has("A new title");
    editor.get(&format!("{desk}/preview")).await.has("This is the text before yours").has("XX is no country code").lacks("A new title");
    press(&editor, &desk, &changed(&wrong, "countries", "NG"), "save").await.is(303);
    editor.get(&desk).await.lacks("To mend before");
    editor.get(&format!("{desk}/preview")).await.lacks("This is the text before yours").has("A new title");
});

story!(what_is_handed_in_could_be_published, |world| {
    let (_, desk, _) = opened(world).await;
    let cora = world.signed_in(intelrift::model::viewer::Role::Contributor).await;
    let form = fields_of(&cora.get(&desk).await.body);
    press(&cora, &desk, &changed(&form, "countries", "XX"), "hand-in").await.is(422).has("XX is no country code");
    press(&cora, &desk, &form, "hand-in").await.is(303);
});

story!(publishing_twice_is_publishing_once, |world| {
    let (editor, desk, form) = opened(world).await;
    let form = changed(&form, "happened", "Pressed twice. [1]");
    let first = press(&editor, &desk, &form, "publish").await;
    let second = press(&editor, &desk, &form, "publish").await;
    assert_eq!((second.is(303).header("location"), first.header("location")), (first.header("location"), second.header("location")));
    editor.get(&desk).await.lacks("Forget my draft");
    // with a correction it is another text
    let corrected = changed(&form, "correction", "Somebody was wrong.");
    press(&editor, &desk, &corrected, "publish").await.is(409);
    // another editor's form is older than that
    press(&world.editor().await, &desk, &changed(&form, "happened", "Somebody else. [1]"), "publish").await.is(409);
});

story!(what_is_restored_is_published_as_it_was, |world| {
    let (editor, desk, form) = opened(world).await;
    let path = world.path_of("refinery").await;
    let moments = |page: &str| page.matches("First report").count();
    let before = moments(&editor.get(&path).await.body);
    assert!(before > 0);
    press(&editor, &desk, &form, "publish").await.is(303);
    let mut bare = fields_of(&editor.get(&desk).await.body);
    bare.retain(|(name, _)| !(name.starts_with('t') && name[1..].starts_with(|c: char| c.is_ascii_digit())));
    press(&editor, &desk, &changed(&bare, "level", ""), "publish").await;
    let mut bare = changed(&bare, "level", "");
    bare.retain(|(name, _)| !(name.starts_with(['j', 's']) && name[1..].starts_with(|c: char| c.is_ascii_digit())));
    press(&editor, &desk, &bare, "publish").await.is(303);
    assert_eq!(moments(&editor.get(&path).await.body), 0);
    editor.post(&desk, &[("do", "forget")]).await.is(303);
    editor.post(&desk, &[("do", "restore-2")]).await.is(303);
    press(&editor, &desk, &fields_of(&editor.get(&desk).await.body), "publish").await.is(303);
    let page = editor.get(&path).await;
    assert_eq!(moments(&page.body), before);
    page.has("What the level rests on");
});

story!(a_retracted_incident_stands_beside_no_other, |world| {
    let (editor, desk, _) = opened(world).await;
    let quake = world.path_of("chile").await;
    let number = quake.rsplit('-').next().unwrap().to_string();
    let form = changed(&fields_of(&editor.get(&desk).await.body), "related", &number);
    press(&editor, &desk, &form, "pin").await.is(303);
    world.work().await;
    let fire = world.path_of("refinery").await;
    editor.get(&fire).await.has("chosen by an editor").has(&quake);
    // under another title it is named by that
    let at_quake = world.desk_path_of("Chile").await;
    let renamed = changed(&fields_of(&editor.get(&at_quake).await.body), "title", "Strong quake in Valparaiso");
    press(&editor, &at_quake, &renamed, "publish").await.is(303);
    editor.get(&fire).await.has("Strong quake in Valparaiso").lacks(&quake);
    let form = changed(&fields_of(&editor.get(&at_quake).await.body), "reason", "It was a drill");
    press(&editor, &at_quake, &form, "retract").await.is(303);
    editor.get(&fire).await.is(200).lacks("Strong quake in Valparaiso");
    editor.get(&at_quake).await.has("<h2>Retracted</h2>").has("It was a drill").lacks(">Publish revision").lacks(">Hand in<");
});

story!(what_is_marked_for_everybody_again_is_published_by_the_policy, |world| {
    world.two_outlets().await;
    world.publishes("Wire", "Earthquake shakes Chile and injures dozens", "Rescue teams reached Valparaiso, Chile, at night.", 60);
    world.work().await;
    let desk = world.desk_path_of("Chile").await;
    let editor = world.editor().await;
    let mark = async |tlp: &str| {
        let form = changed(&fields_of(&editor.get(&desk).await.body), "tlp", tlp);
        press(&editor, &desk, &form, "mark").await.is(303);
    };
    mark("green").await;
    world.publishes("Gazette", "Dozens injured as earthquake shakes Chile", "", 50);
    world.forward(std::time::Duration::from_secs(4_100));
    world.work().await;
    world.anybody().get("/incidents").await.lacks("Chile");
    mark("clear").await;
    world.work().await;
    world.anybody().get("/incidents").await.has("Chile");
});

story!(a_source_with_another_grade_and_name_has_them_on_its_incidents, |world| {
    let (editor, ..) = opened(world).await;
    let path = world.path_of("refinery").await;
    editor.get(&path).await.has("Wire");
    let sources = intelrift::store::source::list(&world.app.db).await.unwrap();
    let source = format!("/admin/sources/{}", sources.iter().find(|source| source.name == "Wire").unwrap().id);
    let form = crate::world::fields_in(&editor.get(&source).await.body, "<form class=\"mt\" method=\"post\"");
    editor.post(&source, &pairs(&changed(&form, "name", "Gazette"))).await.is(422).has("Another source has this name");
    let form = changed(&changed(&form, "name", "Harbour Wire"), "reliability", Reliability::E.word());
    editor.post(&source, &pairs(&form)).await.is(303);
    world.work().await;
    world.anybody().get(&path).await.has("Harbour Wire");
    editor.get("/admin/audit").await.has("name: Wire → Harbour Wire").has("→ E");
});
