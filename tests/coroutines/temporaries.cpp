// Values on their way into an await and out of it: arguments, results, bindings, parameters, exceptions.

#include "shape.hpp"

#include <stdexcept>
#include <tuple>

namespace {

Task<std::string> glue(std::string first, std::string second) {
    co_await sleep(1ms);
    co_return first + second;
}

Task<std::string> unpack(std::unique_ptr<std::string> owned) {
    co_await sleep(1ms);
    co_return *owned;
}

Task<std::string> fails(std::string why) {
    co_await sleep(1ms);
    throw std::runtime_error(why);
}

Task<std::string> ignores(std::string, std::vector<std::string>) {
    co_await sleep(1ms);
    co_return text;
}

template <typename T>
Task<T> later(T value) {
    co_await sleep(1ms);
    co_return value;
}

Task<> text_of_literal_and_sum(Context ctx) {
    const std::string copied = text;
    ctx.set_response_body(co_await fetch("" + copied + ""));
}

Task<> copy(Context ctx) { ctx.set_response_body(co_await fetch(std::string(text))); }

Task<> literal(Context ctx) { ctx.set_response_body(co_await fetch("a text that is long enough for the heap")); }

Task<> two_arguments(Context ctx) { ctx.set_response_body(co_await glue(std::string(text), std::string())); }

Task<> await_within_an_await(Context ctx) { ctx.set_response_body(co_await fetch(co_await fetch())); }

Task<> two_awaits_within(Context ctx) { ctx.set_response_body(co_await glue(co_await fetch(), co_await fetch(""))); }

Task<> sum_of_awaits(Context ctx) { ctx.set_response_body(co_await fetch() + co_await fetch("")); }

Task<> sum_with_temporary(Context ctx) { ctx.set_response_body(std::string("") + co_await fetch() + std::string()); }

Task<> appended(Context ctx) {
    std::string all;
    all += co_await fetch();
    ctx.set_response_body(all);
}

Task<> assigned(Context ctx) {
    std::string all;
    all = all + co_await fetch();
    ctx.set_response_body(all);
}

Task<> member_of_result(Context ctx) { ctx.set_response_body((co_await fetch()).substr(0)); }

Task<> member_of_pair(Context ctx) { ctx.set_response_body((co_await later(std::pair(text, text))).first); }

Task<> unwrapped(Context ctx) { ctx.set_response_body(*co_await timeout(1s, fetch())); }

Task<> unwrapped_named(Context ctx) {
    const auto result = co_await timeout(1s, fetch(text + ""));
    ctx.set_response_body(*result);
}

Task<> bound_reference(Context ctx) {
    const std::string& result = co_await fetch();
    co_await sleep(1ms);
    ctx.set_response_body(result);
}

Task<> bound_rvalue(Context ctx) {
    auto&& result = co_await fetch();
    co_await sleep(1ms);
    ctx.set_response_body(result);
}

Task<> bound_two(Context ctx) {
    auto [first, second] = co_await join(fetch(text), fetch("b"));
    ctx.set_response_body(first + (second == "b" ? "" : "!"));
}

Task<> bound_two_references(Context ctx) {
    const auto& [first, second] = co_await join(fetch(), fetch("b"));
    co_await sleep(1ms);
    ctx.set_response_body(first + (second == "b" ? "" : "!"));
}

Task<> bound_in_a_loop(Context ctx) {
    std::string last;
    for (int i = 0; i < 3; ++i) {
        const auto [first, second] = co_await join(fetch(text + ""), fetch("b"));
        last = first;
    }
    ctx.set_response_body(last);
}

Task<> moved_task(Context ctx) {
    auto task = fetch(text + "");
    ctx.set_response_body(co_await std::move(task));
}

Task<> many_tasks(Context ctx) {
    std::vector<Task<std::string>> tasks;
    for (int i = 0; i < 3; ++i) tasks.push_back(fetch());
    const auto all = co_await join(std::move(tasks));
    ctx.set_response_body(all.at(2));
}

Task<> owned_argument(Context ctx) { ctx.set_response_body(co_await unpack(std::make_unique<std::string>(text))); }

Task<> moved_argument(Context ctx) {
    auto owned = std::make_unique<std::string>(text);
    ctx.set_response_body(co_await unpack(std::move(owned)));
}

Task<> ignored_arguments(Context ctx) {
    const std::vector<std::string> words(3, text);
    ctx.set_response_body(co_await ignores(text, words));
}

Task<> made_tuple(Context ctx) {
    const auto result = co_await later(std::tuple(text, 1, text));
    ctx.set_response_body(std::get<2>(result));
}

Task<> constructor_argument(Context ctx) {
    const std::string result(co_await fetch());
    ctx.set_response_body(result);
}

Task<> allocated(Context ctx) {
    const auto owned = std::make_unique<std::string>(co_await fetch());
    ctx.set_response_body(*owned);
}

Task<> created_by_new(Context ctx) {
    const std::unique_ptr<std::string> owned(new std::string(co_await fetch()));
    ctx.set_response_body(*owned);
}

Task<> evaluated_beside(Context ctx) {
    const auto pair = std::make_pair(std::string(text), co_await fetch());
    ctx.set_response_body(pair.first + (pair.second == text ? "" : "!"));
}

Task<> returned_await(Context ctx) {
    const auto wrapped = [](std::string given) -> Task<std::string> { co_return co_await fetch(std::move(given)); };
    ctx.set_response_body(co_await wrapped(text));
}

Task<> caught(Context ctx) {
    std::string said;
    try {
        said = co_await fails(text + "");
    } catch (const std::exception& error) {
        said = error.what();
    }
    ctx.set_response_body(said);
}

Task<> caught_beside_temporaries(Context ctx) {
    std::string said;
    try {
        said = co_await glue(std::string(text), co_await fails(std::string(text)));
    } catch (const std::exception& error) {
        said = error.what();
    }
    ctx.set_response_body(said);
}

Task<> thrown_await(Context ctx) {
    try {
        throw std::runtime_error(co_await fetch());
    } catch (const std::exception& error) {
        ctx.set_response_body(error.what());
    }
}

Task<> cancelled_beside_temporaries(Context ctx) {
    const auto result = co_await timeout(2ms, glue(std::string(text), std::string(text)));
    const auto late = co_await timeout(1ms, [](std::string given) -> Task<std::string> {
        co_await sleep(1h);
        co_return given;
    }(text));
    ctx.set_response_body(result || late ? text : "both late");
}

class Counter {
public:
    Task<std::string> count(std::string given) {
        ++calls_;
        co_await sleep(1ms);
        co_return given + std::to_string(calls_);
    }

private:
    int calls_ = 0;
};

Task<> method(Context ctx) {
    Counter counter;
    const std::string counted = co_await counter.count(text);
    ctx.set_response_body(counted);
}

Task<> method_of_a_temporary(Context ctx) { ctx.set_response_body(co_await Counter().count(text)); }

Task<> query_argument(Context ctx) {
    ctx.set_response_body(co_await fetch(std::string(ctx.get_request_query("x").value_or(text))));
}

Task<Result<std::string>> result_of(std::string given) {
    co_await sleep(1ms);
    if (given.empty()) co_return fail(ErrorCode::invalid_argument, "empty, which is said at length");
    co_return given;
}

Task<> result(Context ctx) {
    const auto result = co_await result_of(text);
    const auto failed = co_await result_of("");
    ctx.set_response_body(failed ? "no error" : *result);
}

Task<Result<std::string>> typed_result() { co_return *co_await result_of(text); }

}  // namespace

int main(int argc, char** argv) {
    return serve(argc, argv,
                 {
                     {"text_of_literal_and_sum", get(text_of_literal_and_sum)},
                     {"copy", get(copy)},
                     {"literal", get(literal)},
                     {"two_arguments", get(two_arguments)},
                     {"await_within_an_await", get(await_within_an_await)},
                     {"two_awaits_within", get(two_awaits_within)},
                     {"sum_of_awaits", get(sum_of_awaits)},
                     {"sum_with_temporary", get(sum_with_temporary)},
                     {"appended", get(appended)},
                     {"assigned", get(assigned)},
                     {"member_of_result", get(member_of_result)},
                     {"member_of_pair", get(member_of_pair)},
                     {"unwrapped", get(unwrapped)},
                     {"unwrapped_named", get(unwrapped_named)},
                     {"bound_reference", get(bound_reference)},
                     {"bound_rvalue", get(bound_rvalue)},
                     {"bound_two", get(bound_two)},
                     {"bound_two_references", get(bound_two_references)},
                     {"bound_in_a_loop", get(bound_in_a_loop)},
                     {"moved_task", get(moved_task)},
                     {"many_tasks", get(many_tasks)},
                     {"owned_argument", get(owned_argument)},
                     {"moved_argument", get(moved_argument)},
                     {"ignored_arguments", get(ignored_arguments)},
                     {"made_tuple", get(made_tuple)},
                     {"constructor_argument", get(constructor_argument)},
                     {"allocated", get(allocated)},
                     {"created_by_new", get(created_by_new)},
                     {"evaluated_beside", get(evaluated_beside)},
                     {"returned_await", get(returned_await)},
                     {"caught", get(caught)},
                     {"caught_beside_temporaries", get(caught_beside_temporaries)},
                     {"thrown_await", get(thrown_await)},
                     {"cancelled_beside_temporaries", get(cancelled_beside_temporaries)},
                     {"method", get(method)},
                     {"method_of_a_temporary", get(method_of_a_temporary)},
                     {"query_argument", get(query_argument)},
                     {"result", get(result)},
                     {"typed_result", get(typed_result)},
                 });
}
