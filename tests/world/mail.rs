//! A mail server on loopback that keeps what it is given.

use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

#[derive(Debug, Clone)]
pub struct Received {
    pub to: String,
    pub subject: String,
    pub text: String,
}

impl Received {
    /// The six digits on a line of their own.
    pub fn code(&self) -> String {
        let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|b| b.is_ascii_digit());
        self.text.lines().map(str::trim).find(is_code).unwrap_or_else(|| panic!("no code in {}", self.text)).into()
    }
    /// The path of the link that does the same.
    pub fn link(&self) -> String {
        let line = self.text.lines().find(|line| line.contains("/code/")).unwrap_or_else(|| panic!("no link in {}", self.text));
        format!("/code/{}", line.split("/code/").nth(1).unwrap().trim())
    }
}

#[derive(Clone)]
pub struct Postbox {
    pub address: String,
    letters: Arc<Mutex<Vec<Received>>>,
}

impl Postbox {
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let postbox = Self { address: listener.local_addr().unwrap().to_string(), letters: Arc::default() };
        let (letters, tried) = (postbox.letters.clone(), Arc::<Mutex<Vec<String>>>::default());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (letters, tried) = (letters.clone(), tried.clone());
                tokio::spawn(async move { talk(stream, letters, tried).await.ok() });
            }
        });
        postbox
    }

    pub fn letters(&self) -> Vec<Received> {
        self.letters.lock().unwrap().clone()
    }

    /// The newest letter to this address.
    pub fn newest(&self, to: &str) -> Received {
        self.letters().into_iter().rev().find(|letter| letter.to == to).unwrap_or_else(|| panic!("no letter to {to}"))
    }
}

/// As much of RFC 5321 as a client needs.
async fn talk(stream: TcpStream, letters: Arc<Mutex<Vec<Received>>>, tried: Arc<Mutex<Vec<String>>>) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 here\r\n").await?;
    let mut to = String::new();
    while let Some(line) = lines.next_line().await? {
        let answer = match line.get(..4).unwrap_or("").to_uppercase().as_str() {
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or("").to_string();
                // who is greylisted gets a letter at the second try
                let is_new = to.starts_with("grey") && !tried.lock().unwrap().contains(&to);
                tried.lock().unwrap().push(to.clone());
                match to.starts_with("nobody") {
                    true => "550 5.1.1 no such user",
                    false if is_new => "451 4.7.1 come again",
                    false => "250 yes",
                }
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                let mut text = String::new();
                while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                    text.push_str(line.strip_prefix('.').unwrap_or(&line));
                    text.push('\n');
                }
                // the head is as it is: an "=" in an address of it is one
                let (head, body) = text.split_once("\n\n").unwrap_or((&text, ""));
                if head.contains("quoted-printable") {
                    let body = quoted_printable::decode(body, quoted_printable::ParseMode::Robust).unwrap();
                    text = format!("{head}\n\n{}", String::from_utf8(body).unwrap());
                }
                let subject = text.lines().find_map(|line| line.strip_prefix("Subject: ")).unwrap_or("").to_string();
                letters.lock().unwrap().push(Received { to: to.clone(), subject, text });
                "250 kept"
            }
            "QUIT" => "221 bye",
            _ => "250 yes",
        };
        write.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
    Ok(())
}
