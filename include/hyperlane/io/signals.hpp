#pragma once

/// Signals of the operating system, delivered to a loop as ordinary calls.

#include <hyperlane/base/function.hpp>
#include <hyperlane/base/pointers.hpp>
#include <hyperlane/base/result.hpp>
#include <hyperlane/io/loop.hpp>

#include <cstddef>
#include <initializer_list>

namespace hyperlane {

/// Catches signals while it lives and restores their former handlers at the end. A signal may be caught by one object
/// of the process at a time.
///
/// threads  made, told and destroyed on the loop's thread; the signals may hit any thread
class Signals {
public:
    /// `signal` and how many of the caught signals have been delivered so far, this one included: a second SIGTERM
    /// comes with 2. Must not destroy the `Signals`.
    using Callback = Function<void(int signal, std::size_t count)>;

    /// `auto signals = Signals::listen(loop, {SIGTERM, SIGINT}, callback);`
    ///
    /// errors   already_exists: another object catches one of them; invalid_argument: it cannot be caught;
    ///          unsupported: the loop has no descriptors
    /// overlap  a signal that comes again before it has been told is counted, and told as often as it came, as far as
    ///          the
    ///          kernel does not merge them
    [[nodiscard]] static Result<std::unique_ptr<Signals>> listen(Loop& loop, std::initializer_list<int> signals,
                                                                 Callback callback);

    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;
    ~Signals();

private:
    class Impl;
    explicit Signals(std::unique_ptr<Impl> impl) noexcept;

    std::unique_ptr<Impl> impl_;
};

}  // namespace hyperlane
