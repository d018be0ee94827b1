//! The binary `kaogong`: reads the command line and hands over.
use clap::Parser;
use mimalloc::MiMalloc;

/// The C library's allocator took a third of the machine when a province began in one second, and cut its memory to
/// pieces; see docs/performance.md.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> anyhow::Result<()> {
    let command = app::Command::parse();
    // A reader has one thread and no log: what it says stands on its output.
    if let app::Command::Decode(flags) = &command {
        return app::decode(flags);
    }
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    run(command)
}

#[tokio::main]
async fn run(command: app::Command) -> anyhow::Result<()> {
    app::run(command).await
}
