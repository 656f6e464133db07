// Bodies that are compressed for clients that take it, whole and streamed, and answered with 304 where nothing changed.

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/middleware.hpp>

#include <chrono>
#include <string>

using namespace hyperlane;
using namespace std::chrono_literals;

void page(Context ctx) {
    std::string text = "<!doctype html><title>numbers</title>\n";
    for (int i = 0; i < 1000; ++i) text += "<p>number " + std::to_string(i) + "</p>\n";
    ctx.set_response_header(header::content_type, mime::text_html).set_response_body(std::move(text));
}

Task<> stream(Context ctx) {
    ctx.set_response_header(header::content_type, mime::text_plain);
    for (int i = 0; i < 3; ++i) {
        co_await ctx.send_body("line " + std::to_string(i) + "\n");
        co_await sleep(100ms);
    }
}

void echo(Context ctx) { ctx.set_response_body(ctx.get_request_body()); }

int main(int argc, char** argv) {
    Server server;
    server.port(8080).arguments(argc, argv);
    // [compress]
    server.use(compress()).use(etag());  // the tag is of the content as it was
    server.route("/page", get(page));
    server.route("/stream", get(stream));
    server.route("/echo", post(echo).use(decompress()));
    // [/compress]
    return server.run();
}
