#include <hyperlane/base/utf8.hpp>
#include <hyperlane/http/accept.hpp>
#include <hyperlane/http/field_names.hpp>
#include <hyperlane/http/joined_field.hpp>
#include <hyperlane/http/list.hpp>
#include <hyperlane/http/media_types.hpp>
#include <hyperlane/http/status.hpp>
#include <hyperlane/io/log.hpp>
#include <hyperlane/json/json.hpp>
#include <hyperlane/web/exchange.hpp>
#include <hyperlane/web/problem.hpp>
#include "web/failure_text.hpp"
#include "web/html.hpp"
#include "web/vary.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <optional>
#include <vector>

namespace hyperlane::web {

struct ProblemItem {
    std::string in;
    std::string pointer;
    std::string detail;
};

struct Problem {
    std::string_view type = "about:blank";
    std::string title;
    int status = 0;
    std::optional<std::string> detail;  // only where it says more than the title
    std::string instance;
    std::string code;
    std::string_view request_id;
    std::optional<std::vector<ProblemItem>> errors;
};

}  // namespace hyperlane::web

template <>
inline constexpr auto hyperlane::json::options<hyperlane::web::Problem> =
    hyperlane::json::Type<hyperlane::web::Problem>().omit_null();

namespace hyperlane {

namespace web {

namespace {

// Only what the client named itself counts: `*/*` says that it takes anything, not that it reads JSON.
int weight_of_named(std::string_view accept, std::string_view media_type) noexcept {
    const auto found = http::media_preference(accept, media_type);
    return found.fit >= http::RangeFit::type ? found.weight : 0;
}

// "application/vnd.api+json" and its like: who reads those reads a problem too.
int weight_of_json_suffix(std::string_view accept) noexcept {
    int best = 0;
    for (http::ListReader reader(accept); const auto element = reader.next();) {
        const std::string_view type = http::without_parameters(*element);
        if (type.size() < 5 || !http::equals_ignore_case(type.substr(type.size() - 5), "+json")) continue;
        best = std::max(best, weight_of_named(accept, type));
    }
    return best;
}

// Statuses without a registered phrase have that of their class.
std::string title_of(int status) {
    const std::string_view phrase = reason_phrase(status);
    if (!phrase.empty()) return std::string(phrase);
    return status >= 500 ? "Server Error" : "Client Error";
}

Problem describe(const Context& ctx, const HttpError& error) {
    Problem problem;
    problem.title = title_of(error.status());
    problem.status = error.status();
    if (!error.message().empty() && error.message() != problem.title) problem.detail = valid_utf8(error.message());
    problem.instance = valid_utf8(ctx.get_request_path());
    problem.code = valid_utf8(code_of(error));
    problem.request_id = ctx.get_request_id();
    if (error.violations().empty()) return problem;
    problem.errors.emplace();
    for (const Violation& violation : error.violations()) {
        problem.errors->push_back(
            {valid_utf8(violation.in), valid_utf8(violation.pointer), valid_utf8(violation.message)});
    }
    return problem;
}

// What is told to people, each thing once.
struct Telling {
    std::string message;  // may be empty
    std::vector<std::string> list;
};

Telling tell(const HttpError& error) {
    Telling telling;
    const std::vector<Violation>& violations = error.violations();
    telling.message = error.message().empty() ? title_of(error.status()) : error.message();
    const bool only_sums_up = violations.size() > 1 && telling.message == summary_of(violations);
    if (only_sums_up) telling.message.clear();
    for (const Violation& violation : violations) {
        const bool said = telling.message.contains(violation.message) && telling.message.contains(violation.pointer);
        if (!said) telling.list.push_back(describe_violation(violation));
    }
    return telling;
}

// In development, who asks is who writes the program: the cause takes the place of the message.
std::optional<HttpError> revealed(const Context& ctx, const HttpError& error) {
    const ServerSettings& settings = static_cast<const WebExchange&>(ctx.exchange()).settings;
    if (!settings.development || error.cause().empty()) return std::nullopt;
    return HttpError(error.status(), text_for_log(error))
        .with_code(std::string(code_of(error)))
        .with_cause(error.cause())
        .with_violations(error.violations());
}

// Where it happened, for `revealed` in development: nothing otherwise.
std::vector<std::string> places_of(const Context& ctx, const HttpError& error) {
    const ServerSettings& settings = static_cast<const WebExchange&>(ctx.exchange()).settings;
    if (!settings.development || error.cause().empty()) return {};
    std::vector<std::string> places;
    const std::string method(ctx.get_request_method_token());
    if (!ctx.get_route_pattern().empty()) places.push_back("route: " + std::string(ctx.get_route_pattern()));
    places.push_back("request: " + method + " " + valid_utf8(ctx.get_request_target()));
    return places;
}

// Without scripts, and without anything to be fetched: it must show also under the strictest Content-Security-Policy.
constexpr std::string_view page_style =
    "body{font:16px/1.5 system-ui,sans-serif;max-width:40em;margin:15vh auto;padding:0 1em;color:#222;background:#fff}"
    "h1{font-size:1.6em;margin:0 0 .5em}small,code{color:#666}"
    "@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}small,code{color:#999}}";

// What an error must not inherit from the content that a handler was about to send.
constexpr std::array<std::string_view, 10> content_fields{"Content-Type",        "Content-Length",   "Content-Encoding",
                                                          "Content-Disposition", "Content-Language", "Content-Range",
                                                          "Cache-Control",       "Expires",          "ETag",
                                                          "Last-Modified"};

void set_body(Context& ctx, const HttpError& error, ErrorForm form) {
    switch (form) {
        case ErrorForm::text: ctx.set_response_body(write_problem_text(ctx, error)); return;
        case ErrorForm::json:
            ctx.set_response_header(header::content_type, mime::application_problem_json);
            ctx.set_response_body(write_problem_json(ctx, error));
            return;
        case ErrorForm::html:
            ctx.set_response_header(header::content_type, mime::text_html);
            ctx.set_response_body(write_problem_html(ctx, error));
            return;
    }
}

}  // namespace

void begin_error(const Context& ctx, const HttpError& error) noexcept {
    http::Response& response = ctx.exchange().response;
    response.body.clear();
    for (const std::string_view name : content_fields) response.remove(name);
    [[maybe_unused]] const auto valid = response.set_status(error.status());
    [[maybe_unused]] const auto default_reason = response.set_reason({});
}

std::string valid_utf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    const char* const end = text.data() + text.size();
    for (const char* at = text.data(); at != end;) {
        const std::size_t length = utf8_length(at, end);
        if (length == 0) {
            out += "\xEF\xBF\xBD";
            ++at;
        } else {
            out.append(at, length);
            at += length;
        }
    }
    return out;
}

ErrorForm choose_error_form(std::string_view accept) noexcept {
    const int json = std::max({weight_of_named(accept, mime::application_json),
                               weight_of_named(accept, mime::application_problem_json), weight_of_json_suffix(accept)});
    const int html = weight_of_named(accept, "text/html");
    const int text = weight_of_named(accept, "text/plain");
    if (json > 0 && json >= html && json >= text) return ErrorForm::json;
    return html > 0 && html >= text ? ErrorForm::html : ErrorForm::text;
}

std::string write_problem_json(const Context& ctx, const HttpError& error) {
    auto text = to_json(describe(ctx, error));
    assert(text && "everything in it is UTF-8");
    *text += '\n';
    return *std::move(text);
}

std::string write_problem_text(const Context& ctx, const HttpError& error) {
    const Telling telling = tell(error);
    std::string text = telling.message;
    if (!text.empty()) text += '\n';
    for (const std::string& each : telling.list) text += each + '\n';
    for (const std::string& place : places_of(ctx, error)) text += place + '\n';
    return text;
}

std::string describe_violation(const Violation& violation) {
    std::string text = violation.in;
    if (!violation.pointer.empty()) {
        text += violation.in == "body" ? " at " + violation.pointer : " \"" + violation.pointer + '"';
    }
    return text + (text.empty() ? "" : ": ") + violation.message;
}

std::string summary_of(const std::vector<Violation>& violations) {
    constexpr std::size_t named = 5;
    std::string summary;
    for (std::size_t i = 0; i < std::min(named, violations.size()); ++i) {
        summary += (i == 0 ? "" : "; ") + describe_violation(violations[i]);
    }
    if (violations.size() > named) summary += "; and " + std::to_string(violations.size() - named) + " more";
    return summary;
}

std::string write_problem_html(const Context& ctx, const HttpError& error) {
    const Problem problem = describe(ctx, error);
    const Telling telling = tell(error);
    const std::vector<std::string> places = places_of(ctx, error);
    const std::string title = std::to_string(problem.status) + " " + escaped_html(problem.title);
    std::string page = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + title +
                       "</title><meta name=\"viewport\" content=\"width=device-width\"><style>" +
                       std::string(page_style) + "</style></head>\n<body><h1>" + title + "</h1>\n";
    if (!telling.message.empty() && telling.message != problem.title) {
        page += "<p>" + escaped_html(valid_utf8(telling.message)) + "</p>\n";
    }
    for (const auto* const list : {&telling.list, &places}) {
        if (list->empty()) continue;
        page += "<ul>\n";
        for (const std::string& each : *list) page += "<li>" + escaped_html(valid_utf8(each)) + "</li>\n";
        page += "</ul>\n";
    }
    page += "<small>" + escaped_html(problem.code) + " · request " + escaped_html(problem.request_id) +
            "</small></body></html>\n";
    return page;
}

}  // namespace web

void answer_problem(Context ctx, const HttpError& error) {
    web::begin_error(ctx, error);
    const auto accept = http::joined_field(ctx.exchange(), header::accept);
    const auto told = web::revealed(ctx, error);
    web::set_body(ctx, told ? *told : error, web::choose_error_form(accept.value_or("")));
    web::add_vary(ctx, header::accept);
}

void web::render_error(const Context& ctx, const HttpError& error) {
    // Errors of the server are logged where they are caught, with what the client must not see.
    if (error.status() < 500 && log_enabled(LogLevel::debug)) {
        log(LogLevel::debug,
            web::describe_failure(ctx, std::to_string(error.status()) + " " + std::string(web::code_of(error)) + ": " +
                                           web::text_for_log(error)));
    }
    const web::ErrorHook& hook = static_cast<web::WebExchange&>(ctx.exchange()).settings.error_hook;
    if (!hook) return answer_problem(ctx, error);
    web::begin_error(ctx, error);
    hook(ctx, error);
}

void answer_error(Context ctx, const HttpError& error) {
    if (error.status() >= 500) log(LogLevel::error, web::describe_failure(ctx, web::text_for_log(error)));
    web::render_error(ctx, error);
}

}  // namespace hyperlane
