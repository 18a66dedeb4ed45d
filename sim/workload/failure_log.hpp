/// Failure logs: recorded outages of real machines, to be replayed as faults.
///
///     infinitehbd  JSON: a list of {node_id, event_time (days), event_type: fault_start | fault_end, fault_type
///     {Level, Class,
///                  Desc}} (Shou et al., "InfiniteHBD", SIGCOMM 2025). An end closes the oldest open fault of the same
///                  type on its node. Time 0 is day 0. Nodes are numbered in the order in which they first appear. A
///                  start without end is an outage without end, an end without start is an outage from the begin of the
///                  log
///     lanl         CSV: the LANL operational records 1996 to 2005 (LA-UR-05-7318; Schroeder and Gibson, "A large-scale
///     study of
///                  failures in high-performance computing systems", DSN 2006). Columns System, nodenumz (the node,
///                  from 0 within its system), Prob Started, Prob Fixed (m/d/yyyy h:mm, local; an empty one is an
///                  outage without end) and one column for each cause. Times are taken as they are written, so an
///                  outage over a change of the clocks is off by the hour. Time 0 is the earliest start among the
///                  records that are read
///
/// Outages of one node may overlap: it is down while any is open (`merge_overlaps`).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/parameter.hpp"
#include "sim/base/time.hpp"
#include "sim/workload/data_file.hpp"
#include "sim/workload/trace/text_source.hpp"

namespace orrery {

struct Outage {
    std::uint32_t node = 0;
    Time from{};
    std::optional<Time> to;  ///< nothing: not repaired before the end of the log
    std::string cause;       ///< as the log says it: "GPU: GPU xid Error", "Hardware: Memory Dimm"
    friend bool operator==(const Outage&, const Outage&) = default;
};

enum class FailureFormat : std::uint8_t { infinitehbd, lanl };

/// Which simulated node a recorded one is.
enum class NodeMapping : std::uint8_t {
    modulo,  ///< recorded node number modulo the number of simulated ones
    first,   ///< the same number; records of nodes beyond the simulated ones are left out
};

struct FailureLogSpec {
    std::filesystem::path path;
    FailureFormat format = FailureFormat::infinitehbd;
    Compression compression = Compression::automatic;
    std::optional<std::int64_t> system = {};  ///< lanl: only this one
    std::uint32_t nodes = 0;                  ///< number of simulated nodes; 0: recorded numbers are kept
    NodeMapping mapping = NodeMapping::modulo;
    Duration from{};                                 ///< this long after the begin of the log is time 0
    std::optional<Duration> span = {};               ///< outages that begin later are left out, ends are kept
    std::int64_t time_scale_millionths = 1'000'000;  ///< all times are divided by it: 1000 packs a day into 86.4 s
};

struct FailureLog {
    /// By from, then node, then to. An outage that is open at `from` begins at time 0; one that is over by then is left
    /// out.
    std::vector<Outage> outages;
    std::uint32_t nodes_recorded = 0;  ///< nodes that the records (of the system) name
    // What the file holds (of the system), before from and mapping:
    std::uint64_t events = 0;     ///< infinitehbd: starts and ends; lanl: records
    std::uint64_t complete = 0;   ///< outages with both ends
    std::uint64_t unended = 0;    ///< starts without an end
    std::uint64_t unstarted = 0;  ///< ends without a start
};

/// Reads a log of at most 256 MiB. Throws `DataError`, and `ParameterError` ("system") for a system that has no record.
FailureLog read_failure_log(const FailureLogSpec& spec);

/// Joins outages of one node that overlap or touch, so that each is a time when the node is down. The cause is that of
/// the first.
std::vector<Outage> merge_overlaps(std::vector<Outage> outages);

/// What may stand in the section of a failure log in a scenario.
Table failure_log_table();
/// `nodes` is the number of simulated nodes. Finds the file, too. Throws `ParameterError`.
FailureLogSpec failure_log_spec(const Settings& settings, const DataPlaces& places, std::uint32_t nodes);

}  // namespace orrery
