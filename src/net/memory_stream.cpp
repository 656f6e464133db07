#include <hyperlane/net/memory_stream.hpp>
#include "file_copy.hpp"

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace hyperlane::net {

namespace {

/// Bytes on their way from one end to the other.
class Channel {
public:
    [[nodiscard]] std::size_t size() const noexcept { return bytes_.size() - start_; }

    void append(std::string_view more) { bytes_.append(more); }

    void take(char* into, std::size_t count) noexcept {
        std::memcpy(into, bytes_.data() + start_, count);
        start_ += count;
        // Moved to the front only when at least as much has been read as is left: the cost per byte stays constant.
        if (start_ < size()) return;
        bytes_.erase(0, start_);
        start_ = 0;
    }

    void drop() noexcept {
        bytes_.clear();
        start_ = 0;
    }

    bool ended = false;        // the writer sends no more
    bool reader_gone = false;  // the reader has closed

private:
    std::string bytes_;
    std::size_t start_ = 0;
};

class MemoryStream;

struct Shared {
    Shared(Loop& on, MemoryPipeOptions with) : loop(on), options(std::move(with)) {}

    Loop& loop;
    MemoryPipeOptions options;
    Channel to_server;
    Channel to_client;
    bool reset = false;
    MemoryStream* client = nullptr;
    MemoryStream* server = nullptr;
};

class MemoryStream final : public Stream, io::Ready {
public:
    MemoryStream(std::shared_ptr<Shared> shared, bool client)
        : shared_(std::move(shared)),
          in_(client ? shared_->to_client : shared_->to_server),
          out_(client ? shared_->to_server : shared_->to_client),
          client_(client) {
        (client_ ? shared_->client : shared_->server) = this;
    }
    MemoryStream(const MemoryStream&) = delete;
    MemoryStream& operator=(const MemoryStream&) = delete;
    ~MemoryStream() override { MemoryStream::close(false); }

    Result<> attach([[maybe_unused]] Loop& loop, StreamObserver& observer) override {
        assert(&loop == &shared_->loop && observer_ == nullptr);
        if (!open_) return fail(ErrorCode::closed, "the stream is closed");
        observer_ = &observer;
        wants_read_ = true;
        wants_write_ = false;
        check();
        return {};
    }

    void set_observer(StreamObserver& observer) noexcept override { observer_ = &observer; }
    void set_read_interest(bool wanted) noexcept override {
        wants_read_ = wanted && !nothing_left_;
        check();
    }
    void set_write_interest(bool wanted) noexcept override {
        wants_write_ = wanted;
        check();
    }

    [[nodiscard]] IoResult read_some(std::span<char> into) noexcept override;
    [[nodiscard]] IoResult write_some(std::span<const std::string_view> parts) noexcept override;
    [[nodiscard]] IoResult send_file(int fd, std::uint64_t offset, std::size_t count) noexcept override {
        return copy_file_part(*this, fd, offset, count);
    }

    void shutdown_write() noexcept override;
    void close(bool reset) noexcept override;

    [[nodiscard]] Address peer_address() const override { return address_of(!client_); }
    [[nodiscard]] Address local_address() const override { return address_of(client_); }

private:
    void on_turn() noexcept override;

    [[nodiscard]] Address address_of(bool client) const {
        return client ? shared_->options.client_address : shared_->options.server_address;
    }
    [[nodiscard]] bool readable() const noexcept { return in_.size() > 0 || in_.ended || shared_->reset; }
    [[nodiscard]] bool writable() const noexcept { return room() > 0 || out_.reader_gone || shared_->reset; }
    [[nodiscard]] bool closing_untold() const noexcept {
        return shared_->reset ? !failure_known_ : in_.ended && !end_known_;
    }
    [[nodiscard]] std::size_t room() const noexcept {
        return shared_->options.capacity_bytes - std::min(shared_->options.capacity_bytes, out_.size());
    }
    [[nodiscard]] IoResult read_stopped(IoStatus status, int error) noexcept;

    /// Come back in the next turn if the observer has to be told something.
    void check() noexcept {
        if (!open_ || observer_ == nullptr || linked()) return;
        const bool tell_read = wants_read_ ? readable() : closing_untold();
        if (tell_read || (wants_write_ && writable())) shared_->loop.enqueue(*this);
    }
    void check_peer() noexcept {
        if (MemoryStream* peer = client_ ? shared_->server : shared_->client) peer->check();
    }

    std::shared_ptr<Shared> shared_;
    Channel& in_;
    Channel& out_;
    StreamObserver* observer_ = nullptr;
    bool client_;
    bool open_ = true;
    bool wants_read_ = false;
    bool wants_write_ = false;
    bool end_known_ = false;
    bool failure_known_ = false;
    bool nothing_left_ = false;  // the end or a failure was read: on_readable has no use any more
};

void MemoryStream::on_turn() noexcept {
    if (wants_read_) {
        if (readable()) observer_->on_readable();
    } else if (closing_untold()) {
        end_known_ = true;
        failure_known_ = shared_->reset;
        observer_->on_peer_closed(failure_known_);
    }
    if (open_ && wants_write_ && writable()) observer_->on_writable();
    check();
}

IoResult MemoryStream::read_some(std::span<char> into) noexcept {
    if (into.empty()) return {};
    if (!open_) return {.bytes = 0, .status = IoStatus::failed, .os_error = EBADF};
    if (shared_->reset) return read_stopped(IoStatus::failed, ECONNRESET);
    if (in_.size() == 0) {
        if (in_.ended) return read_stopped(IoStatus::end, 0);
        return {.bytes = 0, .status = IoStatus::would_block, .os_error = EAGAIN};
    }
    const std::size_t count = std::min({into.size(), in_.size(), shared_->options.max_read_bytes});
    in_.take(into.data(), count);
    check_peer();
    return {.bytes = count};
}

IoResult MemoryStream::read_stopped(IoStatus status, int error) noexcept {
    nothing_left_ = end_known_ = true;
    failure_known_ = failure_known_ || status == IoStatus::failed;
    wants_read_ = false;
    check();
    return {.bytes = 0, .status = status, .os_error = error};
}

IoResult MemoryStream::write_some(std::span<const std::string_view> parts) noexcept {
    const bool nothing = std::all_of(parts.begin(), parts.end(), [](std::string_view part) { return part.empty(); });
    if (nothing) return {};
    if (!open_) return {.bytes = 0, .status = IoStatus::failed, .os_error = EBADF};
    if (shared_->reset) return {.bytes = 0, .status = IoStatus::failed, .os_error = ECONNRESET};
    if (out_.ended || out_.reader_gone) return {.bytes = 0, .status = IoStatus::end, .os_error = EPIPE};
    std::size_t left = std::min(room(), shared_->options.max_write_bytes);
    if (left == 0) return {.bytes = 0, .status = IoStatus::would_block, .os_error = EAGAIN};
    std::size_t count = 0;
    for (const std::string_view part : parts) {
        const std::string_view taken = part.substr(0, left - count);
        out_.append(taken);
        count += taken.size();
    }
    check_peer();
    return {.bytes = count};
}

void MemoryStream::shutdown_write() noexcept {
    if (!open_) return;
    out_.ended = true;
    check_peer();
}

void MemoryStream::close(bool reset) noexcept {
    if (!std::exchange(open_, false)) return;
    unlink();
    (client_ ? shared_->client : shared_->server) = nullptr;
    out_.ended = true;
    in_.reader_gone = true;
    in_.drop();
    if (reset) {
        shared_->reset = true;
        out_.drop();
    }
    check_peer();
}

}  // namespace

MemoryPipe make_memory_pipe(Loop& loop, MemoryPipeOptions options) {
    assert(options.capacity_bytes > 0 && options.max_read_bytes > 0 && options.max_write_bytes > 0);
    auto shared = std::make_shared<Shared>(loop, std::move(options));
    MemoryPipe pipe;
    pipe.client = std::make_unique<MemoryStream>(shared, true);
    pipe.server = std::make_unique<MemoryStream>(shared, false);
    return pipe;
}

}  // namespace hyperlane::net
