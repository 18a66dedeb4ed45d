#include "sim/cluster/network_link.hpp"

#include <algorithm>

#include "sim/base/units.hpp"

namespace orrery {

namespace {

// Distributions do not tell their least value; their settings do. Zero is always a safe answer.
double least_nanoseconds(const Choice& choice) {
    const Settings& settings = choice.settings;
    if (choice.row == "constant") return settings.real("value");
    if (choice.row == "uniform" || choice.row == "bimodal") return settings.real("low");
    if (choice.row == "pareto") return settings.real("minimum");
    if (choice.row != "discrete" && choice.row != "empirical") return 0;
    double least = 1e18;
    for (const std::string& item : settings.list("values"))
        if (const auto value = parse_quantity(Kind::duration, item)) least = std::min(least, *value);
    return least;
}

}  // namespace

Table link_table() {
    Child latency{"latency", Child::Shape::policy,
                  "one-way propagation delay: a duration, or a distribution of which each message draws"};
    latency.family = std::string(Distribution::family);
    latency.key = "distribution";
    latency.measures = Kind::duration;
    latency.presence = Child::Presence::required;
    return {
        {
            {"latency_least", Kind::duration, "", 0, 1e15,
             "floor under the drawn latency; without it the distribution's least value"},
            {"bandwidth", Kind::bandwidth, "", 1, 1e15, "of each direction; without it transmission takes no time"},
            {"queue", Kind::bytes, "", 0, 1e15,
             "bytes that a direction holds, the message in transmission included; without it no limit"},
            {"loss", Kind::ratio, "0%", 0, 1, "share of messages lost"},
            {"corrupt", Kind::ratio, "0%", 0, 1, "share of messages that arrive with a wrong checksum and are dropped"},
            {"duplicate", Kind::ratio, "0%", 0, 1, "share of messages that arrive twice"},
            {"reorder", Kind::ratio, "0%", 0, 1,
             "share of messages held back by reorder_delay, so that later ones overtake them"},
            {"reorder_delay", Kind::duration, "", 0, 1e15, "how long they are held back"},
        },
        {std::move(latency)}};
}

LinkSpec make_link(const Settings& settings) {
    LinkSpec out;
    if (const Choice* latency = settings.child("latency")) {
        out.latency = make_distribution(*latency, Kind::duration);
        out.latency_least = Distribution::rounded_nanoseconds(least_nanoseconds(*latency));
    }
    if (settings.has("latency_least")) out.latency_least = settings.duration("latency_least");
    if (settings.has("bandwidth")) out.bandwidth = settings.integer("bandwidth");
    if (settings.has("queue")) out.queue_bytes = settings.integer("queue");
    if (out.queue_bytes && !out.bandwidth)
        throw ParameterError("queue", "a queue forms only where there is a bandwidth; give one");
    out.loss = settings.real("loss");
    out.corrupt = settings.real("corrupt");
    out.duplicate = settings.real("duplicate");
    out.reorder = settings.real("reorder");
    if (settings.has("reorder_delay")) out.reorder_delay = settings.duration("reorder_delay");
    if (out.reorder > 0 && out.reorder_delay == Duration(0))
        throw ParameterError("reorder", "without a reorder_delay nothing is held back; give one above 0");
    return out;
}

}  // namespace orrery
