#include "http/coding/libraries.hpp"

#include <algorithm>
#include <bit>
#include <new>

#include <zstd.h>

namespace hyperlane::http {

namespace {

constexpr int default_zstd_level = 3;
constexpr int usual_zstd_window_bits = 18;  // 256 KiB: what an encoder of a stream may hold
constexpr int largest_zstd_window_bits =
    23;  // 8 MiB: what a receiver has to take (RFC 8878 3.1.1.1.2), and may refuse beyond

class ZstdEncoder final : public Encoder {
public:
    explicit ZstdEncoder(EncoderSettings settings) : state_(ZSTD_createCCtx()) {
        if (state_ == nullptr) throw std::bad_alloc();
        const int level = settings.level == 0 ? default_zstd_level : std::clamp(settings.level, 1, 19);
        const int needed = static_cast<int>(std::bit_width(settings.size.value_or(1u << 17)));
        ZSTD_CCtx_setParameter(state_, ZSTD_c_compressionLevel, level);
        ZSTD_CCtx_setParameter(state_, ZSTD_c_windowLog, std::clamp(needed + 1, 10, usual_zstd_window_bits));
        ZSTD_CCtx_setParameter(state_, ZSTD_c_contentSizeFlag, 1);
        if (settings.size) ZSTD_CCtx_setPledgedSrcSize(state_, *settings.size);
    }
    ~ZstdEncoder() override { ZSTD_freeCCtx(state_); }

    void write(std::string_view piece, Until until, std::string& out) override {
        ZSTD_inBuffer in{piece.data(), piece.size(), 0};
        for (;;) {
            CodingStep buffer;
            ZSTD_outBuffer to{buffer.data(), buffer.size(), 0};
            const std::size_t left = ZSTD_compressStream2(state_, &to, &in, directive_of(until));
            if (ZSTD_isError(left) != 0) throw std::bad_alloc();  // the only way in which it fails
            out.append(buffer.data(), to.pos);
            if (until == Until::later ? in.pos == in.size : left == 0) return;
        }
    }

private:
    static ZSTD_EndDirective directive_of(Until until) noexcept {
        switch (until) {
            case Until::later: return ZSTD_e_continue;
            case Until::flushed: return ZSTD_e_flush;
            case Until::ended: break;
        }
        return ZSTD_e_end;
    }

    ZSTD_CCtx* state_;
};

class ZstdDecoder final : public Decoder {
public:
    ZstdDecoder() : state_(ZSTD_createDCtx()) {
        if (state_ == nullptr) throw std::bad_alloc();
        ZSTD_DCtx_setParameter(state_, ZSTD_d_windowLogMax, largest_zstd_window_bits);
    }
    ~ZstdDecoder() override { ZSTD_freeDCtx(state_); }

    // Frames may follow each other (RFC 8878 3).
    Result<> read(std::string_view piece, std::string& out, std::size_t limit) override {
        ZSTD_inBuffer in{piece.data(), piece.size(), 0};
        bool more = in.size > 0;
        while (more) {
            CodingStep buffer;
            ZSTD_outBuffer to{buffer.data(), buffer.size(), 0};
            const std::size_t result = ZSTD_decompressStream(state_, &to, &in);
            if (ZSTD_isError(result) != 0) return broken_content(Coding::zstd);
            if (auto kept = append_decoded(out, {buffer.data(), to.pos}, limit); !kept) return kept;
            complete_ = result == 0;
            more = in.pos < in.size || (to.pos == to.size && !complete_);
        }
        return {};
    }
    bool complete() const noexcept override { return complete_; }

private:
    ZSTD_DCtx* state_;
    bool complete_ = false;
};

}  // namespace

std::unique_ptr<Encoder> make_zstd_encoder(EncoderSettings settings) { return std::make_unique<ZstdEncoder>(settings); }

std::unique_ptr<Decoder> make_zstd_decoder() { return std::make_unique<ZstdDecoder>(); }

}  // namespace hyperlane::http
