#pragma once

/// Forms as browsers send them by default: application/x-www-form-urlencoded (WHATWG URL 5). For files see
/// multipart.hpp.

#include <hyperlane/base/pointers.hpp>
#include <hyperlane/web/typed/extract.hpp>

namespace hyperlane {

/// The body as a form, into a plain struct whose members are the fields: numbers, bools, text, enums, times, optionals
/// of them, and lists of them for fields that may be repeated, such as <select multiple>. Fields are as browsers send
/// them: one that is left empty is an empty text, and for anything else as good as absent; a bool that is absent is
/// false, as a checkbox that is not ticked; lines end in LF.
template <typename T>
struct Form {
    T value{};

    [[nodiscard]] const T& operator*() const noexcept { return value; }
    [[nodiscard]] T& operator*() noexcept { return value; }
    [[nodiscard]] const T* operator->() const noexcept { return std::addressof(value); }
    [[nodiscard]] T* operator->() noexcept { return std::addressof(value); }
};

namespace web {

/// errors   throws HttpError: 415 unsupported_media_type, 400 malformed_form, 422 validation_failed
void extract_form(const Context& ctx, void* out, const json::TypeInfo& type, const Validator& validator);
void describe_form(Operation& operation, const json::TypeInfo& type, const Validator& validator);

}  // namespace web

template <typename T>
struct Extract<Form<T>> {
    static constexpr bool reads_body = true;

    static consteval bool check() {
        constexpr bool is_struct = web::is_plain_struct<T>();
        static_assert(is_struct, "handler argument: Form<T> takes a plain struct, whose members are the fields");
        if constexpr (is_struct) {
            constexpr bool members_fit = web::members_stand_as_text<T, true>();
            static_assert(members_fit,
                          "handler argument: every member of the struct in Form<T> must be a number, bool, text, enum "
                          "or time, or a std::optional or std::vector of one");
            return members_fit;
        } else {
            return false;
        }
    }
    static Form<T> from(const Context& ctx) {
        Form<T> form;
        web::extract_form(ctx, std::addressof(form.value), json::type_info<T>(), web::validator_of<T>());
        return form;
    }
    static void describe(web::Operation& operation) {
        web::describe_form(operation, json::type_info<T>(), web::validator_of<T>());
    }
};

}  // namespace hyperlane
