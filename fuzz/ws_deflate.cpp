/// Inflating whatever comes, in pieces, within a limit; and what is deflated comes back as it was.

#include <hyperlane/base/utf8.hpp>
#include <hyperlane/ws/deflate.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace hyperlane;
using namespace hyperlane::websocket;

constexpr std::size_t limit = 100'000;

void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

Inflater::Status inflate(Inflater& inflater, std::string_view data, std::size_t piece, std::string& out) {
    for (std::size_t at = 0; at < data.size(); at += piece) {
        const auto status = inflater.feed(data.substr(at, piece), out, limit);
        require(out.size() <= limit, "no more than the limit");
        if (status != Inflater::Status::ok) return status;
    }
    return inflater.finish(out, limit);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2 || size > 32 * 1024) return 0;
    const int bits = 9 + data[0] % 7;
    const std::size_t piece = data[1] + 1u;
    const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);

    Inflater whole(bits);
    Inflater cut(bits);
    std::string at_once;
    std::string in_pieces;
    const auto status = inflate(whole, text, text.size() + 1, at_once);
    require(inflate(cut, text, piece, in_pieces) == status, "the same however it is cut");
    if (status == Inflater::Status::ok) require(at_once == in_pieces, "the same text however it is cut");

    Deflater deflater(bits, 1 + data[0] / 7 % 9);
    Inflater back(bits);
    for (int i = 0; i < 2; ++i) {
        std::string compressed;
        require(deflater.compress(text, compressed), "compressed");
        std::string out;
        require(inflate(back, compressed, piece, out) == Inflater::Status::ok && out == text, "there and back");
    }

    Utf8Checker checker;
    bool valid = true;
    for (const char c : text) valid = valid && checker.feed({&c, 1});
    require((valid && checker.complete()) == is_utf8(text), "the same byte by byte");
    return 0;
}
