/// srpt: the job with the shortest remaining processing time first, preemptive; equal ones in order of
/// arrival. Least mean time in system of all disciplines on one core. See ranked_server.hpp for cost and
/// rounding.
///
/// What is left of the jobs in service shrinks at one rate, so their ranks among each other and before
/// those that wait never change between arrivals.
#include "models/scheduling/catalog.hpp"
#include "models/scheduling/ranked_server.hpp"

namespace orrery::models {

namespace {

struct ShortestRemaining {
    static bool before(const RankedJob& a, const RankedJob& b) { return a.left < b.left; }
};

}  // namespace

Row<QueueDiscipline> srpt_row() {
    return {"srpt",
            "shortest remaining processing time first, preemptive",
            "Schrage, Miller, The queue M/G/1 with the shortest remaining processing time discipline (1966)",
            {},
            [](const Settings&) { return std::make_unique<RankedServer<ShortestRemaining>>(Preemption::resume); }};
}

}  // namespace orrery::models
