// Kafka's own answers: every case of the golden assignments, compared as sets.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "models/partitioning/catalog.hpp"
#include "tests/golden.hpp"

using namespace orrery;
using namespace orrery::models;

namespace {

TopicId topic_id(const std::string& base64url) {
    const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::vector<bool> bits;
    for (const char c : base64url)
        for (int bit = 5; bit >= 0; --bit) bits.push_back(((digits.find(c) >> bit) & 1) != 0);
    std::uint64_t halves[2] = {0, 0};
    for (std::size_t i = 0; i < 128; ++i) halves[i / 64] = halves[i / 64] * 2 + (bits[i] ? 1 : 0);
    return {static_cast<std::int64_t>(halves[0]), static_cast<std::int64_t>(halves[1])};
}

std::vector<TopicPartition> partitions_of(const nlohmann::json& list) {
    std::vector<TopicPartition> out;
    for (const auto& one : list) out.push_back({one[0], one[1]});
    return out;
}

Group group_of(const nlohmann::ordered_json& json) {
    Group group;
    for (const auto& [name, about] : json["topics"].items()) {
        Topic topic{name, about["partitions"], {}, {}};
        if (about.contains("replica_racks"))
            topic.replica_racks = about["replica_racks"].get<std::vector<std::vector<std::string>>>();
        if (about.contains("topic_id")) topic.id = topic_id(about["topic_id"]);
        group.topics.push_back(std::move(topic));
    }
    for (const auto& about : json["members"]) {
        GroupMember member{about["id"], about["topics"].get<std::vector<std::string>>()};
        if (about.contains("owned")) member.owned = partitions_of(about["owned"]);
        if (about.contains("generation")) member.generation = about["generation"].get<std::int32_t>();
        if (about.contains("instance")) member.instance = about["instance"].get<std::string>();
        if (about.contains("rack")) member.rack = about["rack"].get<std::string>();
        group.members.push_back(std::move(member));
    }
    return group;
}

const Row<Assignor>& row_of(const std::vector<Row<Assignor>>& rows, std::string_view name) {
    return *std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.name == name; });
}

void check_all(const std::string& file, std::string_view name) {
    const auto text = testing::golden_text("kafka_assignor_" + file + ".json");
    if (!text) return;
    const auto rows = assignors();
    const auto assignor = row_of(rows, name).make({});
    RandomStream random(1);
    for (const auto& json : nlohmann::ordered_json::parse(*text)) {
        CAPTURE(json["id"].get<std::string>());
        const Group group = group_of(json);
        const Assignment assignment = assignor->assign(group, random);
        for (std::size_t m = 0; m < group.members.size(); ++m) {
            CAPTURE(group.members[m].id);
            auto expected = partitions_of(json["assignment"].value(group.members[m].id, nlohmann::json::array()));
            auto found = assignment[m];
            std::sort(expected.begin(), expected.end());
            std::sort(found.begin(), found.end());
            CHECK(found == expected);
        }
    }
}

}  // namespace

TEST_CASE("range, round robin, sticky and cooperative sticky agree with Kafka's client") {
    check_all("range", "kafka_range");
    check_all("roundrobin", "kafka_round_robin");
    check_all("sticky", "kafka_sticky");
    check_all("cooperative-sticky", "kafka_cooperative_sticky");
}

TEST_CASE("range and uniform agree with Kafka's group coordinator") {
    check_all("server-range", "kafka_server_range");
    check_all("server-uniform", "kafka_uniform");
}
