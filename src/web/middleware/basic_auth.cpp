#include <hyperlane/http/field_names.hpp>
#include <hyperlane/web/middleware/basic_auth.hpp>
#include <hyperlane/web/problem.hpp>
#include "json/base64.hpp"
#include "web/middleware/credentials.hpp"

#include <cstddef>

namespace hyperlane {

namespace {

constexpr std::string_view user_attribute = "hyperlane.user";

class BasicAuth {
public:
    explicit BasicAuth(BasicAuthOptions options)
        : options_(std::move(options)), challenge_("Basic realm=\"" + options_.realm + "\", charset=\"UTF-8\"") {}

    void operator()(Context ctx) const {
        const auto field = ctx.get_request_header(header::authorization);
        const auto encoded = field ? web::credentials_of(*field, "Basic") : std::nullopt;
        std::vector<std::byte> decoded;
        if (encoded && json::parse_base64(*encoded, decoded)) {
            const std::string_view pair(reinterpret_cast<const char*>(decoded.data()), decoded.size());
            const std::size_t colon = pair.find(':');
            if (colon != std::string_view::npos && knows(pair.substr(0, colon), pair.substr(colon + 1))) {
                ctx.set_attribute(user_attribute, ctx.exchange().arena.copy(pair.substr(0, colon)));
                return;
            }
        }
        ctx.set_response_header(header::www_authenticate, challenge_);
        answer_error(
            ctx, HttpError(401, encoded ? "the name or the password is wrong" : "a name and a password are needed"));
    }

private:
    // All users are compared, so that the time does not tell which names there are.
    [[nodiscard]] bool knows(std::string_view name, std::string_view password) const {
        unsigned found = 0;
        for (const auto& [known, secret] : options_.users) {
            const auto name_fits = static_cast<unsigned>(web::equal_in_constant_time(name, known));
            found |= name_fits & static_cast<unsigned>(web::equal_in_constant_time(password, secret));
        }
        return found != 0 || (options_.verify && options_.verify(name, password));
    }

    BasicAuthOptions options_;
    std::string challenge_;
};

std::string mistake_in(const BasicAuthOptions& options) {
    if (options.users.empty() && !options.verify) return "basic_auth: nobody could pass: give it `users` or `verify`";
    if (!web::is_realm(options.realm)) return "basic_auth: the realm has quotes or control characters";
    for (const auto& [name, password] : options.users) {
        if (name.find(':') != std::string::npos) {
            return "basic_auth: the name \"" + name + "\" has a colon, which ends a name (RFC 7617 2)";
        }
    }
    return {};
}

}  // namespace

Middleware basic_auth(BasicAuthOptions options) {
    if (std::string mistake = mistake_in(options); !mistake.empty()) return {.mistake = std::move(mistake)};
    return {.before = web::make_handler(BasicAuth(std::move(options)))};
}

std::string_view authenticated_user(const Context& ctx) noexcept {
    const auto* name = ctx.get_attribute<std::string_view>(user_attribute);
    return name != nullptr ? *name : std::string_view();
}

}  // namespace hyperlane
