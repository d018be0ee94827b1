//! The ceiling: a server in a process of its own that takes the same requests, does nothing, and answers as much.
use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Bytes,
    http::header,
    response::IntoResponse,
    routing::{get, post},
};
use tokio::{sync::Mutex, task::JoinSet};

use super::load::{self, Line, Load};
use crate::wire::Wire;

/// As long as the reply to a save is.
const REPLY: &str = r#"{"acked_seq":12,"server_now":1621645260000000,"close_at":1621650600000000,"chain_head":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}"#;
/// What this program is called with to be that server.
pub const FLAG: &str = "--serve-nothing";

async fn nothing(_: Bytes) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], REPLY)
}

/// Serves until it is killed.
pub fn serve() {
    crate::timing::runtime().block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("{}", listener.local_addr().unwrap());
        let pages = Router::new()
            .route("/attempts/{id}/answers", post(nothing))
            .route("/verify", get(nothing))
            .route("/hall", get(nothing));
        axum::serve(listener, pages).await.unwrap();
    });
}

/// Such a server, running.
struct Empty {
    process: Child,
    host: String,
}

impl Empty {
    fn start() -> Self {
        let this = std::env::current_exe().unwrap();
        let mut process = Command::new(this).arg(FLAG).stdout(Stdio::piped()).spawn().unwrap();
        let mut host = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut host).unwrap();
        Self { process, host: host.trim().to_owned() }
    }
}

impl Drop for Empty {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// Saves in a second that it answers to the same clients.
pub async fn saturated(load: &Load, lasting: Duration, at_once: usize) -> f64 {
    let server = Empty::start();
    let mut lines = Vec::new();
    for line in load.lines().iter().take(at_once) {
        let sitter = line.lock().await.sitter().clone();
        lines.push(Arc::new(Mutex::new(Line::connect(&server.host, sitter).await)));
    }
    load::saturated(&lines, lasting).await as f64 / lasting.as_secs_f64()
}

/// Pages in a second that it answers.
pub async fn answered(lasting: Duration, at_once: usize) -> f64 {
    let server = Empty::start();
    let ends = Instant::now() + lasting;
    let mut working = JoinSet::new();
    for _ in 0..at_once {
        let host = server.host.clone();
        working.spawn(async move {
            let mut wire = Wire::connect(&host).await;
            let mut done = 0_usize;
            while Instant::now() < ends {
                assert!(wire.get("/verify").await.0.is_success());
                done += 1;
            }
            done
        });
    }
    let done: usize = working.join_all().await.into_iter().sum();
    done as f64 / lasting.as_secs_f64()
}
