#include "scenarios/format/value.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/format/errors.hpp"
#include "sim/base/check.hpp"

namespace orrery {

namespace {

constexpr std::size_t number_length_max = 60;  // what `quoted` shows whole

bool is_number(Kind kind) {
    switch (kind) {
        case Kind::count:
        case Kind::real:
        case Kind::ratio:
        case Kind::duration:
        case Kind::bytes:
        case Kind::bandwidth:
        case Kind::rate:
        case Kind::quantity:
            return true;
        case Kind::flag:
        case Kind::choice:
        case Kind::text:
        case Kind::list:
            return false;
    }
    return false;
}

/// A number in its base unit. Limits are doubles; a count near 1e18 is compared with that precision.
double in_base_unit(const Value& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
    if (const auto* duration = std::get_if<Duration>(&value)) return static_cast<double>(duration->count());
    return std::get<double>(value);
}

Parsed<Value> parse_text(const Parameter& parameter, Measures measures, std::string_view text) {
    if (parameter.kind != Kind::quantity) return parse_value(parameter.kind, text);
    const Parsed<double> parsed = parse_quantity(text_kind(parameter, measures), text);
    if (!parsed) return {std::nullopt, parsed.error};
    return {Value(*parsed), {}};
}

}  // namespace

Kind text_kind(const Parameter& parameter, Measures measures) {
    return parameter.kind == Kind::quantity ? measures.value_or(Kind::real) : parameter.kind;
}

Parsed<Value> read_scalar(const Parameter& parameter, Measures measures, std::string_view text) {
    if (parameter.kind == Kind::choice) {
        if (std::find(parameter.choices.begin(), parameter.choices.end(), text) == parameter.choices.end())
            return {std::nullopt, unknown_name("choice", text, parameter.choices)};
        return {Value(std::string(text)), {}};
    }
    if (parameter.kind == Kind::flag && text != "true" && text != "false")
        return {std::nullopt, fmt::format("found {}, expected true or false", in_quotes(text))};
    if (is_number(parameter.kind) && text.size() > number_length_max)
        return {std::nullopt, fmt::format("found {}, expected {}", in_quotes(text), allowed(parameter, measures))};
    Parsed<Value> parsed = parse_text(parameter, measures, text);
    if (parsed && is_number(parameter.kind)) {
        const double number = in_base_unit(*parsed);
        if (!(number >= parameter.least && number <= parameter.most))
            return {std::nullopt,
                    fmt::format("{} is out of range, expected {}", in_quotes(text), allowed(parameter, measures))};
    }
    return parsed;
}

Value read_fallback(const Parameter& parameter, Measures measures) {
    ORRERY_CHECK(parameter.fallback && !parameter.fallback->empty(),
                 "parameter " + parameter.name + " has no default to read");
    Parsed<Value> parsed = parameter.kind == Kind::list ? parse_value(Kind::list, *parameter.fallback)
                                                        : read_scalar(parameter, measures, *parameter.fallback);
    if (!parsed && parameter.kind == Kind::quantity)
        if (const Parsed<double> bare = parse_real(*parameter.fallback); bare) return *bare;
    ORRERY_CHECK(parsed.value.has_value(),
                 "the default of parameter " + parameter.name + " is malformed: " + parsed.error);
    return *parsed;
}

std::string print_scalar(const Parameter& parameter, Measures measures, const Value& value) {
    if (parameter.kind == Kind::quantity)
        return print_quantity(text_kind(parameter, measures), std::get<double>(value));
    return print_value(parameter.kind, value);
}

std::string range(const Parameter& parameter, Measures measures) {
    if (!is_number(parameter.kind)) return {};
    // In a reference text it is open what a quantity measures; its limits are bare numbers of base units then.
    const Kind kind = text_kind(parameter, measures);
    const auto print = [&](double limit) { return print_quantity(kind == Kind::quantity ? Kind::real : kind, limit); };
    const bool has_least = parameter.least > -unlimited;
    const bool has_most = parameter.most < unlimited;
    if (has_least && has_most) return fmt::format("from {} to {}", print(parameter.least), print(parameter.most));
    if (has_least) return "at least " + print(parameter.least);
    if (has_most) return "at most " + print(parameter.most);
    return {};
}

std::string allowed(const Parameter& parameter, Measures measures) {
    if (parameter.kind == Kind::choice) return "one of " + joined(parameter.choices);
    if (parameter.kind == Kind::flag) return "true or false";
    const Kind kind = text_kind(parameter, measures);
    std::string out(kind_name(kind));
    if (const std::string_view units = kind_units(kind); !units.empty()) out += fmt::format(" ({})", units);
    if (const std::string limits = range(parameter, measures); !limits.empty()) out += " " + limits;
    return out;
}

}  // namespace orrery
