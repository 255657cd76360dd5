//! What can go wrong, named by what the caller can do about it.

/// The fields of a form that need another look: name of the field, and a sentence that says what to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems(pub Vec<(&'static str, String)>);

impl Problems {
    pub fn add(&mut self, field: &'static str, sentence: impl Into<String>) {
        self.0.push((field, sentence.into()));
    }
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// The same of one of several things, which each sentence then names.
    pub fn about(self, what: &str) -> Self {
        Self(self.0.into_iter().map(|(field, sentence)| (field, format!("{what}: {sentence}"))).collect())
    }
    /// The sentence beside one field, if it has one.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| *name == field).map(|(_, sentence)| sentence.as_str())
    }
}

impl std::fmt::Display for Problems {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let lines: Vec<String> = self.0.iter().map(|(field, sentence)| format!("{field}: {sentence}")).collect();
        f.write_str(&lines.join("; "))
    }
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("there is no such thing")]
    NotFound,
    /// It was here, moved, and answers at this path now.
    #[error("moved to {0}")]
    Moved(String),
    /// It was published and has been taken back; the sentence says why.
    #[error("retracted: {0}")]
    Gone(String),
    #[error("sign in first")]
    SignIn,
    #[error("not allowed")]
    Forbidden,
    /// Allowed, but not before a second factor is set up.
    #[error("a second factor is needed")]
    SecondFactor,
    /// A form that no open page of ours sent.
    #[error("not sent by a page of ours")]
    Foreign,
    #[error("{0}")]
    Invalid(Problems),
    #[error("already taken")]
    Taken,
    #[error("somebody else has changed it since")]
    Stale,
    /// Too much at once: try again after so many seconds.
    #[error("busy, try again in {0} s")]
    Busy(u64),
    /// Somebody tries too often: again after so many seconds.
    #[error("too often, try again in {0} s")]
    TooOften(u64),
    /// Something outside the house did not answer as it should; the text is fit for an operator.
    #[error("{0}")]
    Upstream(String),
    #[error(transparent)]
    Broken(#[from] anyhow::Error),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub fn invalid(field: &'static str, sentence: impl Into<String>) -> Self {
        Self::Invalid(Problems(vec![(field, sentence.into())]))
    }

    /// Whether the database cannot be reached just now, or cannot write.
    pub fn is_database_away(&self) -> bool {
        let Self::Broken(cause) = self else { return false };
        cause.chain().any(|cause| match cause.downcast_ref::<sqlx::Error>() {
            // a server that ends a connection in the middle of its greeting makes no sense to sqlx: `Protocol`
            Some(sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::Tls(_)) => true,
            Some(sqlx::Error::Database(cause)) => cause.code().is_some_and(|code| is_code_of_absence(&code)),
            _ => false,
        })
    }
}

/// SQLite: busy, I/O error, full, cannot open (the low byte of its extended codes). PostgreSQL: shutting down, crashed, starting
/// up, disk full, too many connections.
fn is_code_of_absence(code: &str) -> bool {
    match code.parse::<u32>() {
        Ok(sqlite) if code.len() < 5 => matches!(sqlite & 0xff, 5 | 10 | 13 | 14),
        _ => ["57P01", "57P02", "57P03", "53100", "53300"].contains(&code),
    }
}

impl From<sqlx::Error> for Error {
    fn from(cause: sqlx::Error) -> Self {
        match &cause {
            sqlx::Error::RowNotFound => Self::NotFound,
            sqlx::Error::Database(d) if d.is_unique_violation() => Self::Taken,
            _ => Self::Broken(cause.into()),
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(cause: serde_json::Error) -> Self {
        Self::Broken(anyhow::Error::new(cause).context("reading stored JSON"))
    }
}
