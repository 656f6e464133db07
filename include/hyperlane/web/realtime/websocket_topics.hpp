#pragma once

/// From a topic to a socket:
///
///     Task<> chat(Context ctx, WebSocket socket) {
///         Scope listening;
///         listening.spawn(follow, socket, ctx.get_data<Hub>(), "room");
///         while (auto message = co_await socket.receive()) ctx.get_data<Hub>().publish("room", message->data);
///     }

#include <hyperlane/base/function.hpp>
#include <hyperlane/base/result.hpp>
#include <hyperlane/hub/hub.hpp>
#include <hyperlane/io/task.hpp>
#include <hyperlane/ws/web_socket.hpp>

#include <string>

namespace hyperlane {

/// What to send for a join, a leave or a reset, in UTF-8; empty: nothing.
using DescribeTopicEvent = Function<std::string(const TopicMessage&)>;

/// Send every message of a subscription until it or the socket ends. A slow peer holds it, so that the queue of the
/// subscription fills; what happens then is that one's policy, and an end for being too slow closes the socket with
/// 1013 at once, also if the peer takes nothing any more.
///
/// A failure ends the socket, whether anybody looks at the result or not, and is a line in the log: 1013 for a peer
/// that is too slow and for a hub with too many topics, 1008 for a name that is no UTF-8, 1011 for a description that
/// is none or that throws.
///
/// returns  when the subscription has ended, or the socket: `closed`; else what `Subscription::result` says, or the
///          error of a `send`
/// cost     a message is encoded once, however many sockets send it; nothing is allocated for one that takes it
/// cancel   throws Cancelled
Task<Result<>> send_topic(WebSocket socket, Subscription subscription);
Task<Result<>> send_topic(WebSocket socket, Subscription subscription, DescribeTopicEvent describe);

/// Subscribe, and send what comes.
Task<Result<>> follow(WebSocket socket, Hub hub, std::string topic);

}  // namespace hyperlane
