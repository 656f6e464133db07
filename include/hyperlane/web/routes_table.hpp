#pragma once

/// The table of a server's routes: `std::cout << server.routes().to_string();`

#include <hyperlane/http/method.hpp>

#include <cstddef>
#include <source_location>
#include <string>
#include <vector>

namespace hyperlane {

struct RegisteredRoute {
    MethodSet methods;
    std::string pattern;         ///< whole, with the prefixes of its groups
    std::source_location where;  ///< the call that registered it

    /// "GET, POST", or "any" for a route without a combinator. The HEAD that comes with GET is not named.
    [[nodiscard]] std::string methods_text() const;
};

/// In the order of registration, the routes of a group before those of the groups in it.
class RoutesTable {
public:
    explicit RoutesTable(std::vector<RegisteredRoute> rows) noexcept;
    RoutesTable(const RoutesTable&);
    RoutesTable(RoutesTable&&) noexcept;
    RoutesTable& operator=(const RoutesTable&);
    RoutesTable& operator=(RoutesTable&&) noexcept;
    ~RoutesTable();

    [[nodiscard]] auto begin() const noexcept { return rows_.begin(); }
    [[nodiscard]] auto end() const noexcept { return rows_.end(); }
    [[nodiscard]] std::size_t size() const noexcept { return rows_.size(); }
    [[nodiscard]] const RegisteredRoute& operator[](std::size_t index) const { return rows_.at(index); }

    /// For people: one line for each route, methods, pattern and file:line in columns.
    [[nodiscard]] std::string to_string() const;

private:
    std::vector<RegisteredRoute> rows_;
};

}  // namespace hyperlane
