#include <hyperlane/http/field_names.hpp>
#include <hyperlane/http/list.hpp>
#include "web/vary.hpp"

namespace hyperlane::web {

void add_vary(const Context& ctx, FieldName name) {
    http::Response& response = ctx.exchange().response;
    for (const http::ResponseField& field : response.fields()) {
        if (!http::equals_ignore_case(field.name, header::vary)) continue;
        if (http::list_contains(field.value, "*") || http::list_contains(field.value, name)) return;
    }
    [[maybe_unused]] const auto added = response.add(header::vary, name);
}

}  // namespace hyperlane::web
