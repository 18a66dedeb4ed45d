#include "sim/workload/failure_log.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "sim/base/check.hpp"
#include "sim/base/wide.hpp"
#include "sim/workload/failure_log_readers.hpp"

namespace orrery {

namespace {

RecordedOutages read(const FailureLogSpec& spec) {
    switch (spec.format) {
        case FailureFormat::infinitehbd:
            return read_infinitehbd(spec);
        case FailureFormat::lanl:
            return read_lanl(spec);
    }
    ORRERY_CHECK(false, "a failure log has no format");
}

/// `offset` nanoseconds after time 0 in the log's own time, as a time of the run.
Time to_time(Wide offset, std::int64_t scale_millionths) {
    if (offset < 0) return time_zero;
    constexpr Wide end = Duration::max().count();
    return Time(Duration(static_cast<std::int64_t>(std::min(offset * 1'000'000 / scale_millionths, end))));
}

std::optional<std::uint32_t> mapped(std::uint32_t node, const FailureLogSpec& spec) {
    if (spec.nodes == 0 || node < spec.nodes) return node;
    return spec.mapping == NodeMapping::modulo ? std::optional(node % spec.nodes) : std::nullopt;
}

bool earlier(const Outage& a, const Outage& b) {
    const auto order = [](const Outage& outage) {
        return std::make_tuple(outage.from, outage.node, outage.to.value_or(time_max));
    };
    return order(a) < order(b);
}

}  // namespace

FailureLog read_failure_log(const FailureLogSpec& spec) {
    ORRERY_CHECK(spec.time_scale_millionths > 0, "a failure log is scaled by a factor that is not positive");
    const RecordedOutages recorded = read(spec);
    const Wide zero = static_cast<Wide>(recorded.begin.count()) + spec.from.count();
    FailureLog log;
    log.events = recorded.events;
    std::set<std::uint32_t> nodes;
    for (const auto& outage : recorded.outages) {
        nodes.insert(outage.node);
        if (outage.from && outage.to) ++log.complete;
        if (!outage.to) ++log.unended;
        if (!outage.from) ++log.unstarted;
        const auto node = mapped(outage.node, spec);
        const Wide from = (outage.from ? outage.from->count() : recorded.begin.count()) - zero;
        const std::optional<Wide> to = outage.to ? std::optional(outage.to->count() - zero) : std::nullopt;
        const bool over = to && *to <= 0 && from < 0;
        const bool late = spec.span && from >= spec.span->count();
        if (!node || over || late) continue;
        const auto ended = to ? std::optional(to_time(*to, spec.time_scale_millionths)) : std::nullopt;
        log.outages.push_back({*node, to_time(from, spec.time_scale_millionths), ended, outage.cause});
    }
    log.nodes_recorded = static_cast<std::uint32_t>(nodes.size());
    std::stable_sort(log.outages.begin(), log.outages.end(), earlier);
    return log;
}

std::vector<Outage> merge_overlaps(std::vector<Outage> outages) {
    std::stable_sort(outages.begin(), outages.end(), earlier);
    std::vector<Outage> merged;
    std::map<std::uint32_t, std::size_t> last;  // of each node, in `merged`
    for (auto& outage : outages) {
        const auto found = last.find(outage.node);
        if (found != last.end()) {
            Outage& before = merged[found->second];
            if (!before.to || *before.to >= outage.from) {
                if (before.to) before.to = outage.to ? std::optional(std::max(*before.to, *outage.to)) : std::nullopt;
                continue;
            }
        }
        last[outage.node] = merged.size();
        merged.push_back(std::move(outage));
    }
    return merged;
}

}  // namespace orrery
