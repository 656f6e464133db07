#include "http/coding/libraries.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <new>

#include <zlib.h>

namespace hyperlane::http {

namespace {

constexpr int default_zlib_level = 5;
constexpr int largest_zlib_window_bits = 15;
constexpr int gzip_format = 16;  // added to the window bits

// zlib takes what it reads as not const, and never writes it.
Bytef* as_input(const char* bytes) noexcept { return reinterpret_cast<Bytef*>(const_cast<char*>(bytes)); }

constexpr std::size_t largest_step = 1u << 30;  // zlib counts in 32 bits

class ZlibEncoder final : public Encoder {
public:
    ZlibEncoder(Coding coding, EncoderSettings settings) {
        const int level = settings.level == 0 ? default_zlib_level : std::clamp(settings.level, 1, 9);
        // A window larger than the body is memory that has to be cleared for nothing.
        const int window =
            std::clamp(static_cast<int>(std::bit_width(settings.size.value_or(1u << 15))), 9, largest_zlib_window_bits);
        const int format = coding == Coding::gzip ? gzip_format : 0;
        const int memory = std::clamp(window - 7, 2, 8);
        if (deflateInit2(&stream_, level, Z_DEFLATED, window + format, memory, Z_DEFAULT_STRATEGY) != Z_OK) {
            throw std::bad_alloc();
        }
    }
    ~ZlibEncoder() override { deflateEnd(&stream_); }

    void write(std::string_view piece, Until until, std::string& out) override {
        do {
            const std::string_view step = piece.substr(0, largest_step);
            piece.remove_prefix(step.size());
            write_step(step, piece.empty() ? flush_of(until) : Z_NO_FLUSH, out);
        } while (!piece.empty());
    }

private:
    static int flush_of(Until until) noexcept {
        switch (until) {
            case Until::later: return Z_NO_FLUSH;
            case Until::flushed: return Z_SYNC_FLUSH;
            case Until::ended: break;
        }
        return Z_FINISH;
    }

    void write_step(std::string_view step, int flush, std::string& out) {
        CodingStep buffer;
        stream_.next_in = as_input(step.data());
        stream_.avail_in = static_cast<uInt>(step.size());
        do {
            stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
            stream_.avail_out = buffer.size();
            [[maybe_unused]] const int result = deflate(&stream_, flush);
            assert(result != Z_STREAM_ERROR);
            out.append(buffer.data(), buffer.size() - stream_.avail_out);
        } while (stream_.avail_out == 0);
    }

    z_stream stream_{};
};

class ZlibDecoder final : public Decoder {
public:
    explicit ZlibDecoder(Coding coding) : coding_(coding) {
        const int format = coding == Coding::gzip ? gzip_format : 0;
        if (inflateInit2(&stream_, largest_zlib_window_bits + format) != Z_OK) throw std::bad_alloc();
    }
    ~ZlibDecoder() override { inflateEnd(&stream_); }

    Result<> read(std::string_view piece, std::string& out, std::size_t limit) override {
        while (!piece.empty()) {
            const std::string_view step = piece.substr(0, largest_step);
            piece.remove_prefix(step.size());
            if (auto done = read_step(step, out, limit); !done) return done;
        }
        return {};
    }
    bool complete() const noexcept override { return ended_; }

private:
    Result<> read_step(std::string_view step, std::string& out, std::size_t limit) {
        CodingStep buffer;
        stream_.next_in = as_input(step.data());
        stream_.avail_in = static_cast<uInt>(step.size());
        do {
            if (ended_ && !begin_member()) return broken_content(coding_);
            stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
            stream_.avail_out = buffer.size();
            const int result = inflate(&stream_, Z_NO_FLUSH);
            if (result == Z_MEM_ERROR) throw std::bad_alloc();
            if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) return broken_content(coding_);
            const std::string_view made(buffer.data(), buffer.size() - stream_.avail_out);
            if (auto kept = append_decoded(out, made, limit); !kept) return kept;
            ended_ = result == Z_STREAM_END;
        } while (stream_.avail_in > 0 || (stream_.avail_out == 0 && !ended_));
        return {};
    }

    // A gzip file is a row of members (RFC 1952 2.2); nothing may follow other content.
    bool begin_member() noexcept {
        if (stream_.avail_in == 0) return true;
        if (coding_ != Coding::gzip) return false;
        ended_ = false;
        return inflateReset(&stream_) == Z_OK;
    }

    z_stream stream_{};
    Coding coding_;
    bool ended_ = false;
};

}  // namespace

std::unique_ptr<Encoder> make_zlib_encoder(Coding coding, EncoderSettings settings) {
    return std::make_unique<ZlibEncoder>(coding, settings);
}

std::unique_ptr<Decoder> make_zlib_decoder(Coding coding) { return std::make_unique<ZlibDecoder>(coding); }

}  // namespace hyperlane::http
