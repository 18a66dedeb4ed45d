/// What the command line says of schemes, keys, nodes and events, as text, and what it means.
///
///     scheme   NAME or NAME:PARAMETER=VALUE:...; NAME is a row of the families ring and partitioner. A name that is
///              in both is written ring/NAME or partitioner/NAME. Several are separated by commas (commas in brackets
///              are part of a value): ring:virtual_nodes=256,jump,modulo:hash=murmur2
///     keys     a distribution with its parameters in the order of `orrery list keys`, or by name: zipf(1e6,0.99),
///              zipf(1e6,exponent=1.2), uniform(1e6), hot_set(1e6,20%,80%); anything else is a file
///     weights  1,1,2 or 1x50,2x50 (weight x so many nodes)
///     event    add COUNT, add COUNT weight WEIGHT, remove NODE, remove FIRST..LAST
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/format/errors.hpp"
#include "scenarios/runs/placement.hpp"
#include "sim/base/catalog.hpp"

namespace orrery {

/// Options that say where keys come from; shared by place and advise.
struct KeyArguments {
    std::string keys;
    std::string count;                ///< requests to draw; empty: the command's default
    std::vector<std::string> traces;  ///< NAME=VALUE, as in a scenario's section `trace`
    std::optional<std::string> data;  ///< --data, else ORRERY_DATA
};

// Each of the following adds what is wrong to `errors`, as "--option: message", and then gives nothing or a part.

std::vector<SchemeSpec> read_schemes(const std::vector<std::string>& texts, const Catalog& catalog, Errors& errors);
std::optional<KeySource> read_keys(const KeyArguments& arguments, std::uint64_t default_count, const Catalog& catalog,
                                   Errors& errors);
/// Both may be absent, not both at once.
std::vector<double> read_nodes(const std::string& nodes, const std::string& weights, Errors& errors);
std::vector<PlacementEvent> read_events(const std::vector<std::string>& texts, std::size_t nodes, std::size_t replicas,
                                        Errors& errors);

/// A whole number from `least` to `most`; `fallback` for an empty text.
std::uint64_t read_whole(std::string_view option, const std::string& text, std::uint64_t fallback, std::uint64_t least,
                         std::uint64_t most, Errors& errors);

}  // namespace orrery
