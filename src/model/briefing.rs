//! A Briefing: a digest of the incidents of 24 hours, composed once a day and kept as it was.
//!
//! [`OpenBriefing`] is for everybody. [`PremiumBriefing`] is in a column of its own, which only members' pages ask for.

use super::assessment::{Confidence, Likelihood};
use super::category::Category;
use super::market::Direction;
use super::place::Region;
use super::severity::Severity;
use crate::clock::{DAY, HOUR, Timestamp};
use serde::{Deserialize, Serialize};

/// The days of briefings: each covers the 24 hours up to an hour of its day, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub until: Timestamp,
}

impl Span {
    /// The newest whose time is up; `hour` is from 0 to 23.
    pub fn newest(now: Timestamp, hour: u32) -> Self {
        let after_midnight = HOUR * hour;
        Self { until: now.minus(after_midnight).start_of_day().plus(after_midnight) }
    }
    pub fn since(self) -> Timestamp {
        self.until.minus(DAY)
    }
    /// `2022-03-20`, the day on which it ends.
    pub fn day(self) -> String {
        self.until.date()
    }
}

/// `2022-03-20` as a day that there is; `None` for any other text.
pub fn day_of(text: &str) -> Option<Timestamp> {
    Timestamp::parse(&format!("{text}T00:00:00Z")).filter(|day| day.date() == text)
}

/// The incident that a line is about, as its lists name it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Subject {
    pub number: i64,
    pub slug: String,
    pub title: String,
    /// ISO 639-1, when the title is in another language than English.
    #[serde(default)]
    pub title_language: Option<String>,
    /// An editor has corrected it since.
    #[serde(default, skip_serializing)]
    pub is_corrected: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct OpenBriefing {
    /// Public incidents with articles in its 24 hours, how many of them began then, and these articles.
    pub incidents: i64,
    pub opened: i64,
    pub articles: i64,
    pub chapters: Vec<Chapter>,
    pub shifts: Vec<Shift>,
}

/// The gravest incidents of a region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chapter {
    /// `None` for what is in no region.
    pub region: Option<Region>,
    pub lines: Vec<Line>,
    /// Incidents that have no line.
    pub more: i64,
}

impl Chapter {
    pub fn label(&self) -> &'static str {
        self.region.map_or("Elsewhere", Region::label)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    pub subject: Subject,
    pub severity: Severity,
    pub category: Category,
    /// The first sentence of its summary, unless the title says the same.
    pub sentence: Option<String>,
    /// ISO 639-1, when that is in another language than English.
    #[serde(default)]
    pub sentence_language: Option<String>,
    /// In these 24 hours.
    pub articles: i64,
    pub is_new: bool,
}

/// An incident whose severity is another than it was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shift {
    pub subject: Subject,
    pub was: Severity,
    pub severity: Severity,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct PremiumBriefing {
    pub judgements: Vec<Judged>,
    pub exposures: Vec<Exposure>,
    pub expected: Vec<Expected>,
    pub signals: Vec<Unseen>,
}

/// What may come of an incident, and how likely.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    pub subject: Subject,
    pub text: String,
    pub likelihood: Likelihood,
    pub confidence: Confidence,
}

/// A price that an incident moved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exposure {
    pub subject: Subject,
    pub exposure: String,
    pub direction: Direction,
    pub horizon: String,
    pub confidence: Confidence,
}

/// Something that is announced for a time after the briefing's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Expected {
    pub subject: Subject,
    pub at: Timestamp,
    pub shown: String,
    pub text: String,
}

/// A signal that nobody has reported yet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unseen {
    pub subject: Subject,
    pub text: String,
}

impl OpenBriefing {
    /// Of all its lines the one about the gravest incident; the first of those that are as grave.
    pub fn lead(&self) -> Option<&Line> {
        let lines = self.chapters.iter().flat_map(|chapter| &chapter.lines);
        lines.max_by_key(|line| (line.severity, line.articles, std::cmp::Reverse(line.subject.number)))
    }

    /// `24 incidents had news, 7 of them new, in 61 articles.`
    pub fn sentence(&self) -> String {
        let count = |n: i64, one: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") };
        let new = if self.opened == 0 { "none" } else { &self.opened.to_string() };
        format!("{} had news, {new} of them new, in {}.", count(self.incidents, "incident"), count(self.articles, "article"))
    }

    /// Lets each line stand as its incident does by now, by `now`, and says how many of its lines are about one that is public no more: these go.
    pub fn stand_by(&mut self, now: &dyn Fn(i64) -> Option<Subject>) -> usize {
        let gone = |lines: &mut Vec<Line>| stand(lines, |line| &mut line.subject, now);
        let lines = self.chapters.iter_mut().map(|chapter| gone(&mut chapter.lines)).sum::<usize>();
        // what was corrected is not said again as it was
        for line in self.chapters.iter_mut().flat_map(|chapter| &mut chapter.lines).filter(|line| line.subject.is_corrected) {
            line.sentence = None;
        }
        self.chapters.retain(|chapter| !chapter.lines.is_empty() || chapter.more > 0);
        stand(&mut self.shifts, |shift| &mut shift.subject, now);
        lines
    }
}

impl PremiumBriefing {
    /// The same of its lines.
    pub fn stand_by(&mut self, now: &dyn Fn(i64) -> Option<Subject>) {
        stand(&mut self.judgements, |line| &mut line.subject, now);
        stand(&mut self.exposures, |line| &mut line.subject, now);
        stand(&mut self.expected, |line| &mut line.subject, now);
        stand(&mut self.signals, |line| &mut line.subject, now);
    }
}

fn stand<T>(lines: &mut Vec<T>, subject: impl Fn(&mut T) -> &mut Subject, now: &dyn Fn(i64) -> Option<Subject>) -> usize {
    let before = lines.len();
    lines.retain_mut(|line| {
        let subject = subject(line);
        let found = now(subject.number);
        let stays = found.is_some();
        *subject = found.unwrap_or_else(|| subject.clone());
        stays
    });
    before - lines.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn subject(number: i64) -> Subject {
        Subject { number, slug: format!("s-{number}"), title: format!("T{number}"), title_language: None, is_corrected: false }
    }

    #[test]
    fn a_briefing_ends_at_its_hour_of_the_day() {
        let span = |now: &str, hour| Span::newest(at(now), hour).until.iso();
        assert_eq!(span("2022-03-20T06:00:00Z", 6), "2022-03-20T06:00Z");
        assert_eq!(span("2022-03-20T05:59:59Z", 6), "2022-03-19T06:00Z");
        assert_eq!(span("2022-03-20T00:00:00Z", 0), "2022-03-20T00:00Z");
        let span = Span::newest(at("2022-03-01T03:00:00Z"), 23);
        assert_eq!((span.day().as_str(), span.since().iso().as_str()), ("2022-02-28", "2022-02-27T23:00Z"));
    }

    #[test]
    fn only_days_that_there_are_have_an_address() {
        assert_eq!(day_of("2022-03-20"), Some(at("2022-03-20T00:00:00Z")));
        for odd in ["2022-02-30", "20220320", "2022-3-20", "", "feed", "2022-03-20T00:00:00Z", "+002022-03-20"] {
            assert_eq!(day_of(odd), None, "{odd}");
        }
    }

    #[test]
    fn what_was_taken_back_leaves_and_what_was_renamed_has_its_new_title() {
        let line = |number| Line {
            subject: subject(number),
            severity: Severity::High,
            category: Category::Energy,
            sentence: None,
            sentence_language: None,
            articles: 1,
            is_new: false,
        };
        let chapter = |region, lines, more| Chapter { region, lines, more };
        let mut open = OpenBriefing {
            chapters: vec![chapter(Some(Region::Africa), vec![line(1), line(2)], 0), chapter(None, vec![line(3)], 0)],
            shifts: vec![Shift { subject: subject(3), was: Severity::Low, severity: Severity::High }],
            ..OpenBriefing::default()
        };
        open.chapters[0].lines[0].sentence = Some("Four are dead.".into());
        open.chapters[0].lines[1].sentence = Some("Five are dead.".into());
        let renamed = |number: i64| (number < 3).then(|| Subject { title: "New".into(), is_corrected: number == 2, ..subject(number) });
        assert_eq!(open.stand_by(&renamed), 1);
        assert_eq!(open.chapters.len(), 1);
        assert_eq!(open.chapters[0].lines[1].subject.title, "New");
        // a corrected incident is not told as it was
        let sentences: Vec<_> = open.chapters[0].lines.iter().map(|line| line.sentence.as_deref()).collect();
        assert_eq!(sentences, [Some("Four are dead."), None]);
        assert!(open.shifts.is_empty());
    }

    #[test]
    fn its_first_sentence_counts() {
        let open = |incidents, opened, articles| OpenBriefing { incidents, opened, articles, ..OpenBriefing::default() }.sentence();
        assert_eq!(open(1, 0, 2), "1 incident had news, none of them new, in 2 articles.");
        assert_eq!(open(24, 7, 61), "24 incidents had news, 7 of them new, in 61 articles.");
    }
}
