// Writing is a unit of its own: a program that reads no JSON is then linked without the reader and simdjson.

#include <hyperlane/http/field_names.hpp>
#include <hyperlane/http/media_types.hpp>
#include <hyperlane/web/typed/json_body.hpp>

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
        if (text_ != nullptr) [[unlikely]]
            return finish_on_heap();
        exchange_.arena.trim(next_);
        exchange_.response.body.set_view({first_, static_cast<std::size_t>(next_ - first_)});
    }

private:
    [[gnu::noinline]] void finish_on_heap() {
        text_->resize(static_cast<std::size_t>(next_ - first_));
        exchange_.response.body.set_owned(std::move(*text_));
    }

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

[[noreturn, gnu::noinline]] void throw_unwritable(const Error& error) { throw std::invalid_argument(error.message); }

}  // namespace

void write_json_body(const Context& ctx, const void* object, const json::TypeInfo& type) {
    http::Exchange& exchange = ctx.exchange();
    BodySink sink(exchange);
    if (const auto written = json::write_json(sink, object, type, {}); !written) [[unlikely]]
        throw_unwritable(written.error());
    sink.finish();
    if (!exchange.response.has_content_type()) {
        [[maybe_unused]] const auto set = exchange.response.set(header::content_type, mime::application_json);
    }
}

}  // namespace hyperlane::web
