#include <hyperlane/http/list.hpp>
#include <hyperlane/http/multipart_parser.hpp>
#include <hyperlane/io/offload.hpp>
#include <hyperlane/io/time.hpp>
#include <hyperlane/web/handler.hpp>
#include <hyperlane/web/typed/multipart.hpp>

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace hyperlane {

namespace web {

using Event = http::MultipartParser::Event;

struct MultipartState {
    MultipartState(Context of, std::string_view boundary) : ctx(std::move(of)), parser(boundary, limits) {}

    Context ctx;
    MultipartLimits limits;
    http::MultipartParser parser;
    std::size_t part = 0;  // the number of the one being read, from 1
    bool in_part = false;
    bool at_end = false;
};

namespace {

using StatePtr = std::shared_ptr<MultipartState>;

[[noreturn]] void refuse(const http::MultipartParser& parser) {
    const int status = parser.is_too_large() ? 413 : 400;
    throw HttpError(status, "the form: " + parser.error())
        .with_code(status == 413 ? "body_too_large" : "malformed_multipart");
}

// A body that is malformed, too large or too slow has its answer already, which the chain prefers to this one.
[[noreturn]] void refuse(const Error& error) { throw_error(error); }

// The next event that is not "need more"; nothing is left to feed when it returns.
Task<Event> next_event(StatePtr state) {
    for (;;) {
        const Event event = state->parser.next();
        if (event == Event::failed) refuse(state->parser);
        if (event != Event::need_more) co_return event;
        const auto piece = co_await state->ctx.read_request_body();
        if (!piece) refuse(piece.error());
        if (piece->empty()) {
            state->parser.end_input();
        } else {
            state->parser.feed(*piece);
        }
    }
}

// One piece of a body may hold many parts, and many pieces of them.
Task<std::optional<Part>> next_part(StatePtr state) {
    co_await yield_when_due();
    while (!state->at_end) {
        const Event event = co_await next_event(state);
        if (event == Event::part) {
            ++state->part;
            state->in_part = true;
            co_return Part(state);
        }
        if (event == Event::part_end) state->in_part = false;
        if (event == Event::end) state->at_end = true;
    }
    co_return std::nullopt;
}

Task<std::string_view> next_piece(StatePtr state, std::size_t part) {
    co_await yield_when_due();
    if (state->part != part || !state->in_part) co_return std::string_view();
    const Event event = co_await next_event(state);
    if (event == Event::data) co_return state->parser.data();
    state->in_part = false;
    co_return std::string_view();
}

Task<std::string> read_all(StatePtr state, std::size_t part) {
    std::string text;
    for (;;) {
        const std::string_view piece = co_await next_piece(state, part);
        if (piece.empty()) co_return text;
        if (piece.size() > state->limits.text_bytes - text.size()) {
            throw HttpError(413,
                            "the form: a field is longer than " + std::to_string(state->limits.text_bytes) + " bytes")
                .with_code("body_too_large");
        }
        text += piece;
    }
}

}  // namespace

// Outside of the anonymous namespace: when this file is compiled together with others, g++ 13 and 14 fall over a
// coroutine template of a header that returns a type of one.
/// A file that is removed unless it has become complete.
class NewFile {
public:
    explicit NewFile(std::string path)
        : path_(std::move(path)),
          fd_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644)),
          error_(fd_ < 0 ? errno : 0) {}
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;
    ~NewFile() {
        if (fd_ < 0) return;
        ::close(fd_);
        if (!complete_) ::unlink(path_.c_str());
    }

    [[nodiscard]] Result<> status() const {
        if (error_ == 0) return {};
        if (error_ == EEXIST) return fail(ErrorCode::already_exists, "\"" + path_ + "\" is there already");
        return fail_errno(error_, "write " + path_);
    }

    Result<> write(std::string_view data) {
        while (!data.empty()) {
            const ssize_t written = ::write(fd_, data.data(), data.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) return fail_errno(errno, "write " + path_);
            data.remove_prefix(static_cast<std::size_t>(written));
        }
        return {};
    }

    void keep() noexcept { complete_ = true; }

private:
    std::string path_;
    int fd_;
    int error_;
    bool complete_ = false;
};

namespace {

std::shared_ptr<NewFile> open_new(const std::string& path) { return std::make_shared<NewFile>(path); }

Result<> write_piece(const std::shared_ptr<NewFile>& file, const std::string& piece) { return file->write(piece); }

Task<Result<std::uint64_t>> save_part(StatePtr state, std::size_t part, std::string path) {
    const auto file = co_await offload_on(Loop::current()->file_pool(), open_new, std::move(path));
    if (const auto opened = file->status(); !opened) co_return std::unexpected(opened.error());
    std::uint64_t bytes = 0;
    for (;;) {
        std::string piece(co_await next_piece(state, part));
        if (piece.empty()) break;
        bytes += piece.size();
        const Result<> written = co_await offload_on(Loop::current()->file_pool(), write_piece, file, std::move(piece));
        if (!written) co_return std::unexpected(written.error());
    }
    file->keep();
    co_return bytes;
}

}  // namespace

Multipart extract_multipart(const Context& ctx) {
    constexpr std::string_view form_type = "multipart/form-data";
    const auto content_type = ctx.get_request_header("Content-Type");
    if (!content_type || !http::equals_ignore_case(http::without_parameters(*content_type), form_type)) {
        throw HttpError(415, "the body must have Content-Type: " + std::string(form_type))
            .with_code("unsupported_media_type");
    }
    const auto boundary = http::find_boundary(*content_type);
    if (!boundary) {
        throw HttpError(400, "the Content-Type of the form has no boundary, or one that RFC 2046 5.1.1 does not allow")
            .with_code("malformed_multipart");
    }
    return Multipart(std::make_shared<MultipartState>(ctx, *boundary));
}

void describe_multipart(Operation& operation) {
    operation.streams_body = true;
    operation.add_body("multipart/form-data", nullptr);
    operation.add_error(400, "The form is malformed.");
    operation.add_error(413, "The form or one of its parts is too large.");
    operation.add_error(415, "The body is not declared to be a form with files.");
}

}  // namespace web

Part::Part(std::shared_ptr<web::MultipartState> state)
    : state_(std::move(state)), head_(state_->parser.head()), number_(state_->part) {}

Task<std::string_view> Part::read() const { return web::next_piece(state_, number_); }
Task<std::string> Part::text() const { return web::read_all(state_, number_); }
Task<Result<std::uint64_t>> Part::save(std::string path) const {
    return web::save_part(state_, number_, std::move(path));
}

void Multipart::set_limits(const MultipartLimits& limits) {
    state_->limits = limits;
    state_->parser.set_limits(limits);
}

Task<std::optional<Part>> Multipart::next() { return web::next_part(state_); }

}  // namespace hyperlane
