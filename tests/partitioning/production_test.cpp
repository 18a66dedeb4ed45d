// The schemes of production systems, on twenty keys of our own: what their definitions give, worked out by independent
// implementations in Python (murmur2, murmur3, CRC16, MD5, Java's hashes and java.util.Random).
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <limits>

#include "models/hashing/functions/java_hash.hpp"
#include "models/partitioning/cassandra_token.hpp"
#include "models/partitioning/flink_key_groups.hpp"
#include "models/partitioning/md5_number.hpp"
#include "models/partitioning/redis_slot.hpp"
#include "models/partitioning/storm_choices.hpp"
#include "tests/partitioning/partitioning_helpers.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::models::test;

namespace {

struct Expected {
    std::string_view key;
    std::uint32_t kafka_of_7;
    std::uint32_t redis_slot;
    std::int64_t murmur3_token;
    const char* random_token;
    std::uint32_t kinesis_of_5;
    std::uint32_t dynamodb_of_6;
    std::uint32_t flink_of_10;
    std::uint32_t storm_of_9;
    std::array<std::uint32_t, 2> murmur_choices_of_8;
    std::array<std::uint32_t, 2> random_choices_of_8;
};

const std::vector<Expected>& rows() {
    static const std::vector<Expected> all = {
        {"", 2, 0, std::numeric_limits<std::int64_t>::min(), "-1", 4, 2, 7, 4, {6, 0}, {5, 0}},
        {"a", 5, 15495, -8839064797231613815, "16955237001963240173058271559858726497", 0, 5, 6, 2, {2, 4}, {5, 3}},
        {"order-4711",
         1,
         10651,
         -8231475543060040908,
         "32671082367503943104660199561155646229",
         0,
         2,
         5,
         2,
         {4, 5},
         {6, 2}},
        {"Z\303\274rich",
         2,
         5420,
         -5540362457254946660,
         "21571439941612705407085021742162426705",
         0,
         5,
         6,
         8,
         {6, 4},
         {6, 0}},
        {"\346\227\245\346\234\254",
         1,
         10949,
         -7507319893842418264,
         "103341369634063465466164320543046703539",
         1,
         4,
         7,
         4,
         {3, 2},
         {2, 5}},
        {"key with spaces",
         1,
         13638,
         871217876958566881,
         "74365727718977874221953346244732236553",
         3,
         5,
         1,
         7,
         {2, 1},
         {2, 5}},
        {"{user1000}.following",
         3,
         3443,
         -7247601525716410192,
         "44183879567971519305757477237344004295",
         0,
         5,
         6,
         6,
         {2, 5},
         {3, 2}},
        {"foo{}{bar}",
         0,
         8363,
         7460145836319355300,
         "58909580594697370509853666680551229518",
         4,
         2,
         2,
         6,
         {2, 6},
         {1, 4}},
        {"foo{{bar}}zap",
         0,
         4015,
         -5383494395709862957,
         "72911261013920887004252970589587166916",
         1,
         5,
         1,
         8,
         {7, 4},
         {4, 5}},
        {"x{y}{z}",
         1,
         12222,
         8431643321360723679,
         "62673034970402107424881917408975873324",
         4,
         5,
         7,
         3,
         {7, 1},
         {4, 1}},
        {"\360\237\230\200",
         0,
         2959,
         4665903609083583598,
         "55842721998748738903166261021950683062",
         0,
         1,
         4,
         2,
         {2, 1},
         {1, 5}},
        {"0123456789abcdef",
         6,
         10405,
         5467490433528156583,
         "85333767196036966698723792217724685509",
         1,
         3,
         4,
         8,
         {0, 6},
         {6, 4}},
        {"0123456789abcdef\303\251",
         5,
         7056,
         8755401265980413160,
         "30487480027507690129872623356240691668",
         0,
         5,
         1,
         2,
         {3, 1},
         {5, 6}},
        {"tab\011new\012line",
         3,
         15768,
         -3594150527762153926,
         "72898577035514714970766275259949553084",
         3,
         3,
         6,
         4,
         {0, 5},
         {1, 2}},
        {"}{", 0, 12793, -2834177024422439322, "34174682004277328586145977853812285596", 0, 0, 3, 6, {0, 0}, {0, 4}},
        {"{a", 5, 10276, 1899645813007633180, "90296029838683084909705957662179368434", 3, 5, 8, 8, {2, 5}, {0, 4}},
        {"b}", 1, 626, -3482911238626711556, "26389320220092209321191554132700611431", 0, 5, 4, 8, {1, 1}, {0, 6}},
        {"\303\277\303\277\303\277\303\277",
         4,
         12075,
         -8789822201591631441,
         "148219170943356535907065808218489582889",
         2,
         2,
         6,
         7,
         {0, 7},
         {4, 2}},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
         5,
         8101,
         -5583628818938295855,
         "24133760412720141399517622521765795391",
         0,
         3,
         7,
         5,
         {3, 3},
         {7, 2}},
        {"K", 6, 14767, -2875471597373478633, "119693990798607349919334536222125604472", 3, 4, 2, 7, {0, 3}, {5, 2}},
    };
    return all;
}

}  // namespace

TEST_CASE("twenty keys go where the production systems put them") {
    const auto kafka = partitioner("kafka_default", 7);
    const auto kinesis = partitioner("kinesis", 5);
    const auto dynamodb = partitioner("dynamodb", 6);
    const auto flink = partitioner("flink_key_groups", 10, {{"key_type", "string"}, {"max_parallelism", "128"}});
    const auto storm = partitioner("storm_fields", 9, {{"key_type", "string"}});
    for (const Expected& row : rows()) {
        CAPTURE(row.key);
        CHECK(kafka->of_key(row.key).value == row.kafka_of_7);
        CHECK(redis_slot(row.key) == row.redis_slot);
        CHECK(cassandra_murmur3_token(row.key) == row.murmur3_token);
        const auto token = cassandra_random_token(row.key);
        CHECK((token ? to_decimal(*token) : "-1") == row.random_token);
        CHECK(kinesis->of_key(row.key).value == row.kinesis_of_5);
        CHECK(dynamodb->of_key(row.key).value == row.dynamodb_of_6);
        CHECK(flink->of_key(row.key).value == row.flink_of_10);
        CHECK(storm->of_key(row.key).value == row.storm_of_9);
        CHECK(storm_choices_murmur(row.key, 8) == row.murmur_choices_of_8);
        CHECK(storm_choices_random(row.key, 8) == row.random_choices_of_8);
    }
}

TEST_CASE("a number as a Redis key has the slot of its eight bytes, braces among them") {
    RandomStream random = chance(3);
    for (int i = 0; i < 10000; ++i) {
        std::uint64_t number = random.next();
        // "{", something, "}" somewhere in the eight bytes.
        if (i % 2 == 0) number = (number & ~std::uint64_t{0xff00ff}) | 0x7b007d;
        if (i % 3 == 0) number = (number & ~(std::uint64_t{0xff} << 40)) | (std::uint64_t{0x7b} << 40);
        CHECK(redis_slot_number(number) == redis_slot(NumberKey(number)));
    }
}

TEST_CASE("slots are dealt as redis-cli deals them") {
    // redis-cli 7.0 --cluster create prints: 0-5460, 5461-10922, 10923-16383.
    const auto made = partitioner("redis_slots", 3);
    CHECK(redis_slot("{06S}") == redis_slot("06S"));
    std::array<std::uint32_t, 3> keys{};
    for (const Expected& row : rows()) {
        const std::uint32_t shard = row.redis_slot <= 5460 ? 0 : row.redis_slot <= 10922 ? 1 : 2;
        CHECK(made->of_key(row.key).value == shard);
        ++keys[shard];
    }
    CHECK(*std::min_element(keys.begin(), keys.end()) > 0);
    CHECK_THROWS_AS(made->reset(16385), PartitionError);
    made->reset(16384);
    CHECK(made->of_key("a").value == 15495);
}

TEST_CASE("a Redis shard that joins and leaves moves no slot but its own") {
    const auto made = partitioner("redis_slots", 5);
    std::vector<std::uint64_t> keys(20000);
    for (std::size_t i = 0; i < keys.size(); ++i) keys[i] = i;
    std::vector<PartitionId> before(keys.size()), with(keys.size()), after(keys.size());
    made->of_numbers(keys, before);
    made->resize(6);
    made->of_numbers(keys, with);
    made->resize(5);
    made->of_numbers(keys, after);
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (with[i].value != 5) CHECK(with[i] == before[i]);
        if (with[i].value != 5) CHECK(after[i] == before[i]);
    }
}

TEST_CASE("Cassandra's partition owns the tokens up to and including its own") {
    const auto made = partitioner("cassandra_murmur3", 4);
    // Initial tokens -2^63, -2^62, 0, 2^62; what is behind the last one wraps.
    for (const Expected& row : rows()) {
        const std::int64_t token = row.murmur3_token;
        const std::int64_t quarter = std::int64_t{1} << 62;
        const std::uint32_t owner = token == std::numeric_limits<std::int64_t>::min() ? 0
                                    : token <= -quarter                               ? 1
                                    : token <= 0                                      ? 2
                                    : token <= quarter                                ? 3
                                                                                      : 0;
        CHECK(made->of_key(row.key).value == owner);
    }
    CHECK(partitioner("cassandra_random", 4)->of_key("").value == 0);
}

TEST_CASE("Flink keeps the key groups of the first parallelism at a rescale") {
    const auto made = partitioner("flink_key_groups", 100, {{"key_type", "string"}});
    CHECK_NOTHROW(made->resize(256));  // 150 rounds up to 256
    CHECK_THROWS_AS(made->resize(257), PartitionError);
    CHECK(made->partitions() == 256);
    made->resize(10);
    for (const Expected& row : rows()) {
        const std::uint32_t group = flink_group(java_string_hash(row.key), 256);
        CHECK(made->of_key(row.key).value == group * 10 / 256);
    }
    CHECK_THROWS_AS(made->reset(32769), PartitionError);
    CHECK(flink_default_groups(32768) == 32768);
}

TEST_CASE("Java's key types hash as Java hashes them") {
    const auto of = [](const char* type, Key key) {
        return partitioner("storm_fields", 1000, {{"key_type", type}})->of_key(key).value;
    };
    CHECK(of("long", NumberKey(0x100000001)) == 31);        // hi ^ lo = 0
    CHECK(of("long", NumberKey(~std::uint64_t{0})) == 31);  // -1: hi ^ lo = 0
    CHECK(of("integer", std::string("\xff\xff\xff\xff", 4)) == 30);
    CHECK(of("integer", std::string("\xff\xff\xff\x00", 4)) == 775);  // 31 - 256 = -225
    CHECK(of("bytes", "") == 32);
    CHECK(of("bytes", "\xff") == 61);  // 31 + 31 - 1
    CHECK(of("string", "") == 31);
    CHECK(of("number_or_text", NumberKey(5)) == 36);
    CHECK(of("number_or_text", "5") == 84);
    CHECK_THROWS_AS(of("long", "seven b"), PartitionError);
    CHECK_THROWS_AS(of("integer", ""), PartitionError);
}

TEST_CASE("partial key grouping sends a tie to the first candidate, and a lone key to both in turn") {
    const auto made = partitioner("storm_pkg", 8);
    RandomStream random = chance(1);
    std::vector<std::uint32_t> picked;
    for (int i = 0; i < 6; ++i) picked.push_back(made->pick(keyed("a"), random).value);
    CHECK(picked == std::vector<std::uint32_t>{5, 3, 5, 3, 5, 3});
    CHECK(reach(*made, keyed("a")) == std::vector<std::uint32_t>{3, 5});
    CHECK(reach(*partitioner("storm_pkg", 8, {{"variant", "murmur_13_17"}}), keyed("}{")) ==
          std::vector<std::uint32_t>{0});
}

TEST_CASE("Kafka sticks to a partition for a batch, and prefers short queues after all have had one") {
    const auto made = partitioner("kafka_default", 3, {{"batch", "1000B"}});
    RandomStream random = chance(4);
    Record record;
    record.size = 500;
    std::vector<std::uint64_t> counts(3, 0);
    std::optional<PartitionId> last;
    for (int i = 0; i < 3000; ++i) {
        const PartitionId picked = made->pick(record, random);
        if (i % 2 == 1) CHECK(picked == *last);
        last = picked;
        ++counts[picked.index()];
    }
    for (const std::uint64_t count : counts) CHECK(count > 800);
    // Chances 1 : 10 : 10, and then none for one that is backed up.
    std::vector<PartitionLoad> loads(3);
    loads[0].queued = 9;
    made->observe(loads);
    counts.assign(3, 0);
    for (int i = 0; i < 21000; ++i) ++counts[made->pick(record, random).index()];
    CHECK(counts[0] > 700);
    CHECK(counts[0] < 1300);
    loads[0].state = PartitionLoad::State::backed_up;
    made->observe(loads);
    for (int i = 0; i < 4; ++i) made->pick(record, random);
    for (int i = 0; i < 1000; ++i) CHECK(made->pick(record, random).value != 0);
    // A key still goes where it belongs.
    CHECK(made->pick(keyed("a"), random) == made->of_key("a"));
}
