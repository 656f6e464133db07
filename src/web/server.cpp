#include <hyperlane/io/log.hpp>
#include <hyperlane/io/signals.hpp>
#include <hyperlane/net/listen_fds.hpp>
#include <hyperlane/web/server.hpp>
#include "web/server_state.hpp"
#include "web/worker.hpp"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <string>
#include <utility>

#include <sched.h>
#include <sys/resource.h>

namespace hyperlane {

namespace {

// Descriptors that are not connections: listeners, epoll, files being sent, the log.
constexpr std::size_t spare_descriptors = 64;

std::size_t usable_processors() noexcept {
    cpu_set_t set;
    if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
    return static_cast<std::size_t>(std::max(1, CPU_COUNT(&set)));
}

// The soft limit is a default for programs that use select(2); a server may use what it is allowed to.
std::size_t raise_descriptor_limit() noexcept {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
    if (limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) ::getrlimit(RLIMIT_NOFILE, &limit);
    }
    return limit.rlim_cur;
}

}  // namespace

/// Everything that exists only while a server runs.
class Server::Running {
public:
    static Result<std::unique_ptr<Running>> make(std::unique_ptr<web::Dispatcher> dispatcher,
                                                 const std::vector<Address>& wanted, const State& state) {
        std::unique_ptr<Running> running(new Running(std::move(dispatcher)));
        const std::size_t count = state.workers == 0 ? usable_processors() : state.workers;
        if (auto made = running->make_workers(count, state); !made) return std::unexpected(made.error());
        if (auto listening = running->listen(wanted); !listening) return std::unexpected(listening.error());
        if (auto started = running->run_start_hooks(); !started) return std::unexpected(started.error());
        return running;
    }

    void start_threads() {
        start_others();
        workers_[0]->start_thread(0, {});
    }

    /// The first loop runs on this thread, which spares a program with one loop its second thread, and goes on until
    /// all have ended, so that signals are heard to the last.
    void run_here() {
        start_others();
        workers_[0]->run_here();
        wait();
    }

    [[nodiscard]] Loop& first_loop() noexcept { return workers_[0]->loop(); }

    void stop() {
        for (const auto& worker : workers_) worker->drain();
    }
    void stop_now() {
        for (const auto& worker : workers_) worker->abandon();
    }
    void wait() {
        for (const auto& worker : workers_) worker->join();
    }

    [[nodiscard]] const std::vector<Address>& addresses() const noexcept { return addresses_; }
    [[nodiscard]] std::size_t worker_count() const noexcept { return workers_.size(); }

    [[nodiscard]] ServerCounters counters() const {
        ServerCounters sum;
        for (const auto& worker : workers_) {
            const http::Counters& part = worker->counters();
            sum.connections_accepted += part.connections_accepted.get();
            sum.requests += part.requests.get();
            sum.refused += part.refused.get();
            sum.timed_out += part.timed_out.get();
            sum.connections_lost += part.connections_lost.get();
        }
        for (const auto& pool : offload_pools_) sum.offloaded += pool->counters();
        for (const auto& pool : file_pools_) sum.files += pool->counters();
        return sum;
    }

private:
    explicit Running(std::unique_ptr<web::Dispatcher> dispatcher) : dispatcher_(std::move(dispatcher)) {}

    Result<> make_workers(std::size_t count, const State& state) {
        const std::size_t descriptors = raise_descriptor_limit();
        const std::size_t most =
            dispatcher_->settings().limits.connections != 0
                ? dispatcher_->settings().limits.connections
                : std::max<std::size_t>(1, descriptors - std::min(descriptors - 1, spare_descriptors));
        for (std::size_t i = 0; i < count; ++i) {
            auto backend = io::make_epoll_backend();
            if (!backend) return std::unexpected(backend.error());
            workers_.push_back(std::make_unique<web::Worker>(std::move(*backend), *dispatcher_,
                                                             dispatcher_->settings().limits,
                                                             std::max<std::size_t>(1, most / count)));
            Loop& loop = workers_.back()->loop();
            loop.set_block_warning(dispatcher_->block_warning());
            loop.set_thread_pool(add_pool(offload_pools_, "offload", state.offload_threads));
            loop.set_file_pool(add_pool(file_pools_, "files", state.file_threads));
        }
        return {};
    }

    using Pools = std::vector<std::shared_ptr<ThreadPool>>;
    static std::shared_ptr<ThreadPool> add_pool(Pools& pools, const char* name, std::size_t threads) {
        return pools.emplace_back(std::make_shared<ThreadPool>(ThreadPoolOptions{.threads = threads, .name = name}));
    }

    // On the calling thread; the others have not begun to run, so nobody is served before the hooks have ended.
    Result<> run_start_hooks() {
        lifecycle_ =
            std::make_unique<web::Lifecycle>(dispatcher_->hooks(), dispatcher_->settings(), workers_[0]->loop());
        workers_[0]->accept(false);
        if (auto started = web::run_to_end(workers_[0]->loop(), lifecycle_->start()); !started) return started;
        workers_[0]->accept(true);
        workers_[0]->set_lifecycle(*lifecycle_);
        return {};
    }

    // The first loop goes on until all others have ended: then the shutdown hooks run there.
    void start_others() {
        running_threads_ = workers_.size() - 1;
        workers_[0]->hold();
        for (std::size_t i = 1; i < workers_.size(); ++i) {
            workers_[i]->start_thread(i, [this] {
                if (running_threads_.fetch_sub(1) == 1) workers_[0]->release();
            });
        }
        if (workers_.size() == 1) workers_[0]->release();
    }

    Result<> listen(const std::vector<Address>& wanted) {
        auto adopted = net::adopt_listen_fds();
        if (!adopted) return std::unexpected(adopted.error());
        for (auto& listener : *adopted) {
            if (auto shared = share(std::move(listener)); !shared) return shared;
        }
        if (!addresses_.empty()) return {};
        for (const Address& address : wanted) {
            if (auto listening = listen_at(address); !listening) return listening;
        }
        return {};
    }

    Result<> listen_at(Address address) {
        const bool spread = address.is_ip() && workers_.size() > 1;
        auto first = net::listen(address, {.reuse_port = spread, .defer_accept = true});
        if (!first) return std::unexpected(first.error());
        if (!spread) return share(std::move(*first));
        address = (*first)->local_address();
        addresses_.push_back(address);
        if (auto added = workers_[0]->add_listener(std::move(*first)); !added) return added;
        for (std::size_t i = 1; i < workers_.size(); ++i) {
            auto listener = net::listen(address, {.reuse_port = true, .defer_accept = true});
            if (!listener) return std::unexpected(listener.error());
            if (auto added = workers_[i]->add_listener(std::move(*listener)); !added) return added;
        }
        return {};
    }

    // One socket for all loops.
    Result<> share(std::unique_ptr<net::Listener> listener) {
        addresses_.push_back(listener->local_address());
        for (std::size_t i = 1; i < workers_.size(); ++i) {
            auto twin = listener->duplicate();
            if (!twin) return std::unexpected(twin.error());
            if (auto added = workers_[i]->add_listener(std::move(*twin)); !added) return added;
        }
        return workers_[0]->add_listener(std::move(listener));
    }

    std::unique_ptr<web::Dispatcher> dispatcher_;
    Pools offload_pools_;
    Pools file_pools_;
    std::unique_ptr<web::Lifecycle> lifecycle_;
    std::vector<Address> addresses_;
    std::atomic<std::size_t> running_threads_ = 0;
    std::vector<std::unique_ptr<web::Worker>> workers_;
};

Server::Server() : state_(std::make_shared<State>()) {}

Server::~Server() {
    stop();
    wait();
}

Server& Server::host(std::string_view host) {
    state_->host = host;
    state_->host_or_port_given = true;
    return *this;
}

Server& Server::port(std::uint16_t port) {
    state_->port = port;
    state_->host_or_port_given = true;
    return *this;
}

Server& Server::listen(std::string_view address) {
    state_->listen.emplace_back(address);
    return *this;
}

Server& Server::workers(std::size_t count) {
    state_->workers = count;
    return *this;
}

Server& Server::limits(const Limits& limits) {
    state_->settings.server.limits = limits;
    return *this;
}

Server& Server::access_log(AccessLog format) {
    state_->settings.access_log = format;
    return *this;
}

Server& Server::development(bool on) {
    state_->settings.server.development = on;
    return *this;
}

Server& Server::warn_blocking(Duration longest) {
    state_->settings.block_warning = longest;
    return *this;
}

Server& Server::offload_threads(std::size_t per_loop) {
    state_->offload_threads = per_loop;
    return *this;
}

Server& Server::file_threads(std::size_t per_loop) {
    state_->file_threads = per_loop;
    return *this;
}

Server& Server::add_start_hook(web::RegisteredHook hook) {
    state_->settings.hooks.start.push_back(std::move(hook));
    return *this;
}

Server& Server::add_stop_hook(web::RegisteredHook hook) {
    state_->settings.hooks.stop.push_back(std::move(hook));
    return *this;
}

Server& Server::add_periodic(web::PeriodicTask task) {
    state_->settings.hooks.periodic.push_back(std::move(task));
    return *this;
}

Server& Server::on_error(web::ErrorHook hook) {
    state_->settings.server.error_hook = std::move(hook);
    return *this;
}

Server& Server::set_fallback(web::Handler handler) {
    state_->settings.fallback = std::move(handler);
    return *this;
}

Server& Server::set_method_not_allowed(web::Handler handler) {
    state_->settings.method_not_allowed = std::move(handler);
    return *this;
}

Server& Server::add_state(web::TypeKey key, std::shared_ptr<void> value) {
    std::erase_if(state_->settings.server.state, [key](const web::StateEntry& entry) { return entry.key == key; });
    state_->settings.server.state.push_back({key, std::move(value)});
    return *this;
}

Result<std::unique_ptr<web::Dispatcher>> Server::make_dispatcher() const {
    if (!state_->documentation) return web::Dispatcher::make(state_->settings, route_group());
    web::RouteGroup routes = route_group();
    if (auto added = state_->documentation(routes, state_->settings.server.development); !added)
        return std::unexpected(added.error());
    return web::Dispatcher::make(state_->settings, routes);
}

Result<std::vector<Address>> Server::wanted_addresses() const {
    std::vector<Address> wanted;
    if (state_->listen.empty() || state_->host_or_port_given) {
        auto address = Address::parse(state_->host, state_->port);
        if (!address) return std::unexpected(address.error());
        wanted.push_back(std::move(*address));
    }
    for (const std::string& text : state_->listen) {
        auto address = Address::parse(text);
        if (!address) return std::unexpected(address.error());
        wanted.push_back(std::move(*address));
    }
    return wanted;
}

Result<> Server::start() {
    if (auto prepared = prepare(); !prepared) return prepared;
    state_->running->start_threads();
    return {};
}

Result<> Server::prepare() {
    if (state_->running) return fail(ErrorCode::already_done, "the server has been started already");
    if (!state_->bad_argument.empty()) return fail(ErrorCode::invalid_argument, state_->bad_argument);
    auto dispatcher = make_dispatcher();
    if (!dispatcher) return std::unexpected(dispatcher.error());
    const auto wanted = wanted_addresses();
    if (!wanted) return std::unexpected(wanted.error());
    auto running = Running::make(std::move(*dispatcher), *wanted, *state_);
    if (!running) return std::unexpected(running.error());
    state_->running = std::move(*running);
    return {};
}

void Server::stop() noexcept {
    if (state_->running) state_->running->stop();
}

void Server::stop_now() noexcept {
    if (state_->running) state_->running->stop_now();
}

void Server::wait() {
    if (state_->running) state_->running->wait();
}

const std::vector<Address>& Server::addresses() const noexcept {
    static const std::vector<Address> none;
    return state_->running ? state_->running->addresses() : none;
}

ServerCounters Server::counters() const { return state_->running ? state_->running->counters() : ServerCounters(); }

int Server::run() {
    if (const auto prepared = prepare(); !prepared) {
        log(LogLevel::error, prepared.error().message);
        return EXIT_FAILURE;
    }
    const auto signals =
        Signals::listen(state_->running->first_loop(), {SIGTERM, SIGINT}, [this](int, std::size_t count) {
            log(LogLevel::info,
                count == 1 ? "stopping: finishing what runs; a second signal ends at once" : "stopping now");
            if (count == 1) {
                stop();
            } else {
                stop_now();
            }
        });
    if (!signals) {
        log(LogLevel::error, signals.error().message);
        return EXIT_FAILURE;
    }
    for (const Address& address : state_->running->addresses()) {
        const std::string scheme = address.is_ip() ? "http://" : "";
        log(LogLevel::info, "listening on " + scheme + address.to_string() + " with " +
                                std::to_string(state_->running->worker_count()) +
                                (state_->running->worker_count() == 1 ? " loop" : " loops"));
    }
    state_->running->run_here();
    return EXIT_SUCCESS;
}

}  // namespace hyperlane
