// error: json: the key of a map must be std::string, an integer or an enum
#include <hyperlane/json/write.hpp>

#include <map>
#include <string>

struct Table {
    std::map<std::pair<int, int>, std::string> cells;
};

std::string text(const Table& table) { return hyperlane::to_json(table).value_or(""); }
