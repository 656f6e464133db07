#pragma once

/// What a server does beside answering: before it starts, after it has ended, and again and again in between.
///
///     Task<Result<>> open_pool(ServerContext server) { co_return co_await server.get_data<Pool>().open(); }
///     Task<> sweep(ServerContext server) { co_await server.get_data<Pool>().sweep(); }
///
///     server.on_start(open_pool).every(30s, sweep).on_stop(close_pool);

#include <hyperlane/base/clock.hpp>
#include <hyperlane/base/pointers.hpp>
#include <hyperlane/base/result.hpp>
#include <hyperlane/base/shared_function.hpp>
#include <hyperlane/io/cancellation.hpp>
#include <hyperlane/io/spawn.hpp>
#include <hyperlane/io/task.hpp>
#include <hyperlane/web/attributes.hpp>

#include <concepts>
#include <source_location>
#include <string_view>
#include <utility>
#include <vector>

namespace hyperlane {

class Loop;

namespace web {
struct ServerSettings;
}

/// The state of a server, for what is no request. A value; it lives as long as the server runs.
class ServerContext {
public:
    explicit ServerContext(const web::ServerSettings& settings) noexcept : settings_(&settings) {}

    /// What `server.data(value)` was given.
    /// errors   throws std::logic_error naming the type, if it was not given
    template <typename T>
    [[nodiscard]] T& get_data() const {
        return *static_cast<T*>(find_data(web::type_key<T>(), web::type_name<T>()));
    }

private:
    [[nodiscard]] void* find_data(web::TypeKey key, std::string_view type_name) const;

    const web::ServerSettings* settings_;
};

struct EveryOptions {
    Duration jitter{};     ///< each run begins up to so much later, at random, so that many servers do not run as one
    bool at_once = false;  ///< begin with a run, instead of a pause
};

namespace web {

using ServerHook = SharedFunction<Task<Result<>>(ServerContext)>;

/// Something to run, and where it was registered.
struct RegisteredHook {
    ServerHook call;
    std::source_location where;
};

struct PeriodicTask {
    RegisteredHook hook;
    Duration period;
    EveryOptions options;
};

/// What a server was told to do beside answering.
struct LifecycleHooks {
    std::vector<RegisteredHook> start;
    std::vector<RegisteredHook> stop;
    std::vector<PeriodicTask> periodic;
};

[[nodiscard]] Task<Result<>> as_result(Task<> task);
[[nodiscard]] Task<Result<>> no_error();
inline Task<Result<>> as_result(Task<Result<>> task) { return task; }

template <typename F>
concept TakesServer = std::invocable<const F&, ServerContext>;

template <typename F>
[[nodiscard]] ServerHook make_server_hook(F function) {
    static_assert(TakesServer<F> || std::invocable<const F&>,
                  "a hook is a function or coroutine `f()` or `f(ServerContext server)`, which is called as const");
    return [function = std::move(function)](ServerContext server) -> Task<Result<>> {
        const auto call = [&] {
            if constexpr (TakesServer<F>) {
                return function(server);
            } else {
                return function();
            }
        };
        if constexpr (std::is_void_v<decltype(call())>) {
            call();
            return no_error();
        } else {
            return as_result(call());
        }
    };
}

/// How something ends that was begun on a loop from outside of it.
struct Ending {
    Result<> result;
    bool ended = false;
};
/// In the next turn of `loop`. What is thrown becomes an error.
[[nodiscard]] std::shared_ptr<const Ending> begin_on(Loop& loop, Task<Result<>> task);

/// Runs them, on one loop.
class Lifecycle {
public:
    /// in  all outlive this
    Lifecycle(const LifecycleHooks& hooks, const ServerSettings& settings, Loop& loop) noexcept;
    Lifecycle(const Lifecycle&) = delete;
    Lifecycle& operator=(const Lifecycle&) = delete;
    ~Lifecycle();

    /// The start-up hooks, one after the other, up to the first that fails; after them the periodic tasks begin.
    /// errors   what failed and where it was registered
    [[nodiscard]] Task<Result<>> start();
    /// No more periodic tasks: those that run are cancelled.
    void stop_periodic() noexcept;
    /// The shutdown hooks, the last registered first, if the start has succeeded, when the periodic tasks have unwound.
    /// What fails is logged.
    /// in  longest: of all together; zero: no limit
    [[nodiscard]] Task<> stop(Duration longest);
    /// Cancel what runs, and let no more begin. The loop's thread.
    void abandon() noexcept;

private:
    Task<Result<>> run_start_hooks();
    Task<> run_stop_hooks();
    void begin_periodic();

    const LifecycleHooks* hooks_;
    ServerContext context_;
    io::CancelScope scope_;
    Scope periodic_;
    bool started_ = false;
};

}  // namespace web
}  // namespace hyperlane
