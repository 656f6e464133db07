#include <hyperlane/http/h1/connection.hpp>
#include <hyperlane/http/h1/output.hpp>
#include <hyperlane/http/h1/write_head.hpp>
#include <hyperlane/io/log.hpp>
#include <hyperlane/io/offload.hpp>
#include <hyperlane/io/spawn.hpp>
#include <hyperlane/io/time.hpp>
#include "http/h1/file_fetch.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

namespace hyperlane::http::h1 {

namespace {

constexpr std::size_t most_parts = 16;
constexpr std::uint64_t turn_bytes = 1024 * 1024;  // of what was kept, per call

}  // namespace

void Output::take_cork() noexcept {
    Cork& cork = *cork_;
    if (cork.owner == owner_) return;
    if (cork.owner != nullptr) cork.owner->output_.flush();
    cork.owner = owner_;
    cork.size = 0;
}

char* Output::make_room(std::size_t bytes) {
    take_cork();
    Cork& cork = *cork_;
    if (cork.size + bytes > Cork::capacity) [[unlikely]] {
        flush();
        take_cork();
        if (bytes > Cork::capacity) return nullptr;
    }
    return cork.data.get() + cork.size;
}

void Output::write(std::string_view text) {
    char* room = reserve(text.size());
    if (room == nullptr) return write_parts({&text, 1});
    commit(write_text(room, text));
}

void Output::write_parts(std::span<const std::string_view> parts) {
    assert(parts.size() < most_parts);
    if (failed_) return;
    if (pending_ != nullptr) {
        keep_cork();
        for (const std::string_view part : parts) keep_copy(part);
        return;
    }
    std::array<std::string_view, most_parts> gathered;
    std::size_t count = 0;
    if (corked()) gathered[count++] = {cork_->data.get(), cork_->size};
    for (const std::string_view part : parts) gathered[count++] = part;
    const auto sent = owner_->stream_->write_some({gathered.data(), count});
    failed_ = sent.status == net::IoStatus::failed || sent.status == net::IoStatus::end;
    std::size_t taken = failed_ ? 0 : sent.bytes;
    for (std::size_t i = 0; i < count && !failed_; ++i) {
        const std::size_t whole = std::min(taken, gathered[i].size());
        taken -= whole;
        if (whole < gathered[i].size()) keep_copy(gathered[i].substr(whole));
    }
    if (count > parts.size()) cork_->size = 0;
    update_interest();
}

void Output::write_body(Body& body, Exchange& exchange) {
    if (failed_) return;
    const bool had_pending = pending_ != nullptr;
    keep_cork();
    body.take_pieces([&](BodyPiece&& piece) { keep({std::move(piece), ExchangePtr(exchange)}); });
    if (!had_pending) flush_pending();
    update_interest();
}

void Output::flush() {
    if (!corked()) return;
    Cork& cork = *cork_;
    if (failed_) {
        // Room for whatever else is answered before the connection hears of it.
        cork.size = 0;
        return;
    }
    if (pending_ != nullptr) {
        keep_cork();
        return;
    }
    const std::string_view text(cork.data.get(), cork.size);
    const auto sent = owner_->stream_->write_some({&text, 1});
    cork.size = 0;
    cork.owner = nullptr;
    if (sent.status == net::IoStatus::ok && sent.bytes == text.size()) [[likely]]
        return;
    failed_ = sent.status == net::IoStatus::failed || sent.status == net::IoStatus::end;
    if (failed_) return;
    keep_copy(text.substr(sent.bytes));
    update_interest();
}

void Output::keep_cork() {
    if (!corked()) return;
    Cork& cork = *cork_;
    keep_copy({cork.data.get(), cork.size});
    cork.size = 0;
    cork.owner = nullptr;
}

void Output::keep_copy(std::string_view text) {
    if (text.empty()) return;
    Piece piece;
    piece.body.owned = std::make_unique<std::string>(text);
    piece.body.view = *piece.body.owned;
    piece.body.bytes = text.size();
    keep(std::move(piece));
}

void Output::keep(Piece piece) {
    Pending& queue = pending();
    queue.bytes += piece.body.bytes;
    queue.pieces.push_back(std::move(piece));
}

Output::Pending& Output::pending() {
    if (pending_ == nullptr) {
        pending_ = std::make_unique<Pending>();
        pending_->progress = shard_->loop().now();
    }
    return *pending_;
}

void Output::flush_pending() {
    // So that one fast reader does not hold the loop; write interest brings us back.
    std::uint64_t budget = turn_bytes;
    while (pending_ != nullptr && !failed_ && fetch_ == nullptr) {
        if (pending_->first == pending_->pieces.size()) {
            wake_waiters();
            pending_.reset();
            break;
        }
        if (!front_is_cached()) break;
        const auto sent = write_front();
        if (sent.status == net::IoStatus::would_block) break;
        // A file that has become shorter leaves a promise of Content-Length that cannot be kept.
        if (sent.status != net::IoStatus::ok) {
            failed_ = true;
            break;
        }
        consume(sent.bytes);
        budget -= std::min<std::uint64_t>(budget, sent.bytes);
        if (budget == 0 && pending_->bytes > 0) break;
    }
    update_interest();
}

// Whether the first piece can be sent without waiting for a disk. If not, a thread reads it, and sending goes on
// after that.
bool Output::front_is_cached() {
    Piece& front = pending_->pieces[pending_->first];
    BodyPiece& body = front.body;
    if (!body.file || body.file_offset < front.cached_end) return true;
    const std::uint64_t step = std::min(body.bytes, turn_bytes);
    front.cached_end = body.file_offset + step;
    if (is_cached(body.file->fd(), body.file_offset, step)) return true;
    fetch_ = std::make_shared<Fetch>(this);
    spawn(fetch, fetch_, body.file, body.file_offset, step);
    return false;
}

Task<> Output::fetch(std::shared_ptr<Fetch> fetch, std::shared_ptr<OpenFile> file, std::uint64_t offset,
                     std::uint64_t bytes) {
    bool no_thread = false;
    try {
        co_await offload_on(Loop::current()->file_pool(), fetch_into_cache, std::move(file), offset, bytes);
    } catch (const std::system_error& error) {
        log(LogLevel::warn, std::string("no thread to read a file, so the loop waits for the disk: ") + error.what());
        no_thread = true;
    }
    if (no_thread) co_await sleep(Duration::zero());  // never within the call that has asked
    if (fetch->output != nullptr) fetch->output->fetched();
}

void Output::fetched() {
    fetch_.reset();
    pending_->progress = shard_->loop().now();
    owner_->on_writable();
}

net::IoResult Output::write_front() {
    const Piece& first = pending_->pieces[pending_->first];
    const BodyPiece& front = first.body;
    if (front.file) {
        const auto step = static_cast<std::size_t>(std::min(front.bytes, first.cached_end - front.file_offset));
        return owner_->stream_->send_file(front.file->fd(), front.file_offset, step);
    }
    std::array<std::string_view, most_parts> parts;
    std::size_t count = 0;
    for (std::size_t i = pending_->first; i < pending_->pieces.size() && count < most_parts; ++i) {
        const BodyPiece& piece = pending_->pieces[i].body;
        if (piece.file) break;
        parts[count++] = piece.view;
    }
    return owner_->stream_->write_some({parts.data(), count});
}

void Output::consume(std::uint64_t bytes) {
    if (bytes == 0) return;
    Pending& queue = *pending_;
    queue.bytes -= bytes;
    queue.progress = shard_->loop().now();
    while (bytes > 0) {
        Piece& piece = queue.pieces[queue.first];
        const std::uint64_t whole = std::min(bytes, piece.body.bytes);
        bytes -= whole;
        piece.body.bytes -= whole;
        if (piece.body.file) {
            piece.body.file_offset += whole;
        } else {
            piece.body.view.remove_prefix(static_cast<std::size_t>(whole));
        }
        if (piece.body.bytes > 0) break;
        piece = Piece();
        ++queue.first;
    }
    if (queue.first > 64 && queue.first * 2 > queue.pieces.size()) {
        queue.pieces.erase(queue.pieces.begin(), queue.pieces.begin() + static_cast<std::ptrdiff_t>(queue.first));
        queue.first = 0;
    }
    if (queue.bytes * 2 <= shard_->limits().unsent_bytes) wake_waiters();
}

void Output::wait(TransportWaiter& waiter) noexcept {
    assert(pending_ != nullptr);
    pending_->waiters.push_back(waiter);
}

void Output::wake_waiters() noexcept {
    if (pending_ == nullptr) return;
    while (!pending_->waiters.empty()) pending_->waiters.front().wake();
}

void Output::discard() noexcept {
    Cork& cork = *cork_;
    if (cork.owner == owner_) {
        cork.owner = nullptr;
        cork.size = 0;
    }
    wake_waiters();
    pending_.reset();
    if (fetch_ != nullptr) std::exchange(fetch_, nullptr)->output = nullptr;
}

void Output::update_interest() {
    const bool wanted = pending_ != nullptr && !failed_ && fetch_ == nullptr;
    if (wanted == write_interest_) return;
    write_interest_ = wanted;
    owner_->stream_->set_write_interest(wanted);
}

}  // namespace hyperlane::http::h1
