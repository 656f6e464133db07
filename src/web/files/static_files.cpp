#include <hyperlane/http/conditional.hpp>
#include <hyperlane/http/date.hpp>
#include <hyperlane/http/field_names.hpp>
#include <hyperlane/http/joined_field.hpp>
#include <hyperlane/http/list.hpp>
#include <hyperlane/http/media_types.hpp>
#include <hyperlane/http/range.hpp>
#include <hyperlane/io/offload.hpp>
#include <hyperlane/web/exchange.hpp>
#include <hyperlane/web/files/static_files.hpp>
#include <hyperlane/web/http_error.hpp>
#include <hyperlane/web/problem.hpp>
#include "web/files/lookup.hpp"
#include "web/files/open_beneath.hpp"
#include "web/vary.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>

namespace hyperlane {

namespace web {

namespace {

std::chrono::sys_seconds now_seconds() noexcept {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

std::optional<std::string_view> joined_field(const Context& ctx, std::string_view name) {
    return http::joined_field(ctx.exchange(), name);
}

void require_reading(Context& ctx) {
    const Method method = ctx.get_request_method();
    if (method == Method::GET || method == Method::HEAD) return;
    ctx.set_response_header(header::allow, "GET, HEAD");
    throw HttpError(405);
}

// The status under which a file is asked for by the program, such as an error page.
bool is_plain_page(const Context& ctx) noexcept {
    return ctx.exchange().response.status_is_set() && ctx.get_response_status_code() != 200;
}

FileQuestion make_question(const Context& ctx, const FileSource& source, std::string path) {
    FileQuestion asked;
    asked.path = std::move(path);
    asked.wants_content = ctx.get_request_method() != Method::HEAD;
    asked.below_directory = ctx.get_request_path().ends_with('/');
    asked.forms = source.options.precompressed ? FormChoice::parse(joined_field(ctx, header::accept_encoding))
                                               : FormChoice::plain();
    return asked;
}

Result<FoundFile> find_file_now(const std::shared_ptr<const FileSource>& source, const FileQuestion& asked) {
    return find_file(*source, asked, std::chrono::system_clock::now());
}

[[noreturn]] void throw_not_found(const Error& error) {
    switch (error.code) {
        case ErrorCode::not_found: throw HttpError(404);
        case ErrorCode::unavailable: throw HttpError(503);
        default: throw std::runtime_error(error.message);  // for the log; the client gets a 500 without it
    }
}

// Relative, so that it cannot lead to another host and is right behind a proxy that cuts off a prefix.
void redirect_to_directory(Context& ctx) {
    const std::string_view path = ctx.get_request_path();
    std::string location = "./";
    location.append(path.substr(path.rfind('/') + 1)).append("/");
    if (ctx.exchange().head().has_query) location.append("?").append(ctx.get_request_query());
    ctx.set_response_status_code(301).set_response_header(header::location, location);
    ctx.set_response_body(static_text(""));
}

/// Makes a response of a file that was found.
class Answer {
public:
    Answer(Context& ctx, const StaticFilesOptions& options, FoundFile found)
        : ctx_(ctx),
          options_(options),
          found_(std::move(found)),
          etag_(ctx.get_response_header(header::etag).value_or(found_.etag)) {}

    void give() {
        if (is_plain_page(ctx_)) return give_all();
        switch (evaluate()) {
            case http::Verdict::failed: throw HttpError(412);
            case http::Verdict::not_modified: return give_not_modified();
            case http::Verdict::proceed: break;
        }
        const http::RangeSet set = asked_ranges();
        switch (set.kind()) {
            case http::RangeSet::Kind::ignored: return give_all();
            case http::RangeSet::Kind::unsatisfiable: return refuse_range();
            case http::RangeSet::Kind::satisfiable: return give_ranges(set.ranges());
        }
    }

private:
    [[nodiscard]] http::Validators validators() const noexcept {
        return {.etag = etag_, .last_modified = found_.last_modified};
    }

    [[nodiscard]] http::Verdict evaluate() const {
        const http::Preconditions asked{.if_match = joined_field(ctx_, header::if_match),
                                        .if_none_match = joined_field(ctx_, header::if_none_match),
                                        .if_modified_since = ctx_.get_request_header(header::if_modified_since),
                                        .if_unmodified_since = ctx_.get_request_header(header::if_unmodified_since)};
        return http::evaluate(ctx_.get_request_method(), asked, validators(), now_seconds());
    }

    // Ranges count for GET only (RFC 9110 14.2), and only while the file is the one the client has a part of (13.1.5).
    [[nodiscard]] http::RangeSet asked_ranges() const {
        const auto range = joined_field(ctx_, header::range);
        if (!range || ctx_.get_request_method() != Method::GET) return {};
        const auto if_range = joined_field(ctx_, header::if_range);
        if (if_range && !http::if_range_holds(*if_range, validators(), now_seconds())) return {};
        return http::RangeSet::parse(*range, found_.size);
    }

    void set_if_absent(std::string_view name, std::string_view value) {
        if (!value.empty() && !ctx_.get_response_header(name)) ctx_.set_response_header(name, value);
    }

    // What a cache needs to know, also with a 304 (RFC 9110 15.4.5).
    void set_cache_fields() {
        set_if_absent(header::etag, found_.etag);
        set_if_absent(header::cache_control, options_.cache_control);
        if (options_.precompressed) add_vary(ctx_, header::accept_encoding);
    }

    void set_last_modified() {
        if (!found_.last_modified) return;
        std::array<char, http::http_date_bytes> date{};
        http::write_http_date(date.data(), *found_.last_modified);
        set_if_absent(header::last_modified, {date.data(), date.size()});
    }

    void set_content_fields(std::string_view type) {
        set_cache_fields();
        set_last_modified();
        set_if_absent(header::accept_ranges, "bytes");
        set_if_absent(header::content_type, type);
        if (!found_.coding.empty()) ctx_.set_response_header(header::content_encoding, found_.coding);
    }

    void give_not_modified() {
        ctx_.set_response_status_code(304);
        set_cache_fields();
        if (etag_.empty()) set_last_modified();
    }

    void give_all() {
        set_content_fields(media_type_for_extension(found_.path));
        http::Body& body = ctx_.exchange().response.body;
        if (found_.text) {
            body.set_owned(std::move(*found_.text));
        } else if (found_.size == 0) {
            body.set_view({});
        } else {
            body.clear();
            add_bytes({0, found_.size});
        }
    }

    void refuse_range() {
        std::array<char, http::max_content_range_bytes> text{};
        const char* const end = http::write_unsatisfied_range(text.data(), found_.size);
        // Not thrown: what turns errors into responses drops fields that describe content, and for it this is one.
        render_error(ctx_, HttpError(416));
        ctx_.set_response_header(header::content_range, std::string_view(text.data(), end));
    }

    void give_ranges(std::span<const http::ByteRange> ranges) {
        ctx_.set_response_status_code(206);
        ctx_.exchange().response.body.clear();
        if (ranges.size() > 1) return give_parts(ranges);
        std::array<char, http::max_content_range_bytes> text{};
        const char* const end = http::write_content_range(text.data(), ranges[0], found_.size);
        set_content_fields(media_type_for_extension(found_.path));
        ctx_.set_response_header(header::content_range, std::string_view(text.data(), end));
        add_bytes(ranges[0]);
    }

    // multipart/byteranges (RFC 9110 14.6):
    //
    //     --BOUNDARY CRLF Content-Type: … CRLF Content-Range: bytes 0-9/100 CRLF CRLF bytes CRLF … --BOUNDARY-- CRLF
    void give_parts(std::span<const http::ByteRange> ranges) {
        const std::string_view type =
            ctx_.get_response_header(header::content_type).value_or(media_type_for_extension(found_.path));
        const std::string boundary = make_boundary();
        std::string_view separator = "--";
        for (const http::ByteRange range : ranges) {
            std::array<char, http::max_content_range_bytes> text{};
            const char* const end = http::write_content_range(text.data(), range, found_.size);
            std::string head;
            head.append(separator).append(boundary).append("\r\nContent-Type: ").append(type);
            head.append("\r\nContent-Range: ").append(std::string_view(text.data(), end)).append("\r\n\r\n");
            separator = "\r\n--";
            add_text(head);
            add_bytes(range);
        }
        add_text("\r\n--" + boundary + "--\r\n");
        const std::string multipart = std::string(mime::multipart_byteranges) + "; boundary=" + boundary;
        set_content_fields(multipart);
        ctx_.set_response_header(header::content_type, multipart);
    }

    // Random, so that nobody can write a file in which it occurs.
    static std::string make_boundary() {
        std::random_device random;
        std::string boundary;
        for (int i = 0; i < 32; ++i) boundary += "0123456789abcdef"[random() & 15];
        return boundary;
    }

    void add_text(std::string_view text) {
        http::Exchange& exchange = ctx_.exchange();
        exchange.response.body.add_view(exchange.arena.copy(text));
    }

    void add_bytes(http::ByteRange range) {
        if (found_.text) return add_text(std::string_view(*found_.text).substr(range.first, range.size));
        if (!file_) file_ = std::make_shared<http::OpenFile>(found_.fd.release());
        ctx_.exchange().response.body.add_file(file_, range.first, range.size);
    }

    Context& ctx_;
    const StaticFilesOptions& options_;
    FoundFile found_;
    std::string_view etag_;  // views `found_` or the exchange
    std::shared_ptr<http::OpenFile> file_;
};

void answer(Context& ctx, const StaticFilesOptions& options, FoundFile found) {
    switch (found.kind) {
        case FoundFile::Kind::moved: return redirect_to_directory(ctx);
        case FoundFile::Kind::not_acceptable:
            ctx.add_response_header(header::vary, header::accept_encoding);
            throw HttpError(406);
        case FoundFile::Kind::file: return Answer(ctx, options, std::move(found)).give();
    }
}

Task<> serve_from(std::shared_ptr<const FileSource> source, Context ctx, std::string path) {
    require_reading(ctx);
    FileQuestion asked = make_question(ctx, *source, std::move(path));
    Result<FoundFile> found =
        co_await offload_on(Loop::current()->file_pool(), find_file_now, source, std::move(asked));
    if (!found) throw_not_found(found.error());
    answer(ctx, source->options, std::move(*found));
}

std::string last_param(const Context& ctx) {
    const auto& match = static_cast<const WebExchange&>(ctx.exchange()).match;
    if (match.outcome != RouteOutcome::found || match.params.empty()) return {};
    return std::string(match.params[match.params.size() - 1].value);
}

}  // namespace

}  // namespace web

StaticFiles::StaticFiles(std::string_view root, StaticFilesOptions options) {
    auto source = std::make_shared<web::FileSource>();
    source->root_path = root;
    source->root = web::open_root(source->root_path);
    source->options = std::move(options);
    source_ = std::move(source);
}

Task<> StaticFiles::operator()(Context ctx) const {
    std::string path = web::last_param(ctx);
    return web::serve_from(source_, std::move(ctx), std::move(path));
}

Task<> StaticFiles::serve(Context ctx, std::string path) const {
    return web::serve_from(source_, std::move(ctx), std::move(path));
}

Task<> serve_file(Context ctx, std::string root, std::string path) {
    auto source = std::make_shared<web::FileSource>();
    source->root_path = std::move(root);
    return web::serve_from(std::move(source), std::move(ctx), std::move(path));
}

}  // namespace hyperlane
