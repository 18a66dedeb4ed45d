#include "sim/workload/keys.hpp"

namespace orrery {

namespace {

Parameter count_parameter() {
    return {.name = "count",
            .kind = Kind::count,
            .fallback = {},
            .least = 1,
            .most = 4503599627370496.0,
            .doc = "number of keys"};
}
Parameter exponent_parameter() {
    return {.name = "exponent",
            .kind = Kind::real,
            .fallback = "0.99",
            .least = 0,
            .most = 100,
            .doc = "0 is uniform; 0.99 is YCSB's"};
}
Parameter hot_share_parameter() {
    return {.name = "hot_share",
            .kind = Kind::ratio,
            .fallback = "20%",
            .least = 0,
            .most = 1,
            .doc = "the share of the keys that is hot"};
}
Parameter hot_traffic_parameter() {
    return {.name = "hot_traffic",
            .kind = Kind::ratio,
            .fallback = "80%",
            .least = 0,
            .most = 1,
            .doc = "the share of the requests that asks for hot keys"};
}
Parameter order_parameter() {
    return {.name = "order",
            .kind = Kind::choice,
            .fallback = "scattered",
            .doc = "whether popular keys are neighbours",
            .choices = {"scattered", "by_rank"}};
}

std::uint64_t count_of(const Settings& settings) {
    return static_cast<std::uint64_t>(settings.integer("count"));
}
KeyOrder order_of(const Settings& settings) {
    return settings.text("order") == "by_rank" ? KeyOrder::by_rank : KeyOrder::scattered;
}
HotSet hot_set_of(const Settings& settings) {
    return {.share = settings.real("hot_share"), .traffic = settings.real("hot_traffic")};
}

std::unique_ptr<KeyPopularity> make_drifting(const Settings& settings) {
    const Duration period = settings.duration("period");
    if (settings.text("shape") == "zipf")
        return zipf_keys(count_of(settings), settings.real("exponent"), KeyOrder::scattered, period);
    return hot_set_keys(count_of(settings), hot_set_of(settings), KeyOrder::scattered, period);
}

}  // namespace

std::vector<Row<KeyPopularity>> key_popularities() {
    std::vector<Row<KeyPopularity>> rows;
    rows.emplace_back("uniform", "every key equally often", "YCSB uniform", Table{{count_parameter()}},
                      [](const Settings& settings) { return uniform_keys(count_of(settings)); });
    rows.emplace_back(
        "zipf", "popularity falls as a power of the rank",
        "Gray et al., Quickly generating billion-record synthetic databases, SIGMOD 1994, section 3; YCSB zipfian",
        Table{{count_parameter(), exponent_parameter(), order_parameter()}}, [](const Settings& settings) {
            return zipf_keys(count_of(settings), settings.real("exponent"), order_of(settings));
        });
    rows.emplace_back("hot_set", "a few keys get most of the requests", "YCSB hotspot",
                      Table{{count_parameter(), hot_share_parameter(), hot_traffic_parameter(), order_parameter()}},
                      [](const Settings& settings) {
                          return hot_set_keys(count_of(settings), hot_set_of(settings), order_of(settings));
                      });
    rows.emplace_back("drifting", "zipf or hot_set whose popular keys change every period",
                      "hot-spot migration (Taft et al., E-Store, VLDB 2014)",
                      Table{{count_parameter(),
                             {.name = "period",
                              .kind = Kind::duration,
                              .fallback = {},
                              .least = 1,
                              .doc = "how long a key stays popular"},
                             {.name = "shape",
                              .kind = Kind::choice,
                              .fallback = "zipf",
                              .doc = "how popularity is spread at any one time",
                              .choices = {"zipf", "hot_set"}},
                             exponent_parameter(),
                             hot_share_parameter(),
                             hot_traffic_parameter()}},
                      make_drifting);
    rows.emplace_back("sequential", "keys in turn", "YCSB sequential", Table{{count_parameter()}},
                      [](const Settings& settings) { return sequential_keys(count_of(settings)); });
    return rows;
}

}  // namespace orrery
