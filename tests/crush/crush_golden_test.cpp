// Ceph's own answers: crushtool's mappings, and osdmaptool's of objects to placement groups to devices.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "models/hashing/crush/crush_text.hpp"
#include "tests/golden.hpp"

using namespace orrery;
using namespace orrery::models;

namespace {

using Devices = std::vector<std::int32_t>;

std::map<std::string, CrushMap> golden_maps() {
    std::map<std::string, CrushMap> maps;
    const auto text = testing::golden_text("crush_straw2.json");
    if (!text) return maps;
    for (const auto& one : nlohmann::json::parse(*text))
        maps.emplace(one["id"], read_crush_map(one["crush_map_text"].get<std::string>()));
    return maps;
}

}  // namespace

TEST_CASE("rules place as crushtool does, with devices out, holes and older tunables") {
    const auto text = testing::golden_text("crush_straw2.json");
    if (!text) return;
    const auto maps = golden_maps();
    for (const auto& one : nlohmann::json::parse(*text)) {
        const CrushMap& map = maps.at(one["id"]);
        for (const auto& run : one["runs"]) {
            std::vector<std::uint32_t> reweights(map.devices(), crush_one);
            for (const auto& [device, weight] : run["osd_reweight"].items())
                reweights[std::stoul(device)] = static_cast<std::uint32_t>(weight.get<double>() * crush_one);
            std::uint32_t x = run["x_first"];
            for (const auto& expected : run["mappings"]) {
                CAPTURE(one["id"].get<std::string>());
                CAPTURE(run["rule"].get<int>());
                CAPTURE(x);
                CHECK(map.place(run["rule"].get<std::int32_t>(), x, run["num_rep"], reweights) ==
                      expected.get<Devices>());
                ++x;
            }
        }
    }
}

TEST_CASE("objects go to Ceph's placement groups, and those to its devices") {
    const auto text = testing::golden_text("ceph_object_pg.json");
    if (!text) return;
    const auto maps = golden_maps();
    for (const auto& pool : nlohmann::json::parse(*text)) {
        const CrushMap& map = maps.at(pool["crush_map"]);
        const std::vector<std::uint32_t> all_in(map.devices(), crush_one);
        const auto devices_of = [&](std::uint32_t group) {
            const std::uint32_t x = crush_input(group, pool["pgp_num"], pool["pool_id"]);
            return map.place(pool["rule"].get<std::int32_t>(), x, pool["size"], all_in);
        };
        for (const auto& [name, expected] : pool["pg_up"].items()) {
            const auto group = static_cast<std::uint32_t>(std::stoul(name.substr(name.find('.') + 1), nullptr, 16));
            const std::string& shown = name;  // clang 14 captures no structured binding
            CAPTURE(shown);
            CHECK(devices_of(group) == expected.get<Devices>());
        }
        for (const auto& object : pool["objects_hex_pg_up"]) {
            const std::string name = object[1];
            const std::uint32_t group = crush_group(testing::unhex(object[0].get<std::string>()), pool["pg_num"]);
            CHECK(group == std::stoul(name.substr(name.find('.') + 1), nullptr, 16));
            CHECK(devices_of(group) == object[2].get<Devices>());
        }
    }
}
