use ntex::http::header::{CONTENT_TYPE, HeaderValue};
use ntex::service::{Middleware, Service, ServiceCtx};
use ntex::util::Bytes;
use ntex::web::{self, App, Error, HttpServer, WebRequest, WebResponse};
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

fn set_type<E>(mut response: WebResponse) -> Result<WebResponse, E> {
    if !response.headers().contains_key(CONTENT_TYPE) {
        let text = HeaderValue::from_static("text/plain; charset=utf-8");
        response.headers_mut().insert(CONTENT_TYPE, text);
    }
    Ok(response)
}

fn log_failure<E>(response: WebResponse) -> Result<WebResponse, E> {
    if response.status().is_server_error() {
        eprintln!("{}", response.status());
    }
    Ok(response)
}

macro_rules! middleware {
    ($layer:ident, $service:ident, $then:ident) => {
        #[derive(Clone)]
        struct $layer;
        struct $service<S> {
            next: S,
        }

        impl<S, C> Middleware<S, C> for $layer {
            type Service = $service<S>;

            fn create(&self, next: S, _: C) -> Self::Service {
                $service { next }
            }
        }

        impl<S, E> Service<WebRequest<E>> for $service<S>
        where
            S: Service<WebRequest<E>, Response = WebResponse, Error = Error>,
        {
            type Response = WebResponse;
            type Error = Error;

            ntex::forward_ready!(next);

            async fn call(&self, request: WebRequest<E>, ctx: ServiceCtx<'_, Self>) -> Result<WebResponse, Error> {
                $then(ctx.call(&self.next, request).await?)
            }
        }
    };
}

middleware!(SetType, SetTypeService, set_type);
middleware!(LogFailure, LogFailureService, log_failure);

async fn person() -> web::types::Json<Person> {
    web::types::Json(Person { id: 7, name: "Ada Lovelace", email: "ada@example.org", active: true, score: 99.5 })
}

#[ntex::main]
async fn main() -> std::io::Result<()> {
    let port = std::env::args().nth(1).expect("usage: ntex PORT");
    let app = async || {
        App::new()
            .middleware(SetType)
            .middleware(LogFailure)
            .route("/", web::get().to(|| async { "Hello, World!" }))
            .route("/users/{id}", web::get().to(|id: web::types::Path<String>| async { id.into_inner() }))
            .route("/json", web::get().to(person))
            .route("/echo", web::post().to(|body: Bytes| async { body }))
            .route("/1k", web::get().to(|| async { Bytes::from_static(&KIB) }))
            .route("/1m", web::get().to(|| async { Bytes::from_static(&MIB) }))
    };
    HttpServer::new(app).workers(1).bind(format!("127.0.0.1:{port}"))?.run().await
}
