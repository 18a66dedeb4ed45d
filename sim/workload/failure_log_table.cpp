#include <cmath>

#include "sim/workload/failure_log.hpp"

namespace orrery {

Table failure_log_table() {
    Table table{data_file_parameters()};
    auto& rows = table.parameters;
    rows.push_back({.name = "format",
                    .kind = Kind::choice,
                    .fallback = {},
                    .doc = "who recorded it",
                    .choices = {"infinitehbd", "lanl"}});
    rows.push_back({.name = "system",
                    .kind = Kind::count,
                    .fallback = "",
                    .most = 1e6,
                    .doc = "lanl: the number of the system whose records are read; all if absent"});
    rows.push_back(
        {.name = "mapping",
         .kind = Kind::choice,
         .fallback = "modulo",
         .doc = "a recorded node number beyond the simulated nodes is taken modulo their number, or left out (first)",
         .choices = {"modulo", "first"}});
    rows.push_back({.name = "from",
                    .kind = Kind::duration,
                    .fallback = "0s",
                    .doc = "this long after the begin of the log is time 0, in the log's own time"});
    rows.push_back({.name = "span",
                    .kind = Kind::duration,
                    .fallback = "",
                    .least = 1,
                    .doc = "outages that begin later than this after `from` are left out, in the log's own time"});
    rows.push_back({.name = "time_scale",
                    .kind = Kind::real,
                    .fallback = "1",
                    .least = 1e-6,
                    .most = 1e9,
                    .doc = "all times are divided by it: 86400 makes a day a second"});
    return table;
}

FailureLogSpec failure_log_spec(const Settings& settings, const DataPlaces& places, std::uint32_t nodes) {
    FailureLogSpec spec;
    spec.format = settings.text("format") == "lanl" ? FailureFormat::lanl : FailureFormat::infinitehbd;
    if (settings.has("system")) {
        if (spec.format != FailureFormat::lanl)
            throw ParameterError("system", "only logs of the format lanl have several systems");
        spec.system = settings.integer("system");
    }
    spec.nodes = nodes;
    spec.mapping = settings.text("mapping") == "first" ? NodeMapping::first : NodeMapping::modulo;
    spec.from = settings.duration("from");
    if (settings.has("span")) spec.span = settings.duration("span");
    spec.time_scale_millionths = static_cast<std::int64_t>(std::floor(settings.real("time_scale") * 1e6 + 0.5));
    spec.path = find_data(data_file(settings), places);
    return spec;
}

}  // namespace orrery
