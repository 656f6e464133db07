#include "client.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace load {

void die(const std::string& reason) {
    std::fprintf(stderr, "load_client: %s\n", reason.c_str());
    std::exit(EXIT_FAILURE);
}

int connect_to(const Target& target) {
    const int file = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (file < 0) die(std::string("socket: ") + std::strerror(errno));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(target.port);
    if (::inet_pton(AF_INET, target.host.c_str(), &address.sin_addr) != 1) die("not an IPv4 address: " + target.host);
    if (::connect(file, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        die(std::string("connect: ") + std::strerror(errno));
    }
    const int on = 1;
    ::setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return file;
}

void set_nonblocking(int file) { ::fcntl(file, F_SETFL, ::fcntl(file, F_GETFL) | O_NONBLOCK); }

void disconnect(int file) noexcept { ::close(file); }

std::string ask(int file, std::string_view request, std::string_view status) {
    send_all(file, request);
    std::string head;
    while (!head.ends_with("\r\n\r\n")) {
        char byte = 0;
        if (::recv(file, &byte, 1, 0) != 1) die("the server ended a connection instead of answering");
        head.push_back(byte);
    }
    if (!head.starts_with("HTTP/1.1 " + std::string(status))) die("unexpected answer: " + head);
    return head;
}

void send_all(int file, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(file, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        } else if (errno == EAGAIN) {
            pollfd waiting{file, POLLOUT, 0};
            ::poll(&waiting, 1, -1);
        } else {
            die(std::string("send: ") + std::strerror(errno));
        }
    }
}

std::size_t receive(int file, char* buffer, std::size_t room) {
    const ssize_t got = ::recv(file, buffer, room, 0);
    if (got > 0) return static_cast<std::size_t>(got);
    if (got < 0 && errno == EAGAIN) return 0;
    die(got == 0 ? "the server ended a connection" : std::string("recv: ") + std::strerror(errno));
}

std::string handshake(std::string_view path) {
    return "GET " + std::string(path) +
           " HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n";
}

std::string plain_request(std::string_view path) {
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: bench\r\n\r\n";
}

namespace {

// RFC 6455 5.2: the length, in one, three or nine bytes.
void append_length(std::string& out, std::size_t size, unsigned mask_bit) {
    const auto byte = [&](std::size_t value) { out.push_back(static_cast<char>(value & 0xFF)); };
    if (size < 126) return byte(mask_bit | size);
    const int bytes = size < 65536 ? 2 : 8;
    byte(mask_bit | (bytes == 2 ? 126U : 127U));
    for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) byte(size >> shift);
}

}  // namespace

std::string client_frame(std::string_view payload) {
    constexpr std::array<char, 4> key{0x11, 0x22, 0x33, 0x44};
    std::string frame("\x81");
    append_length(frame, payload.size(), 0x80);
    frame.append(key.data(), key.size());
    for (std::size_t i = 0; i < payload.size(); ++i) frame.push_back(static_cast<char>(payload[i] ^ key[i % 4]));
    return frame;
}

std::size_t server_frame_bytes(std::size_t payload_bytes) {
    std::string head("\x81");
    append_length(head, payload_bytes, 0);
    return head.size() + payload_bytes;
}

Poller::Poller() : file_(::epoll_create1(EPOLL_CLOEXEC)) {
    if (file_ < 0) die(std::string("epoll_create1: ") + std::strerror(errno));
}

Poller::~Poller() { ::close(file_); }

void Poller::add(int file, std::uint32_t number) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u32 = number;
    if (::epoll_ctl(file_, EPOLL_CTL_ADD, file, &event) != 0) die(std::string("epoll_ctl: ") + std::strerror(errno));
}

const std::vector<std::uint32_t>& Poller::wait(std::chrono::milliseconds patience) {
    std::array<epoll_event, 256> events;
    const int count =
        ::epoll_wait(file_, events.data(), static_cast<int>(events.size()), static_cast<int>(patience.count()));
    ready_.clear();
    for (int i = 0; i < count; ++i) ready_.push_back(events[static_cast<std::size_t>(i)].data.u32);
    return ready_;
}

double Latencies::percentile(double share) {
    if (microseconds_.empty()) return 0;
    const auto place = static_cast<std::ptrdiff_t>(share * static_cast<double>(microseconds_.size() - 1));
    std::nth_element(microseconds_.begin(), microseconds_.begin() + place, microseconds_.end());
    return static_cast<double>(microseconds_[static_cast<std::size_t>(place)]);
}

}  // namespace load
