#include "analysis/advice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "analysis/machine_text.hpp"

namespace orrery::analysis {

namespace {

using Json = nlohmann::json;

Json point_value(const AdvicePoint& point, const Advice& advice) {
    const Estimate mean = estimate(point.imbalances, advice.confidence);
    Json out = {{"count", point.count},
                {"remark", point.remark},
                {"imbalance", {{"n", mean.n}, {"mean", mean.mean}, {"half_width", Json()}}},
                {"imbalances", point.imbalances},
                {"seeds_met", seeds_met(point, advice.limit)}};
    if (mean.half_width) out["imbalance"]["half_width"] = *mean.half_width;
    if (point.alone) out["partitions_alone"] = *point.alone;
    if (point.worst)
        out["worst_rescale"] = {{"partitions_alone", point.worst->alone}, {"parallelism", point.worst->parallelism}};
    return out;
}

}  // namespace

std::size_t seeds_met(const AdvicePoint& point, double limit) {
    return static_cast<std::size_t>(std::count_if(point.imbalances.begin(), point.imbalances.end(),
                                                  [&](double imbalance) { return imbalance <= limit; }));
}

const AdvicePoint* smallest_that_meets(const AdviceCurve& curve, double limit) {
    for (const AdvicePoint& point : curve.points)
        if (seeds_met(point, limit) == point.imbalances.size()) return &point;
    return nullptr;
}

double imbalance_alone(std::uint64_t partitions, std::uint64_t subtasks) {
    const std::uint64_t most = (partitions + subtasks - 1) / subtasks;
    return static_cast<double>(most * subtasks) / static_cast<double>(partitions);
}

AdvicePoint::Rescale worst_rescale(std::uint64_t partitions, std::uint64_t least, std::uint64_t most) {
    AdvicePoint::Rescale worst{imbalance_alone(partitions, least), least};
    for (std::uint64_t subtasks = least + 1; subtasks <= std::min(most, partitions); ++subtasks)
        if (const double alone = imbalance_alone(partitions, subtasks); alone > worst.alone) worst = {alone, subtasks};
    return worst;
}

std::string advice_json(const Advice& advice) {
    Json document;
    document["schema"] = {{"name", "orrery.advice"}, {"version", advice_version}};
    document["keys"] = advice.keys;
    document["requests"] = advice.requests;
    document["parallelism"] = advice.parallelism;
    document["limit"] = advice.limit;
    document["hottest_key"] = advice.hottest_key;
    document["seed"] = advice.seed;
    document["notes"] = advice.notes;
    document["confidence"] = advice.confidence;
    document["curves"] = Json::array();
    for (const AdviceCurve& curve : advice.curves) {
        Json points = Json::array();
        for (const AdvicePoint& point : curve.points) points.push_back(point_value(point, advice));
        const AdvicePoint* smallest = smallest_that_meets(curve, advice.limit);
        document["curves"].push_back({{"what", curve.what},
                                      {"parameter", curve.parameter},
                                      {"points", std::move(points)},
                                      {"smallest", smallest != nullptr ? Json(smallest->count) : Json()}});
    }
    return json_text(document);
}

std::string advice_csv(const Advice& advice) {
    std::string out = "what,count,seed,imbalance,partitions_alone\n";
    for (const AdviceCurve& curve : advice.curves)
        for (const AdvicePoint& point : curve.points)
            for (std::size_t i = 0; i < point.imbalances.size(); ++i)
                out += fmt::format("{},{},{},{},{}\n", csv_field(curve.what), point.count, advice.seed + i,
                                   point.imbalances[i], point.alone ? fmt::format("{}", *point.alone) : "");
    return out;
}

}  // namespace orrery::analysis
