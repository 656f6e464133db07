#pragma once

/// Where small responses are put together before one write sends them all.

#include <hyperlane/base/pointers.hpp>

#include <cstddef>

namespace hyperlane::http {

namespace h1 {
class Connection;
}

/// One per loop. One connection uses it at a time.
struct Cork {
    static constexpr std::size_t capacity = 64 * 1024;
    std::unique_ptr<char[]> data = std::make_unique_for_overwrite<char[]>(capacity);
    std::size_t size = 0;
    h1::Connection* owner = nullptr;
};

}  // namespace hyperlane::http
