#include <hyperlane/http/accept.hpp>
#include <hyperlane/http/conditional.hpp>
#include <hyperlane/http/field_names.hpp>
#include <hyperlane/http/joined_field.hpp>
#include <hyperlane/http/list.hpp>
#include <hyperlane/http/status.hpp>
#include <hyperlane/web/exchange.hpp>
#include <hyperlane/web/http_error.hpp>
#include <hyperlane/web/middleware/compress.hpp>
#include <hyperlane/web/problem.hpp>
#include "web/vary.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <utility>

namespace hyperlane {

namespace web {

namespace {

constexpr std::string_view owner_attribute = "hyperlane.compress";

// What is not said by its type or suffix; sorted by how common it is.
constexpr std::array<std::string_view, 14> compressible_types{"application/json",
                                                              "application/javascript",
                                                              "application/xml",
                                                              "image/svg+xml",
                                                              "application/wasm",
                                                              "application/x-ndjson",
                                                              "application/rtf",
                                                              "application/x-javascript",
                                                              "application/vnd.ms-fontobject",
                                                              "font/ttf",
                                                              "font/otf",
                                                              "image/bmp",
                                                              "image/vnd.microsoft.icon",
                                                              "application/x-www-form-urlencoded"};

struct Settings {
    explicit Settings(CompressOptions given) : options(std::move(given)) {
        for (const http::Coding coding : options.codings) names.push_back(name_of(coding));
    }

    CompressOptions options;
    std::vector<std::string_view> names;
};

bool ends_with_ignore_case(std::string_view text, std::string_view end) noexcept {
    return text.size() >= end.size() && http::equals_ignore_case(text.substr(text.size() - end.size()), end);
}

// Stands between the exchange and its connection: the head is changed on its way, and the body follows through the
// encoder. In the memory of the exchange, of which it is an attribute.
class CompressingTransport final : public http::Transport {
public:
    CompressingTransport(http::Transport& inner, const Settings& settings) : inner_(inner), settings_(settings) {}

    Result<> write_head(http::Exchange& exchange, bool whole) override {
        prepare(exchange, whole);
        return inner_.write_head(exchange, whole);
    }

    Result<> write_data(http::Exchange& exchange, std::string_view data) override {
        if (!encoder_) return inner_.write_data(exchange, data);
        return pass_on(exchange, data, http::Until::flushed);
    }

    void write_end(http::Exchange& exchange) noexcept override {
        end_body(exchange);
        inner_.write_end(exchange);
    }

    void finish(http::Exchange& exchange) noexcept override {
        if (exchange.stage() == http::Stage::open) {
            prepare(exchange, true);
        } else if (exchange.stage() == http::Stage::streaming) {
            end_body(exchange);
        }
        inner_.finish(exchange);
    }

    Result<> upgrade(http::Exchange& exchange, http::Upgrade& receiver) override {
        return inner_.upgrade(exchange, receiver);
    }
    void break_off(http::Exchange& exchange) noexcept override { inner_.break_off(exchange); }
    std::uint64_t unsent_bytes() const noexcept override { return inner_.unsent_bytes(); }
    std::uint64_t unsent_limit() const noexcept override { return inner_.unsent_limit(); }
    void wait_for_drain(http::TransportWaiter& waiter) noexcept override { inner_.wait_for_drain(waiter); }
    void body_wanted(http::Exchange& exchange) noexcept override { inner_.body_wanted(exchange); }
    net::Address peer_address() const override { return inner_.peer_address(); }
    net::Address local_address() const override { return inner_.local_address(); }

private:
    Result<> pass_on(http::Exchange& exchange, std::string_view data, http::Until until) {
        std::string packed;
        encoder_->write(data, until, packed);
        return packed.empty() ? Result<>() : inner_.write_data(exchange, packed);
    }

    void end_body(http::Exchange& exchange) noexcept {
        if (!encoder_) return;
        // If the client has gone there is nobody to tell.
        [[maybe_unused]] const auto sent = pass_on(exchange, {}, http::Until::ended);
        encoder_.reset();
    }

    void prepare(http::Exchange& exchange, bool whole) {
        const Context ctx{http::ExchangePtr(exchange)};
        http::Response& response = exchange.response;
        if (response.status() == 304) return prepare_not_modified(ctx);
        const auto accepted = http::joined_field(exchange, header::accept_encoding);
        const http::CodingChoice choice = http::choose_coding(accepted, settings_.names);
        if (!may_be_encoded(exchange, whole)) return;
        const bool worth_it = is_worth_it(response, whole);
        if (!worth_it && !choice.identity_refused) return;
        add_vary(ctx, header::accept_encoding);
        if (choice.coding == http::CodingChoice::identity) {
            if (choice.identity_refused) refuse(ctx, whole);
            return;
        }
        encode_body(ctx, settings_.options.codings[choice.coding], whole);
    }

    // A part of a body, a body that is encoded already and no body at all stay as they are.
    [[nodiscard]] static bool may_be_encoded(const http::Exchange& exchange, bool whole) {
        const http::Response& response = exchange.response;
        const int status = response.status();
        if (status < 200 || status == 205 || status == 206 || http::status_forbids_body(status)) return false;
        if (exchange.method() == Method::CONNECT) return false;
        if (whole && (response.body.size() == 0 || !response.body.is_text())) return false;
        if (response.find(header::content_range)) return false;
        if (response.find(header::content_encoding)) return false;
        for (const http::ResponseField& field : response.fields()) {
            const bool control = http::equals_ignore_case(field.name, header::cache_control);
            if (control && http::list_contains(field.value, "no-transform")) return false;
        }
        return true;
    }

    [[nodiscard]] bool is_worth_it(const http::Response& response, bool whole) const {
        const std::uint64_t size = whole ? response.body.size() : response.declared_length().value_or(UINT64_MAX);
        if (size < settings_.options.minimum_bytes) return false;
        const auto type = response.find(header::content_type);
        if (!type) return response.body.size() > 0;  // it will be sent as text
        const std::string_view name = http::without_parameters(*type);
        const auto same = [name](const std::string& other) { return http::equals_ignore_case(name, other); };
        return is_compressible(*type) || std::ranges::any_of(settings_.options.more_types, same);
    }

    // RFC 9110 15.5.7. An error is better told in a form that was not asked for than not at all.
    static void refuse(const Context& ctx, bool whole) {
        const int status = ctx.get_response_status_code();
        if (!whole || status < 200 || status > 299) return;
        const HttpError error(406, "no content coding that is left by Accept-Encoding can be made here");
        try {
            answer_error(ctx, error);
        } catch (...) {
            answer_problem(ctx, error);  // the hook for errors has thrown, and nobody further out would catch it
        }
        add_vary(ctx, header::accept_encoding);
    }

    void encode_body(const Context& ctx, http::Coding coding, bool whole) {
        http::Response& response = ctx.exchange().response;
        if (whole) {
            response.body.set_owned(http::encode(coding, response.body.text(), settings_.options.level));
        } else {
            encoder_ = http::make_encoder(coding, {.level = settings_.options.level});
        }
        response.remove(header::content_length);
        response.remove(header::accept_ranges);  // of the content as it was
        [[maybe_unused]] const auto encoded = response.set(header::content_encoding, name_of(coding));
        weaken_etag(response);
    }

    static void weaken_etag(http::Response& response) {
        const auto etag = response.find(header::etag);
        if (!etag || etag->starts_with("W/")) return;
        const std::string weak = "W/" + std::string(*etag);
        [[maybe_unused]] const auto set = response.set(header::etag, weak);
    }

    // It stands for a 200 that was compressed if the client has a weak tag of it (RFC 9110 15.4.5).
    static void prepare_not_modified(const Context& ctx) {
        http::Response& response = ctx.exchange().response;
        const auto asked = http::joined_field(ctx.exchange(), header::if_none_match);
        add_vary(ctx, header::accept_encoding);
        const auto etag = response.find(header::etag);
        if (!asked || !etag || etag->starts_with("W/")) return;
        if (http::list_contains(*asked, "W/" + std::string(*etag))) weaken_etag(response);
    }

    http::Transport& inner_;
    const Settings& settings_;
    std::unique_ptr<http::Encoder> encoder_;
};

struct DestroyInArena {
    void operator()(CompressingTransport* transport) const noexcept { std::destroy_at(transport); }
};
using Owner = std::unique_ptr<CompressingTransport, DestroyInArena>;

void install(Context ctx, const Settings& settings) {
    http::Exchange& exchange = ctx.exchange();
    // Once is enough, where it has been given to a server and a group.
    if (!exchange.connected() || exchange.stage() != http::Stage::open) return;
    if (ctx.get_attribute<Owner>(owner_attribute) != nullptr) return;
    void* const memory = exchange.arena.allocate(sizeof(CompressingTransport), alignof(CompressingTransport));
    auto* const transport = ::new (memory) CompressingTransport(*exchange.transport(), settings);
    ctx.set_attribute(owner_attribute, Owner(transport));
    exchange.wrap_transport(*transport);
}

}  // namespace

bool is_compressible(std::string_view media_type) noexcept {
    const std::string_view type = http::without_parameters(media_type);
    if (http::equals_ignore_case(type, "text/event-stream")) return false;
    if (type.size() > 5 && http::equals_ignore_case(type.substr(0, 5), "text/")) return true;
    if (ends_with_ignore_case(type, "+json") || ends_with_ignore_case(type, "+xml")) return true;
    return std::ranges::any_of(compressible_types,
                               [type](std::string_view known) { return http::equals_ignore_case(type, known); });
}

}  // namespace web

Middleware compress(CompressOptions options) {
    if (options.codings.empty()) return {.mistake = "compress: `codings` is empty"};
    auto settings = std::make_shared<const web::Settings>(std::move(options));
    return {.before = web::make_handler([settings](Context ctx) { web::install(std::move(ctx), *settings); })};
}

}  // namespace hyperlane
