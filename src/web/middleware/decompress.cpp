#include <hyperlane/http/field_names.hpp>
#include <hyperlane/http/joined_field.hpp>
#include <hyperlane/http/list.hpp>
#include <hyperlane/web/exchange.hpp>
#include <hyperlane/web/middleware/decompress.hpp>
#include <hyperlane/web/problem.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace hyperlane {

namespace {

class Decompress {
public:
    explicit Decompress(DecompressOptions options) : codings_(std::move(options.codings)) {
        for (const http::Coding coding : codings_) {
            names_.append(names_.empty() ? "" : ", ").append(http::name_of(coding));
        }
    }

    void operator()(Context ctx) const {
        auto& exchange = static_cast<web::WebExchange&>(ctx.exchange());
        const auto field = http::joined_field(exchange, header::content_encoding);
        if (!field || exchange.body.mode != http::BodyMode::gather || exchange.refusal.status != 0) return;
        std::optional<std::string_view> name;
        for (http::ListReader list(*field); const auto element = list.next();) {
            if (http::equals_ignore_case(*element, "identity")) continue;
            if (name) return refuse_coding(ctx, *field);
            name = *element;
        }
        if (!name) return;
        const auto coding = http::parse_coding(*name);
        if (!coding || std::ranges::find(codings_, *coding) == codings_.end()) return refuse_coding(ctx, *field);
        if (!exchange.body.text.empty()) decode(ctx, *coding);
    }

private:
    static void decode(Context& ctx, http::Coding coding) {
        auto& exchange = static_cast<web::WebExchange&>(ctx.exchange());
        auto decoded = http::decode(coding, exchange.body.text, exchange.route->body_limit);
        if (decoded) {
            exchange.body.gathered = std::move(*decoded);
            exchange.body.text = exchange.body.gathered;
        } else if (decoded.error().code == ErrorCode::too_large) {
            answer_error(ctx, HttpError(413, decoded.error().message));
        } else {
            answer_error(ctx, HttpError(400, decoded.error().message).with_code("malformed_content"));
        }
    }

    // RFC 9110 15.5.16 and 12.5.3: what would have been understood.
    void refuse_coding(Context& ctx, std::string_view asked) const {
        ctx.set_response_header(header::accept_encoding, names_);
        answer_error(ctx, HttpError(415, "Content-Encoding \"" + std::string(asked) + "\": expected one of " + names_)
                              .with_code("unsupported_content_coding"));
    }

    std::vector<http::Coding> codings_;
    std::string names_;
};

}  // namespace

Middleware decompress(DecompressOptions options) {
    if (options.codings.empty()) return {.mistake = "decompress: `codings` is empty"};
    return {.before = web::make_handler(Decompress(std::move(options)))};
}

}  // namespace hyperlane
