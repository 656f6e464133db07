#include <hyperlane/http/coding/coding.hpp>
#include <hyperlane/http/list.hpp>
#include "http/coding/libraries.hpp"

#include <array>

namespace hyperlane::http {

namespace {

constexpr std::array<std::string_view, 4> names{"br", "zstd", "gzip", "deflate"};

}  // namespace

std::string_view name_of(Coding coding) noexcept { return names[static_cast<std::size_t>(coding)]; }

std::optional<Coding> parse_coding(std::string_view name) noexcept {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (equals_ignore_case(name, names[i])) return static_cast<Coding>(i);
    }
    if (equals_ignore_case(name, "x-gzip")) return Coding::gzip;
    return std::nullopt;
}

std::unique_ptr<Encoder> make_encoder(Coding coding, EncoderSettings settings) {
    switch (coding) {
        case Coding::br: return make_brotli_encoder(settings);
        case Coding::zstd: return make_zstd_encoder(settings);
        case Coding::gzip:
        case Coding::deflate: break;
    }
    return make_zlib_encoder(coding, settings);
}

std::unique_ptr<Decoder> make_decoder(Coding coding) {
    switch (coding) {
        case Coding::br: return make_brotli_decoder();
        case Coding::zstd: return make_zstd_decoder();
        case Coding::gzip:
        case Coding::deflate: break;
    }
    return make_zlib_decoder(coding);
}

std::string encode(Coding coding, std::string_view text, int level) {
    std::string out;
    make_encoder(coding, {.level = level, .size = text.size()})->write(text, Until::ended, out);
    return out;
}

Result<std::string> decode(Coding coding, std::string_view text, std::size_t limit) {
    std::string out;
    const auto decoder = make_decoder(coding);
    if (auto read = decoder->read(text, out, limit); !read) return std::unexpected(read.error());
    if (!decoder->complete()) {
        return fail(ErrorCode::bad_message, std::string(name_of(coding)) + " content that is cut off");
    }
    return out;
}

}  // namespace hyperlane::http
