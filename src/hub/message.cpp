#include <hyperlane/hub/message.hpp>

#include <memory>
#include <new>

namespace hyperlane {

TopicMessage TopicMessage::make(const hub::MessageParts& parts) {
    const std::size_t bytes = parts.topic.size() + parts.event.size() + parts.text.size();
    auto* data = ::new (::operator new(sizeof(hub::MessageData) + bytes)) hub::MessageData;
    data->kind = parts.kind;
    data->binary = parts.binary;
    data->id = parts.id;
    data->topic_bytes = parts.topic.size();
    data->event_bytes = parts.event.size();
    data->text_bytes = parts.text.size();
    char* out = reinterpret_cast<char*>(data + 1);
    for (const std::string_view part : {parts.topic, parts.event, parts.text}) out += part.copy(out, part.size());
    return TopicMessage(data);
}

std::size_t TopicMessage::bytes() const noexcept {
    return sizeof(hub::MessageData) + data_->topic_bytes + data_->event_bytes + data_->text_bytes;
}

void TopicMessage::destroy() noexcept {
    for (auto& form : data_->forms) delete form.load(std::memory_order_relaxed);
    data_->~MessageData();
    ::operator delete(data_);
}

std::string_view TopicMessage::keep(hub::WireForm form, std::string text) const {
    auto mine = std::make_unique<const std::string>(std::move(text));
    const std::string* there = nullptr;
    auto& place = data_->forms[static_cast<std::size_t>(form)];
    if (!place.compare_exchange_strong(there, mine.get(), std::memory_order_acq_rel)) return *there;
    return *mine.release();
}

}  // namespace hyperlane
