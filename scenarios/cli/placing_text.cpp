#include "scenarios/cli/placing_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/hashing/ring.hpp"
#include "models/partitioning/partitioner.hpp"
#include "scenarios/format/loader.hpp"
#include "scenarios/format/policy_rows.hpp"
#include "sim/base/units.hpp"

namespace orrery {

namespace {

using models::Partitioner;
using models::Ring;

/// Splits at `separator` where no bracket is open.
std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts(1);
    int depth = 0;
    for (const char c : text) {
        if (c == '[' || c == '(') ++depth;
        if (c == ']' || c == ')') --depth;
        if (c == separator && depth <= 0)
            parts.emplace_back();
        else
            parts.back() += c;
    }
    for (std::string& part : parts) {
        part.erase(0, std::min(part.find_first_not_of(' '), part.size()));
        part.erase(part.find_last_not_of(' ') + 1);
    }
    return parts;
}

std::vector<std::string> scheme_names(const Catalog& catalog) {
    std::vector<std::string> names = row_names(catalog, Ring::family);
    for (std::string& name : row_names(catalog, Partitioner::family)) {
        const auto twin = std::find(names.begin(), names.end(), name);
        if (twin == names.end()) {
            names.push_back(std::move(name));
        } else {
            *twin = "ring/" + name;
            names.push_back("partitioner/" + name);
        }
    }
    return names;
}

struct SchemeName {
    std::string_view family;
    std::string row;
};

std::optional<SchemeName> find_scheme(const std::string& text, const Catalog& catalog) {
    const std::size_t slash = text.find('/');
    const std::string row = slash == std::string::npos ? text : text.substr(slash + 1);
    const auto in = [&](std::string_view family) {
        const bool meant = slash == std::string::npos || text.substr(0, slash) == family;
        return meant && find_row(catalog, family, row) != nullptr;
    };
    const bool ring = in(Ring::family);
    if (ring == in(Partitioner::family)) return std::nullopt;
    return SchemeName{ring ? Ring::family : Partitioner::family, row};
}

/// The row of `family` with the parameters that the parts after the first set.
std::optional<Choice> read_choice(const SchemeName& name, const std::string& text,
                                  const std::vector<std::string>& parts, const Catalog& catalog, Errors& errors) {
    Child child;
    child.name = "scheme";
    child.shape = Child::Shape::policy;
    child.family = name.family;
    Document document{Node(Node::Type::mapping), Errors({"--scheme"})};
    Node policy(Node::Type::mapping);
    policy.entries.push_back({"policy", {}, Node(Node::Type::scalar, {}, name.row)});
    document.root.entries.push_back({"scheme", {}, policy});
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const std::size_t equals = parts[i].find('=');
        if (equals == 0 || equals == std::string::npos) {
            errors.add({}, fmt::format("--scheme {}: found {}, expected PARAMETER=VALUE", text, in_quotes(parts[i])));
            return std::nullopt;
        }
        apply_overrides(document, {{"scheme." + parts[i].substr(0, equals), parts[i].substr(equals + 1)}});
    }
    document.errors.source().overrides.clear();
    try {
        return *load(document, Table{{}, {child}}, catalog).child("scheme");
    } catch (const ScenarioError& error) {
        for (const Problem& problem : error.problems())
            errors.add({}, fmt::format("--scheme {}: {}", text, problem.message));
        return std::nullopt;
    }
}

std::optional<SchemeSpec> read_scheme(const std::string& text, const Catalog& catalog, Errors& errors) {
    const std::vector<std::string> parts = split(text, ':');
    if (parts[0].find_first_of("{(") != std::string::npos) {
        errors.add({}, fmt::format("--scheme: found {}; parameters stand behind colons: ring:virtual_nodes=256",
                                   in_quotes(text)));
        return std::nullopt;
    }
    const std::optional<SchemeName> name = find_scheme(parts[0], catalog);
    if (!name) {
        errors.add({}, "--scheme: " + unknown_name("scheme", parts[0], scheme_names(catalog)));
        return std::nullopt;
    }
    const std::optional<Choice> choice = read_choice(*name, text, parts, catalog, errors);
    if (!choice) return std::nullopt;
    SchemeSpec scheme{text, {}};
    if (name->family == Ring::family)
        scheme.make = [row = catalog.find<Ring>(name->row), settings = choice->settings](std::uint64_t) {
            return place_by(row->make(settings));
        };
    else
        scheme.make = [row = catalog.find<Partitioner>(name->row), settings = choice->settings](std::uint64_t seed) {
            return place_by(row->make(settings), seed);
        };
    try {
        scheme.make(0);
    } catch (const ParameterError& error) {
        errors.add({}, fmt::format("--scheme {}: {}", text, error.what()));
        return std::nullopt;
    }
    return scheme;
}

/// A positive, finite weight.
std::optional<double> read_weight(std::string_view option, const std::string& text, Errors& errors) {
    const Parsed<double> weight = parse_real(text);
    if (weight && *weight > 0 && std::isfinite(*weight)) return *weight;
    errors.add({}, fmt::format("{}: found {}, expected a weight above 0, such as 1 or 0.5", option, in_quotes(text)));
    return std::nullopt;
}

std::optional<PlacementEvent> read_event(const std::string& text, Errors& errors) {
    constexpr double nodes_most = 1e6;
    const auto bad = [&] {
        errors.add({}, fmt::format("--event: found {}, expected `add COUNT`, `add COUNT weight WEIGHT`, `remove NODE` "
                                   "or `remove FIRST..LAST`",
                                   in_quotes(text)));
        return std::nullopt;
    };
    const auto whole = [&](const std::string& word, double least) {
        const Parsed<std::int64_t> number = parse_count(word);
        const bool fits = number && static_cast<double>(*number) >= least && static_cast<double>(*number) <= nodes_most;
        return fits ? std::optional(static_cast<std::uint32_t>(*number)) : std::nullopt;
    };
    std::vector<std::string> words;
    for (std::string& word : split(text, ' '))
        if (!word.empty()) words.push_back(std::move(word));
    if (words.size() < 2) return bad();
    PlacementEvent event;
    if (words[0] == "add" && (words.size() == 2 || (words.size() == 4 && words[2] == "weight"))) {
        const auto count = whole(words[1], 1);
        if (!count) return bad();
        event.count = *count;
        if (words.size() == 2) return event;
        const std::optional<double> weight = read_weight("--event", words[3], errors);
        if (weight) event.weight = *weight;
        return weight ? std::optional(event) : std::nullopt;
    }
    if (words[0] != "remove" || words.size() != 2) return bad();
    const std::size_t dots = words[1].find("..");
    const auto first = whole(words[1].substr(0, dots), 0);
    const auto last = dots == std::string::npos ? first : whole(words[1].substr(dots + 2), 0);
    if (!first || !last || *last < *first) return bad();
    event.kind = PlacementEvent::Kind::remove;
    event.first = *first;
    event.last = *last;
    return event;
}

}  // namespace

std::vector<SchemeSpec> read_schemes(const std::vector<std::string>& texts, const Catalog& catalog, Errors& errors) {
    std::vector<SchemeSpec> schemes;
    for (const std::string& list : texts)
        for (const std::string& text : split(list, ',')) {
            std::optional<SchemeSpec> scheme = read_scheme(text, catalog, errors);
            if (!scheme) continue;
            const bool twice =
                std::any_of(schemes.begin(), schemes.end(), [&](const auto& other) { return other.name == text; });
            if (twice)
                errors.add({}, fmt::format("--scheme: {} stands there twice", in_quotes(text)));
            else
                schemes.push_back(std::move(*scheme));
        }
    return schemes;
}

std::uint64_t read_whole(std::string_view option, const std::string& text, std::uint64_t fallback, std::uint64_t least,
                         std::uint64_t most, Errors& errors) {
    if (text.empty()) return fallback;
    const Parsed<std::int64_t> number = parse_count(text);
    if (number && *number >= 0) {
        const auto value = static_cast<std::uint64_t>(*number);
        if (value >= least && value <= most) return value;
    }
    errors.add(
        {}, fmt::format("{}: found {}, expected a whole number from {} to {}", option, in_quotes(text), least, most));
    return fallback;
}

std::vector<double> read_nodes(const std::string& nodes, const std::string& weights, Errors& errors) {
    constexpr std::uint64_t nodes_most = 1'000'000;
    const std::uint64_t count = read_whole("--nodes", nodes, 0, 1, nodes_most, errors);
    if (weights.empty()) {
        if (nodes.empty()) errors.add({}, "--nodes: it is missing; say how many nodes there are");
        return std::vector<double>(count, 1.0);
    }
    std::vector<double> out;
    for (const std::string& item : split(weights, ',')) {
        const std::size_t times = item.find('x');
        const std::optional<double> weight = read_weight("--weights", item.substr(0, times), errors);
        const std::uint64_t copies =
            times == std::string::npos ? 1 : read_whole("--weights", item.substr(times + 1), 1, 1, nodes_most, errors);
        if (weight) out.insert(out.end(), copies, *weight);
        if (out.size() > nodes_most) break;
    }
    if (count > 0 && errors.empty() && out.size() != count)
        errors.add({}, fmt::format("--weights: {} weights for {} nodes; there is one for each (1,1,2 or 1x50,2x50)",
                                   out.size(), count));
    return out;
}

std::vector<PlacementEvent> read_events(const std::vector<std::string>& texts, std::size_t nodes, std::size_t replicas,
                                        Errors& errors) {
    std::vector<PlacementEvent> events;
    std::vector<bool> present(nodes, true);
    for (const std::string& text : texts) {
        const std::optional<PlacementEvent> event = read_event(text, errors);
        if (!event) continue;
        events.push_back(*event);
        if (event->kind == PlacementEvent::Kind::add) {
            present.insert(present.end(), event->count, true);
            continue;
        }
        for (std::uint32_t node = event->first; node <= event->last; ++node) {
            if (node >= present.size() || !present[node]) {
                errors.add({}, fmt::format("--event '{}': there is no node {} then; nodes are numbered from 0, and "
                                           "those that come take the next numbers",
                                           text, node));
                break;
            }
            present[node] = false;
        }
        const auto left = static_cast<std::size_t>(std::count(present.begin(), present.end(), true));
        if (left < std::max<std::size_t>(1, replicas))
            errors.add({}, fmt::format("--event '{}': it leaves {} nodes, too few for {} copies", text, left,
                                       std::max<std::size_t>(1, replicas)));
    }
    return events;
}

}  // namespace orrery
