/// edf: the earliest deadline first; jobs without one come last; equal ones in order of arrival.
/// Preemptive or not. A job past its deadline is served like any other. See ranked_server.hpp for cost
/// and rounding.
#include "models/scheduling/catalog.hpp"
#include "models/scheduling/ranked_server.hpp"

namespace orrery::models {

namespace {

struct EarliestDeadline {
    static bool before(const RankedJob& a, const RankedJob& b) {
        if (!a.due || !b.due) return a.due.has_value() && !b.due.has_value();
        return *a.due < *b.due;
    }
};

}  // namespace

Row<QueueDiscipline> edf_row() {
    return {"edf",
            "the earliest deadline first, jobs without one last",
            "Liu, Layland, Scheduling algorithms for multiprogramming in a hard-real-time environment (1973)",
            {{preemption_parameter()}},
            [](const Settings& settings) {
                return std::make_unique<RankedServer<EarliestDeadline>>(preemption_of(settings));
            }};
}

}  // namespace orrery::models
