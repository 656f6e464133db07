//! The Hyperlane crate as it was in June 2025, set up as its README does.

use hyperlane::*;
use serde::Serialize;

#[derive(Serialize)]
struct Person {
    id: u32,
    name: &'static str,
    email: &'static str,
    active: bool,
    score: f64,
}

async fn set_type(ctx: Context) {
    ctx.set_response_header(CONNECTION, KEEP_ALIVE)
        .await
        .set_response_header(CONTENT_TYPE, "text/plain; charset=utf-8")
        .await
        .set_response_status_code(200)
        .await;
}

async fn send(ctx: Context) {
    let status = ctx.get_response_status_code().await;
    if status >= 500 {
        eprintln!("{status}");
    }
    let _ = ctx.send().await;
}

async fn hello(ctx: Context) {
    ctx.set_response_body("Hello, World!").await;
}

async fn user(ctx: Context) {
    let id = ctx.get_route_param("id").await.unwrap_or_default();
    ctx.set_response_body(id).await;
}

async fn person(ctx: Context) {
    let person = Person { id: 7, name: "Ada Lovelace", email: "ada@example.org", active: true, score: 99.5 };
    let body = serde_json::to_vec(&person).expect("serializable");
    ctx.set_response_header(CONTENT_TYPE, APPLICATION_JSON).await.set_response_body(body).await;
}

async fn echo(ctx: Context) {
    let body = ctx.get_request_body().await;
    ctx.set_response_body(body).await;
}

async fn kib(ctx: Context) {
    ctx.set_response_body(vec![b'x'; 1024]).await;
}

async fn mib(ctx: Context) {
    ctx.set_response_body(vec![b'x'; 1024 * 1024]).await;
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let port = std::env::args().nth(1).and_then(|text| text.parse().ok()).expect("usage: hyperlane-rust-2025 PORT");
    let server = Server::new();
    server.host("127.0.0.1").await.port(port).await;
    server.enable_nodelay().await.disable_linger().await.http_buffer_size(4096).await;
    server.request_middleware(set_type).await.response_middleware(send).await;
    server.route("/", hello).await.route("/users/{id}", user).await.route("/json", person).await;
    server.route("/echo", echo).await.route("/1k", kib).await.route("/1m", mib).await;
    server.run().await.expect("run");
}
