/// The floor under any HTTP server on this machine: finds request heads, answers each with one constant.
///
///     floor --host 127.0.0.1 --port 8080 [--workers 1]
///
/// It makes the system calls that a server cannot do without (per readiness one `recv` and one `send`, and a share of
/// one `epoll_wait`) and finds where each head ends, because pipelined requests and split heads must be answered right.
/// A connection comes with its first bytes (TCP_DEFER_ACCEPT), so that they are read before it is watched.
/// It routes nothing, checks nothing and reads no bodies. Each worker is a thread with an event loop and a listener of
/// its own. What a framework costs above this program is the price of the framework.

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

namespace {

// The same bytes that examples/hello sends, so that both move the same load. `%s` is the Date.
constexpr const char* keep_alive_head =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 13\r\nDate: %s\r\n\r\n";
constexpr const char* close_head =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 13\r\nDate: %s\r\n"
    "Connection: close\r\n\r\n";
constexpr std::string_view body = "Hello, World!";

struct Options {
    sockaddr_in address{};
    unsigned workers = 1;
};

[[noreturn]] void fail(const char* what) {
    std::fprintf(stderr, "floor: %s: %s\n", what, std::strerror(errno));
    std::exit(EXIT_FAILURE);
}

/// A whole response, with room for the longest head.
struct Response {
    std::array<char, 256> bytes{};
    std::size_t size = 0;

    void render(const char* head, const char* date) {
        const int length = std::snprintf(bytes.data(), bytes.size(), head, date);
        std::memcpy(bytes.data() + length, body.data(), body.size());
        size = static_cast<std::size_t>(length) + body.size();
    }
};

struct Head {
    std::size_t bytes = 0;  ///< 0: no complete head yet
    bool close = false;
};

/// Says whether a field line is `Connection: close`; `line` ends before its LF.
bool asks_for_close(std::string_view line) {
    constexpr std::string_view name = "connection:";
    if (line.size() < name.size() || strncasecmp(line.data(), name.data(), name.size()) != 0) return false;
    line.remove_prefix(name.size());
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    return line.size() == 5 && strncasecmp(line.data(), "close", 5) == 0;
}

/// Finds the end of the first head in [begin, end): the first empty line after a line that is not empty.
Head find_head(const char* begin, const char* end) {
    Head head;
    bool started = false;
    const char* line = begin;
    while (line < end) {
        const auto* newline = static_cast<const char*>(std::memchr(line, '\n', static_cast<std::size_t>(end - line)));
        if (newline == nullptr) break;
        const bool empty = newline == line || (newline == line + 1 && *line == '\r');
        if (empty && started) {
            head.bytes = static_cast<std::size_t>(newline + 1 - begin);
            break;
        }
        if ((*line | 0x20) == 'c' && asks_for_close({line, newline})) head.close = true;
        started = started || !empty;
        line = newline + 1;
    }
    return head;
}

struct Connection {
    std::string carried;  ///< the beginning of a head whose end has not come yet
    std::string unsent;   ///< what the socket did not take; nothing is read until it has gone
    bool closing = false;
    bool open = true;
    bool watched = false;
};

/// One event loop. Large: lives on the heap.
class Worker {
public:
    explicit Worker(const Options& options) : listener_(open_listener(options.address)) {
        if (epoll_ < 0 || timer_ < 0) fail("epoll or timer");
        watch(EPOLL_CTL_ADD, listener_, EPOLLIN);
        start_timer();
        render_responses();
    }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    [[noreturn]] void run() {
        std::array<epoll_event, 512> events;
        for (;;) {
            const int ready = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
            for (int i = 0; i < ready; ++i) dispatch(events[static_cast<std::size_t>(i)]);
        }
    }

private:
    static constexpr std::size_t in_bytes = 64 * 1024;
    static constexpr std::size_t shortest_head = 3;  // one byte, its LF, and the LF of the empty line

    static int open_listener(const sockaddr_in& address) {
        const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        const int on = 1;
        if (fd < 0) fail("socket");
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
        setsockopt(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, &on, sizeof on);
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // accepted connections have it from here
        if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("bind");
        if (listen(fd, SOMAXCONN) != 0) fail("listen");
        return fd;
    }

    void watch(int operation, int fd, std::uint32_t events) const {
        epoll_event event{};
        event.events = events;
        event.data.fd = fd;
        if (epoll_ctl(epoll_, operation, fd, &event) != 0) fail("epoll_ctl");
    }

    // A timer on the whole second renders the Date, so that a request never asks for the time.
    void start_timer() {
        timespec now{};
        clock_gettime(CLOCK_REALTIME, &now);
        itimerspec every_second{};
        every_second.it_value.tv_sec = now.tv_sec + 1;
        every_second.it_interval.tv_sec = 1;
        timerfd_settime(timer_, TFD_TIMER_ABSTIME, &every_second, nullptr);
        watch(EPOLL_CTL_ADD, timer_, EPOLLIN);
    }

    void render_responses() {
        const std::time_t now = std::time(nullptr);
        std::tm parts{};
        gmtime_r(&now, &parts);
        std::array<char, 64> date{};
        std::strftime(date.data(), date.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
        keep_alive_.render(keep_alive_head, date.data());
        close_.render(close_head, date.data());
    }

    void dispatch(const epoll_event& event) {
        const int fd = event.data.fd;
        if (fd == listener_) return accept_all();
        if (fd == timer_) return tick();
        if ((event.events & EPOLLOUT) != 0) return flush(fd);
        receive(fd);
    }

    void tick() {
        std::uint64_t expirations = 0;
        if (read(timer_, &expirations, sizeof expirations) < 0) return;
        render_responses();
        if (accepting_) return;
        watch(EPOLL_CTL_MOD, listener_, EPOLLIN);
        accepting_ = true;
    }

    void accept_all() {
        for (;;) {
            const int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (fd < 0) break;
            const auto index = static_cast<std::size_t>(fd);
            if (index >= connections_.size()) connections_.resize(index + 64);
            connections_[index] = Connection();
            receive(fd);
            if (connections_[index].open && !connections_[index].watched) await(fd, EPOLLIN);
        }
        if (errno != EMFILE && errno != ENFILE) return;
        watch(EPOLL_CTL_MOD, listener_, 0);  // out of descriptors: without this the loop spins; `tick` tries again
        accepting_ = false;
    }

    void await(int fd, std::uint32_t events) {
        bool& watched = connections_[static_cast<std::size_t>(fd)].watched;
        watch(watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, events);
        watched = true;
    }

    void end(int fd) {
        connections_[static_cast<std::size_t>(fd)].open = false;
        close(fd);
    }

    void receive(int fd) {
        Connection& connection = connections_[static_cast<std::size_t>(fd)];
        std::size_t have = connection.carried.size();
        if (have != 0) std::memcpy(in_.data(), connection.carried.data(), have);
        const ssize_t received = recv(fd, in_.data() + have, in_.size() - have, 0);
        if (received <= 0) {
            if (received < 0 && (errno == EAGAIN || errno == EINTR)) return;
            end(fd);
            return;
        }
        have += static_cast<std::size_t>(received);
        const std::size_t used = answer(connection, have);
        if (used != have || !connection.carried.empty()) connection.carried.assign(in_.data() + used, have - used);
        if (out_size_ != 0) return send_burst(fd, connection);
        if (have == in_.size()) end(fd);  // a head that fills the buffer can never be completed
    }

    /// Renders a response for each complete head in `in_` into `out_`.
    std::size_t answer(Connection& connection, std::size_t have) {
        std::size_t used = 0;
        out_size_ = 0;
        while (used < have && !connection.closing) {
            const Head head = find_head(in_.data() + used, in_.data() + have);
            if (head.bytes == 0) break;
            const Response& response = head.close ? close_ : keep_alive_;
            std::memcpy(out_.data() + out_size_, response.bytes.data(), response.size);
            out_size_ += response.size;
            used += head.bytes;
            connection.closing = head.close;
        }
        return used;
    }

    void send_burst(int fd, Connection& connection) {
        const ssize_t sent = send(fd, out_.data(), out_size_, MSG_NOSIGNAL);
        if (sent == static_cast<ssize_t>(out_size_)) {
            if (connection.closing) end(fd);
            return;
        }
        if (sent < 0 && errno != EAGAIN && errno != EINTR) {
            end(fd);
            return;
        }
        const std::size_t done = sent < 0 ? 0 : static_cast<std::size_t>(sent);
        connection.unsent.assign(out_.data() + done, out_size_ - done);
        await(fd, EPOLLOUT);
    }

    void flush(int fd) {
        Connection& connection = connections_[static_cast<std::size_t>(fd)];
        const ssize_t sent = send(fd, connection.unsent.data(), connection.unsent.size(), MSG_NOSIGNAL);
        if (sent < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (sent > 0) connection.unsent.erase(0, static_cast<std::size_t>(sent));
        if (sent < 0 || (connection.unsent.empty() && connection.closing)) {
            end(fd);
        } else if (connection.unsent.empty()) {
            await(fd, EPOLLIN);
        }
    }

    int listener_;
    int epoll_ = epoll_create1(EPOLL_CLOEXEC);
    int timer_ = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
    bool accepting_ = true;
    std::vector<Connection> connections_;  // by descriptor
    Response keep_alive_;
    Response close_;
    std::size_t out_size_ = 0;
    std::array<char, in_bytes> in_;
    std::array<char, in_bytes / shortest_head * sizeof(Response)> out_;  // any burst fits; untouched pages are free
};

unsigned parse_number(std::string_view text, unsigned most) {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size() && number > 0 && number <= most) return number;
    errno = EINVAL;
    fail("a number in the arguments");
}

Options parse_options(int argc, char** argv) {
    Options options;
    options.address.sin_family = AF_INET;
    options.address.sin_port = htons(8080);
    options.address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int i = 1; i < argc; i += 2) {
        const std::string_view name = argv[i];
        const char* value = i + 1 < argc ? argv[i + 1] : "";
        if (name == "--port") {
            options.address.sin_port = htons(static_cast<std::uint16_t>(parse_number(value, 65535)));
        } else if (name == "--workers") {
            options.workers = parse_number(value, 1024);
        } else if (name != "--host" || inet_pton(AF_INET, value, &options.address.sin_addr) != 1) {
            std::fputs("usage: floor [--host IPV4] [--port N] [--workers N]\n", stderr);
            std::exit(EXIT_FAILURE);
        }
    }
    return options;
}

void raise_descriptor_limit() {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int main(int argc, char** argv) {
    const Options options = parse_options(argc, argv);
    std::signal(SIGTERM, [](int) { _exit(EXIT_SUCCESS); });  // an orderly exit, so that valgrind writes its counts
    std::signal(SIGINT, [](int) { _exit(EXIT_SUCCESS); });
    raise_descriptor_limit();
    std::vector<std::thread> others;
    for (unsigned i = 1; i < options.workers; ++i) {
        others.emplace_back([&options] { std::make_unique<Worker>(options)->run(); });
    }
    std::make_unique<Worker>(options)->run();
}
