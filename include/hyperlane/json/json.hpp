#pragma once

/// Typed JSON: declare a plain struct once, and parsing and serialising follow from it.
///
///     struct User {
///         int id = 0;
///         std::string name;
///         std::optional<std::string> email;
///     };
///
///     auto user = hyperlane::from_json<User>(text);    // std::expected<User, json::ReadError>
///     auto json = hyperlane::to_json(*user);           // Result<std::string>
///
/// How C++ types look in JSON:
///
///     bool, integers, float, double       true, 12, 1.5; numbers must fit, and integers have no fraction or exponent
///     std::string, std::string_view       string (the view is written only)
///     enum with an underlying type        its name as a string; enumerators from -128 to 255
///     std::optional, unique_ptr, shared_ptr    the value or null; absent from an object means null
///     json::Patch                         the value, null or absent: three different things
///     std::vector, list, deque, set, array     array; the length of std::array must match
///     std::pair, std::tuple               array of exactly that length
///     std::map, std::unordered_map        object; keys are strings, integers or enums
///     plain struct                        object; up to 64 members, all required unless they may be empty
///     std::variant                        structs get a member "type" with the name of the type; other alternatives
///                                         are told apart by their JSON type
///     std::chrono::sys_time               RFC 3339 string in UTC
///     std::chrono::local_time             "2026-01-31T12:00:00", a time of no particular place; "2026-01-31" for days
///     json::Bytes                         base64 string (RFC 4648 section 4)
///     std::monostate, std::nullptr_t      null
///     json::Value                         anything
///
/// Names, defaults and tags are changed by `json::options`, see options.hpp.

#include <hyperlane/json/options.hpp>
#include <hyperlane/json/patch.hpp>
#include <hyperlane/json/read.hpp>
#include <hyperlane/json/sink.hpp>
#include <hyperlane/json/value.hpp>
#include <hyperlane/json/write.hpp>
