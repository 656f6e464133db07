//! The newest Hyperlane crate with routes and middleware, in the way of its own tests.

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

struct SetType;
struct Send;
struct Hello;
struct User;
struct Json;
struct Echo;
struct Kib;
struct Mib;

macro_rules! hook {
    ($name:ident, |$stream:ident, $ctx:ident| $body:block) => {
        impl ServerHook for $name {
            async fn new(_: &mut Stream, _: &mut Context) -> Self {
                Self
            }

            async fn handle(self, $stream: &mut Stream, $ctx: &mut Context) -> Status {
                $body
            }
        }
    };
}

hook!(SetType, |_stream, ctx| {
    ctx.get_mut_response()
        .set_version(HttpVersion::Http1_1)
        .set_status_code(200)
        .set_header(CONNECTION, KEEP_ALIVE)
        .set_header(CONTENT_TYPE, "text/plain; charset=utf-8");
    Status::Continue
});

hook!(Send, |stream, ctx| {
    if ctx.get_response().get_status_code() >= 500 {
        eprintln!("{}", ctx.get_response().get_status_code());
    }
    let data = ctx.get_mut_response().build();
    if stream.try_send(data).await.is_err() {
        stream.set_closed(true);
        return Status::Reject;
    }
    Status::Continue
});

hook!(Hello, |_stream, ctx| {
    ctx.get_mut_response().set_body("Hello, World!");
    Status::Continue
});

hook!(User, |_stream, ctx| {
    let id = ctx.get_route_params().get("id").cloned().unwrap_or_default();
    ctx.get_mut_response().set_body(id);
    Status::Continue
});

hook!(Json, |_stream, ctx| {
    let person = Person { id: 7, name: "Ada Lovelace", email: "ada@example.org", active: true, score: 99.5 };
    let body = serde_json::to_vec(&person).expect("serializable");
    ctx.get_mut_response().set_header(CONTENT_TYPE, APPLICATION_JSON).set_body(body);
    Status::Continue
});

hook!(Echo, |_stream, ctx| {
    let body = ctx.get_request().get_body().clone();
    ctx.get_mut_response().set_body(body);
    Status::Continue
});

hook!(Kib, |_stream, ctx| {
    ctx.get_mut_response().set_body(vec![b'x'; 1024]);
    Status::Continue
});

hook!(Mib, |_stream, ctx| {
    ctx.get_mut_response().set_body(vec![b'x'; 1024 * 1024]);
    Status::Continue
});

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let port = std::env::args().nth(1).and_then(|text| text.parse().ok()).expect("usage: hyperlane-rust PORT");
    let mut config = ServerConfig::default();
    config.set_address(Server::format_bind_address("127.0.0.1", port)).set_nodelay(Some(true));
    let mut server = Server::default();
    server.server_config(config).request_config(RequestConfig::low_security());
    server.request_middleware::<SetType>().response_middleware::<Send>();
    server.route::<Hello>("/").route::<User>("/users/{id}").route::<Json>("/json");
    server.route::<Echo>("/echo").route::<Kib>("/1k").route::<Mib>("/1m");
    server.run().await.expect("run").wait().await;
}
