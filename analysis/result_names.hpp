/// How enum values stand in a result document: one table for writing and reading.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "analysis/expectation.hpp"
#include "analysis/metric.hpp"
#include "sim/base/check.hpp"

namespace orrery::analysis::names {

template <class E, std::size_t n>
using Names = std::array<std::pair<E, std::string_view>, n>;

inline constexpr Names<Kind, 6> units{{{Kind::duration, "duration"},
                                       {Kind::rate, "rate"},
                                       {Kind::bytes, "bytes"},
                                       {Kind::ratio, "ratio"},
                                       {Kind::count, "count"},
                                       {Kind::real, "real"}}};
inline constexpr Names<Better, 3> betters{
    {{Better::smaller, "smaller"}, {Better::larger, "larger"}, {Better::neither, "neither"}}};
inline constexpr Names<Verdict, 3> verdicts{
    {{Verdict::pass, "pass"}, {Verdict::fail, "fail"}, {Verdict::inconclusive, "inconclusive"}}};
inline constexpr Names<Basis, 4> bases{
    {{Basis::interval, "interval"}, {Basis::single, "single"}, {Basis::exact, "exact"}, {Basis::missing, "missing"}}};
inline constexpr Names<Chance, 2> chances{{{Chance::present, "present"}, {Chance::absent, "absent"}}};

template <class E, std::size_t n>
std::string_view of(const Names<E, n>& names, E value) {
    for (const auto& [candidate, name] : names)
        if (candidate == value) return name;
    ORRERY_CHECK(false, "an enum value has no name in the result document");
    return {};
}

template <class E, std::size_t n>
std::optional<E> value_of(const Names<E, n>& names, std::string_view text) {
    for (const auto& [candidate, name] : names)
        if (name == text) return candidate;
    return std::nullopt;
}

/// "pass, fail, inconclusive"
template <class E, std::size_t n>
std::string all(const Names<E, n>& names) {
    std::string out;
    for (const auto& [candidate, name] : names) out += (out.empty() ? "" : ", ") + std::string(name);
    return out;
}

}  // namespace orrery::analysis::names
