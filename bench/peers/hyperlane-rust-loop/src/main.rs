//! The newest Hyperlane crate in the way of its own benchmark: no middleware, and a handler that does not return but
//! reads the next requests of the connection itself, so that nothing is routed after the first.

use hyperlane::*;

struct Hello;

impl ServerHook for Hello {
    async fn new(_: &mut Stream, _: &mut Context) -> Self {
        Self
    }

    async fn handle(self, stream: &mut Stream, ctx: &mut Context) -> Status {
        let mut keep = ctx.get_request().is_enable_keep_alive();
        let answer = ctx
            .get_mut_response()
            .set_version(HttpVersion::Http1_1)
            .set_status_code(200)
            .set_header(CONNECTION, KEEP_ALIVE)
            .set_header(CONTENT_TYPE, "text/plain; charset=utf-8")
            .set_body("Hello, World!")
            .build();
        while stream.try_send(&answer).await.is_ok() && keep {
            let Ok(request) = stream.try_get_http_request().await else { break };
            keep = request.is_enable_keep_alive();
        }
        stream.set_closed(true);
        Status::Reject
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let port = std::env::args().nth(1).and_then(|text| text.parse().ok()).expect("usage: hyperlane-rust-loop PORT");
    let mut config = ServerConfig::default();
    config.set_address(Server::format_bind_address("127.0.0.1", port)).set_nodelay(Some(true));
    let mut server = Server::default();
    server.server_config(config).request_config(RequestConfig::low_security());
    server.route::<Hello>("/");
    server.run().await.expect("run").wait().await;
}
