// Answers of production systems, where the vectors are there: every row, exactly.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "models/partitioning/cassandra_token.hpp"
#include "models/partitioning/flink_key_groups.hpp"
#include "models/partitioning/java_key.hpp"
#include "models/partitioning/kafka_sticky_state.hpp"
#include "models/partitioning/md5_number.hpp"
#include "models/partitioning/redis_slot.hpp"
#include "models/partitioning/storm_choices.hpp"
#include "tests/golden.hpp"
#include "tests/partitioning/partitioning_helpers.hpp"

using namespace orrery;
using namespace orrery::models;
using namespace orrery::models::test;
using orrery::testing::golden_rows;
using orrery::testing::golden_text;
using orrery::testing::unhex;

namespace {

using Json = nlohmann::json;
using JsonRow = std::map<std::string, std::string>;

std::uint32_t number(const JsonRow& row, const std::string& column) {
    return static_cast<std::uint32_t>(std::stoul(row.at(column)));
}

/// Columns of the form PREFIX<n> hold the partition out of n.
void check_columns(const JsonRow& row, const std::string& prefix, std::string_view scheme, Key key,
                   const Texts& given = {}) {
    for (const auto& entry : row) {
        const std::string& column = entry.first;
        const std::string& value = entry.second;
        if (!column.starts_with(prefix) || column.find_first_not_of("0123456789", prefix.size()) != std::string::npos)
            continue;
        const auto made =
            partitioner(scheme, static_cast<std::uint32_t>(std::stoul(column.substr(prefix.size()))), given);
        CAPTURE(column);
        CHECK(made->of_key(key).value == std::stoul(value));
    }
}

/// An Integer or a Long as the bytes of a key; a String as it is.
std::string java_key_bytes(const std::string& type, const std::string& text) {
    if (type == "String") return text;
    const std::string eight(Key(NumberKey(static_cast<std::uint64_t>(std::stoll(text)))));
    return type == "Integer" ? eight.substr(4) : eight;
}

Texts java_type(const std::string& type) {
    return {{"key_type", type == "String" ? "string" : type == "Integer" ? "integer" : "long"}};
}

std::vector<PartitionId> ids_of(const Json& list) {
    std::vector<PartitionId> ids;
    for (const auto& id : list) ids.emplace_back(id.get<std::size_t>());
    return ids;
}

}  // namespace

TEST_CASE("Kafka's default partitions") {
    for (const auto& row : golden_rows("kafka_murmur2.csv"))
        check_columns(row, "p", "kafka_default", unhex(row.at("key_hex")));
}

TEST_CASE("Kafka's adaptive choice") {
    const auto text = golden_text("kafka_adaptive_partitioner.json");
    if (!text) return;
    const Json vectors = Json::parse(*text);
    for (const Json& row : vectors["adaptive_choice"]) {
        CAPTURE(row["queue_sizes"].dump());
        KafkaStickyState state(100);
        state.set_partitions(row["total_partitions"], ids_of(row["available_partitions"]));
        const std::vector<std::int32_t> queues = row["queue_sizes"];
        state.set_queues(queues, ids_of(row["partition_ids"]), row["logical_length"].get<std::size_t>());
        CHECK(state.adaptive() == row["adaptive"].get<bool>());
        if (state.adaptive()) {
            const std::vector<std::int64_t> table = row["cumulative_frequency_table"];
            CHECK(std::vector<std::int64_t>(state.table().begin(), state.table().end()) == table);
        }
        std::vector<std::size_t> picked;
        for (const auto& draw : row["random_i32"]) picked.push_back(state.next(draw.get<std::int32_t>()).index());
        CHECK(picked == row["partition"].get<std::vector<std::size_t>>());
    }
}

TEST_CASE("Kafka's sticky switching") {
    const auto text = golden_text("kafka_adaptive_partitioner.json");
    if (!text) return;
    const Json vectors = Json::parse(*text);
    for (const Json& row : vectors["sticky_switching"]) {
        KafkaStickyState state(row["sticky_batch_size"].get<std::int32_t>());
        const auto partitions = row["partitions"].get<std::uint32_t>();
        std::vector<PartitionId> all;
        for (std::uint32_t i = 0; i < partitions; ++i) all.emplace_back(i);
        state.set_partitions(partitions, all);
        for (const Json& append : row["appends"]) {
            const auto draw = [&] { return append["random_i32"].get<std::int32_t>(); };
            CHECK(state.current(draw).index() == append["partition"].get<std::size_t>());
            state.appended(append["bytes"].get<std::int64_t>(),
                           append["enable_switch"].get<bool>() ? KafkaStickyState::Batches::full
                                                               : KafkaStickyState::Batches::last_has_room,
                           draw);
        }
    }
}

TEST_CASE("Redis Cluster's slots") {
    const auto made = partitioner("redis_slots", redis_slots);
    for (const auto& row : golden_rows("redis_keyslot.csv")) {
        const std::string key = unhex(row.at("key_hex"));
        CHECK(redis_slot(key) == number(row, "slot"));
        CHECK(made->of_key(key).value == number(row, "slot"));
    }
}

TEST_CASE("Cassandra's tokens") {
    for (const auto& row : golden_rows("cassandra_token.csv")) {
        const std::string key = unhex(row.at("key_hex"));
        CHECK(cassandra_murmur3_token(key) == std::stoll(row.at("murmur3_token")));
        const auto token = cassandra_random_token(key);
        CHECK((token ? to_decimal(*token) : "-1") == row.at("random_partitioner_token"));
    }
}

TEST_CASE("Kinesis' hash keys and shards") {
    for (const auto& row : golden_rows("kinesis_key_shard.csv")) {
        const std::string key = unhex(row.at("key_utf8_hex"));
        CHECK(to_decimal(md5_number(key)) == row.at("hash_key_u128"));
        check_columns(row, "shard_of_", "kinesis", key);
    }
}

TEST_CASE("Kinesis splits and merges shards") {
    const auto text = golden_text("kinesis_reshard.json");
    if (!text) return;
    const auto id = [](const Json& shard) { return PartitionId(std::stoul(shard.get<std::string>().substr(8))); };
    for (const Json& row : Json::parse(*text)) {
        const auto made = partitioner("kinesis", row["initial_shards"].get<std::uint32_t>());
        Resharding& shards = *made->resharding();
        for (const Json& step : row["ops"]) {
            if (step["op"] == "split") {
                const std::string at = step["new_starting_hash_key"];
                shards.split(id(step["shard"]), at);
            } else {
                shards.merge(id(step["shard"]), id(step["adjacent"]));
            }
            REQUIRE(made->partitions() == step["shards_after"].size());
            for (const Json& shard : step["shards_after"]) {
                CHECK(shards.open(id(shard["id"])) == shard["open"].get<bool>());
                std::vector<PartitionId> parents;
                for (const char* parent : {"parent", "adjacent_parent"})
                    if (shard.contains(parent)) parents.push_back(id(shard[parent]));
                std::vector<PartitionId> found;
                for (const PartitionChange& change : shards.history())
                    for (const PartitionId child : change.children)
                        if (child == id(shard["id"])) found = change.parents;
                CHECK(found == parents);
            }
        }
    }
}

TEST_CASE("dynalite's segments") {
    for (const auto& row : golden_rows("dynamodb_dynalite_segments.csv"))
        check_columns(row, "segment_of_", "dynamodb", unhex(row.at("key_utf8_hex")));
}

TEST_CASE("Flink's hash, groups and ranges") {
    for (const auto& row : golden_rows("flink_murmurhash_int.csv"))
        CHECK(flink_murmur(std::stoi(row.at("code"))) == std::stoi(row.at("murmurHash")));
    for (const auto& row : golden_rows("flink_ranges.csv"))
        CHECK(flink_range(number(row, "operator_index"), number(row, "max_parallelism"), number(row, "parallelism")) ==
              FlinkRange{number(row, "start_key_group"), number(row, "end_key_group_inclusive")});
    for (const auto& row : golden_rows("flink_default_max_parallelism.csv"))
        CHECK(flink_default_groups(number(row, "parallelism")) == number(row, "default_max_parallelism"));
    for (const auto& row : golden_rows("flink_keygroup.csv")) {
        const std::string key = java_key_bytes(row.at("key_type"), row.at("key"));
        for (const auto& [column, value] : row) {
            if (!column.starts_with("op_")) continue;
            const auto bar = column.find("_p");
            Texts given = java_type(row.at("key_type"));
            given["max_parallelism"] = column.substr(3, bar - 3);
            CAPTURE(row.at("key"));
            const auto made =
                partitioner("flink_key_groups", static_cast<std::uint32_t>(std::stoul(column.substr(bar + 2))), given);
            CHECK(made->of_key(key).value == std::stoul(value));
        }
    }
}

TEST_CASE("Flink's groups move at a rescale") {
    for (const auto& row : golden_rows("flink_rescale.csv")) {
        const std::uint32_t groups = number(row, "max_parallelism");
        const std::uint32_t before = number(row, "old_parallelism");
        const std::uint32_t after = number(row, "new_parallelism");
        std::uint32_t moved = 0;
        std::set<std::uint32_t> read;
        for (std::uint32_t group = 0; group < groups; ++group) {
            const std::uint32_t was = flink_operator(group, groups, before);
            const std::uint32_t is = flink_operator(group, groups, after);
            moved += was != is ? 1 : 0;
            if (is == number(row, "new_index")) read.insert(was);
        }
        CHECK(moved == number(row, "key_groups_moved"));
        std::ostringstream text;
        for (const std::uint32_t index : read) text << (text.tellp() > 0 ? " " : "") << index;
        CHECK(text.str() == row.at("old_indices_read"));
    }
}

TEST_CASE("Storm's fields grouping") {
    for (const auto& row : golden_rows("storm_fields_grouping.csv"))
        check_columns(row, "task_of_", "storm_fields", java_key_bytes(row.at("key_type"), row.at("key")),
                      java_type(row.at("key_type")));
}

TEST_CASE("Storm's two candidates") {
    for (const auto& row : golden_rows("storm_pkg_choices.csv")) {
        const std::string key = unhex(row.at("key_hex"));
        const std::uint32_t tasks = number(row, "num_tasks");
        const auto found = row.at("variant") == "murmur_13_17" ? storm_choices_murmur(key, tasks)  //
                                                               : storm_choices_random(key, tasks);
        CHECK(found == std::array{number(row, "choice1"), number(row, "choice2")});
    }
}

TEST_CASE("Storm's partial key grouping over a stream") {
    const auto text = golden_text("storm_pkg_sequences.json");
    if (!text) return;
    for (const Json& row : Json::parse(*text)) {
        const std::vector<std::uint32_t> tasks = row["target_tasks"];
        for (const std::string variant : {"murmur_13_17", "seeded_random"}) {
            const auto made =
                partitioner("storm_pkg", static_cast<std::uint32_t>(tasks.size()), {{"variant", variant}});
            RandomStream random = chance(1);
            std::vector<std::uint32_t> picked;
            for (const auto& key : row["keys"])
                picked.push_back(tasks[made->pick(keyed(key.get<std::string>()), random).index()]);
            CHECK(picked == row[variant].get<std::vector<std::uint32_t>>());
        }
    }
}
