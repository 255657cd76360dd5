//! How the desk words what it judges (ICD 203): one row of likelihood words, likelihood and confidence in different sentences, and no
//! bare "may", which says nothing.

const BARE: &[&str] = &["may", "might", "could", "possibly", "perhaps", "conceivably"];
/// Words of the other rows of ICD 203, which readers would take for more than one scale.
const OTHER_ROWS: &[&str] =
    &["remote", "improbable", "probable", "probably", "nearly certain", "highly likely", "highly unlikely", "highly improbable", "highly probable"];
const LIKELIHOOD: &[&str] = &["almost no chance", "unlikely", "roughly even", "even chance", "likely", "almost certain"];
const CONFIDENCE: &[&str] = &["low confidence", "moderate confidence", "high confidence", "confidence is"];

/// What is wrong with the wording of a sentence, if anything is.
pub fn problem(sentence: &str) -> Option<&'static str> {
    let lower =
        format!(" {} ", sentence.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" "));
    // a month is written with a capital, and the first of May has its number
    let has = |word: &&&str| lower.contains(&format!(" {word} ")) && !(**word == "may" && sentence.contains("May") && !sentence.contains(" may"));
    if BARE.iter().any(|word| has(&word)) {
        return Some("it says “may” or the like: name the likelihood, or leave it out");
    }
    if OTHER_ROWS.iter().any(|word| has(&word)) {
        return Some("it uses a likelihood word that is not of the desk's row");
    }
    let (likelihood, confidence) = (LIKELIHOOD.iter().any(|word| has(&word)), CONFIDENCE.iter().any(|word| has(&word)));
    (likelihood && confidence).then_some("it states likelihood and confidence in one sentence")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_of_icd_203_are_kept() {
        for bad in ["Troops may cross.", "It could end.", "It is highly likely.", "Probably not.", "It is likely, with high confidence."] {
            assert!(problem(bad).is_some(), "{bad}");
        }
        for good in ["It is very likely.", "Talks on 9 May ended.", "Confidence is moderate.", "Theresa May spoke.", "Three were killed."] {
            assert_eq!(problem(good), None, "{good}");
        }
    }
}
