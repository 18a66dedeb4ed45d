#include <string>
#include <utility>

#include "sim/base/check.hpp"
#include "sim/base/distribution.hpp"
#include "sim/base/units.hpp"

namespace orrery {

namespace {

using Measures = std::optional<Kind>;

std::optional<double> maybe(const Settings& settings, std::string_view name) {
    if (!settings.has(name)) return {};
    return settings.real(name);
}

/// The items of a list as quantities of one kind: `measures`, or whatever the first one is.
std::vector<double> quantities(const Settings& settings, std::string_view name, Measures measures) {
    std::vector<double> out;
    for (const std::string& item : settings.list(name)) {
        if (!measures) {
            for (const Kind kind :
                 {Kind::real, Kind::duration, Kind::bytes, Kind::bandwidth, Kind::rate, Kind::ratio}) {
                if (!parse_quantity(kind, item)) continue;
                measures = kind;
                break;
            }
        }
        const auto parsed = parse_quantity(measures.value_or(Kind::real), item);
        if (!parsed) throw ParameterError(std::string(name), parsed.error);
        out.push_back(*parsed);
    }
    return out;
}

std::vector<double> weights_of(const Settings& settings) {
    if (!settings.has("weights")) return {};
    return quantities(settings, "weights", Kind::real);
}

/// A distribution's row before the unit of its lists is known.
struct Entry {
    std::string name, summary, source;
    std::vector<Parameter> parameters;
    Distribution (*make)(const Settings&, Measures);
};

Parameter quantity(std::string name, std::string doc) {
    return {std::move(name), Kind::quantity, {}, 0, 1e18, std::move(doc)};
}
Parameter optional_quantity(std::string name, std::string doc) {
    return {std::move(name), Kind::quantity, "", 0, 1e18, std::move(doc)};
}

struct Bounds {
    double least, most;
};
Parameter real(std::string name, Bounds bounds, std::string doc) {
    return {std::move(name), Kind::real, {}, bounds.least, bounds.most, std::move(doc)};
}
Parameter optional_real(std::string name, Bounds bounds, std::string doc) {
    return {std::move(name), Kind::real, "", bounds.least, bounds.most, std::move(doc)};
}
Parameter probability(std::string doc) {
    return {"probability", Kind::ratio, {}, 0, 1, std::move(doc)};
}
Parameter values() {
    return {"values", Kind::list, {}, 0, 1e18, "the values, with units"};
}
Parameter weights(std::optional<std::string> fallback) {
    return {"weights", Kind::list, std::move(fallback),
            0,         1e300,      "one number >= 0 for each value; they need not sum to 1"};
}

const std::vector<Entry>& entries() {
    static const std::vector<Entry> all{
        {"constant",
         "always the same value",
         "degenerate distribution",
         {quantity("value", "the value")},
         [](const Settings& s, Measures) { return Distribution::constant(s.real("value")); }},
        {"exponential",
         "memoryless",
         "Marsaglia and Tsang 2000 (ziggurat)",
         {quantity("mean", "the mean")},
         [](const Settings& s, Measures) { return Distribution::exponential(s.real("mean")); }},
        {"uniform",
         "equally likely between two ends",
         "continuous uniform distribution",
         {quantity("low", "the lower end"), quantity("high", "the upper end, at least low")},
         [](const Settings& s, Measures) {
             return Distribution::uniform({s.real("low"), s.real("high")});
         }},
        {"normal",
         "a bell without its negative part, which is drawn again",
         "Marsaglia and Tsang 2000 (ziggurat)",
         {quantity("mean", "mean of the bell before its negative part is cut off"),
          quantity("deviation", "standard deviation of that bell")},
         [](const Settings& s, Measures) {
             return Distribution::normal({s.real("mean"), s.real("deviation")});
         }},
        {"lognormal",
         "the logarithm is normal: sizes, service times",
         "Johnson, Kotz, Balakrishnan 1994, chapter 14",
         {optional_quantity("mean", "the mean; this or median"),
          optional_quantity("median", "the median; this or mean"),
          optional_real("cv", {0, 1000}, "standard deviation over mean; this or sigma"),
          optional_real("sigma", {0, 10}, "standard deviation of the logarithm; this or cv")},
         [](const Settings& s, Measures) {
             return Distribution::lognormal({maybe(s, "mean"), maybe(s, "median"), maybe(s, "cv"), maybe(s, "sigma")});
         }},
        {"pareto",
         "a power-law tail, bounded if maximum is given",
         "Johnson, Kotz, Balakrishnan 1994, chapter 20",
         {quantity("minimum", "the smallest value, above zero"),
          real("shape", {0.1, 1000},
               "the tail's exponent; without maximum the mean is infinite up to 1, the variance up to 2"),
          optional_quantity("maximum", "the largest value (bounded Pareto)")},
         [](const Settings& s, Measures) {
             return Distribution::pareto({s.real("minimum"), s.real("shape"), maybe(s, "maximum")});
         }},
        {"weibull",
         "life times: failures get rarer (shape < 1) or more frequent with age",
         "Weibull 1951",
         {quantity("scale", "the time by which 63 % have failed"), real("shape", {0.1, 1000}, "1 is exponential")},
         [](const Settings& s, Measures) {
             return Distribution::weibull({s.real("scale"), s.real("shape")});
         }},
        {"gamma",
         "a sum of exponential phases (Erlang for a whole shape)",
         "Marsaglia and Tsang 2000 (gamma variables)",
         {quantity("mean", "the mean"), real("shape", {0.01, 1e6}, "1 over the squared coefficient of variation")},
         [](const Settings& s, Measures) {
             return Distribution::gamma({s.real("mean"), s.real("shape")});
         }},
        {"bernoulli",
         "the value with the probability, else zero",
         "Bernoulli distribution",
         {probability("the probability of the value"), quantity("value", "the value")},
         [](const Settings& s, Measures) {
             return Distribution::bernoulli({s.real("probability"), s.real("value")});
         }},
        {"bimodal",
         "mostly low, sometimes high",
         "two-point distribution",
         {quantity("low", "the usual value"), quantity("high", "the other value, at least low"),
          probability("the probability of high")},
         [](const Settings& s, Measures) {
             return Distribution::bimodal({s.real("low"), s.real("high"), s.real("probability")});
         }},
        {"hyperexponential",
         "two exponential phases with balanced means: more variable than exponential",
         "Allen 1990, section 3.2.9",
         {quantity("mean", "the mean"), real("cv", {1, 1000}, "standard deviation over mean")},
         [](const Settings& s, Measures) {
             return Distribution::hyperexponential({s.real("mean"), s.real("cv")});
         }},
        {"discrete",
         "given values with given weights",
         "Vose 1991 (alias method)",
         {values(), weights({})},
         [](const Settings& s, Measures measures) {
             return Distribution::discrete({quantities(s, "values", measures), weights_of(s)});
         }},
        {"empirical",
         "values as they were measured, equally likely unless weights are given",
         "Vose 1991 (alias method)",
         {values(), weights("")},
         [](const Settings& s, Measures measures) {
             return Distribution::discrete({quantities(s, "values", measures), weights_of(s)});
         }},
    };
    return all;
}

}  // namespace

std::vector<Row<Distribution>> distributions() {
    std::vector<Row<Distribution>> rows;
    for (const Entry& entry : entries()) {
        const auto make = entry.make;
        rows.emplace_back(
            entry.name, entry.summary, entry.source, Table{entry.parameters},
            [make](const Settings& settings) { return std::make_unique<Distribution>(make(settings, {})); });
    }
    return rows;
}

Distribution make_distribution(const Choice& choice, std::optional<Kind> measures) {
    for (const Entry& entry : entries())
        if (entry.name == choice.row) return entry.make(choice.settings, measures);
    invariant_broken(__FILE__, __LINE__, "entry.name == choice.row", "there is no distribution named " + choice.row);
}

}  // namespace orrery
