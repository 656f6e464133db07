#include <hyperlane/web/middleware.hpp>

namespace hyperlane::web {

namespace {

template <typename T>
std::vector<T> joined(const std::vector<T>& first, const std::vector<T>& second) {
    std::vector<T> all = first;
    all.insert(all.end(), second.begin(), second.end());
    return all;
}

}  // namespace

bool MiddlewareList::empty() const noexcept {
    return before_.empty() && after_.empty() && closing_.empty() && recover_.empty() && !body_limit_;
}

void MiddlewareList::add_before(Handler handler) { before_.push_back(std::move(handler)); }
void MiddlewareList::add_after(Handler handler) { after_.push_back(std::move(handler)); }

void MiddlewareList::add(Middleware middleware, std::source_location where) {
    const std::string place = std::string(where.file_name()) + ":" + std::to_string(where.line());
    if (!middleware.mistake.empty()) mistakes_ += "middleware at " + place + ": " + middleware.mistake + "\n";
    if (middleware.trusts_origin) trusted_origins_.push_back(std::move(middleware.trusts_origin));
    if (middleware.open_to_all) open_to_all_at_ = place;
    refuses_origins_ = refuses_origins_ || middleware.refuses_origins;
    if (middleware.before) before_.push_back(std::move(middleware.before));
    if (middleware.after) closing_.insert(closing_.begin(), std::move(middleware.after));
    if (middleware.recover) recover_.insert(recover_.begin(), std::move(middleware.recover));
    if (middleware.body_limit) body_limit_ = middleware.body_limit;
}

std::vector<Handler> MiddlewareList::after() const { return joined(after_, closing_); }

MiddlewareList MiddlewareList::around(const MiddlewareList& inner) const {
    MiddlewareList both;
    both.before_ = joined(before_, inner.before_);
    both.after_ = joined(inner.after(), after());
    both.recover_ = joined(inner.recover_, recover_);
    both.trusted_origins_ = joined(trusted_origins_, inner.trusted_origins_);
    both.open_to_all_at_ = inner.open_to_all_at_.empty() ? open_to_all_at_ : inner.open_to_all_at_;
    both.refuses_origins_ = refuses_origins_ || inner.refuses_origins_;
    both.body_limit_ = inner.body_limit_ ? inner.body_limit_ : body_limit_;
    return both;
}

}  // namespace hyperlane::web
