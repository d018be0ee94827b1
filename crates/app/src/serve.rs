//! Serving: the listener, the log's sequencer and the message gateway beside it, and a clean end.
use std::time::Duration;

use anyhow::Context;
use tokio::net::TcpListener;

use crate::{House, router};

/// How often waiting trail entries get their place in the log. Source: trust.md (a), at most 1 s.
const SEQUENCE_EVERY: Duration = Duration::from_secs(1);

/// Serves until the process is told to stop.
///
/// # Errors
/// When the address is taken or the log refuses to go on.
pub async fn serve(house: House, listener: TcpListener) -> anyhow::Result<()> {
    house.sequence().await.context("the trail's log does not continue")?;
    let background = tokio::spawn(background(house.clone()));
    axum::serve(listener, router(house.env.clone())).with_graceful_shutdown(stopped()).await?;
    background.abort();
    house.sequence().await?;
    house.env.db.close().await;
    Ok(())
}

/// What runs beside the requests. A failure is logged and tried again; nothing is lost by it.
async fn background(house: House) {
    let mut tick = tokio::time::interval(SEQUENCE_EVERY);
    loop {
        tick.tick().await;
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
        if let Ok(listener) = TcpListener::bind((host, port)).await {
            return Ok(listener);
        }
    }
    anyhow::bail!("{address} is in use: choose another port")
}
