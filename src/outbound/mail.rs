//! Mail: letters wait in memory, a thousand at most, and go out beside the requests that asked for them, so that an answer takes the
//! same time whether a letter goes out or not. What a letter says is not
//! stored, except in the folder that takes the place of a mail server; who misses one asks again. Letters that nobody asks for at this moment are sent by jobs,
//! which try again until one was taken.

use crate::config::Config;
use crate::{Error, Result};
use anyhow::Context;
use lettre::message::header::{ContentType, HeaderName, HeaderValue, MIME_VERSION_1_0};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncFileTransport, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc, watch};

/// Letters that wait at most; then whoever asks for one is told to come again.
const WAITING: usize = 1_000;
/// Letters that are on their way at the same time.
const AT_ONCE: usize = 4;
const TIMEOUT: Duration = Duration::from_secs(10);
/// Pauses before a letter is tried again: a server that is restarted takes it all the same.
const PAUSES: [Duration; 4] = [Duration::from_secs(1), Duration::from_secs(10), Duration::from_secs(60), Duration::from_secs(240)];
/// Letters stay this long in a folder.
const KEPT: Duration = Duration::from_secs(86_400);
const RETRY_SECONDS: u64 = 10;

/// A letter in plain text.
#[derive(Debug, Clone)]
pub struct Letter {
    pub to: String,
    pub subject: String,
    pub text: String,
    /// Of letters that come again: an address that stops them by a POST, without signing in (RFC 8058).
    pub stop: Option<String>,
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Mail {
    postman: Arc<Postman>,
    queue: mpsc::Sender<Letter>,
    /// Letters that are not delivered or given up yet.
    left: watch::Sender<usize>,
    folder: Option<Arc<Path>>,
}

/// Who carries letters, a few at the same time.
struct Postman {
    way: Way,
    from: Mailbox,
    slots: Semaphore,
}

enum Way {
    Server(AsyncSmtpTransport<Tokio1Executor>),
    Folder(PathBuf),
}

impl Mail {
    /// Starts the postman. Fails when the settings name a server or a sender that cannot be.
    pub fn start(config: &Config) -> anyhow::Result<Self> {
        let from = sender(config)?;
        let way = way(config)?;
        let folder = match &way {
            Way::Folder(folder) => Some(folder.as_path().into()),
            Way::Server(_) => None,
        };
        let (queue, letters) = mpsc::channel(WAITING);
        let left = watch::Sender::new(0);
        let postman = Arc::new(Postman { way, from, slots: Semaphore::new(AT_ONCE) });
        tokio::spawn(deliver(postman.clone(), letters, left.clone()));
        Ok(Self { postman, queue, left, folder })
    }

    /// Sends a letter soon. `Busy` when too many wait.
    pub fn post(&self, letter: Letter) -> Result<()> {
        let has_room = self.left.send_if_modified(|left| {
            let has_room = *left < WAITING;
            *left += usize::from(has_room);
            has_room
        });
        if !has_room {
            return Err(Error::Busy(RETRY_SECONDS));
        }
        self.queue.try_send(letter).map_err(|_| {
            self.left.send_modify(|left| *left -= 1);
            Error::Busy(RETRY_SECONDS)
        })
    }

    /// Tries once to send a letter, and returns when it was taken: for a job, which tries again by itself. What no server will ever take is logged, and
    /// given up.
    ///
    /// # Errors
    /// `Broken` when it was not taken now.
    pub async fn send(&self, letter: &Letter) -> Result<()> {
        let tried = match self.postman.message(letter) {
            Ok(message) => self.postman.carry(message).await,
            Err(cause) => Err((cause, true)),
        };
        match tried {
            Err((cause, true)) => tracing::error!("a letter was given up: {cause:#}"),
            Err((cause, false)) => return Err(Error::Broken(cause)),
            Ok(()) => {}
        }
        Ok(())
    }

    /// Where letters are left when no server is set.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// Letters that are not delivered or given up yet.
    pub fn waiting(&self) -> usize {
        *self.left.borrow()
    }

    /// Returns when no letter is on its way.
    pub async fn settle(&self) {
        self.left.subscribe().wait_for(|left| *left == 0).await.ok();
    }
}

fn sender(config: &Config) -> anyhow::Result<Mailbox> {
    let host = url::Url::parse(&config.public_address).ok().and_then(|address| address.host_str().map(str::to_string));
    if config.mail_from.is_empty() {
        let address = format!("desk@{}", host.as_deref().unwrap_or("localhost"));
        let address = address
            .parse()
            .with_context(|| format!("{address}, which follows from INTELRIFT_PUBLIC_ADDRESS, is no mail address: set INTELRIFT_MAIL_FROM"))?;
        return Ok(Mailbox::new(Some(config.name.clone()), address));
    }
    config.mail_from.parse().with_context(|| "INTELRIFT_MAIL_FROM should be an address, like Desk <desk@news.example.org>".to_string())
}

fn way(config: &Config) -> anyhow::Result<Way> {
    if config.smtp.is_empty() {
        return Ok(Way::Folder(config.data.join("mail")));
    }
    let mut server = AsyncSmtpTransport::<Tokio1Executor>::from_url(&config.smtp).context("INTELRIFT_SMTP")?.timeout(Some(TIMEOUT));
    if !config.smtp_password_file.is_empty() {
        let password = std::fs::read_to_string(&config.smtp_password_file).context("reading INTELRIFT_SMTP_PASSWORD_FILE")?;
        let user = url::Url::parse(&config.smtp).context("INTELRIFT_SMTP")?.username().to_string();
        let user = percent_encoding::percent_decode_str(&user).decode_utf8_lossy().to_string();
        server = server.credentials(Credentials::new(user, password.trim_end().to_string()));
    }
    Ok(Way::Server(server.build()))
}

async fn deliver(postman: Arc<Postman>, mut letters: mpsc::Receiver<Letter>, left: watch::Sender<usize>) {
    while let Some(letter) = letters.recv().await {
        let (postman, left) = (postman.clone(), left.clone());
        tokio::spawn(async move {
            // a letter that fails says nothing of whom it was for
            if let Err(cause) = postman.deliver(&letter).await {
                tracing::error!("a letter was given up: {cause:#}");
            }
            left.send_modify(|left| *left -= 1);
        });
    }
}

/// An address with its domain as every server takes it (RFC 5891).
fn in_ascii(address: &str) -> String {
    let Some((name, domain)) = address.rsplit_once('@') else { return address.into() };
    url::Host::parse(domain).map_or_else(|_| address.into(), |host| format!("{name}@{host}"))
}

fn header(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

impl Postman {
    fn message(&self, letter: &Letter) -> anyhow::Result<Message> {
        let to: Mailbox = in_ascii(&letter.to).parse().context("an address that mail cannot go to")?;
        let mut message = Message::builder();
        if let Some(address) = &letter.stop {
            // where letters like this one are stopped (RFC 2369), and that one POST does it (RFC 8058)
            message = message.raw_header(header("List-Unsubscribe", format!("<{address}>")));
            message = message.raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".into()));
        }
        message
            .from(self.from.clone())
            .to(to)
            .subject(&letter.subject)
            // no person sent it, and no absence note shall answer (RFC 3834)
            .raw_header(header("Auto-Submitted", "auto-generated".into()))
            .message_id(None)
            // without these a letter is ASCII, whatever its transfer encoding says (RFC 2045)
            .header(MIME_VERSION_1_0)
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text.clone())
            .context("writing it")
    }

    /// One try, and whether another would be of any use when it fails.
    async fn carry(&self, message: Message) -> std::result::Result<(), (anyhow::Error, bool)> {
        let _slot = self.slots.acquire().await.map_err(|cause| (anyhow::Error::new(cause).context("the postman has gone"), true))?;
        match &self.way {
            Way::Server(server) => server.send(message).await.map(drop).map_err(|cause| {
                // "no such user" is no better in a minute, nor is an address that the server has no way to write
                let is_final = cause.is_permanent() || cause.is_client();
                (anyhow::Error::new(cause).context("the mail server"), is_final)
            }),
            Way::Folder(folder) => leave(folder, &message).await.map_err(|cause| (cause, false)),
        }
    }

    /// Tries with pauses; one that waits for its next try holds up no other.
    async fn deliver(&self, letter: &Letter) -> anyhow::Result<()> {
        let message = self.message(letter)?;
        let mut pauses = PAUSES.iter();
        loop {
            let Err((cause, is_final)) = self.carry(message.clone()).await else { return Ok(()) };
            let Some(pause) = pauses.next().filter(|_| !is_final) else { return Err(cause) };
            tracing::warn!("a letter will be tried again: {cause:#}");
            tokio::time::sleep(*pause).await;
        }
    }
}

async fn leave(folder: &Path, message: &Message) -> anyhow::Result<()> {
    let mut make = std::fs::DirBuilder::new();
    make.recursive(true);
    // a letter holds a code: the folder is for who runs the portal alone
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut make, 0o700);
    make.create(folder).with_context(|| format!("making the folder {}", folder.display()))?;
    for entry in std::fs::read_dir(folder)?.flatten() {
        let is_old = entry.metadata().and_then(|file| file.modified()).is_ok_and(|at| at.elapsed().is_ok_and(|age| age > KEPT));
        if is_old && entry.path().extension().is_some_and(|ending| ending == "eml") {
            std::fs::remove_file(entry.path()).ok();
        }
    }
    AsyncFileTransport::<Tokio1Executor>::new(folder).send(message.clone()).await.context("writing a letter to the folder")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_in_any_letters_is_one_that_servers_take() {
        assert_eq!(in_ascii("ada@bücher.example"), "ada@xn--bcher-kva.example");
        assert_eq!(in_ascii("ada@example.org"), "ada@example.org");
    }
}
