#pragma once

/// Messages that wait for one subscriber: a ring that grows by doubling, so that the queue of an idle one holds no
/// memory and that of a busy one settles at no allocation.

#include <hyperlane/hub/message.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>

namespace hyperlane::hub {

class MessageQueue {
public:
    [[nodiscard]] std::size_t size() const noexcept { return used_; }

    void push(TopicMessage message) {
        if (used_ == room_) grow();
        places_[(first_ + used_++) & (room_ - 1)] = std::move(message);
    }

    TopicMessage pop() noexcept {
        TopicMessage message = std::move(places_[first_]);
        first_ = (first_ + 1) & (room_ - 1);
        --used_;
        return message;
    }

    void clear() noexcept {
        places_.reset();
        room_ = first_ = used_ = 0;
    }

private:
    static constexpr std::size_t first_room = 4;  // a power of two, as is every other

    void grow() {
        const std::size_t room = room_ == 0 ? first_room : room_ * 2;
        auto places = std::make_unique<TopicMessage[]>(room);
        for (std::size_t i = 0; i < used_; ++i) places[i] = std::move(places_[(first_ + i) & (room_ - 1)]);
        places_ = std::move(places);
        room_ = room;
        first_ = 0;
    }

    std::unique_ptr<TopicMessage[]> places_;
    std::size_t room_ = 0;
    std::size_t first_ = 0;
    std::size_t used_ = 0;
};

}  // namespace hyperlane::hub
