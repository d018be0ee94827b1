//! Somebody who sees every change before it is sent, and may try others first.
use crate::Result;

/// What the server answered, unread.
pub type Answer = ureq::http::Response<ureq::Body>;

/// A change on its way to the server.
#[derive(Debug, Clone)]
pub struct Going {
    /// Address below the server.
    pub path: String,
    /// Its `Content-Type`.
    pub kind: String,
    /// What is sent.
    pub body: Vec<u8>,
    /// The session's token, where it stands in a header and not in the body.
    pub csrf: Option<String>,
    /// What the browser says of the page it comes from: `Sec-Fetch-Site`.
    pub site: &'static str,
}

/// Sees every change before it is sent.
pub trait Watch: Send + Sync {
    /// `going` is about to be sent; `send` sends it, or something like it, as the same browser. An answer that
    /// is given back is taken for the browser's own, which then sends nothing more. `in_its_place` sends what takes the
    /// place of the change: it stands in the diary, and goes out as often as the diary wants.
    fn before(
        &self,
        going: &Going,
        send: &dyn Fn(&Going) -> Result<Answer>,
        in_its_place: &dyn Fn(&Going) -> Result<Answer>,
    ) -> Option<Answer>;
}
