#include "sim/base/units.hpp"
#include "sim/workload/arrivals.hpp"

namespace orrery {

namespace {

constexpr double rate_least = 1e-9;
constexpr double rate_most = 1e9;  ///< one a nanosecond
/// A table in a file; more is a mistake.
constexpr std::size_t list_most = 100'000;

Parameter rate(const char* doc) {
    return {.name = "rate", .kind = Kind::rate, .fallback = {}, .least = rate_least, .most = rate_most, .doc = doc};
}
Parameter duration(const char* name, std::optional<std::string> fallback, double least, const char* doc) {
    return {.name = name, .kind = Kind::duration, .fallback = std::move(fallback), .least = least, .doc = doc};
}

struct TimeAndRate {
    Duration time;
    double rate;
};

/// An item of two words, one a rate and one a duration, in the order that `form` shows.
enum class Words : std::uint8_t { rate_first, time_first };
TimeAndRate two_words(const std::string& parameter, const std::string& item, Words words) {
    const std::string form =
        words == Words::rate_first ? "a rate and a mean duration (100/s 10s)" : "a time and a rate (30s 500/s)";
    const std::size_t blank = item.find(' ');
    if (blank == std::string::npos) throw ParameterError(parameter, "found \"" + item + "\", expected " + form);
    const std::size_t second = item.find_first_not_of(' ', blank);
    const std::string front = item.substr(0, blank);
    const std::string back = second == std::string::npos ? std::string() : item.substr(second);
    const auto time = parse_duration(words == Words::rate_first ? back : front);
    const auto per_second = parse_rate(words == Words::rate_first ? front : back);
    if (!time) throw ParameterError(parameter, "\"" + item + "\": expected " + form + "; " + time.error);
    if (!per_second) throw ParameterError(parameter, "\"" + item + "\": expected " + form + "; " + per_second.error);
    if (*per_second < 0 || *per_second > rate_most)
        throw ParameterError(parameter, "\"" + item + "\": a rate is from 0/s to 1e9/s");
    if (*time < Duration(0)) throw ParameterError(parameter, "\"" + item + "\": a time must not be negative");
    return {*time, *per_second};
}

const std::vector<std::string>& bounded_list(const Settings& settings, const char* name) {
    const auto& list = settings.list(name);
    if (list.size() > list_most)
        throw ParameterError(name, "found " + std::to_string(list.size()) + " items, at most 100000 are accepted");
    return list;
}

std::unique_ptr<ArrivalProcess> make_mmpp(const Settings& settings) {
    std::vector<ModulatedState> states;
    for (const auto& item : bounded_list(settings, "states")) {
        const auto [sojourn, per_second] = two_words("states", item, Words::rate_first);
        if (sojourn == Duration(0))
            throw ParameterError("states", "\"" + item + "\": the mean duration must be positive");
        states.push_back({per_second, sojourn});
    }
    return modulated_arrivals(std::move(states));
}

std::unique_ptr<ArrivalProcess> make_on_off(const Settings& settings) {
    try {
        return modulated_arrivals({{settings.real("rate"), settings.duration("on")}, {0, settings.duration("off")}});
    } catch (const ParameterError& error) {
        throw ParameterError("rate", error.message());
    }
}

std::unique_ptr<ArrivalProcess> make_piecewise(const Settings& settings) {
    std::vector<RateStep> steps;
    for (const auto& item : bounded_list(settings, "steps")) {
        const auto [at, per_second] = two_words("steps", item, Words::time_first);
        steps.push_back({Time(at), per_second});
    }
    return piecewise_arrivals(std::move(steps),
                              settings.has("repeat") ? std::optional(settings.duration("repeat")) : std::nullopt);
}

std::unique_ptr<ArrivalProcess> make_diurnal(const Settings& settings) {
    return diurnal_arrivals({.rate = settings.real("rate"),
                             .amplitude = settings.real("amplitude"),
                             .period = settings.duration("period"),
                             .peak = settings.duration("peak")});
}

std::unique_ptr<ArrivalProcess> make_closed_loop(const Settings& settings) {
    ClosedLoop spec{.clients = static_cast<std::uint32_t>(settings.integer("clients"))};
    if (const Choice* think = settings.child("think")) spec.think = make_distribution(*think, Kind::duration);
    return closed_loop_arrivals(std::move(spec));
}

}  // namespace

std::vector<Row<ArrivalProcess>> arrival_processes() {
    std::vector<Row<ArrivalProcess>> rows;
    // The rate may be that of many sources together, so it may exceed what one can do.
    Parameter poisson_rate = rate("mean rate, of all sources together");
    poisson_rate.most = 1e12;
    rows.emplace_back("poisson", "independent arrivals at a constant rate", "A. K. Erlang, 1909", Table{{poisson_rate}},
                      [](const Settings& settings) { return poisson_arrivals(settings.real("rate")); });
    rows.emplace_back(
        "deterministic", "equal gaps", "the D of Kendall's notation",
        Table{{rate("arrivals per time"), duration("offset", "", 0, "time of the first arrival, one gap if absent")}},
        [](const Settings& settings) {
            return deterministic_arrivals(settings.real("rate"), settings.has("offset")
                                                                     ? std::optional(settings.duration("offset"))
                                                                     : std::nullopt);
        });
    rows.emplace_back("mmpp", "Poisson whose rate follows a Markov chain",
                      "Fischer and Meier-Hellstern, The MMPP cookbook, 1993, section 2",
                      Table{{{.name = "states",
                              .kind = Kind::list,
                              .fallback = {},
                              .doc = "each a rate and a mean duration: [100/s 10s, 1000/s 2s]"}}},
                      make_mmpp);
    rows.emplace_back("on_off", "bursts of Poisson arrivals between silences, both exponential",
                      "Kuczura, The interrupted Poisson process as an overflow process, 1973",
                      Table{{rate("rate within a burst"), duration("on", std::nullopt, 1, "mean duration of a burst"),
                             duration("off", std::nullopt, 1, "mean duration of a silence")}},
                      make_on_off);
    rows.emplace_back(
        "piecewise", "Poisson at a rate that changes in steps",
        "inversion of the integrated rate: Cinlar, Introduction to Stochastic Processes, 1975, section 4.7",
        Table{{{.name = "steps",
                .kind = Kind::list,
                .fallback = {},
                .doc = "each a time and the rate from then on: [0s 100/s, 30s 500/s]"},
               duration("repeat", "", 1, "start over every so often; the last rate stays if absent")}},
        make_piecewise);
    rows.emplace_back("diurnal", "Poisson at a rate that follows a cosine", "thinning: Lewis and Shedler, 1979",
                      Table{{rate("mean rate"),
                             {.name = "amplitude",
                              .kind = Kind::ratio,
                              .fallback = "50%",
                              .least = 0,
                              .most = 1,
                              .doc = "how far the rate swings, as a share of the mean"},
                             duration("period", "24h", 1, "one wave"),
                             duration("peak", "0s", 0, "when in the period the rate is highest")}},
                      make_diurnal);
    rows.emplace_back(
        "closed_loop", "clients that wait for the answer, think, and ask again",
        "the interactive system of Little's law (Lazowska et al., Quantitative System Performance, 1984, chapter 3)",
        Table{{{.name = "clients",
                .kind = Kind::count,
                .fallback = {},
                .least = 1,
                .most = 4e9,
                .doc = "requests in the system or in thought"}},
              {{.name = "think",
                .shape = Child::Shape::policy,
                .doc = "time between an answer and the next request; none if absent",
                .family = std::string(Distribution::family),
                .key = "distribution",
                .measures = Kind::duration}}},
        make_closed_loop);
    return rows;
}

}  // namespace orrery
