#pragma once

/// What the router must answer, said naively: a list of patterns, sorted by rank, scanned in full, every segment by
/// RE2.
/// Shared by the randomised test and the fuzzer, which differ only in where the choices come from.

#include <hyperlane/http/method.hpp>
#include <hyperlane/web/routing/router.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <re2/re2.h>

namespace hyperlane::web::model {

struct Piece {
    bool is_param;
    std::string text;  // the literal, or the regex of the parameter ("" = plain)
};

struct Segment {
    std::vector<Piece> pieces;
    bool is_tail = false;

    [[nodiscard]] bool is_fixed() const {
        return std::ranges::none_of(pieces, [](const Piece& piece) { return piece.is_param; });
    }

    [[nodiscard]] std::string key() const {
        std::string key;
        for (const auto& [is_param, text] : pieces) {
            key += !is_param ? text : text.empty() ? "{}" : "{:" + text + "}";
        }
        return key;
    }

    using Rank = std::tuple<int, int, int, int, int, std::string>;

    [[nodiscard]] Rank rank() const {
        if (is_tail) return {2, pieces[0].text == ".+" ? 0 : 1, 0, 0, 0, ""};
        if (is_fixed()) return {0, 0, 0, 0, 0, key()};
        int literal = 0;
        int plain = 0;
        for (const auto& [is_param, text] : pieces) {
            if (!is_param) literal += static_cast<int>(text.size());
            if (is_param && text.empty()) ++plain;
        }
        const int prefix = pieces[0].is_param ? 0 : static_cast<int>(pieces[0].text.size());
        return {1, -literal, plain, -prefix, -static_cast<int>(key().size()), key()};
    }

    [[nodiscard]] std::string regex() const {
        std::string regex;
        for (const auto& [is_param, text] : pieces) {
            regex += !is_param ? RE2::QuoteMeta(text) : text.empty() ? "(\\C+)" : "(" + text + ")";
        }
        return regex;
    }
};

struct Route {
    std::vector<Segment> segments;
    std::vector<std::string> names;
    MethodSet methods;

    [[nodiscard]] std::vector<Segment::Rank> rank() const {
        std::vector<Segment::Rank> rank;
        for (const auto& segment : segments) rank.push_back(segment.rank());
        return rank;
    }

    [[nodiscard]] std::string pattern() const {
        std::string text;
        std::size_t name = 0;
        for (const auto& segment : segments) {
            text += '/';
            for (const auto& [is_param, piece] : segment.pieces) {
                text += !is_param ? piece : "{" + names[name++] + (piece.empty() ? "" : ":" + piece) + "}";
            }
        }
        return text;
    }
};

struct Answer {
    RouteOutcome outcome = RouteOutcome::not_found;
    std::uint32_t route = 0;
    MethodSet allowed;
    std::vector<std::pair<std::string, std::string>> params;

    bool operator==(const Answer&) const = default;
};

inline const RE2& compiled(const std::string& regex) {
    static std::map<std::string, std::unique_ptr<RE2>> cache;
    auto& entry = cache[regex];
    if (!entry) {
        RE2::Options options;
        options.set_dot_nl(true);
        entry = std::make_unique<RE2>(regex, options);
    }
    return *entry;
}

inline std::optional<std::string> decode(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdefABCDEF";
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        if (i + 2 >= text.size() || digits.find(text[i + 1]) == digits.npos ||
            digits.find(text[i + 2]) == digits.npos) {
            return std::nullopt;
        }
        out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
        i += 2;
    }
    return out;
}

class Model {
public:
    /// returns  false if a route at the same pattern answers one of the methods
    bool insert(const Route& route, std::uint32_t id) {
        auto& group = groups_[route.rank()];
        const bool is_any = route.methods == all_methods;
        for (const auto& [other, other_id] : group) {
            const bool other_is_any = other.methods == all_methods;
            if (is_any && other_is_any) return false;
            for (int m = 0; m < 9 && !is_any && !other_is_any; ++m) {
                const auto method = static_cast<Method>(m);
                if (route.methods.contains(method) && other.methods.contains(method)) return false;
            }
        }
        group.emplace_back(route, id);
        return true;
    }

    [[nodiscard]] Answer match(Method method, std::string_view path) const {
        Answer answer;
        std::vector<std::string> segments;
        const bool is_encoded = path.find('%') != path.npos;
        if (!path.starts_with('/') || (is_encoded && path.find('\0') != path.npos)) return bad();
        for (std::size_t at = 0; at != path.npos;) {
            const auto next = path.find('/', at + 1);
            auto segment = decode(path.substr(at + 1, next == path.npos ? next : next - at - 1));
            if (!segment || (is_encoded && segment->find('\0') != segment->npos)) return bad();
            segments.push_back(std::move(*segment));
            at = next;
        }
        for (const auto& [rank, group] : groups_) {
            std::vector<std::string> values;
            if (group.empty() || !matches(group[0].first, segments, values)) continue;
            const auto* found = choose(group, method);
            if (found != nullptr) return found_answer(*found, values);
            answer.outcome = RouteOutcome::method_not_allowed;
            answer.allowed.insert(OPTIONS);
            for (const auto& [route, id] : group) answer.allowed.insert(route.methods);
            if (answer.allowed.contains(GET)) answer.allowed.insert(HEAD);
        }
        return answer;
    }

private:
    using Entry = std::pair<Route, std::uint32_t>;

    static Answer bad() {
        Answer answer;
        answer.outcome = RouteOutcome::bad_path;
        return answer;
    }

    static Answer found_answer(const Entry& entry, const std::vector<std::string>& values) {
        Answer answer{.outcome = RouteOutcome::found, .route = entry.second, .allowed = {}, .params = {}};
        for (std::size_t i = 0; i < values.size(); ++i) answer.params.emplace_back(entry.first.names[i], values[i]);
        return answer;
    }

    static const Entry* choose(const std::vector<Entry>& group, Method method) {
        const auto with = [&](auto accepts) -> const Entry* {
            const auto found = std::ranges::find_if(group, accepts);
            return found == group.end() ? nullptr : &*found;
        };
        const auto named = [&](Method wanted) {
            return with([=](const Entry& entry) {
                return entry.first.methods != all_methods && entry.first.methods.contains(wanted);
            });
        };
        if (const auto* found = named(method)) return found;
        if (method == HEAD && named(GET) != nullptr) return named(GET);
        return with([](const Entry& entry) { return entry.first.methods == all_methods; });
    }

    static bool matches(const Route& route, const std::vector<std::string>& path, std::vector<std::string>& values) {
        for (std::size_t i = 0; i < route.segments.size(); ++i) {
            const auto& segment = route.segments[i];
            if (i >= path.size()) return false;
            if (segment.is_tail) {
                std::string rest = path[i];
                for (std::size_t j = i + 1; j < path.size(); ++j) rest += "/" + path[j];
                if (rest.empty() && segment.pieces[0].text == ".+") return false;
                values.push_back(rest);
                return true;
            }
            const std::string pattern = segment.regex();  // named: g++ 13 and later take the result for a part of it
            const RE2& regex = compiled(pattern);
            std::array<re2::StringPiece, 8> groups;
            const int count = regex.NumberOfCapturingGroups() + 1;
            if (!regex.Match(path[i], 0, path[i].size(), RE2::ANCHOR_BOTH, groups.data(), count)) return false;
            for (int g = 1; g < count; ++g) values.emplace_back(groups[static_cast<std::size_t>(g)]);
        }
        return route.segments.size() == path.size();
    }

    std::map<std::vector<Segment::Rank>, std::vector<Entry>> groups_;
};

inline Answer answer_of(const Router& router, Method method, std::string_view path) {
    Arena arena;
    RouteMatch match;
    router.match(method, path, arena, match);
    Answer answer{.outcome = match.outcome, .route = 0, .allowed = match.allowed, .params = {}};
    if (match.outcome != RouteOutcome::found) return answer;
    answer.route = match.route;
    for (std::size_t i = 0; i < match.params.size(); ++i) {
        answer.params.emplace_back(match.params[i].name, match.params[i].value);
    }
    return answer;
}

/// `choose(n)` gives a number below n.
template <typename Choose>
std::string random_word(Choose& choose) {
    static const std::array<std::string, 12> words = {"a",  "b",     "users",           "me",   "42", "7",
                                                      "v1", "a-b.c", "a-long-segment-", "x.js", "",   "12345678"};
    return words[choose(words.size())];
}

template <typename Choose>
Segment random_segment(Choose& choose) {
    static const std::array<std::string, 12> regexes = {
        "\\d+",        "[0-9]+", "\\w+",           "[a-z]+", "[a-z][a-z0-9-]*", "\\d{1,2}", "[^/]+",
        "(?:a|b|me)*", ".*",     "[a-z]+-[a-z.]+", "\\C*",   "[^0-9]{2,}"};
    Segment segment;
    const auto regex = [&] { return choose(3) == 0 ? std::string() : regexes[choose(regexes.size())]; };
    const auto literal = [&] {
        static const std::array<std::string, 5> literals = {"v", "-", ".", "a", ".js"};
        return literals[choose(literals.size())];
    };
    switch (choose(8)) {
        case 0:
        case 1:
        case 2: {
            auto word = random_word(choose);
            if (!word.empty()) segment.pieces.push_back({false, std::move(word)});
            break;
        }
        case 3: segment.pieces = {{true, ""}}; break;
        case 4: segment.pieces = {{true, regexes[choose(regexes.size())]}}; break;
        case 5: segment.pieces = {{false, literal()}, {true, regex()}}; break;
        case 6: segment.pieces = {{true, regex()}, {false, literal()}}; break;
        default: segment.pieces = {{true, regex()}, {false, literal()}, {true, regex()}}; break;
    }
    return segment;
}

template <typename Choose>
Route random_route(Choose& choose) {
    Route route;
    const auto count = 1 + choose(4);
    for (std::size_t i = 0; i < count; ++i) route.segments.push_back(random_segment(choose));
    if (choose(6) == 0) route.segments.push_back({.pieces = {{true, choose(2) == 0 ? ".*" : ".+"}}, .is_tail = true});
    auto& last = route.segments.back();
    // In the last place this text is a tail.
    if (last.pieces.size() == 1 && last.pieces[0].is_param && last.pieces[0].text == ".*") last.is_tail = true;
    std::size_t params = 0;
    for (const auto& segment : route.segments) {
        for (const auto& piece : segment.pieces) params += piece.is_param ? 1 : 0;
    }
    for (std::size_t i = 0; i < params; ++i) {
        route.names.push_back(std::string(1, "pqr"[choose(3)]) + std::to_string(i));
    }
    if (choose(5) == 0) {
        route.methods = all_methods;
    } else {
        const auto methods = 1 + choose(2);
        for (std::size_t i = 0; i < methods; ++i) route.methods.insert(static_cast<Method>(choose(4)));
    }
    return route;
}

/// A path that has a fair chance to match the route.
template <typename Choose>
std::string path_near(const Route& route, Choose& choose) {
    static const std::array<std::string, 6> values = {"42", "a", "me", "x.js", "7-b", "a-a.b"};
    std::string path;
    for (const auto& segment : route.segments) {
        path += '/';
        for (const auto& [is_param, text] : segment.pieces) path += is_param ? values[choose(values.size())] : text;
        if (segment.is_tail && choose(2) == 0) path += "/%2f/x";
    }
    return path;
}

template <typename Choose>
std::string random_path(Choose& choose) {
    static const std::array<std::string, 14> odd = {"%2F", "%61",  "%C3%A9", "%FF",  "%0A",   "%00", "%",
                                                    "%4",  "va-b", "a-b-c",  "a.js", "v1.js", "-",   "A_z-9"};
    std::string path;
    const auto count = 1 + choose(5);
    for (std::size_t i = 0; i < count; ++i) {
        path += '/';
        const bool is_odd = choose(5) == 0;
        path += is_odd ? odd[choose(odd.size())] : random_word(choose);
        if (choose(6) == 0) path += random_word(choose);
        if (is_odd && choose(2) == 0) path += odd[choose(odd.size())];
    }
    return path;
}

}  // namespace hyperlane::web::model
