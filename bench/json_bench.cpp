/// Typed JSON against its peers, on a list of 1,000 records as an API would send them: nested structs, short and long
/// strings, some escapes and text beyond ASCII, integers, reals, booleans, optional members, lists.
///
///     json_bench --benchmark_counters_tabular=true
///
/// Every reader fills the same std::vector<Record>; every writer starts from it. Allocations are counted per run over
/// the whole list.

#include <hyperlane/json/read.hpp>
#include <hyperlane/json/value.hpp>
#include <hyperlane/json/write.hpp>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <new>
#include <optional>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <nlohmann/json.hpp>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <simdjson.h>

namespace {
std::atomic<std::size_t> allocations = 0;
}

// Not inlined: g++ would take malloc and free for a mismatched pair.
[[gnu::noinline]] void* operator new(std::size_t bytes) {
    allocations.fetch_add(1, std::memory_order_relaxed);
    if (void* memory = std::malloc(bytes)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

struct Address {
    std::string street;
    std::string city;
    std::int32_t zip = 0;
    double latitude = 0;
    double longitude = 0;
};

struct Order {
    std::uint64_t number = 0;
    std::int64_t cents = 0;
    bool paid = false;
};

struct Record {
    std::int64_t id = 0;
    std::string name;
    std::string email;
    std::optional<std::string> phone;
    std::string about;
    bool active = false;
    std::int32_t age = 0;
    double balance = 0;
    Address address;
    std::vector<std::string> tags;
    std::vector<Order> orders;
};

std::vector<Record> make_records() {
    std::uint64_t seed = 88172645463325252U;
    const auto random = [&seed](std::uint64_t below) {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        return seed % below;
    };
    const char* const names[] = {"Ada Lovelace", "Grace Hopper", "J\xC3\xBCrgen M\xC3\xBCller", "Alan Turing",
                                 "Edsger W. Dijkstra"};
    const char* const tags[] = {"admin", "customer", "newsletter", "trial", "europe-west", "vip"};
    std::vector<Record> records(1000);
    for (std::size_t i = 0; i < records.size(); ++i) {
        Record& record = records[i];
        record.id = static_cast<std::int64_t>(100'000 + i);
        record.name = names[random(5)];
        record.email = "user" + std::to_string(random(1'000'000)) + "@example.com";
        if (random(2) == 0) record.phone = "+49 30 " + std::to_string(random(10'000'000));
        record.about = "Likes walks along the river and \"good\" coffee. Joined in " +
                       std::to_string(1990 + random(35)) +
                       (random(4) == 0 ? ".\nPrefers mail." : ", prefers to be called in the morning.");
        record.active = random(3) != 0;
        record.age = static_cast<std::int32_t>(18 + random(70));
        record.balance = static_cast<double>(random(10'000'000)) / 100.0;
        record.address = {std::to_string(random(200)) + " Main Street", "Springfield",
                          static_cast<std::int32_t>(random(99'999)),
                          (static_cast<double>(random(180'000'000)) - 9e7) / 1e6,
                          (static_cast<double>(random(360'000'000)) - 18e7) / 1e6};
        for (std::uint64_t t = random(4); t > 0; --t) record.tags.emplace_back(tags[random(6)]);
        for (std::uint64_t o = random(4); o > 0; --o) {
            record.orders.push_back(
                {random(1'000'000'000), static_cast<std::int64_t>(random(100'000)), random(2) == 0});
        }
    }
    return records;
}

const std::vector<Record>& records() {
    static const std::vector<Record> made = make_records();
    return made;
}

const std::string& text() {
    static const std::string made = hyperlane::to_json(records()).value();
    return made;
}

void report(benchmark::State& state, std::size_t bytes, std::size_t allocations_before) {
    const auto runs = static_cast<double>(state.iterations());
    state.SetBytesProcessed(static_cast<std::int64_t>(static_cast<double>(bytes) * runs));
    state.counters["allocations"] = static_cast<double>(allocations.load() - allocations_before) / runs;
}

// Writing

void write_hyperlane(benchmark::State& state) {
    std::vector<char> memory(text().size());
    const std::size_t before = allocations.load();
    for (auto _ : state) {
        hyperlane::json::SpanSink sink(memory);
        if (!hyperlane::write_json(sink, records())) state.SkipWithError("failed");
        benchmark::DoNotOptimize(sink.text().size());
    }
    report(state, text().size(), before);
}
BENCHMARK(write_hyperlane);

void write_hyperlane_string(benchmark::State& state) {
    const std::size_t before = allocations.load();
    for (auto _ : state) {
        auto written = hyperlane::to_json(records());
        benchmark::DoNotOptimize(written);
    }
    report(state, text().size(), before);
}
BENCHMARK(write_hyperlane_string);

template <typename Writer>
void put(Writer& writer, const std::string& value) {
    writer.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}

template <typename Writer>
void put(Writer& writer, const Record& record) {
    writer.StartObject();
    writer.Key("id");
    writer.Int64(record.id);
    writer.Key("name");
    put(writer, record.name);
    writer.Key("email");
    put(writer, record.email);
    writer.Key("phone");
    if (record.phone)
        put(writer, *record.phone);
    else
        writer.Null();
    writer.Key("about");
    put(writer, record.about);
    writer.Key("active");
    writer.Bool(record.active);
    writer.Key("age");
    writer.Int(record.age);
    writer.Key("balance");
    writer.Double(record.balance);
    writer.Key("address");
    writer.StartObject();
    writer.Key("street");
    put(writer, record.address.street);
    writer.Key("city");
    put(writer, record.address.city);
    writer.Key("zip");
    writer.Int(record.address.zip);
    writer.Key("latitude");
    writer.Double(record.address.latitude);
    writer.Key("longitude");
    writer.Double(record.address.longitude);
    writer.EndObject();
    writer.Key("tags");
    writer.StartArray();
    for (const std::string& tag : record.tags) put(writer, tag);
    writer.EndArray();
    writer.Key("orders");
    writer.StartArray();
    for (const Order& order : record.orders) {
        writer.StartObject();
        writer.Key("number");
        writer.Uint64(order.number);
        writer.Key("cents");
        writer.Int64(order.cents);
        writer.Key("paid");
        writer.Bool(order.paid);
        writer.EndObject();
    }
    writer.EndArray();
    writer.EndObject();
}

// The buffer keeps its memory, which is RapidJSON's best case.
template <unsigned Flags>
void write_rapidjson(benchmark::State& state) {
    rapidjson::StringBuffer buffer;
    const std::size_t before = allocations.load();
    for (auto _ : state) {
        buffer.Clear();
        rapidjson::Writer<rapidjson::StringBuffer, rapidjson::UTF8<>, rapidjson::UTF8<>, rapidjson::CrtAllocator, Flags>
            writer(buffer);
        writer.StartArray();
        for (const Record& record : records()) put(writer, record);
        writer.EndArray();
        benchmark::DoNotOptimize(buffer.GetString());
    }
    report(state, buffer.GetSize(), before);
}
BENCHMARK(write_rapidjson<rapidjson::kWriteDefaultFlags>)->Name("write_rapidjson");
BENCHMARK(write_rapidjson<rapidjson::kWriteValidateEncodingFlag>)->Name("write_rapidjson_checking_utf8");

void to_json(nlohmann::json& out, const Order& order) {
    out = {{"number", order.number}, {"cents", order.cents}, {"paid", order.paid}};
}
void to_json(nlohmann::json& out, const Record& record) {
    out = {{"id", record.id},
           {"name", record.name},
           {"email", record.email},
           {"about", record.about},
           {"active", record.active},
           {"age", record.age},
           {"balance", record.balance},
           {"address",
            {{"street", record.address.street},
             {"city", record.address.city},
             {"zip", record.address.zip},
             {"latitude", record.address.latitude},
             {"longitude", record.address.longitude}}},
           {"tags", record.tags},
           {"orders", record.orders}};
    if (record.phone) {
        out["phone"] = *record.phone;
    } else {
        out["phone"] = nullptr;
    }
}
void from_json(const nlohmann::json& in, Order& order) {
    in.at("number").get_to(order.number);
    in.at("cents").get_to(order.cents);
    in.at("paid").get_to(order.paid);
}
void from_json(const nlohmann::json& in, Record& record) {
    in.at("id").get_to(record.id);
    in.at("name").get_to(record.name);
    in.at("email").get_to(record.email);
    if (!in.at("phone").is_null()) record.phone = in.at("phone").get<std::string>();
    in.at("about").get_to(record.about);
    in.at("active").get_to(record.active);
    in.at("age").get_to(record.age);
    in.at("balance").get_to(record.balance);
    const nlohmann::json& address = in.at("address");
    address.at("street").get_to(record.address.street);
    address.at("city").get_to(record.address.city);
    address.at("zip").get_to(record.address.zip);
    address.at("latitude").get_to(record.address.latitude);
    address.at("longitude").get_to(record.address.longitude);
    in.at("tags").get_to(record.tags);
    in.at("orders").get_to(record.orders);
}

void write_nlohmann(benchmark::State& state) {
    const std::size_t before = allocations.load();
    std::size_t size = 0;
    for (auto _ : state) {
        const std::string written = nlohmann::json(records()).dump();
        size = written.size();
        benchmark::DoNotOptimize(written.data());
    }
    report(state, size, before);
}
BENCHMARK(write_nlohmann);

// Reading

void read_hyperlane(benchmark::State& state) {
    const std::size_t before = allocations.load();
    for (auto _ : state) {
        auto read = hyperlane::from_json<std::vector<Record>>(text());
        if (!read || read->size() != records().size()) state.SkipWithError("failed");
        benchmark::DoNotOptimize(read);
    }
    report(state, text().size(), before);
}
BENCHMARK(read_hyperlane);

void read_hyperlane_value(benchmark::State& state) {
    const std::size_t before = allocations.load();
    for (auto _ : state) {
        auto read = hyperlane::from_json<hyperlane::json::Value>(text());
        if (!read) state.SkipWithError("failed");
        benchmark::DoNotOptimize(read);
    }
    report(state, text().size(), before);
}
BENCHMARK(read_hyperlane_value);

using OnDemandValue = simdjson::ondemand::value;

std::string take_string(OnDemandValue value) { return std::string(std::string_view(value.get_string())); }

Record take_record(simdjson::ondemand::object object) {
    Record record;
    record.id = object["id"].get_int64();
    record.name = take_string(object["name"]);
    record.email = take_string(object["email"]);
    OnDemandValue phone = object["phone"];
    if (!phone.is_null()) record.phone = take_string(phone);
    record.about = take_string(object["about"]);
    record.active = object["active"].get_bool();
    record.age = static_cast<std::int32_t>(object["age"].get_int64().value());
    record.balance = object["balance"].get_double();
    simdjson::ondemand::object address = object["address"];
    record.address.street = take_string(address["street"]);
    record.address.city = take_string(address["city"]);
    record.address.zip = static_cast<std::int32_t>(address["zip"].get_int64().value());
    record.address.latitude = address["latitude"].get_double();
    record.address.longitude = address["longitude"].get_double();
    for (OnDemandValue tag : object["tags"].get_array()) record.tags.push_back(take_string(tag));
    for (auto each : object["orders"].get_array()) {
        simdjson::ondemand::object order = each.get_object();
        Order& out = record.orders.emplace_back();
        out.number = order["number"].get_uint64();
        out.cents = order["cents"].get_int64();
        out.paid = order["paid"].get_bool();
    }
    return record;
}

// By hand and in the order of the text, which is its best case; the text is padded beforehand.
void read_simdjson_on_demand(benchmark::State& state) {
    simdjson::ondemand::parser parser;
    const simdjson::padded_string padded(text());
    const std::size_t before = allocations.load();
    for (auto _ : state) {
        std::vector<Record> read;
        simdjson::ondemand::document document = parser.iterate(padded);
        for (auto each : document.get_array()) read.push_back(take_record(each.get_object()));
        if (read.size() != records().size()) state.SkipWithError("failed");
        benchmark::DoNotOptimize(read);
    }
    report(state, text().size(), before);
}
BENCHMARK(read_simdjson_on_demand);

Record take_record(const rapidjson::Value& in) {
    const auto take = [](const rapidjson::Value& value) {
        return std::string(value.GetString(), value.GetStringLength());
    };
    Record record;
    record.id = in["id"].GetInt64();
    record.name = take(in["name"]);
    record.email = take(in["email"]);
    if (!in["phone"].IsNull()) record.phone = take(in["phone"]);
    record.about = take(in["about"]);
    record.active = in["active"].GetBool();
    record.age = in["age"].GetInt();
    record.balance = in["balance"].GetDouble();
    const rapidjson::Value& address = in["address"];
    record.address = {take(address["street"]), take(address["city"]), address["zip"].GetInt(),
                      address["latitude"].GetDouble(), address["longitude"].GetDouble()};
    for (const auto& tag : in["tags"].GetArray()) record.tags.push_back(take(tag));
    for (const auto& order : in["orders"].GetArray()) {
        record.orders.push_back({order["number"].GetUint64(), order["cents"].GetInt64(), order["paid"].GetBool()});
    }
    return record;
}

void read_rapidjson(benchmark::State& state) {
    const std::size_t before = allocations.load();
    for (auto _ : state) {
        rapidjson::Document document;
        document.Parse<rapidjson::kParseValidateEncodingFlag | rapidjson::kParseFullPrecisionFlag>(text().data(),
                                                                                                   text().size());
        std::vector<Record> read;
        for (const auto& each : document.GetArray()) read.push_back(take_record(each));
        if (read.size() != records().size()) state.SkipWithError("failed");
        benchmark::DoNotOptimize(read);
    }
    report(state, text().size(), before);
}
BENCHMARK(read_rapidjson);

void read_nlohmann(benchmark::State& state) {
    const std::size_t before = allocations.load();
    for (auto _ : state) {
        auto read = nlohmann::json::parse(text()).get<std::vector<Record>>();
        if (read.size() != records().size()) state.SkipWithError("failed");
        benchmark::DoNotOptimize(read);
    }
    report(state, text().size(), before);
}
BENCHMARK(read_nlohmann);

}  // namespace

BENCHMARK_MAIN();
