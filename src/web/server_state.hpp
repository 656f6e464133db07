#pragma once

/// What a server was told, and what runs.

#include <hyperlane/base/function.hpp>
#include <hyperlane/web/dispatcher.hpp>
#include <hyperlane/web/server.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace hyperlane {

struct Server::State {
    web::DispatcherSettings settings;
    std::string host = "127.0.0.1";
    std::uint16_t port = 60000;
    std::vector<std::string> listen;
    std::size_t workers = 0;
    std::size_t offload_threads = ThreadPoolOptions().threads;
    std::size_t file_threads = ThreadPoolOptions().threads;
    bool host_or_port_given = false;
    std::string bad_argument;
    /// Adds the routes of `openapi`. A hook, so that a program without it does not carry what makes the document.
    Function<Result<>(web::RouteGroup& group, bool development)> documentation;
    std::shared_ptr<Running> running;
};

}  // namespace hyperlane
