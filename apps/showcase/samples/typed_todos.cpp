// A small REST API of plain structs: what is parsed, checked and answered follows from their declarations.

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

using namespace hyperlane;

namespace showcase {

enum class Priority : int { low, normal, high };

struct Todo {
    int id = 0;
    std::string title;
    Priority priority = Priority::normal;
    bool done = false;
};

struct NewTodo {
    std::string title;
    Priority priority = Priority::normal;
};

struct Filter {
    std::optional<bool> done;
};

}  // namespace showcase

using namespace showcase;

template <>
inline constexpr auto json::options<NewTodo> =
    json::Type<NewTodo>().with_default<&NewTodo::priority>().length<&NewTodo::title>(1, 100);

namespace {

// Shared by all loops. Visitors come and go, so that the oldest make room.
class Todos {
public:
    std::vector<Todo> list(const Filter& filter) {
        const std::lock_guard lock(mutex_);
        std::vector<Todo> found = todos_;
        std::erase_if(found, [&](const Todo& todo) { return filter.done && todo.done != *filter.done; });
        return found;
    }

    Todo add(NewTodo made) {
        const std::lock_guard lock(mutex_);
        if (todos_.size() == most) todos_.erase(todos_.begin());
        return todos_.emplace_back(Todo{++last_id_, std::move(made.title), made.priority, false});
    }

    std::optional<Todo> finish(int id) {
        const std::lock_guard lock(mutex_);
        const auto found = std::ranges::find(todos_, id, &Todo::id);
        if (found == todos_.end()) return std::nullopt;
        found->done = true;
        return *found;
    }

    std::optional<Todo> find(int id) {
        const std::lock_guard lock(mutex_);
        const auto found = std::ranges::find(todos_, id, &Todo::id);
        return found == todos_.end() ? std::nullopt : std::optional(*found);
    }

private:
    static constexpr std::size_t most = 20;

    std::mutex mutex_;
    std::vector<Todo> todos_ = {{1, "try the samples", Priority::high, false}};
    int last_id_ = 1;
};

}  // namespace

void mount_typed_todos(Routes& routes) {
    const auto todos = std::make_shared<Todos>();
    routes.route("/", get([todos](Query<Filter> filter) { return todos->list(*filter); }));
    routes.route("/", post([todos](Json<NewTodo> made) { return Status<201, Todo>{todos->add(std::move(*made))}; }));
    routes.route("/{id}", get([todos](Path<int> id) { return todos->find(id); }));
    routes.route("/{id}/done", put([todos](Path<int> id) { return todos->finish(id); }));
}
