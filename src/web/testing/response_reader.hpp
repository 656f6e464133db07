#pragma once

/// Reads one response as its bytes come.

#include <hyperlane/http/h1/chunked.hpp>
#include <hyperlane/http/head.hpp>
#include <hyperlane/web/testing/test_client.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hyperlane::web {

class TestReader {
public:
    /// in  `to_head`: the request is HEAD, whose response has no body whatever its fields say
    explicit TestReader(bool to_head) noexcept : to_head_(to_head) {}

    /// Take from the front of `received` what belongs to this response.
    ///
    /// in       ended: nothing more will come; reset: and that was not a regular end
    /// errors   throws TestClientError for what is no HTTP
    void feed(std::string& received, bool ended, bool reset);

    [[nodiscard]] bool begun() const noexcept { return phase_ != Phase::head; }
    [[nodiscard]] bool done() const noexcept { return phase_ == Phase::done; }
    [[nodiscard]] bool broken_off() const noexcept { return broken_off_; }
    [[nodiscard]] TestResponse& response() noexcept { return response_; }

    [[nodiscard]] bool has_piece() const noexcept { return pieces_taken_ < piece_ends_.size(); }
    /// The next piece that came and was not taken yet.
    [[nodiscard]] std::optional<std::string> take_piece();
    /// How far it came, for messages.
    [[nodiscard]] std::string progress() const;

private:
    enum class Phase : std::uint8_t { head, length, chunked, until_end, done };

    bool read_head(std::string& received);
    void begin_body(const http::ResponseHead& head);
    void read_length(std::string& received);
    void read_chunked(std::string& received);
    void add_piece(std::string_view piece);

    bool to_head_;
    bool broken_off_ = false;
    Phase phase_ = Phase::head;
    std::uint64_t left_ = 0;
    http::h1::ChunkedDecoder decoder_;
    std::vector<std::size_t> piece_ends_;  // in the body
    std::size_t pieces_taken_ = 0;
    TestResponse response_;
};

}  // namespace hyperlane::web
