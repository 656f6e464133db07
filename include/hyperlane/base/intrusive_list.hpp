#pragma once

/// A doubly linked list whose links live in its elements: linking and unlinking never allocate, and an element that
/// is destroyed leaves its list by itself.

#include <cassert>

namespace hyperlane {

/// Base of an element. `Tag` lets one object be in several lists at once.
template <typename Tag>
class ListHook {
public:
    ListHook() noexcept = default;
    ListHook(const ListHook&) = delete;
    ListHook& operator=(const ListHook&) = delete;
    ~ListHook() { unlink(); }

    [[nodiscard]] bool linked() const noexcept { return next_ != this; }

    void unlink() noexcept {
        previous_->next_ = next_;
        next_->previous_ = previous_;
        previous_ = next_ = this;
    }

private:
    template <typename T, typename ListTag>
    friend class IntrusiveList;

    ListHook* previous_ = this;
    ListHook* next_ = this;
};

/// Not thread-safe. Elements must outlive their membership, which `unlink` or their destructor ends.
template <typename T, typename Tag>
class IntrusiveList {
public:
    IntrusiveList() noexcept = default;
    IntrusiveList(const IntrusiveList&) = delete;
    IntrusiveList& operator=(const IntrusiveList&) = delete;
    ~IntrusiveList() {
        while (!empty()) pop_front();
    }

    [[nodiscard]] bool empty() const noexcept { return !head_.linked(); }

    void push_back(T& element) noexcept {
        ListHook<Tag>& hook = element;
        assert(!hook.linked());
        hook.previous_ = head_.previous_;
        hook.next_ = &head_;
        head_.previous_->next_ = &hook;
        head_.previous_ = &hook;
    }

    [[nodiscard]] T& front() noexcept {
        assert(!empty());
        return static_cast<T&>(*head_.next_);
    }

    T& pop_front() noexcept {
        T& element = front();
        static_cast<ListHook<Tag>&>(element).unlink();
        return element;
    }

    /// Move all elements of `other` to the end of this list.
    void splice(IntrusiveList& other) noexcept {
        if (other.empty()) return;
        ListHook<Tag>*first = other.head_.next_, *last = other.head_.previous_;
        other.head_.next_ = other.head_.previous_ = &other.head_;
        first->previous_ = head_.previous_;
        last->next_ = &head_;
        head_.previous_->next_ = first;
        head_.previous_ = last;
    }

    /// Calls `visit(T&)` for each element; the visited element may unlink itself, but no other.
    template <typename Visit>
    void for_each(Visit visit) {
        for (auto* hook = head_.next_; hook != &head_;) {
            auto* next = hook->next_;
            visit(static_cast<T&>(*hook));
            hook = next;
        }
    }

private:
    ListHook<Tag> head_;
};

}  // namespace hyperlane
