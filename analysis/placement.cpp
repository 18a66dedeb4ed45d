#include "analysis/placement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "analysis/machine_text.hpp"

namespace orrery::analysis {

namespace {

using Json = nlohmann::json;

struct Measure {
    const char* name;
    const char* unit;
    double Balance::*member;
};
constexpr Measure measures[] = {{"load.max_over_mean", "1", &Balance::max_over_mean},
                                {"load.cv", "1", &Balance::cv},
                                {"load.jain", "1", &Balance::jain},
                                {"load.gini", "1", &Balance::gini},
                                {"load.hot_share", "1", &Balance::hot_share}};

Json to_value(const Estimate& estimate) {
    return {{"n", estimate.n},
            {"mean", estimate.mean},
            {"half_width", estimate.half_width ? Json(*estimate.half_width) : Json()}};
}

Json run_value(const PlacementRun& run, const Placement& placement) {
    Json out;
    out["seed"] = run.seed;
    out["loads"] = run.loads;
    out["memory_bytes"] = run.memory;
    out["metrics"] = Json::object();
    const Balance balance = balance_of(run, placement.weights);
    for (const Measure& measure : measures) out["metrics"][measure.name] = balance.*measure.member;
    out["moves"] = Json::array();
    for (const Moves& moves : run.moves)
        out["moves"].push_back({{"moved_fraction", moves.moved}, {"least_fraction", moves.least}});
    return out;
}

Json scheme_value(const PlacedScheme& scheme, const Placement& placement) {
    Json out;
    out["scheme"] = scheme.name;
    out["notes"] = scheme.notes;
    const auto over_runs = [&](const auto& value) {
        return to_value(placement_estimate(scheme, placement.confidence, value));
    };
    out["metrics"] = Json::object();
    for (const Measure& measure : measures)
        out["metrics"][measure.name] =
            over_runs([&](const PlacementRun& run) { return balance_of(run, placement.weights).*measure.member; });
    out["metrics"]["memory_bytes"] = over_runs([](const PlacementRun& run) { return static_cast<double>(run.memory); });
    out["moves"] = Json::array();
    for (std::size_t i = 0; i < scheme.runs.front().moves.size(); ++i)
        out["moves"].push_back(
            {{"moved_fraction", over_runs([i](const PlacementRun& run) { return run.moves[i].moved; })},
             {"least_fraction", over_runs([i](const PlacementRun& run) { return run.moves[i].least; })}});
    out["runs"] = Json::array();
    for (const PlacementRun& run : scheme.runs) out["runs"].push_back(run_value(run, placement));
    return out;
}

}  // namespace

Estimate placement_estimate(const PlacedScheme& scheme, double confidence,
                            const std::function<double(const PlacementRun&)>& value) {
    std::vector<double> values;
    for (const PlacementRun& run : scheme.runs) values.push_back(value(run));
    Estimate out = estimate(values, confidence);
    const bool agree = std::all_of(values.begin(), values.end(), [&](double one) { return one == values.front(); });
    if (agree && !values.empty()) {
        out.mean = values.front();
        out.half_width.reset();
    }
    return out;
}

Balance balance_of(const PlacementRun& run, const std::vector<double>& weights) {
    return balance_of(std::span<const double>(run.loads), std::span<const double>(weights));
}

std::string placement_json(const Placement& placement) {
    Json document;
    document["schema"] = {{"name", "orrery.placement"}, {"version", placement_version}};
    document["keys"] = placement.keys;
    document["requests"] = placement.requests;
    document["distinct_keys"] = placement.distinct;
    document["replicas"] = placement.replicas;
    document["weights"] = placement.weights;
    document["events"] = placement.events;
    document["notes"] = placement.notes;
    document["confidence"] = placement.confidence;
    document["schemes"] = Json::array();
    for (const PlacedScheme& scheme : placement.schemes) document["schemes"].push_back(scheme_value(scheme, placement));
    return json_text(document);
}

std::string placement_csv(const Placement& placement) {
    std::string out = "scheme,seed,metric,unit,value\n";
    for (const PlacedScheme& scheme : placement.schemes)
        for (const PlacementRun& run : scheme.runs) {
            const std::string prefix = fmt::format("{},{},", csv_field(scheme.name), run.seed);
            const Balance balance = balance_of(run, placement.weights);
            for (const Measure& measure : measures)
                out += fmt::format("{}{},{},{}\n", prefix, measure.name, measure.unit, balance.*measure.member);
            out += fmt::format("{}memory,B,{}\n", prefix, run.memory);
            for (std::size_t i = 0; i < run.moves.size(); ++i) {
                out += fmt::format("{}rebalance.moved_fraction{{event={}}},1,{}\n", prefix, i, run.moves[i].moved);
                out += fmt::format("{}rebalance.least_fraction{{event={}}},1,{}\n", prefix, i, run.moves[i].least);
            }
            for (std::size_t i = 0; i < run.loads.size(); ++i)
                out += fmt::format("{}requests{{node={}}},1,{}\n", prefix, i, run.loads[i]);
        }
    return out;
}

}  // namespace orrery::analysis
