#pragma once

/// Values of any type under a name, kept in the memory of a request and destroyed with it.

#include <hyperlane/base/arena.hpp>

#include <new>
#include <string_view>
#include <type_traits>
#include <utility>

namespace hyperlane::web {

/// Tells types apart without RTTI.
using TypeKey = const void*;

namespace detail {
template <typename T>
inline constexpr char type_key_anchor = 0;
}  // namespace detail

template <typename T>
[[nodiscard]] constexpr TypeKey type_key() noexcept {
    return &detail::type_key_anchor<std::remove_cv_t<T>>;
}

/// "app::Database", for messages.
template <typename T>
[[nodiscard]] constexpr std::string_view type_name() noexcept {
    std::string_view name = __PRETTY_FUNCTION__;
    name.remove_prefix(name.find("T = ") + 4);
    return name.substr(0, name.find_first_of(";]"));
}

class Attributes {
public:
    Attributes() = default;
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;
    ~Attributes() { clear(); }

    /// Replaces a value of the same name and type.
    template <typename T>
    void set(std::string_view name, T&& value, Arena& arena) {
        using Value = std::decay_t<T>;
        if (Value* old = find<Value>(name)) {
            *old = std::forward<T>(value);
            return;
        }
        void* memory = arena.allocate(sizeof(Holder<Value>), alignof(Holder<Value>));
        auto* holder = ::new (memory)
            Holder<Value>{{first_, arena.copy(name), type_key<Value>(), nullptr}, Value(std::forward<T>(value))};
        holder->destroy = [](Node* node) { static_cast<Holder<Value>*>(node)->~Holder(); };
        first_ = holder;
    }

    template <typename T>
    [[nodiscard]] T* find(std::string_view name) const noexcept {
        for (Node* node = first_; node != nullptr; node = node->next) {
            if (node->key == type_key<T>() && node->name == name) return &static_cast<Holder<T>*>(node)->value;
        }
        return nullptr;
    }

    void clear() noexcept {
        while (first_ != nullptr) {
            Node* node = std::exchange(first_, first_->next);
            node->destroy(node);
        }
    }

private:
    struct Node {
        Node* next;
        std::string_view name;
        TypeKey key;
        void (*destroy)(Node*);
    };
    template <typename T>
    struct Holder : Node {
        T value;
    };

    Node* first_ = nullptr;
};

}  // namespace hyperlane::web
