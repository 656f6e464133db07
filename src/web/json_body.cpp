#include <hyperlane/http/field_names.hpp>
#include <hyperlane/http/list.hpp>
#include <hyperlane/http/media_types.hpp>
#include <hyperlane/json/text.hpp>
#include <hyperlane/web/json_body.hpp>

#include <algorithm>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>

namespace hyperlane::web {

namespace {

constexpr std::size_t first_bytes = 512;
constexpr std::size_t arena_bytes = 16 * 1024;  // longer texts get memory of their own

/// Grows in the arena of the request, in place as long as nobody else takes from it, and moves to the heap when the
/// text becomes long.
class BodySink final : public json::Sink {
public:
    explicit BodySink(http::Exchange& exchange) : exchange_(exchange) {
        first_ = next_ = exchange.arena.allocate_text(first_bytes);
        end_ = first_ + first_bytes;
    }

    void finish() {
        http::Body& body = exchange_.response.body;
        const auto size = static_cast<std::size_t>(next_ - first_);
        if (text_) {
            text_->resize(size);
            body.set_owned(std::move(*text_));
        } else {
            exchange_.arena.trim(next_);
            body.set_view({first_, size});
        }
    }

private:
    bool grow(std::size_t bytes) override {
        const auto size = static_cast<std::size_t>(next_ - first_);
        const std::size_t wanted = size + std::max(size, bytes);
        if (text_ || wanted > arena_bytes) {
            grow_on_heap(size, wanted);
        } else {
            grow_in_arena(size, wanted);
        }
        return true;
    }

    void grow_in_arena(std::size_t size, std::size_t wanted) {
        const auto more = wanted - static_cast<std::size_t>(end_ - first_);
        char* const added = exchange_.arena.allocate_text(more);
        if (added == end_) {
            end_ += more;
            return;
        }
        exchange_.arena.trim(added);
        char* const moved = exchange_.arena.allocate_text(wanted);
        std::memcpy(moved, first_, size);
        use(moved, size, wanted);
    }

    void grow_on_heap(std::size_t size, std::size_t wanted) {
        std::string longer;
        longer.resize_and_overwrite(wanted, [&](char* memory, std::size_t count) {
            std::memcpy(memory, first_, size);
            return count;
        });
        text_ = std::make_unique<std::string>(std::move(longer));
        use(text_->data(), size, wanted);
    }

    void use(char* memory, std::size_t size, std::size_t room) noexcept {
        first_ = memory;
        next_ = memory + size;
        end_ = memory + room;
    }

    http::Exchange& exchange_;
    char* first_ = nullptr;
    std::unique_ptr<std::string> text_;  // on the heap, once the arena is not the place any more
};

// application/json (RFC 8259) and what is built on it (RFC 6839 3.1). The charset has no meaning for JSON, and UTF-8 is
// the only one that it may name.
bool is_json(std::string_view content_type, Arena& arena) {
    const std::string_view type = http::without_parameters(content_type);
    constexpr std::string_view suffix = "+json";
    const bool named = http::equals_ignore_case(type, "application/json");
    const bool built_on = type.size() > suffix.size() && type.contains('/') &&
                          http::equals_ignore_case(type.substr(type.size() - suffix.size()), suffix);
    if (!named && !built_on) return false;
    const auto charset = http::find_parameter(content_type, "charset", arena);
    return !charset || http::equals_ignore_case(*charset, "utf-8");
}

HttpError not_json(std::optional<std::string_view> content_type) {
    const bool readable = content_type && json::is_utf8(*content_type);
    const std::string got = readable ? std::string(*content_type) : content_type ? "another one" : "none";
    return HttpError(415, "the body must have Content-Type: application/json, not " + got)
        .with_code("unsupported_media_type");
}

HttpError not_read(const json::ReadError& error) {
    const int status = error.is_syntax() ? 400 : 422;
    return HttpError(status, "the body: " + error.to_string())
        .with_code(error.is_syntax() ? "malformed_json" : "validation_failed")
        .with_violations({{"body", error.pointer, error.message}});
}

}  // namespace

std::optional<HttpError> read_json_body(const Context& ctx, void* object, const json::TypeInfo& type,
                                        const Validator& validator) {
    const auto content_type = ctx.get_request_header("Content-Type");
    if (!content_type || !is_json(*content_type, ctx.exchange().arena)) return not_json(content_type);
    json::ReadError error;
    if (!json::read_json(ctx.get_request_body(), object, type, {}, error)) return not_read(error);
    if (validator.is_empty()) return std::nullopt;
    if (!validator.problem().empty()) throw std::logic_error(validator.problem());
    std::vector<Violation> violations;
    validator.check(object, "body", PointerStyle::json, violations);
    if (violations.empty()) return std::nullopt;
    return validation_error(422, std::move(violations));
}

void write_json_body(const Context& ctx, const void* object, const json::TypeInfo& type) {
    http::Exchange& exchange = ctx.exchange();
    BodySink sink(exchange);
    if (const auto written = json::write_json(sink, object, type, {}); !written) {
        throw std::invalid_argument("JSON: " + written.error().message);
    }
    sink.finish();
    if (!exchange.response.has_content_type()) {
        [[maybe_unused]] const auto set = exchange.response.set(header::content_type, mime::application_json);
    }
}

}  // namespace hyperlane::web
