// Rules stand beside the struct. What breaks them is told all at once, as problem details to those who ask for JSON.

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>

#include <cstdint>
#include <string>
#include <vector>

using namespace hyperlane;

namespace showcase {

struct Guest {
    std::string name;
    std::string email;
};

struct Booking {
    int first_night = 1;
    int last_night = 1;
    std::vector<Guest> guests;
};
constexpr bool in_order(const Booking& booking) { return booking.first_night <= booking.last_night; }

struct Booked {
    int nights = 0;
    std::int64_t cents = 0;
};

}  // namespace showcase

using namespace showcase;

template <>
inline constexpr auto json::options<Guest> = json::Type<Guest>().length<&Guest::name>(1, 50).email<&Guest::email>();

template <>
inline constexpr auto json::options<Booking> =
    json::Type<Booking>()
        .min<&Booking::first_night>(1)
        .max<&Booking::last_night>(365)
        .items<&Booking::guests>(1, 4)
        .check<in_order, &Booking::last_night>("must not be before the first");

namespace {

// An HttpError says what the client may read, and may bring a code of its own.
std::expected<Booked, HttpError> book(Json<Booking> booking) {
    const int nights = booking->last_night - booking->first_night + 1;
    if (nights > 14) return std::unexpected(HttpError(409, "nothing is free for so long").with_code("fully_booked"));
    return Booked{nights, nights * 9900};
}

}  // namespace

void mount_typed_rules(Routes& routes) { routes.route("/bookings", post(book)); }
