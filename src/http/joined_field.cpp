#include <hyperlane/http/h1/write_head.hpp>
#include <hyperlane/http/joined_field.hpp>
#include <hyperlane/http/list.hpp>

namespace hyperlane::http {

std::optional<std::string_view> joined_field(Exchange& exchange, std::string_view name) {
    std::optional<std::string_view> joined;
    for (std::size_t i = 0; i < exchange.field_count(); ++i) {
        const ResponseField field = exchange.field_at(i);
        if (!equals_ignore_case(field.name, name)) continue;
        if (!joined) {
            joined = field.value;
            continue;
        }
        const std::size_t size = joined->size() + 2 + field.value.size();
        char* const text = exchange.arena.allocate_text(size);
        h1::write_text(h1::write_text(h1::write_text(text, *joined), ", "), field.value);
        joined = std::string_view(text, size);
    }
    return joined;
}

}  // namespace hyperlane::http
