#include <hyperlane/http/field_names.hpp>
#include <hyperlane/web/middleware/secure_headers.hpp>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace hyperlane {

namespace {

class SecureHeaders {
public:
    explicit SecureHeaders(SecureHeadersOptions options) {
        add(header::content_security_policy, std::move(options.content_security_policy));
        add(header::x_content_type_options, std::move(options.content_type_options));
        add(header::x_frame_options, std::move(options.frame_options));
        add(header::referrer_policy, std::move(options.referrer_policy));
        add(header::cross_origin_opener_policy, std::move(options.cross_origin_opener_policy));
        add(header::cross_origin_resource_policy, std::move(options.cross_origin_resource_policy));
        add(header::permissions_policy, std::move(options.permissions_policy));
        add(header::strict_transport_security, std::move(options.strict_transport_security));
    }

    // Before the handler, so that streamed responses have them too, and what the handler sets replaces them.
    void operator()(Context ctx) const {
        for (const auto& [name, value] : fields_) ctx.set_response_header(name, value);
    }

    [[nodiscard]] std::string mistake() const {
        const auto forbidden = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
        for (const auto& [name, value] : fields_) {
            if (std::ranges::any_of(value, forbidden) || value.front() == ' ' || value.back() == ' ') {
                return "secure_headers: the value of " + std::string(name) +
                       " has control characters, or spaces at its ends";
            }
        }
        return {};
    }

private:
    void add(FieldName name, std::string value) {
        if (!value.empty()) fields_.emplace_back(name, std::move(value));
    }

    std::vector<std::pair<FieldName, std::string>> fields_;
};

}  // namespace

Middleware secure_headers(SecureHeadersOptions options) {
    SecureHeaders fields(std::move(options));
    std::string mistake = fields.mistake();
    return {.before = web::make_handler(std::move(fields)), .mistake = std::move(mistake)};
}

}  // namespace hyperlane
