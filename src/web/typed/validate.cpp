#include <hyperlane/json/rules.hpp>
#include <hyperlane/web/problem.hpp>
#include <hyperlane/web/typed/validate.hpp>
#include "web/typed/rule.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

#include <re2/re2.h>

namespace hyperlane::web {

using json::Kind;
using json::Rule;
using json::RuleKind;
using json::TypeInfo;

struct Validator::Check {
    RuleToCheck rule;
    const json::Member* member = nullptr;  // the one to look at, or to blame; nullptr: the object as a whole
    std::unique_ptr<const re2::RE2> regex;
};

// What there is to check in one type.
struct Validator::Plan {
    struct Child {
        const json::Member* member;
        const Plan* plan;
    };

    std::vector<Check> checks;        // objects
    std::vector<Child> children;      // objects: members that have something to check inside
    std::vector<const Plan*> inside;  // the others: element, mapped, inner, or one for each alternative
    const TypeInfo* type = nullptr;
    bool live = false;  // there is a rule in it, or inside of it
};

// The way to a value, kept on the stack and spelled out only when something is wrong.
struct Validator::Step {
    const Step* before = nullptr;
    std::string_view name;
    std::size_t index = SIZE_MAX;

    void append_to(std::string& pointer, PointerStyle style) const {
        if (before != nullptr) before->append_to(pointer, style);
        if (before == nullptr) return;
        if (style == PointerStyle::json || !pointer.empty()) pointer += '/';
        if (index != SIZE_MAX) pointer += std::to_string(index);
        for (const char c : name) {
            if (style == PointerStyle::json && (c == '~' || c == '/')) {
                pointer += c == '~' ? "~0" : "~1";
            } else {
                pointer += c;
            }
        }
    }
};

class Validator::Builder {
public:
    explicit Builder(Validator& out) : out_(out) {}

    Plan& add(const TypeInfo& type) {
        if (const auto found = known_.find(&type); found != known_.end()) return *found->second;
        Plan& plan = *out_.plans_.emplace_back(std::make_unique<Plan>());
        known_.emplace(&type, &plan);
        plan.type = &type;
        fill(plan, type);
        return plan;
    }

    // Types may contain themselves, so that liveness is carried on until nothing changes; then the dead are cut off.
    void finish() {
        for (bool changed = true; changed;) {
            changed = false;
            for (const auto& plan : out_.plans_) {
                if (plan->live || !any_inside(*plan)) continue;
                plan->live = changed = true;
            }
        }
        for (const auto& plan : out_.plans_) {
            std::erase_if(plan->children, [](const Plan::Child& child) { return !child.plan->live; });
        }
    }

private:
    static bool any_inside(const Plan& plan) {
        for (const Plan::Child& child : plan.children) {
            if (child.plan->live) return true;
        }
        for (const Plan* inside : plan.inside) {
            if (inside->live) return true;
        }
        return false;
    }

    void fill(Plan& plan, const TypeInfo& type) {
        switch (type.kind) {
            case Kind::optional: plan.inside = {&add(*static_cast<const json::OptionalInfo&>(type).inner)}; break;
            case Kind::list: plan.inside = {&add(*static_cast<const json::ListInfo&>(type).element)}; break;
            case Kind::map: plan.inside = {&add(*static_cast<const json::MapInfo&>(type).mapped)}; break;
            case Kind::tuple:
                for (const TypeInfo* element : static_cast<const json::TupleInfo&>(type).elements) {
                    plan.inside.push_back(&add(*element));
                }
                break;
            case Kind::variant:
                for (const auto& alternative : static_cast<const json::VariantInfo&>(type).alternatives) {
                    plan.inside.push_back(&add(*alternative.type));
                }
                break;
            case Kind::object: fill_object(plan, static_cast<const json::ObjectInfo&>(type)); break;
            default: break;
        }
    }

    void fill_object(Plan& plan, const json::ObjectInfo& object) {
        for (const json::Member& member : object.members) plan.children.push_back({&member, &add(*member.type)});
        for (std::size_t i = 0; i < object.rules.size();) {
            const std::size_t count = run_of(object.rules, i);
            add_check(plan, object, {&object.rules[i], count});
            i += count;
        }
        plan.live = !plan.checks.empty();
    }

    static std::size_t run_of(const json::Table<Rule>& rules, std::size_t first) {
        std::size_t end = first + 1;
        if (rules[first].kind != RuleKind::one_of) return 1;
        while (end < rules.size() && rules[end].kind == RuleKind::one_of && rules[end].slot == rules[first].slot) ++end;
        return end - first;
    }

    void add_check(Plan& plan, const json::ObjectInfo& object, std::span<const Rule> rules) {
        const Rule& rule = rules.front();
        Check check;
        check.rule.rules = rules;
        for (const json::Member& member : object.members) {
            if (member.slot == (rule.slot == Rule::whole ? rule.blamed : rule.slot)) check.member = &member;
        }
        if (rule.slot != Rule::whole && check.member == nullptr) return;  // of a member that nobody sends
        if (rule.kind == RuleKind::pattern) compile(check, object, rule);
        plan.checks.push_back(std::move(check));
    }

    void compile(Check& check, const json::ObjectInfo& object, const Rule& rule) {
        re2::RE2::Options options;
        options.set_log_errors(false);
        auto regex = std::make_unique<re2::RE2>(re2::StringPiece(rule.text.data(), rule.text.size()), options);
        if (!regex->ok()) {
            out_.problem_ = "the pattern of " + std::string(object.name) + "::" + std::string(check.member->name) +
                            ", \"" + std::string(rule.text) + "\", is no regular expression: " + regex->error();
            return;
        }
        check.rule.regex = regex.get();
        check.regex = std::move(regex);
    }

    Validator& out_;
    std::map<const TypeInfo*, Plan*> known_;
};

/// One walk through a value.
class Validator::Run {
public:
    // `wrong`  that many violations, the first ones, name values that cannot be looked at
    Run(std::string_view place, PointerStyle style, std::vector<Violation>& violations, std::size_t wrong = 0)
        : place_(place), style_(style), violations_(violations), wrong_(wrong) {}

    void walk(const Plan& plan, const void* value, const Step& step, std::uint64_t skipped = 0) {
        if (!plan.live) return;
        switch (plan.type->kind) {
            case Kind::optional:
                if (const void* inner = static_cast<const json::OptionalInfo&>(*plan.type).get(value))
                    walk(*plan.inside[0], inner, step);
                break;
            case Kind::list: walk_list(plan, value, step); break;
            case Kind::map: walk_map(plan, value, step); break;
            case Kind::tuple: walk_tuple(plan, value, step); break;
            case Kind::variant: {
                const auto& variant = static_cast<const json::VariantInfo&>(*plan.type);
                const std::size_t index = variant.index(value);
                if (index < plan.inside.size()) walk(*plan.inside[index], variant.get(value), step);
                break;
            }
            case Kind::object: walk_object(plan, value, step, skipped); break;
            default: break;
        }
    }

private:
    template <typename Use>
    struct Each final : json::Visitor {
        explicit Each(Use use_each) : use(std::move(use_each)) {}
        bool visit(const void* key, const void* value) override {
            use(key, value);
            return true;
        }
        Use use;
    };

    void walk_object(const Plan& plan, const void* value, const Step& step, std::uint64_t skipped) {
        const void* addresses[json::ObjectInfo::max_members];
        static_cast<const json::ObjectInfo&>(*plan.type).locate(value, addresses);
        for (const Check& check : plan.checks) {
            const Rule& rule = check.rule.rules.front();
            const Step member{&step, check.member == nullptr ? std::string_view() : check.member->name};
            if (rule.slot == Rule::whole) {
                if (skipped == 0 && !has_wrong(step))
                    judge(check, value, *plan.type, check.member == nullptr ? step : member);
            } else if ((skipped >> rule.slot & 1) == 0 && !has_wrong(member)) {
                apply(check, addresses[rule.slot], *check.member->type, member);
            }
        }
        for (const Plan::Child& child : plan.children) {
            const Step member{&step, child.member->name};
            walk(*child.plan, addresses[child.member->slot], member);
        }
    }

    void walk_list(const Plan& plan, const void* value, const Step& step) {
        const Plan& inside = *plan.inside[0];
        each_element(static_cast<const json::ListInfo&>(*plan.type), value,
                     [&](const void* element, std::size_t i) { walk(inside, element, Step{&step, {}, i}); });
    }

    void walk_map(const Plan& plan, const void* value, const Step& step) {
        const Plan& inside = *plan.inside[0];
        each_entry(static_cast<const json::MapInfo&>(*plan.type), value,
                   [&](std::string_view key, const void* mapped) { walk(inside, mapped, Step{&step, key}); });
    }

    void walk_tuple(const Plan& plan, const void* value, const Step& step) {
        const void* addresses[json::ObjectInfo::max_members];
        static_cast<const json::TupleInfo&>(*plan.type).locate(value, addresses);
        for (std::size_t i = 0; i < plan.inside.size(); ++i) walk(*plan.inside[i], addresses[i], Step{&step, {}, i});
    }

    template <typename Use>
    static void each_element(const json::ListInfo& list, const void* value, Use use) {
        std::size_t index = 0;
        Each each([&](const void*, const void* element) { use(element, index++); });
        json::visit_elements(list, value, each);
    }

    template <typename Use>
    static void each_entry(const json::MapInfo& map, const void* value, Use use) {
        Each each([&](const void* key, const void* mapped) {
            use(map.key->kind == Kind::string ? std::string_view(*static_cast<const std::string*>(key)) : "*", mapped);
        });
        map.visit(value, each);
    }

    static bool is_at_or_in(std::string_view pointer, std::string_view place) {
        return pointer.starts_with(place) && (pointer.size() == place.size() || pointer[place.size()] == '/');
    }

    // Is there a value of the wrong shape at this place, in it or around it?
    bool has_wrong(const Step& step) const {
        if (wrong_ == 0) return false;
        std::string pointer;
        step.append_to(pointer, style_);
        for (std::size_t i = 0; i < wrong_; ++i) {
            const std::string& each = violations_[i].pointer;
            if (is_at_or_in(each, pointer) || is_at_or_in(pointer, each)) return true;
        }
        return false;
    }

    // A rule about numbers or texts goes to where they are.
    void apply(const Check& check, const void* value, const TypeInfo& type, const Step& step) {
        const Rule& rule = check.rule.rules.front();
        if (rule.kind == RuleKind::custom && rule.low == 0) return judge(check, value, type, step);
        if (type.kind == Kind::optional) {
            const auto& optional = static_cast<const json::OptionalInfo&>(type);
            if (const void* inner = optional.get(value)) apply(check, inner, *optional.inner, step);
            return;
        }
        const bool of_list =
            rule.kind == RuleKind::items || rule.kind == RuleKind::unique || rule.kind == RuleKind::custom;
        if (of_list || (type.kind != Kind::list && type.kind != Kind::map)) return judge(check, value, type, step);
        if (type.kind == Kind::list) {
            const auto& list = static_cast<const json::ListInfo&>(type);
            each_element(list, value, [&](const void* element, std::size_t i) {
                apply(check, element, *list.element, Step{&step, {}, i});
            });
        } else {
            const auto& map = static_cast<const json::MapInfo&>(type);
            each_entry(map, value, [&](std::string_view key, const void* mapped) {
                apply(check, mapped, *map.mapped, Step{&step, key});
            });
        }
    }

    void judge(const Check& check, const void* value, const TypeInfo& type, const Step& step) {
        if (violations_.size() >= most_violations || holds(check.rule, value, type)) return;
        std::string pointer;
        step.append_to(pointer, style_);
        violations_.push_back({std::string(place_), std::move(pointer), demand_of(check.rule, type)});
    }

    std::string_view place_;
    PointerStyle style_;
    std::vector<Violation>& violations_;
    std::size_t wrong_;
};

Validator::Validator(const TypeInfo& type) : type_(&type) {
    Builder builder(*this);
    const Plan& root = builder.add(type);
    builder.finish();
    empty_ = !root.live;
}

Validator::~Validator() = default;

const Validator& Validator::of(const TypeInfo& type) {
    static std::mutex mutex;
    static auto& known = *new std::map<const TypeInfo*, std::unique_ptr<const Validator>>;  // outlives every thread
    const std::lock_guard lock(mutex);
    auto& validator = known[&type];
    if (!validator) validator = std::make_unique<const Validator>(type);
    return *validator;
}

void Validator::check(const void* object, std::string_view place, PointerStyle style,
                      std::vector<Violation>& violations, std::uint64_t skipped) const {
    if (empty_) return;
    Run(place, style, violations).walk(*plans_.front(), object, Step{}, skipped);
}

void Validator::check_rest(const void* object, std::vector<Violation>& violations) const {
    if (empty_) return;
    Run("body", PointerStyle::json, violations, violations.size()).walk(*plans_.front(), object, Step{});
}

HttpError validation_error(int status, std::vector<Violation> violations) {
    return HttpError(status, summary_of(violations))
        .with_code(status == 422 ? "validation_failed" : "invalid_parameter")
        .with_violations(std::move(violations));
}

}  // namespace hyperlane::web
