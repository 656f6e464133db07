#pragma once

/// A web server: told what to answer, then run. Options and routes are frozen when it starts.

#include <hyperlane/base/pointers.hpp>
#include <hyperlane/base/result.hpp>
#include <hyperlane/http/limits.hpp>
#include <hyperlane/io/thread_pool.hpp>
#include <hyperlane/net/address.hpp>
#include <hyperlane/web/access_log.hpp>
#include <hyperlane/web/attributes.hpp>
#include <hyperlane/web/http_error.hpp>
#include <hyperlane/web/lifecycle.hpp>
#include <hyperlane/web/routes.hpp>

#include <cstddef>
#include <cstdint>
#include <source_location>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace hyperlane {

class RoutesTable;
struct OpenApiOptions;
namespace web {
class Dispatcher;
}

/// What the loops of a server have done so far, added up.
struct ServerCounters {
    std::uint64_t connections_accepted = 0;
    std::uint64_t requests = 0;
    std::uint64_t refused = 0;
    std::uint64_t timed_out = 0;
    std::uint64_t connections_lost = 0;
    ThreadPoolCounters offloaded;  ///< what `offload` ran
    ThreadPoolCounters files;      ///< what opened and read files
};

class Server final : public web::RouteCalls<Server> {
public:
    Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    /// Stops, and waits for what is running.
    ~Server();

    /// Where to listen: 127.0.0.1 and 60000 unless told otherwise. Port 0 lets the system choose, see `addresses`.
    Server& host(std::string_view host);
    Server& port(std::uint16_t port);
    /// One more address: "127.0.0.1:8080", "[::1]:8080", "unix:/run/app.sock". With it, `host` and `port` count only if
    /// they have been called.
    Server& listen(std::string_view address);
    /// Event loops, each in a thread of its own; 0 (the default): one per processor that this process may use.
    Server& workers(std::size_t count);
    Server& limits(const Limits& limits);
    Server& access_log(AccessLog format);
    /// Show what is inside to whoever asks, such as the text of exceptions in error pages. Off unless this is called:
    /// let a flag or the environment decide, never the code that goes to production.
    Server& development(bool on = true);

    /// Say in the log when one turn of a loop takes as long as `longest`, with the route: whatever blocks its thread
    /// stops every other client of that loop (docs/blocking.md). Zero: never. Unless this is called, 100 ms in
    /// development and in debug builds, else never, which costs nothing.
    Server& warn_blocking(Duration longest);
    /// Threads per loop for `offload`, and for opening and reading files; 4 each unless told otherwise. They start when
    /// there is work for them. A pool of one's own, of any size, for all loops: a ThreadPool, with `offload_on`.
    Server& offload_threads(std::size_t per_loop);
    Server& file_threads(std::size_t per_loop);

    /// Run `hook` before the first connection is accepted, when addresses are bound; one after the other, as
    /// registered. The server does not start if one returns an error or throws.
    ///
    /// in       `Task<Result<>> f(ServerContext)`, `Task<> f(ServerContext)`, `void f(ServerContext)`, each also
    ///          without an argument
    /// threads  on the first loop; what it spawns stays there
    template <typename F>
    Server& on_start(F hook, std::source_location where = std::source_location::current()) {
        return add_start_hook({web::make_server_hook(std::move(hook)), where});
    }
    /// Run `hook` when the last connection has ended; the last registered first. All together take at most
    /// `Limits::drain_timeout`; what fails is logged.
    template <typename F>
    Server& on_stop(F hook, std::source_location where = std::source_location::current()) {
        return add_stop_hook({web::make_server_hook(std::move(hook)), where});
    }
    /// Run `task` every `period` while the server runs, after the start-up hooks, on the first loop. A run that takes
    /// longer than that is not overlapped: the times that it misses are left out. What fails is logged and goes on.
    /// Cancelled when the server begins to stop. A TestClient lets it run in its virtual time.
    template <typename F>
    Server& every(Duration period, F task, EveryOptions options = {},
                  std::source_location where = std::source_location::current()) {
        return add_periodic({{web::make_server_hook(std::move(task)), where}, period, options});
    }

    /// Take `--host`, `--port`, `--workers` and `--listen` from the command line, over what was set before; `--help`
    /// prints them and exits. What cannot be understood makes `run` and `start` fail with the reason.
    Server& arguments(int count, const char* const* values);

    /// Application state for `ctx.get_data<T>()`; one value per type. Shared by all loops: make it safe for that.
    template <typename T>
    Server& data(T&& value) {
        using Value = std::decay_t<T>;
        return add_state(web::type_key<Value>(), std::make_shared<Value>(std::forward<T>(value)));
    }

    /// Answers where no route matches, instead of a plain 404.
    template <typename F>
    Server& fallback(F&& handler) {
        return set_fallback(web::make_handler(std::forward<F>(handler)));
    }
    /// Answers where a route matches, but not its method; `Allow` is set already.
    template <typename F>
    Server& method_not_allowed(F&& handler) {
        return set_method_not_allowed(web::make_handler(std::forward<F>(handler)));
    }
    /// Makes the body of every error: `void f(Context ctx, const HttpError& error)`. The status is set already.
    Server& on_error(web::ErrorHook hook);

    /// Serve the document of this API, made when the server starts, and a page for people; see web/openapi.hpp. It
    /// stands beside the routes of the server, below its middleware.
    Server& openapi(const OpenApiOptions& options, std::source_location where = std::source_location::current());
    /// The routes so far, those of `openapi` included; see web/routes_table.hpp.
    [[nodiscard]] RoutesTable routes() const;

    /// Serve until SIGTERM or SIGINT, then drain: stop accepting, finish what runs, at most `Limits::drain_timeout`.
    /// A second signal ends at once. Adopts listening sockets passed by the service manager instead of binding its own.
    ///
    /// returns  EXIT_SUCCESS; EXIT_FAILURE, with the reason in the log, if it cannot listen or a route is wrong
    int run();

    /// The same in the background: `start`, then `wait` for `stop`.
    /// errors   what `run` would log
    Result<> start();
    /// Drain and end. Any thread; returns at once.
    void stop() noexcept;
    /// Drop what runs, and end. Any thread; returns at once.
    void stop_now() noexcept;
    /// Until everything has ended.
    void wait();

    /// Where it really listens; empty before `start`.
    [[nodiscard]] const std::vector<Address>& addresses() const noexcept;
    [[nodiscard]] ServerCounters counters() const;

    /// Routes, middleware and state as they are now, for those that serve them by other means.
    [[nodiscard]] Result<std::unique_ptr<web::Dispatcher>> make_dispatcher() const;

private:
    class Running;
    struct State;

    Server& add_start_hook(web::RegisteredHook hook);
    Server& add_stop_hook(web::RegisteredHook hook);
    Server& add_periodic(web::PeriodicTask task);
    Server& set_fallback(web::Handler handler);
    Server& set_method_not_allowed(web::Handler handler);
    bool take_argument(std::string_view name, std::string_view value);
    Result<> prepare();
    Server& add_state(web::TypeKey key, std::shared_ptr<void> value);
    [[nodiscard]] Result<std::vector<Address>> wanted_addresses() const;

    std::shared_ptr<State> state_;  // not shared; a unique_ptr takes the compiler far longer, in every program
};

}  // namespace hyperlane
