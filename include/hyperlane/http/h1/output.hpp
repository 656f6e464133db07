#pragma once

/// What a connection has to send: small responses gather in the loop's cork and leave in one write; what the socket
/// does not take is kept, in order, and counted.

#include <hyperlane/base/clock.hpp>
#include <hyperlane/base/pointers.hpp>
#include <hyperlane/http/body.hpp>
#include <hyperlane/http/cork.hpp>
#include <hyperlane/http/exchange.hpp>
#include <hyperlane/io/task.hpp>
#include <hyperlane/net/stream.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace hyperlane::http {

class Shard;

namespace h1 {

class Connection;

class Output {
public:
    Output(Shard& shard, Cork& cork, Connection& owner) noexcept : shard_(&shard), cork_(&cork), owner_(&owner) {}
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;

    /// Room for `bytes` in the cork, or null if that is more than an empty cork holds.
    [[nodiscard, gnu::always_inline]] char* reserve(std::size_t bytes) {
        if (cork_->owner == nullptr) {
            cork_->owner = owner_;
            cork_->size = 0;
        }
        if (cork_->owner == owner_ && cork_->size + bytes <= Cork::capacity) [[likely]]
            return cork_->data.get() + cork_->size;
        return make_room(bytes);
    }
    /// What was written to the room ends here.
    void commit(char* end) noexcept { cork_->size = static_cast<std::size_t>(end - cork_->data.get()); }

    void write(std::string_view text);
    /// Without copying where the stream takes it at once; what it does not take is copied.
    void write_parts(std::span<const std::string_view> parts);
    /// Moves the pieces of `body` in; `keep` keeps what they view alive.
    void write_body(Body& body, Exchange& keep);

    /// Hand everything to the stream. `failed()` tells if the connection is gone.
    void flush();
    /// The stream is writable again: send what was kept.
    void flush_pending();

    [[nodiscard]] bool failed() const noexcept { return failed_; }
    [[nodiscard]] bool empty() const noexcept { return pending_ == nullptr && !corked(); }
    [[nodiscard]] std::uint64_t pending_bytes() const noexcept { return pending_ == nullptr ? 0 : pending_->bytes; }
    /// When the stream last took something of what was kept.
    [[nodiscard]] TimePoint last_progress() const noexcept { return pending_->progress; }
    [[nodiscard]] bool waits_for_stream() const noexcept { return pending_ != nullptr; }

    void wait(TransportWaiter& waiter) noexcept;
    void wake_waiters() noexcept;
    /// Drop everything: the connection is gone.
    void discard() noexcept;

private:
    struct Piece {
        BodyPiece body;
        ExchangePtr keep;
        std::uint64_t cached_end = 0;  // of a file: up to here it can be sent without waiting for a disk
    };
    struct Pending {
        std::vector<Piece> pieces;
        std::size_t first = 0;  // pieces before it have been sent
        std::uint64_t bytes = 0;
        TimePoint progress;
        WaiterList waiters;
    };

    [[nodiscard]] bool corked() const noexcept { return cork_->owner == owner_ && cork_->size > 0; }
    [[nodiscard]] char* make_room(std::size_t bytes);
    void take_cork() noexcept;
    void keep_cork();
    void keep_copy(std::string_view text);
    void keep(Piece piece);
    Pending& pending();
    /// What an output waits for while a thread reads a piece of its file.
    struct Fetch {
        Output* output;  // null once nobody waits any more
    };

    [[nodiscard]] bool front_is_cached();
    void fetched();
    static Task<> fetch(std::shared_ptr<Fetch> fetch, std::shared_ptr<OpenFile> file, std::uint64_t offset,
                        std::uint64_t bytes);
    [[nodiscard]] net::IoResult write_front();
    void consume(std::uint64_t bytes);
    void update_interest();

    Shard* shard_;
    Cork* cork_;
    Connection* owner_;
    std::unique_ptr<Pending> pending_;
    std::shared_ptr<Fetch> fetch_;
    bool failed_ = false;
    bool write_interest_ = false;
};

}  // namespace h1
}  // namespace hyperlane::http
