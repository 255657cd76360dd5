//! An Alert: a Watch met a Revision.

super::scale! {
    /// What an alert is of.
    News {
        First = "first", "Answers it";
        Severity = "severity", "Severity changed";
        Title = "title", "Title changed";
        Signal = "signal", "A signal was observed";
        Correction = "correction", "Corrected";
        Retracted = "retracted", "Retracted";
    }
}

/// As they are stored: words with commas.
pub fn joined(news: &[News]) -> String {
    news.iter().map(|one| one.word()).collect::<Vec<_>>().join(",")
}

/// Those that were stored.
pub fn parted(words: &str) -> Vec<News> {
    words.split(',').filter_map(|word| word.parse().ok()).collect()
}
