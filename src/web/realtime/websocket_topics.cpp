#include <hyperlane/io/log.hpp>
#include <hyperlane/web/realtime/websocket_topics.hpp>
#include <hyperlane/web/realtime/wire_forms.hpp>
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

void close_for(const WebSocket& socket, SubscriptionEnd end) {
    switch (end) {
        case SubscriptionEnd::too_slow: return socket.close(close_code::try_again_later, too_slow);
        case SubscriptionEnd::too_many_topics: return socket.close(close_code::try_again_later, "too many topics");
        case SubscriptionEnd::bad_name: return socket.close(close_code::policy_violation, "name: expected UTF-8");
        case SubscriptionEnd::none:
        case SubscriptionEnd::closed:
        case SubscriptionEnd::hub_closed:
        case SubscriptionEnd::loop_ended: return socket.close(close_code::internal_error);
    }
}

// A peer that hears nothing any more would wait for ever on a socket that stays open, and whoever has spawned the
// sending may never look at how it ended. So what fails here ends the socket and is told to the log.
Result<> end_socket(const WebSocket& socket, const Subscription& subscription, Error error) {
    if (error.code != ErrorCode::closed) {  // the peer has gone: nothing has failed
        close_for(socket, subscription.end());
        log(LogLevel::warn, "WebSocket, topic \"" + std::string(subscription.topic()) + "\": closed with " +
                                std::to_string(socket.close_code()) + ": " + error.message);
    }
    return std::unexpected(std::move(error));
}

// What a program throws reaches whoever awaits it, if anybody does.
std::string text_of(const WebSocket& socket, const DescribeTopicEvent& describe, const TopicMessage& message) {
    try {
        return describe(message);
    } catch (...) {
        socket.close(close_code::internal_error);
        throw;
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
            const std::string text = text_of(socket, describe, *message);
            if (!text.empty()) sent = co_await socket.send(text);
        }
        if (!sent && subscription.end() != SubscriptionEnd::too_slow) {
            co_return end_socket(socket, subscription, std::move(sent.error()));
        }
    }
    Result<> ended = subscription.result();
    if (!ended) co_return end_socket(socket, subscription, std::move(ended.error()));
    co_return ended;
}

Task<Result<>> send_topic(WebSocket socket, Subscription subscription) {
    return send_topic(std::move(socket), std::move(subscription), DescribeTopicEvent());
}

Task<Result<>> follow(WebSocket socket, Hub hub, std::string topic) {
    return send_topic(std::move(socket), hub.subscribe(topic));
}

}  // namespace hyperlane
