/// Advice on partitions: how uneven the work of subtasks is against the number of partitions (key groups) and of
/// virtual nodes, as `orrery advise partitions` measures it.
///
///     imbalance   work of the busiest subtask over the mean; a job in step with its busiest subtask loses
///                 1 - 1 / imbalance of its capacity
///     alone       the imbalance if every partition had the same work: ceil(G / P) / (G / P)
///     meets       the number of seeds in which a count stays within the limit. A count is named if it meets the limit
///                 in all n of them; with confidence c it then does in at least (1 - c)^(1/n) of all cases (the
///                 one-sided Clopper-Pearson bound)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analysis/plot.hpp"
#include "analysis/statistics.hpp"

namespace orrery::analysis {

inline constexpr int advice_version = 1;

struct AdvicePoint {
    std::uint64_t count = 0;           ///< of partitions, or of virtual nodes
    std::string remark = {};           ///< "Flink's default"
    std::optional<double> alone = {};  ///< partitions only
    struct Rescale {
        double alone = 1;
        std::uint64_t parallelism = 1;
    };
    std::optional<Rescale> worst = {};    ///< the largest `alone` at another parallelism; see `AdviceCurve`
    std::vector<double> imbalances = {};  ///< by seed
};

struct AdviceCurve {
    std::string what;                 ///< "key groups", "virtual nodes"
    std::string parameter;            ///< where it is set
    std::uint64_t rescale_least = 0;  ///< `worst` is over parallelisms from this ...
    std::uint64_t rescale_most = 0;   ///< ... to this, and no more than there are partitions
    std::vector<AdvicePoint> points;  ///< by rising count
};

struct Advice {
    std::string keys;
    std::uint64_t requests = 0;     ///< in each seed
    std::uint64_t parallelism = 1;  ///< subtasks
    double limit = 1;               ///< on the imbalance
    double hottest_key = 0;         ///< its share of all work
    std::uint64_t seed = 1;         ///< the first one
    std::vector<std::string> notes;
    std::vector<AdviceCurve> curves;
    double confidence = 0.95;
};

/// In how many seeds it does.
std::size_t seeds_met(const AdvicePoint& point, double limit);
/// The first point that meets the limit in every seed, or null.
const AdvicePoint* smallest_that_meets(const AdviceCurve& curve, double limit);
/// ceil(partitions / subtasks) / (partitions / subtasks).
double imbalance_alone(std::uint64_t partitions, std::uint64_t subtasks);
/// The largest of them over `least` to `most` subtasks, the first of several.
AdvicePoint::Rescale worst_rescale(std::uint64_t partitions, std::uint64_t least, std::uint64_t most);

std::string advice_text(const Advice& advice);
/// Schema orrery.advice.
std::string advice_json(const Advice& advice);
/// A row for each curve, count and seed.
std::string advice_csv(const Advice& advice);
/// A gnuplot program (see plot.hpp): mean and range over seeds against the count, and the limit.
std::string advice_script(const Advice& advice, PlotFormat format);

}  // namespace orrery::analysis
