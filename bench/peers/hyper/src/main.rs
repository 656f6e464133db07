//! A library for HTTP without a router: paths are matched by hand, and there is no middleware to run.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde::Serialize;
use tokio::net::TcpListener;

static KIB: [u8; 1024] = [b'x'; 1024];
static MIB: [u8; 1024 * 1024] = [b'x'; 1024 * 1024];

#[derive(Serialize)]
struct Person {
    id: u32,
    name: &'static str,
    email: &'static str,
    active: bool,
    score: f64,
}

fn answer(kind: &'static str, body: impl Into<Bytes>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body.into()));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

fn text(body: impl Into<Bytes>) -> Response<Full<Bytes>> {
    answer("text/plain; charset=utf-8", body)
}

fn person() -> Vec<u8> {
    let person = Person { id: 7, name: "Ada Lovelace", email: "ada@example.org", active: true, score: 99.5 };
    serde_json::to_vec(&person).expect("serializable")
}

fn not_found() -> Response<Full<Bytes>> {
    let mut response = text("not found");
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

async fn handle(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, hyper::Error> {
    if request.method() == Method::POST && request.uri().path() == "/echo" {
        return Ok(text(request.into_body().collect().await?.to_bytes()));
    }
    Ok(match request.uri().path() {
        "/" => text("Hello, World!"),
        "/json" => answer("application/json", person()),
        "/1k" => text(&KIB[..]),
        "/1m" => text(&MIB[..]),
        path => match path.strip_prefix("/users/") {
            Some(id) if !id.contains('/') => text(id.to_owned()),
            _ => not_found(),
        },
    })
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let port = std::env::args().nth(1).expect("usage: hyper PORT");
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await.expect("bind");
    let mut http = http1::Builder::new();
    http.pipeline_flush(true);
    loop {
        let (stream, _) = listener.accept().await.expect("accept");
        let _ = stream.set_nodelay(true);
        tokio::spawn(http.serve_connection(TokioIo::new(stream), service_fn(handle)));
    }
}
