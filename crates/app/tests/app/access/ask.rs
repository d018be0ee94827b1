//! One question to a server, without anything a browser does by itself.
use std::time::Duration;

use ureq::Agent;

/// What was asked.
#[derive(Debug, Clone, Default)]
pub struct Question<'a> {
    /// Value of the header `Cookie`.
    pub cookie: &'a str,
    /// `Content-Type` and body of a POST; a GET without.
    pub body: Option<(&'a str, &'a str)>,
    /// Value of the header `X-CSRF`.
    pub csrf: &'a str,
    /// Value of `Sec-Fetch-Site`.
    pub site: &'a str,
}

/// What was answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// Status.
    pub status: u16,
    /// Where a redirect leads.
    pub location: String,
    /// Every `Set-Cookie`.
    pub cookies: Vec<String>,
    /// `X-Request-Id`.
    pub request_id: String,
    /// The body.
    pub bytes: Vec<u8>,
}

impl Answer {
    /// The body as text; nothing for a file.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).unwrap_or_default()
    }
}

/// Asks one server.
pub struct Asker {
    agent: Agent,
    base: String,
}

impl Asker {
    /// Of the server at `base`.
    pub fn new(base: &str) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(Duration::from_secs(60)));
        Self { agent: config.build().new_agent(), base: base.to_owned() }
    }

    /// Asks for `path`.
    pub fn ask(&self, path: &str, question: &Question<'_>) -> Answer {
        // A server that refused a body unread has closed the connection; browsers try once more.
        let first = self.once(path, question);
        let mut said = first.or_else(|_| self.once(path, question)).unwrap_or_else(|e| panic!("{path}: {e}"));
        let header = |name: &str| {
            let values = said.headers().get_all(name).iter();
            values.filter_map(|value| value.to_str().ok()).map(str::to_owned).collect::<Vec<_>>()
        };
        let (mut location, mut request_id) = (header("location"), header("x-request-id"));
        let (status, cookies) = (said.status().as_u16(), header("set-cookie"));
        // A browser would send them again; here every question stands alone.
        if !cookies.is_empty() {
            self.agent.cookie_jar_lock().clear();
        }
        let body = said.body_mut().with_config().limit(64 * 1024 * 1024).read_to_vec();
        Answer {
            status,
            location: location.pop().unwrap_or_default(),
            cookies,
            request_id: request_id.pop().unwrap_or_default(),
            bytes: body.unwrap_or_else(|error| panic!("{path}: {error}")),
        }
    }

    fn once(
        &self,
        path: &str,
        question: &Question<'_>,
    ) -> Result<ureq::http::Response<ureq::Body>, ureq::Error> {
        let url = format!("{}{path}", self.base);
        let headers =
            [("Cookie", question.cookie), ("X-CSRF", question.csrf), ("Sec-Fetch-Site", question.site)];
        let headers = headers.into_iter().filter(|(_, value)| !value.is_empty());
        match question.body {
            Some((kind, body)) => headers
                .fold(self.agent.post(&url).header("Content-Type", kind), |ask, (name, value)| {
                    ask.header(name, value)
                })
                .send(body.as_bytes()),
            None => headers.fold(self.agent.get(&url), |ask, (name, value)| ask.header(name, value)).call(),
        }
    }
}
