#pragma once

/// Forms with files, multipart/form-data (RFC 7578), read part by part while they arrive: nothing is kept in memory but
/// what the handler asks for.
///
///     Task<std::string> upload(Multipart form) {
///         std::string names;
///         while (auto part = co_await form.next()) {
///             if (part->is_file()) {
///                 co_await part->save("/var/uploads/" + new_name());   // never under the client's name
///             } else {
///                 names += co_await part->text();
///             }
///         }
///         co_return names;
///     }
///
/// What a client did wrong is thrown as HttpError: 415 unsupported_media_type, 400 malformed_multipart,
/// 413 body_too_large.

#include <hyperlane/base/pointers.hpp>
#include <hyperlane/http/multipart_parser.hpp>
#include <hyperlane/io/task.hpp>
#include <hyperlane/web/typed/extract.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hyperlane {

namespace web {
struct MultipartState;
}

/// One part of a form. Belongs to the Multipart that it came from; what has not been read of it when the next one is
/// asked for is skipped.
class Part {
public:
    explicit Part(std::shared_ptr<web::MultipartState> state);

    [[nodiscard]] const std::string& name() const noexcept { return head_.name; }
    [[nodiscard]] const std::optional<std::string>& file_name() const noexcept { return head_.file_name; }
    [[nodiscard]] const std::string& content_type() const noexcept { return head_.content_type; }
    [[nodiscard]] bool is_file() const noexcept { return head_.file_name.has_value(); }

    /// The next piece of the data; empty at its end. The piece is valid until the next call.
    /// errors   throws HttpError
    [[nodiscard]] Task<std::string_view> read() const;
    /// All of the data that is left, in memory.
    /// errors   throws HttpError; 413 above `MultipartLimits::text_bytes`
    [[nodiscard]] Task<std::string> text() const;
    /// All of the data that is left, into a file that must not be there yet. Written on the thread pool; a file that is
    /// not complete is removed.
    ///
    /// returns  its length
    /// errors   already_exists, or what the operating system says; throws HttpError for what the client did
    [[nodiscard]] Task<Result<std::uint64_t>> save(std::string path) const;

private:
    std::shared_ptr<web::MultipartState> state_;
    PartHead head_;
    std::size_t number_;
};

/// The body as a form with files. The handler runs as soon as the head of the request is there.
class Multipart {
public:
    explicit Multipart(std::shared_ptr<web::MultipartState> state) noexcept : state_(std::move(state)) {}

    /// Before the first `next`. The route's `body_limit` holds as well, if there is one.
    void set_limits(const MultipartLimits& limits);
    /// The next part; nothing after the last one.
    /// errors   throws HttpError
    [[nodiscard]] Task<std::optional<Part>> next();

private:
    std::shared_ptr<web::MultipartState> state_;
};

namespace web {

[[nodiscard]] Multipart extract_multipart(const Context& ctx);
void describe_multipart(Operation& operation);

}  // namespace web

template <>
struct Extract<Multipart> {
    static constexpr bool reads_body = true;
    static constexpr bool must_be_awaited = true;
    static Multipart from(const Context& ctx) { return web::extract_multipart(ctx); }
    static void describe(web::Operation& operation) { web::describe_multipart(operation); }
};

}  // namespace hyperlane
