//! One connection of a browser, without the browser.
use http_body_util::{BodyExt, Full};
use hyper::{Request, StatusCode, body::Bytes, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// A connection that stays open, as browsers keep theirs.
pub struct Wire {
    sender: http1::SendRequest<Full<Bytes>>,
    host: String,
}

impl Wire {
    /// Connects to `host`.
    pub async fn connect(host: &str) -> Self {
        let stream = TcpStream::connect(host).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        Self { sender, host: host.to_owned() }
    }

    /// Opens a page.
    pub async fn get(&mut self, path: &str) -> (StatusCode, Bytes) {
        self.send(Request::get(path).body(Full::default()).unwrap()).await
    }

    /// Opens a page as somebody who is signed in.
    pub async fn get_as(&mut self, path: &str, cookie: &str) -> (StatusCode, Bytes) {
        self.send(Request::get(path).header(header::COOKIE, cookie).body(Full::default()).unwrap()).await
    }

    /// Sends JSON as somebody who is signed in.
    pub async fn post(&mut self, path: &str, cookie: &str, csrf: &str, body: String) -> (StatusCode, Bytes) {
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/json")
            .header("x-csrf", csrf);
        self.send(request.body(Full::new(Bytes::from(body))).unwrap()).await
    }

    async fn send(&mut self, mut request: Request<Full<Bytes>>) -> (StatusCode, Bytes) {
        // A server closes what was idle for half a minute; browsers connect again.
        if self.sender.ready().await.is_err() {
            let host = self.host.clone();
            *self = Self::connect(&host).await;
        }
        request.headers_mut().insert(header::HOST, self.host.parse().unwrap());
        // What every browser of today says; it unpacks what it gets, this one does not.
        let unpacks = header::HeaderValue::from_static("gzip, deflate, br, zstd");
        request.headers_mut().insert(header::ACCEPT_ENCODING, unpacks);
        let answer = self.sender.send_request(request).await.unwrap();
        let status = answer.status();
        (status, answer.into_body().collect().await.unwrap().to_bytes())
    }
}
