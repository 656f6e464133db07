#include <hyperlane/hyperlane.hpp>
#include <hyperlane/io/descriptor.hpp>
#include <hyperlane/web/files/static_files.hpp>
#include <hyperlane/web/testing/test_client.hpp>
#include "http/h1/file_fetch.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace hyperlane {
namespace {

namespace fs = std::filesystem;

class StaticFilesTransferTest : public testing::Test {
protected:
    void SetUp() override {
        std::string name = (fs::temp_directory_path() / "static_transfer_XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        root = name;
        server.route("/{path:^.*$}", get(static_files(root.string())));
    }
    void TearDown() override { fs::remove_all(root); }

    fs::path make(std::string_view name, std::size_t bytes) {
        std::string text(bytes, '\0');
        for (std::size_t i = 0; i < bytes; ++i) text[i] = static_cast<char>('a' + i % 23);
        std::ofstream(root / name, std::ios::binary) << text;
        return root / name;
    }

    static std::size_t open_descriptors() {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator()));
    }

    fs::path root;
    Server server;
};

/// A client on a real socket.
class Client {
public:
    explicit Client(const Server& server) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        const std::string address = server.addresses().at(0).to_string();
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
    }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client() { ::close(fd_); }

    void send(std::string_view text) const {
        EXPECT_EQ(::send(fd_, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
    }

    /// Calls `take` with everything up to the end of the connection.
    template <typename Take>
    void read_all(Take take) const {
        std::vector<char> buffer(64 * 1024);
        for (;;) {
            const ssize_t got = ::recv(fd_, buffer.data(), buffer.size(), 0);
            if (got <= 0) return;
            take(std::string_view(buffer.data(), static_cast<std::size_t>(got)));
        }
    }

private:
    int fd_;
};

std::size_t resident_bytes() {
    std::size_t total = 0;
    std::size_t resident = 0;
    std::ifstream("/proc/self/statm") >> total >> resident;
    return resident * 4096;
}

TEST_F(StaticFilesTransferTest, ALargeFileStreamsInBoundedMemory) {
    constexpr std::size_t size = 100 * 1024 * 1024;
    {
        std::ofstream(root / "sparse.bin");
    }
    fs::resize_file(root / "sparse.bin", size);
    server.host("127.0.0.1").port(0).workers(1);
    ASSERT_TRUE(server.start().has_value());
    const Client client(server);
    const std::size_t before = resident_bytes();
    std::size_t most = before;
    std::size_t received = 0;
    client.send("GET /sparse.bin HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    client.read_all([&](std::string_view part) {
        received += part.size();
        most = std::max(most, resident_bytes());
    });
    EXPECT_GT(received, size);
    EXPECT_LT(received, size + 1024);
    EXPECT_LT(most - before, 24u * 1024 * 1024);
}

TEST_F(StaticFilesTransferTest, AFileThatShrinksEndsTheConnectionShortOfTheLength) {
    const fs::path path = make("large.bin", 300'000);
    TestClient client(server);
    auto connection = client.connect();
    connection.stop_reading();
    connection.send("GET /large.bin HTTP/1.1\r\nHost: x\r\n\r\n");
    connection.send("");
    while (client.connections() == 0) client.settle();
    client.settle();
    fs::resize_file(path, 100'000);
    connection.read_on();
    std::string received;
    for (int turns = 0; turns < 1000 && !connection.closed(); ++turns) {
        client.settle();
        received += connection.received();
    }
    received += connection.received();
    EXPECT_TRUE(connection.closed());
    EXPECT_NE(received.find("Content-Length: 300000"), std::string::npos);
    EXPECT_LT(received.size(), 300'000u);
}

TEST_F(StaticFilesTransferTest, AFileThatIsReplacedMeanwhileArrivesAsItWas) {
    const fs::path path = make("large.bin", 300'000);
    TestClient client(server);
    auto pending = client.get("/large.bin").open();
    fs::rename(make("new.bin", 10), path);
    EXPECT_EQ(pending.response().body().size(), 300'000u);
    EXPECT_EQ(client.get("/large.bin").send().body().size(), 10u);
}

TEST_F(StaticFilesTransferTest, ManyAtOnceAllArrive) {
    for (std::size_t i = 0; i < 8; ++i) make("f" + std::to_string(i), 1 + i * 10'000);
    TestClient client(server);
    std::vector<PendingResponse> pending;
    for (std::size_t i = 0; i < 64; ++i) pending.push_back(client.get("/f" + std::to_string(i % 8)).start());
    for (std::size_t i = 0; i < 64; ++i) EXPECT_EQ(pending[i].response().body().size(), 1 + (i % 8) * 10'000);
}

TEST_F(StaticFilesTransferTest, PipelinedFilesKeepTheirOrder) {
    make("large.bin", 150'000);
    make("small.txt", 3);
    TestClient client(server);
    const std::string request = "GET /large.bin HTTP/1.1\r\nHost: x\r\n\r\n";
    auto connection = client.connect();
    connection.send(request + "GET /small.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    std::string received;
    while (!connection.closed()) {
        client.settle();
        received += connection.received();
    }
    received += connection.received();
    const auto large = received.find("Content-Length: 150000");
    const auto small = received.find("Content-Length: 3\r\n");
    ASSERT_NE(large, std::string::npos);
    ASSERT_NE(small, std::string::npos);
    EXPECT_LT(large, small);
    EXPECT_TRUE(received.ends_with("\r\n\r\nabc"));
    EXPECT_GT(small - large, 150'000u);
}

TEST_F(StaticFilesTransferTest, NoDescriptorIsLeftBehind) {
    make("large.bin", 300'000);
    make("small.txt", 3);
    ASSERT_EQ(::mkfifo((root / "pipe").c_str(), 0600), 0);
    fs::create_directory(root / "dir");
    {
        TestClient warm(server);
        EXPECT_EQ(warm.get("/small.txt").send().status(), 200);
    }
    const std::size_t before = open_descriptors();
    {
        TestClient client(server);
        for (const char* target : {"/large.bin", "/small.txt", "/pipe", "/dir", "/missing"}) {
            static_cast<void>(client.get(target).send());
            static_cast<void>(client.head(target).send());
            static_cast<void>(client.get(target).header("Range", "bytes=0-1,9-10").send());
            auto left = client.get(target).start();
            left.disconnect();
        }
        auto in_the_middle = client.get("/large.bin").open();
        in_the_middle.disconnect();
        client.settle();
    }
    EXPECT_EQ(open_descriptors(), before);
}

class ColdFileTest : public StaticFilesTransferTest {
protected:
    /// Drop a file from the page cache; false where the file system keeps or hides it.
    static bool evict(const fs::path& path) {
        const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
        ::fsync(fd.get());
        ::posix_fadvise(fd.get(), 0, 0, POSIX_FADV_DONTNEED);
        return !http::h1::is_cached(fd.get(), 0, fs::file_size(path));
    }
    static bool cached(const fs::path& path) {
        const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
        return http::h1::is_cached(fd.get(), 0, fs::file_size(path));
    }
};

TEST_F(ColdFileTest, AFileThatIsNotInMemoryIsReadByAThread) {
    const fs::path path = make("cold.bin", 3'000'000);
    if (!evict(path)) GTEST_SKIP() << "this file system does not tell what is in the page cache";
    const auto file = std::make_shared<http::OpenFile>(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    http::h1::fetch_into_cache(file, 0, 3'000'000);
    EXPECT_TRUE(cached(path));
}

TEST_F(ColdFileTest, AColdFileArrivesWhole) {
    const fs::path path = make("cold.bin", 3'000'000);
    TestClient client(server);
    const std::string body = client.get("/cold.bin").send().body();
    ASSERT_EQ(body.size(), 3'000'000u);
    evict(path);
    EXPECT_EQ(client.get("/cold.bin").send().body(), body);
    evict(path);
    const auto part = client.get("/cold.bin").header("Range", "bytes=10-19,2000000-2999999").send();
    EXPECT_NE(part.body().find(body.substr(2'000'000)), std::string::npos);
}

TEST_F(ColdFileTest, AClientThatLeavesWhileTheDiskIsReadHarmsNobody) {
    const fs::path path = make("cold.bin", 3'000'000);
    server.host("127.0.0.1").port(0).workers(1);
    ASSERT_TRUE(server.start().has_value());
    for (int i = 0; i < 20; ++i) {
        evict(path);
        const Client leaving(server);
        leaving.send("GET /cold.bin HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    evict(path);
    const Client staying(server);
    staying.send("GET /cold.bin HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    std::size_t received = 0;
    staying.read_all([&](std::string_view part) { received += part.size(); });
    EXPECT_GT(received, 3'000'000u);
}

TEST_F(ColdFileTest, AServerThatEndsWhileTheDiskIsReadEndsCleanly) {
    const fs::path path = make("cold.bin", 30'000'000);
    evict(path);
    TestClient client(server);
    auto pending = client.get("/cold.bin").start();
    EXPECT_FALSE(pending.broken_off());
}

}  // namespace
}  // namespace hyperlane
