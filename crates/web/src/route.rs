//! The one table the router, the permission matrix and `docs/routes.md` are made from.
use axum::{http::Method, routing::MethodRouter};

/// One route: the router is built from these and from nothing else.
#[derive(Debug, Clone)]
pub struct Route<S> {
    /// HTTP method.
    pub method: Method,
    /// Path as axum writes it: `/batches/{code}/seat-plan`.
    pub path: &'static str,
    /// The handler; its signature loads and authorises.
    pub handler: MethodRouter<S>,
}

/// A page that is read.
pub fn get<S, H, T>(path: &'static str, handler: H) -> Route<S>
where
    H: axum::handler::Handler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    Route { method: Method::GET, path, handler: axum::routing::get(handler) }
}

/// A noun that is made or changed.
pub fn post<S, H, T>(path: &'static str, handler: H) -> Route<S>
where
    H: axum::handler::Handler<T, S>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    Route { method: Method::POST, path, handler: axum::routing::post(handler) }
}

/// One row of the expected permission matrix, written by hand beside the crate's pages.
#[derive(Debug, Clone, Copy)]
pub struct Cell {
    /// HTTP method.
    pub method: &'static str,
    /// The route's path.
    pub path: &'static str,
    /// Codes of the roles that may; `anyone` and `signed-in` are words for everybody and every account.
    pub who: &'static [&'static str],
}
