//! A program of somebody's that takes messages, on loopback.

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

#[derive(Clone, Debug)]
pub struct Got {
    pub id: String,
    pub timestamp: i64,
    pub signature: String,
    pub body: String,
}

#[derive(Clone)]
pub struct Receiver {
    pub address: String,
    got: Arc<Mutex<Vec<Got>>>,
    /// The status that it answers, and the seconds to come back after.
    answers: Arc<Mutex<(u16, Option<u64>)>>,
    server: ServerHandle,
}

impl Receiver {
    pub fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (got, answers) = (Arc::new(Mutex::new(vec![])), Arc::new(Mutex::new((204u16, None::<u64>))));
        let (shelf, says) = (got.clone(), answers.clone());
        let server = HttpServer::new(move || {
            let (shelf, says) = (shelf.clone(), says.clone());
            App::new().default_service(web::to(move |request: HttpRequest, body: String| {
                let header = |name: &str| request.headers().get(name).map(|v| v.to_str().unwrap().to_string()).unwrap_or_default();
                let timestamp = header("webhook-timestamp").parse().unwrap_or(0);
                shelf.lock().unwrap().push(Got { id: header("webhook-id"), timestamp, signature: header("webhook-signature"), body });
                let (status, after) = *says.lock().unwrap();
                let mut answer = HttpResponse::build(actix_web::http::StatusCode::from_u16(status).unwrap());
                // wherever it leads, nobody follows
                answer.insert_header(("Location", "/elsewhere"));
                if let Some(seconds) = after {
                    answer.insert_header(("Retry-After", seconds.to_string()));
                }
                std::future::ready(answer.finish())
            }))
        });
        let server = server.workers(1).disable_signals().listen(listener).unwrap().run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        Self { address, got, answers, server: handle }
    }

    pub fn answers(&self, status: u16, after: Option<u64>) {
        *self.answers.lock().unwrap() = (status, after);
    }

    /// What came since the last look.
    pub fn take(&self) -> Vec<Got> {
        std::mem::take(&mut *self.got.lock().unwrap())
    }

    pub async fn close(&self) {
        self.server.stop(false).await;
    }
}
