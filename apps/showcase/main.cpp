// The showcase: a page on / from which every sample can be tried in a browser, with its source beside it.

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>
#include "embedded.hpp"
#include "samples.hpp"

#include <cstdlib>
#include <string>
#include <thread>

using namespace hyperlane;

namespace {

// Everything of the page comes from here, and none of it is inline.
constexpr FieldText page_policy(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'");

constexpr const char* about_the_api =
    "Every sample of the [showcase](/) as an API. Nobody wrote this page: what it says of parameters, bodies and "
    "answers is what the types of the handlers say. Where a handler takes a `Context` only, the path is all there is "
    "to know.";

void page_fields(Context ctx) {
    ctx.set_response_header(header::content_security_policy, page_policy)
        .set_response_header(header::x_content_type_options, "nosniff")
        .set_response_header(header::referrer_policy, "no-referrer")
        .set_response_header(header::cache_control, "no-cache");
}

std::string_view media_type(std::string_view name) {
    return name.ends_with(".cpp") ? std::string_view(mime::text_plain) : media_type_for_extension(name);
}

// "page/index.html" answers at /, the rest of page/ below /page/, samples below /source/.
std::string path_of(std::string_view name) {
    if (name == "page/index.html") return "/";
    if (name.starts_with("samples/")) return "/source/" + std::string(name.substr(8));
    return "/" + std::string(name);
}

Route file_route(const EmbeddedFile& file) {
    return get([file](Context ctx) {
               ctx.set_response_header(header::content_type, media_type(file.name)).set_response_body(file.content);
           })
        .document({.hidden = true});
}

void mount_page(Routes& routes) {
    routes.response_middleware(page_fields);
    for (const EmbeddedFile& file : embedded_files()) routes.route(path_of(file.name), file_route(file));
}

void mount_samples(Routes& routes) {
    routes.group("/async", mount_async)
        .group("/auth", mount_auth)
        .group("/basic", mount_basic)
        .group("/bodies", mount_bodies)
        .group("/chat", mount_chat)
        .group("/cors", mount_cors)
        .group("/events", mount_events)
        .group("/files", mount_files)
        .group("/logging", mount_logging)
        .group("/methods", mount_methods)
        .group("/middleware", mount_middleware)
        .group("/parameters", mount_parameters)
        .group("/routes", mount_routes)
        .group("/security", mount_security)
        .group("/stream", mount_stream)
        .group("/ticker", mount_ticker)
        .group("/timeout", mount_timeout)
        .group("/typed_form", mount_typed_form)
        .group("/typed_rules", mount_typed_rules)
        .group("/typed_todos", mount_typed_todos)
        .group("/upload", mount_upload)
        .group("/user_json", mount_user_json)
        .group("/websocket", mount_websocket);
}

}  // namespace

int main(int argc, char** argv) {
    const Hub hub;
    Server server;
    server.data(hub);
    server.host("127.0.0.1").port(60000).arguments(argc, argv);
    server.group("", mount_page).group("/samples", mount_samples);
    server.openapi(
        {.title = "Hyperlane samples", .version = "1.0.0", .description = about_the_api, .docs = DocsPage::always});
    const std::jthread ticking(publish_prices, hub);
    return server.run();
}
