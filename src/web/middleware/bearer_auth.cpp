#include <hyperlane/http/field_names.hpp>
#include <hyperlane/web/middleware/bearer_auth.hpp>
#include <hyperlane/web/problem.hpp>
#include "web/middleware/credentials.hpp"

#include <optional>
#include <utility>

namespace hyperlane {

namespace {

class BearerAuth {
public:
    explicit BearerAuth(BearerAuthOptions options)
        : options_(std::move(options)), challenge_("Bearer realm=\"" + options_.realm + "\"") {}

    void operator()(Context ctx) const {
        const auto field = ctx.get_request_header(header::authorization);
        const auto token = field ? web::credentials_of(*field, "Bearer") : std::nullopt;
        if (token && knows(ctx, *token)) return;
        // A client that sent none is told how, not that it did something wrong (RFC 6750 3.1).
        ctx.set_response_header(header::www_authenticate,
                                token ? challenge_ + ", error=\"invalid_token\"" : challenge_);
        answer_error(ctx, HttpError(401, token ? "the token is not valid" : "a token is needed"));
    }

private:
    [[nodiscard]] bool knows(const Context& ctx, std::string_view token) const {
        unsigned found = 0;
        for (const std::string& known : options_.tokens) {
            found |= static_cast<unsigned>(web::equal_in_constant_time(token, known));
        }
        return found != 0 || (!token.empty() && options_.verify && options_.verify(ctx, token));
    }

    BearerAuthOptions options_;
    std::string challenge_;
};

std::string mistake_in(const BearerAuthOptions& options) {
    if (options.tokens.empty() && !options.verify)
        return "bearer_auth: nobody could pass: give it `tokens` or `verify`";
    if (!web::is_realm(options.realm)) return "bearer_auth: the realm has quotes or control characters";
    for (const std::string& token : options.tokens) {
        if (token.empty()) return "bearer_auth: an empty token would let everybody pass";
    }
    return {};
}

}  // namespace

Middleware bearer_auth(BearerAuthOptions options) {
    if (std::string mistake = mistake_in(options); !mistake.empty()) return {.mistake = std::move(mistake)};
    return {.before = web::make_handler(BearerAuth(std::move(options)))};
}

}  // namespace hyperlane
