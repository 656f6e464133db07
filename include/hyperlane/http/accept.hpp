#pragma once

/// What a client prefers: Accept and Accept-Encoding (RFC 9110 12.5.1 and 12.5.3). Elements that break the grammar are
/// ignored, the rest of the list counts.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace hyperlane::http {

/// How closely a media range names a media type.
enum class RangeFit : std::uint8_t {
    none,
    any,         ///< `*/*`
    type,        ///< `text/*`
    exact,       ///< `text/html`
    parameters,  ///< `text/html;level=1`
};

/// What a list says about one media type: the closest range that covers it counts.
struct MediaPreference {
    RangeFit fit = RangeFit::none;
    int weight = 0;  ///< in thousandths; 0: refused, or not named at all
};

/// in  accept: the value of Accept, several lines joined by ","; media_type: "text/html", perhaps with parameters
[[nodiscard]] MediaPreference media_preference(std::string_view accept, std::string_view media_type) noexcept;

/// The media type that suits best.
///
/// in       accept: nothing if the field is absent, which accepts anything; offered: the server's favourite first
/// returns  an index into `offered`: of the heaviest one, of the first of several; nothing if all are refused
[[nodiscard]] std::optional<std::size_t> choose_media_type(std::optional<std::string_view> accept,
                                                           std::span<const std::string_view> offered) noexcept;

/// How to encode a response.
struct CodingChoice {
    static constexpr std::size_t identity = static_cast<std::size_t>(-1);

    std::size_t coding = identity;  ///< an index into what was offered, or `identity`
    bool identity_refused = false;  ///< sending it unencoded would go against what the client says
};

/// The content coding that suits best (RFC 9110 12.5.3). A coding wins over identity unless the client ranks identity
/// higher by name. With nothing that suits the choice is identity, and `identity_refused` tells whether 406 is right.
///
/// in  accept_encoding: nothing if the field is absent; offered: "br", "gzip" …, the server's favourite first
[[nodiscard]] CodingChoice choose_coding(std::optional<std::string_view> accept_encoding,
                                         std::span<const std::string_view> offered) noexcept;

}  // namespace hyperlane::http
