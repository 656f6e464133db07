// Forms as HTML pages send them, a redirect to what they made, and a file to save under a name of any characters.

#include <hyperlane/hyperlane.hpp>
#include <hyperlane/typed.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

using namespace hyperlane;

constexpr auto page = static_text(R"(<!doctype html>
<meta charset="utf-8">
<title>Come to the party</title>
<form method="post" action="/guests">
<p><label>Name <input name="name" required></label>
<p><label>Friends you bring <input type="number" name="friends" min="0"></label>
<p><label>From <input type="datetime-local" name="from"></label>
<p><label>Born on <input type="date" name="born"></label>
<p><label><input type="checkbox" name="vegetarian"> vegetarian</label>
<p><select name="brings" multiple><option>salad<option>cake<option>music</select>
<p><textarea name="note"></textarea>
<p><button>I come</button>
</form>
)");

void show_form(Context ctx) { ctx.set_response_header(header::content_type, mime::text_html).set_response_body(page); }

// [guest]
enum class Thing : int { salad, cake, music };

struct Guest {
    std::string name;
    std::optional<int> friends;                      // <input type="number">: empty if it is left empty
    std::optional<std::chrono::local_seconds> from;  // <input type="datetime-local">
    std::optional<std::chrono::local_days> born;     // <input type="date">
    bool vegetarian = false;                         // <input type="checkbox">: absent is false
    std::vector<Thing> brings;                       // <select multiple>
    std::string note;                                // <textarea>: lines end in LF
};
// [/guest]

template <>
inline constexpr auto hyperlane::json::options<Guest> =
    hyperlane::json::Type<Guest>().length<&Guest::name>(1, 100).length<&Guest::note>(0, 1000);

class Party {
public:
    std::size_t add(Guest guest) {
        const std::lock_guard lock(mutex_);
        guests_.push_back(std::move(guest));
        return guests_.size();
    }
    std::optional<Guest> find(std::size_t number) const {
        const std::lock_guard lock(mutex_);
        if (number == 0 || number > guests_.size()) return std::nullopt;
        return guests_[number - 1];
    }

private:
    mutable std::mutex mutex_;
    std::vector<Guest> guests_;
};

using Guests = std::shared_ptr<Party>;

// [handlers]
SeeOther invite(Form<Guest> guest, Data<Guests> party) {
    return SeeOther("/guests/" + std::to_string((*party)->add(std::move(*guest))));
}

std::optional<Guest> show_guest(Path<std::size_t> number, Data<Guests> party) { return (*party)->find(number); }

std::optional<std::string> save_note(Context ctx, Path<std::size_t> number, Data<Guests> party) {
    const std::optional<Guest> guest = (*party)->find(number);
    if (!guest) return std::nullopt;
    ctx.set_response_file_name(guest->name + ".txt");
    return guest->note;
}
// [/handlers]

int main(int argc, char** argv) {
    Server server;
    server.port(8080).arguments(argc, argv);
    server.data(std::make_shared<Party>());
    server.route("/", get(show_form));
    server.route("/guests", post(invite));
    server.route("/guests/{number}", get(show_guest));
    server.route("/guests/{number}/note", get(save_note));
    return server.run();
}
