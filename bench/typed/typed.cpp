// Twenty typed routes: what `./dev bench compile` compiles, and whose first two `./dev bench instructions` compares.

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

using namespace hyperlane;

namespace shop {

struct Greeting {
    std::string message;
};

struct Page {
    int page = 1;
    int size = 20;
    std::optional<std::string> search;
};

struct User {
    int id = 0;
    std::string name;
    std::optional<std::string> email;
    std::vector<std::string> tags;
};
struct NewUser {
    std::string name;
    std::optional<std::string> email;
    int age = 0;
};

enum class Unit : int { piece, kilogram, litre };
struct Product {
    int id = 0;
    std::string title;
    std::int64_t cents = 0;
    Unit unit = Unit::piece;
};
struct NewProduct {
    std::string title;
    std::int64_t cents = 0;
    Unit unit = Unit::piece;
};

struct Line {
    int product = 0;
    int count = 1;
};
struct Order {
    int id = 0;
    int user = 0;
    std::vector<Line> lines;
    bool paid = false;
};
struct NewOrder {
    int user = 0;
    std::vector<Line> lines;
};

struct Review {
    int id = 0;
    int stars = 0;
    std::string text;
};
struct NewReview {
    int stars = 0;
    std::string text;
};
struct Place {
    int product = 0;
    int review = 0;
};

}  // namespace shop

using namespace shop;

template <>
inline constexpr auto json::options<Page> =
    json::Type<Page>().with_defaults().min<&Page::page>(1).min<&Page::size>(1).max<&Page::size>(100);
template <>
inline constexpr auto json::options<NewUser> =
    json::Type<NewUser>().length<&NewUser::name>(1, 80).email<&NewUser::email>().min<&NewUser::age>(18);
template <>
inline constexpr auto json::options<NewProduct> =
    json::Type<NewProduct>().length<&NewProduct::title>(1, 200).min<&NewProduct::cents>(0);
template <>
inline constexpr auto json::options<Line> = json::Type<Line>().min<&Line::count>(1);
template <>
inline constexpr auto json::options<NewOrder> = json::Type<NewOrder>().items<&NewOrder::lines>(1, 50);
template <>
inline constexpr auto json::options<NewReview> =
    json::Type<NewReview>().min<&NewReview::stars>(1).max<&NewReview::stars>(5).length<&NewReview::text>(0, 2000);

namespace {

void hello_text(Context ctx) { ctx.set_response_body("Hello, World!"); }
Greeting hello_struct() { return {"Hello, World!"}; }

std::vector<User> list_users(Query<Page> page) { return {User{page->page, "Ada", {}, {"admin"}}}; }
User show_user(Path<int> id) { return {*id, "Ada", {}, {}}; }
Status<201, User> create_user(Json<NewUser> user) { return {{1, user->name, user->email, {}}}; }
User change_user(Path<int> id, Json<NewUser> user) { return {*id, user->name, user->email, {}}; }
void delete_user(Path<int>) {}

std::vector<Product> list_products(Query<Page> page) { return {Product{page->page, "Tea", 395, Unit::piece}}; }
std::optional<Product> show_product(Path<int> id) {
    if (*id > 1000) return std::nullopt;
    return Product{*id, "Tea", 395, Unit::piece};
}
Status<201, Product> create_product(Json<NewProduct> made) { return {{1, made->title, made->cents, made->unit}}; }
Product change_product(Path<int> id, Json<NewProduct> made) { return {*id, made->title, made->cents, made->unit}; }
void delete_product(Path<int>) {}

std::vector<Order> list_orders(Path<int> user, Query<Page> page) { return {Order{page->page, *user, {}, true}}; }
Result<Order> show_order(Path<int> id) {
    if (*id > 1000) return fail(404, "no order " + std::to_string(*id));
    return Order{*id, 1, {{1, 2}}, false};
}
Task<Result<Order>> create_order(Json<NewOrder> order) { co_return Order{1, order->user, order->lines, false}; }
Task<Order> pay_order(Path<int> id, HeaderValue<"Idempotency-Key">) { co_return Order{*id, 1, {}, true}; }

std::vector<Review> list_reviews(Path<int> product) { return {Review{*product, 5, "good"}}; }
Review show_review(Path<Place> place) { return {place->review, 5, "good"}; }
Status<201, Review> create_review(Path<int>, Json<NewReview> review) { return {{1, review->stars, review->text}}; }
std::string report(CookieValue<"session", std::optional<std::string>> session) { return session->value_or("nobody"); }

}  // namespace

int main(int argc, char** argv) {
    Server server;
    server.workers(1).arguments(argc, argv);
    server.route("/text", get(hello_text));
    server.route("/json", get(hello_struct));
    server.route("/users", get(list_users));
    server.route("/users", post(create_user));
    server.route("/users/{id}", get(show_user));
    server.route("/users/{id}", put(change_user));
    server.route("/users/{id}", del(delete_user));
    server.route("/users/{id}/orders", get(list_orders));
    server.route("/products", get(list_products));
    server.route("/products", post(create_product));
    server.route("/products/{id}", get(show_product));
    server.route("/products/{id}", put(change_product));
    server.route("/products/{id}", del(delete_product));
    server.route("/products/{id}/reviews", get(list_reviews));
    server.route("/products/{id}/reviews", post(create_review));
    server.route("/products/{product}/reviews/{review}", get(show_review));
    server.route("/orders", post(create_order));
    server.route("/orders/{id}", get(show_order));
    server.route("/orders/{id}/payment", post(pay_order));
    server.route("/report", get(report));
    return server.run();
}
