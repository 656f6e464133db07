#pragma once

/// Leaving HTTP: how another protocol takes over a connection after a 101 (RFC 9110 7.8).

#include <hyperlane/base/intrusive_list.hpp>
#include <hyperlane/base/pointers.hpp>
#include <hyperlane/net/stream.hpp>

#include <string>
#include <string_view>

namespace hyperlane::http {

/// Who takes over; see `Exchange::upgrade`.
class Upgrade {
public:
    /// Everything answered before has been taken by the stream. The stream is still attached to the connection that it
    /// came from: give it `set_observer` and `set_read_interest(true)` before anything else.
    ///
    /// in  head: the 101. To be sent before anything else, and no earlier than the client may rely on what comes then
    /// in  early_bytes: what the client has sent behind its request; views a buffer that is gone afterwards
    virtual void take_over(std::unique_ptr<net::Stream> stream, std::string head,
                           std::string_view early_bytes) noexcept = 0;

protected:
    ~Upgrade() = default;
};

struct UpgradedTag;

/// A connection that has left HTTP: still counted and bounded like any other, and told when its server ends. Between
/// `Shard::adopt` and `Shard::release`.
class UpgradedConnection : public ListHook<UpgradedTag> {
public:
    /// The server ends: say goodbye and close, in time.
    virtual void drain() noexcept = 0;
    /// Drop the connection now. It must be released when this returns.
    virtual void abandon() noexcept = 0;

protected:
    ~UpgradedConnection() = default;
};

}  // namespace hyperlane::http
