#include <hyperlane/http/conditional.hpp>
#include <hyperlane/http/date.hpp>
#include <hyperlane/http/field_names.hpp>
#include <hyperlane/http/joined_field.hpp>
#include <hyperlane/http/list.hpp>
#include <hyperlane/web/exchange.hpp>
#include <hyperlane/web/middleware/etag.hpp>
#include <hyperlane/web/problem.hpp>
#include "web/middleware/hash.hpp"

#include <chrono>
#include <cstdint>

namespace hyperlane {

namespace web {

namespace {

std::string hexadecimal(std::uint64_t high, std::uint64_t low) {
    std::string text(34, '"');
    for (std::size_t i = 0; i < 16; ++i, high >>= 4, low >>= 4) {
        text[16 - i] = "0123456789abcdef"[high & 15];
        text[32 - i] = "0123456789abcdef"[low & 15];
    }
    return text;
}

bool may_have_tag(const http::Exchange& exchange, const EtagOptions& options) {
    const http::Response& response = exchange.response;
    if (exchange.method() != Method::GET && exchange.method() != Method::HEAD) return false;
    if (exchange.stage() != http::Stage::open || response.status() != 200) return false;
    if (!response.body.is_set() || !response.body.is_text() || response.body.size() > options.largest_bytes)
        return false;
    for (const http::ResponseField& field : response.fields()) {
        const bool control = http::equals_ignore_case(field.name, header::cache_control);
        if (control && http::list_contains(field.value, "no-store")) return false;
    }
    return true;
}

void add_etag(Context ctx, const EtagOptions& options) {
    http::Exchange& exchange = ctx.exchange();
    if (!may_have_tag(exchange, options)) return;
    if (!ctx.get_response_header(header::etag)) {
        ctx.set_response_header(header::etag, make_etag(ctx.get_response_body()));
    }
    const std::string_view tag = *ctx.get_response_header(header::etag);
    const http::Preconditions asked{.if_match = http::joined_field(exchange, header::if_match),
                                    .if_none_match = http::joined_field(exchange, header::if_none_match)};
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    switch (http::evaluate(exchange.method(), asked, {.etag = tag}, now)) {
        case http::Verdict::proceed: return;
        case http::Verdict::failed: answer_error(ctx, HttpError(412)); return;
        case http::Verdict::not_modified: break;
    }
    exchange.response.body.clear();
    // What describes the content is left out, so that a cache keeps what it has (RFC 9110 15.4.5).
    for (const std::string_view name : {"Content-Type", "Content-Length", "Content-Encoding", "Content-Language"}) {
        ctx.remove_response_header(name);
    }
    ctx.set_response_status_code(304);
}

}  // namespace

std::string make_etag(std::string_view content) {
    const Hash128 hash = hash_bytes(content, 0);
    return hexadecimal(hash.high, hash.low);
}

}  // namespace web

Middleware etag(EtagOptions options) {
    return {.after = web::make_handler([options](Context ctx) { web::add_etag(std::move(ctx), options); })};
}

}  // namespace hyperlane
