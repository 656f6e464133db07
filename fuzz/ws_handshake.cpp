/// What a server answers to a client's handshake, and what a client offers as extensions: whatever it is, both are
/// taken or refused, and what is agreed on is within bounds.

#include <hyperlane/http/h1/parse_head.hpp>
#include <hyperlane/ws/client.hpp>
#include <hyperlane/ws/handshake.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace hyperlane;
using namespace hyperlane::websocket;

void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

void check_bits(const DeflateParameters& agreed) {
    require(agreed.server_max_window_bits >= 8 && agreed.server_max_window_bits <= 15, "bits of the server");
    require(agreed.client_max_window_bits >= 8 && agreed.client_max_window_bits <= 15, "bits of the client");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1 || size > 16 * 1024) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    DeflateOptions options;
    options.enabled = true;
    options.own_context = (data[0] & 1) != 0;
    options.peer_context = (data[0] & 2) != 0;
    options.own_window_bits = 9 + (data[0] >> 2) % 7;
    options.peer_window_bits = 9 + (data[0] >> 5) % 7;

    if (const auto answer = accept_deflate(text, options)) {
        check_bits(answer->parameters);
        // What a server answers, a client that has offered the same understands, unless it wanted less.
        DeflateOptions willing;
        willing.enabled = willing.own_context = willing.peer_context = true;
        require(check_deflate_answer(answer->text, willing).has_value(), "an answer that a client understands");
    }
    if (const auto agreed = check_deflate_answer(text, options)) check_bits(*agreed);

    const ClientRequest request{.host = "a",
                                .target = "/",
                                .key = "dGhlIHNhbXBsZSBub25jZQ==",
                                .subprotocols = {"chat"},
                                .extensions = {},
                                .more_fields = {}};
    std::string padded(text);
    padded.append(http::h1::head_padding_bytes, 'x');
    const auto response = read_response({padded.data(), text.size()}, request, options);
    if (response) require(response->head_bytes <= text.size(), "the head is within what came");

    const std::vector<std::string> none;
    const std::size_t half = text.size() / 2;
    [[maybe_unused]] const bool same = origin_allowed(text.substr(0, half), text.substr(half), none);
    [[maybe_unused]] const auto chosen = choose_subprotocol(text, request.subprotocols);
    [[maybe_unused]] const bool key = is_valid_key(text.substr(0, 24));
    if (const auto url = parse_url(text)) {
        require(!url->host.empty() && url->target.starts_with('/'), "a URL has a host and a target");
        require(url->target.find_first_of("\r\n ") == std::string::npos, "a target is one word");
        require(url->authority.find_first_of("\r\n ") == std::string::npos, "a host is one word");
    }
    return 0;
}
