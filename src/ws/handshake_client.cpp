#include <hyperlane/http/h1/parse_head.hpp>
#include <hyperlane/http/list.hpp>
#include <hyperlane/ws/frame.hpp>
#include <hyperlane/ws/handshake.hpp>
#include "ws/base64.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace hyperlane::websocket {

namespace {

constexpr std::size_t most_fields = 100;

std::unexpected<Error> refused(int status) {
    ErrorCode code = ErrorCode::bad_message;
    if (status == 401 || status == 403) code = ErrorCode::permission_denied;
    if (status == 404) code = ErrorCode::not_found;
    if (status == 503) code = ErrorCode::unavailable;
    return fail(
        code, "the server answered the WebSocket handshake with status " + std::to_string(status) + " instead of 101");
}

std::unexpected<Error> bad(std::string message) {
    return fail(ErrorCode::bad_message, "the server's WebSocket handshake: " + std::move(message));
}

std::string joined(const http::ResponseHead& head, const char* base, std::string_view name) {
    std::string all;
    for (const http::Field& field : head.fields()) {
        if (!http::equals_ignore_case(field.name(base), name)) continue;
        if (!all.empty()) all += ", ";
        all += field.value(base);
    }
    return all;
}

}  // namespace

std::string random_key() {
    std::array<std::uint8_t, 16> bytes;
    for (std::size_t at = 0; at < bytes.size(); at += 4) {
        const MaskKey part = random_mask_key();
        std::memcpy(bytes.data() + at, part.data(), part.size());
    }
    std::string key(24, '\0');
    write_base64(key.data(), bytes);
    return key;
}

std::string write_request(const ClientRequest& request) {
    std::string text = "GET " + request.target + " HTTP/1.1\r\nHost: " + request.host +
                       "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                       "Sec-WebSocket-Key: " +
                       request.key + "\r\n";
    std::string names;
    for (const std::string& name : request.subprotocols) names += (names.empty() ? "" : ", ") + name;
    if (!names.empty()) text += "Sec-WebSocket-Protocol: " + names + "\r\n";
    if (!request.extensions.empty()) text += "Sec-WebSocket-Extensions: " + request.extensions + "\r\n";
    return text + request.more_fields + "\r\n";
}

Result<ClientAgreement> read_response(std::string_view received, const ClientRequest& request,
                                      const DeflateOptions& deflate) {
    std::array<http::Field, most_fields> fields;
    http::ResponseHead head{std::span<http::Field>(fields)};
    const auto parsed = http::h1::parse_response_head(received, head, {});
    if (parsed.need_more()) return ClientAgreement();
    if (!parsed.ok()) return bad(std::string(http::message_of(parsed.error)));
    const char* base = received.data();
    if (head.status != 101) return refused(head.status);
    if (!head.connection_upgrade || !http::equals_ignore_case(joined(head, base, "Upgrade"), "websocket")) {
        return bad("no \"Connection: Upgrade\" with \"Upgrade: websocket\"");
    }
    const auto expected = accept_key(request.key);
    if (joined(head, base, "Sec-WebSocket-Accept") != std::string_view(expected.data(), expected.size())) {
        return bad("Sec-WebSocket-Accept does not fit the key");
    }
    ClientAgreement agreement{
        .subprotocol = joined(head, base, "Sec-WebSocket-Protocol"), .deflate = {}, .head_bytes = parsed.used};
    const auto& ours = request.subprotocols;
    if (!agreement.subprotocol.empty() && std::find(ours.begin(), ours.end(), agreement.subprotocol) == ours.end()) {
        return bad("subprotocol \"" + agreement.subprotocol + "\", which was not offered");
    }
    if (const std::string extensions = joined(head, base, "Sec-WebSocket-Extensions"); !extensions.empty()) {
        agreement.deflate = check_deflate_answer(extensions, deflate);
        if (!agreement.deflate) return bad("extensions \"" + extensions + "\", which were not offered so");
    }
    return agreement;
}

}  // namespace hyperlane::websocket
