#include "http/coding/libraries.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <new>

#include <brotli/decode.h>
#include <brotli/encode.h>

namespace hyperlane::http {

namespace {

constexpr std::uint32_t default_brotli_level = 4;       // beyond it, text that is made for each request takes too long
constexpr std::uint32_t usual_brotli_window_bits = 18;  // 256 KiB: what an encoder of a stream may hold
constexpr std::uint32_t least_brotli_window_bits = BROTLI_MIN_WINDOW_BITS;

class BrotliEncoder final : public Encoder {
public:
    explicit BrotliEncoder(EncoderSettings settings) : state_(BrotliEncoderCreateInstance(nullptr, nullptr, nullptr)) {
        if (state_ == nullptr) throw std::bad_alloc();
        const auto level =
            settings.level == 0 ? default_brotli_level : static_cast<std::uint32_t>(std::clamp(settings.level, 1, 11));
        const auto needed = static_cast<std::uint32_t>(std::bit_width(settings.size.value_or(1u << 17)));
        const std::uint32_t window = std::clamp(needed + 1, least_brotli_window_bits, usual_brotli_window_bits);
        BrotliEncoderSetParameter(state_, BROTLI_PARAM_QUALITY, level);
        BrotliEncoderSetParameter(state_, BROTLI_PARAM_LGWIN, window);
        if (!settings.size) return;
        const auto hint = static_cast<std::uint32_t>(std::min<std::size_t>(*settings.size, UINT32_MAX));
        BrotliEncoderSetParameter(state_, BROTLI_PARAM_SIZE_HINT, hint);
    }
    ~BrotliEncoder() override { BrotliEncoderDestroyInstance(state_); }

    void write(std::string_view piece, Until until, std::string& out) override {
        const auto* next = reinterpret_cast<const std::uint8_t*>(piece.data());
        std::size_t left = piece.size();
        do {
            std::size_t room = 0;
            if (BrotliEncoderCompressStream(state_, operation_of(until), &left, &next, &room, nullptr, nullptr) ==
                BROTLI_FALSE) {
                throw std::bad_alloc();  // the only way in which it fails
            }
            std::size_t made = 0;
            const auto* bytes = reinterpret_cast<const char*>(BrotliEncoderTakeOutput(state_, &made));
            out.append(bytes, made);
        } while (left > 0 || BrotliEncoderHasMoreOutput(state_) != BROTLI_FALSE);
    }

private:
    static BrotliEncoderOperation operation_of(Until until) noexcept {
        switch (until) {
            case Until::later: return BROTLI_OPERATION_PROCESS;
            case Until::flushed: return BROTLI_OPERATION_FLUSH;
            case Until::ended: break;
        }
        return BROTLI_OPERATION_FINISH;
    }

    BrotliEncoderState* state_;
};

class BrotliDecoder final : public Decoder {
public:
    BrotliDecoder() : state_(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr)) {
        if (state_ == nullptr) throw std::bad_alloc();
    }
    ~BrotliDecoder() override { BrotliDecoderDestroyInstance(state_); }

    Result<> read(std::string_view piece, std::string& out, std::size_t limit) override {
        const auto* next = reinterpret_cast<const std::uint8_t*>(piece.data());
        std::size_t left = piece.size();
        for (;;) {
            if (complete()) return left == 0 ? Result<>() : broken_content(Coding::br);
            CodingStep buffer;
            auto* to = reinterpret_cast<std::uint8_t*>(buffer.data());
            std::size_t room = buffer.size();
            const auto result = BrotliDecoderDecompressStream(state_, &left, &next, &room, &to, nullptr);
            if (result == BROTLI_DECODER_RESULT_ERROR) return broken_content(Coding::br);
            const std::string_view made(buffer.data(), buffer.size() - room);
            if (auto kept = append_decoded(out, made, limit); !kept) return kept;
            // It asks for input also while it holds back what did not fit.
            if (result == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT && room > 0) return {};
        }
    }
    bool complete() const noexcept override { return BrotliDecoderIsFinished(state_) != BROTLI_FALSE; }

private:
    BrotliDecoderState* state_;
};

}  // namespace

std::unique_ptr<Encoder> make_brotli_encoder(EncoderSettings settings) {
    return std::make_unique<BrotliEncoder>(settings);
}

std::unique_ptr<Decoder> make_brotli_decoder() { return std::make_unique<BrotliDecoder>(); }

}  // namespace hyperlane::http
