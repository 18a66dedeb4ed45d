/// priority: the job with the largest priority first, equal ones in order of arrival; preemptive-resume or
/// non-preemptive. See ranked_server.hpp for cost and rounding.
#include "models/scheduling/catalog.hpp"
#include "models/scheduling/ranked_server.hpp"

namespace orrery::models {

namespace {

struct LargestPriority {
    static bool before(const RankedJob& a, const RankedJob& b) { return a.priority > b.priority; }
};

}  // namespace

Row<QueueDiscipline> priority_row() {
    return {"priority",
            "the largest priority first, equal ones in order of arrival",
            "Cobham, Priority assignment in waiting line problems (1954)",
            {{preemption_parameter()}},
            [](const Settings& settings) {
                return std::make_unique<RankedServer<LargestPriority>>(preemption_of(settings));
            }};
}

}  // namespace orrery::models
