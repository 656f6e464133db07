#include "tokens.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <simdjson.h>

// simdjson's on-demand interface cannot be used here: it checks only what is asked for, while a strict reader owes an
// error for every wrong byte, also in members it skips. Its first stage is complete in this respect, needs no padding
// (the last block is copied) and picks the instruction set at run time.

namespace hyperlane::json {

struct Tokens::Area {
    std::unique_ptr<simdjson::internal::dom_parser_implementation> scanner;
};

std::unique_ptr<Tokens::Area>& Tokens::kept_area() noexcept {
    thread_local std::unique_ptr<Area> area;
    return area;
}

namespace {

constexpr std::size_t smallest_scanner = 16 * 1024;
constexpr std::size_t largest_kept_capacity = 1024 * 1024;  // its offsets take four times as much

std::unique_ptr<simdjson::internal::dom_parser_implementation> make_scanner(std::size_t text_bytes) {
    const std::size_t capacity = std::max(smallest_scanner, text_bytes + 1);
    std::unique_ptr<simdjson::internal::dom_parser_implementation> scanner;
    const auto error = simdjson::get_active_implementation()->create_dom_parser_implementation(capacity, 1, scanner);
    if (error != simdjson::SUCCESS) scanner.reset();
    return scanner;
}

}  // namespace

// Taken out while it is used, as a constructor that runs meanwhile may read JSON too.
Tokens::Tokens() : area_(std::move(kept_area())) {
    if (!area_) area_ = std::make_unique<Area>();
}

Tokens::~Tokens() {
    auto& kept = kept_area();
    if (area_->scanner && area_->scanner->capacity() > largest_kept_capacity) area_->scanner.reset();
    const auto capacity = [](const Area& area) { return area.scanner ? area.scanner->capacity() : 0; };
    if (!kept || capacity(*kept) < capacity(*area_)) kept = std::move(area_);
}

ScanResult Tokens::scan(std::string_view text) {
    if (text.size() >= std::numeric_limits<std::uint32_t>::max() - 64) return ScanResult::too_large;
    auto& scanner = area_->scanner;
    if (!scanner || scanner->capacity() <= text.size()) scanner = make_scanner(text.size());
    if (!scanner) return ScanResult::too_large;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    switch (scanner->stage1(bytes, text.size(), simdjson::stage1_mode::regular)) {
        case simdjson::SUCCESS: begin_ = scanner->structural_indexes.get(); return ScanResult::ok;
        case simdjson::EMPTY: return ScanResult::empty;
        case simdjson::UTF8_ERROR: return ScanResult::utf8;
        case simdjson::UNCLOSED_STRING: return ScanResult::unclosed_string;
        case simdjson::UNESCAPED_CHARS: return ScanResult::control_character;
        default: return ScanResult::too_large;
    }
}

}  // namespace hyperlane::json
