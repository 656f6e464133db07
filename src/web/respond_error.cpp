#include <hyperlane/web/respond_error.hpp>

#include <utility>

namespace hyperlane::web {

namespace {

constexpr std::string_view told_attribute = "hyperlane.told_error";

struct Told {
    HttpError error;
};

}  // namespace

Error to_error(const Context& ctx, HttpError error) {
    Error value(ErrorCode::bad_message, error.message());
    Context(ctx).set_attribute(told_attribute, Told{std::move(error)});
    return value;
}

const HttpError* find_told_error(const Context& ctx, std::string_view message) {
    const Told* told = ctx.get_attribute<Told>(told_attribute);
    return told != nullptr && told->error.message() == message ? &told->error : nullptr;
}

}  // namespace hyperlane::web
