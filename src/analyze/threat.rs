//! The threat assessment: a level from five factors, judgements in ICD 203 words, scenarios that add to 100.

use crate::clock::{DAY, Timestamp};
use crate::model::article::{Article, owners};
use crate::model::assessment::{Assessment, Confidence, Factor, Judgement, Likelihood, STARTS, Scenario, Threat};
use crate::model::incident::{Phase, is_live};
use crate::model::severity::Severity;
use crate::model::signal::Signal;
use crate::model::source::{Credibility, credibility};
use crate::text::sentence::counted;
use crate::text::words::stems;
use std::collections::BTreeSet;

/// How good the evidence is: high when confirmed by four or more owner groups, moderate when two or more report it, else low.
pub fn confidence(articles: &[Article]) -> Confidence {
    let owners = owners(articles);
    match credibility(&owners) {
        Credibility::Confirmed if owners.len() >= 4 => Confidence::High,
        Credibility::Confirmed | Credibility::ProbablyTrue => Confidence::Moderate,
        _ => Confidence::Low,
    }
}

pub fn of(articles: &[Article], severity: Severity, signals: &[Signal], before: Option<&Assessment>, now: Timestamp) -> Assessment {
    let factors = factors(articles, severity, signals, now);
    let mean = factors.iter().map(|f| f.value).sum::<i64>() as f64 / factors.len() as f64;
    let level = Threat::from_level(mean.round() as i64);
    Assessment {
        level,
        before: before.map(|b| b.level).filter(|b| *b != level),
        judgements: judgements(articles, signals, now),
        scenarios: scenarios(signals),
        horizon: format!("the week to {}", now.plus(DAY * 7).day()),
        factors,
    }
}

fn factors(articles: &[Article], severity: Severity, signals: &[Signal], now: Timestamp) -> Vec<Factor> {
    let texts: Vec<BTreeSet<String>> = articles.iter().map(super::words_read).collect();
    let share = |words: &str| {
        let words = stems(words, "en");
        let n = texts.iter().filter(|t| words.iter().any(|w| t.contains(w))).count();
        (n, 1 + (4.0 * n as f64 / articles.len().max(1) as f64).round() as i64)
    };
    let (capable, capability) = share("army military missile troops weapon forces nuclear rocket hackers police navy artillery drone");
    let (intending, intent) = share("threaten threat warn vow attack invade demand ultimatum retaliate order declare");
    let newest = articles.iter().map(|a| a.published_at).max().unwrap_or(now);
    let first = articles.iter().map(|a| a.published_at).min().unwrap_or(now);
    let times: Vec<Timestamp> = articles.iter().map(|a| a.published_at).collect();
    let phase = Phase::of(first, &times, now);
    let pull: i64 = signals.iter().filter(|s| s.observed).map(|s| s.pull).sum();
    let today = articles.iter().filter(|a| now.since(a.published_at) < DAY).count() as i64;
    let yesterday = articles.len() as i64 - today;
    let factor = |name: &str, value: i64, reason: String| Factor { name: name.into(), value: value.clamp(1, 5), reason };
    vec![
        factor("Capability", capability, format!("means of force are named in {} of {}", capable, counted(articles.len(), "article"))),
        factor("Intent", intent, format!("threats or demands are named in {} of {}", intending, counted(articles.len(), "article"))),
        factor(
            "Opportunity",
            if is_live(newest, now) { 4 } else { 2 },
            format!("phase {}, newest article {}", phase.label().to_lowercase(), newest.short()),
        ),
        factor("Impact", severity.level(), format!("severity {} of 5 by rule", severity.level())),
        factor(
            "Trend",
            3 + pull + i64::from(today > yesterday) - i64::from(today == 0),
            format!("{today} in the last 24 hours, {yesterday} before; observed signals pull {pull:+}"),
        ),
    ]
}

fn judgements(articles: &[Article], signals: &[Signal], now: Timestamp) -> Vec<Judgement> {
    let confidence = confidence(articles);
    let newest = articles.iter().map(|a| a.published_at).max().unwrap_or(now);
    let day = now.since(newest) < DAY;
    let more = match (articles.len(), day) {
        (5.., true) => Likelihood::VeryLikely,
        (2.., true) => Likelihood::Likely,
        (_, true) => Likelihood::EvenChance,
        _ => Likelihood::Unlikely,
    };
    let observed = |pull: i64| signals.iter().filter(|s| s.observed && s.pull == pull).count();
    let of_signal = |seen: usize| {
        if seen > 1 {
            Likelihood::Likely
        } else if seen == 1 {
            Likelihood::EvenChance
        } else {
            Likelihood::Unlikely
        }
    };
    let judge = |text: &str, likelihood| Judgement { text: text.into(), likelihood, confidence };
    vec![
        judge("Another article on this incident is published within 24 hours.", more),
        judge("A signal that raises the level is observed within a week.", of_signal(observed(1))),
        judge("A signal that lowers the level is observed within a week.", of_signal(observed(-1))),
    ]
}

/// Going on 60, worse 25, better 15; each observed signal moves 10 from going on to its side.
fn scenarios(signals: &[Signal]) -> Vec<Scenario> {
    let count = |pull: i64| signals.iter().filter(|s| s.observed && s.pull == pull).count().min(2) as u8;
    let [_, worse, better] = STARTS;
    let (worse, better) = (worse + 10 * count(1), better + 10 * count(-1));
    let named = |pull: i64| {
        let (open, reported): (Vec<&Signal>, Vec<&Signal>) = signals.iter().filter(|s| s.pull == pull).partition(|s| s.is_open());
        let text = |signal: &Signal| crate::text::markdown::without_citations(&signal.text);
        // what is reported already is no scenario, unless nothing else is known to look for
        open.into_iter().chain(reported).take(2).map(text).collect::<Vec<_>>().join(" ")
    };
    vec![
        Scenario {
            name: "It goes on".into(),
            text: "Reports continue at about this rate, and no further signal is observed.".into(),
            share: 100 - worse - better,
        },
        Scenario { name: "It gets worse".into(), text: named(1), share: worse },
        Scenario { name: "It eases".into(), text: named(-1), share: better },
    ]
}

#[cfg(test)]
mod tests {
    use super::super::sample::article;
    use super::*;

    fn signal(pull: i64, observed: bool) -> Signal {
        Signal { text: "A sign.".into(), observed, pull, ..Signal::default() }
    }

    #[test]
    fn scenario_shares_always_add_to_a_hundred() {
        for observed in 0..5 {
            for pull in [-1, 1] {
                let signals: Vec<_> = (0..5).map(|n| signal(pull, n < observed)).collect();
                assert_eq!(scenarios(&signals).iter().map(|s| u32::from(s.share)).sum::<u32>(), 100);
            }
        }
    }

    #[test]
    fn one_owners_outlets_are_one_voice() {
        let mut articles = vec![article(1, "a", "x", ""), article(2, "b", "x", "")];
        assert_eq!(confidence(&articles), Confidence::Moderate);
        articles[1].voice = "a".into();
        assert_eq!(confidence(&articles), Confidence::Low);
    }

    #[test]
    fn a_change_of_level_is_kept() {
        let articles = [article(1, "a", "Army threatens attack with missiles", "")];
        let assessment = of(&articles, Severity::Critical, &[], None, Timestamp(3_600_000));
        assert!(assessment.level >= Threat::High, "{assessment:?}");
        let later = of(&articles, Severity::Info, &[], Some(&assessment), Timestamp(0).plus(DAY * 9));
        assert_eq!(later.before, Some(assessment.level));
        assert!(assessment.factors.iter().all(|f| (1..=5).contains(&f.value)));
    }
}
