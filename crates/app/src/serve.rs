//! Serving: the listener, the log's sequencer and the message gateway beside it, and a clean end.
use std::{
    io,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use anyhow::Context;
use axum::{
    extract::{ConnectInfo, Request},
    http::StatusCode,
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use axum_server::{Handle, tls_rustls::RustlsConfig};
use certificate::By;
use job::Runner;
use sitting::Ledger;
use tokio::net::{TcpListener, TcpSocket};

use crate::{House, compose, router};

/// Connections that may wait until they are taken. Source: [own]; an exam begins in one second for a whole province,
/// and beyond tokio's 1,024 the kernel breaks them off. It allows 4,096 itself (`net.core.somaxconn`).
const WAITING_MOST: u32 = 4_096;

/// How often waiting trail entries get their place in the log. Source: [own]; until then only the chain of
/// its object protects an entry (SECURITY.md).
const SEQUENCE_EVERY: Duration = Duration::from_secs(1);

/// Serves until the process is told to stop.
///
/// # Errors
/// When the address is taken or the log refuses to go on.
pub async fn serve(
    house: House,
    listener: TcpListener,
    door: Door,
    acknowledge: Acknowledge,
) -> anyhow::Result<()> {
    house.sequence().await.context("the trail's log does not continue")?;
    finish_issuing(&house).await?;
    let ledger = ledger(&house.env, acknowledge);
    let background = tokio::spawn(background(house.clone(), ledger.clone()));
    let runner = Runner::new(&house.env, compose::jobs()).lending(house.issuer.clone());
    let worker = runner.worker().to_owned();
    let jobs = tokio::spawn(runner.run());
    let pages = router(&house, ledger);
    match door {
        Door::Plain => {
            axum::serve(listener, shared(pages)).with_graceful_shutdown(stopped()).await?;
        }
        Door::Proxy(proxy) => {
            let pages =
                pages.layer(middleware::from_fn(move |request, next| only_from(proxy, request, next)));
            let pages = pages.into_make_service_with_connect_info::<SocketAddr>();
            axum::serve(listener, pages).with_graceful_shutdown(stopped()).await?;
        }
        Door::Tls { cert, key } => tls(listener, pages, &cert, &key).await?,
    }
    background.abort();
    jobs.abort();
    // Its end says that no step of a job is under way any more.
    let _ = jobs.await;
    job::release(&house.env.db, &worker).await?;
    house.sequence().await?;
    if let Err(error) = house.readers.write_down(&house.env.db).await {
        tracing::error!(%error, "it could not be written down how often pages were read");
    }
    house.env.db.close().await;
    Ok(())
}

/// How browsers come in.
#[derive(Debug, Clone)]
pub enum Door {
    /// Plain HTTP: the demo, and a hall's own network.
    Plain,
    /// Plain HTTP from this proxy alone, which speaks HTTPS to the world.
    Proxy(IpAddr),
    /// HTTPS by ourselves.
    Tls {
        /// Certificate chain in PEM.
        cert: PathBuf,
        /// Private key in PEM.
        key: PathBuf,
    },
}

/// After this time open connections are cut at the end; requests are shorter.
const LAST_REQUESTS: Duration = Duration::from_secs(10);

/// The same pages for every connection. Given a bare router, `axum::serve` copies all routes with what lies around them
/// for each connection, 600 kB: eight gigabytes for the machines of a province.
fn shared(pages: axum::Router) -> axum::routing::IntoMakeService<axum::Router> {
    pages.into_make_service()
}

async fn tls(
    listener: TcpListener,
    pages: axum::Router,
    cert: &PathBuf,
    key: &PathBuf,
) -> anyhow::Result<()> {
    // An error means that a provider was installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let config = RustlsConfig::from_pem_file(cert, key)
        .await
        .with_context(|| format!("cannot use {} with {}", cert.display(), key.display()))?;
    let handle = Handle::new();
    let stopping = handle.clone();
    tokio::spawn(async move {
        stopped().await;
        stopping.graceful_shutdown(Some(LAST_REQUESTS));
    });
    let listener = listener.into_std()?;
    axum_server::from_tcp_rustls(listener, config)?.handle(handle).serve(shared(pages)).await?;
    Ok(())
}

async fn only_from(proxy: IpAddr, request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    if peer == Some(proxy) {
        return next.run(request).await;
    }
    StatusCode::FORBIDDEN.into_response()
}

/// When a saved answer is acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acknowledge {
    /// After the commit is on disk: the only way in a release.
    AfterCommit,
    /// Before it: the control of the test that kills the server, which must lose answers.
    #[cfg(feature = "demo")]
    Early,
}

fn ledger(env: &identity::Env, acknowledge: Acknowledge) -> Ledger {
    match acknowledge {
        Acknowledge::AfterCommit => Ledger::start(env),
        #[cfg(feature = "demo")]
        Acknowledge::Early => Ledger::acknowledge_early(env),
    }
}

/// Certificates whose intent was recorded before a power cut are finished before anything else.
async fn finish_issuing(house: &House) -> anyhow::Result<()> {
    certificate::resume_intended(&house.env, &house.issuer, By::System).await?;
    Ok(())
}

/// Each attempt's chain goes into the trail at least this often. Source: [own]; an entry for every save would
/// be thousands a second in a large hall, one a minute is not.
const ROLL_UP_EVERY_TICKS: u64 = 60;

/// What runs beside the requests. A failure is logged and tried again; nothing is lost by it.
async fn background(house: House, ledger: Ledger) {
    let mut tick = tokio::time::interval(SEQUENCE_EVERY);
    let mut ticks: u64 = 0;
    loop {
        tick.tick().await;
        ticks += 1;
        if let Err(error) = sitting::jobs::close_due(&house.env, &ledger).await {
            tracing::error!(%error, "attempts past their end could not be closed");
        }
        if ticks.is_multiple_of(ROLL_UP_EVERY_TICKS)
            && let Err(error) = sitting::jobs::roll_up(&house.env).await
        {
            tracing::error!(%error, "the attempts' chains could not be rolled up");
        }
        if ticks.is_multiple_of(ROLL_UP_EVERY_TICKS)
            && let Err(error) = sitting::jobs::note_signs(&house.env, &ledger).await
        {
            tracing::error!(%error, "it could not be noted which exam computers were heard of");
        }
        if let Err(error) = house.readers.write_down(&house.env.db).await {
            tracing::error!(%error, "it could not be written down how often pages were read");
        }
        if let Err(error) = house.sequence().await {
            tracing::error!(%error, "the trail could not be sequenced");
        }
    }
}

async fn stopped() {
    let mut terminate = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(signal) => signal,
        Err(_) => return std::future::pending().await,
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

/// Binds `address`; with `or_next` the next free port after it, at most 20 on.
///
/// # Errors
/// When none is free.
pub async fn listen(address: &str, or_next: bool) -> anyhow::Result<TcpListener> {
    let (host, port) = address.rsplit_once(':').context("an address is HOST:PORT")?;
    let port: u16 = port.parse().context("the port is a number")?;
    let last = if or_next { port.saturating_add(20) } else { port };
    for port in port..=last {
        if let Ok(listener) = bind(host, port).await {
            return Ok(listener);
        }
    }
    anyhow::bail!("{address} is in use: choose another port")
}

async fn bind(host: &str, port: u16) -> io::Result<TcpListener> {
    let mut bound = Err(io::ErrorKind::AddrNotAvailable.into());
    for address in tokio::net::lookup_host((host, port)).await? {
        let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        socket.set_reuseaddr(true)?;
        bound = socket.bind(address).and_then(|()| socket.listen(WAITING_MOST));
        if bound.is_ok() {
            break;
        }
    }
    bound
}
