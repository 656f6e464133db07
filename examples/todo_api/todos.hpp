#pragma once

// A to-do list: what the API takes and gives, and where it is kept.

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

// [types]
enum class Priority : int { low, normal, high };

struct Todo {
    int id = 0;
    std::string title;
    Priority priority = Priority::normal;
    bool done = false;
    std::vector<std::string> tags;
    std::optional<std::chrono::sys_seconds> due;
};

struct NewTodo {
    std::string title;
    Priority priority = Priority::normal;
    std::vector<std::string> tags;
    std::optional<std::chrono::sys_seconds> due;
};

template <>
inline constexpr auto hyperlane::json::options<NewTodo> = hyperlane::json::Type<NewTodo>()
                                                              .with_default<&NewTodo::priority, &NewTodo::tags>()
                                                              .length<&NewTodo::title>(1, 100)
                                                              .items<&NewTodo::tags>(0, 5)
                                                              .pattern<&NewTodo::tags>("[a-z0-9-]+")
                                                              .unique<&NewTodo::tags>();
// [/types]

// [change]
struct Change {
    std::optional<std::string> title;  // absent or null: stays as it is
    std::optional<bool> done;
    hyperlane::json::Patch<std::chrono::sys_seconds> due;  // absent: stays; null: cleared; a time: set
};
// [/change]

template <>
inline constexpr auto hyperlane::json::options<Change> =
    hyperlane::json::Type<Change>().length<&Change::title>(1, 100).refuse_unknown_members();

struct Filter {
    std::optional<bool> done;
    std::optional<Priority> priority;
    std::vector<std::string> tag;
    int limit = 20;
};

template <>
inline constexpr auto hyperlane::json::options<Filter> =
    hyperlane::json::Type<Filter>().with_default<&Filter::limit>().min<&Filter::limit>(1).max<&Filter::limit>(100);

/// Shared by all loops.
class Todos {
public:
    Todo add(NewTodo todo);
    [[nodiscard]] std::optional<Todo> find(int id) const;
    [[nodiscard]] std::vector<Todo> list(const Filter& filter) const;
    std::optional<Todo> change(int id, const Change& change);
    bool remove(int id);

private:
    mutable std::mutex mutex_;
    std::map<int, Todo> todos_;
    int last_id_ = 0;
};

void configure(hyperlane::Server& server);
