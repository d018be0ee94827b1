//! `kaogong demo`: an installation in `./kaogong-data` with its own clock and people.
use std::{fs, path::PathBuf};

use clap::Args;

use crate::{
    clock, demo_staff,
    house::{House, Layout, Options, make_keys},
    seed, serve,
};

/// The demo begins three weeks before the founding exam.
const DEMO_START: &str = "2021-04-30 09:00";

/// Flags of `kaogong demo`.
#[derive(Debug, Clone, Args)]
pub struct DemoFlags {
    /// Throw the demo's data away and begin anew.
    #[arg(long)]
    fresh: bool,
    /// Run on the machine's clock instead of the founding dates.
    #[arg(long)]
    today: bool,
    /// Start, check the first pages, stop.
    #[arg(long)]
    smoke: bool,
    /// Port to begin looking at.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Data folder.
    #[arg(long, default_value = "kaogong-data")]
    data: PathBuf,
}

/// Starts the demo.
///
/// # Errors
/// When the folder cannot be written or no port is free.
pub async fn run(flags: DemoFlags) -> anyhow::Result<()> {
    if flags.fresh && flags.data.exists() {
        fs::remove_dir_all(&flags.data)?;
    }
    fs::create_dir_all(&flags.data)?;
    let layout = Layout::new(&flags.data, None);
    make_keys(&layout)?;
    let file = flags.data.join("clock");
    if !file.exists() {
        fs::write(&file, DEMO_START)?;
    }
    let clock = clock::choose((!flags.today).then_some(file.as_path()))?;
    let listener = serve::listen(&format!("127.0.0.1:{}", flags.port), true).await?;
    let url = format!("http://localhost:{}", listener.local_addr()?.port());
    let options = Options { clock, secure_cookies: false, demo: true, public_url: url.clone() };
    let house = House::open(layout, options).await?;
    seed::registers(&house).await?;
    demo_staff::demo_staff(&house).await?;
    println!("考工 演示系统 · Kaogong demo: {url}");
    println!("数据 · data: {} · 停止 · stop: Ctrl-C", flags.data.display());
    if flags.smoke {
        return smoke(house, listener).await;
    }
    serve::serve(house, listener, serve::Door::Plain, serve::Acknowledge::AfterCommit).await
}

/// Serves for as long as the first pages take, and fails when one does not answer 200.
async fn smoke(house: House, listener: tokio::net::TcpListener) -> anyhow::Result<()> {
    use axum::{body::Body, http::Request};
    use tower::ServiceExt;
    drop(listener);
    let router = crate::router(&house, sitting::Ledger::start(&house.env));
    for path in ["/", "/sign-in", "/notices", "/assets/kaogong.css", "/assets/exam.js"] {
        let answer = router.clone().oneshot(Request::get(path).body(Body::empty())?).await?;
        anyhow::ensure!(answer.status().is_success(), "{path} answered {}", answer.status());
    }
    house.sequence().await?;
    println!("smoke: every page answered");
    Ok(())
}
