/// The readers behind `read_failure_log`, one a format.
#pragma once

#include "sim/workload/failure_log.hpp"

namespace orrery {

/// An outage in the log's own time.
struct RecordedOutage {
    std::uint32_t node = 0;
    std::optional<Duration> from = {};  ///< nothing: before the begin of the log
    std::optional<Duration> to = {};
    std::string cause = {};
};

struct RecordedOutages {
    std::vector<RecordedOutage> outages;
    std::uint64_t events = 0;
    Duration begin{};  ///< what becomes time 0
};

RecordedOutages read_infinitehbd(const FailureLogSpec& spec);
RecordedOutages read_lanl(const FailureLogSpec& spec);

}  // namespace orrery
