//! Signing in and out, the two switches of every page (language and print size), one's own account, and
//! for administrators everybody's accounts and duties.
mod account;
mod activation;
mod conflict;
mod deputy;
mod duty;
mod own;
mod preference;
mod sign_in;

pub(crate) use account::{form::make_link, role_name};
pub use sign_in::{DemoGuide, DemoPhone, candidate_account};
use web::{Cell, Route, get, post};

use crate::Env;

/// Routes of this crate.
#[must_use]
pub fn routes() -> Vec<Route<Env>> {
    vec![
        get("/sign-in", sign_in::show),
        post("/sessions", sign_in::create),
        post("/one-time-codes", sign_in::send_code),
        post("/sign-out", sign_in::sign_out),
        get("/preferences", preference::set),
        get("/accounts", account::list::show),
        get("/accounts/new", account::form::new),
        post("/accounts", account::form::create),
        get("/accounts/{id}", account::show::show),
        post("/accounts/{id}/activations", account::form::reset),
        post("/accounts/{id}/closure", account::form::close),
        post("/accounts/{id}/grant-proposals", duty::propose),
        post("/grant-proposals/{id}/decision", duty::decide),
        post("/grants/{id}/revocation", duty::revoke),
        get("/duty-conflicts", conflict::show),
        get("/activations/{token}", activation::show),
        post("/activations/{token}", activation::create),
        get("/my-account", own::show),
        post("/my-account/password", own::change),
        post("/my-account/deputy-proposals", deputy::propose),
        post("/my-account/session-closures", own::close_sessions),
    ]
}

const GIVERS: &[&str] = &["security-administrator", "province"];

const READERS: &[&str] = &["administrator", "security-administrator", "province"];

/// Everybody who works here.
const STAFF: &[&str] = &[
    "administrator",
    "security-administrator",
    "province",
    "reviewer",
    "registrar",
    "exam-officer",
    "item-writer",
    "item-reviewer",
    "custodian",
    "invigilator",
    "examiner",
    "panel-member",
    "score-clerk",
    "auditor",
    "manager",
    "filing-officer",
    "assessor",
];

/// Who may use them, written by hand.
pub const PERMISSIONS: &[Cell] = &[
    Cell { method: "GET", path: "/sign-in", who: &["anyone"] },
    Cell { method: "POST", path: "/sessions", who: &["anyone"] },
    Cell { method: "POST", path: "/one-time-codes", who: &["anyone"] },
    Cell { method: "POST", path: "/sign-out", who: &["signed-in"] },
    Cell { method: "GET", path: "/preferences", who: &["anyone"] },
    Cell { method: "GET", path: "/accounts", who: READERS },
    Cell { method: "GET", path: "/accounts/new", who: &["administrator"] },
    Cell { method: "POST", path: "/accounts", who: &["administrator"] },
    Cell { method: "GET", path: "/accounts/{id}", who: READERS },
    Cell { method: "POST", path: "/accounts/{id}/activations", who: &["administrator"] },
    Cell { method: "POST", path: "/accounts/{id}/closure", who: &["administrator"] },
    Cell { method: "POST", path: "/accounts/{id}/grant-proposals", who: GIVERS },
    Cell { method: "POST", path: "/grant-proposals/{id}/decision", who: GIVERS },
    Cell { method: "POST", path: "/grants/{id}/revocation", who: GIVERS },
    Cell { method: "GET", path: "/duty-conflicts", who: STAFF },
    // The link itself is the right; whoever has none learns nothing.
    Cell { method: "GET", path: "/activations/{token}", who: &["anyone"] },
    Cell { method: "POST", path: "/activations/{token}", who: &["anyone"] },
    Cell { method: "GET", path: "/my-account", who: STAFF },
    Cell { method: "POST", path: "/my-account/password", who: STAFF },
    Cell { method: "POST", path: "/my-account/deputy-proposals", who: STAFF },
    Cell { method: "POST", path: "/my-account/session-closures", who: STAFF },
];
