/// Bytes -> a multipart body, cut into pieces. Holds: the same parts and the same error however it is cut; data are
/// pieces of the body; names are UTF-8; what was accepted is accepted again when it is written anew.

#include <hyperlane/base/utf8.hpp>
#include <hyperlane/http/multipart_parser.hpp>
#include <hyperlane/json/text.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace hyperlane;
using Parser = http::MultipartParser;

void expect(bool holds) {
    if (!holds) std::abort();
}

struct Taken {
    PartHead head;
    std::string data;
};

struct Outcome {
    std::vector<Taken> parts;
    std::string error;
};

constexpr std::string_view boundary = "b";

Outcome parse(std::string_view body, std::size_t step) {
    Parser parser(boundary, {.parts = 8, .head_bytes = 256, .part_bytes = 512, .total_bytes = 4096});
    Outcome outcome;
    for (;;) {
        switch (parser.next()) {
            case Parser::Event::need_more:
                if (body.empty()) parser.end_input();
                parser.feed(body.substr(0, step));
                body.remove_prefix(std::min(step, body.size()));
                break;
            case Parser::Event::part:
                expect(is_utf8(parser.head().name));
                outcome.parts.push_back({parser.head(), {}});
                break;
            case Parser::Event::data:
                expect(!parser.data().empty());
                outcome.parts.back().data += parser.data();
                break;
            case Parser::Event::part_end: break;
            case Parser::Event::failed:
                expect(!parser.error().empty());
                outcome.error = parser.error();
                return outcome;
            case Parser::Event::end: return outcome;
        }
    }
}

std::string escape(std::string_view name) {
    std::string out;
    for (const char c : name) out += c == '"' ? "%22" : c == '\r' ? "%0D" : c == '\n' ? "%0A" : std::string(1, c);
    return out;
}

void expect_same(const Outcome& one, const Outcome& two) {
    expect(one.error == two.error);
    if (!one.error.empty()) return;  // how much came before a limit is no promise
    expect(one.parts.size() == two.parts.size());
    for (std::size_t i = 0; i < one.parts.size(); ++i) {
        expect(one.parts[i].head.name == two.parts[i].head.name);
        expect(one.parts[i].head.file_name == two.parts[i].head.file_name);
        expect(one.parts[i].data == two.parts[i].data);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1 || size > 4000) return 0;
    const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
    const Outcome whole = parse(body, SIZE_MAX);
    expect_same(whole, parse(body, std::size_t{1} + data[0] % 16));
    if (!whole.error.empty()) return 0;
    std::string anew;
    for (const Taken& part : whole.parts) {
        // A backslash before a quote or a backslash would be read as an escape.
        if (part.head.name.contains('\\') || part.head.name.size() > 100) return 0;
        anew += "--b\r\nContent-Disposition: form-data; name=\"" + escape(part.head.name) + "\"\r\n\r\n" + part.data +
                "\r\n";
    }
    const Outcome again = parse(anew + "--b--", SIZE_MAX);
    expect(again.error.empty() && again.parts.size() == whole.parts.size());
    for (std::size_t i = 0; i < whole.parts.size(); ++i) {
        expect(again.parts[i].data == whole.parts[i].data);
        expect(again.parts[i].head.name == whole.parts[i].head.name);
    }
    return 0;
}
