#pragma once

/// Checks values against the rules that `json::options` declares beside their types. Bodies, queries, forms and path
/// parameters are checked on their way into a handler; `validate(value)` does the same by hand.
///
///     template <>
///     inline constexpr auto hyperlane::json::options<NewUser> = hyperlane::json::Type<NewUser>()
///                                                                   .length<&NewUser::name>(1, 80)
///                                                                   .min<&NewUser::age>(18);

#include <hyperlane/base/pointers.hpp>
#include <hyperlane/json/describe.hpp>
#include <hyperlane/web/http_error.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hyperlane {

namespace web {

/// How a place in a value is written down.
enum class PointerStyle : std::uint8_t {
    json,  ///< a JSON Pointer: "/users/0/name"
    name,  ///< a parameter's name: "name"
};

/// The rules of a type and of everything in it, made ready: regular expressions compiled, branches without rules cut.
class Validator {
public:
    static constexpr std::size_t most_violations = 100;  ///< no more are reported: a list may be long

    /// One for each type, made when it is first asked for; lives as long as the program.
    ///
    /// threads  any
    [[nodiscard]] static const Validator& of(const json::TypeInfo& type);

    explicit Validator(const json::TypeInfo& type);
    Validator(const Validator&) = delete;
    Validator& operator=(const Validator&) = delete;
    ~Validator();

    /// No rule anywhere: `check` need not be called.
    [[nodiscard]] bool is_empty() const noexcept { return empty_; }
    /// Why a rule cannot be used, such as a pattern that is no regular expression; empty if all is well.
    [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

    /// Add everything that is wrong with the object.
    ///
    /// in       place: "body", "query", …, as `Violation::in`; skipped: bit i is set if the member in slot i is not to
    ///          be looked at; rules about the whole object are left out then
    /// cost     no allocation if nothing is wrong, but for `unique`
    /// threads  any
    void check(const void* object, std::string_view place, PointerStyle style, std::vector<Violation>& violations,
               std::uint64_t skipped = 0) const;

    /// The same for a body in which some values have the wrong shape, as `violations` say already: what has such a
    /// value in it is not looked at.
    void check_rest(const void* object, std::vector<Violation>& violations) const;

private:
    struct Plan;
    struct Check;
    struct Step;
    class Builder;
    class Run;

    const json::TypeInfo* type_;
    std::vector<std::unique_ptr<Plan>> plans_;
    std::string problem_;
    bool empty_ = true;
};

/// 422 validation_failed, or with another status invalid_parameter; its message names the first places.
[[nodiscard]] HttpError validation_error(int status, std::vector<Violation> violations);

template <typename T>
const Validator& validator_of() {
    static const Validator& validator = Validator::of(json::type_info<T>());
    return validator;
}

}  // namespace web

/// Everything that the rules of its type find wrong with a value; empty if it is right.
template <typename T>
[[nodiscard]] std::vector<Violation> validate(const T& value) {
    std::vector<Violation> violations;
    web::validator_of<T>().check(std::addressof(value), "body", web::PointerStyle::json, violations);
    return violations;
}

}  // namespace hyperlane
