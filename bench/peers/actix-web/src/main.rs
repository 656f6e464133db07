use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use actix_web::middleware::{Next, from_fn};
use actix_web::web::{self, Bytes};
use actix_web::{App, Error, HttpServer, Responder};
use serde::Serialize;

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

type Answer<B> = Result<ServiceResponse<B>, Error>;

async fn set_type(request: ServiceRequest, next: Next<impl MessageBody>) -> Answer<impl MessageBody> {
    let mut response = next.call(request).await?;
    if !response.headers().contains_key(CONTENT_TYPE) {
        let text = HeaderValue::from_static("text/plain; charset=utf-8");
        response.headers_mut().insert(CONTENT_TYPE, text);
    }
    Ok(response)
}

async fn log_failure(request: ServiceRequest, next: Next<impl MessageBody>) -> Answer<impl MessageBody> {
    let response = next.call(request).await?;
    if response.status().is_server_error() {
        eprintln!("{}", response.status());
    }
    Ok(response)
}

async fn person() -> impl Responder {
    web::Json(Person { id: 7, name: "Ada Lovelace", email: "ada@example.org", active: true, score: 99.5 })
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let port = std::env::args().nth(1).expect("usage: actix-web PORT");
    let app = || {
        App::new()
            .wrap(from_fn(set_type))
            .wrap(from_fn(log_failure))
            .route("/", web::get().to(|| async { "Hello, World!" }))
            .route("/users/{id}", web::get().to(|id: web::Path<String>| async { id.into_inner() }))
            .route("/json", web::get().to(person))
            .route("/echo", web::post().to(|body: Bytes| async { body }))
            .route("/1k", web::get().to(|| async { Bytes::from_static(&KIB) }))
            .route("/1m", web::get().to(|| async { Bytes::from_static(&MIB) }))
    };
    HttpServer::new(app).workers(1).bind(format!("127.0.0.1:{port}"))?.run().await
}
