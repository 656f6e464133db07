#pragma once

/// Several tasks at once: all of them (`join`), or the first of them (`when_any`). Structured: none of the tasks runs
/// any more when the combination has ended.

#include <hyperlane/io/spawn.hpp>

#include <cstddef>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace hyperlane {

namespace io {

template <typename T>
using OrMonostate = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

/// The tasks of one combination: they share a scope below that of whoever awaits, and the first failure cancels all.
class Group {
public:
    explicit Group(CancelScope* parent) noexcept : scope_(parent) {}

    template <typename Slot, typename T>
    void start(Slot& slot, Task<T> task, bool first_wins) {
        ++running_;
        run(&scope_, this, &slot, std::move(task), first_wins);
    }

    [[nodiscard]] bool decided() const noexcept { return winner_.has_value() || scope_.cancelled(); }
    [[nodiscard]] std::optional<std::size_t> winner() const noexcept { return winner_; }

    /// Wait until no task runs; throws what the first failing one threw.
    Task<> finish();

private:
    template <typename Slot, typename T>
    static Detached run(CancelScope*, Group* group, Slot* slot, Task<T> task, bool first_wins) {
        const std::size_t index = group->started_++;
        try {
            if constexpr (std::is_void_v<T>) {
                co_await std::move(task);
                slot->emplace();
            } else {
                slot->emplace(co_await std::move(task));
            }
            if (first_wins) group->win(index);
        } catch (const Cancelled&) {
            if (!group->scope_.cancelled()) group->fail(std::current_exception());
        } catch (...) {
            group->fail(std::current_exception());
        }
        if (--group->running_ == 0) group->done_.finish();
    }

    void win(std::size_t index) noexcept;
    void fail(std::exception_ptr error) noexcept;

    CancelScope scope_;
    std::size_t started_ = 0;
    std::size_t running_ = 0;
    std::optional<std::size_t> winner_;
    std::exception_ptr error_;
    Completion done_;
};

template <typename... T, std::size_t... Index>
Task<std::tuple<OrMonostate<T>...>> join_all(std::tuple<Task<T>...> tasks, std::index_sequence<Index...>) {
    std::tuple<std::optional<OrMonostate<T>>...> slots;
    Group group(co_await this_scope());
    (group.start(std::get<Index>(slots), std::move(std::get<Index>(tasks)), false), ...);
    co_await group.finish();
    co_return std::tuple<OrMonostate<T>...>(std::move(*std::get<Index>(slots))...);
}

template <typename Variant, typename Slots, std::size_t... Index>
Variant pick(Slots& slots, std::size_t winner, std::index_sequence<Index...>) {
    std::optional<Variant> picked;
    ((Index == winner ? void(picked.emplace(std::in_place_index<Index>, std::move(*std::get<Index>(slots)))) : void()),
     ...);
    return std::move(*picked);
}

template <typename... T, std::size_t... Index>
Task<std::variant<OrMonostate<T>...>> first_of(std::tuple<Task<T>...> tasks, std::index_sequence<Index...> all) {
    std::tuple<std::optional<OrMonostate<T>>...> slots;
    Group group(co_await this_scope());
    // A task that finishes without suspending has won before the later ones start.
    ((group.decided() ? void() : group.start(std::get<Index>(slots), std::move(std::get<Index>(tasks)), true)), ...);
    co_await group.finish();
    co_return pick<std::variant<OrMonostate<T>...>>(slots, *group.winner(), all);
}

}  // namespace io

/// Run tasks at the same time on this loop: `const auto both = co_await join(load_user(id), load_orders(id));`
///
/// returns  a tuple of what they returned, std::monostate for void; takes as long as the longest
/// errors   throws what the first failing task threw, after the others have been cancelled and have unwound
/// cancel   cancels all of them
template <typename... T>
    requires(sizeof...(T) > 0)
Task<std::tuple<io::OrMonostate<T>...>> join(Task<T>... tasks) {
    return io::join_all<T...>(std::tuple<Task<T>...>(std::move(tasks)...), std::index_sequence_for<T...>());
}

/// The same for any number of tasks of one kind; results in the order of the tasks.
template <typename T>
Task<std::vector<io::OrMonostate<T>>> join(std::vector<Task<T>> tasks) {
    std::vector<std::optional<io::OrMonostate<T>>> slots(tasks.size());
    io::Group group(co_await io::this_scope());
    for (std::size_t i = 0; i < tasks.size(); ++i) group.start(slots[i], std::move(tasks[i]), false);
    co_await group.finish();
    std::vector<io::OrMonostate<T>> results;
    results.reserve(slots.size());
    for (auto& slot : slots) results.push_back(std::move(*slot));
    co_return results;
}

/// Run tasks at the same time and keep the first that finishes; the others are cancelled and have unwound when this
/// returns.
///
/// returns  a variant whose index says which task won
/// errors   throws when a task fails before any has finished
template <typename... T>
    requires(sizeof...(T) > 0)
Task<std::variant<io::OrMonostate<T>...>> when_any(Task<T>... tasks) {
    return io::first_of<T...>(std::tuple<Task<T>...>(std::move(tasks)...), std::index_sequence_for<T...>());
}

}  // namespace hyperlane
