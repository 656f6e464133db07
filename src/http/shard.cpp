#include <hyperlane/http/date.hpp>
#include <hyperlane/http/h1/connection.hpp>
#include <hyperlane/http/h1/write_head.hpp>
#include <hyperlane/http/shard.hpp>

#include <cassert>
#include <chrono>
#include <utility>

namespace hyperlane::http {

namespace {

constexpr std::size_t kept_exchanges = 256;

}  // namespace

Shard::Shard(Loop& loop, Service& service, const Limits& limits)
    : loop_(&loop),
      service_(&service),
      limits_(limits),
      head_limits_(limits.head()),
      receive_buffer_(std::make_unique<char[]>(receive_bytes + h1::head_padding_bytes)) {}

Shard::~Shard() { abandon(); }

void Shard::serve(std::unique_ptr<net::Stream> stream) {
    auto connection = std::make_unique<h1::Connection>(*this, std::move(stream));
    if (!connection->start()) return;
    connections_.push_back(*connection.release());
    ++connection_count_;
    ++counters_.connections_accepted;
}

void Shard::drain() noexcept {
    draining_ = true;
    connections_.for_each([](h1::Connection& connection) { connection.drain(); });
    upgraded_.for_each([](UpgradedConnection& connection) { connection.drain(); });
}

void Shard::adopt(UpgradedConnection& connection) noexcept {
    upgraded_.push_back(connection);
    ++connection_count_;
    if (draining_) connection.drain();
}

void Shard::release(UpgradedConnection& connection) noexcept {
    connection.ListHook<UpgradedTag>::unlink();
    --connection_count_;
    if (closed_) closed_();
}

void Shard::abandon() noexcept {
    while (!upgraded_.empty()) upgraded_.front().abandon();
    while (!connections_.empty()) connections_.front().abandon();
}

void Shard::connection_ended(h1::Connection& connection) noexcept {
    connection.ListHook<h1::ConnectionTag>::unlink();
    --connection_count_;
    loop_->dispose(std::unique_ptr<h1::Connection>(&connection));
    if (closed_) closed_();
}

Exchange& Shard::find_spare() {
    if (more_spares_.empty()) {
        spare_ = service_->make_exchange();
        spare_->shard_ = this;
    } else {
        spare_ = std::move(more_spares_.back());
        more_spares_.pop_back();
    }
    return *spare_;
}

void Shard::keep_one_more(Exchange& exchange) noexcept {
    if (HYPERLANE_ASAN || more_spares_.size() == kept_exchanges) {
        delete &exchange;
    } else {
        more_spares_.emplace_back(&exchange);
    }
}

void Shard::render_date() noexcept {
    const auto wall = std::chrono::system_clock::now();
    const auto second = std::chrono::floor<std::chrono::seconds>(wall);
    char* out = h1::write_text(date_line_.data(), "Date: ");
    out = h1::write_text(write_http_date(out, second), "\r\n");
    assert(out == date_line_.data() + date_line_.size());
    date_due_ = loop_->now() + std::chrono::duration_cast<Duration>(second + std::chrono::seconds(1) - wall);
}

}  // namespace hyperlane::http
