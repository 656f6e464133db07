/// What finding a route costs, in tables of 10, 100, 1,000 and 10,000 mixed routes. `allocations` is per lookup.
///
/// `bench_router --count TABLE_SIZE PATH LOOKUPS` runs lookups only, for instruction counts: the difference of two
/// counts of LOOKUPS under `valgrind --tool=callgrind`, divided by the difference of LOOKUPS.

#include <hyperlane/web/routing/router.hpp>
#include "web/routing/one_pass_regex.hpp"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>
#include <re2/re2.h>

namespace {

std::atomic<std::size_t> allocations{0};

}  // namespace

// Not inlined: g++ would see malloc and free across a new and a delete, and warn.
[[gnu::noinline]] void* operator new(std::size_t size) {
    allocations.fetch_add(1, std::memory_order_relaxed);
    if (void* memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

using namespace hyperlane;

/// `size` routes of a service: static pages, resources with parameters, a regex, a tail and a static sibling now and
/// then.
web::Router make_table(std::size_t size) {
    web::Router router;
    std::uint32_t route = 0;
    const auto add = [&](const std::string& pattern, MethodSet methods) {
        if (route < size && router.insert(pattern, methods, route)) ++route;
    };
    add("/", {GET});
    add("/users/{id}", {GET});
    add("/api/v1/status", {GET});
    add("/orders/{id:\\d+}", {GET});
    add("/files/{path:^.*$}", {GET});
    add("/users/me", {GET});
    add("/users/{id}/posts/{post}", {GET});
    std::size_t number = 0;
    while (route < size) {
        const auto name = "/resource" + std::to_string(number++);
        add(name, {GET, POST});
        add(name + "/{id}", {GET, PUT, DELETE});
        add(name + "/{id:\\d+}/items", {GET});
        add("/api/v1" + name + "/list", {GET});
        add("/users/{id}" + name, {GET});
        add("/static" + name + "/{path:.*}", {GET});
    }
    if (!router.build()) std::abort();
    return router;
}

void lookups(benchmark::State& state, std::string_view path, web::RouteOutcome expected, Method method = GET) {
    const auto router = make_table(static_cast<std::size_t>(state.range(0)));
    Arena arena;
    web::RouteMatch match;
    router.match(method, path, arena, match);
    if (match.outcome != expected) state.SkipWithError("unexpected outcome");
    const auto before = allocations.load();
    for (auto _ : state) {
        router.match(method, path, arena, match);
        benchmark::DoNotOptimize(match);
        arena.reset();
    }
    state.counters["allocations"] =
        benchmark::Counter(static_cast<double>(allocations.load() - before), benchmark::Counter::kAvgIterations);
}

using enum web::RouteOutcome;

void BM_Root(benchmark::State& state) { lookups(state, "/", found); }
void BM_StaticPath(benchmark::State& state) { lookups(state, "/api/v1/status", found); }
void BM_Parameter(benchmark::State& state) { lookups(state, "/users/12345", found); }
void BM_TwoParameters(benchmark::State& state) { lookups(state, "/users/12345/posts/678", found); }
void BM_DigitsParameter(benchmark::State& state) { lookups(state, "/orders/12345", found); }
void BM_Tail(benchmark::State& state) { lookups(state, "/files/css/site/main.css", found); }
void BM_PercentEncoded(benchmark::State& state) { lookups(state, "/users/j%C3%BCrgen", found); }
void BM_NotFound(benchmark::State& state) { lookups(state, "/nothing/here/at/all", not_found); }
void BM_MethodNotAllowed(benchmark::State& state) { lookups(state, "/users/me", method_not_allowed, DELETE); }

BENCHMARK(BM_Root)->RangeMultiplier(10)->Range(10, 10'000);
BENCHMARK(BM_StaticPath)->RangeMultiplier(10)->Range(10, 10'000);
BENCHMARK(BM_Parameter)->RangeMultiplier(10)->Range(10, 10'000);
BENCHMARK(BM_TwoParameters)->RangeMultiplier(10)->Range(10, 10'000);
BENCHMARK(BM_DigitsParameter)->RangeMultiplier(10)->Range(10, 10'000);
BENCHMARK(BM_Tail)->RangeMultiplier(10)->Range(10, 10'000);
BENCHMARK(BM_PercentEncoded)->RangeMultiplier(10)->Range(10, 10'000);
BENCHMARK(BM_NotFound)->RangeMultiplier(10)->Range(10, 10'000);
BENCHMARK(BM_MethodNotAllowed)->RangeMultiplier(10)->Range(10, 10'000);

constexpr std::string_view date_regex = R"(\d{4}-\d{2}-\d{2})";
constexpr std::string_view date = "2024-01-31";

void BM_RegexShape(benchmark::State& state) {
    web::Shape shape;
    if (!shape.add_regex(date_regex) || !shape.finish()) state.SkipWithError("not a shape");
    web::ParamSlice value{};
    for (auto _ : state) {
        auto verdict = shape.match(date, &value);
        benchmark::DoNotOptimize(verdict);
    }
}
BENCHMARK(BM_RegexShape);

void BM_RegexByRe2(benchmark::State& state) {
    const RE2 regex(re2::StringPiece(date_regex.data(), date_regex.size()));
    const re2::StringPiece text(date.data(), date.size());
    for (auto _ : state) {
        bool matches = regex.Match(text, 0, text.size(), RE2::ANCHOR_BOTH, nullptr, 0);
        benchmark::DoNotOptimize(matches);
    }
}
BENCHMARK(BM_RegexByRe2);

int count_lookups(std::size_t size, std::string_view path, long times) {
    const auto router = make_table(size);
    Arena arena;
    web::RouteMatch match;
    for (long i = 0; i < times; ++i) {
        router.match(GET, path, arena, match);
        benchmark::DoNotOptimize(match);
        arena.reset();
    }
    std::printf("outcome %d, route %u\n", static_cast<int>(match.outcome), match.route);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc == 5 && std::string_view(argv[1]) == "--count") {
        return count_lookups(std::strtoul(argv[2], nullptr, 10), argv[3], std::strtol(argv[4], nullptr, 10));
    }
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}
