use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Request};
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::middleware::{map_request, map_response};
use axum::response::{Json, Response};
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use serde::Serialize;
use tokio::net::TcpListener;

static KIB: [u8; 1024] = [b'x'; 1024];
static MIB: [u8; 1024 * 1024] = [b'x'; 1024 * 1024];

/// What the others do before the handler sets a header of the response, which here is not yet there.
#[derive(Clone)]
struct DefaultType(#[allow(dead_code)] &'static str);

#[derive(Serialize)]
struct Person {
    id: u32,
    name: &'static str,
    email: &'static str,
    active: bool,
    score: f64,
}

async fn before(mut request: Request) -> Request {
    request.extensions_mut().insert(DefaultType("text/plain; charset=utf-8"));
    request
}

async fn after(mut response: Response) -> Response {
    if response.status().is_server_error() {
        eprintln!("{}", response.status());
    }
    let text = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().entry(CONTENT_TYPE).or_insert(text);
    response
}

async fn person() -> Json<Person> {
    Json(Person { id: 7, name: "Ada Lovelace", email: "ada@example.org", active: true, score: 99.5 })
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let port = std::env::args().nth(1).expect("usage: axum PORT");
    let routes = Router::new()
        .route("/", get(|| async { "Hello, World!" }))
        .route("/users/{id}", get(|Path(id): Path<String>| async { id }))
        .route("/json", get(person))
        .route("/echo", post(|body: Bytes| async { body }))
        .route("/1k", get(|| async { &KIB[..] }))
        .route("/1m", get(|| async { &MIB[..] }))
        .layer(map_request(before))
        .layer(map_response(after));
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await.expect("bind");
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, routes).await.expect("serve");
}
