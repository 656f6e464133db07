// Objects made in braces, and arguments that stand for those not given.

#include "shape.hpp"

#include <array>
#include <map>

namespace {

struct Options {
    std::string name = text;
    int number = 0;
};

struct Pair {
    std::string first;
    std::string second;
};

struct Nested {
    Options options;
    std::vector<std::string> words;
};

Task<std::string> name_of(Options options) {
    co_await sleep(1ms);
    co_return options.name;
}

Task<std::string> name_or_default(int, Options options = {}) {
    co_await sleep(1ms);
    co_return options.name;
}

Task<std::string> name_or_called_default(int, Options options = Options()) {
    co_await sleep(1ms);
    co_return options.name;
}

Task<std::string> string_or_default(int, std::string given = text) {
    co_await sleep(1ms);
    co_return given;
}

Task<std::string> string_or_empty(int, std::string given = {}) {
    co_await sleep(1ms);
    co_return given + text;
}

Task<std::string> first_of(Pair pair) {
    co_await sleep(1ms);
    co_return pair.first;
}

Task<std::string> first_word(std::vector<std::string> words) {
    co_await sleep(1ms);
    co_return words.at(0);
}

Task<std::string> first_key(std::map<std::string, std::string> map) {
    co_await sleep(1ms);
    co_return map.begin()->first;
}

Task<std::string> first_of_pair(std::pair<std::string, std::string> pair) {
    co_await sleep(1ms);
    co_return pair.first;
}

Task<std::string> name_within(Nested nested) {
    co_await sleep(1ms);
    co_return nested.options.name;
}

std::string name_now(const Options& options = {}) { return options.name; }

Options make_options(Options options = {}) { return options; }

Task<> designated(Context ctx) { ctx.set_response_body(co_await name_of({.name = text})); }

Task<> designated_named_result(Context ctx) {
    const auto result = co_await name_of({.name = text});
    ctx.set_response_body(result);
}

Task<> designated_short(Context ctx) {
    const auto result = co_await name_of({.name = "short"});
    ctx.set_response_body(result == "short" ? text : result);
}

Task<> designated_two(Context ctx) {
    const std::string copied = text;
    ctx.set_response_body(co_await first_of({.first = copied, .second = copied}));
}

Task<> positional(Context ctx) { ctx.set_response_body(co_await first_of({text, text})); }

Task<> typed_braces(Context ctx) { ctx.set_response_body(co_await name_of(Options{.name = text})); }

Task<> empty_braces(Context ctx) { ctx.set_response_body(co_await name_of({})); }

Task<> empty_parentheses(Context ctx) { ctx.set_response_body(co_await name_of(Options())); }

Task<> aggregate_in_parentheses(Context ctx) { ctx.set_response_body(co_await name_of(Options(text, 1))); }

#ifdef HYPERLANE_HAS_LISTS_IN_AWAITS
Task<> nested_braces(Context ctx) {
    ctx.set_response_body(co_await name_within({.options = {.name = text}, .words = {text, text}}));
}

Task<> list_of_literals(Context ctx) { ctx.set_response_body(co_await first_word({text.c_str(), "a", "b"})); }

Task<> list_of_strings(Context ctx) { ctx.set_response_body(co_await first_word({text, text + text})); }

Task<> map_in_braces(Context ctx) { ctx.set_response_body(co_await first_key({{text, "value"}, {text + "z", ""}})); }
#endif

Task<> pair_in_braces(Context ctx) { ctx.set_response_body(co_await first_of_pair({text, text})); }

Task<> string_in_braces(Context ctx) { ctx.set_response_body(co_await fetch(std::string{text})); }

Task<> default_braces(Context ctx) { ctx.set_response_body(co_await name_or_default(1)); }

Task<> default_called(Context ctx) { ctx.set_response_body(co_await name_or_called_default(1)); }

Task<> default_string(Context ctx) { ctx.set_response_body(co_await string_or_default(1)); }

Task<> default_empty_string(Context ctx) { ctx.set_response_body(co_await string_or_empty(1)); }

Task<> default_within(Context ctx) { ctx.set_response_body(co_await fetch(name_now())); }

Task<> default_by_value_within(Context ctx) { ctx.set_response_body(co_await name_of(make_options())); }

Task<> braces_of_another_call(Context ctx) { ctx.set_response_body(co_await fetch(name_now({.name = text}))); }

Task<> braces_beside_an_await(Context ctx) {
    ctx.set_response_body(name_now({.name = text}).substr(0, 0) + co_await fetch());
}

struct Out {
    std::string said;
    std::string more = {};
};

Task<Out> out_of_braces() { co_return {co_await fetch()}; }

Task<Out> out_of_designated() { co_return {.said = co_await fetch(), .more = co_await fetch()}; }

Task<Out> out_of_type() { co_return Out{co_await fetch()}; }

Task<std::pair<std::string, int>> out_of_pair() { co_return {co_await fetch(), 1}; }

Task<Status<200, Out>> out_of_two_braces() { co_return {{co_await fetch()}}; }

Task<> return_braces(Context ctx) {
    const Out out = co_await out_of_braces();
    ctx.set_response_body(out.said);
}

Task<> return_designated(Context ctx) {
    const Out out = co_await out_of_designated();
    ctx.set_response_body(out.more);
}

Task<> return_type(Context ctx) {
    const Out out = co_await out_of_type();
    ctx.set_response_body(out.said);
}

Task<> return_pair(Context ctx) {
    const auto out = co_await out_of_pair();
    ctx.set_response_body(out.first);
}

Task<> await_in_braces(Context ctx) {
    const Out out{co_await fetch(), co_await fetch()};
    ctx.set_response_body(out.more);
}

Task<> await_in_designated(Context ctx) {
    const Out out = {.said = co_await fetch(), .more = text};
    ctx.set_response_body(out.said + (out.more == text ? "" : "!"));
}

#ifdef HYPERLANE_HAS_LISTS_IN_AWAITS
Task<> await_in_list(Context ctx) {
    const std::vector<std::string> words{co_await fetch(), co_await fetch("b")};
    ctx.set_response_body(words.at(0));
}
#endif

Task<> await_in_array(Context ctx) {
    const std::array<std::string, 2> words = {co_await fetch(), co_await fetch("b")};
    ctx.set_response_body(words[0]);
}

Task<> await_pushed_back(Context ctx) {
    std::vector<Out> outs;
    for (int i = 0; i < 3; ++i) outs.push_back({co_await fetch(), "more"});
    ctx.set_response_body(outs.at(2).said);
}

Task<> await_assigned_in_braces(Context ctx) {
    Out out;
    out = {co_await fetch(), "more"};
    ctx.set_response_body(out.said);
}

Task<> await_to_json(Context ctx) {
    const auto json = to_json(Out{co_await fetch()});
    ctx.set_response_body(json->find(text) != json->npos ? text : *json);
}

Task<> subscribe_within(Context ctx) {
    const auto result = co_await timeout(20ms, [](Subscription subscription) -> Task<std::string> {
        const auto message = co_await subscription.receive();
        co_return std::string(message->text());
    }(ctx.get_data<Hub>().subscribe("news")));
    ctx.set_response_body(result ? *result : text);
}

Task<> wait_for(Subscription subscription) {
    while (co_await subscription.receive()) co_await sleep(1ms);
}

Task<> subscribe_as_argument(Context ctx) {
    const auto result = co_await timeout(5ms, wait_for(ctx.get_data<Hub>().subscribe("news")));
    ctx.set_response_body(result ? "ended" : text);
}

Task<> events(Context ctx) {
    EventStream stream(ctx);
    for (int i = 0; i < 3; ++i) {
        co_await stream.send({.event = "tick", .data = text});
        co_await sleep(1ms);
    }
}

}  // namespace

int main(int argc, char** argv) {
    return serve(argc, argv,
                 {
                     {"designated", get(designated)},
                     {"designated_named_result", get(designated_named_result)},
                     {"designated_short", get(designated_short)},
                     {"designated_two", get(designated_two)},
                     {"positional", get(positional)},
                     {"typed_braces", get(typed_braces)},
                     {"empty_braces", get(empty_braces)},
                     {"empty_parentheses", get(empty_parentheses)},
                     {"aggregate_in_parentheses", get(aggregate_in_parentheses)},
#ifdef HYPERLANE_HAS_LISTS_IN_AWAITS
                     {"nested_braces", get(nested_braces)},
                     {"list_of_literals", get(list_of_literals)},
                     {"list_of_strings", get(list_of_strings)},
                     {"map_in_braces", get(map_in_braces)},
#endif
                     {"pair_in_braces", get(pair_in_braces)},
                     {"string_in_braces", get(string_in_braces)},
                     {"default_braces", get(default_braces)},
                     {"default_called", get(default_called)},
                     {"default_string", get(default_string)},
                     {"default_empty_string", get(default_empty_string)},
                     {"default_within", get(default_within)},
                     {"default_by_value_within", get(default_by_value_within)},
                     {"braces_of_another_call", get(braces_of_another_call)},
                     {"braces_beside_an_await", get(braces_beside_an_await)},
                     {"return_braces", get(return_braces)},
                     {"return_designated", get(return_designated)},
                     {"return_type", get(return_type)},
                     {"return_pair", get(return_pair)},
                     {"return_two_braces", get(out_of_two_braces)},
                     {"await_in_braces", get(await_in_braces)},
                     {"await_in_designated", get(await_in_designated)},
#ifdef HYPERLANE_HAS_LISTS_IN_AWAITS
                     {"await_in_list", get(await_in_list)},
#endif
                     {"await_in_array", get(await_in_array)},
                     {"await_pushed_back", get(await_pushed_back)},
                     {"await_assigned_in_braces", get(await_assigned_in_braces)},
                     {"await_to_json", get(await_to_json)},
                     {"subscribe_within", get(subscribe_within)},
                     {"subscribe_as_argument", get(subscribe_as_argument)},
                     {"events", get(events)},
                 });
}
