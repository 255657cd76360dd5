//! The page that started the project, through the editor's form and out as a page that shows every part of it.

use crate::story;
use crate::world::{changed, fields_of, pairs};
use std::io::Write;

const PAGE: &str = "../shared/seed";

fn seed() -> Option<String> {
    let file = std::fs::read_dir(PAGE).ok()?.next()?.ok()?;
    std::fs::read_to_string(file.path()).ok()
}

/// The seed's summary is one paragraph; its parts begin at these words.
fn parts(text: &str) -> [String; 4] {
    let summary = text.lines().find(|l| l.starts_with("On April 10, 2026")).unwrap();
    let at = |words: &str| summary.find(words).unwrap();
    let (geo, markets, watch) = (at("Geopolitically, the thrust"), at("Market and economic implications"), at("What to watch next"));
    [&summary[..geo], &summary[geo..markets], &summary[markets..watch], &summary[watch..]].map(|p| p.trim().to_string())
}

story!(the_seed_incident_comes_out_with_every_part, |world| {
    let Some(seed) = seed() else {
        // past what holds a passing test's words back
        std::io::stderr().write_all(format!("skipped: {PAGE} is missing\n").as_bytes()).unwrap();
        return;
    };
    world.two_outlets().await;
    world.publishes(
        "Wire",
        "Putin convenes meeting on development of artificial intelligence",
        "Vladimir Putin met Dmitry Grigorenko on artificial intelligence in Russia.",
        300,
    );
    world.publishes(
        "Gazette",
        "Putin calls for Russia to expand artificial intelligence for national defense",
        "Putin said artificial intelligence serves national defense of Russia.",
        120,
    );
    world.publishes("Wire", "Putin meets Grigorenko on artificial intelligence for national defense of Russia", "", 10);
    world.work().await;
    let title = seed.lines().find(|l| l.starts_with("Putin pushes")).unwrap();
    let lines: Vec<&str> = seed.lines().map(str::trim).collect();
    let implications: Vec<&str> = ["• 01", "• 02", "• 03"].iter().map(|n| lines[lines.iter().position(|l| l == n).unwrap() + 2]).collect();
    let from = lines.iter().position(|l| *l == "Key Signals").unwrap();
    let signals: Vec<&str> = lines[from..].iter().filter_map(|l| l.strip_prefix("• ")).take(4).collect();
    assert_eq!((implications.len(), signals.len()), (3, 4));

    let editor = world.editor().await;
    let desk = world.desk_path_of("Putin").await;
    let mut form = fields_of(&editor.get(&desk).await.body);
    let [happened, geopolitics, markets, watch] = parts(&seed);
    for (name, value) in [
        ("title", title),
        ("category", "security"),
        ("severity", "na"),
        ("countries", "RU"),
        ("priority", "on"),
        ("happened", &happened),
        ("geopolitics", &geopolitics),
        ("markets_text", &markets),
        ("watch", &watch),
        ("implications", &implications.join("\n")),
        ("signals", &signals.join("\n")),
        ("topics", "Vladimir Putin; artificial intelligence; national defense; sovereign AI; Dmitry Grigorenko; security; Russia; ru:ИИ для обороны"),
        ("m0exposure", "GPUs and accelerators"),
        ("m0note", "Higher demand"),
        ("m0direction", "up"),
        ("m0magnitude", "moderate"),
        ("m0horizon", "3–12 months"),
        ("m0confidence", "low"),
        ("do", "publish"),
    ] {
        form = changed(&form, name, value);
    }
    let sent = editor.post(&desk, &pairs(&form)).await;
    sent.is(303);
    let path = sent.header("location").to_string();
    let page = world.anybody().get(&path).await;
    let text = page.body.replace("&#38;", "&").replace("&amp;", "&").replace("&#39;", "'");
    for part in [&happened, &geopolitics, &markets, &watch] {
        for sentence in intelrift::text::sentence::sentences(part) {
            assert!(text.contains(sentence), "{sentence:?} is missing in {text}");
        }
    }
    for line in implications.iter().chain(&signals) {
        page.has(line);
    }
    page.has("3 articles").has("2 sources").has(">Priority<").has("N/A").has("Security incident").has(">RU<").has("LIVE").has("Europe");
    page.has("lang=\"ru\" dir=\"ltr\">ИИ для обороны")
        .has("Market impact analysis")
        .has("Threat assessment")
        .has("Event timeline")
        .has("Related intelligence");
    let member = world.reader().await.get(&path).await;
    member.has("GPUs and accelerators").has("▲ Up").has("Key judgements").has("class=\"tl\"").has("Entity network");
});
