#include <hyperlane/ws/session.hpp>
#include "ws/pending.hpp"
#include "ws/thread.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace hyperlane::websocket {

namespace {

constexpr std::size_t most_parts = 16;
constexpr std::size_t turn_bytes = 1024 * 1024;  // of what was kept, per call

}  // namespace

void Cork::on_turn() noexcept {
    if (owner == nullptr) return;
    const SessionPtr keep(*owner);
    owner->after_io();
}

void Cork::take(Session& session, std::size_t bytes) noexcept {
    if (owner == &session && size + bytes <= capacity) return;
    if (owner != nullptr) {
        Session& previous = *owner;
        previous.flush();
        previous.settle_soon();
    }
    owner = &session;
    size = 0;
    unlink();
    session.loop().enqueue(*this);
}

bool Session::is_full() const noexcept { return pending_ != nullptr && pending_->bytes >= options_->unsent_bytes; }

std::size_t Session::unsent_bytes() const noexcept {
    const Cork& cork = this_thread().cork();
    return (pending_ ? pending_->bytes : 0) + (cork.owner == this ? cork.size : 0);
}

void Session::append(std::string_view bytes) {
    Cork& cork = this_thread().cork();
    cork.take(*this, bytes.size());
    std::memcpy(cork.data.get() + cork.size, bytes.data(), bytes.size());
    cork.size += bytes.size();
}

// What was corked goes first. Nothing is copied where the stream takes it at once; of the rest, what `frames` keeps is
// kept, and anything else copied.
void Session::write_parts(std::span<const std::string_view> parts, const SharedFrames* frames) {
    flush();
    if (failed_) return;
    std::size_t taken = 0;
    if (pending_ == nullptr) {
        const auto sent = stream_->write_some(parts);
        failed_ = sent.status == net::IoStatus::failed || sent.status == net::IoStatus::end;
        taken = sent.bytes;
    }
    for (const std::string_view part : parts) {
        const std::size_t whole = std::min(taken, part.size());
        taken -= whole;
        if (!failed_ && whole < part.size()) keep(part.substr(whole), frames != nullptr ? frames->keep() : nullptr);
    }
    update_write_interest();
    settle_soon();
}

// After a write within somebody else's call: what follows from it is done by the timer, in the next turn at the latest.
void Session::settle_soon() noexcept {
    if (consuming_) return;  // `after_io` comes
    if (failed_ || phase_ != Phase::open) {
        loop_->arm(*this, loop_->now());
    } else if (pending_ != nullptr) {
        update_timer();
    }
}

void Session::keep(std::string_view text, std::shared_ptr<const void> owner) {
    if (pending_ == nullptr) {
        pending_ = std::make_unique<Pending>();
        pending_->progress = loop_->now();
    }
    auto& pieces = pending_->pieces;
    pending_->bytes += text.size();
    if (owner) {
        pieces.push_back({.owned = {}, .owner = std::move(owner), .shared = text});
    } else if (pieces.size() > pending_->first && !pieces.back().owner && pieces.back().owned.size() < copied_bytes) {
        pieces.back().owned.append(text);
    } else {
        pieces.push_back({.owned = std::string(text), .owner = nullptr, .shared = {}});
    }
}

void Session::flush() noexcept {
    Cork& cork = this_thread().cork();
    if (cork.owner != this) return;
    const std::string_view text(cork.data.get(), cork.size);
    cork.release();
    if (failed_ || text.empty()) return;
    std::size_t taken = 0;
    if (pending_ == nullptr) {
        const auto sent = stream_->write_some({&text, 1});
        failed_ = sent.status == net::IoStatus::failed || sent.status == net::IoStatus::end;
        taken = sent.bytes;
    }
    if (failed_ || taken == text.size()) return;
    keep(text.substr(taken), nullptr);
    update_write_interest();
}

void Session::flush_pending() {
    // A peer that reads as fast as we write does not hold the loop; write interest brings us back.
    std::size_t budget = turn_bytes;
    while (pending_ != nullptr && budget > 0) {
        std::array<std::string_view, most_parts> parts;
        std::size_t count = 0;
        const Pending& queue = *pending_;
        for (std::size_t i = queue.first; i < queue.pieces.size() && count < most_parts; ++i) {
            parts[count++] = queue.pieces[i].text().substr(i == queue.first ? queue.offset : 0);
        }
        const auto sent = stream_->write_some({parts.data(), count});
        failed_ = sent.status == net::IoStatus::failed || sent.status == net::IoStatus::end;
        if (sent.status != net::IoStatus::ok) break;
        written(sent.bytes);
        budget -= std::min(budget, sent.bytes);
    }
    update_write_interest();
    if (pending_ == nullptr || pending_->bytes * 2 <= options_->unsent_bytes) wake_sender();
}

void Session::written(std::size_t bytes) {
    Pending& queue = *pending_;
    queue.bytes -= bytes;
    queue.progress = loop_->now();
    queue.offset += bytes;
    while (queue.first < queue.pieces.size() && queue.offset >= queue.pieces[queue.first].text().size()) {
        queue.offset -= queue.pieces[queue.first].text().size();
        queue.pieces[queue.first++] = {};
    }
    if (queue.first == queue.pieces.size()) {
        pending_.reset();
    } else if (queue.first > 64 && queue.first * 2 > queue.pieces.size()) {
        queue.pieces.erase(queue.pieces.begin(), queue.pieces.begin() + static_cast<std::ptrdiff_t>(queue.first));
        queue.first = 0;
    }
}

void Session::update_write_interest() noexcept {
    const bool wanted = pending_ != nullptr && !failed_ && !holding_;
    if (wanted == write_interest_) return;
    write_interest_ = wanted;
    stream_->set_write_interest(wanted);
}

}  // namespace hyperlane::websocket
