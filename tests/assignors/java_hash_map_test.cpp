// The order of java.util.HashMap and HashSet. The rows were made with another implementation of the same definition.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "models/hashing/functions/java_hash_map.hpp"
#include "models/partitioning/assignors/group_index.hpp"
#include "tests/golden.hpp"

using namespace orrery;
using namespace orrery::models;

namespace {

using Strings = std::vector<std::string>;
using Numbers = std::vector<std::int32_t>;

Strings order_of(const Strings& inserted) {
    JavaHashSet<std::string, JavaStringHash> set;
    for (const std::string& one : inserted) set.put(one);
    return set.keys();
}

Numbers order_of(const Numbers& inserted) {
    JavaHashSet<std::int32_t, JavaIntegerHash> set;
    for (const std::int32_t one : inserted) set.put(one);
    return set.keys();
}

const std::vector<std::pair<Strings, Strings>> strings = {
    {{"Aa", "😀", "BB", "broker-2", "zz", "x", "alpha", "日本", "é", "beta", ""},
     {"Aa", "BB", "zz", "", "alpha", "😀", "broker-2", "x", "é", "日本", "beta"}},
    {{"beta", "BB", "日本", "delta"}, {"BB", "delta", "日本", "beta"}},
    {{"x", "beta", "", "delta", "alpha", "😀", "é", "Aa"}, {"", "Aa", "alpha", "x", "delta", "😀", "é", "beta"}},
    {{"Zürich", "broker-2", "broker-1", "é"}, {"Zürich", "broker-2", "é", "broker-1"}},
    {{"broker-1", "Zürich", "beta", "gamma"}, {"Zürich", "broker-1", "beta", "gamma"}},
    {{"", "日本", "gamma", "broker-1", "alpha", "zz", "delta", "x", "beta", "é", "😀"},
     {"", "zz", "alpha", "delta", "x", "😀", "é", "日本", "broker-1", "gamma", "beta"}},
    {{"delta", "x", "zz", "broker-1", "Zürich", "gamma", "😀"},
     {"zz", "Zürich", "delta", "x", "😀", "broker-1", "gamma"}},
    {{"Aa", "alpha", "BB", "é", "gamma", "zz", "Zürich", "beta"},
     {"Aa", "BB", "zz", "Zürich", "alpha", "é", "gamma", "beta"}},
    {{"Aa", "broker-2", "", "broker-1", "alpha", "😀", "BB"}, {"Aa", "", "BB", "alpha", "broker-2", "😀", "broker-1"}},
    {{"Aa", "BB", "Zürich"}, {"Aa", "BB", "Zürich"}},
    {{"😀", "BB", "gamma", "日本", "Zürich", "broker-1", "alpha", "Aa", "x"},
     {"BB", "Aa", "Zürich", "alpha", "😀", "x", "日本", "broker-1", "gamma"}},
    {{"BB", "broker-2", "é", "alpha", "x", "broker-1", "Zürich", "", "Aa", "😀", "delta", "zz", "gamma"},
     {"BB", "", "Aa", "zz", "broker-2", "delta", "é", "broker-1", "Zürich", "alpha", "x", "😀", "gamma"}},
    {{"", "delta", "beta", "broker-2"}, {"", "delta", "broker-2", "beta"}},
    {{"日本", "BB", "x", "broker-2", "broker-1", "Aa", "Zürich", "beta", "", "😀", "gamma", "é", "alpha", "zz", "delta"},
     {"BB", "Aa", "", "zz", "broker-2", "delta", "é", "日本", "broker-1", "Zürich", "alpha", "x", "😀", "beta",
      "gamma"}},
    {{"node-218610", "node-357292", "node-537793", "node-640499", "node-380240", "node-962684", "node-155394",
      "node-356473", "node-289067", "node-969091", "node-736736", "node-571624", "node-96545"},
     {"node-155394", "node-289067", "node-218610", "node-736736", "node-571624", "node-96545", "node-537793",
      "node-969091", "node-640499", "node-357292", "node-380240", "node-962684", "node-356473"}},
    {{"node-327627", "node-719287", "node-332188", "node-321043", "node-186098", "node-837574",
      "node-81994",  "node-657253", "node-156099", "node-756164", "node-722651", "node-324328",
      "node-507294", "node-169375", "node-755109", "node-50910",  "node-84890",  "node-629826",
      "node-559447", "node-968471", "node-425604", "node-33372",  "node-248865", "node-776531",
      "node-622812", "node-360534", "node-866433", "node-262363", "node-477799", "node-682587"},
     {"node-50910",  "node-756164", "node-324328", "node-776531", "node-360534", "node-81994",
      "node-866433", "node-169375", "node-719287", "node-33372",  "node-682587", "node-186098",
      "node-248865", "node-332188", "node-968471", "node-156099", "node-629826", "node-327627",
      "node-262363", "node-507294", "node-477799", "node-755109", "node-622812", "node-321043",
      "node-657253", "node-425604", "node-559447", "node-84890",  "node-722651", "node-837574"}},
    {{"node-442244", "node-152703", "node-58413",  "node-960568", "node-669331", "node-34310",  "node-840606",
      "node-517539", "node-350418", "node-879156", "node-217118", "node-136914", "node-767205", "node-591446",
      "node-995935", "node-139226", "node-661021", "node-940044", "node-826287", "node-433924", "node-111810",
      "node-177021", "node-455664", "node-391116", "node-156495", "node-61625",  "node-885767", "node-441079",
      "node-309133", "node-148061", "node-475167", "node-966790", "node-650538", "node-893651", "node-177513",
      "node-547560", "node-475571", "node-511871", "node-722300", "node-764941", "node-333134", "node-502312",
      "node-287347", "node-305159", "node-492915", "node-423403", "node-945669", "node-153623", "node-118028",
      "node-395313", "node-861987", "node-557582", "node-188110", "node-657420", "node-982667"},
     {"node-669331", "node-475167", "node-945669", "node-61625",  "node-152703", "node-657420", "node-861987",
      "node-350418", "node-940044", "node-433924", "node-118028", "node-840606", "node-893651", "node-58413",
      "node-966790", "node-305159", "node-475571", "node-455664", "node-217118", "node-34310",  "node-960568",
      "node-177513", "node-148061", "node-879156", "node-441079", "node-395313", "node-442244", "node-502312",
      "node-767205", "node-391116", "node-557582", "node-139226", "node-492915", "node-177021", "node-661021",
      "node-982667", "node-650538", "node-722300", "node-188110", "node-136914", "node-111810", "node-764941",
      "node-333134", "node-156495", "node-591446", "node-511871", "node-885767", "node-547560", "node-309133",
      "node-517539", "node-826287", "node-153623", "node-995935", "node-423403", "node-287347"}},
};

const std::vector<std::pair<Numbers, Numbers>> numbers = {
    {{86, 46, 22, 125, 69, 131, 140, 128, 92, 16}, {128, 16, 131, 69, 86, 22, 140, 92, 125, 46}},
    {{198, 91, 177, 150, 169, 8, 194, 78, 93, 143, 180, 171, 71, 124, 67},
     {194, 67, 198, 71, 8, 169, 171, 78, 143, 177, 180, 150, 91, 124, 93}},
    {{176, 183, 75, 87, 166, 45, 148, 2, 121, 140, 198, 64, 83, 171, 70},
     {64, 2, 166, 198, 70, 75, 171, 140, 45, 176, 83, 148, 183, 87, 121}},
    {{73, 128, 165, 172, 91, 89, 70, 164, 88, 188}, {128, 164, 165, 70, 88, 73, 89, 91, 172, 188}},
    {{-1, 5, -70000, 65536, 16, 32, 0}, {-1, 16, 32, 0, 65536, 5, -70000}},
    {{0, 1024, 2048, 3072, 4096, 5120, 6144, 7168, 8192, 9216, 10240, 11264},
     {0, 1024, 2048, 3072, 4096, 5120, 6144, 7168, 8192, 9216, 10240, 11264}},
};

}  // namespace

TEST_CASE("strings and integers come out of a HashMap in Java's order") {
    for (const auto& [inserted, order] : strings) CHECK(order_of(inserted) == order);
    for (const auto& [inserted, order] : numbers) CHECK(order_of(inserted) == order);
}

TEST_CASE("the order of a HashMap agrees with the one that Java printed") {
    const auto text = testing::golden_text("java_hashmap_order.json");
    if (!text) return;
    for (const auto& row : nlohmann::json::parse(*text))
        CHECK(order_of(row["insert_order"].get<Strings>()) == row["iteration_order"].get<Strings>());
}

TEST_CASE("keys that collide keep the order in which they were put, across growth and removal") {
    // "Aa" and "BB" hash alike.
    CHECK(order_of(Strings{"Aa", "BB"}) == Strings{"Aa", "BB"});
    CHECK(order_of(Strings{"BB", "Aa"}) == Strings{"BB", "Aa"});
    JavaHashMap<std::int32_t, int, JavaIntegerHash> map;
    for (std::int32_t i = 0; i < 5; ++i) map.put(i * 64, i);
    map.erase(64);
    map.put(64, 9);
    CHECK(map.keys() == Numbers{0, 128, 192, 256, 64});
    for (std::int32_t i = 1; i <= 8; ++i) map.put(i);  // the thirteenth key doubles the table
    CHECK(map.keys() == Numbers{0, 128, 192, 256, 64, 1, 2, 3, 4, 5, 6, 7, 8});
    CHECK(*map.find(64) == 9);
    CHECK(map.find(65) == nullptr);
}

TEST_CASE("compute_if_absent puts a key in front of those that collide with it") {
    JavaHashMap<std::int32_t, int, JavaIntegerHash> map;
    map.compute_if_absent(16);
    map.compute_if_absent(0);
    map.put(32, 0);
    CHECK(map.keys() == Numbers{0, 16, 32});
    // The table grows when the key after the thirteenth comes, not with it.
    for (std::int32_t i = 1; i <= 10; ++i) map.compute_if_absent(i);
    CHECK(map.keys() == Numbers{0, 16, 32, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
    map.compute_if_absent(11);
    CHECK(map.keys() == Numbers{0, 32, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 16});
}

TEST_CASE("a map that is told its capacity begins with the next power of two") {
    auto map = JavaHashMap<std::int32_t, int, JavaIntegerHash>::with_capacity(3);
    for (const std::int32_t i : {4, 1, 0}) map.put(i);
    CHECK(map.keys() == Numbers{4, 0, 1});
    map.put(2);  // above 3 of 4
    CHECK(map.keys() == Numbers{0, 1, 2, 4});
}

TEST_CASE("a ninth key in one bucket doubles a small table") {
    JavaHashSet<std::int32_t, JavaIntegerHash> set;
    for (std::int32_t i = 8; i >= 0; --i) set.put(i * 16);
    CHECK(set.keys() == Numbers{128, 96, 64, 32, 0, 112, 80, 48, 16});
}
