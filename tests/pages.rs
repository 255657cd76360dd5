//! Every template is drawn full and empty, with the longest and oddest words.

#[path = "world/mod.rs"]
mod world;

use askama::Template;
use intelrift::account::access;
use intelrift::clock::Timestamp;
use intelrift::error::Problems;
use intelrift::model::assessment::{Assessment, Confidence, Factor, Judgement, Likelihood, Scenario, Threat as Level};
use intelrift::model::category::Category;
use intelrift::model::edition::Signed;
use intelrift::model::entity::EntityKind;
use intelrift::model::figure::Measure;
use intelrift::model::market::{Direction, Magnitude, MarketMove};
use intelrift::model::page::*;
use intelrift::model::panel::Panel;
use intelrift::model::place::Region;
use intelrift::model::point::{Exactness, Point};
use intelrift::model::severity::{Reason, Severity};
use intelrift::model::topic::Topic;
use intelrift::model::viewer::{Member, Role, Viewer};
use intelrift::text::markdown;
use intelrift::web::page::{Frame, Status};
use intelrift::web::prefs::Theme;
use intelrift::web::{account, error, incident, method, session, sign};

fn frame(viewer: Viewer) -> Frame {
    Frame {
        name: "Intelrift".into(),
        desk: "Desk".into(),
        strip: Some("A strip".into()),
        viewer,
        here: "desk",
        theme: Theme::Dark,
        css: "/static/x.css".into(),
        theme_js: String::new(),
        live_js: String::new(),
        editor_js: String::new(),
        icon: String::new(),
        base: "https://news.example".into(),
        status: Some(Status::default()),
        alerts: 2,
        token: "t\"".into(),
        path: "/".into(),
        back: "%2F".into(),
    }
}

fn member() -> Viewer {
    Viewer::Member(Member { id: 1.into(), name: "Ada <b>".into(), role: Role::Admin })
}

/// A title of 400 characters, 60 topics in many scripts, 300 sources.
fn full() -> OpenPart {
    let line = markdown::line("A line. [1]");
    OpenPart {
        number: 7,
        tlp: intelrift::model::tlp::Tlp::Clear,
        slug: "fire-7".into(),
        title: "Very long word ".repeat(27),
        title_language: None,
        description: "About <it>".into(),
        description_language: None,
        category: Category::Energy,
        severity: Severity::Critical,
        reasons: vec![Reason { rule: "Deaths".into(), value: "9".into(), points: 2 }],
        priority: true,
        country: Some(Country { code: "NG".into(), name: "Nigeria".into() }),
        region: Some(Region::Africa),
        point: Some(Point { name: "Lagos".into(), latitude: 6.5, longitude: 3.4, exactness: Exactness::City }),
        articles: 300,
        sources: 200,
        voices: 100,
        first_at: Timestamp(0),
        newest_at: Timestamp(1_000),
        published_at: Some(Timestamp(0)),
        updated_at: Timestamp(1_000),
        revision: 3,
        signed: Signed::Editor { name: "Ada".into(), at: Timestamp(0) },
        articles_since: 2,
        summary: vec![Part { heading: "What happened".into(), text: markdown::with_topic("One. Two."), by: Some("drafted by <m>".into()) }],
        implications: vec![line.clone()],
        signals: vec![
            SignalLine { text: line.clone(), observed: true, at_start: false, seen: None },
            SignalLine { text: line.clone(), observed: false, at_start: true, seen: None },
        ],
        topics: (0..60).map(|n| Topic::new(["пожар", "حريق", "火災", "e\u{301}🔥"][n % 4], ["ru", "ar", "ja", "en"][n % 4])).collect(),
        event: Some(intelrift::model::event::EventClass { root: intelrift::model::event::Root::Fight, code: "190".into(), goldstein: -9.8 }),
        figures: vec![FigureTable {
            measure: Measure::Killed,
            rows: vec![FigureRow {
                shown: "at least 3".into(),
                at: Timestamp(0),
                outlet: "O & P".into(),
                who: Some("<police>".into()),
                articles: vec![1, 2],
            }],
        }],
        unknowns: vec![line],
        cited: (1..=300).map(source).collect(),
        corrections: vec![(3, Timestamp(900), "The place was <wrong>.".into())],
        times: vec![Timestamp(1_000)],
    }
}

fn source(place: i64) -> SourceLine {
    SourceLine {
        place,
        title: "عنوان بالعربية".into(),
        address: "https://example.org/?a=1&b=2".into(),
        language: "ar".into(),
        language_name: "Arabic".into(),
        outlet: "Outlet & Sons".into(),
        owner: "Group".into(),
        country: None,
        published_at: Timestamp(0),
        grade: "B2".into(),
        grade_meaning: "x".into(),
        shares: "opened this incident".into(),
    }
}

fn empty() -> OpenPart {
    OpenPart {
        title: "?".into(),
        severity: Severity::Unassessed,
        reasons: vec![],
        priority: false,
        country: None,
        region: None,
        point: None,
        signed: Signed::Rules { at: Timestamp(0) },
        articles_since: 0,
        summary: vec![],
        implications: vec![],
        signals: vec![],
        topics: vec![],
        event: None,
        figures: vec![],
        unknowns: vec![],
        cited: vec![],
        corrections: vec![],
        times: vec![],
        description: String::new(),
        description_language: None,
        ..full()
    }
}

fn premium() -> PremiumPart {
    let row = MarketMove {
        exposure: "Oil".into(),
        note: "x".into(),
        direction: Direction::Down,
        magnitude: Magnitude::Large,
        horizon: "3 days".into(),
        confidence: Confidence::High,
        trace: vec![],
        event: None,
        study: None,
        source: String::new(),
    };
    let node = |name: &str, kind| Node { kind, name: name.into(), articles: 1, x: 10.0, y: 20.0, label_y: 5.0 };
    PremiumPart {
        markets: Markets {
            caption: "c".into(),
            rows: vec![MarketRow { row, note: markdown::line("n"), points: String::new(), event_x: None, tests: vec![] }],
        },
        threat: Some(Threat {
            changes: vec!["Trend from 2 to 4: <more>".into()],
            changed_from: 2,
            assessment: Assessment {
                level: Level::High,
                before: Some(Level::Low),
                factors: vec![Factor { name: "Intent".into(), value: 3, reason: "r".into() }],
                judgements: vec![Judgement { text: "j".into(), likelihood: Likelihood::Likely, confidence: Confidence::Low }],
                horizon: "the week".into(),
                scenarios: vec![Scenario { name: "A".into(), text: "a".into(), share: 100 }],
            },
            triggers: vec![SignalLine { text: markdown::line("t"), observed: false, at_start: false, seen: None }],
        }),
        timeline: vec![MomentLine {
            iso: "2022-03-20T08:15Z".into(),
            shown: "20 Mar".into(),
            text: markdown::line("m"),
            key: true,
            label: Some("First report".into()),
            is_next: false,
        }],
        related: Related {
            incidents: vec![RelatedIncident {
                number: 7,
                slug: "a-1".into(),
                title: "A".into(),
                title_language: None,
                severity: Severity::Low,
                why: vec!["x".into(), "y".into()],
            }],
            network: Network {
                nodes: vec![node("a", EntityKind::Person), node("b", EntityKind::Place), node("c", EntityKind::Organisation)],
                ties: vec![Tie {
                    from: 0,
                    to: 1,
                    articles: 2,
                    bond: Some(Bonded { quad: intelrift::model::event::Quad::MaterialConflict, sentences: 1, of: 2 }),
                }],
            },
        },
    }
}

fn no_premium() -> PremiumPart {
    PremiumPart { markets: Markets { caption: String::new(), rows: vec![] }, threat: None, timeline: vec![], related: Related::default() }
}

#[test]
fn an_incident_is_drawn_full_and_empty_open_and_locked() {
    for open in [full(), empty()] {
        for premium in [access::preview(premium()), access::preview(no_premium()), Panel::Locked] {
            let locked = premium.is_locked();
            let viewer = if locked { Viewer::Anonymous } else { member() };
            let html = incident::Show::new(frame(viewer), open.clone(), premium, Timestamp(2_000)).render().unwrap();
            assert!(html.contains("</html>") && html.contains("id=\"sources\""));
            assert_eq!(html.contains("Unlock full intelligence access"), locked);
            assert_eq!(html.matches("<h1").count(), 1);
            assert!(!html.contains("Ada <b>"), "names are escaped");
        }
    }
}

#[test]
fn foreign_titles_and_topics_say_their_language_and_direction() {
    let html = incident::Show::new(frame(Viewer::Anonymous), full(), Panel::Locked, Timestamp(0)).render().unwrap();
    assert!(html.contains("lang=\"ar\" dir=\"rtl\">عنوان بالعربية"));
    assert!(html.contains("lang=\"ru\" dir=\"ltr\">пожар"));
}

#[test]
fn forms_are_drawn_with_and_without_problems() {
    let mut problems = Problems::default();
    problems.add("email", "Enter <an> address");
    for problems in [Problems::default(), problems] {
        let has = !problems.is_empty();
        let page =
            sign::SignUp { frame: frame(Viewer::Anonymous), next: "/x".into(), email: "a\"b".into(), problems: problems.clone() }.render().unwrap();
        assert_eq!(page.contains("aria-invalid=\"true\""), has);
        assert_eq!(page.contains("The account was not created"), has);
        assert!(page.contains("value=\"a&#34;b\"") && !page.contains("<an>"));
        let page = sign::SignIn {
            frame: frame(Viewer::Anonymous),
            next: "/".into(),
            email: String::new(),
            stay: false,
            problems,
            passkey_js: Some("/x.js".into()),
        }
        .render()
        .unwrap();
        assert_eq!(page.contains("You are not signed in"), has);
    }
}

#[test]
fn the_other_pages_are_drawn() {
    let mut bare = frame(Viewer::Anonymous);
    bare.status = None;
    let sorry = error::Sorry { frame: bare, status: 503, title: "Away", sentence: "Soon <back>".into(), reference: Some("7f3a".into()) };
    let html = sorry.render().unwrap();
    assert!(html.contains("Reference 7f3a") && !html.contains("<back>"));
    assert!(method::Show::new(frame(member()), 0).render().unwrap().contains("reviewed by an editor before it is published"));
    let device = session::Device {
        words: "Firefox on <Linux>".into(),
        place: "the internet, 203.0.113.9".into(),
        began: Timestamp(0),
        seen: Timestamp(1),
        mark: "1".into(),
        is_own: false,
    };
    let passkey = intelrift::store::factor::Row {
        id: 1.into(),
        kind: intelrift::model::factor::FactorKind::Passkey,
        label: "My <phone>".into(),
        secret: "{}".into(),
        added_at: Timestamp(0),
    };
    let show = account::Show {
        briefing: false,
        frame: frame(member()),
        email: "a@b.org".into(),
        name: "Ada".into(),
        role: Role::Admin,
        has_password: true,
        sessions: vec![device],
        app: true,
        recovery: 9,
        passkeys: vec![passkey],
        passkey_js: Some("/x.js".into()),
        webhooks: vec![],
        floors: &[],
        may_add_webhook: true,
        typed_webhook: String::new(),
        typed_query: String::new(),
        typed_floor: Severity::High,
        typed_address: String::new(),
        problems: Problems::default(),
    };
    let page = show.render().unwrap();
    for part in ["Admin", "Firefox on &#60;Linux&#62;", "203.0.113.9", "9 recovery codes left", "My &#60;phone&#62;"] {
        assert!(page.contains(part), "{part}");
    }
}
