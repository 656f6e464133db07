// error: json: this class cannot be reflected; use a plain struct
#include <hyperlane/json/read.hpp>

#include <string>

class Account {
public:
    int balance() const { return balance_; }

private:
    int balance_ = 0;
};

bool good(std::string_view text) { return hyperlane::from_json<Account>(text).has_value(); }
