#include <hyperlane/base/intrusive_list.hpp>

#include <algorithm>
#include <deque>
#include <memory>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace hyperlane {
namespace {

struct FirstTag;
struct SecondTag;
struct Item : ListHook<FirstTag>, ListHook<SecondTag> {
    explicit Item(int number) : value(number) {}
    int value;
};
using First = IntrusiveList<Item, FirstTag>;

std::vector<int> values(First& list) {
    std::vector<int> out;
    list.for_each([&](Item& item) { out.push_back(item.value); });
    return out;
}

TEST(IntrusiveList, KeepsTheOrder) {
    Item one(1), two(2), three(3);
    First list;
    EXPECT_TRUE(list.empty());
    for (Item* item : {&one, &two, &three}) list.push_back(*item);
    EXPECT_EQ(values(list), (std::vector{1, 2, 3}));
    EXPECT_EQ(list.pop_front().value, 1);
    EXPECT_EQ(list.front().value, 2);
}

TEST(IntrusiveList, LosesAnElementThatIsDestroyed) {
    Item one(1), three(3);
    First list;
    list.push_back(one);
    {
        Item two(2);
        list.push_back(two);
        list.push_back(three);
    }
    EXPECT_EQ(values(list), (std::vector{1, 3}));
}

TEST(IntrusiveList, LeavesItsElementsUnlinkedWhenDestroyed) {
    Item one(1);
    {
        First list;
        list.push_back(one);
        EXPECT_TRUE(one.ListHook<FirstTag>::linked());
    }
    EXPECT_FALSE(one.ListHook<FirstTag>::linked());
}

TEST(IntrusiveList, HoldsAnElementInTwoListsAtOnce) {
    Item one(1);
    First first;
    IntrusiveList<Item, SecondTag> second;
    first.push_back(one);
    second.push_back(one);
    one.ListHook<FirstTag>::unlink();
    EXPECT_TRUE(first.empty());
    EXPECT_EQ(second.front().value, 1);
}

TEST(IntrusiveList, AVisitedElementMayUnlinkItself) {
    Item one(1), two(2), three(3);
    First list;
    for (Item* item : {&one, &two, &three}) list.push_back(*item);
    list.for_each([](Item& item) {
        if (item.value != 2) item.ListHook<FirstTag>::unlink();
    });
    EXPECT_EQ(values(list), std::vector{2});
}

TEST(IntrusiveList, BehavesLikeADequeUnderRandomOperations) {
    std::mt19937 random(7);
    std::vector<std::unique_ptr<Item>> items;
    for (int i = 0; i < 50; ++i) items.push_back(std::make_unique<Item>(i));
    First list, other;
    std::deque<int> model, other_model;
    for (int step = 0; step < 20000; ++step) {
        Item& item = *items[random() % items.size()];
        const auto remove = [&](std::deque<int>& from) { std::erase(from, item.value); };
        switch (random() % 4) {
            case 0:
            case 1:
                item.ListHook<FirstTag>::unlink();
                remove(model), remove(other_model);
                (step % 3 == 0 ? other : list).push_back(item);
                (step % 3 == 0 ? other_model : model).push_back(item.value);
                break;
            case 2:
                if (list.empty()) break;
                ASSERT_EQ(list.pop_front().value, model.front());
                model.pop_front();
                break;
            default:
                list.splice(other);
                model.insert(model.end(), other_model.begin(), other_model.end());
                other_model.clear();
        }
        ASSERT_EQ(values(list), std::vector<int>(model.begin(), model.end()));
        ASSERT_EQ(values(other), std::vector<int>(other_model.begin(), other_model.end()));
    }
}

}  // namespace
}  // namespace hyperlane
