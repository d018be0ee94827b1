//! One connection of somebody's browser, which opens another when it breaks and comes again when it is asked to.
use std::io::Read;

use flate2::read::GzDecoder;
use http_body_util::{BodyExt, Full};
use hyper::{Method, Request, body::Bytes, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use testkit::sitters::Sitter;
use tokio::net::TcpStream;

use super::scene::Scene;

/// How often somebody asks for one thing before the test gives up. [own]: a server that is busy makes each wait some
/// seconds before it says so.
const TRIES_MOST: usize = 1_000;
const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// A status, and what was said with it.
pub type Reply = (u16, Value);

/// What a browser asks.
#[derive(Debug, Clone)]
pub struct Ask {
    method: Method,
    path: String,
    kind: &'static str,
    cookie: String,
    csrf: String,
    body: String,
}

impl Ask {
    /// How the attempt stands.
    pub fn look(sitter: &Sitter) -> Self {
        Self { method: Method::GET, ..Self::act(sitter, "state", String::new()) }
    }

    /// A change of somebody's own attempt.
    pub fn act(sitter: &Sitter, act: &str, body: String) -> Self {
        let path = format!("/attempts/{}/{act}", sitter.attempt);
        let (cookie, csrf) = (sitter.cookie.clone(), sitter.csrf.clone());
        Self { method: Method::POST, path, kind: JSON, cookie, csrf, body }
    }

    /// A member of the demo's staff signs in.
    pub fn sign_in(login: &str) -> Self {
        let (path, body) = ("/sessions".to_owned(), format!("login={login}&password=demo-{login}"));
        Self { method: Method::POST, path, kind: FORM, cookie: String::new(), csrf: String::new(), body }
    }

    fn request(&self, host: &str, unpacks: bool) -> Request<Full<Bytes>> {
        let encodings = if unpacks { "gzip, deflate, br, zstd" } else { "identity" };
        Request::builder()
            .method(self.method.clone())
            .uri(self.path.as_str())
            .header(header::HOST, host)
            .header(header::COOKIE, self.cookie.as_str())
            .header(header::CONTENT_TYPE, self.kind)
            .header(header::ACCEPT_ENCODING, encodings)
            .header("x-csrf", self.csrf.as_str())
            .body(Full::new(Bytes::from(self.body.clone())))
            .unwrap()
    }

    /// The same, as it stands on the line.
    fn text(&self, host: &str) -> String {
        let Self { method, path, kind, cookie, csrf, body } = self;
        let length = body.len();
        format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\nContent-Type: {kind}\r\nX-CSRF: {csrf}\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        )
    }
}

/// The connection; it is opened when something is asked.
pub struct Line {
    host: String,
    /// Whether it reads what comes packed.
    unpacks: bool,
    sender: Option<http1::SendRequest<Full<Bytes>>>,
}

impl Line {
    /// A line to the server at `base`.
    pub fn to(base: &str, unpacks: bool) -> Self {
        Self { host: host_of(base), unpacks, sender: None }
    }

    /// The server listens elsewhere now.
    pub fn moves_to(&mut self, base: &str) {
        self.host = host_of(base);
        self.sender = None;
    }

    /// Asks, and reads the answer to its end; `None` when the connection broke before that.
    pub async fn asks(&mut self, ask: &Ask) -> Option<Reply> {
        let request = ask.request(&self.host, self.unpacks);
        let answer = self.sender().await?.send_request(request).await.ok()?;
        let status = answer.status().as_u16();
        let is_packed = answer.headers().get(header::CONTENT_ENCODING).is_some_and(|how| how == "gzip");
        let body = answer.into_body().collect().await.ok()?.to_bytes();
        let text = if is_packed { unpacked(&body) } else { body.to_vec() };
        // A page that says no is no JSON; then the status says enough.
        Some((status, serde_json::from_slice(&text).unwrap_or_default()))
    }

    /// Asks until there is an answer other than "again in a moment", as browsers do; `None` when the server is gone.
    pub async fn comes_again(&mut self, scene: &Scene, ask: &Ask) -> Option<Reply> {
        for _ in 0..TRIES_MOST {
            let answer = scene.while_under_way(self.asks(ask)).await;
            match answer {
                Some((503, _)) => scene.puts_off(),
                Some(answer) => return Some(answer),
                None if scene.is_over() => return None,
                None => {}
            }
            tokio::task::yield_now().await;
        }
        panic!("{} was asked {TRIES_MOST} times and not answered", ask.path)
    }

    /// Asks and goes away: the server finds nobody there any more.
    pub async fn goes_away(&mut self, ask: &Ask) {
        let Ok(stream) = TcpStream::connect(&self.host).await else { return };
        if stream.writable().await.is_ok() {
            // What did not get there was not asked.
            let _ = stream.try_write(ask.text(&self.host).as_bytes());
        }
    }

    async fn sender(&mut self) -> Option<&mut http1::SendRequest<Full<Bytes>>> {
        let is_open = match &mut self.sender {
            Some(sender) => sender.ready().await.is_ok(),
            None => false,
        };
        if !is_open {
            let stream = TcpStream::connect(&self.host).await.ok()?;
            stream.set_nodelay(true).ok()?;
            let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
            tokio::spawn(connection);
            self.sender = Some(sender);
        }
        self.sender.as_mut()
    }
}

fn host_of(base: &str) -> String {
    base.trim_start_matches("http://").to_owned()
}

fn unpacked(body: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    GzDecoder::new(body).read_to_end(&mut text).expect("what is said to be gzip is gzip");
    text
}
