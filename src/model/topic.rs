//! A Topic: a tag with a folded key, the label it is shown by, and the label's own language.

use crate::text::fold::fold;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Topic {
    pub key: String,
    pub label: String,
    /// ISO 639-1
    pub language: String,
}

impl Topic {
    pub fn new(label: &str, language: &str) -> Self {
        Self { key: fold(label), label: label.trim().to_string(), language: language.to_string() }
    }

    /// What its page is found by.
    pub fn slug(&self) -> String {
        crate::text::slug::any(&self.label)
    }

    /// One topic as an editor types it: the label, and before it the language when it is not English: `ru:ИИ для обороны`.
    pub fn parse(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        let (language, label) = match typed.split_once(':') {
            Some((tag, label)) if tag.len() == 2 && tag.bytes().all(|b| b.is_ascii_lowercase()) => (tag, label.trim()),
            _ => ("en", typed),
        };
        (!label.is_empty()).then(|| Self::new(label, language))
    }

    /// As [`Topic::parse`] reads it.
    pub fn typed(&self) -> String {
        if self.language == "en" { self.label.clone() } else { format!("{}:{}", self.language, self.label) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_keeps_its_language_through_the_form() {
        let topic = Topic::parse("ru:ИИ для обороны").unwrap();
        assert_eq!((topic.language.as_str(), topic.label.as_str()), ("ru", "ИИ для обороны"));
        assert_eq!(Topic::parse(&topic.typed()), Some(topic));
        assert_eq!(Topic::parse("sovereign AI").unwrap().typed(), "sovereign AI");
        assert_eq!(Topic::parse("  "), None);
    }
}
