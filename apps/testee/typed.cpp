#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>
#include "typed.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

using namespace hyperlane;

namespace {

struct FormPart {
    std::string name;
    std::optional<std::string> file_name;
    json::Bytes data;
};

// Any JSON will do, also ten million opening brackets.
constexpr std::uint64_t most_json_bytes = 64 * 1024 * 1024;

Json<json::Value> take_json(Json<json::Value> body) { return body; }

Task<std::vector<FormPart>> take_parts(Multipart form) {
    std::vector<FormPart> parts;
    while (auto part = co_await form.next()) {
        const std::string text = co_await part->text();
        const auto view = std::as_bytes(std::span(text));
        json::Bytes bytes(view.begin(), view.end());
        parts.push_back(FormPart{part->name(), part->file_name(), std::move(bytes)});
    }
    co_return parts;
}

struct Contact {
    std::string name;
    std::optional<int> age;
    std::vector<std::string> tag;
};

Contact take_form(Form<Contact> form) { return std::move(*form); }

}  // namespace

void add_typed_routes(Routes& routes) {
    routes.route("/json", post(take_json).body_limit(most_json_bytes));
    routes.route("/multipart", post(take_parts));
    routes.route("/form", post(take_form));
}
