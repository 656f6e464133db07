#include <hyperlane/http/accept.hpp>
#include <hyperlane/http/list.hpp>

namespace hyperlane::http {

namespace {

// One element of Accept: `type/subtype *( ; parameter ) [ ; q=weight ]`.
struct MediaRange {
    std::string_view type;
    std::string_view subtype;
    std::string_view parameters;  // everything behind the first ";"
    int weight = 1000;
};

struct MediaName {
    std::string_view type;
    std::string_view subtype;
};

std::optional<MediaName> parse_media_name(std::string_view element) noexcept {
    const std::string_view name = without_parameters(element);
    const std::size_t slash = name.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    const MediaName parsed{name.substr(0, slash), name.substr(slash + 1)};
    if (!is_token(parsed.type) || !is_token(parsed.subtype)) return std::nullopt;
    return parsed;
}

std::string_view parameters_of(std::string_view element) noexcept {
    const std::size_t semicolon = element.find(';');
    return semicolon == std::string_view::npos ? std::string_view() : element.substr(semicolon);
}

// The weight of an element; nothing if it is malformed. Unlike `weight_of`, which takes a malformed weight as 0: here
// such an element must not speak for its name.
std::optional<int> weight_if_valid(std::string_view parameters) noexcept {
    ParameterReader reader(parameters);
    std::optional<int> weight = 1000;
    while (const auto parameter = reader.next()) {
        if (!equals_ignore_case(parameter->name, "q")) continue;
        weight = parse_qvalue(parameter->value);
        break;
    }
    return reader.failed() ? std::nullopt : weight;
}

std::optional<MediaRange> parse_media_range(std::string_view element) noexcept {
    const auto name = parse_media_name(element);
    if (!name || (name->type == "*" && name->subtype != "*")) return std::nullopt;
    const std::string_view parameters = parameters_of(element);
    const auto weight = weight_if_valid(parameters);
    if (!weight) return std::nullopt;
    return MediaRange{name->type, name->subtype, parameters, *weight};
}

bool has_parameter(std::string_view parameters, Parameter wanted) noexcept {
    for (ParameterReader reader(parameters); const auto parameter = reader.next();) {
        if (equals_ignore_case(parameter->name, wanted.name) && equals_ignore_case(parameter->value, wanted.value)) {
            return true;
        }
    }
    return false;
}

enum class ParameterFit : std::uint8_t { none_asked, all_there, missing };

// Parameters in front of the weight narrow the range; what follows it was for extensions that nobody uses.
ParameterFit fit_parameters(std::string_view asked, std::string_view offered) noexcept {
    ParameterFit fit = ParameterFit::none_asked;
    for (ParameterReader reader(asked); const auto parameter = reader.next();) {
        if (equals_ignore_case(parameter->name, "q")) break;
        if (!has_parameter(offered, *parameter)) return ParameterFit::missing;
        fit = ParameterFit::all_there;
    }
    return fit;
}

RangeFit fit_of(const MediaRange& range, const MediaName& name, std::string_view parameters) noexcept {
    const ParameterFit fit = fit_parameters(range.parameters, parameters);
    if (fit == ParameterFit::missing) return RangeFit::none;
    if (range.type == "*") return RangeFit::any;
    if (!equals_ignore_case(range.type, name.type)) return RangeFit::none;
    if (range.subtype == "*") return RangeFit::type;
    if (!equals_ignore_case(range.subtype, name.subtype)) return RangeFit::none;
    return fit == ParameterFit::all_there ? RangeFit::parameters : RangeFit::exact;
}

// What Accept-Encoding says about one coding by its name.
struct NamedWeight {
    std::optional<int> named;
    std::optional<int> any;  // of "*"
};

// "x-gzip" is an old name of "gzip" (RFC 9110 8.4.1.3).
bool same_coding(std::string_view asked, std::string_view coding) noexcept {
    if (equals_ignore_case(asked, coding)) return true;
    return coding == "gzip" && equals_ignore_case(asked, "x-gzip");
}

NamedWeight weight_of_coding(std::string_view list, std::string_view coding) noexcept {
    NamedWeight found;
    for (ListReader reader(list); const auto element = reader.next();) {
        const std::string_view name = without_parameters(*element);
        if (!is_token(name)) continue;
        const auto weight = weight_if_valid(parameters_of(*element));
        if (!weight) continue;
        if (name == "*") {
            found.any = weight;
        } else if (!found.named && same_coding(name, coding)) {
            found.named = weight;
        }
    }
    return found;
}

}  // namespace

MediaPreference media_preference(std::string_view accept, std::string_view media_type) noexcept {
    const auto name = parse_media_name(media_type);
    if (!name) return {};
    const std::string_view parameters = parameters_of(media_type);
    MediaPreference best;
    for (ListReader reader(accept); const auto element = reader.next();) {
        const auto range = parse_media_range(*element);
        if (!range) continue;
        const RangeFit fit = fit_of(*range, *name, parameters);
        if (fit > best.fit) best = {fit, range->weight};
    }
    return best;
}

std::optional<std::size_t> choose_media_type(std::optional<std::string_view> accept,
                                             std::span<const std::string_view> offered) noexcept {
    std::optional<std::size_t> best;
    int best_weight = 0;
    for (std::size_t i = 0; i < offered.size(); ++i) {
        // A list of nothing but empty elements says nothing.
        const bool asks = accept && ListReader(*accept).next();
        const int weight = asks ? media_preference(*accept, offered[i]).weight : 1;
        if (weight <= best_weight) continue;
        best = i;
        best_weight = weight;
    }
    return best;
}

CodingChoice choose_coding(std::optional<std::string_view> accept_encoding,
                           std::span<const std::string_view> offered) noexcept {
    if (!accept_encoding) return {};  // any coding would do, and none is the safest
    CodingChoice choice;
    int best_weight = 0;
    for (std::size_t i = 0; i < offered.size(); ++i) {
        const NamedWeight weight = weight_of_coding(*accept_encoding, offered[i]);
        const int counts = weight.named ? *weight.named : weight.any.value_or(0);
        if (counts <= best_weight) continue;
        choice.coding = i;
        best_weight = counts;
    }
    const NamedWeight plain = weight_of_coding(*accept_encoding, "identity");
    choice.identity_refused = plain.named ? *plain.named == 0 : plain.any == 0;
    if (plain.named.value_or(0) > best_weight) choice.coding = CodingChoice::identity;
    return choice;
}

}  // namespace hyperlane::http
