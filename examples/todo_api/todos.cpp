#include "todos.hpp"

#include <algorithm>
#include <memory>
#include <utility>

using namespace hyperlane;

namespace {

bool fits(const Todo& todo, const Filter& filter) {
    const auto has = [&](const std::string& tag) { return std::ranges::find(todo.tags, tag) != todo.tags.end(); };
    return filter.done.value_or(todo.done) == todo.done && filter.priority.value_or(todo.priority) == todo.priority &&
           std::ranges::all_of(filter.tag, has);
}

}  // namespace

Todo Todos::add(NewTodo todo) {
    const std::lock_guard lock(mutex_);
    const int id = ++last_id_;
    return todos_[id] = Todo{id, std::move(todo.title), todo.priority, false, std::move(todo.tags), todo.due};
}

std::optional<Todo> Todos::find(int id) const {
    const std::lock_guard lock(mutex_);
    const auto found = todos_.find(id);
    return found == todos_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<Todo> Todos::list(const Filter& filter) const {
    const std::lock_guard lock(mutex_);
    std::vector<Todo> found;
    for (const auto& [id, todo] : todos_) {
        if (std::cmp_less(found.size(), filter.limit) && fits(todo, filter)) found.push_back(todo);
    }
    return found;
}

std::optional<Todo> Todos::change(int id, const Change& change) {
    const std::lock_guard lock(mutex_);
    const auto found = todos_.find(id);
    if (found == todos_.end()) return std::nullopt;
    Todo& todo = found->second;
    // [apply]
    if (change.title) todo.title = *change.title;
    if (change.done) todo.done = *change.done;
    change.due.apply_to(todo.due);
    // [/apply]
    return todo;
}

bool Todos::remove(int id) {
    const std::lock_guard lock(mutex_);
    return todos_.erase(id) == 1;
}

namespace {

using Store = std::shared_ptr<Todos>;

// [handlers]
std::vector<Todo> list_todos(Query<Filter> filter, Data<Store> todos) { return (*todos)->list(*filter); }

Status<201, Todo> create_todo(Context ctx, Json<NewTodo> todo, Data<Store> todos) {
    Todo made = (*todos)->add(std::move(*todo));
    ctx.set_response_location("/todos/" + std::to_string(made.id));
    return {std::move(made)};
}

std::optional<Todo> get_todo(Path<int> id, Data<Store> todos) { return (*todos)->find(id); }

std::optional<Todo> change_todo(Path<int> id, Json<Change> change, Data<Store> todos) {
    return (*todos)->change(id, *change);
}

Result<> delete_todo(Path<int> id, Data<Store> todos) {
    if (!(*todos)->remove(id)) return fail(404, "no to-do " + std::to_string(id));
    return {};
}
// [/handlers]

}  // namespace

void configure(Server& server) {
    server.data(std::make_shared<Todos>());
    // [openapi]
    server.openapi({.title = "To-dos", .version = "1.0.0", .docs = DocsPage::always});
    // [/openapi]
    // [routes]
    server.group("/todos", [](Routes& todos) {
        todos.route("", get(list_todos));
        todos.route("", post(create_todo));
        todos.route("/{id}", get(get_todo));
        todos.route("/{id}", patch(change_todo));
        todos.route("/{id}", del(delete_todo));
    });
    // [/routes]
}
