#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "sample_table.hpp"
#include "scenarios/format/schema.hpp"

using namespace orrery;
using Json = nlohmann::json;

namespace {

std::set<std::string> keys(const Json& object) {
    std::set<std::string> out;
    for (const auto& [key, value] : object.items()) out.insert(key);
    return out;
}

std::set<std::string> keys(const Table& table) {
    std::set<std::string> out;
    for (const Parameter& parameter : table.parameters) out.insert(parameter.name);
    for (const Child& child : table.children) out.insert(child.name);
    return out;
}

Json schema() {
    return Json::parse(json_schema(sample::top(), sample::catalog()));
}

/// Every "$ref" below `json`.
void references(const Json& json, std::set<std::string>& into) {
    if (json.is_object() && json.contains("$ref")) into.insert(json["$ref"].get<std::string>());
    for (const auto& item : json)
        if (item.is_structured()) references(item, into);
}

}  // namespace

TEST_CASE("the schema has the keys of the table, no more and no fewer, and says which must be given") {
    const Json all = schema();
    CHECK(all["$schema"] == "https://json-schema.org/draft/2020-12/schema");
    CHECK(keys(all["properties"]) == keys(sample::top()));
    CHECK(all["required"] == Json({"duration", "cluster", "workload", "system"}));
    CHECK(all["additionalProperties"] == false);
    CHECK(all["properties"]["cluster"]["required"] == Json({"topology"}));
    CHECK(all["properties"]["seed"]["default"] == 1);
    CHECK(all["properties"]["warmup"]["default"] == "0s");
    CHECK_FALSE(all["properties"]["scenario"].contains("default"));
}

TEST_CASE("the schema lists each row of a family with its own keys, told apart by a constant") {
    const Json all = schema();
    CHECK(all["properties"]["system"]["$ref"] == "#/$defs/system.kind");
    const Catalog catalog = sample::catalog();
    std::size_t rows = 0;
    for (const Json& alternative : all["$defs"]["system.kind"]["anyOf"]) {
        if (!alternative.contains("properties")) continue;
        const RowInfo* row = catalog.rows("system")[rows++];
        CHECK(alternative["properties"]["kind"]["const"] == row->name);
        std::set<std::string> expected = keys(row->table);
        expected.insert("kind");
        CHECK(keys(alternative["properties"]) == expected);
    }
    CHECK(rows == catalog.rows("system").size());
}

TEST_CASE("a measured family is defined once for each kind it measures, and may hold itself") {
    const Json all = schema();
    const Json& durations = all["$defs"]["distribution.distribution.duration.or_constant"]["anyOf"];
    const Json& bytes = all["$defs"]["distribution.distribution.bytes.or_constant"]["anyOf"];
    CHECK(durations[0]["pattern"].get<std::string>().find("(ns|us|ms|s|min|h|d|") != std::string::npos);
    CHECK(bytes[0]["pattern"].get<std::string>().find("(B|kB|") != std::string::npos);
    std::set<std::string> used;
    references(all, used);
    std::set<std::string> defined;
    for (const std::string& name : keys(all["$defs"])) defined.insert("#/$defs/" + name);
    CHECK(used == defined);
    CHECK(used.count("#/$defs/distribution.distribution.duration") == 1);
}

TEST_CASE("an item of a tagged list has exactly one of the rows") {
    const Json item = schema()["properties"]["faults"]["items"];
    CHECK(keys(item["properties"]) == std::set<std::string>{"at", "for", "crash", "slow"});
    CHECK(item["oneOf"] == Json::parse(R"([{"required": ["crash"]}, {"required": ["slow"]}])"));
    CHECK(item["required"] == Json({"at"}));
}

TEST_CASE("a row is described in lines that align") {
    const RowInfo row{
        "power_of_d",
        "the least loaded of d",
        "Mitzenmacher, TPDS 2001",
        {{{"d", Kind::count, "2", 1, 64, "workers to draw"}, {"memory", Kind::flag, "false", 0, 1, "keep the best"}}}};
    CHECK(describe(row) == R"(power_of_d  the least loaded of d
    from Mitzenmacher, TPDS 2001
    d       a whole number from 1 to 64, default 2: workers to draw
    memory  true or false, default false: keep the best
)");
}

TEST_CASE("the reference of a table names every key in it") {
    const std::string text = describe(sample::top());
    for (const std::string name : {"seed", "cluster", "topology", "latency", "arrivals", "faults", "until"})
        CHECK(text.find(name) != std::string::npos);
    CHECK(
        text.find("a policy of family 'distribution', named by 'distribution', of a duration, default 20us: one way") !=
        std::string::npos);
}
