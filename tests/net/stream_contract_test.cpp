/// What every Stream promises, asked of each implementation alike.

#include <hyperlane/net/memory_stream.hpp>
#include <hyperlane/net/socket_stream.hpp>
#include "net/support.hpp"

#include <array>
#include <fstream>
#include <functional>
#include <iterator>
#include <vector>

namespace hyperlane::net {
namespace {

enum class Carrier { tcp, tcp_with_first_bytes, unix_socket, memory };

class StreamContract : public testing::TestWithParam<Carrier> {
protected:
    StreamContract() : loop_(GetParam() == Carrier::memory ? io::make_virtual_backend() : *io::make_epoll_backend()) {
        if (GetParam() == Carrier::memory) {
            auto pipe = make_memory_pipe(loop_.loop());
            ours_ = std::move(pipe.client);
            theirs_ = std::move(pipe.server);
        } else {
            const bool fresh = GetParam() == Carrier::tcp_with_first_bytes;
            const auto [ours, theirs] = GetParam() == Carrier::unix_socket ? unix_pair() : tcp_pair();
            ours_ = make_socket_stream(ours, {}, fresh ? FirstBytes::likely_here : FirstBytes::to_come);
            theirs_ = make_socket_stream(theirs);
        }
        us_.emplace(*ours_);
        EXPECT_TRUE(ours_->attach(loop_.loop(), *us_));
    }

    void until(const std::function<bool()>& done) { loop_.until(done); }

    /// Write until the stream takes no more. returns  what it took
    std::string fill(Stream& stream) {
        std::string sent;
        for (;;) {
            std::string chunk;
            for (int i = 0; i < 1000; ++i) chunk += std::to_string(sent.size() + static_cast<std::size_t>(i)) + ";";
            const IoResult result = write(stream, chunk);
            if (result.status == IoStatus::would_block) return sent;
            EXPECT_EQ(result.status, IoStatus::ok);
            sent.append(chunk, 0, result.bytes);
        }
    }

    TestLoop loop_;
    std::unique_ptr<Stream> ours_;
    std::unique_ptr<Stream> theirs_;
    std::optional<Recorder> us_;
};

TEST_P(StreamContract, DeliversWhatThePeerWrote) {
    EXPECT_EQ(write(*theirs_, "hello").bytes, 5U);
    until([&] { return us_->received == "hello"; });
    EXPECT_EQ(us_->last.status, IoStatus::would_block);
}

TEST_P(StreamContract, GathersPartsInOrder) {
    const std::array<std::string_view, 5> parts = {"a", "", "bc", "", "def"};
    EXPECT_EQ(theirs_->write_some(parts).bytes, 6U);
    until([&] { return us_->received == "abcdef"; });
}

TEST_P(StreamContract, TakesAnyNumberOfParts) {
    std::string expected;
    std::vector<std::string> texts;
    for (int i = 0; i < 500; ++i) expected += texts.emplace_back(std::to_string(i));
    std::size_t first = 0;
    while (first < texts.size()) {
        const std::vector<std::string_view> rest(texts.begin() + static_cast<std::ptrdiff_t>(first), texts.end());
        IoResult result = theirs_->write_some(rest);
        ASSERT_EQ(result.status, IoStatus::ok);
        // Nothing blocks here, so a short write ends at the end of a part.
        while (first < texts.size() && result.bytes >= texts[first].size()) result.bytes -= texts[first++].size();
        ASSERT_EQ(result.bytes, 0U);
    }
    until([&] { return us_->received == expected; });
}

TEST_P(StreamContract, NothingToReadOrWriteIsOk) {
    std::array<char, 1> one{};
    EXPECT_EQ(theirs_->read_some(one).status, IoStatus::would_block);
    EXPECT_EQ(theirs_->read_some({}).status, IoStatus::ok);
    EXPECT_EQ(theirs_->write_some({}).status, IoStatus::ok);
    EXPECT_EQ(write(*theirs_, "").status, IoStatus::ok);
    const std::array<std::string_view, 2> empty_parts = {"", ""};
    EXPECT_EQ(theirs_->write_some(empty_parts).status, IoStatus::ok);
    EXPECT_EQ(theirs_->send_file(0, 0, 0).status, IoStatus::ok);
    EXPECT_EQ(us_->readable, 0);
}

TEST_P(StreamContract, TellsWhenABlockedWriteMayGoOn) {
    std::string sent = fill(*ours_);
    ASSERT_GT(sent.size(), 1000U);
    ours_->set_write_interest(true);
    EXPECT_TRUE(loop_.quiet());
    EXPECT_EQ(us_->writable, 0);

    Recorder them(*theirs_);
    ASSERT_TRUE(theirs_->attach(loop_.loop(), them));
    us_->then_write = [&] {
        ours_->set_write_interest(false);
        sent += fill(*ours_).substr(0, 0);
    };
    until([&] { return us_->writable == 1; });
    until([&] { return them.received.size() >= sent.size(); });
    EXPECT_EQ(them.received.substr(0, sent.size()), sent);
    EXPECT_EQ(us_->writable, 1);
}

TEST_P(StreamContract, WritesNoLongerWantedAreNotTold) {
    ours_->set_write_interest(true);
    ours_->set_write_interest(false);
    EXPECT_TRUE(loop_.quiet());
    EXPECT_EQ(us_->writable, 0);
}

TEST_P(StreamContract, HalfCloseEndsReadingOnly) {
    EXPECT_EQ(write(*theirs_, "last words").bytes, 10U);
    theirs_->shutdown_write();
    theirs_->shutdown_write();
    until([&] { return us_->finished(); });
    EXPECT_EQ(us_->received, "last words");
    EXPECT_EQ(us_->last.status, IoStatus::end);
    EXPECT_EQ(write(*theirs_, "more").status, IoStatus::end);

    EXPECT_EQ(write(*ours_, "answer").bytes, 6U);
    Recorder them(*theirs_);
    ASSERT_TRUE(theirs_->attach(loop_.loop(), them));
    until([&] { return them.received == "answer"; });
}

TEST_P(StreamContract, AnEndThatWasReadIsNotToldAgain) {
    theirs_->shutdown_write();
    until([&] { return us_->finished(); });
    const int before = us_->readable;
    EXPECT_TRUE(loop_.quiet()) << "the loop would spin";
    ours_->set_read_interest(false);
    ours_->set_read_interest(true);
    EXPECT_TRUE(loop_.quiet());
    EXPECT_EQ(us_->readable, before);
    EXPECT_EQ(us_->ends + us_->failures, 0);
}

TEST_P(StreamContract, WithoutInterestOnlyTheEndIsToldOnceAndNothingSpins) {
    ours_->set_read_interest(false);
    EXPECT_EQ(write(*theirs_, "waiting").bytes, 7U);
    EXPECT_TRUE(loop_.quiet());
    EXPECT_EQ(us_->ends, 0);

    theirs_->shutdown_write();
    until([&] { return us_->ends == 1; });
    EXPECT_TRUE(loop_.quiet()) << "the loop would spin";
    EXPECT_EQ(us_->ends, 1);
    EXPECT_EQ(us_->readable, 0);
    EXPECT_EQ(us_->failures, 0);

    ours_->set_read_interest(true);
    until([&] { return us_->finished(); });
    EXPECT_EQ(us_->received, "waiting");
    EXPECT_EQ(us_->last.status, IoStatus::end);
    EXPECT_EQ(us_->ends, 1);
    EXPECT_TRUE(loop_.quiet());
}

TEST_P(StreamContract, BytesThatCameWhileNobodyWantedThemAreToldLater) {
    ours_->set_read_interest(false);
    EXPECT_EQ(write(*theirs_, "abc").bytes, 3U);
    loop_.settle();
    EXPECT_EQ(us_->readable, 0);
    ours_->set_read_interest(true);
    until([&] { return us_->received == "abc"; });
}

/// Unix sockets know no reset.
class StreamReset : public StreamContract {};

TEST_P(StreamReset, AResetIsAFailureToTheReader) {
    theirs_->close(true);
    until([&] { return us_->finished(); });
    EXPECT_EQ(us_->last.status, IoStatus::failed);
    EXPECT_EQ(us_->last.os_error, ECONNRESET);
    EXPECT_TRUE(loop_.quiet()) << "the loop would spin";
}

TEST_P(StreamReset, AResetIsToldOnceWhenNobodyReads) {
    ours_->set_read_interest(false);
    theirs_->close(true);
    until([&] { return us_->failures == 1; });
    EXPECT_TRUE(loop_.quiet()) << "the loop would spin";
    EXPECT_EQ(us_->failures, 1);
    EXPECT_EQ(us_->ends, 0);
    ours_->set_read_interest(true);
    until([&] { return us_->finished(); });
    EXPECT_EQ(us_->last.status, IoStatus::failed);
}

TEST_P(StreamReset, AnEndAndThenAResetAreBothTold) {
    ours_->set_read_interest(false);
    theirs_->shutdown_write();
    until([&] { return us_->ends == 1; });
    theirs_->close(true);
    until([&] { return us_->failures == 1; });
    EXPECT_TRUE(loop_.quiet());
    EXPECT_EQ(us_->ends, 1);
    EXPECT_EQ(us_->failures, 1);
}

TEST_P(StreamReset, AWaitingWriterHearsOfAReset) {
    ours_->set_read_interest(false);
    fill(*ours_);
    ours_->set_write_interest(true);
    IoResult seen;
    us_->then_write = [&] {
        seen = write(*ours_, "x");
        ours_->set_write_interest(false);
    };
    theirs_->close(true);
    until([&] { return us_->writable > 0; });
    EXPECT_EQ(us_->failures, 1);
    EXPECT_TRUE(seen.status == IoStatus::failed || seen.status == IoStatus::end);
    EXPECT_TRUE(loop_.quiet());
}

TEST_P(StreamContract, BothSidesClosingInOrderIsNoFailure) {
    ours_->set_read_interest(false);
    ours_->shutdown_write();
    theirs_->shutdown_write();
    until([&] { return us_->ends == 1; });
    EXPECT_TRUE(loop_.quiet()) << "the loop would spin";
    EXPECT_EQ(us_->failures, 0);
    ours_->set_read_interest(true);
    until([&] { return us_->finished(); });
    EXPECT_EQ(us_->last.status, IoStatus::end);
}

TEST_P(StreamContract, WritingToAPeerThatHasClosedEndsWithoutASignal) {
    theirs_->close();
    IoResult result;
    // TCP learns of it from the answer to the first write.
    until([&] {
        result = write(*ours_, "x");
        return result.status != IoStatus::ok;
    });
    EXPECT_TRUE(result.status == IoStatus::end || result.status == IoStatus::failed);
    EXPECT_EQ(write(*ours_, "x").status, IoStatus::end);
}

TEST_P(StreamContract, ClosingInOnReadableStopsTheRestOfTheEvent) {
    ours_->set_write_interest(true);
    EXPECT_EQ(write(*theirs_, "x").bytes, 1U);
    bool writable_before = false;
    us_->then = [&] {
        writable_before = us_->writable > 0;
        ours_->close();
    };
    until([&] { return us_->readable == 1; });
    const int told = us_->writable;
    EXPECT_TRUE(loop_.quiet());
    EXPECT_EQ(us_->readable, 1);
    EXPECT_EQ(us_->writable, told);
    EXPECT_EQ(told > 0, writable_before);
}

TEST_P(StreamContract, AClosedStreamStaysSilentAndRefusesEverything) {
    EXPECT_EQ(write(*theirs_, "x").bytes, 1U);
    ours_->close();
    ours_->close(true);
    ours_->set_read_interest(true);
    ours_->set_write_interest(true);
    ours_->shutdown_write();
    EXPECT_TRUE(loop_.quiet());
    EXPECT_EQ(us_->readable + us_->writable + us_->ends + us_->failures, 0);
    std::array<char, 1> one{};
    EXPECT_EQ(ours_->read_some(one).status, IoStatus::failed);
    EXPECT_EQ(write(*ours_, "x").status, IoStatus::failed);
}

TEST_P(StreamContract, ThePeerReadsWhatWasSentBeforeAClose) {
    EXPECT_EQ(write(*theirs_, "goodbye").bytes, 7U);
    theirs_->close();
    until([&] { return us_->finished(); });
    EXPECT_EQ(us_->received, "goodbye");
    EXPECT_EQ(us_->last.status, IoStatus::end);
}

TEST_P(StreamContract, ADisposedStreamGoesAfterTheTurn) {
    EXPECT_EQ(write(*theirs_, "x").bytes, 1U);
    us_->then = [&] {
        ours_->close();
        loop_.loop().dispose(std::move(ours_));
    };
    until([&] { return us_->readable == 1; });
    EXPECT_TRUE(loop_.quiet());
}

class SendFile : public StreamContract {
protected:
    SendFile() {
        for (int i = 0; i < 20000; ++i) content_ += std::to_string(i) + "\n";
        std::ofstream(folder_.file("data")) << content_;
        file_ = ::open(folder_.file("data").c_str(), O_RDONLY | O_CLOEXEC);
    }
    ~SendFile() override { ::close(file_); }

    TemporaryFolder folder_;
    std::string content_;
    int file_ = -1;
};

TEST_P(SendFile, SendsTheWholeFileInAsManyCallsAsItTakes) {
    std::size_t offset = 0;
    until([&] {
        const IoResult result = theirs_->send_file(file_, offset, content_.size() - offset);
        EXPECT_TRUE(result.status == IoStatus::ok || result.status == IoStatus::would_block);
        offset += result.bytes;
        return offset == content_.size();
    });
    until([&] { return us_->received.size() == content_.size(); });
    EXPECT_EQ(us_->received, content_);
}

TEST_P(SendFile, StartsAtAnOffsetAndStopsAtTheCount) {
    EXPECT_EQ(theirs_->send_file(file_, 10, 20).bytes, 20U);
    until([&] { return us_->received.size() == 20; });
    EXPECT_EQ(us_->received, content_.substr(10, 20));
}

TEST_P(SendFile, SaysEndBeyondTheEndOfTheFile) {
    const auto last = theirs_->send_file(file_, content_.size() - 5, 100);
    EXPECT_EQ(last.bytes, 5U);
    EXPECT_EQ(theirs_->send_file(file_, content_.size(), 100).status, IoStatus::end);
}

TEST_P(SendFile, CopiesWhatTheSystemCannotSend) {
    const int version = ::open("/proc/version", O_RDONLY | O_CLOEXEC);
    std::ifstream same("/proc/version");
    const std::string expected((std::istreambuf_iterator<char>(same)), std::istreambuf_iterator<char>());
    EXPECT_EQ(theirs_->send_file(version, 0, 100000).bytes, expected.size());
    ::close(version);
    until([&] { return us_->received == expected; });
}

TEST_P(SendFile, ToAPeerThatHasClosedEndsWithoutASignal) {
    theirs_->close();
    IoResult result;
    until([&] {
        result = ours_->send_file(file_, 0, 10);
        return result.status != IoStatus::ok;
    });
    EXPECT_TRUE(result.status == IoStatus::end || result.status == IoStatus::failed);
}

TEST_P(SendFile, FailsForADescriptorThatIsNoFile) {
    const IoResult result = theirs_->send_file(-1, 0, 10);
    EXPECT_EQ(result.status, IoStatus::failed);
    EXPECT_EQ(result.os_error, EBADF);
}

std::string name_of_carrier(const testing::TestParamInfo<Carrier>& info) {
    constexpr std::array<const char*, 4> names = {"Tcp", "TcpWithFirstBytes", "Unix", "Memory"};
    return names[static_cast<std::size_t>(info.param)];
}

const auto all_carriers =
    testing::Values(Carrier::tcp, Carrier::tcp_with_first_bytes, Carrier::unix_socket, Carrier::memory);
INSTANTIATE_TEST_SUITE_P(Streams, StreamContract, all_carriers, name_of_carrier);
INSTANTIATE_TEST_SUITE_P(Streams, StreamReset,
                         testing::Values(Carrier::tcp, Carrier::tcp_with_first_bytes, Carrier::memory),
                         name_of_carrier);
INSTANTIATE_TEST_SUITE_P(Streams, SendFile, all_carriers, name_of_carrier);

}  // namespace
}  // namespace hyperlane::net
