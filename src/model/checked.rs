//! From what was typed to an edition, or to what is wrong with it.

use super::assessment::{Assessment, Threat};
use super::country;
use super::edition::{Edition, Narrative};
use super::market::MarketMove;
use super::moment::{Moment, Precision};
use super::point::Point;
use super::row::{JudgementRow, MomentRow, ScenarioRow, as_before};
use super::severity::{Reason, Severity};
use super::signal::Signal;
use super::topic::Topic;
use super::working::{ROWS, Working};
use crate::clock::Timestamp;
use crate::error::Problems;
use crate::text::markdown::cited;

const TITLE: usize = 400;
const TOPICS: usize = 60;
const COUNTRIES: usize = 20;
/// Characters of one part of the summary.
const PART: usize = 20_000;
/// Characters of a correction.
const CORRECTION: usize = 500;

impl Working {
    /// The moment that was typed for publishing or an embargo. `Invalid` at `when`.
    pub fn moment(&self) -> Result<Timestamp, Problems> {
        let read = MomentRow { when: self.when.clone(), what: String::new(), key: false }.read();
        read.filter(|moment| moment.precision == Precision::Minute).map(|moment| moment.at).ok_or_else(|| {
            let mut problems = Problems::default();
            problems.add("when", "Write the time as 2022-03-20T08:15, in UTC");
            problems
        })
    }

    /// The edition that was typed. `before` gives what the form does not show; `places` are those of the articles that can be cited.
    pub fn edition(&self, before: &Edition, places: &[i64]) -> Result<Edition, Problems> {
        let mut problems = Problems::default();
        let edition = Edition {
            title: self.checked_title(&mut problems),
            category: self.category.parse().unwrap_or(before.category),
            severity: self.severity.parse().unwrap_or(before.severity),
            reasons: self.reasons(before),
            priority: self.priority,
            point: self.point(before),
            countries: self.checked_countries(&mut problems),
            narrative: self.checked_narrative(&mut problems),
            implications: lines(&self.implications),
            signals: self.signals(before),
            topics: self.topics.split(';').filter_map(Topic::parse).take(TOPICS).collect(),
            mentions: before.mentions.clone(),
            markets: self.checked_markets(before, &mut problems),
            assessment: self.checked_assessment(before, &mut problems),
            timeline: self.checked_timeline(before, &mut problems),
            figures: before.figures.clone(),
            written: self.written(before),
            event: before.event.clone(),
            bonds: before.bonds.clone(),
            unknowns: lines(&self.unknowns),
        };
        if edition.unknowns.is_empty() {
            problems.add("unknowns", "Say at least one thing that is not known, or what would change this assessment");
        }
        for (field, text) in [("implications", &self.implications), ("signals", &self.signals), ("unknowns", &self.unknowns)] {
            if text.lines().filter(|line| !line.trim().is_empty()).count() > ROWS {
                problems.add(field, format!("Keep at most {ROWS} lines here"));
            }
        }
        if self.topics.split(';').filter_map(Topic::parse).count() > TOPICS {
            problems.add("topics", format!("Keep at most {TOPICS} topics"));
        }
        check_citations(&edition, places, &mut problems);
        if problems.is_empty() { Ok(edition) } else { Err(problems) }
    }

    fn checked_title(&self, problems: &mut Problems) -> String {
        let title = self.title.split_whitespace().collect::<Vec<_>>().join(" ");
        match title.chars().count() {
            0 => problems.add("title", "Write a title"),
            n if n > TITLE => problems.add("title", format!("Make the title at most {TITLE} characters long; now it has {n}")),
            _ => {}
        }
        title
    }

    fn reasons(&self, before: &Edition) -> Vec<Reason> {
        let mut reasons = before.reasons.clone();
        let severity = self.severity.parse::<Severity>().unwrap_or(before.severity);
        let why = self.severity_why.trim();
        if severity != before.severity || !why.is_empty() {
            let why = match why {
                "" => format!("from {} to {}", before.severity.label(), severity.label()),
                why => why.to_string(),
            };
            reasons.retain(|reason| reason.rule != EDITOR_RULE);
            reasons.push(Reason { rule: EDITOR_RULE.into(), value: why, points: 0 });
        }
        reasons
    }

    fn checked_countries(&self, problems: &mut Problems) -> Vec<String> {
        let codes: Vec<String> =
            self.countries.split(|c: char| c == ',' || c == ';' || c.is_whitespace()).filter(|c| !c.is_empty()).map(str::to_uppercase).collect();
        if let Some(unknown) = codes.iter().find(|code| country::find(code).is_none()) {
            problems.add("countries", format!("{unknown} is no country code: use two letters of ISO 3166-1, like RU"));
        }
        if codes.len() > COUNTRIES {
            problems.add("countries", format!("Keep at most {COUNTRIES} countries; now there are {}", codes.len()));
        }
        codes
    }

    fn checked_markets(&self, before: &Edition, problems: &mut Problems) -> Vec<MarketMove> {
        let (named, unnamed): (Vec<_>, Vec<_>) = self.markets.iter().enumerate().partition(|(_, row)| !row.exposure.trim().is_empty());
        if let Some((index, _)) = unnamed.iter().find(|(_, row)| !format!("{}{}", row.note, row.horizon).trim().is_empty()) {
            problems.add("markets", format!("Row {}: say what is exposed, or remove the row", index + 1));
        }
        named.into_iter().map(|(_, row)| row.read(before)).collect()
    }

    /// The point that it had as long as the first country stays, else the middle of that.
    fn point(&self, before: &Edition) -> Option<Point> {
        let first = self.countries.split(|c: char| !c.is_alphanumeric()).find(|code| !code.is_empty()).map(str::to_uppercase);
        if first.as_ref() == before.countries.first() { before.point.clone() } else { Point::of_country(&first?) }
    }

    fn checked_narrative(&self, problems: &mut Problems) -> Narrative {
        let parts = [("happened", &self.happened), ("geopolitics", &self.geopolitics), ("markets_text", &self.markets_text), ("watch", &self.watch)];
        for (field, text) in parts {
            if text.chars().count() > PART {
                problems.add(field, format!("Make this part at most {PART} characters long"));
            }
        }
        if self.correction.chars().count() > CORRECTION {
            problems.add(
                "correction",
                format!("Keep it to a sentence of at most {CORRECTION} characters: it stands in the list of corrections for good"),
            );
        }
        if self.happened.trim().is_empty() {
            problems.add("happened", "Say what happened; its first sentence is what readers see first");
        }
        let [happened, geopolitics, markets, watch] = parts.map(|(_, text)| text.replace("\r\n", "\n").trim().to_string());
        Narrative { happened, geopolitics, markets, watch }
    }

    /// What the rules watch for stays with a signal whose words stay.
    fn signals(&self, before: &Edition) -> Vec<Signal> {
        let read = |line: String| {
            let (observed, text) = match line.strip_prefix("[x]").or(line.strip_prefix("[X]")) {
                Some(text) => (true, text.trim().to_string()),
                None => (false, line.strip_prefix("[ ]").unwrap_or(&line).trim().to_string()),
            };
            let known = before.signals.iter().find(|s| s.text == text).cloned().unwrap_or_default();
            Signal { text, observed, ..known }
        };
        lines(&self.signals).into_iter().map(read).collect()
    }

    /// A part that an editor changed is no longer the model's.
    fn written(&self, before: &Edition) -> Option<super::edition::Written> {
        let n = &before.narrative;
        let mut written = before.written.clone()?;
        let is_same = |part: &String| match part.as_str() {
            "happened" => self.happened == n.happened,
            "geopolitics" => self.geopolitics == n.geopolitics,
            _ => self.markets_text == n.markets,
        };
        written.parts.retain(is_same);
        (!written.parts.is_empty()).then_some(written)
    }

    fn checked_timeline(&self, before: &Edition, problems: &mut Problems) -> Vec<Moment> {
        let mut timeline = vec![];
        for (index, row) in self.moments.iter().enumerate().filter(|(_, row)| !format!("{}{}", row.what, row.when).trim().is_empty()) {
            match row.read() {
                _ if row.what.trim().is_empty() => problems.add("timeline", format!("Entry {}: say what happened then, or remove it", index + 1)),
                Some(moment) => timeline.push(as_before(moment, before)),
                None => problems.add("timeline", format!("Entry {}: write the time as 2022-03-20T08:15, in UTC, or a day as 2022-03-20", index + 1)),
            }
        }
        timeline.sort_by_key(|moment| moment.at);
        timeline
    }

    fn checked_assessment(&self, before: &Edition, problems: &mut Problems) -> Option<Assessment> {
        let scenarios: Vec<_> = self.scenarios.iter().filter(|s| !s.name.trim().is_empty()).collect();
        let judgements: Vec<_> = self.judgements.iter().filter(|j| !j.text.trim().is_empty()).collect();
        let Ok(level) = self.level.parse::<Threat>() else {
            if !scenarios.is_empty() || !judgements.is_empty() {
                problems.add("scenarios", "Choose a level, or remove the judgements and scenarios: without one they would not be published");
            }
            return None;
        };
        if self.scenarios.iter().any(|s| s.name.trim().is_empty() && !format!("{}{}", s.text, s.share).trim().is_empty()) {
            problems.add("scenarios", "Give each scenario a name, or remove it");
        }
        if scenarios.iter().any(|s| s.share.trim().parse::<u8>().is_err()) {
            problems.add("scenarios", "Write each share as a whole number from 0 to 100");
        }
        if !scenarios.is_empty() && self.share_sum() != 100 {
            problems.add("scenarios", format!("The scenarios' shares must add up to 100; now they add up to {}", self.share_sum()));
        }
        let known = before.assessment.as_ref();
        Some(Assessment {
            level,
            before: known.map(|a| a.level).filter(|b| *b != level).or(known.and_then(|a| a.before).filter(|b| *b != level)),
            factors: known.map_or(vec![], |a| a.factors.clone()),
            judgements: judgements.into_iter().map(JudgementRow::read).collect(),
            horizon: self.horizon.trim().into(),
            scenarios: scenarios.into_iter().map(ScenarioRow::read).collect(),
        })
    }
}

/// What a text that was restored from `old` takes what the form does not show from: `old`, and `newest` for what is of the articles, or newer.
pub fn restored_from(old: &Edition, newest: &Edition) -> Edition {
    let assessment = match (&old.assessment, &newest.assessment) {
        // the level before this one is that of the newest
        (Some(old), Some(newest)) => Some(Assessment { factors: old.factors.clone(), ..newest.clone() }),
        (old, newest) => old.clone().or(newest.clone()),
    };
    Edition {
        signals: [&old.signals[..], &newest.signals].concat(),
        timeline: [&old.timeline[..], &newest.timeline].concat(),
        markets: [&old.markets[..], &newest.markets].concat(),
        mentions: newest.mentions.clone(),
        figures: newest.figures.clone(),
        bonds: newest.bonds.clone(),
        event: newest.event.clone(),
        assessment,
        ..old.clone()
    }
}

/// The reason that stands for an editor's own severity.
pub const EDITOR_RULE: &str = "An editor’s judgement";

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).take(ROWS).map(str::to_string).collect()
}

/// A citation of what is not among `places` is a mistake in the field it stands in.
pub fn check_citations(edition: &Edition, places: &[i64], problems: &mut Problems) {
    let n = &edition.narrative;
    let (implications, signals, unknowns) =
        (edition.implications.join(" "), edition.signals.iter().map(|s| s.text.clone()).collect::<Vec<_>>().join(" "), edition.unknowns.join(" "));
    let timeline = edition.timeline.iter().map(|m| m.text.clone()).collect::<Vec<_>>().join(" ");
    let notes = edition.markets.iter().map(|m| m.note.clone()).collect::<Vec<_>>().join(" ");
    let fields = [
        ("happened", &n.happened),
        ("geopolitics", &n.geopolitics),
        ("markets_text", &n.markets),
        ("watch", &n.watch),
        ("implications", &implications),
        ("signals", &signals),
        ("unknowns", &unknowns),
        ("timeline", &timeline),
        ("markets", &notes),
    ];
    for (field, text) in fields {
        if let Some(wrong) = cited(text).into_iter().find(|place| !places.contains(place)) {
            problems.add(field, format!("[{wrong}] cites an article that is not here: cite one of its sources by the number that it has there"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::assessment::{Confidence, Judgement, Likelihood, Scenario};
    use super::super::category::Category;
    use super::*;
    use crate::model::row::MarketRow;

    fn edition() -> Edition {
        Edition {
            title: "Fire at refinery".into(),
            category: Category::Energy,
            severity: Severity::Moderate,
            reasons: vec![],
            priority: false,
            countries: vec!["NG".into()],
            point: None,
            narrative: Narrative { happened: "A fire broke out. [1]".into(), ..Narrative::default() },
            implications: vec!["Fuel is short. [1]".into()],
            signals: vec![Signal { text: "A revised number.".into(), observed: true, pull: 1, at_start: false }],
            topics: vec![Topic::new("Lagos", "en"), Topic::new("пожар", "ru")],
            mentions: vec![],
            markets: vec![],
            assessment: Some(Assessment {
                level: Threat::Low,
                before: None,
                factors: vec![],
                judgements: vec![Judgement { text: "It will burn.".into(), likelihood: Likelihood::Likely, confidence: Confidence::Low }],
                horizon: "the week".into(),
                scenarios: vec![
                    Scenario { name: "A".into(), text: "a".into(), share: 60 },
                    Scenario { name: "B".into(), text: "b".into(), share: 40 },
                ],
            }),
            figures: vec![],
            written: None,
            event: None,
            bonds: vec![],
            timeline: vec![Moment {
                at: Timestamp(0),
                precision: Precision::Minute,
                text: "Fire. [1]".into(),
                key: true,
                anchor: Some(crate::model::moment::Anchor::First),
            }],
            unknowns: vec!["The cause.".into()],
        }
    }

    #[test]
    fn an_edition_comes_back_from_the_form_as_it_went_in() {
        assert_eq!(Working::of(&edition()).edition(&edition(), &[1]), Ok(edition()));
    }

    #[test]
    fn an_incident_that_is_elsewhere_is_on_the_map_there() {
        let before = Edition { point: Point::of_country("NG"), ..edition() };
        let mut typed = Working::of(&before);
        typed.countries = "GH NG".into();
        assert_eq!(typed.edition(&before, &[1]).unwrap().point.map(|point| point.name).as_deref(), Some("Ghana"));
    }

    #[test]
    fn what_is_restored_has_what_the_form_does_not_show() {
        let old = Edition {
            markets: vec![MarketMove { source: "prices".into(), ..MarketRow { exposure: "Brent".into(), ..MarketRow::default() }.read(&edition()) }],
            ..edition()
        };
        let newest = Edition { timeline: vec![], signals: vec![], assessment: None, markets: vec![], priority: true, ..edition() };
        let published = Working::of(&old).edition(&restored_from(&old, &newest), &[1]).unwrap();
        assert_eq!(published, old);
    }

    #[test]
    fn each_mistake_is_named_beside_its_field() {
        let mut typed = Working::of(&edition());
        typed.title = " ".into();
        typed.countries = "NG, XX".into();
        typed.unknowns = String::new();
        typed.scenarios[0].share = "50".into();
        typed.moments[0].when = "yesterday".into();
        typed.happened = "It burns. [3]".into();
        let problems = typed.edition(&edition(), &[1, 2, 9]).unwrap_err();
        for (field, says) in [
            ("title", "Write a title"),
            ("countries", "XX is no country code"),
            ("unknowns", "at least one thing"),
            ("scenarios", "now they add up to 90"),
            ("timeline", "Entry 1"),
            ("happened", "[3] cites an article that is not here"),
        ] {
            assert!(problems.of(field).is_some_and(|p| p.contains(says)), "{field}: {problems}");
        }
    }

    #[test]
    fn nothing_typed_is_left_out_without_a_word() {
        let refused = |change: fn(&mut Working)| {
            let mut typed = Working::of(&edition());
            change(&mut typed);
            typed.edition(&edition(), &[1]).unwrap_err()
        };
        assert!(refused(|t| t.level = String::new()).of("scenarios").is_some());
        assert!(refused(|t| t.scenarios[0].name = " ".into()).of("scenarios").is_some());
        assert!(refused(|t| t.scenarios[0].share = "160".into()).of("scenarios").is_some());
        assert!(refused(|t| t.implications = "A line.\n".repeat(ROWS + 1)).of("implications").is_some());
        assert!(refused(|t| t.markets = vec![MarketRow { note: "Supply".into(), ..MarketRow::default() }]).of("markets").is_some());
        assert!(refused(|t| t.moments[0].what = String::new()).of("timeline").is_some());
        assert!(refused(|t| t.countries = "NG ".repeat(COUNTRIES + 1)).of("countries").is_some());
        assert!(refused(|t| t.topics = (0..90).map(|n| format!("t{n};")).collect()).of("topics").is_some());
    }

    #[test]
    fn another_severity_has_a_reason() {
        let mut typed = Working::of(&edition());
        typed.severity = "high".into();
        typed.severity_why = "A second plant burns".into();
        let edition = typed.edition(&edition(), &[1]).unwrap();
        let editors_own = |edition: &Edition| edition.reasons.iter().filter(|r| r.rule == EDITOR_RULE).map(|r| r.value.clone()).collect::<Vec<_>>();
        assert_eq!(editors_own(&edition), ["A second plant burns"]);
        // a better reason for the same severity takes the place of the first
        let mut again = Working::of(&edition);
        again.severity_why = "The first was wrong".into();
        assert_eq!(editors_own(&again.edition(&edition, &[1]).unwrap()), ["The first was wrong"]);
    }
}
