// How often a request asks the heap for memory: never, once its connection and its exchange have been used.

#include <hyperlane/base/sanitizer.hpp>
#include <hyperlane/http/shard.hpp>
#include <hyperlane/hyperlane.hpp>
#include <hyperlane/net/stream.hpp>
#include <hyperlane/typed.hpp>
#include <hyperlane/web/dispatcher.hpp>

#include <cstdlib>
#include <new>
#include <string>

#include <gtest/gtest.h>

#if defined(NDEBUG) && !HYPERLANE_ASAN && !defined(__SANITIZE_THREAD__)
#define COUNTS_ALLOCATIONS 1
#else
#define COUNTS_ALLOCATIONS 0
#endif

namespace {
thread_local std::size_t allocations = 0;
}

#if COUNTS_ALLOCATIONS
// Not inlined: a compiler that sees both ends of the pair takes free() for the wrong one.
[[gnu::noinline]] void* operator new(std::size_t size) {
    ++allocations;
    if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    ++allocations;
    return std::malloc(size == 0 ? 1 : size);
}
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) {
    ++allocations;
    void* memory = nullptr;
    if (::posix_memalign(&memory, static_cast<std::size_t>(alignment), size) == 0) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
#endif

namespace hyperlane {
namespace {

/// A client that sends the same request again and again, without memory of its own.
class Repeater final : public net::Stream, io::Ready {
public:
    Repeater(std::string request, std::size_t count) : request_(std::move(request)), left_(count) {}

    Result<> attach(Loop& loop, net::StreamObserver& observer) override {
        loop_ = &loop;
        observer_ = &observer;
        loop.enqueue(*this);
        return {};
    }
    void set_observer(net::StreamObserver& observer) noexcept override { observer_ = &observer; }
    void set_read_interest(bool wanted) noexcept override { reading_ = wanted; }
    void set_write_interest(bool) noexcept override {}
    [[nodiscard]] net::IoResult read_some(std::span<char> into) noexcept override {
        if (left_ == 0) return {.bytes = 0, .status = net::IoStatus::would_block};
        --left_;
        if (left_ == counted) before = allocations;
        if (left_ == 0) after = allocations;
        request_.copy(into.data(), request_.size());
        return {.bytes = request_.size()};
    }
    [[nodiscard]] net::IoResult write_some(std::span<const std::string_view> parts) noexcept override {
        std::size_t bytes = 0;
        for (const std::string_view part : parts) bytes += part.size();
        sent_bytes += bytes;
        return {.bytes = bytes};
    }
    [[nodiscard]] net::IoResult send_file(int, std::uint64_t, std::size_t) noexcept override {
        return {.bytes = 0, .status = net::IoStatus::failed};
    }
    void shutdown_write() noexcept override {}
    void close(bool) noexcept override {
        unlink();
        open_ = false;
    }
    [[nodiscard]] Address peer_address() const override { return {}; }
    [[nodiscard]] Address local_address() const override { return {}; }

    static constexpr std::size_t counted = 1000;
    static inline std::size_t before = 0;
    static inline std::size_t after = 0;
    static inline std::size_t sent_bytes = 0;

private:
    void on_turn() noexcept override {
        if (reading_ && left_ > 0) observer_->on_readable();
        if (open_ && left_ > 0) loop_->enqueue(*this);
    }

    std::string request_;
    std::size_t left_;
    Loop* loop_ = nullptr;
    net::StreamObserver* observer_ = nullptr;
    bool reading_ = true;
    bool open_ = true;
};

struct Greeting {
    int id = 0;
    std::string message;
};

struct Page {
    int page = 0;
    std::optional<bool> all;
};

// What 1,000 requests to `path` allocate, after 100 that may.
std::size_t allocations_for(const Server& server, const std::string& path) {
    auto app = server.make_dispatcher();
    if (!app) throw std::runtime_error(app.error().message);
    Loop loop(io::make_virtual_backend());
    loop.set_block_warning(Duration::zero());
    {
        http::Shard shard(loop, **app, Limits());
        Repeater::sent_bytes = 0;
        shard.serve(std::make_unique<Repeater>(
            "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nUser-Agent: test\r\n\r\n", Repeater::counted + 100));
        loop.run_until([&] { return shard.counters().requests.get() == Repeater::counted + 100; });
        EXPECT_GT(Repeater::sent_bytes, Repeater::counted * 80) << "nothing was answered";
        shard.abandon();
        loop.shutdown();
    }
    return Repeater::after - Repeater::before;
}

class Allocations : public ::testing::Test {
protected:
    void SetUp() override {
        if (!COUNTS_ALLOCATIONS) GTEST_SKIP() << "only optimised builds without sanitizers keep what they release";
        server.request_middleware([](Context ctx) { ctx.set_attribute("started", true); });
        server.response_middleware([](Context ctx) { ctx.set_response_header("X-Powered-By", "hyperlane"); });
    }
    Server server;
};

TEST_F(Allocations, NoneForHelloWithTwoMiddleware) {
    server.route("/", get([](Context ctx) { ctx.set_response_body("Hello, World!"); }));
    EXPECT_EQ(allocations_for(server, "/"), 0u);
}

TEST_F(Allocations, NoneForARouteParameter) {
    server.route("/users/{id}",
                 get([](Context ctx) { ctx.set_response_body(ctx.get_route_param("id").value_or("")); }));
    EXPECT_EQ(allocations_for(server, "/users/42"), 0u);
    EXPECT_EQ(allocations_for(server, "/users/a%20b"), 0u) << "decoding";
}

TEST_F(Allocations, NoneForAStaticBody) {
    server.route("/", get([](Context ctx) {
                     ctx.set_response_body(static_text("a literal that is longer than small strings"));
                 }));
    EXPECT_EQ(allocations_for(server, "/"), 0u);
}

TEST_F(Allocations, NoneForACoroutineHandler) {
    server.route("/", get([](Context ctx) -> Task<> {
                     ctx.set_response_body("Hello, World!");
                     co_return;
                 }));
    EXPECT_EQ(allocations_for(server, "/"), 0u);
}

TEST_F(Allocations, NoneForMiddlewareThatSuspendsOrGoesAround) {
    server.use([](Context ctx, Next next) -> Task<> { co_await next(ctx); });
    server.request_middleware([](Context) -> Task<> { co_await yield(); });
    server.route("/", get([](Context ctx) { ctx.set_response_body("Hello, World!"); }));
    EXPECT_EQ(allocations_for(server, "/"), 0u);
}

TEST_F(Allocations, NoneForQueriesCookiesAndHeaders) {
    server.route("/", get([](Context ctx) {
                     (void)ctx.get_request_query("a");
                     (void)ctx.get_request_cookie("b");
                     (void)ctx.get_request_header("User-Agent");
                     (void)ctx.get_request_id();
                     ctx.set_response_header("X-A", "1").set_response_body("x");
                 }));
    EXPECT_EQ(allocations_for(server, "/?a=1%20"), 0u);
}

TEST_F(Allocations, NoneForAStructAsJson) {
    server.route("/", get([](Context ctx) { ctx.set_response_body_json(Greeting{7, "short"}); }));
    EXPECT_EQ(allocations_for(server, "/"), 0u);
}

TEST_F(Allocations, NoneForTypedHandlers) {
    server.route("/{id}",
                 get([](Path<int> id, Query<Page>, HeaderValue<"User-Agent">) { return Greeting{id, "short"}; }));
    EXPECT_EQ(allocations_for(server, "/7?page=2&all=true"), 0u);
    server.route("/later/{id}", get([](Path<int> id) -> Task<Greeting> { co_return Greeting{id, "short"}; }));
    EXPECT_EQ(allocations_for(server, "/later/7"), 0u);
}

// The text itself, and what holds it: what is moved in is not copied.
TEST_F(Allocations, OneBesideTheStringForAMovedBody) {
    server.route("/", get([](Context ctx) { ctx.set_response_body(std::string(8000, 'x')); }));
    EXPECT_EQ(allocations_for(server, "/"), 2 * Repeater::counted);
    EXPECT_GT(Repeater::sent_bytes, 8000 * Repeater::counted);
}

}  // namespace
}  // namespace hyperlane
