// Lambdas and what they capture.

#include "shape.hpp"

#include <functional>

namespace {

Task<> offload_copy(Context ctx) {
    const std::string copied = text;
    ctx.set_response_body(co_await offload([copied] { return copied; }));
}

Task<> offload_named_result(Context ctx) {
    std::string copied = text;
    const auto result = co_await offload([copied] { return copied; });
    ctx.set_response_body(result);
}

Task<> offload_moved(Context ctx) {
    std::string moved = text;
    ctx.set_response_body(co_await offload([moved = std::move(moved)] { return moved; }));
}

Task<> offload_number(Context ctx) {
    const std::string copied = text;
    const auto size = co_await offload([copied] { return copied.size(); });
    ctx.set_response_body(text.substr(0, size));
}

Task<> offload_reference(Context ctx) {
    const std::string local = text;
    ctx.set_response_body(co_await offload([&] { return local; }));
}

Task<> offload_argument(Context ctx) {
    ctx.set_response_body(co_await offload([](const std::string& given) { return given; }, text));
}

Task<> offload_temporary_argument(Context ctx) {
    ctx.set_response_body(co_await offload([](const std::string& given) { return given; }, std::string(text)));
}

Task<> offload_context(Context ctx) {
    const auto path = co_await offload([ctx] { return text; });
    ctx.set_response_body(path);
}

Task<> offload_shared(Context ctx) {
    const auto shared = std::make_shared<std::string>(text);
    const auto result = co_await offload([shared] { return *shared; });
    ctx.set_response_body(result + (shared.use_count() == 1 ? "" : " is kept"));
}

Task<> offload_function(Context ctx) {
    const std::string copied = text;
    ctx.set_response_body(co_await offload(std::function<std::string()>([copied] { return copied; })));
}

Task<> offload_bound(Context ctx) {
    ctx.set_response_body(co_await offload(std::bind([](const std::string& given) { return given; }, text)));
}

Task<> offload_named_lambda(Context ctx) {
    const auto work = [copied = text] { return copied; };
    ctx.set_response_body(co_await offload(work));
}

Task<> offload_condition(Context ctx) {
    std::string copied = text;
    if (co_await offload([copied] { return copied.empty(); })) co_return;
    ctx.set_response_body(copied);
}

Task<> called_at_once(Context ctx) {
    const std::string copied = text;
    ctx.set_response_body(co_await [copied]() -> Task<std::string> { co_return copied; }());
}

Task<> called_at_once_waits(Context ctx) {
    const std::string copied = text;
    const auto result = co_await [copied]() -> Task<std::string> { co_return co_await fetch(copied); }();
    ctx.set_response_body(result);
}

Task<> called_at_once_captures_nothing(Context ctx) {
    const auto result = co_await [](std::string given) -> Task<std::string> { co_return co_await fetch(given); }(text);
    ctx.set_response_body(result);
}

Task<> named_lambda(Context ctx) {
    const auto get_text = [copied = text]() -> Task<std::string> { co_return co_await fetch(copied); };
    ctx.set_response_body(co_await get_text());
}

Task<> spawned_and_joined(Context ctx) {
    const std::string copied = text;
    const auto result = co_await spawn([copied]() -> Task<std::string> { co_return co_await fetch(copied); }).join();
    ctx.set_response_body(result);
}

Task<> spawned_then_joined(Context ctx) {
    const std::string copied = text;
    auto handle = spawn([copied]() -> Task<std::string> { co_return co_await fetch(copied); });
    ctx.set_response_body(co_await handle.join());
}

Task<> spawned_and_dropped(Context ctx) {
    const std::string copied = text;
    spawn([copied]() -> Task<> { co_await fetch(copied); });
    co_await sleep(5ms);
    ctx.set_response_body(copied);
}

Task<> spawned_with_context(Context ctx) {
    auto handle = spawn([ctx]() mutable -> Task<> { ctx.set_response_body(co_await fetch()); });
    co_await handle.join();
}

Task<> spawned_function(Context ctx) { ctx.set_response_body(co_await spawn(fetch, text).join()); }

Task<> scope_of_lambdas(Context ctx) {
    Scope scope;
    const auto words = std::make_shared<std::string>();
    for (int i = 0; i < 3; ++i) {
        scope.spawn([words, copied = text]() -> Task<> { *words = co_await fetch(copied); });
    }
    co_await scope.join();
    ctx.set_response_body(*words);
}

Task<> joined_with_lambda(Context ctx) {
    const std::string copied = text;
    const auto both = co_await join(fetch(), [copied]() -> Task<std::string> { co_return co_await fetch(copied); }());
    ctx.set_response_body(std::get<1>(both));
}

Task<> any_with_lambda(Context ctx) {
    const std::string copied = text;
    const auto first = co_await when_any(fetch(), [copied]() -> Task<> { co_await sleep(1h); }());
    ctx.set_response_body(std::get<0>(first));
}

Task<> timeout_of_lambda(Context ctx) {
    const std::string copied = text;
    const auto result = co_await timeout(1s, [copied]() -> Task<std::string> { co_return co_await fetch(copied); }());
    ctx.set_response_body(*result);
}

Task<> recursive_lambda(Context ctx) {
    const auto deeper = [](const auto& self, std::string so_far, int depth) -> Task<std::string> {
        if (depth == 0) co_return so_far;
        const std::string below = co_await self(self, std::move(so_far), depth - 1);
        co_return below;
    };
    ctx.set_response_body(co_await deeper(deeper, text, 3));
}

Task<> capture_of_an_await(Context ctx) {
    const auto keep = [kept = co_await fetch()] { return kept; };
    ctx.set_response_body(keep());
}

Task<> generic_lambda(Context ctx) {
    const std::string copied = text;
    const auto result = co_await offload([copied](auto more) { return copied + more; }, std::string());
    ctx.set_response_body(result);
}

}  // namespace

int main(int argc, char** argv) {
    const std::string held = text;
    return serve(
        argc, argv,
        {
            {"offload_copy", get(offload_copy)},
            {"offload_named_result", get(offload_named_result)},
            {"offload_moved", get(offload_moved)},
            {"offload_number", get(offload_number)},
            {"offload_reference", get(offload_reference)},
            {"offload_argument", get(offload_argument)},
            {"offload_temporary_argument", get(offload_temporary_argument)},
            {"offload_context", get(offload_context)},
            {"offload_shared", get(offload_shared)},
            {"offload_function", get(offload_function)},
            {"offload_bound", get(offload_bound)},
            {"offload_named_lambda", get(offload_named_lambda)},
            {"offload_condition", get(offload_condition)},
            {"called_at_once", get(called_at_once)},
            {"called_at_once_waits", get(called_at_once_waits)},
            {"called_at_once_captures_nothing", get(called_at_once_captures_nothing)},
            {"named_lambda", get(named_lambda)},
            {"spawned_and_joined", get(spawned_and_joined)},
            {"spawned_then_joined", get(spawned_then_joined)},
            {"spawned_and_dropped", get(spawned_and_dropped)},
            {"spawned_with_context", get(spawned_with_context)},
            {"spawned_function", get(spawned_function)},
            {"scope_of_lambdas", get(scope_of_lambdas)},
            {"joined_with_lambda", get(joined_with_lambda)},
            {"any_with_lambda", get(any_with_lambda)},
            {"timeout_of_lambda", get(timeout_of_lambda)},
            {"recursive_lambda", get(recursive_lambda)},
            {"capture_of_an_await", get(capture_of_an_await)},
            {"generic_lambda", get(generic_lambda)},
            {"route_is_a_lambda", get([held](Context ctx) -> Task<> { ctx.set_response_body(co_await fetch(held)); })},
        });
}
