#include <hyperlane/ws/deflate.hpp>

#include <algorithm>
#include <array>
#include <cassert>
#include <limits>
#include <new>
#include <utility>

#define ZLIB_CONST
#include <zlib.h>

namespace hyperlane::websocket {

namespace {

// What a flush ends in, and what every message therefore leaves out (RFC 7692 7.2.1).
constexpr std::string_view flush_end("\x00\x00\xFF\xFF", 4);
constexpr std::size_t step_bytes = 16 * 1024;  // of output at a time
constexpr std::size_t least_room = 256;        // with less than 7 bytes, zlib would write its mark of a flush twice

const Bytef* bytes_of(std::string_view text) noexcept { return reinterpret_cast<const Bytef*>(text.data()); }

}  // namespace

struct Deflater::State {
    z_stream stream{};
    bool used = false;  // since the last reset
};

Deflater::Deflater(int window_bits, int level) : state_(std::make_unique<State>()) {
    assert(window_bits >= 9 && window_bits <= 15);
    // A window of 2^n deserves hash tables of its size: memory level 8 goes with 15 bits.
    const int memory = std::max(1, window_bits - 7);
    if (::deflateInit2(&state_->stream, level, Z_DEFLATED, -window_bits, memory, Z_DEFAULT_STRATEGY) != Z_OK) {
        throw std::bad_alloc();
    }
}

Deflater::~Deflater() { ::deflateEnd(&state_->stream); }

void Deflater::reset() noexcept {
    if (std::exchange(state_->used, false)) ::deflateReset(&state_->stream);
}

bool Deflater::compress(std::string_view message, std::string& out) {
    if (message.empty()) {
        out += '\0';  // an empty stored block without its length: flushing again would write nothing
        return true;
    }
    if (message.size() > std::numeric_limits<uInt>::max()) return false;
    const std::size_t before = out.size();
    std::size_t size = before;
    z_stream& stream = state_->stream;
    state_->used = true;
    stream.next_in = bytes_of(message);
    stream.avail_in = static_cast<uInt>(message.size());
    do {
        out.resize(size + stream.avail_in / 2 + least_room);
        const auto room = static_cast<uInt>(std::min(out.size() - size, step_bytes));
        stream.next_out = reinterpret_cast<Bytef*>(out.data() + size);
        stream.avail_out = room;
        const int status = ::deflate(&stream, Z_SYNC_FLUSH);
        if (status != Z_OK && status != Z_BUF_ERROR) {
            out.resize(before);
            return false;
        }
        size += room - stream.avail_out;
    } while (stream.avail_out == 0);
    assert(size - before >= flush_end.size());
    out.resize(size - flush_end.size());
    return true;
}

struct Inflater::State {
    z_stream stream{};
    bool used = false;
};

Inflater::Inflater(int window_bits) : state_(std::make_unique<State>()) {
    // zlib makes 9 of 8 when it compresses without a header, and so do peers that use it: be able to read that.
    if (::inflateInit2(&state_->stream, -std::max(window_bits, 9)) != Z_OK) throw std::bad_alloc();
}

Inflater::~Inflater() { ::inflateEnd(&state_->stream); }

void Inflater::reset() noexcept {
    if (std::exchange(state_->used, false)) ::inflateReset(&state_->stream);
}

Inflater::Status Inflater::feed(std::string_view piece, std::string& out, std::size_t limit) {
    z_stream& stream = state_->stream;
    state_->used = true;
    std::array<char, step_bytes> room;
    do {
        const std::size_t offered = std::min<std::size_t>(piece.size(), std::numeric_limits<uInt>::max());
        stream.next_in = bytes_of(piece);
        stream.avail_in = static_cast<uInt>(offered);
        stream.next_out = reinterpret_cast<Bytef*>(room.data());
        stream.avail_out = room.size();
        const int status = ::inflate(&stream, Z_SYNC_FLUSH);
        const std::size_t made = room.size() - stream.avail_out;
        const std::size_t used = offered - stream.avail_in;
        piece.remove_prefix(used);
        if (status == Z_MEM_ERROR) return Status::no_memory;
        if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) return Status::bad_data;
        if (made > limit - std::min(limit, out.size())) return Status::too_large;
        out.append(room.data(), made);
        // A block may say that it is the last one (RFC 7692 7.2.3.4); the window is kept all the same.
        if (status == Z_STREAM_END && ::inflateResetKeep(&stream) != Z_OK) return Status::bad_data;
        if (made == 0 && used == 0) break;
    } while (!piece.empty() || stream.avail_out == 0);
    return piece.empty() ? Status::ok : Status::bad_data;
}

Inflater::Status Inflater::finish(std::string& out, std::size_t limit) { return feed(flush_end, out, limit); }

}  // namespace hyperlane::websocket
