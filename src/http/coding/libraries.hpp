#pragma once

/// The codings, one library each. They are linked into a program that asks for them only.

#include <hyperlane/http/coding/coding.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace hyperlane::http {

[[nodiscard]] std::unique_ptr<Encoder> make_zlib_encoder(Coding coding, EncoderSettings settings);
[[nodiscard]] std::unique_ptr<Decoder> make_zlib_decoder(Coding coding);
[[nodiscard]] std::unique_ptr<Encoder> make_brotli_encoder(EncoderSettings settings);
[[nodiscard]] std::unique_ptr<Decoder> make_brotli_decoder();
[[nodiscard]] std::unique_ptr<Encoder> make_zstd_encoder(EncoderSettings settings);
[[nodiscard]] std::unique_ptr<Decoder> make_zstd_decoder();

/// Libraries fill this, and it is appended to what is asked for: a step that a bomb cannot exceed.
using CodingStep = std::array<char, 16 * 1024>;

/// errors  too_large
[[nodiscard]] inline Result<> append_decoded(std::string& out, std::string_view bytes, std::size_t limit) {
    if (bytes.size() > limit || out.size() > limit - bytes.size()) {
        return fail(ErrorCode::too_large,
                    "the content is larger than " + std::to_string(limit) + " bytes decompressed");
    }
    out.append(bytes);
    return {};
}

[[nodiscard]] inline std::unexpected<Error> broken_content(Coding coding) {
    return fail(ErrorCode::bad_message, "the content is not valid " + std::string(name_of(coding)));
}

}  // namespace hyperlane::http
