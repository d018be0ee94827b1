//! The router: the routes of all crates, then session, guards and assets around them.
use axum::{Extension, Router, extract::DefaultBodyLimit, middleware};
use identity::{
    Env, Passwords,
    session::{Entrance, guard_unread, open_visit},
};
use sitting::{Gate, Ledger, note_arrival};
use tower::{Layer as _, ServiceBuilder};
use tower_http::compression::{
    CompressionLayer,
    predicate::{DefaultPredicate, Predicate, SizeAbove},
};

use crate::{House, assets, compose};

/// Largest body of any request; routes with files set their own below it.
const BODY_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Replies up to this size go out as they are. Source: [own]; a compressor takes a quarter of a megabyte while it
/// works, which is gigabytes when twelve thousand saves are acknowledged in one moment, and they fit into one packet
/// anyway.
const UNPACKED_MOST: u64 = 1_200;

/// Everything the server answers.
///
/// The layers lie around all routes together: around each of them, as `Router::layer` puts them, a request would
/// copy every layer below each layer, which was half of what a save cost. For the same reason what lies below each
/// layer that is a function is shared ([`web::shared`]).
pub fn router(house: &House, ledger: Ledger) -> Router {
    let env = house.env.clone();
    let around = ServiceBuilder::new()
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(Extension(ledger))
        .layer(Extension(house.issuer.clone()))
        .layer(Extension(compose::places()))
        .layer(Extension(compose::job_subjects()))
        .layer(Extension(compose::grounds()))
        .layer(Extension(compose::steps()))
        .layer(Extension(Passwords::default()))
        .layer(middleware::from_fn_with_state(Gate::new(&env.clock), note_arrival))
        .layer(web::shared())
        .layer(middleware::from_fn_with_state(Entrance::new(&env), open_visit))
        .layer(web::shared())
        .layer(middleware::from_fn_with_state(house.readers.clone(), readership::count))
        .layer(web::shared())
        .layer(middleware::from_fn(web::guard_origin))
        .layer(web::shared())
        .layer(middleware::from_fn(web::render_failures))
        .layer(web::shared())
        .layer(middleware::from_fn(guard_unread))
        .layer(web::shared())
        .service(pages(house));
    let worth_packing = DefaultPredicate::new().and(SizeAbove::new(UNPACKED_MOST));
    let all = Router::new().fallback_service(web::shared().layer(around));
    #[cfg(feature = "demo")]
    let all = if env.demo { all.layer(middleware::from_fn(crate::demo::say_statements)) } else { all };
    all.route("/assets/{file}", axum::routing::get(assets::asset))
        .layer(CompressionLayer::new().compress_when(worth_packing))
        .layer(middleware::from_fn(web::guard_headers))
}

/// The routes of all crates.
fn pages(house: &House) -> Router {
    let mut pages: Router<Env> = Router::new();
    for route in compose::routes() {
        pages = pages.route(route.path, route.handler);
    }
    #[cfg(feature = "demo")]
    if house.env.demo {
        pages = pages.layer(Extension(std::sync::Arc::new(crate::demo::guide(house.has_neighbours))));
    }
    #[cfg(feature = "demo")]
    let takes_repeats = house.takes_repeats;
    #[cfg(not(feature = "demo"))]
    let takes_repeats = false;
    if !takes_repeats {
        pages = pages.layer(middleware::from_fn_with_state(web::SentForms::default(), web::take_once));
    }
    pages.fallback(|| async { web::PageError::NotFound }).with_state(house.env.clone())
}
