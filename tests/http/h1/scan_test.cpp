#include "http/h1/scan.hpp"

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace hyperlane::http::h1 {
namespace {

template <typename Class>
std::ptrdiff_t expected_stop(const std::string& text) {
    std::ptrdiff_t at = 0;
    for (const char c : text) {
        if (Class::stops(static_cast<unsigned char>(c))) break;
        ++at;
    }
    return at;
}

template <typename Class>
void expect_all_agree(const std::string& text, char padding) {
    const std::vector<char> exact(text.begin(), text.end());  // AddressSanitizer sees a read behind it
    std::vector<char> padded = exact;
    padded.insert(padded.end(), scan_padding_bytes, padding);
    const auto size = static_cast<std::ptrdiff_t>(text.size());
    const std::ptrdiff_t expected = expected_stop<Class>(text);
    const char* const p = exact.data();
    const char* const q = padded.data();
    ASSERT_EQ(scan<Class>(p, p + size) - p, expected);
    ASSERT_EQ(portable::scan<Class>(p, p + size) - p, expected);
    for (const std::ptrdiff_t stop :
         {scan_padded<Class>(q, q + size) - q, portable::scan_padded<Class>(q, q + size) - q}) {
        if (expected < size) {
            ASSERT_EQ(stop, expected);
        } else {
            ASSERT_GE(stop, size);
        }
    }
}

void expect_all_classes_agree(const std::string& text, char padding) {
    expect_all_agree<ValueClass>(text, padding);
    expect_all_agree<TargetClass>(text, padding);
    expect_all_agree<NameClass>(text, padding);
}

TEST(Scan, AgreesForEveryByteAtEveryPlace) {
    for (int c = 0; c < 256; ++c) {
        for (std::size_t size = 1; size <= 40; ++size) {
            std::string text(size, 'a');
            text.back() = static_cast<char>(c);
            expect_all_classes_agree(text, 'a');
            std::string first(size, '\x01');
            first.front() = static_cast<char>(c);
            expect_all_classes_agree(first, '\r');
        }
    }
}

TEST(Scan, AgreesForRandomTexts) {
    std::mt19937 random(42);
    for (int round = 0; round < 20'000; ++round) {
        std::string text(random() % 100, '\0');
        for (char& c : text) {
            const auto byte = random();
            // Mostly harmless, so that runs are long.
            c = static_cast<char>(byte % 16 == 0 ? byte >> 8 & 0xff : 'a' + byte % 26);
        }
        expect_all_classes_agree(text, static_cast<char>(random() & 0xff));
    }
}

TEST(Scan, PortableLanesAreExactForNeighbouringBytes) {
    // Carries between the bytes of a word would show up as a wrong mask for one of the two.
    for (int a = 0; a < 256; ++a) {
        for (int b = 0; b < 256; ++b) {
            std::string text(8, 'a');
            text[3] = static_cast<char>(a);
            text[4] = static_cast<char>(b);
            expect_all_classes_agree(text, 'a');
        }
    }
}

}  // namespace
}  // namespace hyperlane::http::h1
