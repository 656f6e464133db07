// A form with files, read part by part while it arrives; nothing of it is kept.

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

using namespace hyperlane;

namespace showcase {

struct Received {
    std::string name;
    std::optional<std::string> file_name;
    std::string content_type;
    std::uint64_t bytes = 0;
};

}  // namespace showcase

using namespace showcase;

namespace {

Task<std::vector<Received>> take_form(Multipart form) {
    std::vector<Received> parts;
    while (auto part = co_await form.next()) {
        Received seen{part->name(), part->file_name(), part->content_type(), 0};
        const std::string text = co_await part->text();
        seen.bytes = text.size();
        parts.push_back(std::move(seen));
    }
    co_return parts;
}

}  // namespace

void mount_typed_form(Routes& routes) { routes.route("/", post(take_form).body_limit(1'000'000)); }
