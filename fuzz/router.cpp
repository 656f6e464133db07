/// Bytes -> a table and a path; what the router answers must be what the naive model answers. An even first byte makes
/// a table from well-formed parts, an odd one takes patterns and path literally (one a line, the path last).

#include <hyperlane/web/routing/router.hpp>
#include "../tests/web/routing/router_model.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace {

using namespace hyperlane;
using namespace hyperlane::web;

/// Choices taken from the input; all zero once it is used up.
class Choices {
public:
    explicit Choices(std::string_view bytes) : bytes_(bytes) {}

    std::size_t operator()(std::size_t below) {
        if (bytes_.empty()) return 0;
        const auto byte = static_cast<unsigned char>(bytes_.front());
        bytes_.remove_prefix(1);
        return byte % below;
    }

    [[nodiscard]] std::string_view rest() const { return bytes_; }

private:
    std::string_view bytes_;
};

void expect(bool holds) {
    if (!holds) std::abort();
}

void compare_with_model(std::string_view bytes) {
    Choices choices(bytes);
    Router router;
    model::Model naive;
    std::vector<model::Route> routes;
    const auto count = 1 + choices(12);
    for (std::size_t i = 0; i < count; ++i) {
        const auto route = model::random_route(choices);
        const auto id = static_cast<std::uint32_t>(routes.size());
        if (!naive.insert(route, id)) continue;
        expect(router.insert(route.pattern(), route.methods, id).has_value());
        routes.push_back(route);
    }
    expect(router.build().has_value());
    for (int i = 0; i < 4; ++i) {
        const auto method = static_cast<Method>(choices(10));
        const auto near = model::path_near(routes[choices(routes.size())], choices);
        const auto far = model::random_path(choices);
        expect(model::answer_of(router, method, near) == naive.match(method, near));
        expect(model::answer_of(router, method, far) == naive.match(method, far));
    }
    const std::string literal = "/" + std::string(choices.rest());
    expect(model::answer_of(router, GET, literal) == naive.match(GET, literal));
}

void take_literally(std::string_view bytes) {
    Router router;
    std::uint32_t id = 0;
    for (auto end = bytes.find('\n'); end != bytes.npos; end = bytes.find('\n')) {
        Router alone;
        const auto pattern = bytes.substr(0, end);
        const auto accepted = alone.insert(pattern, {GET}, id);
        expect(alone.build().has_value() == accepted.has_value());
        expect(accepted.has_value() || !accepted.error().message.empty());
        if (accepted) static_cast<void>(router.insert(pattern, {static_cast<Method>(id % 3)}, id));
        ++id;
        bytes.remove_prefix(end + 1);
    }
    if (!router.build()) return;
    for (const auto method : {GET, HEAD, POST, OTHER}) {
        const auto answer = model::answer_of(router, method, bytes);
        expect(answer.outcome != RouteOutcome::found || answer.route < id);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0 || size > 2048) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (data[0] % 2 == 0) {
        compare_with_model(bytes);
    } else {
        take_literally(bytes);
    }
    return 0;
}
