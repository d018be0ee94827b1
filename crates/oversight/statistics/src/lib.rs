//! Statistics (统计): what a batch came to, across its stages.
//!
//! It stands behind every stage, so it may ask each of them: how many applied and were accepted and
//! paid ([`admission`]), who came ([`sitting`]), who passed as far as it is published ([`result`]), who
//! holds a certificate ([`certificate`]); and what the years came to, organisation by organisation. It keeps no rows of its own: a figure is counted when somebody looks at it.
pub mod pages;
mod rules;

pub use pages::{PERMISSIONS, routes};
pub use rules::{
    funnel::{Funnel, Row, Step},
    year::{Volume, Year},
};
