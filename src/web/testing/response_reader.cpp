#include "web/testing/response_reader.hpp"
#include <hyperlane/http/h1/parse_head.hpp>
#include <hyperlane/http/list.hpp>

#include <algorithm>
#include <array>
#include <limits>

namespace hyperlane::web {

namespace {

constexpr std::size_t most_fields = 1000;
constexpr http::HeadLimits head_limits{.request_line_bytes = 1 << 20, .head_bytes = 1 << 20, .fields = most_fields};

bool has_no_body(int status) noexcept { return status < 200 || status == 204 || status == 304; }

}  // namespace

void TestReader::feed(std::string& received, bool ended, bool reset) {
    while (phase_ == Phase::head && !received.empty() && read_head(received)) {
    }
    if (phase_ == Phase::length) read_length(received);
    if (phase_ == Phase::chunked) read_chunked(received);
    if (phase_ == Phase::until_end) {
        add_piece(received);
        received.clear();
        if (ended && !reset) phase_ = Phase::done;
    }
    if (ended && phase_ != Phase::done) broken_off_ = true;
}

// returns  whether it was an interim response, so that another head follows
bool TestReader::read_head(std::string& received) {
    std::string padded = received;
    padded.append(http::h1::head_padding_bytes, '\0');
    std::array<http::Field, most_fields> storage;
    http::ResponseHead head(storage);
    const char* base = padded.data();
    const auto parsed = http::h1::parse_response_head({base, received.size()}, head, head_limits);
    if (parsed.need_more()) return false;
    if (!parsed.ok()) {
        throw TestClientError("the server's response is malformed: " + std::string(http::message_of(parsed.error)) +
                              ": " + received.substr(0, 200));
    }
    received.erase(0, parsed.used);
    if (head.status < 200 && head.status != 101) {
        response_.interim_.push_back(head.status);
        return true;
    }
    response_.status_ = head.status;
    response_.reason_ = head.reason(base);
    response_.keeps_alive_ = head.keep_alive();
    for (const http::Field& field : head.fields()) response_.headers_.emplace_back(field.name(base), field.value(base));
    begin_body(head);
    return false;
}

// RFC 9112 6.3
void TestReader::begin_body(const http::ResponseHead& head) {
    if (to_head_ || has_no_body(head.status)) {
        phase_ = Phase::done;
    } else if (head.chunked) {
        phase_ = Phase::chunked;
    } else if (head.has_content_length) {
        left_ = head.content_length;
        phase_ = left_ == 0 ? Phase::done : Phase::length;
    } else {
        phase_ = Phase::until_end;
        response_.keeps_alive_ = false;
    }
}

void TestReader::read_length(std::string& received) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left_, received.size()));
    add_piece(std::string_view(received).substr(0, count));
    received.erase(0, count);
    left_ -= count;
    if (left_ == 0) phase_ = Phase::done;
}

void TestReader::read_chunked(std::string& received) {
    using Status = http::h1::ChunkedDecoder::Status;
    std::string_view unread = received;
    for (;;) {
        const auto step = decoder_.feed(unread);
        unread.remove_prefix(step.consumed);
        if (step.status == Status::error) {
            throw TestClientError("the server's chunked body is malformed: " +
                                  std::string(http::h1::message_of(decoder_.error())));
        }
        add_piece(step.status == Status::data ? step.data : std::string_view());
        if (step.status == Status::end) {
            std::array<http::Field, http::h1::ChunkLimits().trailer_fields> fields;
            const char* base = step.data.data();
            const std::size_t count = http::h1::parse_trailers(step.data, fields);
            for (std::size_t i = 0; i < count; ++i) {
                response_.trailers_.emplace_back(fields[i].name(base), fields[i].value(base));
            }
            phase_ = Phase::done;
        }
        if (step.status != Status::data) break;
    }
    received.erase(0, received.size() - unread.size());
}

void TestReader::add_piece(std::string_view piece) {
    if (piece.empty()) return;
    response_.body_ += piece;
    piece_ends_.push_back(response_.body_.size());
}

std::optional<std::string> TestReader::take_piece() {
    if (pieces_taken_ == piece_ends_.size()) return std::nullopt;
    const std::size_t begin = pieces_taken_ == 0 ? 0 : piece_ends_[pieces_taken_ - 1];
    const std::size_t end = piece_ends_[pieces_taken_++];
    return response_.body_.substr(begin, end - begin);
}

std::string TestReader::progress() const {
    if (phase_ == Phase::head) return "no response has come";
    return "of a response with status " + std::to_string(response_.status_) + ", " +
           std::to_string(response_.body_.size()) + " bytes of its body have come";
}

}  // namespace hyperlane::web
