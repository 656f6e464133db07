#include <hyperlane/web/hub.hpp>
#include <hyperlane/web/websocket_hub.hpp>
#include <hyperlane/ws/session.hpp>
#include <hyperlane/ws/shared_frames.hpp>

#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace hyperlane {

namespace {

/// The frames of a hub's message, kept by the message.
class TopicFrames final : public websocket::SharedFrames {
public:
    explicit TopicFrames(TopicMessage message) noexcept : message_(std::move(message)) {}

    [[nodiscard]] std::string_view data() const noexcept override { return message_.text(); }
    [[nodiscard]] bool is_binary() const noexcept override { return message_.binary(); }
    [[nodiscard]] std::string_view frame() const override {
        return message_.wire(web::websocket_form, [](const TopicMessage& message) {
            return websocket::encode_frame(message.text(), message.binary());
        });
    }
    [[nodiscard]] std::string_view compressed_frame() const override {
        return message_.wire(web::websocket_deflated_form, [](const TopicMessage& message) {
            return websocket::encode_compressed_frame(message.text(), message.binary());
        });
    }
    [[nodiscard]] std::shared_ptr<const void> keep() const override {
        return std::make_shared<const TopicMessage>(message_);
    }

private:
    TopicMessage message_;
};

constexpr std::string_view too_slow = "too slow for this topic";

/// Closes a socket whose peer is too slow while a message still waits for it to take something: it may never do so.
class SlowPeer final : hub::EndObserver {
public:
    SlowPeer(WebSocket socket, Subscription& subscription) noexcept
        : socket_(std::move(socket)), subscription_(&subscription) {
        subscription.observe_end(this);
    }
    SlowPeer(const SlowPeer&) = delete;
    SlowPeer& operator=(const SlowPeer&) = delete;
    ~SlowPeer() { subscription_->observe_end(nullptr); }

private:
    void on_end(SubscriptionEnd end) noexcept override {
        if (end != SubscriptionEnd::too_slow) return;
        // Not from within the hub's round over its subscribers.
        socket_.session().loop().post([socket = socket_] { socket.close(close_code::try_again_later, too_slow); });
    }

    WebSocket socket_;
    Subscription* subscription_;
};

Result<> end_of(const WebSocket& socket, SubscriptionEnd end) {
    switch (end) {
        case SubscriptionEnd::too_slow:
            socket.close(close_code::try_again_later, too_slow);
            return fail(ErrorCode::unavailable, "the peer of a WebSocket is too slow for its topic");
        case SubscriptionEnd::too_many_topics: return fail(ErrorCode::unavailable, "the hub has too many topics");
        default: return {};
    }
}

}  // namespace

Task<Result<>> send_topic(WebSocket socket, Subscription subscription, DescribeTopicEvent describe) {
    const SlowPeer slow_peer(socket, subscription);
    while (auto message = co_await subscription.receive()) {
        Result<> sent;
        if (message->kind() == TopicMessage::Kind::message) {
            const TopicFrames frames(std::move(*message));
            sent = co_await socket.send(frames);
        } else if (describe) {
            const std::string text = describe(*message);
            if (!text.empty()) sent = co_await socket.send(text);
        }
        if (!sent && subscription.end() != SubscriptionEnd::too_slow) co_return sent;
    }
    co_return end_of(socket, subscription.end());
}

Task<Result<>> send_topic(WebSocket socket, Subscription subscription) {
    return send_topic(std::move(socket), std::move(subscription), DescribeTopicEvent());
}

Task<Result<>> follow(WebSocket socket, Hub hub, std::string topic) {
    return send_topic(std::move(socket), hub.subscribe(topic));
}

}  // namespace hyperlane
