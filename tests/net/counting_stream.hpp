#pragma once

/// A stream that counts the calls which would be system calls on a socket.

#include <hyperlane/net/stream.hpp>

#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace hyperlane::testing {

/// How often a stream was read from and written to.
struct StreamCounts {
    int reads = 0;
    int writes = 0;
};

/// Passes everything on and counts it.
class CountingStream final : public net::Stream {
public:
    CountingStream(std::unique_ptr<net::Stream> real, StreamCounts& counts)
        : real_(std::move(real)), counts_(&counts) {}

    Result<> attach(Loop& loop, net::StreamObserver& observer) override { return real_->attach(loop, observer); }
    void set_observer(net::StreamObserver& observer) noexcept override { real_->set_observer(observer); }
    void set_read_interest(bool wanted) noexcept override { real_->set_read_interest(wanted); }
    void set_write_interest(bool wanted) noexcept override { real_->set_write_interest(wanted); }
    [[nodiscard]] net::IoResult read_some(std::span<char> into) noexcept override {
        ++counts_->reads;
        return real_->read_some(into);
    }
    [[nodiscard]] net::IoResult write_some(std::span<const std::string_view> parts) noexcept override {
        ++counts_->writes;
        return real_->write_some(parts);
    }
    [[nodiscard]] net::IoResult send_file(int fd, std::uint64_t offset, std::size_t count) noexcept override {
        ++counts_->writes;
        return real_->send_file(fd, offset, count);
    }
    void shutdown_write() noexcept override { real_->shutdown_write(); }
    void close(bool reset) noexcept override { real_->close(reset); }
    [[nodiscard]] net::Address peer_address() const override { return real_->peer_address(); }
    [[nodiscard]] net::Address local_address() const override { return real_->local_address(); }

private:
    std::unique_ptr<net::Stream> real_;
    StreamCounts* counts_;
};

}  // namespace hyperlane::testing
