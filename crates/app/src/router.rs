//! The router: the routes of all crates, then session, guards and assets around them.
use axum::{Router, middleware};
use identity::{
    Env, Passwords,
    session::{Entrance, guard_unread, open_visit},
};
use sitting::Ledger;
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
pub fn router(house: &House, ledger: Ledger) -> Router {
    let env = house.env.clone();
    let mut pages: Router<Env> = Router::new();
    for route in compose::routes() {
        pages = pages.route(route.path, route.handler);
    }
    #[cfg(feature = "demo")]
    if env.demo {
        pages = pages.layer(axum::Extension(std::sync::Arc::new(crate::demo::guide(house.has_neighbours))));
    }
    #[cfg(feature = "demo")]
    let takes_repeats = house.takes_repeats;
    #[cfg(not(feature = "demo"))]
    let takes_repeats = false;
    if !takes_repeats {
        pages = pages.layer(middleware::from_fn_with_state(web::SentForms::default(), web::take_once));
    }
    pages = pages
        .fallback(|| async { web::PageError::NotFound })
        .layer(middleware::from_fn(guard_unread))
        .layer(middleware::from_fn(web::render_failures))
        .layer(middleware::from_fn(web::guard_origin))
        .layer(middleware::from_fn_with_state(house.readers.clone(), readership::count))
        .layer(middleware::from_fn_with_state(Entrance::new(&env), open_visit))
        .layer(middleware::from_fn_with_state(env.clone(), sitting::note_arrival))
        .layer(axum::Extension(Passwords::default()))
        .layer(axum::Extension(compose::steps()))
        .layer(axum::Extension(compose::grounds()))
        .layer(axum::Extension(compose::job_subjects()))
        .layer(axum::Extension(compose::places()))
        .layer(axum::Extension(house.issuer.clone()))
        .layer(axum::Extension(ledger))
        .layer(axum::extract::DefaultBodyLimit::max(BODY_BYTES_MAX));
    #[cfg(feature = "demo")]
    if env.demo {
        pages = pages.layer(middleware::from_fn(crate::demo::say_statements));
    }
    let worth_packing = DefaultPredicate::new().and(SizeAbove::new(UNPACKED_MOST));
    pages
        .route("/assets/{file}", axum::routing::get(assets::asset))
        .layer(CompressionLayer::new().compress_when(worth_packing))
        .layer(middleware::from_fn(web::guard_headers))
        .with_state(env)
}
