// Awaits that decide what happens next, with and without variables beside them.

#include "shape.hpp"

#include <optional>

namespace {

Task<> if_not(Context ctx) {
    if (!co_await yes()) co_return;
    ctx.set_response_body(text);
}

Task<> if_else(Context ctx) {
    if (co_await yes()) {
        ctx.set_response_body(text);
    } else {
        ctx.set_response_body("no");
    }
}

Task<> if_in_a_loop(Context ctx) {
    for (int i = 0; i < 3; ++i) {
        if (!co_await ctx.send_body(text + std::to_string(i) + "\n")) co_return;
        co_await sleep(1ms);
    }
}

Task<> if_twice(Context ctx) {
    if (!co_await ctx.send_body(text)) co_return;
    co_await sleep(1ms);
    if (!co_await ctx.send_body(text)) co_return;
}

Task<> if_beside_a_variable(Context ctx) {
    const std::string copied = text;
    if (!co_await yes()) co_return;
    ctx.set_response_body(copied);
}

Task<> if_with_a_declaration(Context ctx) {
    if (const auto result = co_await fetch(); !result.empty()) ctx.set_response_body(result);
}

Task<> if_declares(Context ctx) {
    if (const auto result = co_await timeout(1s, fetch())) ctx.set_response_body(*result);
}

Task<> if_both(Context ctx) {
    if (co_await yes() && co_await yes()) ctx.set_response_body(text);
}

Task<> if_either(Context ctx) {
    if (!co_await yes() || co_await yes()) ctx.set_response_body(text);
}

Task<> if_compares(Context ctx) {
    if (co_await fetch() == text) ctx.set_response_body(text);
}

Task<> if_size(Context ctx) {
    if ((co_await fetch()).size() == text.size()) ctx.set_response_body(text);
}

Task<bool> count_down(std::shared_ptr<int> left) {
    co_await sleep(1ms);
    co_return (*left)-- > 0;
}

Task<> wait_until_done(std::shared_ptr<int> left) {
    while (co_await count_down(left)) co_await sleep(1ms);
}

Task<> wait_and_do(std::shared_ptr<int> left) {
    do {
        co_await sleep(1ms);
    } while (co_await count_down(left));
}

Task<> while_awaits(Context ctx) {
    const auto left = std::make_shared<int>(3);
    co_await wait_until_done(left);
    ctx.set_response_body(text);
}

Task<> do_while_awaits(Context ctx) {
    const auto left = std::make_shared<int>(3);
    co_await wait_and_do(left);
    ctx.set_response_body(text);
}

Task<> for_awaits(Context ctx) {
    std::string all;
    for (int i = 0; i < 3 && co_await yes(); ++i) all = co_await fetch();
    ctx.set_response_body(all);
}

Task<int> number() {
    co_await sleep(1ms);
    co_return 2;
}

Task<> switch_awaits(Context ctx) {
    switch (co_await number()) {
        case 2: ctx.set_response_body(text); break;
        default: break;
    }
}

Task<> switch_with_awaits_inside(Context ctx) {
    switch (co_await number()) {
        case 1: co_return;
        case 2: ctx.set_response_body(co_await fetch()); break;
        default: break;
    }
}

Task<std::vector<std::string>> list() {
    co_await sleep(1ms);
    std::vector<std::string> words(3, text);
    co_return words;
}

Task<> for_each_awaited(Context ctx) {
    for (const auto& word : co_await list()) ctx.set_response_body(word);
}

Task<> for_each_awaits_inside(Context ctx) {
    for (const auto& word : co_await list()) ctx.set_response_body(co_await fetch(word));
}

Task<> chosen_await(Context ctx) {
    const bool given = ctx.get_request_query("x").has_value();
    ctx.set_response_body(given ? co_await fetch("given") : text);
}

Task<> chosen_await_taken(Context ctx) {
    const bool given = !ctx.get_request_query("x").has_value();
    ctx.set_response_body(given ? co_await fetch() : std::string("nothing that is given here"));
}

Task<> chosen_of_two_awaits(Context ctx) {
    const bool given = ctx.get_request_query("x").has_value();
    const auto result = given ? co_await fetch("given") : co_await fetch();
    ctx.set_response_body(result);
}

Task<> chosen_argument(Context ctx) {
    const bool given = ctx.get_request_query("x").has_value();
    co_await ctx.send_body(given ? std::string("given") : text + "\n");
}

Task<> chosen_literal_argument(Context ctx) {
    const std::string copied = text;
    for (int i = 0; i < 3; ++i) {
        if (!co_await ctx.send_body(i == 0 ? "first\n" : copied + "\n")) co_return;
    }
}

Task<> chosen_argument_short(Context ctx) {
    const bool connected = ctx.is_connected();
    const auto result = co_await fetch(connected ? text + "" : "short");
    ctx.set_response_body(result);
}

Task<> chosen_copy(Context ctx) {
    const bool connected = ctx.is_connected();
    const std::string copied = text, other = "other";
    ctx.set_response_body(co_await fetch(connected ? copied : other));
}

Task<> chosen_task(Context ctx) {
    const bool connected = ctx.is_connected();
    ctx.set_response_body(co_await (connected ? fetch() : fetch("other")));
}

Task<> value_or(Context ctx) {
    const std::optional<std::string> nothing;
    ctx.set_response_body(co_await fetch(nothing.value_or(text)));
}

Task<> both_named(Context ctx) {
    const bool both = co_await yes() && co_await yes();
    ctx.set_response_body(both ? text : "no");
}

Task<> either_temporary(Context ctx) {
    const bool either = co_await fetch() == "no" || co_await fetch() == text;
    ctx.set_response_body(either ? text : "no");
}

Task<> leaves_a_loop(Context ctx) {
    for (;;) {
        const std::string result = co_await fetch();
        if (result == text) {
            ctx.set_response_body(result);
            break;
        }
    }
}

Task<> continues_a_loop(Context ctx) {
    std::string last;
    for (int i = 0; i < 4; ++i) {
        const std::string result = co_await fetch();
        if (i % 2 == 0) continue;
        last = result;
    }
    ctx.set_response_body(last);
}

Task<> block_after_if(Context ctx) {
    if (ctx.is_connected()) {
        const std::string result = co_await fetch();
        ctx.set_response_body(result);
    }
    if (co_await yes()) {
        const std::string result = co_await fetch();
        ctx.set_response_body(result);
    }
}

}  // namespace

int main(int argc, char** argv) {
    return serve(argc, argv,
                 {
                     {"if_not", get(if_not)},
                     {"if_else", get(if_else)},
                     {"if_in_a_loop", get(if_in_a_loop)},
                     {"if_twice", get(if_twice)},
                     {"if_beside_a_variable", get(if_beside_a_variable)},
                     {"if_with_a_declaration", get(if_with_a_declaration)},
                     {"if_declares", get(if_declares)},
                     {"if_both", get(if_both)},
                     {"if_either", get(if_either)},
                     {"if_compares", get(if_compares)},
                     {"if_size", get(if_size)},
                     {"while_awaits", get(while_awaits)},
                     {"do_while_awaits", get(do_while_awaits)},
                     {"for_awaits", get(for_awaits)},
                     {"switch_awaits", get(switch_awaits)},
                     {"switch_with_awaits_inside", get(switch_with_awaits_inside)},
                     {"for_each_awaited", get(for_each_awaited)},
                     {"for_each_awaits_inside", get(for_each_awaits_inside)},
                     {"chosen_await", get(chosen_await)},
                     {"chosen_await_taken", get(chosen_await_taken)},
                     {"chosen_of_two_awaits", get(chosen_of_two_awaits)},
                     {"chosen_argument", get(chosen_argument)},
                     {"chosen_literal_argument", get(chosen_literal_argument)},
                     {"chosen_argument_short", get(chosen_argument_short)},
                     {"chosen_copy", get(chosen_copy)},
                     {"chosen_task", get(chosen_task)},
                     {"value_or", get(value_or)},
                     {"both_named", get(both_named)},
                     {"either_temporary", get(either_temporary)},
                     {"leaves_a_loop", get(leaves_a_loop)},
                     {"continues_a_loop", get(continues_a_loop)},
                     {"block_after_if", get(block_after_if)},
                 });
}
