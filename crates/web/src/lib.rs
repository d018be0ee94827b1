//! HTTP and HTML, and no database.
//!
//! A page is a template rendered into the one [`page`] frame, in the visitor's language ([`Words`]),
//! with the rail of nine stages when it belongs to a batch ([`rail`]). A form reaches a handler as a
//! [`Form`] whose token was checked; what is wrong with it goes back into the same page, field by
//! field. What a handler cannot answer is a [`PageError`], shown by one page in the user's language.
//! Every stage hands its [`Route`]s and its hand-written permission [`Cell`]s to `app`, which builds
//! the router from them and from nothing else.
mod error;
mod form;
mod guard;
mod lang;
mod markup;
mod number;
mod once;
mod packed;
mod page;
mod rail;
mod route;
mod shared;
mod visit;

pub use axum;
pub use error::{Failure, PageError, PageResult};
pub use form::{Form, Refusal, SignedJson, Upload, UploadedFile, escape};
pub use guard::{guard_headers, guard_origin};
pub use lang::{Lang, Message, Words};
pub use markup::{Markup, fragment};
pub use number::grouped;
pub use once::{SentForms, page_token, take_once};
pub use packed::{Packed, takes_gzip};
pub use page::{
    address, done, download, inline, medium_page, narrow_page, page, page_again, render_failures,
};
pub use rail::{Stop, StopState, rail};
pub use route::{Cell, Route, get, post};
pub use shared::{Shared, SharedLayer, shared};
pub use visit::{Flash, NavItem, Visit};
